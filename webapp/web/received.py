"""What comes in, before any view sees it: text without what no page and no database can hold, numbers of a size.

Its law: browsers and people lose nothing by it; whoever plays with addresses meets "nothing here", not a fault of ours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import BaseConverter

NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)  # fits an integer of every database
KEPT = "\r\n\t"
MOST_LETTERS = 25_000  # in one value of a form; the longest field takes 20,000


class Values(ImmutableMultiDict[str, Any]):
    """Query or form as it was sent, without control characters and code points that are no characters."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__([(plain(name), plain(value)) for name, value in _pairs(mapping)])


class PlainRequest(Request):
    """A request whose values are `Values`."""

    parameter_storage_class = Values


class Number(BaseConverter):
    """A whole number in an address, of at most nine digits: others are no address of ours."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)


def register(app: Flask) -> None:
    """Let the application see only what can be kept and shown. Before its addresses are registered."""
    app.request_class = PlainRequest
    app.url_map.converters["int"] = Number
    app.url_map.merge_slashes = False  # would redirect to whatever the Host header says
    app.before_request(_refuse_odd_addresses)


def number_of(text: str) -> int:
    """A number in a query or a form, for `type=`. ValueError for more than nine digits."""
    if not NUMBER.fullmatch(text):
        raise ValueError(text[:20])
    return int(text)


def plain(value: Any) -> Any:
    """A text without what can't be kept, and line breaks as browsers count them: one letter; a file as it is."""
    if not isinstance(value, str) or value.isprintable():
        return value
    value = value.replace("\r\n", "\n")
    return "".join(letter for letter in value if letter in KEPT or not _is_unfit(letter))


def _is_unfit(letter: str) -> bool:
    """Control characters, halves of characters, and code points that are none; HTML refuses all of them."""
    is_none = ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF
    return is_none or unicodedata.category(letter) in ("Cc", "Cs")


def _pairs(mapping: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(mapping, MultiDict):
        yield from mapping.items(multi=True)
    elif isinstance(mapping, Mapping):
        yield from mapping.items()
    else:
        yield from mapping or ()


def _refuse_odd_addresses() -> None:
    if not request.path.isprintable():
        abort(404)  # no address of ours holds what nobody can see
    if request.method == "POST" and any(len(value) > MOST_LETTERS for _, value in request.form.items(multi=True)):
        abort(413)  # before anything looks for a meaning in it
    if request.root_path:
        abort(404)  # a SCRIPT_NAME that a proxy let through: links would begin with whatever it says
