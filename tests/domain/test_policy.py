"""The default policy is what the rules say, and no other one that is nonsense can be made of text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.ruling import put, ruled
from webapp.domain.errors import Refused
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Mode, from_data, from_json, problems_of, to_data, to_json


@pytest.mark.parametrize(
    ("risk", "mode", "threshold", "needs", "hours"),
    [
        (Risk.LOW, "full", 2, set(), 0),
        (Risk.HIGH, "full", 3, {"trusted"}, 24),
        (Risk.DESTRUCTIVE, "full", 3, {"trusted", "reason"}, 48),
        (Risk.LOW, "reduced", 1, set(), 0),
        (Risk.HIGH, "reduced", 2, set(), 24),
        (Risk.DESTRUCTIVE, "reduced", 2, {"moderator", "reason"}, 48),
    ],
)
def test_the_default_rules(risk: Risk, mode: Mode, threshold: int, needs: set[str], hours: int) -> None:
    rule = DEFAULT.rule(risk, mode)
    said = {name for name in ("trusted", "moderator", "reason") if getattr(rule, f"needs_{name}")}
    assert (rule.threshold, said, rule.earliest) == (threshold, needs, timedelta(hours=hours))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("first_reject_pause", "72h"),
        ("contested_margin", 1),
        ("reject_at", -3),
        ("escalate_contested_after", "7d"),
        ("escalate_after", "14d"),
        ("expire_after", "60d"),
        ("self_decision.low", "24h"),
        ("self_decision.destructive", "48h"),
        ("redact_alone_after", "24h"),
        ("hides_votes", True),
        ("caps.open_newcomer", 5),
        ("caps.open_volunteer", 15),
        ("caps.open_reviewer", 25),
        ("caps.open_trusted", 100),
        ("caps.open_import", 200),
        ("caps.changes_a_suggestion", 50),
        ("caps.amends", 5),
        ("caps.confirms_a_day", 30),
        ("caps.votes_a_day", 100),
        ("caps.author_share_percent", 25),
        ("caps.author_share_from", 20),
        ("caps.author_share_window", "30d"),
        ("spam.flags_to_hide", 2),
        ("spam.wrong_flag_costs", "30d"),
        ("spam.pause_for", "7d"),
        ("spam.reverts_to_protect", 3),
        ("spam.revert_window", "24h"),
        ("spam.protect_for", "7d"),
        ("standing.lost_percent", 5),
        ("standing.lost_window", "90d"),
        ("standing.active_window", "28d"),
        ("standing.reduced_below", 8),
        ("standing.full_from", 10),
    ],
)
def test_the_default_numbers(path: str, value: object) -> None:
    assert _at(to_data(DEFAULT), path) == value


def test_the_default_is_sound_and_goes_through_text_unchanged() -> None:
    assert problems_of(DEFAULT) == ()
    assert from_json(to_json(DEFAULT)) == DEFAULT


_NUMBERS = [
    "contested_margin",
    "rules.destructive.threshold",
    "caps.amends",
    "caps.open_trusted",
    "standing.full_from",
    "standing.lost_percent",
]
_DURATIONS = ["first_reject_pause", "escalate_after", "expire_after", "rules.high.earliest", "spam.pause_for"]


@given(
    st.dictionaries(st.sampled_from(_NUMBERS), st.integers(0, 120), max_size=3),
    st.dictionaries(st.sampled_from(_DURATIONS), st.integers(0, 60 * 24 * 90).map("{}m".format), max_size=3),
)
def test_what_is_accepted_goes_through_text_unchanged(numbers: dict[str, int], durations: dict[str, str]) -> None:
    data = to_data(DEFAULT)
    for path, value in [*numbers.items(), *durations.items()]:
        put(data, path, value)
    try:
        policy = from_data(data)
    except Refused:
        return
    assert problems_of(policy) == ()
    assert from_json(to_json(policy)) == policy


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("rules.low.threshold", 0, "out_of_bounds"),  # everything would apply
        ("rules.destructive.threshold", 1000, "out_of_bounds"),  # nothing would
        ("reject_at", 0, "out_of_bounds"),  # everything would be rejected
        ("rules.high.earliest", "45d", "out_of_bounds"),
        ("escalate_contested_after", "0d", "out_of_bounds"),
        ("caps.votes_a_day", 0, "out_of_bounds"),
        ("rules.low.threshold", 4, "more_than"),  # low harder than high
        ("reduced.high.threshold", 4, "more_than"),  # few people harder than many
        ("escalate_after", "61d", "more_than"),  # nobody would be asked before it expires
        ("first_reject_pause", "8d", "more_than"),
        ("standing.reduced_below", 11, "more_than"),
        ("rules.low.threshold", True, "wrong_type"),
        ("rules.low.threshold", "2", "wrong_type"),
        ("rules.low.needs_trusted", 1, "wrong_type"),
        ("expire_after", 60, "not_a_duration"),
        ("expire_after", "60", "not_a_duration"),
        ("expire_after", "-60d", "not_a_duration"),
        ("rules.low", 2, "not_a_table"),
        ("rules.medium", {}, "unknown"),
    ],
)
def test_nonsense_is_refused_where_it_stands(path: str, value: object, code: str) -> None:
    data = to_data(DEFAULT)
    put(data, path, value)
    with pytest.raises(Refused) as raised:
        from_data(data)
    assert (path, code) in {(problem.where, problem.code) for problem in raised.value.problems}


def test_all_problems_are_told_at_once() -> None:
    data = to_data(DEFAULT)
    del data["caps"]["amends"]
    data["reject_at"] = "many"
    with pytest.raises(Refused) as raised:
        from_data(data)
    assert {problem.where for problem in raised.value.problems} == {"caps.amends", "reject_at"}


def test_a_stored_policy_without_a_newer_field_has_its_default() -> None:
    data = to_data(replace(DEFAULT, version=4, contested_margin=2))
    del data["caps"]["amends"], data["rules"]["low"]["earliest"], data["self_decision"]
    assert from_json(json.dumps(data)) == replace(DEFAULT, version=4, contested_margin=2)
    with pytest.raises(Refused) as raised:
        from_data(data)
    assert {problem.where for problem in raised.value.problems} == {
        "caps.amends",
        "rules.low.earliest",
        "self_decision",
    }


def test_a_stored_policy_is_read_by_the_bounds_of_its_day() -> None:
    older = replace(DEFAULT, first_reject_pause=timedelta(days=9))  # longer than it takes to ask moderators
    assert problems_of(older) != ()
    assert from_json(to_json(older)) == older


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "{}", '{"version": 1, "votes": 3}'])
def test_text_that_holds_no_policy_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        from_json(text)


def test_a_policy_in_text_is_plain_json() -> None:
    assert json.loads(to_json(DEFAULT))["rules"]["high"]["earliest"] == "24h"


def _at(data: Any, path: str) -> Any:
    for name in path.split("."):
        data = data[name]
    return data


# -- rules that nobody could meet, or anybody ---------------------------------------------------------------


def test_rules_under_which_the_first_approval_applies_everything_are_refused() -> None:
    at_once = {
        f"rules__{risk}__{name}": value
        for risk in ("low", "high", "destructive")
        for name, value in (("threshold", 1), ("needs_trusted", False), ("earliest", "0m"))
    }
    few = {f"reduced__{risk}__threshold": 1 for risk in ("low", "high", "destructive")}
    with pytest.raises(Refused) as raised:
        ruled(**at_once, **few)
    assert [(problem.where, problem.code) for problem in raised.value.problems] == [
        ("rules.high.threshold", "everything_applies")
    ]
    for path, enough in (("rules__destructive__threshold", 2), ("rules__high__needs_trusted", True)):
        assert ruled(**{**at_once, **few, path: enough}) != DEFAULT
    assert ruled(**{**at_once, **few, "rules__destructive__earliest": "1h"}) != DEFAULT


def test_rules_for_few_people_under_which_the_first_approval_applies_everything_are_refused() -> None:
    lax = {f"rules__{risk}__earliest": "0m" for risk in ("low", "high", "destructive")}
    few = {f"reduced__{risk}__threshold": 1 for risk in ("low", "high", "destructive")}
    few["reduced__destructive__needs_moderator"] = False
    with pytest.raises(Refused) as raised:
        ruled(**lax, **few)
    assert [(problem.where, problem.code) for problem in raised.value.problems] == [
        ("reduced.high.threshold", "few_apply_everything")
    ]
    for path, enough in (("reduced__destructive__threshold", 2), ("reduced__high__needs_moderator", True)):
        assert ruled(**{**lax, **few, path: enough}) != DEFAULT
    assert ruled(**{**lax, **few, "rules__destructive__earliest": "1h"}) != DEFAULT
