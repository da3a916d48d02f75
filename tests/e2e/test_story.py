"""The story, as people live it: find, suggest, vote, see it apply, look back, undo; in every look.

Quick: a phone at night with JavaScript, a desk by day without; long: all eight of width, scheme and JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import Page, expect

import webapp.storage
from tests.e2e.acts import PHARMACY, WORDS, approve, card, fill_in, find_the_pharmacy, look_over, send, sign_in
from tests.e2e.conftest import Visit
from tests.support.browser import DARK_PHONE, DESK, LOOKS, OLD, PHONE, Look, Visitor
from tests.support.profile import IS_LONG
from tests.support.server import ROOT, Site, copied, demo_instance, served
from webapp import clock
from webapp.config import Settings
from webapp.jobs import worker
from webapp.jobs.mail import environment

ALL_LOOKS = [*LOOKS, *(replace(look, has_javascript=False) for look in LOOKS)]
NEEDS = re.compile(r"three more approvals, one of them from a trusted reviewer; at the earliest \w", re.IGNORECASE)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A community for each telling, so that every look meets the same one."""
    with served(copied(demo_instance(tmp_path_factory), tmp_path_factory.mktemp("site"))) as running:
        yield running


@pytest.mark.parametrize("look", ALL_LOOKS if IS_LONG else [DARK_PHONE, OLD], ids=str)
def test_a_change_is_found_suggested_approved_looked_at_and_undone(visit: Visit, site: Site, look: Look) -> None:
    address = a_volunteer_suggests(visit(look))
    two_reviewers_approve([visit(look), visit(look)], address)
    the_volunteer_gets_a_mail(site)
    anybody_looks_back(visit(look))
    a_moderator_undoes(visit(look))


def a_volunteer_suggests(volunteer: Visitor) -> str:
    """A new number and a clearer description, with a reason; gives the path of the suggestion."""
    sign_in(volunteer, "Rab Corstane")
    page = find_the_pharmacy(volunteer)
    page.get_by_role("link", name="Suggest a change").click()
    fill_in(page, number="01632 960701")
    volunteer.check()
    look_over(page)
    expect(page.get_by_role("main")).to_contain_text("Nothing has been sent yet")
    volunteer.check()
    address = send(page)
    for name in ("Description", "Phone numbers"):
        expect(card(page, name)).to_be_visible()
        expect(card(page, name).get_by_role("button", name=re.compile("^Approve"))).to_have_count(0)
    expect(page.get_by_role("main")).to_contain_text("I phoned them this morning.")
    volunteer.check()
    return address


def two_reviewers_approve(reviewers: list[Visitor], address: str) -> None:
    """The second vote applies the description, and the page says so at once; the number says what it still needs."""
    for reviewer, name in zip(reviewers, ("Callum", "Nadia"), strict=True):
        sign_in(reviewer, name)
        page = reviewer.open(address)
        approve(page, "Description")
        expect(card(page, "Description")).to_contain_text("You approved this")
        reviewer.check()
    expect(card(page, "Description")).to_contain_text("Applied")
    expect(card(page, "Phone numbers").get_by_text(NEEDS)).to_have_count(1)
    page = reviewer.open(PHARMACY)
    expect(page.get_by_role("main")).to_contain_text(WORDS)
    expect(page.get_by_role("main")).not_to_contain_text("960 701")


def the_volunteer_gets_a_mail(site: Site) -> None:
    """What befalls several changes of one suggestion goes into one letter, so the news rests for some minutes."""
    settings = Settings.from_environ({"WELLKEPT_INSTANCE": str(site.instance)}, ROOT)
    storage = webapp.storage.init(settings.database_url)
    done = worker.once(storage, settings, environment(ROOT / "templates"), clock.now() + timedelta(minutes=6))
    storage.dispose()
    assert done.failed == 0
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in (site.instance / "outbox").glob("*.eml")]
    (mail,) = [mail for mail in mails if mail["Subject"] == "Your suggestion for Quayside Pharmacy is live"]
    assert mail["To"] == "rab@people.example"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("Hello Rab Corstane,")


def anybody_looks_back(visitor: Visitor) -> None:
    """The history says who, what, with which votes and by which rule; why stands with the suggestion."""
    page = visitor.open(PHARMACY)
    page.get_by_role("link", name=re.compile("^History")).click()
    newest = page.get_by_role("listitem").filter(has_text="Revision 5")
    for words in ("Rab Corstane", "Description", "2 approvals", re.compile("version \\d+ of the rules")):
        expect(newest).to_contain_text(words)
    visitor.check()
    newest.get_by_role("heading").get_by_role("link").click()
    visitor.check()
    page.get_by_role("link", name=re.compile("suggestion and its votes")).click()
    expect(page.get_by_role("main")).to_contain_text("I phoned them this morning.")
    visitor.open(f"{PHARMACY}/history")
    page.get_by_label("Compare", exact=True).select_option("Revision 4")
    page.get_by_label("with", exact=True).select_option("Revision 5")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("main").get_by_role("insertion")).to_have_text([WORDS])
    expect(page.get_by_role("main").get_by_role("deletion")).to_have_count(0)
    visitor.check()


def a_moderator_undoes(moderator: Visitor) -> None:
    """Revision 4 goes while 5, which came later, stays; then the record goes back to revision 2 whole."""
    sign_in(moderator, "Hamish Okafor")
    page = moderator.open(f"{PHARMACY}/history")
    page.get_by_role("link", name="Revert revision 4").click()
    undo(moderator, page, "They close for lunch at one after all", re.compile("^Revert"))
    expect(page.get_by_role("main")).to_contain_text("Revision 4 is reverted")
    expect(moderator.open(PHARMACY).get_by_role("main")).to_contain_text(WORDS)
    page = moderator.open(f"{PHARMACY}/history")
    page.get_by_role("link", name=re.compile("^Roll back to here.*revision 2$")).click()
    undo(moderator, page, "Start again from the second revision", re.compile("^Roll back"))
    expect(page.get_by_role("main")).to_contain_text("stands as at revision 2 again")
    main = moderator.open(PHARMACY).get_by_role("main")
    expect(main).not_to_contain_text(WORDS)
    expect(main).not_to_contain_text("tricycle")  # of revision 3


def undo(moderator: Visitor, page: Page, why: str, button: re.Pattern[str]) -> None:
    """From the preview to the deed."""
    expect(page.get_by_role("main")).to_contain_text("Nothing has happened yet")
    moderator.check()
    page.get_by_label("Why?").fill(why)
    page.get_by_role("button", name=button).click()


@pytest.mark.slow
def test_the_pages_of_the_readme(visit: Visit) -> None:
    visitor = visit(DESK)
    page = visitor.open("/services/shore-street-pantry-weekly-shop")
    page.wait_for_load_state("networkidle")  # its map, too
    visitor.picture("record", is_for_readme=True)


def test_on_a_phone_the_number_is_the_first_thing_to_press(visit: Visit) -> None:
    visitor = visit(PHONE)
    page = visitor.open(PHARMACY)
    visitor.check()
    expect(page.get_by_role("link", name=re.compile("Call"))).to_be_in_viewport()
