"""What is refused, what is doubted, and that whatever comes in, the answer is a report with words."""

from __future__ import annotations

import ast
import inspect
import time
from typing import Any
from uuid import UUID

import markdown
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.histories import quick
from tests.domain.parts import A, B, phone, schedule, service
from tests.domain.strategies import documents
from webapp.domain import checks, rules
from webapp.domain import validate as validating
from webapp.domain.diff import Edit
from webapp.domain.document import is_element, to_units
from webapp.domain.fields import Kind
from webapp.domain.kinds import GUIDE, KINDS, LOCATION, ORGANIZATION, SERVICE, TAXONOMY_TERM
from webapp.domain.merge import Merged, merge
from webapp.domain.normalise import normalise
from webapp.domain.problems import Problem, codes, describe
from webapp.domain.validate import MOST_ELEMENTS, validate

HERE = {"name": "Leith Library", "location_type": "physical", "city": "Edinburgh", "postal_code": "EH6 5NA"}


def refused(kind: Kind, document: dict[str, Any]) -> list[str]:
    return [problem.code for problem in validate(kind, document).refusals]


def doubted(kind: Kind, document: dict[str, Any]) -> list[str]:
    report = validate(kind, document)
    assert report.ok, report.refusals
    return [problem.code for problem in report.doubts]


def test_a_plain_record_of_each_kind_is_fine() -> None:
    for kind, document in (
        (SERVICE, service(phones=[phone()], minimum_age=60, email="hello@example.org")),
        (LOCATION, {**HERE, "latitude": "55.953251", "longitude": "-3.188267"}),
        (ORGANIZATION, {"name": "Leith Together", "website": "https://example.org"}),
        (GUIDE, {"name": "Where to eat", "body": "# Food\n\n- [a](https://example.org)\n- b"}),
        (TAXONOMY_TERM, {"name": "Food", "parent_id": A}),
    ):
        report = validate(kind, document)
        assert (report.refusals, report.doubts) == ((), ()), kind.name


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "required"),
        ({"name": 7}, "shape"),
        ({"name": "x" * 201}, "too_long"),
        ({"name": "Lunch\nclub"}, "one_line"),
        ({"name": "Lunch\x00club"}, "characters"),
        ({"name": "Lunch \u202eclub"}, "characters"),
        ({"description": "Lunch \u2066club"}, "characters"),
        ({"name": "Lunch \ud800"}, "characters"),
        ({"nonsense": "x"}, "unknown_field"),
        ({"status": "sleeping"}, "choice"),
        ({"minimum_age": "60"}, "integer"),
        ({"minimum_age": 131}, "range"),
        ({"minimum_age": 60, "maximum_age": 18}, "ages"),
        ({"email": "nobody"}, "email"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "//example.org"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://exa mple.org"}, "url"),
        ({"url": "https://[example.org"}, "url"),
        ({"url": "https://bank.example@evil.example"}, "url_login"),
        ({"organization_id": "leith-together"}, "link"),
        ({"program_id": "first"}, "uuid"),
        ({"description": "[" * 51}, "brackets"),
        ({"description": "![" * 51}, "brackets"),
        ({"description": "<![" * 51}, "brackets"),
        ({"description": "[a](" * 51}, "brackets"),
        ({"description": "1. " * 11 + "x"}, "nesting"),
        ({"description": "- " * 11 + "x"}, "nesting"),
        ({"phones": "0131 496 0123"}, "shape"),
        ({"phones": ["0131 496 0123"]}, "element"),
        ({"phones": [{**phone(), "id": "1"}]}, "element_id"),
        ({"phones": [{**phone(), "id": A.upper().replace("0", "A")}]}, "element_id"),
        ({"phones": [phone(), phone()]}, "duplicate_id"),
        ({"phones": [{**phone(), "order": "first"}]}, "element_order"),
        ({"phones": [{"id": A, "order": 0}]}, "empty_element"),
        ({"phones": [{"id": A, "order": 0, "type": "voice"}]}, "required"),
        ({"phones": [phone(extension="12a")]}, "extension"),
        ({"phones": [phone(type="smoke")]}, "choice"),
        ({"phones": [phone(fax="1")]}, "unknown_field"),
        ({"cost_options": [{"id": A, "order": 0, "amount": "a fiver"}]}, "decimal"),
        ({"cost_options": [{"id": A, "order": 0, "currency": "pounds"}]}, "too_long"),
        ({"cost_options": [{"id": A, "order": 0, "currency": "1"}]}, "currency"),
        ({"merged_into": A}, "merged_into"),
        ({"status": "merged"}, "merged_into"),
    ],
)
def test_what_is_out_of_shape_or_hostile_is_refused(values: dict[str, Any], code: str) -> None:
    assert code in refused(SERVICE, service(**values))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"opens_at": "25:00"}, "time"),
        ({"opens_at": "nine"}, "time"),
        ({"dtstart": "2026-02-30"}, "date"),
        ({"dtstart": "20260228"}, "date"),
        ({"byday": "Monday"}, "byday"),
        ({"byday": "6MO"}, "byday"),
        ({"freq": "WEEKLY", "byday": "2TU"}, "numbered_byday"),
        ({"bymonthday": "first"}, "numbers"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-31"}, "dates_order"),
        ({"dtstart": "2026-02-01", "until": "2026-01-31"}, "dates_order"),
        ({"dtstart": "2026-02-01", "until": "2026-03-31", "count": 3}, "until_and_count"),
        ({"closed": True}, "closed_date"),
        ({"closed": "yes"}, "shape"),
    ],
)
def test_hours_that_no_calendar_can_hold_are_refused(values: dict[str, Any], code: str) -> None:
    assert code in refused(SERVICE, schedule(**values))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"latitude": "55.953251"}, "half_point"),
        ({"latitude": "55.9", "longitude": "-3.188267"}, "coordinate"),
        ({"latitude": "91.000000", "longitude": "-3.188267"}, "range"),
        ({"location_type": ""}, "required"),
    ],
)
def test_a_place_that_no_map_can_show_is_refused(values: dict[str, Any], code: str) -> None:
    assert code in refused(LOCATION, {**HERE, **values})


@pytest.mark.parametrize(
    ("values", "codes_"),
    [
        ({"city": ""}, ["no_city"]),
        ({"postal_code": ""}, ["no_postcode"]),
        ({"postal_code": "EH6 5N"}, ["postcode"]),
        ({"postal_code": "D02 AF30", "country": "IE"}, []),
        ({"location_type": "virtual", "city": "", "postal_code": ""}, []),
        ({"country": "Scotland"}, ["country"]),
        ({"latitude": "-3.188267", "longitude": "55.953251"}, ["outside_isles"]),
        ({"latitude": "60.800000", "longitude": "-0.800000"}, []),
    ],
)
def test_odd_places_are_doubted_and_kept(values: dict[str, Any], codes_: list[str]) -> None:
    assert doubted(LOCATION, {**HERE, **values}) == codes_


@pytest.mark.parametrize(
    ("values", "codes_"),
    [
        ({"phones": [phone("0131 555")]}, ["odd_phone"]),
        ({"phones": [phone("116 123")]}, []),
        ({"email": "jo.smith@gmail.com"}, ["personal_email"]),
        ({"email": "office@example.org"}, []),
        ({"languages": [{"id": A, "order": 0, "name": "Gaelic", "code": "Gaelic"}]}, ["language_code"]),
        ({"languages": [{"id": A, "order": 0, "code": "gd"}]}, []),
    ],
)
def test_odd_contact_details_are_doubted_and_kept(values: dict[str, Any], codes_: list[str]) -> None:
    assert doubted(SERVICE, service(**values)) == codes_


def test_two_hundred_elements_are_the_most() -> None:
    many = [{**phone(), "id": str(UUID(int=number))} for number in range(1, MOST_ELEMENTS + 2)]
    assert refused(SERVICE, service(phones=many)) == ["too_many"]
    assert refused(SERVICE, service(phones=many[:-1])) == []


def test_the_same_id_in_two_lists_is_fine() -> None:
    assert refused(SERVICE, service(phones=[phone()], schedules=[{"id": A, "order": 0, "byday": "MO"}])) == []


def test_a_problem_names_the_field_by_its_address_and_label() -> None:
    place = {"id": B, "order": 0, "location_id": A, "phones": [phone("0131 555")], "schedules": [phone()]}
    report = validate(SERVICE, service(places=[place]))
    assert {problem.address for problem in report.refusals} == {f"places/{B}/schedules/{A}/number"}
    (doubt,) = report.doubts
    assert (doubt.address, doubt.label) == (f"places/{B}/phones/{A}/number", "Number")
    assert "0131 555" in describe(doubt)


def test_statuses_of_closing_and_merging_are_stored_values() -> None:
    assert refused(SERVICE, service(status="closed")) == []
    assert refused(SERVICE, service(status="merged", merged_into=A)) == []
    assert refused(SERVICE, {"status": "void"}) == []
    assert refused(SERVICE, {"status": "void", "nonsense": "x"}) == ["unknown_field"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@quick
@given(st.data())
def test_looking_at_what_moved_finds_what_looking_at_all_finds(kind: Kind, data: st.DataObject) -> None:
    """The record was valid before, so that only what an edit moved can have spoilt it."""
    before, other = data.draw(documents(kind)), to_units(kind, data.draw(documents(kind)))
    units = to_units(kind, before)
    moved = data.draw(st.sets(st.sampled_from(sorted({*units, *other, "website"})), max_size=6))
    junk = st.sampled_from(["x\u202ey", "x" * 20_000, -1, ["?"], "void"])
    names = st.sampled_from(["number", "status", "minimum_age", "location_id", "dtstart", "nonsense"])
    together = st.dictionaries(names, junk, min_size=1, max_size=3)

    def wish(unit: str) -> Any:
        spoilt = together if is_element(unit) or "@" in unit.rpartition("/")[2] else junk
        return data.draw(st.none() | st.just(other.get(unit)) | spoilt)

    edits = [Edit(unit, units.get(unit), wish(unit)) for unit in sorted(moved)]
    found = merge(kind, before, edits)
    assume(isinstance(found, Merged))
    assert isinstance(found, Merged)
    addresses = [edit.unit for edit in found.applied]
    assert set(validate(kind, found.document, addresses).refusals) == set(validate(kind, found.document).refusals)


wild = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "order", "number", "location_id", "phones"]), inner, max_size=4)
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@quick
@given(st.data())
def test_whatever_comes_in_the_answer_is_a_report_with_words(kind: Kind, data: st.DataObject) -> None:
    names = [*(field.name for field in kind.fields()), "nonsense"]
    document = data.draw(st.dictionaries(st.sampled_from(names), wild, max_size=6))
    for candidate in (document, normalise(kind, document)):
        report = validate(kind, candidate)
        for problem in (*report.refusals, *report.doubts):
            assert describe(problem)


def test_every_code_that_the_checks_give_has_words_and_no_words_are_left_over() -> None:
    nodes = [node for module in (checks, rules, validating) for node in ast.walk(ast.parse(inspect.getsource(module)))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    code_at = {"Finding": 0, "Problem": 1}
    coded = [call.args[code_at[name]] for call in calls if (name := getattr(call.func, "id", "")) in code_at]
    constants = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert {node.value for node in coded if isinstance(node, ast.Constant)} <= codes()
    assert codes() <= constants


def test_the_words_are_sentences_that_say_what_to_do() -> None:
    """Words without braces left over, each saying what to do: one sentence at least, ended by a full stop."""
    values: dict[str, str | int] = dict.fromkeys(
        ["name", "max", "min", "count", "length", "other", "number", "postcode", "country", "email", "code"],
        "x",
    )
    for code in codes():
        words = describe(Problem("name", code, values, "Name"))
        assert "{" not in words
        assert words[-1] in ".?"
        assert "invalid" not in words.lower()


@pytest.mark.parametrize("bait", ["[", "![", "<![", "[a", "[ ", "[a](", "1. ", "- ", "> ", "* a ", "`", "<a"])
def test_no_text_that_is_accepted_takes_long_to_render(bait: str) -> None:
    body = (bait * 8000)[:8000].strip()
    if validate(GUIDE, {"name": "x", "body": body}).ok:
        start = time.process_time()
        markdown.markdown(body)
        assert time.process_time() - start < 1
