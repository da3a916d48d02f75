"""How our fields stand to HSDS 3.0: each property is a field of ours, or excluded with a reason.

`tests/domain/test_kinds.py` holds this against the schema files in both directions.
"""

from __future__ import annotations

from collections.abc import Iterator

from webapp.domain.fields import Element, Kind
from webapp.domain.kinds.elements import (
    ACCESSIBILITY,
    CATEGORY,
    CONTACT,
    COST_OPTION,
    FUNDING,
    LANGUAGE,
    ORGANIZATION_IDENTIFIER,
    OTHER_ADDRESS,
    PHONE,
    PLACE,
    PROGRAM,
    REQUIRED_DOCUMENT,
    SCHEDULE,
    SERVICE_AREA,
)
from webapp.domain.kinds.records import LOCATION, ORGANIZATION, SERVICE, TAXONOMY, TAXONOMY_TERM

# Where each HSDS object lives in a document. A location's first address is the group `address` of LOCATION.
HOMES: dict[str, Kind | Element] = {
    "organization": ORGANIZATION,
    "service": SERVICE,
    "location": LOCATION,
    "taxonomy": TAXONOMY,
    "taxonomy_term": TAXONOMY_TERM,
    "service_at_location": PLACE,
    "address": OTHER_ADDRESS,
    "phone": PHONE,
    "contact": CONTACT,
    "language": LANGUAGE,
    "schedule": SCHEDULE,
    "accessibility": ACCESSIBILITY,
    "attribute": CATEGORY,
    "cost_option": COST_OPTION,
    "funding": FUNDING,
    "service_area": SERVICE_AREA,
    "required_document": REQUIRED_DOCUMENT,
    "organization_identifier": ORGANIZATION_IDENTIFIER,
    "program": PROGRAM,
}

# HSDS "object.property" -> our field name, where the two differ.
NAMES: dict[str, str] = {
    "service.service_at_locations": "places",
    "location.addresses": "other_addresses",
    "service.attributes": "categories",
    "organization.attributes": "categories",
    "location.attributes": "categories",
    "service_at_location.attributes": "categories",
}


def hsds_name(object_name: str, property_name: str) -> str:
    """Our name for an HSDS property: the same one, but for the few in NAMES."""
    return NAMES.get(f"{object_name}.{property_name}", property_name)


_HAS_PARENTS: dict[str, tuple[str, ...]] = {
    "accessibility": ("location_id",),
    "address": ("location_id",),
    "attribute": ("link_id", "link_entity"),
    "contact": ("organization_id", "service_id", "service_at_location_id", "location_id"),
    "cost_option": ("service_id",),
    "funding": ("organization_id", "service_id"),
    "language": ("service_id", "location_id", "phone_id"),
    "organization_identifier": ("organization_id",),
    "phone": ("location_id", "service_id", "organization_id", "contact_id", "service_at_location_id"),
    "program": ("organization_id",),
    "required_document": ("service_id",),
    "schedule": ("service_id", "location_id", "service_at_location_id"),
    "service_area": ("service_id",),
    "service_at_location": ("service_id",),
}
_NO_ATTRIBUTES = {"attribute", "taxonomy", "taxonomy_term"}  # HSDS gives them none
_HAS_CATEGORIES = {key.partition(".")[0] for key, name in NAMES.items() if name == "categories"}


def _exclusions() -> Iterator[tuple[str, str]]:
    for name in HOMES:
        yield f"{name}.id", "the record's own id, or the element's"
        yield f"{name}.metadata", "is our revision history, and exported from it"
        if name not in _NO_ATTRIBUTES | _HAS_CATEGORIES:
            yield f"{name}.attributes", "categories are given to records and places, not to their details"
    for name, parents in _HAS_PARENTS.items():
        for parent in parents:
            yield f"{name}.{parent}", "plain from where the element stands"


# HSDS "object.property" -> why no field of ours holds it.
EXCLUSIONS: dict[str, str] = {
    **dict(_exclusions()),
    "service.organization": "the record that organization_id names",
    "service.program": "the element of the organisation's programs that program_id names",
    "service.assured_date": "derived from the newest confirmation",
    "service.assurer_email": "derived from the newest confirmation; private addresses are not published",
    "service.last_modified": "derived from the newest revision",
    "service_at_location.location": "the record that location_id names",
    "organization.locations": "the locations whose organization_id names it",
    "attribute.taxonomy_term": "the record that taxonomy_term_id names",
    "taxonomy_term.taxonomy_detail": "the record that taxonomy_id names",
}
