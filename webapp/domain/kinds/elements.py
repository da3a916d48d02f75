"""What the lists of a record hold: telephone numbers, hours, contacts and the rest, by their HSDS names."""

from __future__ import annotations

from webapp.domain.fields import Element, Field, FieldType, Group, Risk
from webapp.domain.kinds.shorthand import (
    NOTE,
    SHORT_TEXT,
    choice,
    date,
    email,
    line,
    link,
    many,
    number,
    row,
    text,
    time,
    url,
)

PLACE_TYPES = (
    ("physical", "A place people go to"),
    ("postal", "For post only"),
    ("virtual", "Online or by telephone"),
)

LANGUAGE = row(
    "language",
    "language",
    line("name", "Language", "For example, Gaelic or British Sign Language", max_length=100),
    line("code", "Language code", "Two or three letters, for example gd or bfi", max_length=12),
    line("note", "Note", max_length=NOTE),
    risk=Risk.LOW,
)

PHONE = row(
    "phone",
    "phone number",
    Field("number", "Number", FieldType.PHONE, "With the area code", required=True, max_length=40),
    line("extension", "Extension", "Digits only", max_length=10),
    choice(
        "type",
        "Type of number",
        (
            ("voice", "Voice"),
            ("cell", "Mobile"),
            ("text", "Text message (SMS)"),
            ("textphone", "Textphone"),
            ("video", "Video"),
            ("fax", "Fax"),
            ("pager", "Pager"),
        ),
    ),
    line("description", "What it is for", "For example, bookings or out of hours", max_length=NOTE),
    many("languages", "Languages spoken on this number", LANGUAGE),
)

CONTACT = row(
    "contact",
    "contact",
    Field("name", "Name", hint="Only people who agreed to be named in public"),
    line("title", "Job title"),
    line("department", "Department"),
    email(),
    many("phones", "Phone numbers", PHONE),
)

WEEKDAYS = (
    ("MO", "Monday"),
    ("TU", "Tuesday"),
    ("WE", "Wednesday"),
    ("TH", "Thursday"),
    ("FR", "Friday"),
    ("SA", "Saturday"),
    ("SU", "Sunday"),
)

# HSDS schedule, which is an iCalendar rule with opening times; `closed` is ours: a day on which the
# place is shut although the other rows say open.
SCHEDULE = row(
    "schedule",
    "opening times",
    choice(
        "freq",
        "Repeats",
        (("WEEKLY", "Every week"), ("MONTHLY", "Every month")),
        "Leave empty for single dates",
    ),
    line(
        "byday",
        "Days",
        "For example, MO,WE for Mondays and Wednesdays, 2TU for the second Tuesday",
        max_length=100,
    ),
    time("opens_at", "Opens at"),
    time("closes_at", "Closes at"),
    Field("closed", "Closed on this date", FieldType.FLAG, "For holidays and other closures"),
    date("dtstart", "First date", "The date itself if it does not repeat"),
    date("until", "Last date"),
    number("count", "Number of times"),
    number("interval", "Every how many weeks or months", "2 means every other week or month"),
    line("bymonthday", "Days of the month", "For example, 1,15; -1 is the last day", max_length=100),
    line("byweekno", "Weeks of the year", max_length=200),
    line("byyearday", "Days of the year", max_length=NOTE),
    choice("wkst", "Week starts on", WEEKDAYS),
    date("valid_from", "These times hold from"),
    date("valid_to", "These times hold until"),
    Field("timezone", "Hours from UTC", FieldType.DECIMAL, "Leave empty for local time", max_length=6),
    line("description", "In words", "For example, by appointment in school holidays", max_length=NOTE),
    line("attending_type", "How to attend", "For example, in person, online or at home"),
    url("schedule_link", "Web page with the sessions"),
    line("notes", "Notes", max_length=NOTE),
)

ACCESSIBILITY = row(
    "accessibility",
    "accessibility",
    line("description", "What there is", "For example, step-free entrance or hearing loop", max_length=NOTE),
    text("details", "Details"),
    url("url", "Web page about it"),
    risk=Risk.LOW,
)

CATEGORY = row(
    "category",
    "category",
    link("taxonomy_term_id", "Category", "taxonomy_term", required=True),
    line("value", "Value"),
    line("label", "Label"),
    line("link_type", "What it describes", "For example, who it is for", max_length=100),
    risk=Risk.LOW,
)

FUNDING = row("funding", "funding", line("source", "Funded by", max_length=NOTE))

COST_OPTION = row(
    "cost_option",
    "price",
    line("option", "What the price is for", "For example, concessions"),
    Field("amount", "Amount", FieldType.DECIMAL, "For example, 12.50", max_length=12),
    line("currency", "Currency", "Three letters, for example GBP", max_length=3),
    line("amount_description", "Details", max_length=NOTE),
    date("valid_from", "Holds from"),
    date("valid_to", "Holds until"),
)

SERVICE_AREA = row(
    "service_area",
    "area served",
    line("name", "Area", "For example, Leith or the whole of Scotland"),
    text("description", "Description"),
    url("uri", "Web address that identifies the area"),
    choice(
        "extent_type",
        "Form of the outline",
        (("geojson", "GeoJSON"), ("topojson", "TopoJSON"), ("kml", "KML"), ("text", "Text")),
    ),
    line("extent", "Outline of the area", max_length=20_000),
)

REQUIRED_DOCUMENT = row(
    "required_document",
    "document to bring",
    line("document", "Document", "For example, a referral letter", max_length=NOTE),
    url("uri", "Web page about it"),
)

ORGANIZATION_IDENTIFIER = row(
    "organization_identifier",
    "registration number",
    line("identifier_type", "Type of number", "For example, Scottish charity number", required=True),
    line("identifier", "Number", required=True, max_length=100),
    line("identifier_scheme", "Scheme", "From org-id.guide, for example GB-SC", max_length=100),
)

PROGRAM = row(
    "program",
    "programme",
    line("name", "Name", required=True),
    line("alternate_name", "Other name"),
    text("description", "Description", max_length=SHORT_TEXT),
)

ADDRESS_FIELDS = (
    Field("attention", "For the attention of"),
    Field("address_1", "Address line 1", hint="Building and street"),
    Field("address_2", "Address line 2"),
    Field("city", "Town or city", max_length=100),
    Field("region", "Region", max_length=100),
    Field("state_province", "County or council area", max_length=100),
    Field("postal_code", "Postcode", FieldType.POSTCODE, "For example, EH6 5NA", max_length=12),
    Field("country", "Country", hint="Two letters, for example GB", max_length=60),
)

OTHER_ADDRESS = row(
    "address",
    "address",
    choice("address_type", "Type of address", PLACE_TYPES),
    *ADDRESS_FIELDS,
)

RELATED_SERVICE = row(
    "related_service",
    "service",
    link("service_id", "Service", "service", required=True),
    line("note", "Why it helps", max_length=NOTE),
    risk=Risk.LOW,
)

# HSDS service_at_location: a service in one location, with what holds only there.
PLACE = Element(
    "place",
    "place",
    (
        Group("location", "Place", (link("location_id", "Place", "location", required=True),)),
        Group("description", "Description", (text("description", "About the service here"),), Risk.LOW),
        Group("schedules", "Opening times", (many("schedules", "Opening times here", SCHEDULE),)),
        Group("phones", "Phone numbers", (many("phones", "Phone numbers here", PHONE),)),
        Group("contacts", "Contacts", (many("contacts", "Contacts here", CONTACT),)),
        Group(
            "accessibility",
            "Accessibility",
            (many("accessibility", "Accessibility here", ACCESSIBILITY),),
            Risk.LOW,
        ),
        Group("categories", "Categories", (many("categories", "Categories here", CATEGORY),), Risk.LOW),
    ),
    atomic=False,
)
