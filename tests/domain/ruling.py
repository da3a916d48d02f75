"""Policies for tests: the default rules with numbers moved."""

from __future__ import annotations

from typing import Any

from webapp.domain.policy import DEFAULT, Policy, from_data, to_data


def put(data: Any, path: str, value: object) -> None:
    """Write a value into a policy's data, at a path with dots."""
    *tables, name = path.split(".")
    for table in tables:
        data = data[table]
    data[name] = value


def ruled(**moved: object) -> Policy:
    """The defaults with numbers moved: `ruled(rules__low__threshold=9)`."""
    data = to_data(DEFAULT)
    for path, value in moved.items():
        put(data, path.replace("__", "."), value)
    return from_data(data)
