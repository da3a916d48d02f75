"""Which operations an undoing undoes in one record, and which had lost their effect before. Its law: pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undid:
    """One operation undid another in a record; it stands as long as nobody has undone it in its turn."""

    undone: str
    by: str
    stands: bool


def newly_undone(operations: Sequence[str], past: Iterable[Undid]) -> set[str]:
    """Of operations that are taken out of a record, newest first: those that had an effect in it until now.

    What was undone already, and stays so, is not undone again. Nor is what undid nothing but others of these: what
    it took away is to be away. An undoing that took away what stays here is undone, and that comes back.
    """
    undone_by: dict[str, set[str]] = defaultdict(set)
    took: dict[str, set[str]] = defaultdict(set)
    for one in past:  # a record may have been undone some thousand times
        took[one.by].add(one.undone)
        if one.stands:
            undone_by[one.undone].add(one.by)
    all_of_them = set(operations)
    found: set[str] = set()
    for operation in operations:
        is_away = bool(undone_by[operation] - found)
        if not is_away and not (took[operation] and took[operation] <= all_of_them):
            found.add(operation)
    return found
