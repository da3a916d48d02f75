"""What must hold between the values of one record, or of one element of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from webapp.domain.checks import LANGUAGE_CODE, Finding
from webapp.domain.normalise import GB_POSTCODE

Values = Mapping[str, Any]
Findings = Iterator[tuple[str, Finding]]  # the field they are told at, and what

# Britain, Ireland, Shetland, Scilly and the Channel Islands, in degrees.
_SOUTH, _NORTH, _WEST, _EAST = 49.1, 61.0, -11.0, 2.1
_BRITISH = {
    "",
    "GB",
    "UK",
    "GBR",
    "UNITED KINGDOM",
    "GREAT BRITAIN",
    "SCOTLAND",
    "ENGLAND",
    "WALES",
    "NORTHERN IRELAND",
}


def record_rules(kind: str, values: Values) -> Findings:
    """The findings about a record's own values together."""
    yield from _merged(values)
    rules = _OF_RECORDS.get(kind)
    if rules:
        yield from rules(values)


def element_rules(element: str, values: Values) -> Findings:
    """The findings about the values of one element together, by the element's name."""
    rules = _OF_ELEMENTS.get(element)
    if rules:
        yield from rules(values)


def _merged(values: Values) -> Findings:
    if (values.get("status") == "merged") != ("merged_into" in values):
        yield "merged_into", Finding("merged_into")


def _service(values: Values) -> Findings:
    youngest, oldest = values.get("minimum_age"), values.get("maximum_age")
    if isinstance(youngest, int) and isinstance(oldest, int) and youngest > oldest:
        yield "maximum_age", Finding("ages")


def _location(values: Values) -> Findings:
    yield from _point(values)
    yield from _postcode(values)
    if values.get("location_type") == "physical":
        if "postal_code" not in values:
            yield "postal_code", Finding("no_postcode", doubt=True)
        if "city" not in values:
            yield "city", Finding("no_city", doubt=True)


def _point(values: Values) -> Findings:
    if "latitude" not in values and "longitude" not in values:
        return
    for name in ("latitude", "longitude"):
        if name not in values:
            yield name, Finding("half_point")
            return
    try:
        latitude, longitude = float(values["latitude"]), float(values["longitude"])
    except (TypeError, ValueError):
        return  # told already, at the value
    if not (_SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST):
        yield "latitude", Finding("outside_isles", doubt=True)


def _postcode(values: Values) -> Findings:
    postcode = values.get("postal_code")
    if isinstance(postcode, str) and _is_british(values) and not GB_POSTCODE.fullmatch(postcode):
        yield "postal_code", Finding("postcode", {"postcode": postcode}, doubt=True)


def _is_british(values: Values) -> bool:
    return str(values.get("country", "")).upper() in _BRITISH


def _schedule(values: Values) -> Findings:
    yield from _in_order(values, "valid_from", "valid_to", "These times hold from")
    yield from _in_order(values, "dtstart", "until", "First date")
    if "until" in values and "count" in values:  # RFC 5545, section 3.3.10
        yield "count", Finding("until_and_count")
    if values.get("closed") and not {"dtstart", "valid_from"} & values.keys():
        yield "dtstart", Finding("closed_date")
    if re.search(r"\d", str(values.get("byday", ""))) and values.get("freq") == "WEEKLY":
        yield "byday", Finding("numbered_byday")


def _cost_option(values: Values) -> Findings:
    yield from _in_order(values, "valid_from", "valid_to", "Holds from")


def _in_order(values: Values, first: str, last: str, words: str) -> Findings:
    start, end = values.get(first), values.get(last)
    if isinstance(start, str) and isinstance(end, str) and start > end:
        yield last, Finding("dates_order", {"other": words})


def _language(values: Values) -> Findings:
    code = values.get("code")
    if isinstance(code, str) and not LANGUAGE_CODE.fullmatch(code):
        yield "code", Finding("language_code", {"code": code}, doubt=True)


_OF_RECORDS: dict[str, Callable[[Values], Findings]] = {"service": _service, "location": _location}
_OF_ELEMENTS: dict[str, Callable[[Values], Findings]] = {
    "schedule": _schedule,
    "cost_option": _cost_option,
    "address": _postcode,
    "language": _language,
}
