"""What is wrong with what was typed, in words: at its control, and in the summary that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.domain.problems import Problem, describe

Control = Mapping[str, Any]


def words_of(problem: Problem) -> str:
    """What is wrong, for people; what hours say is in words already."""
    return str(problem.values["words"]) if problem.code in ("hours", "meanwhile") else describe(problem)


def by_address(problems: Iterable[Problem]) -> dict[str, str]:
    """The first problem of each address, in words."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.address, words_of(problem))
    return found


def summary(controls: Iterable[Control], problems: Iterable[Problem]) -> list[dict[str, str | None]]:
    """The error summary: each problem leads to the control that it is about, where there is one."""
    ids = dict(_addresses(controls))
    return [{"id": _nearest(ids, problem.address), "text": words_of(problem)} for problem in problems]


def _addresses(controls: Iterable[Control]) -> Iterable[tuple[str, str]]:
    for control in controls:
        yield control["address"], control["id"]
        for row in control.get("rows", ()):
            yield row["address"], row["id"]
            yield from _addresses(row["controls"])


def _nearest(ids: Mapping[str, str], address: str) -> str | None:
    """The control of an address, or of the nearest thing around it."""
    while address and address not in ids:
        address = address.rpartition("/")[0]
    return ids.get(address)
