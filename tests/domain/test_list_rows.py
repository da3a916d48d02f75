"""A list row by row: what comes, goes, differs, moves and stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.diff import Edit, diff
from webapp.domain.document import to_units
from webapp.domain.kinds import KINDS
from webapp.domain.list_rows import list_of, list_rows

SERVICE = KINDS["service"]
IDS = [f"0192d7b4-0000-7000-8000-00000000000{number}" for number in range(6)]


def phones(*numbers: tuple[int, str]) -> dict[str, object]:
    """A record with these telephone numbers, each by the number of its id, in this order."""
    rows = [{"id": IDS[id_], "order": place, "number": number} for place, (id_, number) in enumerate(numbers)]
    return {"name": "Lunch", "phones": rows}


def rows(before: dict[str, object], after: dict[str, object]) -> list[tuple[str, int]]:
    """State and id of each row."""
    edits = diff(SERVICE, before, after)
    found = list_rows("phones", to_units(SERVICE, before), edits)
    return [(row.state, IDS.index(row.unit.removeprefix("phones/"))) for row in found]


def test_rows_come_go_differ_and_stay_in_the_order_they_will_have() -> None:
    before = phones((0, "01632 960100"), (1, "01632 960101"), (2, "01632 960102"))
    after = phones((0, "01632 960100"), (2, "01632 960109"), (3, "01632 960103"))
    assert rows(before, after) == [("same", 0), ("removed", 1), ("changed", 2), ("added", 3)]


def test_a_row_that_only_changes_its_place_has_moved() -> None:
    before = phones((0, "01632 960100"), (1, "01632 960101"))
    after = phones((1, "01632 960101"), (0, "01632 960100"))
    assert sorted(rows(before, after)) == [("moved", 0), ("moved", 1)]


def test_rows_that_close_up_behind_one_that_goes_have_not_moved() -> None:
    before = phones((0, "01632 960100"), (1, "01632 960101"), (2, "01632 960102"))
    after = phones((1, "01632 960101"), (2, "01632 960102"))
    assert sorted(rows(before, after)) == [("removed", 0), ("same", 1), ("same", 2)]


def test_without_the_record_at_hand_what_the_edits_name_is_all_there_is() -> None:
    unit = f"phones/{IDS[0]}"
    found = list_rows("phones", {}, [Edit(unit, {"number": "01632 960100"}, None), Edit(f"{unit}/order", 0, None)])
    assert [(row.state, row.before, row.after) for row in found] == [("removed", {"number": "01632 960100"}, None)]


def test_only_rows_that_move_as_a_whole_are_of_a_list() -> None:
    place = f"places/{IDS[0]}"
    assert list_of(SERVICE, f"phones/{IDS[1]}") == "phones"
    assert list_of(SERVICE, f"phones/{IDS[1]}/order") == "phones"
    assert list_of(SERVICE, f"{place}/schedules/{IDS[1]}") == f"{place}/schedules"
    for unit in (place, f"{place}/order", f"{place}/description", "name", "@ages", f"gone/{IDS[0]}"):
        assert list_of(SERVICE, unit) is None


LISTS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["1", "2"])), max_size=6, unique_by=lambda row: row[0])


@given(LISTS, LISTS)
def test_every_row_of_either_side_is_told_once(before: list[tuple[int, str]], after: list[tuple[int, str]]) -> None:
    found = rows(phones(*before), phones(*after))
    assert sorted(id_ for _, id_ in found) == sorted({id_ for id_, _ in [*before, *after]})
    assert [id_ for state, id_ in found if state != "removed"] == [id_ for id_, _ in after]
    assert {id_ for state, id_ in found if state == "added"} == {i for i, _ in after} - {i for i, _ in before}
