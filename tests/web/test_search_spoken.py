"""What a search says in other languages: numbers, days, months and lists as their readers write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations

import pytest
from babel import Locale

from webapp.domain.geo import MILE
from webapp.domain.hours import date_words
from webapp.gazetteer import places_named
from webapp.language import Language, speaking
from webapp.services import notify
from webapp.services.found import Found
from webapp.services.found_order import Checks, Lot
from webapp.web.element_words import language_words, price_words
from webapp.web.language_names import language_name
from webapp.web.search_asked import Asked
from webapp.web.search_chips import open_words, where_view
from webapp.web.search_when import when_view
from webapp.web.somewhere import Where, away_words
from webapp.web.unfound import month_name
from webapp.web.wording import at_words, local_day

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@contextmanager
def among(tag: str) -> Iterator[None]:
    """With the dates and numbers of a language, and nothing translated."""
    with speaking(Language(Locale.parse(tag), NullTranslations())):
        yield


@pytest.mark.parametrize(
    ("distance", "british", "german"),
    [
        (0.04, "less than 0.1 miles away", "less than 0,1 miles away"),
        (0.44, "0.4 miles away", "0,4 miles away"),
        (1.04, "1.0 mile away", "1,0 mile away"),
        (4, "4.0 miles away", "4,0 miles away"),
        (9.96, "10.0 miles away", "10,0 miles away"),
        (12.5, "12 miles away", "12 miles away"),
        (1234, "1,234 miles away", "1.234 miles away"),
    ],
)
def test_distances_are_written_as_readers_write_them(distance: float, british: str, german: str) -> None:
    assert away_words(distance * MILE) == british
    with among("de"):
        assert away_words(distance * MILE) == german


def test_languages_go_by_the_names_that_readers_know() -> None:
    assert [language_name(code) for code in ("pl", "bfi", "qqq")] == ["Polish", "British Sign Language", "QQQ"]
    with among("de"):
        assert [language_name(code) for code in ("pl", "bfi", "qqq")] == ["Polnisch", "British Sign Language", "QQQ"]
    assert language_name("pl") == "Polish"


def test_gaelic_goes_by_the_name_that_people_here_give_it() -> None:
    """CLDR says "Scottish Gaelic" in English; elsewhere its name is the one that people know."""
    assert language_name("gd") == language_words({"code": "gd"}) == "Gaelic"
    with among("gd"):
        assert language_name("gd") == language_words({"name": "Gaelic"}) == "Gàidhlig"


def test_a_record_says_its_languages_as_the_filter_of_a_search_does() -> None:
    spoken = [{"name": "Polish", "code": "pl", "note": "Mondays"}, {"code": "uk"}, {"name": "Doric"}, {"code": "qqq"}]
    assert [language_words(one) for one in spoken] == ["Polish (Mondays)", "Ukrainian", "Doric", "QQQ"]
    with among("de"):
        assert [language_words(one) for one in spoken] == ["Polnisch (Mondays)", "Ukrainisch", "Doric", "QQQ"]


def test_a_language_that_another_has_no_name_for_keeps_its_english_one() -> None:
    with among("gd"):
        lacking = next(code for code in Locale.parse("en_GB").languages if code not in Locale.parse("gd").languages)
        assert language_name(lacking) == Locale.parse("en_GB").languages[lacking]


def test_days_and_months_are_the_locales_own() -> None:
    asked = Asked(day="tue", at="18:30")
    assert open_words(asked) == "open on Tuesday at 18:30"
    assert month_name("2026-11") == "November 2026"
    with among("cy"):
        assert open_words(asked) == "open on Dydd Mawrth at 18:30"
        days = when_view(asked, Found(Lot(), 0, False, {}), NOON, Checks())["days"]
        assert [day["name"] for day in days][0::6] == ["Dydd Llun", "Dydd Sul"]
        assert month_name("2026-11") == "Tachwedd 2026"


def test_a_date_is_written_as_its_readers_write_it_wherever_it_stands() -> None:
    """Pages, hours, prices and letters say the same day in the same words."""
    moment = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    price = {"option": "Child", "valid_from": "2026-03-02"}

    def said() -> list[str]:
        earlier = moment - timedelta(days=30)
        return [local_day(moment), date_words(moment.date()), price_words(price), at_words(moment, earlier)]

    assert said() == ["2 March 2026", "2 March 2026", "Child, from 2 March 2026", "on 2 March at 09:05"]
    with among("de"):
        assert said() == ["2. März 2026", "2. März 2026", "Child, from 2. März 2026", "on 2. März at 09:05"]
        assert notify.moment_words(moment) == "Montag 2. März 2026 at 09:05"


def test_other_places_are_offered_in_the_words_of_a_list() -> None:
    one, *others = places_named("Newport")
    asked = Asked(where=Where("Newport", one, tuple(others[:3])))
    assert where_view(asked)["before_others"] == ["", ", ", " or ", ""]
    with among("de"):
        assert where_view(asked)["before_others"] == ["", ", ", " oder ", ""]
    assert where_view(Asked())["before_others"] == [""]
