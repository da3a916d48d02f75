"""What an import run says of itself: counts, and the first few examples of each thing to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from webapp.interchange.records import Item, Refused, Remark

EXAMPLES = 3

LEFT_ALONE: Mapping[str, str] = {
    "closed": "The record is closed; what the source says waits until it is reopened.",
    "void": "The record was taken out by people and is not made again.",
    "merged": "The record was merged into one that can't be changed now; what the source says waits.",
    "other_kind": "There is a record of another kind with this id.",
    "invalid": "Together with what people have written it would not be valid; it waits.",
    "only_suggested": "It was suggested before, and the record was not made.",
    "said_twice": "The source says it twice; the first was taken.",
}
"""Why what a source says changed nothing, in words."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """One sort of remark: how often, and the first few."""

    code: str
    words: str
    count: int
    examples: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """A run so far, or at its end. Records are counted once; a changed one may have a part suggested, too."""

    source: str
    is_dry_run: bool = False
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    suggested: int = 0  # suggestions made ready: clashes, and everything with as_suggestions
    offered: int = 0  # suggestions opened by this run
    waiting: int = 0  # suggestions of the source that are not open yet
    refused: int = 0
    left_alone: Mapping[str, int] = field(default_factory=dict)  # by LEFT_ALONE's codes
    missing: int = 0  # known from earlier runs, and not in this one
    missing_examples: tuple[str, ...] = ()
    refused_examples: tuple[Refused, ...] = ()
    doubts: tuple[Remarks, ...] = ()
    kept_out: tuple[Remarks, ...] = ()
    operation_id: str | None = None


class _Collected:
    """Remarks by code."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, list[int], list[Remark]]] = {}

    def add(self, remarks: Iterable[Remark]) -> None:
        for remark in remarks:
            _, count, examples = self._found.setdefault(remark.code, (remark.words, [0], []))
            count[0] += 1
            if len(examples) < EXAMPLES:
                examples.append(remark)

    def all(self) -> tuple[Remarks, ...]:
        """The most frequent first."""
        found = [Remarks(code, words, n[0], tuple(some)) for code, (words, n, some) in self._found.items()]
        return tuple(sorted(found, key=lambda one: (-one.count, one.code)))


class Account:
    """Counts a run while it goes on."""

    def __init__(self, source: str, is_dry_run: bool) -> None:
        self.source, self.is_dry_run = source, is_dry_run
        self.counts: Counter[str] = Counter()
        self.left_alone: Counter[str] = Counter()
        self.missing_examples: tuple[str, ...] = ()
        self.operation_id: str | None = None
        self._refused: list[Refused] = []
        self._doubts, self._kept_out = _Collected(), _Collected()

    def read(self, item: Item) -> None:
        """An item went by."""
        self.counts["read"] += 1
        self._doubts.add(item.doubts)
        self._kept_out.add(item.kept_out)

    def refuse(self, refused: Refused) -> None:
        """A row could not be read."""
        self.counts["refused"] += 1
        if len(self._refused) < EXAMPLES:
            self._refused.append(refused)

    @property
    def written(self) -> int:
        """How many records have a new revision by this run."""
        return self.counts["created"] + self.counts["changed"]

    def summary(self) -> Summary:
        """Everything counted so far."""
        return Summary(
            self.source,
            self.is_dry_run,
            **self.counts,  # its keys are names of fields
            left_alone=dict(self.left_alone),
            missing_examples=self.missing_examples,
            refused_examples=tuple(self._refused),
            doubts=self._doubts.all(),
            kept_out=self._kept_out.all(),
            operation_id=self.operation_id,
        )
