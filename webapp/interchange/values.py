"""Values out of cells: templates, joins, choices, dates, and the plain forms that each field type wants.

A value that can't be made is never guessed: it comes back blank with the reason and what stood there.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from string import Formatter

from webapp.domain.fields import FieldType

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAYS: Mapping[str, str] = {
    spelling: code
    for code, name in zip(
        WEEK, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True
    )
    for spelling in (name, name[:3], code.casefold())
} | {"tues": "TU", "weds": "WE", "thur": "TH", "thurs": "TH"}


@dataclass(frozen=True, slots=True)
class Template:
    """Text with columns in braces: "Clinic {Code}". Blank when all of its columns are blank."""

    parts: tuple[tuple[str, str | None], ...]  # (text before, column or None)
    columns: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """The template a text writes; ValueError when braces don't match or name nothing."""
        parts: list[tuple[str, str | None]] = []
        for before, column, spec, conversion in Formatter().parse(text):
            if spec or conversion or column == "":
                raise ValueError(f"braces in {text!r} must hold a column's name and nothing else")
            parts.append((before, column))
        return cls(tuple(parts), tuple(dict.fromkeys(column for _, column in parts if column is not None)))

    def fill(self, cells: Mapping[str, str]) -> str:
        """The text with the cells put in, trimmed; "" when every column that it names is blank."""
        if self.columns and not any(cells[column] for column in self.columns):
            return ""
        return "".join(before + (cells[column] if column is not None else "") for before, column in self.parts).strip()


@dataclass(frozen=True, slots=True)
class Value:
    """How one field's value is made. A `constant` or a `link` stands alone."""

    templates: tuple[Template, ...] = ()
    between: str = ", "
    take: str = "all"  # of the templates that are not blank: all joined, the first, the rest joined
    split: str = ""  # cut the text here …
    part: int = 1  # … and take this piece, counted from 1
    choices: Mapping[str, str] | None = None  # what the source says (case folded) -> what we store
    otherwise: str = ""
    date: str = ""  # strptime's format of the source
    first_row: bool = False  # rows of one key may differ here: the first is meant, so nothing to report
    constant: bool | int | None = None
    link: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that it reads."""
        return tuple(dict.fromkeys(column for template in self.templates for column in template.columns))

    def said(self, cells: Mapping[str, str]) -> str:
        """The text that the cells give, before it is looked up or parsed."""
        texts = [text for text in (template.fill(cells) for template in self.templates) if text]
        if self.take == "first":
            texts = texts[:1]
        elif self.take == "rest":
            texts = texts[1:]
        text = self.between.join(texts)
        if self.split and text:
            pieces = text.split(self.split)
            text = pieces[self.part - 1].strip() if self.part <= len(pieces) else ""
        return text

    def meant(self, text: str) -> tuple[str, str]:
        """What the text means by choices or as a date, and "" or the code of why it means nothing."""
        if not text:
            return self.otherwise, ""
        if self.choices is not None:
            found = self.choices.get(text.casefold())
            return (self.otherwise, "not_a_listed_choice") if found is None else (found, "")
        if self.date:
            found = _day(text, self.date)
            return (found, "") if found else ("", "not_a_date")
        return text, ""


@lru_cache(maxsize=4096)  # a file holds few days, many times
def _day(text: str, form: str) -> str:
    try:
        return date(*time.strptime(text, form)[:3]).isoformat()
    except ValueError:
        return ""


# -- the plain form of each field type ------------------------------------------------------------------

Plain = tuple[str, str]  # the value, and "" or the code of what was done to it


def plain(type_: FieldType, text: str) -> Plain:
    """The text as its type wants it where normalisation would not do it, and the doubt if it took a guess.

    A text that does not fit is given back as it is: normalisation and validation decide what becomes of it.
    """
    if type_ is FieldType.TEXT:
        return text, ""
    line = " ".join(text.split())
    if type_ is FieldType.URL:
        return _url(line)
    return (_coordinate(line) if type_ is FieldType.COORDINATE else line), ""


def _url(text: str) -> Plain:
    # http, not https: an old list's site may never have had a certificate, and one that has redirects.
    if re.match(r"[a-z][a-z0-9+.-]*:", text, re.IGNORECASE) or "@" in text or "." not in text or " " in text:
        return text, ""
    return "http://" + text, "scheme_added"


def _coordinate(text: str) -> str:
    """Six places: sources print the seventeen of a binary fraction, more than normalisation reads."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{number:.6f}" if number.is_finite() and abs(number) < 1000 else text
