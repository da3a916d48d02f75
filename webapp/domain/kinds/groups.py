"""Groups of fields that several kinds of record share."""

from __future__ import annotations

from webapp.domain.fields import Field, Group, Risk
from webapp.domain.kinds.elements import CATEGORY, CONTACT, FUNDING, LANGUAGE, PHONE
from webapp.domain.kinds.shorthand import LONG_TEXT, choice, line, link, many, text

STATUSES = (
    ("active", "Running"),
    ("inactive", "Not running at present"),
    ("defunct", "No longer exists"),
    ("temporarily closed", "Temporarily closed"),
)
# Stored in `status` too, but written only by the commands that close, merge and void a record.
GONE_STATUSES = ("merged", "void")  # nothing is found, listed or suggested of these any more
LIFECYCLE_STATUSES = ("closed", *GONE_STATUSES)
LIFECYCLE_FIELDS = ("merged_into",)  # never on a form


def status_group(kind: str) -> Group:
    """Whether the record is alive, and what it was merged into. A blank status means active."""
    status = choice("status", "Status", STATUSES, "Running, unless you know better")
    return Group("status", "Status", (status, link("merged_into", "Merged into", kind)), atomic=True)


def name_group(
    hint: str = "", risk: Risk = Risk.HIGH, *, alternate: bool = True, required: bool = True
) -> Group:
    """The name, high, and what people also call it, low."""
    name = line("name", "Name", hint, required=required)
    other = Field("alternate_name", "Other name", hint="What people also call it", risk=Risk.LOW)
    return Group("name", "Name", (name, other) if alternate else (name,), risk)


def summary() -> Field:
    """One sentence of plain text; ours, HSDS has none."""
    return line("summary", "Summary", "One sentence, as you would tell a neighbour", max_length=300)


def description_group(*before: Field) -> Group:
    """The description in Markdown, with whatever is said before it."""
    return Group(
        "description",
        "Description",
        (*before, text("description", "Description", max_length=LONG_TEXT)),
        Risk.LOW,
    )


def list_group(name: str, label: str, field: Field, risk: Risk = Risk.HIGH) -> Group:
    """A group that holds one list."""
    return Group(name, label, (field,), risk)


PHONES = list_group("phones", "Phone numbers", many("phones", "Phone numbers", PHONE))
CONTACTS = list_group(
    "contacts", "Contacts", many("contacts", "Contacts", CONTACT, "People or teams to ask for")
)
CATEGORIES = list_group("categories", "Categories", many("categories", "Categories", CATEGORY), Risk.LOW)
LANGUAGES = list_group("languages", "Languages", many("languages", "Languages", LANGUAGE), Risk.LOW)
FUNDINGS = list_group("funding", "Funding", many("funding", "Funding", FUNDING))
