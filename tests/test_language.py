"""How words stand in a line, whatever language they are in."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from babel import Locale

from webapp.domain.errors import AlreadyClosed
from webapp.language import Language, speaking, with_capital, without_capital
from webapp.services.notify.words import things
from webapp.storage.queries.notices import ToldChange
from webapp.web.wording import refusal_words

GERMAN = Language(Locale.parse("de"), NullTranslations())


@pytest.mark.parametrize(
    ("words", "begun"), [("two flags", "Two flags"), ("neue Gruppe", "Neue Gruppe"), ("éclairs", "Éclairs"), ("", "")]
)
def test_a_line_begins_with_a_capital_and_goes_on_as_it_was(words: str, begun: str) -> None:
    assert with_capital(words) == begun


def test_within_a_sentence_a_name_is_small_except_where_every_noun_is_large() -> None:
    assert without_capital("Opening times") == "opening times"
    with speaking(GERMAN):
        assert without_capital("Öffnungszeiten") == "Öffnungszeiten"


def test_letters_and_refusals_leave_nouns_large_where_a_language_does() -> None:
    change = ToldChange("c", "s", "edit", "service", "description", "open", None, None, "Soup")
    closed = AlreadyClosed(state="applied")
    assert things([change], "author")["thing"] == "your change to Soup (description)"
    assert refusal_words(closed) == "This was decided meanwhile: it is applied."
    with speaking(GERMAN):
        assert things([change], "author")["thing"] == "your change to Soup (Description)"
        assert refusal_words(closed) == "This was decided meanwhile: it is Applied."
