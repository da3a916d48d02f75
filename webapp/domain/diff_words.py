"""Two texts side by side, word by word: a diff never loses any of either text."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "del", "ins"]

MAX_TOKENS = 4000  # both sides together; beyond it whole lines are compared
# SequenceMatcher is cubic at worst (the same few words over and over): what two stretches may cost at most.
MAX_COST = 20_000_000

_WORD = re.compile(r"(\w+(?:['’]\w+)*|[^\w\s]|\A(?=\s))(\s*)")
_WHOLE = re.compile(r"([^\s,;]+|[,;]|\A(?=\s))(\s*)")


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of text that both sides have, or only the old one (del), or only the new one (ins)."""

    op: Op
    text: str


def word_diff(before: str, after: str) -> tuple[Token, ...]:
    """The stretches of both texts in reading order, neighbours of one op joined, del before ins.

    The texts of same and del together are exactly `before`, those of same and ins exactly `after`. Lines
    are matched first, then words within lines that differ; stretches too costly to match come whole.
    """
    writer = _Writer()
    _diff_lines(before, after, writer)
    return writer.finish()


def whole_word_diff(before: str, after: str) -> tuple[Token, ...]:
    """As `word_diff`, for a line whose words are never split: a time, a price or a number differs as a whole."""
    writer = _Writer()
    _diff_words(before, after, writer, _WHOLE)
    return writer.finish()


def sides(tokens: Iterable[Token]) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    """What to show on the old side (same, del) and on the new side (same, ins)."""
    both = tuple(tokens)
    return tuple(t for t in both if t.op != "ins"), tuple(t for t in both if t.op != "del")


def in_one(before: Iterable[Token], after: Iterable[Token]) -> tuple[Token, ...]:
    """Both sides of one diff, as `sides` gave them, as one text again: what goes stands before what comes instead."""
    old, merged = deque(before), []
    for token in after:
        while old and old[0].op == "del":
            merged.append(old.popleft())
        if token.op == "same":
            old.popleft()
        merged.append(token)
    return (*merged, *old)


def changed_share(before: str, after: str) -> float:
    """The share of the words of `before` that the edit removes, 0.0 to 1.0; 0.0 when it had no words.

    A word that moved counts as removed: the order of words is part of what a text says. RULES.md has a
    removal of more than half of a text as high.
    """
    removed = sum(len(_words(token.text)) for token in word_diff(before, after) if token.op == "del")
    words = len(_words(before))
    return min(removed / words, 1.0) if words else 0.0


# -- lines, then words ----------------------------------------------------------------------------------


def _diff_lines(before: str, after: str, writer: _Writer) -> None:
    old, new = _lines(before), _lines(after)
    if not _is_affordable(old, new):
        writer.replace(before, after)
        return
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            writer.same("".join(old[a:b]))
        else:
            _diff_words("".join(old[a:b]), "".join(new[c:d]), writer)


def _diff_words(before: str, after: str, writer: _Writer, pattern: re.Pattern[str] = _WORD) -> None:
    old, new = pattern.findall(before), pattern.findall(after)
    old_words, new_words = [word for word, _ in old], [word for word, _ in new]
    if len(old) + len(new) > MAX_TOKENS or not _is_affordable(old_words, new_words):
        writer.replace(before, after)
        return
    for op, a, b, c, d in SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes():
        if op == "equal":
            for (word, old_space), (_, new_space) in zip(old[a:b], new[c:d], strict=True):
                writer.same(word)
                writer.replace(old_space, new_space)
        else:
            writer.replace(_text(old[a:b]), _text(new[c:d]))


def _is_affordable(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether matching stays quick: the pairs of equal tokens, looked at once for each match found."""
    old_counts, new_counts = Counter(old), Counter(new)
    pairs = sum(count * new_counts[token] for token, count in old_counts.items())
    return (pairs + len(old)) * min(len(old), len(new)) <= MAX_COST


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)


def _text(tokens: Iterable[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in tokens)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)*", text)


class _Writer:
    """Collects stretches; deletions and insertions between two same stretches become one of each."""

    def __init__(self) -> None:
        self._tokens: list[Token] = []
        self._same: list[str] = []
        self._removed: list[str] = []
        self._added: list[str] = []

    def same(self, text: str) -> None:
        if text:
            self._flush_changes()
            self._same.append(text)

    def replace(self, before: str, after: str) -> None:
        """`after` stands where `before` stood; either may be empty."""
        if before == after:
            self.same(before)
            return
        self._flush_same()
        self._removed.append(before)
        self._added.append(after)

    def finish(self) -> tuple[Token, ...]:
        self._flush_changes()
        self._flush_same()
        return tuple(self._tokens)

    def _flush_same(self) -> None:
        if self._same:
            self._tokens.append(Token("same", "".join(self._same)))
            self._same.clear()

    def _flush_changes(self) -> None:
        removed, added = "".join(self._removed), "".join(self._added)
        self._removed.clear()
        self._added.clear()
        ending = _shared_space(removed, added)
        changed = (Token("del", removed.removesuffix(ending)), Token("ins", added.removesuffix(ending)))
        self._tokens += [token for token in changed if token.text]
        if ending:
            self._same.append(ending)


def _shared_space(before: str, after: str) -> str:
    """The white space that both texts end with: it is the same, so line ends stay where they are."""
    length = 0
    for old, new in zip(reversed(before), reversed(after), strict=False):
        if old != new or not old.isspace():
            break
        length += 1
    return before[len(before) - length :]
