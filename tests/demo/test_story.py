"""Every suggestion of the demo's story comes, by the review rules alone, to the end that it tells."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from tests.demo.town import TODAY, Town
from webapp.demo.content import load
from webapp.demo.story import timeline
from webapp.domain.policy import DEFAULT
from webapp.domain.roles import Role, at_least
from webapp.domain.standing import author_share_ok


@cache
def town() -> Town:
    return Town(load(TODAY))


SUGGESTIONS = load(TODAY).story["suggestion"]


@pytest.mark.parametrize("row", SUGGESTIONS, ids=[row["id"] for row in SUGGESTIONS])
def test_every_suggestion_comes_to_the_end_that_the_story_tells(row: Mapping[str, Any]) -> None:
    assert town().stands(row) == row["outcome"]
    for group, end in row.get("outcomes", {}).items():
        assert [change.state for change in town().of(row) if change.group == group] == [end]


def test_every_end_and_every_flag_occurs() -> None:
    assert {row["outcome"] for row in SUGGESTIONS} == {
        "applied", "rejected", "withdrawn", "superseded", "expired", "partly applied",
        "open", "contested", "conflicted", "escalated", "hidden",
    }  # fmt: skip
    assert len(SUGGESTIONS) >= 45
    assert len({row["id"] for row in SUGGESTIONS}) == len(SUGGESTIONS)


def test_several_records_have_long_histories() -> None:
    lengths = Counter({slug: len(revisions) for slug, revisions in town().revisions.items()})
    assert lengths["harbour-soup-lunch"] >= 8
    assert sum(4 <= length <= 8 for length in lengths.values()) >= 6


def test_a_mistake_was_reverted_and_a_record_rolled_back() -> None:
    assert town().documents["harbour-soup-lunch"]["phones"][0]["number"] == "01632 960114"
    repair = town().documents["repair-cafe"]
    assert repair["places"][0]["schedules"][0]["byday"] == "2SA"
    assert "accordion" in repair["description"]
    assert "Last Sunday" not in repair["summary"]


def test_enough_reviewers_are_active_for_the_full_rules() -> None:
    since = DEFAULT.standing.active_window.days
    voters = {vote["who"] for row in SUGGESTIONS for vote in row.get("votes", ()) if vote["days_ago"] < since}
    reviewers = [who for who in voters if at_least(town().people[who]["role"], Role.REVIEWER)]
    assert len(reviewers) >= DEFAULT.standing.full_from


def test_no_vote_exceeds_the_share_that_one_author_may_have() -> None:
    votes: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for step in timeline(load(TODAY).story):
        if step.act == "vote":
            who, author = step.data["who"], step.of["author"]
            recent = [a for days, a in votes[who] if days - step.days_ago < DEFAULT.caps.author_share_window.days]
            role = town().people[who]["role"]
            assert author_share_ok(recent.count(author), len(recent), role, "full", DEFAULT), (who, step.of["id"])
            votes[who].append((step.days_ago, author))


def test_nobody_acts_before_joining_or_while_paused() -> None:
    paused = {p["handle"]: p["paused_ago"] for p in town().people.values() if "paused_ago" in p}
    for step in timeline(load(TODAY).story):
        for handle in {step.data.get("who"), step.of.get("author") if step.act == "suggest" else None} - {None}:
            assert step.days_ago < town().people[str(handle)]["joined"], (handle, step)
            assert step.days_ago > paused.get(str(handle), -1), (handle, step)


def test_the_timeline_runs_from_the_oldest_act_to_the_newest() -> None:
    steps = timeline(load(TODAY).story)
    days = [step.days_ago for step in steps]
    assert days == sorted(days, reverse=True)
    for row in SUGGESTIONS:
        own = [step for step in steps if step.of is row]
        assert own[0].act == "suggest"
