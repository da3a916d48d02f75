"""What each kind of record may say: one declaration a kind, names and meaning from HSDS 3.0.

Forms, validation, diffs, search text, CSV columns and API derive from these declarations. To add a field
is one line in `records.py` or `elements.py`.
"""

from __future__ import annotations

from webapp.domain.fields import Kind
from webapp.domain.kinds.groups import GONE_STATUSES, LIFECYCLE_FIELDS, LIFECYCLE_STATUSES, STATUSES
from webapp.domain.kinds.hsds import EXCLUSIONS, HOMES, NAMES, hsds_name
from webapp.domain.kinds.records import (
    GUIDE,
    LOCATION,
    ORGANIZATION,
    SERVICE,
    TAXONOMY,
    TAXONOMY_TERM,
)

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (SERVICE, ORGANIZATION, LOCATION, GUIDE, TAXONOMY, TAXONOMY_TERM)
}

__all__ = [
    "EXCLUSIONS",
    "GONE_STATUSES",
    "GUIDE",
    "HOMES",
    "KINDS",
    "LIFECYCLE_FIELDS",
    "LIFECYCLE_STATUSES",
    "LOCATION",
    "NAMES",
    "ORGANIZATION",
    "SERVICE",
    "STATUSES",
    "TAXONOMY",
    "TAXONOMY_TERM",
    "hsds_name",
]
