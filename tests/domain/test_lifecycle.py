"""Open changes may move; ended ones never do."""

from __future__ import annotations

import pytest

from webapp.domain.errors import AlreadyClosed
from webapp.domain.lifecycle import MOVES, Act, ChangeState, move, suggestion_state

ENDS = frozenset(ChangeState) - {ChangeState.OPEN}


@pytest.mark.parametrize(
    ("act", "end"),
    [
        ("apply", "applied"),
        ("reject", "rejected"),
        ("withdraw", "withdrawn"),
        ("supersede", "superseded"),
        ("expire", "expired"),
    ],
)
def test_each_closing_act_has_its_end(act: str, end: str) -> None:
    assert move("open", act) == end
    assert end in ENDS


@pytest.mark.parametrize("act", ["vote", "amend", "rebase", "improve"])
def test_other_acts_leave_a_change_open(act: str) -> None:
    assert move("open", act) == "open"


@pytest.mark.parametrize("act", list(Act))
@pytest.mark.parametrize("end", sorted(ENDS))
def test_nothing_moves_an_ended_change(end: ChangeState, act: Act) -> None:
    with pytest.raises(AlreadyClosed) as raised:
        move(end, act)
    assert raised.value.values == {"state": end.value, "act": act.value}


def test_every_state_has_its_moves_and_there_are_five_ends() -> None:
    assert set(MOVES) == set(ChangeState)
    assert len(ENDS) == 5


@pytest.mark.parametrize(("state", "act"), [("closed", "vote"), ("open", "burn")])
def test_unknown_words_are_errors(state: str, act: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        move(state, act)


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["open"], "open"),
        (["applied", "open", "rejected"], "open"),
        (["applied", "applied"], "applied"),
        (["rejected"], "rejected"),
        (["withdrawn", "withdrawn"], "withdrawn"),
        (["superseded"], "superseded"),
        (["expired", "expired", "expired"], "expired"),
        (["applied", "rejected"], "partly applied"),
        (["superseded", "withdrawn", "applied"], "partly applied"),
        (["rejected", "expired"], "mixed"),
    ],
)
def test_a_suggestion_takes_its_state_from_its_changes(states: list[str], expected: str) -> None:
    assert suggestion_state(states) == expected
    assert suggestion_state(reversed(states)) == expected


def test_a_suggestion_without_changes_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one change"):
        suggestion_state([])
