"""The six kinds of record, each as the form that people fill in: groups of fields, names from HSDS 3.0."""

from __future__ import annotations

from webapp.domain.fields import Field, FieldType, Group, Kind, Risk
from webapp.domain.kinds.elements import (
    ACCESSIBILITY,
    ADDRESS_FIELDS,
    COST_OPTION,
    ORGANIZATION_IDENTIFIER,
    OTHER_ADDRESS,
    PLACE,
    PLACE_TYPES,
    PROGRAM,
    RELATED_SERVICE,
    REQUIRED_DOCUMENT,
    SCHEDULE,
    SERVICE_AREA,
)
from webapp.domain.kinds.groups import (
    CATEGORIES,
    CONTACTS,
    FUNDINGS,
    LANGUAGES,
    PHONES,
    description_group,
    list_group,
    name_group,
    status_group,
    summary,
)
from webapp.domain.kinds.shorthand import NOTE, choice, email, line, link, many, number, text, url

GUIDE_BODY = 8000

SERVICE = Kind(
    "service",
    "service",
    "services",
    "services",
    (
        name_group("What its own sign or website says"),
        Group(
            "organization",
            "Organisation",
            (
                link("organization_id", "Organisation", "organization", "Who runs it"),
                line("program_id", "Programme", "One of the organisation's programmes", max_length=36),
            ),
        ),
        description_group(summary()),
        CATEGORIES,
        Group(
            "alert",
            "Alert",
            (line("alert", "Alert", "Short-term news, for example a burst pipe", max_length=NOTE),),
        ),
        Group("contact", "Website and e-mail", (url("url", "Website"), email())),
        PHONES,
        CONTACTS,
        list_group(
            "places",
            "Places and opening times",
            many("places", "Places", PLACE, "Where it happens, with the opening times there"),
        ),
        list_group(
            "schedules",
            "Times that hold everywhere",
            many("schedules", "Opening times", SCHEDULE, "Only times that belong to no single place"),
        ),
        Group("eligibility", "Who it is for", (text("eligibility_description", "Who it is for"),)),
        Group(
            "ages",
            "Ages",
            (
                number("minimum_age", "Youngest age", "In years"),
                number("maximum_age", "Oldest age", "In years"),
            ),
            atomic=True,
        ),
        Group(
            "cost",
            "Cost",
            (
                text("fees_description", "What it costs", "Say so if it is free"),
                line("fees", "Fees, in short", max_length=NOTE),
                many("cost_options", "Prices", COST_OPTION),
            ),
        ),
        Group(
            "access",
            "How to get it",
            (
                text(
                    "application_process", "How to apply", "Self-referral, by telephone, through a doctor …"
                ),
                line("wait_time", "Waiting time", max_length=NOTE),
                text("interpretation_services", "Interpreters"),
                many("required_documents", "What to bring", REQUIRED_DOCUMENT),
            ),
        ),
        LANGUAGES,
        list_group("service_areas", "Area served", many("service_areas", "Areas served", SERVICE_AREA)),
        Group(
            "quality",
            "Accreditation",
            (text("accreditations", "Accreditations"), text("licenses", "Licences")),
        ),
        FUNDINGS,
        status_group("service"),
    ),
)

LOCATION = Kind(
    "location",
    "place",
    "places",
    "locations",
    (
        name_group("For example, Leith Library", required=False),
        Group(
            "location_type",
            "Type of place",
            (choice("location_type", "Type of place", PLACE_TYPES, required=True),),
        ),
        Group(
            "address",
            "Address and map point",
            (
                *ADDRESS_FIELDS,
                Field("latitude", "Latitude", FieldType.COORDINATE, "For example, 55.953251", max_length=12),
                Field(
                    "longitude", "Longitude", FieldType.COORDINATE, "For example, -3.188267", max_length=12
                ),
            ),
            atomic=True,
        ),
        list_group(
            "other_addresses", "Other addresses", many("other_addresses", "Other addresses", OTHER_ADDRESS)
        ),
        Group(
            "organization",
            "Organisation",
            (link("organization_id", "Organisation", "organization", "Who looks after it"),),
        ),
        description_group(),
        Group(
            "transportation",
            "Getting there",
            (text("transportation", "Getting there", "Buses, trains, parking"),),
        ),
        Group("url", "Web address", (url("url", "Web address", "Where an online place is"),)),
        PHONES,
        CONTACTS,
        list_group(
            "schedules",
            "Opening times of the building",
            many(
                "schedules",
                "Opening times",
                SCHEDULE,
                "The building's own times, not those of the services in it",
            ),
        ),
        list_group(
            "accessibility", "Accessibility", many("accessibility", "Accessibility", ACCESSIBILITY), Risk.LOW
        ),
        LANGUAGES,
        CATEGORIES,
        Group(
            "external_identifier",
            "Number elsewhere",
            (
                line("external_identifier", "Number", max_length=100),
                line("external_identifier_type", "Scheme", "For example, UPRN", max_length=100),
            ),
            atomic=True,
        ),
        status_group("location"),
    ),
)

ORGANIZATION = Kind(
    "organization",
    "organisation",
    "organisations",
    "organizations",
    (
        name_group("Its official or public name"),
        description_group(summary()),
        CATEGORIES,
        Group("contact", "Website and e-mail", (url("website", "Website"), email())),
        PHONES,
        CONTACTS,
        list_group(
            "programs", "Programmes", many("programs", "Programmes", PROGRAM, "Services that belong together")
        ),
        Group(
            "parent",
            "Part of",
            (link("parent_organization_id", "Parent organisation", "organization"),),
        ),
        Group(
            "legal",
            "Legal form",
            (
                line("legal_status", "Legal form", "For example, registered charity"),
                number("year_incorporated", "Year founded"),
                line("tax_status", "Tax status"),
                line("tax_id", "Tax number", max_length=100),
                url("uri", "Web address that identifies it"),
                many("organization_identifiers", "Registration numbers", ORGANIZATION_IDENTIFIER),
            ),
        ),
        Group("logo", "Logo", (url("logo", "Web address of the logo"),)),
        FUNDINGS,
        status_group("organization"),
    ),
)

GUIDE = Kind(
    "guide",
    "guide",
    "guides",
    "guides",
    (
        name_group("The question that the guide answers", Risk.LOW, alternate=False),
        Group(
            "body",
            "Guide",
            (summary(), text("body", "Text", max_length=GUIDE_BODY)),
            Risk.LOW,
        ),
        CATEGORIES,
        list_group(
            "services",
            "Services that help",
            many("services", "Services that help", RELATED_SERVICE),
            Risk.LOW,
        ),
        status_group("guide"),
    ),
)

TAXONOMY = Kind(
    "taxonomy",
    "list of categories",
    "lists of categories",
    "taxonomies",
    (
        name_group(alternate=False),
        description_group(),
        Group(
            "source",
            "Where it comes from",
            (url("uri", "Web address"), line("version", "Version", max_length=50)),
        ),
        status_group("taxonomy"),
    ),
)

TAXONOMY_TERM = Kind(
    "taxonomy_term",
    "category",
    "categories",
    "categories",
    (
        name_group(alternate=False),
        description_group(),
        Group(
            "taxonomy",
            "Place in the list",
            (
                link("taxonomy_id", "List of categories", "taxonomy"),
                link("parent_id", "Wider category", "taxonomy_term"),
                line("code", "Code", max_length=100),
                line("taxonomy", "List, in words"),
                line("language", "Language code", "Two or three letters, for example en", max_length=12),
                url("term_uri", "Web address that identifies it"),
            ),
        ),
        status_group("taxonomy_term"),
    ),
)
