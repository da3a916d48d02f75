"""The permanent ids of imported records and elements: the same source and key always give the same id.

Changing NAMESPACE or the way the parts are put together would make every import create everything anew.
"""

from __future__ import annotations

from uuid import UUID, uuid5

NAMESPACE = UUID("5d8a6a3e-6d0f-5b7c-9a55-2f1c7e0b4d11")
_BETWEEN = "\x1f"  # the unit separator: can't be typed, so "a"+"bc" and "ab"+"c" stay apart


def record_id(source: str, external_id: str) -> str:
    """The id of the record that `source` calls `external_id`."""
    return _id("record", source, external_id)


def element_id(source: str, external_id: str, path: str, natural_key: str) -> str:
    """The id of a list element of that record.

    `path` names the list ("phones", or "places/UUID/schedules" inside another element); `natural_key` is
    what makes the element itself for the source (a phone's number and type, a schedule's times).
    """
    return _id("element", source, external_id, path, natural_key)


def _id(*parts: str) -> str:
    return str(uuid5(NAMESPACE, _BETWEEN.join(parts)))
