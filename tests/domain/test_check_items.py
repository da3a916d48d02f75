"""When the next check comes, and what can be planted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.domain.check_items import most_waited, plantable, wait_of
from webapp.domain.kinds import KINDS
from webapp.domain.policy import DEFAULT


@pytest.mark.parametrize("every", [1, 2, 20])
def test_one_comes_after_as_many_votes_as_the_rules_say_on_average(every: int) -> None:
    policy = replace(DEFAULT, check_every=every)
    waits = [wait_of(policy, f"person {number % 50}", number) for number in range(4000)]
    assert (min(waits), max(waits)) == (1, most_waited(policy))
    assert sum(waits) / len(waits) == pytest.approx(every, rel=0.05)
    assert waits[7] == wait_of(policy, "person 7", 7)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_each_kind_has_parts_that_can_be_planted_and_none_decides_whether_it_runs(kind: object) -> None:
    names = {field.name for _group, field in plantable(kind)}  # type: ignore[arg-type]  # parametrised
    assert "name" in names
    assert not names & {"status", "merged_into"}
