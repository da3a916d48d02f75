"""Suggesting in a language that puts every text in brackets: all is said in it, but what is typed and kept."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from tests.support import pseudo
from tests.support.page_client import Page, PageClient
from tests.web.suggest.suggesting import FORM, REVIEW, Town, filled, review, send
from webapp.domain.problems import Problem, describe
from webapp.language import speaking
from webapp.storage.models import Change, Outbox, Revision

KNOWN = """
    harbour soup lunch; soup for all, and bread; leith library; leith hall; harbour trust; food; lunch clubs; friday;
    by appointment; our categories; i phoned them today; they sing; shore choir; shore church; shore singers;
    28 ferry road; 1 shore; 2 shore; edinburgh; eh6 4ae; eh6 6qn; monday and wednesday, 12:00 to 14:00; geonames
"""
"""What the town holds and what is typed here, for one case and in one line."""
pytestmark = pytest.mark.usefixtures("in_brackets")
WORDS = pseudo.locale_words()
TIMES = "places-0-schedules.text"


def somebody(town: Town, handle: str = "ann") -> PageClient:
    """A visitor who has chosen that language; signed in where a handle is given."""
    client = town.visitor(handle)
    client.browser.set_cookie("language", pseudo.TAG)
    return client


def unsaid(page: Page) -> list[str]:
    """What stands outside the brackets in the body of a page."""
    return list(pseudo.unsaid(str(page.one("main").tag), " ".join(KNOWN.split()), WORDS))


@pytest.mark.parametrize(
    ("act", "handle"), [("suggest", ""), ("suggest", "ann"), ("close", ""), ("reopen", "ann"), ("merge", "ann")]
)
def test_every_form_about_a_record_is_said(town: Town, act: str, handle: str) -> None:
    assert unsaid(somebody(town, handle).get(town.address(town.service, act))) == []


@pytest.mark.parametrize("kind", ["service", "location", "organization", "guide", "taxonomy", "taxonomy_term"])
def test_every_form_of_something_missing_is_said_and_so_is_what_is_wrong(town: Town, kind: str) -> None:
    form = somebody(town, "").get(f"/suggest/new/{kind}").form(FORM)
    part = {"organization-description": "They sing."} if kind == "service" else {}
    answer = form.fill(part).submit(REVIEW, status=422)
    assert answer.texts("#problems li")
    assert unsaid(answer) == []


def test_what_will_be_sent_is_said(town: Town) -> None:
    new = {"name": "Shore Choir", "organization__name": "Shore Singers", "location__name": "Shore Church"}
    looked = review(somebody(town).get("/suggest/new/service"), **new, location__city="Edinburgh", how="phoned")
    assert looked.texts("main .change h2")[0] == "⟦New service: Shore Choir⟧"
    assert unsaid(looked) == []


def test_what_somebody_suggested_already_is_said(town: Town) -> None:
    send(review(town.visitor("bob").get(town.address(town.service)), description="Soup for all, and bread."))
    again = review(somebody(town).get(town.address(town.service)), description="Soup for all, and bread.")
    answer = send(again, status=409)
    assert answer.one("h1").text == "⟦Somebody suggested the same already⟧"
    assert unsaid(answer) == []


def test_a_guests_link_is_said_before_it_is_pressed_and_after(town: Town) -> None:
    who = {"guest_name": "Morag Bain", "guest_email": "morag@guests.example"}
    visitor = somebody(town, "")
    send(review(visitor.get(town.address(town.service)), description="Soup for all, and bread.", **who))
    letter = town.world.all(select(Outbox.payload).order_by(Outbox.id.desc()))[0]
    address = f"/account/guest/{json.loads(letter.payload)['token']}"
    opened = visitor.get(address)
    assert unsaid(opened) == []
    opened.form().submit()
    assert unsaid(visitor.get(address)) == []


@pytest.mark.parametrize(
    "typed",
    ["whenever we like", "Mon 7-9", "31 June 2026, 10-12", "Christmas", "Monday 25:00 to 26:00", "every third Tuesday"],
)
def test_times_that_cannot_be_read_are_refused_in_words_with_an_english_example(town: Town, typed: str) -> None:
    form = filled(somebody(town).get(town.address(town.service)), **{TIMES: typed})
    answer = form.submit(REVIEW, status=422)
    assert answer.form(FORM).values[TIMES] == typed
    told = answer.one("#problems li").text
    assert told.startswith(f"⟦“{typed}”: ⟦")
    assert told.endswith(".⟧")


def test_the_box_of_times_is_english_and_sent_as_it_is_changes_nothing(town: Town) -> None:
    form = filled(somebody(town).get(town.address(town.service)))
    assert form.values[TIMES] == "Monday and Wednesday, 12:00 to 14:00"
    answer = form.submit(REVIEW, status=422)
    assert answer.texts("#problems li") == ["⟦The record says that already, so there is nothing to send.⟧"]


def test_a_history_is_kept_in_english_whoever_sends_and_votes(town: Town) -> None:
    looked = review(somebody(town).get(town.address(town.service)), description="Soup for all, and bread.")
    assert send(looked).follow().one(".messages").text.startswith("⟦Thank you")
    with speaking(pseudo.voice()):
        town.world.approve(town.world.one(select(Change.id)).id, "rose", "roy")
        town.world.sweep()
    newest = select(Revision.summary).where(Revision.record_id == town.service).order_by(Revision.number.desc())
    assert town.world.all(newest)[0].summary == "Description"


def test_a_problem_names_fields_in_the_language_spoken() -> None:
    problem = Problem("until", "dates_order", {"other": "First date"}, "Last date")
    english = describe(problem)
    with speaking(pseudo.voice()):
        said = describe(problem)
    assert english == "“Last date” can’t be before “First date”. Change one of them."
    assert said == "⟦“⟦Last date⟧” can’t be before “⟦First date⟧”. Change one of them.⟧"
