"""A policy as it is stored and edited: nested plain values, durations written "30m", "24h" or "14d".

What is read is checked whole: nothing may be left out, added, or beyond the bounds that `policy.py` declares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any, cast, get_type_hints

from webapp.domain.errors import Problem, Refused
from webapp.domain.policy import Policy, problems_of

_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_DURATION = re.compile(r"([0-9]{1,6})([mhd])")


def to_data(policy: Policy) -> dict[str, Any]:
    """A policy as nested plain values, as an editor shows and TOML holds them."""
    return cast(dict[str, Any], _plain(policy))


def from_data(data: Mapping[str, Any]) -> Policy:
    """The policy that nested plain values describe; Refused with every problem. Nothing may be left out."""
    problems: list[Problem] = []
    policy = _read_table(Policy, data, "", problems)
    if not problems:
        problems.extend(problems_of(policy))
    if problems:
        raise Refused(problems, "policy_refused")
    return cast(Policy, policy)


def to_json(policy: Policy) -> str:
    """A policy as text, always the same for the same policy."""
    return json.dumps(to_data(policy), sort_keys=True, indent=1)


def from_json(text: str) -> Policy:
    """The policy that a text holds; Refused when it holds none."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Refused([Problem("", "not_json")], "policy_refused") from error
    return from_data(data)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {spec.name: _plain(getattr(value, spec.name)) for spec in fields(value)}
    if isinstance(value, timedelta):
        return _duration(value)
    return value


def _duration(value: timedelta) -> str:
    """In the largest unit that fits, but days from four on only: people say 72 hours."""
    for unit, size in _UNITS.items():
        if value % size == timedelta(0) and (unit != "d" or value > 3 * size):
            return f"{value // size}{unit}"
    raise ValueError("durations are whole minutes")


def _read_table(table: type, data: Any, where: str, problems: list[Problem]) -> Any:
    if not isinstance(data, Mapping):
        problems.append(Problem(where.rstrip("."), "not_a_table"))
        return None
    names = get_type_hints(table)
    problems.extend(Problem(f"{where}{name}", "unknown") for name in data if name not in names)
    problems.extend(Problem(f"{where}{name}", "missing") for name in names if name not in data)
    known = {name: of for name, of in names.items() if name in data}
    return table(**{name: _read(of, data[name], f"{where}{name}", problems) for name, of in known.items()})


def _read(of: type, value: Any, path: str, problems: list[Problem]) -> Any:
    if is_dataclass(of):
        return _read_table(of, value, f"{path}.", problems)
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
