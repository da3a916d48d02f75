"""Links on the desk: a reviewer reads whether each answers, where it leads, and when that was looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from tests.support.page_client import Page, PageClient
from tests.support.queries import recorded
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.services import suggest
from webapp.services.links import Found, keep
from webapp.storage.models import Change

URL = "https://soup.example/"
DAY = "2 March 2026"


@pytest.fixture
def goes_out(app: Flask) -> None:
    """The site is set to look at links."""
    app.extensions["settings"] = replace(app.extensions["settings"], check_links=True)


def answered(world: World, state: str, tries: int = 0, leads_to: str | None = None, url: str = URL) -> None:
    """What the worker found, now."""
    keep(world.storage, [Found(url, state, leads_to, tries)], world.now)


def proposes(world: World, detail: str = "", **values: Any) -> str:
    """A change that is open, and how its author knows."""
    record = world.record()
    document = {**world.document(record), **(values or {"url": URL})}
    known_by = suggest.HowKnown("website", detail) if detail else None
    command = suggest.SuggestChange(world.person("ann"), record, 1, document, "", *([known_by] if known_by else []))
    return suggest.suggest_change(world.storage, command, world.now).change_ids[0]


def page_of(world: World, change: str, client: PageClient) -> Page:
    return client.get(f"/suggestions/{world.change(change).suggestion_id}")


def said(world: World, change: str, client: PageClient) -> list[str]:
    return [words for words in page_of(world, change, client).texts(f"#change-{change} p") if "link" in words.lower()]


@pytest.mark.usefixtures("goes_out")
@pytest.mark.parametrize(
    ("found", "words"),
    [
        (("answers",), f"This link answered on {DAY}."),
        (("gone",), f"This link was dead on {DAY}: there is no such page."),
        (("silent", 1), f"This link did not answer on {DAY}. We will try again."),
        (("silent", 3), f"This link was dead on {DAY}: nobody answered, however often we tried."),
        (("unknown", 2), f"This link did not answer on {DAY}: we found no website of this name. We will try again."),
        (("unknown", 3), f"This link was dead on {DAY}: nobody answered, however often we tried."),
        (("broken", 3), f"This link answered with an error on {DAY}. The website itself may be broken."),
        (("shut",), f"This link answered on {DAY}, but did not show us the page. Look at it yourself."),
        (("untrusted",), f"This link was not safe on {DAY}: its certificate is wrong. A browser would warn people."),
        (("lost",), f"This link leads from one address to the next, and never arrives. We tried it on {DAY}."),
        (("untried",), "We do not try this link: it does not lead to an ordinary web address."),
        (
            ("answers", 0, "https://new.example/soup"),
            f"This link leads to another address: “https://new.example/soup”. It answered on {DAY}.",
        ),
        (
            ("gone", 0, "https://new.example/soup"),
            "This link leads to another address: “https://new.example/soup”."
            f" This link was dead on {DAY}: there is no such page.",
        ),
    ],
)
def test_a_card_says_how_its_link_answered(world: World, client: PageClient, found: Any, words: str) -> None:
    change = proposes(world)
    answered(world, *found)
    assert said(world, change, client) == [words]


@pytest.mark.usefixtures("goes_out")
@pytest.mark.parametrize(("state", "is_loud"), [("answers", False), ("silent", False), ("gone", True), ("lost", True)])
def test_only_what_readers_should_not_be_sent_to_is_said_aloud(
    world: World, client: PageClient, state: str, is_loud: bool
) -> None:
    change = proposes(world)
    answered(world, state, 1)
    assert bool(page_of(world, change, client).all(f"#change-{change} .note.bad")) == is_loud


@pytest.mark.usefixtures("goes_out")
def test_a_link_that_nobody_has_looked_at_yet_is_said_to_wait(world: World, client: PageClient) -> None:
    assert said(world, proposes(world), client) == ["We have not tried this link yet."]


def test_nothing_is_said_of_links_where_the_site_does_not_go_out(world: World, client: PageClient) -> None:
    change = proposes(world, f"It stands on {URL}.")
    answered(world, "gone")
    with recorded(world.storage.engine) as statements:
        assert said(world, change, client) == []
        assert page_of(world, change, client).all(".facts.page dd")[-1].text.endswith(f"It stands on {URL}.")
    assert "link_check" not in str(statements)


@ON_BOTH
@pytest.mark.usefixtures("goes_out")
def test_several_links_are_told_apart_and_read_at_once(world: World, client: PageClient) -> None:
    links = [f"https://soup.example/{number}" for number in range(5)]
    rows = [
        {"id": f"0192d7b4-0000-7000-8000-00000000000{n}", "order": n, "byday": "MO", "schedule_link": link}
        for n, link in enumerate(links)
    ]
    change = proposes(world, schedules=rows)
    page_of(world, change, client)
    for link in links[:4]:
        answered(world, "answers", url=link)
    with recorded(world.storage.engine) as statements:
        words = said(world, change, client)
    assert words == [
        *(f"{link} This link answered on {DAY}." for link in links[:4]),
        f"{links[4]} We have not tried this link yet.",
    ]
    assert str(statements).count("FROM link_check") == 1


@pytest.mark.usefixtures("goes_out")
def test_a_link_in_the_evidence_is_looked_at_too(world: World, client: PageClient) -> None:
    one = proposes(world, f"It stands on {URL}.", description="Soup and company")
    answered(world, "answers")
    (told,) = page_of(world, one, client).all(".facts.page dd")
    assert told.text == f"Looked at their website. It stands on {URL}. This link answered on {DAY}."
    two = proposes(world, f"See {URL} and http://b.example", description="Soup, too")
    (told,) = page_of(world, two, client).all(".facts.page dd")
    assert told.text.endswith(
        f"{URL}: This link answered on {DAY}. http://b.example: We have not tried this link yet."
    )


@pytest.mark.usefixtures("goes_out")
def test_a_change_that_is_closed_or_hidden_says_nothing_of_its_link(
    world: World, client: PageClient, sign_in: SignIn
) -> None:
    ended, hidden = proposes(world), proposes(world)
    answered(world, "answers")
    world.withdraw(world.people["ann"], ended)
    hide = update(Change).where(Change.id == hidden).values(hidden_at=world.now)
    world.storage.transact(lambda uow: uow.run(hide), world.now)
    assert said(world, ended, client) == []
    assert said(world, hidden, sign_in(world.person("mo", "moderator"))) == []


@pytest.mark.usefixtures("goes_out")
def test_where_a_link_leads_is_words_and_never_a_link(world: World, client: PageClient) -> None:
    change = proposes(world)
    answered(world, "untried", 0, "javascript:alert(%3Cb%3E)//" + "x" * 1900)
    (words,) = said(world, change, client)
    assert len(words) < 300
    assert not page_of(world, change, client).all(f"#change-{change} a[href^=javascript]")


@pytest.mark.usefixtures("goes_out")
def test_a_link_answers_on_the_day_that_it_is_here(world: World, client: PageClient) -> None:
    change = proposes(world)
    midsummer = datetime.fromisoformat("2026-06-21T23:30:00+00:00")
    keep(world.storage, [Found(URL, "answers", None, 0)], midsummer + timedelta(minutes=1))
    assert said(world, change, client) == ["This link answered on 22 June 2026."]
