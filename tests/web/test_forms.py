"""Forms from declarations: whatever a record says survives its form, and whatever is typed is kept."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from gettext import NullTranslations
from typing import Any

import pytest
from babel import Locale
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.domain.strategies import documents
from tests.web.form_pairs import shown, stored
from webapp.domain.diff import diff
from webapp.domain.document import is_order, to_units
from webapp.domain.fields import Field, FieldType
from webapp.domain.hours import parse_rows, words
from webapp.domain.kinds import KINDS
from webapp.language import Language, speaking
from webapp.web.forms import controls, hours_text, reading
from webapp.web.forms.links import Shelf
from webapp.web.forms.rebase import onto
from webapp.web.forms.typed import Typed, tree, without_blank_rows
from webapp.web.forms.why import OWN_NAMES
from webapp.web.received import plain

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=25)


# -- the round trip -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind_name", sorted(KINDS))
@SLOW
@given(data=st.data())
def test_a_form_sent_as_it_was_shown_changes_nothing(kind_name: str, data: st.DataObject) -> None:
    kind = KINDS[kind_name]
    document = data.draw(documents(kind))
    pairs = shown(kind_name, reading.untouched(kind, document), document)
    typed = reading.read(kind, pairs, document)
    assert typed.problems == []
    assert diff(kind, document, stored(kind_name, typed)) == ()


@pytest.mark.parametrize("kind_name", ["service", "location"])
@SLOW
@given(data=st.data())
def test_an_added_and_removed_row_changes_nothing(kind_name: str, data: st.DataObject) -> None:
    kind = KINDS[kind_name]
    document = data.draw(documents(kind))
    typed = reading.untouched(kind, document)
    name = reading.add_row(typed.values, "phones")
    again = reading.read(kind, shown(kind_name, typed, document), document)
    assert diff(kind, document, stored(kind_name, again)) == ()
    if name:
        assert len(again.values["phones"]) == len(document.get("phones", [])) + 1
        reading.remove_row(again.values, name)
    assert diff(kind, document, stored(kind_name, again)) == ()


@SLOW
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "name",
                "description",
                "minimum_age",
                "url",
                "email",
                "phones-0-number",
                "places-0-description",
                "schedules.text",
            ]
        ),
        st.text(max_size=60).map(plain),
        min_size=1,
    )
)
def test_whatever_is_typed_is_shown_again_as_it_was(values: dict[str, str]) -> None:
    pairs = [("phones.rows", "1"), ("places.rows", "1"), *values.items()]
    typed = reading.read(KINDS["service"], pairs, {})
    again = dict(shown("service", typed, {}))
    for name, value in values.items():
        if value and (name != "schedules.text" or value.strip()):
            assert again[name] == value


@SLOW
@given(
    st.lists(
        st.tuples(
            st.lists(
                st.sampled_from(
                    ["phones", "places", "schedules.text", "0", "1", "id", "number", "", "x", "categories", "²"]
                ),
                min_size=1,
                max_size=15,
            ).map("-".join),
            st.text(max_size=20),
        ),
        max_size=20,
    )
)
@example([("phones-0", "x"), ("phones-0-number", "1"), ("phones.rows", "1")])
def test_no_names_whatever_break_the_reading(pairs: list[tuple[str, str]]) -> None:
    typed = reading.read(KINDS["service"], [("phones.rows", "1"), *pairs], {})
    stored("service", typed)
    controls.groups(KINDS["service"], typed, controls.Scene(Shelf(), {}))


def test_names_as_deep_as_you_like_are_left_out() -> None:
    assert tree([("-".join(["a"] * 100_000), "x")]).branches == {}


# -- what a form may say ------------------------------------------------------------------------------------


def test_no_declared_field_has_a_name_that_the_form_itself_uses() -> None:
    names = {field.name for kind in KINDS.values() for field in kind.fields()}
    assert not names & OWN_NAMES
    assert not any("-" in name or "." in name for name in names)


@pytest.mark.parametrize("sent_status", ["void", "merged", "closed", "running"])
def test_a_status_outside_the_four_is_ignored(sent_status: str) -> None:
    typed = reading.read(KINDS["service"], [("status", sent_status), ("merged_into", str(uuid.uuid4()))], {"name": "A"})
    assert without_blank_rows(typed.values) == {"name": "A"}


def test_the_status_of_a_closed_record_has_no_control_and_stays() -> None:
    document = {"name": "A", "status": "closed"}
    typed = reading.read(KINDS["service"], [("status", "active")], document)
    assert typed.values["status"] == "closed"
    groups = controls.groups(KINDS["service"], typed, controls.Scene(Shelf(), document))
    assert "status" not in [group["name"] for group in groups]


SAID_IN_WORDS = {*hours_text.SAID, "byweekno", "byyearday", "timezone"} - {"id", "order"}
"""Fields of opening times that people say in lines of days and times; what lines can't say, imports alone bring."""


def one_of_each(fields: Iterable[Field]) -> dict[str, Any]:
    """Values with a row in every list, and in every list of that row."""
    lists = (f for f in fields if f.type is FieldType.LIST and f.element is not None)
    return {f.name: [{"id": str(uuid.UUID(int=1)), "order": 0, **one_of_each(f.element.fields())}] for f in lists}


def declared(fields: Iterable[Field], before: str = "") -> set[str]:
    """The names that controls of these fields have, with one row in every list."""
    names = set()
    for f in fields:
        inner = f.element.fields() if f.type is FieldType.LIST and f.element else ()
        names |= {before + f.name} | declared(inner, f"{before}{f.name}-0-")
    return names


def controlled(made: Iterable[dict[str, Any]]) -> set[str]:
    """The names of controls and of those in their rows."""
    names = set()
    for control in made:
        names |= {control["name"]}.union(*(controlled(row["controls"]) for row in control.get("rows", ())))
    return names


def test_every_field_that_people_may_fill_has_a_control() -> None:
    for kind in KINDS.values():
        groups = controls.groups(kind, Typed(one_of_each(kind.fields())), controls.Scene(Shelf(), {}))
        missing = declared(kind.fields()) - controlled(control for group in groups for control in group["controls"])
        said = {name for name in missing if "schedules-0-" in name and name.rpartition("-")[2] in SAID_IN_WORDS}
        assert missing - said <= {"merged_into", "program_id"}
        assert bool(said) == (kind.name in ("service", "location"))


def test_what_was_not_sent_stays_as_it_is() -> None:
    document = {"name": "A", "description": "B", "phones": [{"id": str(uuid.uuid4()), "order": 0, "number": "999"}]}
    typed = reading.read(KINDS["service"], [("name", "C")], document)
    assert without_blank_rows(typed.values) == {**document, "name": "C"}


# -- fitting onto a moved record ----------------------------------------------------------------------------


@SLOW
@given(*(documents(KINDS["service"]) for _ in range(3)))
def test_fitting_onto_a_moved_record_keeps_every_typed_value_or_names_it(
    base: dict[str, Any], current: dict[str, Any], typed: dict[str, Any]
) -> None:
    kind = KINDS["service"]
    edits = diff(kind, base, typed)
    fitted = onto(kind, current, edits)
    now, lost = to_units(kind, fitted.document), {edit.unit for edit in fitted.lost}
    for edit in edits:
        if edit.after is not None and not is_order(edit.unit) and edit.unit not in lost:
            assert now[edit.unit] == edit.after


def test_hours_in_a_box_are_in_the_words_that_are_read_again_whatever_language_is_spoken() -> None:
    rows = [{"id": "a", "order": 0, "freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "12:00"}]
    with speaking(Language(Locale.parse("cy"), NullTranslations())):
        assert words(parse_rows(rows)) == ["Dydd Llun, 10:00 to 12:00"]
        text = hours_text.text_of(rows)
        assert text == "Monday, 10:00 to 12:00"
        assert hours_text.read_text(text, rows) == rows
        assert hours_text.when_of(rows[0]) == text
