"""What loading postcodes did; its law: each row is counted once, and of those that are wrong the first are told."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from webapp.gazetteer.directories import LeftOut

EXAMPLES = 5  # wrong rows that are told


class NotLoaded(Exception):
    """Nothing was changed; the text says why, in one sentence."""


@dataclass(slots=True)
class Tally:
    """What was read: rows, those left out by reason, those that are wrong, and the first of these."""

    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    examples: list[str] = field(default_factory=list)

    def note(self, sheet: str, line: int, found: LeftOut) -> None:
        """Count what is left out."""
        if not found.is_wrong:
            self.left_out[found.why] += 1
            return
        self.wrong += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{sheet}, line {line:,}: {found.why}")

    def text(self) -> str:
        """As it is kept in the draft."""
        return json.dumps([self.read, self.left_out, self.wrong, self.examples])

    @classmethod
    def of(cls, text: str) -> Tally:
        """What `text` gave."""
        read, left_out, wrong, examples = json.loads(text)
        return cls(read, Counter(left_out), wrong, examples)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did. `gone_on_from`: rows that an interrupted run had read before.

    `areas` are the council areas that postcodes lie in, `unknown` those of them without a name, or with one that the
    site's own tables don't have.
    """

    tally: Tally
    added: int
    moved: int
    renamed: int
    total: int
    areas: int
    unknown: int
    size: int
    gone_on_from: int

    @property
    def has_changed(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.added or self.moved or self.renamed)
