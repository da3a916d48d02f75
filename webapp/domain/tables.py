"""Frozen dataclasses of numbers, durations and flags as nested plain values, and back; all are checked.

Durations are written "30m", "24h" or "14d". Nothing may be added; only what was stored by an older version may leave
something out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any, get_type_hints

from webapp.domain.errors import Problem

_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_DURATION = re.compile(r"([0-9]{1,6})([mhd])")


def plain(value: Any) -> Any:
    """A dataclass as a dict, a duration as text, anything else as it is."""
    if is_dataclass(value):
        return {spec.name: plain(getattr(value, spec.name)) for spec in fields(value)}
    return _duration(value) if isinstance(value, timedelta) else value


def read_table(table: type, data: Any, problems: list[Problem], where: str = "", *, is_stored: bool = False) -> Any:
    """The dataclass that plain values describe; worth something only when no problem was added.

    In what `is_stored` a field that is newer than the text is at its default; of typed values each must be there.
    """
    if not isinstance(data, Mapping):
        problems.append(Problem(where.rstrip("."), "not_a_table"))
        return None
    names = get_type_hints(table)
    problems.extend(Problem(f"{where}{name}", "unknown") for name in data if name not in names)
    if not is_stored:
        problems.extend(Problem(f"{where}{name}", "missing") for name in names if name not in data)
    known = {name: of for name, of in names.items() if name in data}
    # What is missing has a default, so that the rest can be read and every problem told at once.
    return table(
        **{name: _read(of, data[name], f"{where}{name}", problems, is_stored) for name, of in known.items()}
    )


def _read(of: type, value: Any, path: str, problems: list[Problem], is_stored: bool) -> Any:
    if is_dataclass(of):
        return read_table(of, value, problems, f"{path}.", is_stored=is_stored)
    if of is timedelta:
        return _read_duration(value, path, problems)
    if type(value) is not of:  # exactly: True is no number
        problems.append(Problem(path, "wrong_type", {"expected": of.__name__}))
    return value


def _read_duration(value: Any, path: str, problems: list[Problem]) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if not found:
        problems.append(Problem(path, "not_a_duration"))
        return timedelta(0)
    return int(found[1]) * _UNITS[found[2]]


def _duration(value: timedelta) -> str:
    """In the largest unit that fits, but days from four on only: people say 72 hours."""
    for unit, size in _UNITS.items():
        if value % size == timedelta(0) and (unit != "d" or value > 3 * size):
            return f"{value // size}{unit}"
    raise ValueError("durations are whole minutes")
