"""The language in which somebody is spoken to: one catalogue and one locale for as long as a request or a letter takes.

Every text of the interface is written in British English where it is used and goes through `_` or `ngettext`
there; what is written elsewhere first, such as a table of words, stands in `mark` and goes through `_` where it is
used. Nothing here knows Flask: `web` asks Flask-Babel for the catalogue and says it with `speak`; without
that, everybody hears the English that stands in the code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, wraps
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
"""The folder of the catalogues that come with the site; an instance may have one of its own."""
CATALOGUE = "LC_MESSAGES/messages.mo"
LARGE_NOUNS = ("de", "lb", "nds")  # languages that write every noun with a large letter
T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """Words by their catalogue; dates, numbers and lists by their locale. Told from others by being this very one."""

    locale: Locale
    catalogue: NullTranslations

    @property
    def tag(self) -> str:
        """As HTML names it: "en-GB", "cy"."""
        return tag_of(self.locale)

    @property
    def direction(self) -> str:
        """Which way it is written: "ltr" or "rtl"."""
        return str(self.locale.text_direction)


def tag_of(locale: Locale) -> str:
    """A locale as HTML names its language: "en-GB", "cy"."""
    return str(locale).replace("_", "-")


ENGLISH = Language(Locale.parse("en_GB"), NullTranslations())
"""What the code is written in."""


def folders(instance: Path) -> tuple[Path, ...]:
    """Where catalogues lie: the site's own, then the instance's, whose texts count where both have one."""
    return TRANSLATIONS, instance / "translations"


def offered(places: tuple[Path, ...]) -> dict[str, Locale]:
    """The languages that have a catalogue in one of these folders, by their tags, English first."""
    names = {path.parent.parent.name for folder in places for path in folder.glob(f"*/{CATALOGUE}")}
    locales = [ENGLISH.locale, *(Locale.parse(name) for name in sorted(names))]
    return {tag_of(locale): locale for locale in locales}


@lru_cache(maxsize=64)
def voice(tag: str, places: tuple[Path, ...]) -> Language:
    """The language of that tag as it stands in these folders, read once, for what speaks without a request.

    English where it is not offered, or not any more.
    """
    locale = offered(places).get(tag, ENGLISH.locale)
    if locale == ENGLISH.locale:
        return ENGLISH
    files = [folder / str(locale) / CATALOGUE for folder in reversed(places)]
    first, *others = [_catalogue(file) for file in files if file.is_file()]
    for other in others:
        first.add_fallback(other)
    return Language(locale, first)


def _catalogue(file: Path) -> GNUTranslations:
    with file.open("rb") as opened:
        return GNUTranslations(opened)


_present: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def present() -> Language:
    """The language spoken now."""
    return _present.get()


def speak(language: Language) -> None:
    """Speak a language from here on, in this thread."""
    _present.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for a while, and then what was spoken before."""
    before = _present.set(language)
    try:
        yield
    finally:
        _present.reset(before)


def _(text: str, /, **values: Any) -> str:
    """A text in the language spoken; `values` fill its places, named as in "%(count)s".

    Without values the text is taken as it stands, a percent sign too. An empty text stays empty (in a catalogue,
    it is the address of the catalogue's own description).
    """
    if not text:
        return text
    said = present().catalogue.gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """The text for a number of things, by the language's own rule of plurals; `%(num)s` is the number, written out."""
    return _form_for(one, many, number) % {"num": number_words(number), **values}


def _form_for(one: str, many: str, number: int) -> str:
    return present().catalogue.ngettext(one, many, number)


def pgettext(context: str, text: str, /, **values: Any) -> str:
    """A text that English has one word for and another language two: `context` tells which is meant."""
    said = present().catalogue.pgettext(context, text)
    return said % values if values else said


def mark(texts: T) -> T:
    """A text, or a table of them at the top of a module, as it is, and known to the catalogue.

    It goes through `_` where it is used. Of a mapping the values are texts; of a sequence its texts, and in each
    (code, text) whatever follows the code.
    """
    return texts


def number_words(number: float) -> str:
    """ "1,234" in English."""
    if isinstance(number, int) and -1000 < number < 1000:
        return str(number)
    return format_decimal(number, locale=present().locale)


def with_capital(words: str) -> str:
    """Words as they begin a line: "Two flags"; what comes after the first letter stays as it is."""
    return words[:1].upper() + words[1:]


def without_capital(words: str) -> str:
    """Words as they stand within a sentence: "opening times"; unchanged where every noun has a large letter."""
    return words if present().locale.language in LARGE_NOUNS else words[:1].lower() + words[1:]


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"; "" of nothing."""
    return format_list(list(parts), locale=present().locale)


def alternatives(parts: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"; "" of nothing."""
    return format_list(list(parts), style="or", locale=present().locale)


def remembered(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """As `functools.lru_cache` with `maxsize=most`, for what gives words: another language has an answer of its own."""

    def wrap(function: Callable[P, T]) -> Callable[P, T]:
        def in_language(_language: Language, /, *args: Any, **kwargs: Any) -> T:
            return function(*args, **kwargs)

        answer: Callable[..., T] = lru_cache(maxsize=most)(in_language)

        @wraps(function)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            return answer(present(), *args, **kwargs)

        return asked

    return wrap


def teach(environment: Any) -> None:
    """Give a Jinja environment `_`, `ngettext`, `{% trans %}` and the filters `number` and `listed`."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    # In the new style it is Jinja that fills the places, with values escaped: it asks for the texts as they stand.
    environment.install_gettext_callables(gettext=_, ngettext=_form_for, pgettext=pgettext, newstyle=True)
    environment.filters.update(number=number_words, listed=listed)
