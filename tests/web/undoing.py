"""What tests of rolling back many records share: a preview of it, and its buttons."""

from __future__ import annotations

from tests.support.page_client import Page, PageClient

APPLY, CHOOSE = "button[value=apply]", "button[value=choose]"


def preview_of(moderator: PageClient, person: str = "liar") -> Page:
    """What rolling back all of a person's changes would do."""
    return moderator.get("/moderate/incidents").form().fill(person=person).submit().follow()
