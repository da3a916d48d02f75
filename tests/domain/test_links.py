"""Which addresses a change proposes, and when a link is looked at again or called dead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.canonical import dump
from webapp.domain.diff import Edit
from webapp.domain.links import MOST, LinkState, is_dead, is_due, proposed, said_in, tries_after

ID = "0192d7b4-0000-7000-8000-000000000001"
NOW = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)


def of_edits(*edits: Edit, kind: str = "service") -> tuple[str, ...]:
    return proposed("edit", kind, dump({"edits": [[edit.unit, edit.before, edit.after] for edit in edits]}))


@pytest.mark.parametrize(
    ("unit", "after"),
    [
        ("url", "https://a.example/"),
        (f"schedules/{ID}", {"freq": "WEEKLY", "schedule_link": "https://a.example/"}),
        (f"places/{ID}/schedules/{ID}", {"schedule_link": "https://a.example/"}),
        (f"places/{ID}/accessibility/{ID}", {"url": "https://a.example/", "description": "See http://no.example"}),
    ],
)
def test_an_address_is_found_wherever_a_kind_has_a_field_for_one(unit: str, after: object) -> None:
    assert of_edits(Edit(unit, None, after)) == ("https://a.example/",)


@pytest.mark.parametrize(
    ("unit", "after"),
    [("description", "See http://a.example"), ("url", None), ("was_once_a_field", "http://a.example")],
)
def test_texts_blanks_and_fields_of_an_older_schema_propose_no_link(unit: str, after: object) -> None:
    assert of_edits(Edit(unit, "http://before.example", after)) == ()


def test_a_new_record_proposes_all_its_links_each_once_and_no_more_than_are_looked_at() -> None:
    rows = [{"id": ID, "schedule_link": f"https://a.example/{number % 30}"} for number in range(60)]
    document = {"name": "Soup", "url": "https://a.example/0", "schedules": rows}
    payload = dump({"records": [{"kind": "service", "document": document}]})
    assert proposed("create", "service", payload) == tuple(f"https://a.example/{number}" for number in range(MOST))


def test_closing_a_record_proposes_no_link() -> None:
    assert proposed("close", "service", dump({"note": "http://a.example"})) == ()


def test_an_address_in_a_sentence_ends_before_the_sentence_does() -> None:
    said = "It is on their site (https://a.example/hours?x=1), and on HTTP://b.example/. See “https://c.example”."
    assert said_in(said) == ("https://a.example/hours?x=1", "HTTP://b.example/", "https://c.example")


@pytest.mark.parametrize("said", ["%s", "%s.", "(%s)", "Look (%s), or ring.", "%s)*_"])
@pytest.mark.parametrize("url", ["https://a.example/wiki/Leith_(town)", "https://a.example/a_(b)/c", "https://a.example/"])
def test_a_bracket_that_an_address_opened_is_its_own_to_close(said: str, url: str) -> None:
    assert said_in(said % url) == (url,)


@pytest.mark.parametrize("state", list(LinkState))
def test_only_a_page_that_is_gone_is_dead_at_once_and_only_silence_kills_a_link_in_time(state: LinkState) -> None:
    assert is_dead(state, 1) == (state is LinkState.GONE)
    assert is_dead(state, 3) == (state in (LinkState.GONE, LinkState.SILENT, LinkState.UNKNOWN))


def test_a_link_that_answers_again_begins_to_be_counted_anew() -> None:
    assert tries_after(LinkState.SILENT, 2) == 3
    assert tries_after(LinkState.ANSWERS, 3) == 0


@pytest.mark.parametrize(
    ("state", "tries", "rests"),
    [
        ("answers", 0, timedelta(days=7)),
        ("gone", 0, timedelta(days=7)),
        ("silent", 1, timedelta(hours=1)),
        ("broken", 2, timedelta(hours=1)),
        ("silent", 3, timedelta(days=7)),
    ],
)
def test_a_link_rests_a_week_or_an_hour_where_it_may_answer_then(state: str, tries: int, rests: timedelta) -> None:
    assert is_due(state, tries, NOW - rests, NOW)
    assert not is_due(state, tries, NOW - rests + timedelta(seconds=1), NOW)
