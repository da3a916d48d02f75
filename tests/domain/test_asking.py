"""One box takes what and where; the reading that is likelier comes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.asking import Parts, Timed, beginnings, endings, readings, shortened, without_open


@pytest.mark.parametrize(
    ("typed", "what", "where"),
    [
        ("chemist near LS6", "chemist", "LS6"),
        ("chemist LS6 2AB", "chemist", "LS6 2AB"),
        ("chemist near ls62ab", "chemist", "ls62ab"),
        ("befriending in Fife", "befriending", "Fife"),
        ("walking group  around   St Andrews", "walking group", "St Andrews"),
        ("help in the house in Cupar", "help in the house", "Cupar"),
        ("lunch near me in Leith", "lunch near me", "Leith"),
        ("near Leith", "", "Leith"),
        ("G33 4RZ", "", "G33 4RZ"),
    ],
)
def test_it_is_taken_apart_where_somewhere_begins(typed: str, what: str, where: str) -> None:
    first = next(readings(typed))
    assert (first.what, first.where) == (what, where)


@pytest.mark.parametrize("typed", ["", "soup", "inside out", "in", "near", "Parkinson’s", "the tin shed", "covid19"])
def test_what_names_nowhere_is_left_whole(typed: str) -> None:
    assert list(readings(typed)) == []


def test_a_postcode_at_the_end_is_read_first() -> None:
    places = [parts.where for parts in readings("help in the house near LS6 2AB")]
    assert places == ["LS6 2AB", "LS6 2AB", "house near LS6 2AB"]


@given(st.text(max_size=200))
def test_every_reading_is_made_of_what_was_typed(typed: str) -> None:
    for parts in readings(typed):
        assert parts.where
        assert {*parts.what.split(), *parts.where.split()} <= set(" ".join(typed.split()).split(" ")) | {""}


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("chemist near LS6 open now", "chemist near LS6"),
        ("open now chemist", "chemist"),
        ("pharmacy, open now, York", "pharmacy York"),
        ("Open right now", ""),
        ("chemist that is open now", "chemist"),
    ],
)
def test_open_now_is_asked_for_in_words(typed: str, rest: str) -> None:
    assert without_open(typed) == Timed(rest, "now")


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("pharmacy in leith open late", "pharmacy in leith"),
        ("open late, York", "York"),
        ("chemist that is open till late near LS6", "chemist near LS6"),
        ("chemist open late tonight", "chemist"),
        ("soup open tonight", "soup"),
        ("late opening library", "library"),
    ],
)
def test_open_late_is_asked_for_in_words(typed: str, rest: str) -> None:
    assert without_open(typed) == Timed(rest, "late")


@pytest.mark.parametrize("typed", ["open late on Thursdays", "open late thursday", "open until late on a Thu"])
def test_open_late_on_a_day_is_that_day_at_eight_in_the_evening(typed: str) -> None:
    assert without_open(f"library {typed}") == Timed("library", "thu", "20:00")


@pytest.mark.parametrize(
    "typed",
    [
        "open door", "opening now", "reopen nowhere", "", "open", "open ", "open plate", "open latest news",
        "late night bus", "too late to open", "someone to talk to tonight",
    ],
)  # fmt: skip
def test_other_words_are_left_as_they_are(typed: str) -> None:
    assert without_open(typed) == Timed(typed)


@pytest.mark.parametrize(
    ("typed", "rest", "day"),
    [
        ("chemist open sunday", "chemist", "sun"),
        ("lunch open on Tuesdays in Cupar", "lunch in Cupar", "tue"),
        ("open on a Weds", "", "wed"),
        ("dentist open saturdays", "dentist", "sat"),
        ("open monkey sanctuary", "open monkey sanctuary", ""),
    ],
)
def test_a_day_on_which_it_has_to_be_open_is_understood(typed: str, rest: str, day: str) -> None:
    assert without_open(typed) == Timed(rest, day)


@pytest.mark.parametrize(
    ("typed", "wheres"),
    [
        ("lunch Port Glasgow", ["Port Glasgow", "Glasgow"]),
        ("parkinsons edinburg", ["edinburg"]),
        ("Cupar", []),
        ("walking rugby", []),
        ("", []),
    ],
)
def test_a_text_may_end_in_somewhere(typed: str, wheres: list[str]) -> None:
    assert [parts.where for parts in endings(typed)] == wheres


@pytest.mark.parametrize(
    ("typed", "is_near"),
    [
        ("lunch near Timbuktu", True),
        ("lunch near to Timbuktu", True),
        ("chemist near the hospital", False),  # names have no "the"
        ("lunch in Timbuktu", False),
        ("close to tears", False),
    ],
)
def test_only_near_says_for_certain_that_somewhere_follows(typed: str, is_near: bool) -> None:
    assert next(readings(typed)).is_near is is_near


@pytest.mark.parametrize("typed", ["lunch near me", "food near here", "living at home", "soup near my house"])
def test_where_somebody_is_themselves_is_no_name(typed: str) -> None:
    assert list(readings(typed)) == []


def test_a_name_may_be_followed_by_more_words_the_longest_first() -> None:
    assert list(beginnings("Port Glasgow, step free")) == [
        ("Port Glasgow, step", "free"), ("Port Glasgow", "step free"), ("Port", "Glasgow, step free"),
    ]  # fmt: skip
    assert list(beginnings("Cupar")) == []


@pytest.mark.parametrize(
    ("where", "name", "rest"),
    [("Timbuktu", "Timbuktu", ""), ("Paris for two", "Paris", "for two"), ("Paris with a dog", "Paris", "with a dog")],
)
def test_a_name_that_nobody_knows_ends_where_the_sentence_goes_on(where: str, name: str, rest: str) -> None:
    assert shortened(Parts("lunch", where, is_near=True)) == Parts(f"lunch {rest}".strip(), name, is_near=True)
