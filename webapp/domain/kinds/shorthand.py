"""Short ways to declare the fields that recur; a declaration should read like a form.

None names a purpose for browsers to fill in (WCAG 1.3.5 asks for that only where a form asks about the person who
fills it in), and none says `autocomplete="off"`: browsers that come back to a form leave such fields as the record
has them, and what was typed would be lost. What a browser knows of the volunteer stays out of the record because the
fields about the volunteer are a section of their own (`web/forms/why.py`).
"""

from __future__ import annotations

from webapp.domain.fields import Element, Field, FieldType, Group, Risk
from webapp.language import with_capital

NOTE = 500  # characters of a remark
SHORT_TEXT = 2000  # of a paragraph or two
LONG_TEXT = 5000  # of a description; Markdown's cost grows with the square of its length
URL_LENGTH = 2000


def line(name: str, label: str, hint: str = "", *, max_length: int = 200, required: bool = False) -> Field:
    """One line of plain text."""
    return Field(name, label, hint=hint, max_length=max_length, required=required)


def text(name: str, label: str, hint: str = "", *, max_length: int = SHORT_TEXT, risk: Risk | None = None) -> Field:
    """Several lines of Markdown."""
    return Field(name, label, FieldType.TEXT, hint, max_length=max_length, risk=risk)


def url(name: str, label: str, hint: str = "Starts with https:// or http://") -> Field:
    """An absolute web address."""
    return Field(name, label, FieldType.URL, hint, max_length=URL_LENGTH)


def email(name: str = "email", label: str = "E-mail address", hint: str = "") -> Field:
    """An e-mail address."""
    return Field(name, label, FieldType.EMAIL, hint, max_length=254)


def date(name: str, label: str, hint: str = "") -> Field:
    """A calendar day."""
    return Field(name, label, FieldType.DATE, hint, max_length=10)


def time(name: str, label: str, hint: str = "For example, 09:30") -> Field:
    """A local wall time."""
    return Field(name, label, FieldType.TIME, hint, max_length=5)


def number(name: str, label: str, hint: str = "") -> Field:
    """A whole number, not negative."""
    return Field(name, label, FieldType.INTEGER, hint, max_length=5)


def choice(
    name: str, label: str, choices: tuple[tuple[str, str], ...], hint: str = "", *, required: bool = False
) -> Field:
    """One of several values, each with words for people."""
    return Field(name, label, FieldType.CHOICE, hint, required=required, choices=choices)


def link(name: str, label: str, kind: str, hint: str = "", *, required: bool = False) -> Field:
    """The id of another record."""
    return Field(name, label, FieldType.LINK, hint, max_length=36, link_kind=kind, required=required)


def many(name: str, label: str, element: Element, hint: str = "", risk: Risk | None = None) -> Field:
    """A list of elements."""
    return Field(name, label, FieldType.LIST, hint, element=element, risk=risk)


def row(name: str, label: str, *fields: Field, risk: Risk = Risk.HIGH) -> Element:
    """An element that merges as a whole: one group, named like the element."""
    return Element(name, label, (Group(name, with_capital(label), fields, risk),))
