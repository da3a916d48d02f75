"""What the model of the stories knows: of each change, of each mask, and what people may be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from webapp.domain.document import Document, canonical
from webapp.domain.errors import (
    AlreadyClosed,
    CapReached,
    NotAllowed,
    NotEligible,
    NotFound,
    VoteEnded,
    WellkeptError,
)
from webapp.services import suggest

AUTHORS = ("ann", "ben")
VOTERS = ("rita", "rob", "tess")
TRUSTED = frozenset(("tess",))
PEOPLE = {"ann": "trusted", "ben": "trusted", "rita": "reviewer", "rob": "reviewer", "tess": "trusted"}
SOURCE = "source"
"""By this name the model knows the person by whom the source suggests."""

PRIVATE = "Soup, ring {number}"
TEXTS = ("Soup", "Soup and company", "Soup and bread", "Soup for all of us", PRIVATE)
FIELDS = ("description", "summary")
REFUSED = (NotAllowed, NotFound, NotEligible, CapReached, AlreadyClosed, VoteEnded, suggest.Alike, suggest.Nothing)
places = st.integers(0, 50)
texts = st.sampled_from(TEXTS)
agreements = st.sampled_from(["", "votes", "moderator"])
fields = st.sampled_from(FIELDS)


@dataclass
class Wish:
    """What the model knows of a change; `created` are the documents of a creation set, by record."""

    id: str
    record: str | None
    author: str
    first_opened_at: datetime
    opened_at: datetime
    type: str = "edit"
    created: Mapping[str, Document] = field(default_factory=dict)
    votes: dict[str, str] = field(default_factory=dict)
    rejected_at: dict[str, datetime] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)
    approved_since: bool = True
    state: str = "open"
    coauthors: set[str] = field(default_factory=set)

    def counted(self) -> dict[str, str]:
        """The votes that count."""
        silent = self.voided | self.coauthors | {self.author}
        return {person: choice for person, choice in self.votes.items() if person not in silent}


EARLIEST = {"low": timedelta(0), "high": timedelta(hours=24), "destructive": timedelta(hours=48)}
THRESHOLD = {"low": 2, "high": 3, "destructive": 3}


def check_applied(wish: Wish, risk: str, now: datetime) -> None:
    """What must be true of a change that votes have applied just now."""
    counted = wish.counted()
    approvals = [person for person, choice in counted.items() if choice == "approve"]
    rejects = [person for person, choice in counted.items() if choice == "reject"]
    first = min((wish.rejected_at[person] for person in rejects), default=None)
    needed = THRESHOLD[risk] + (1 if rejects else 0)
    assert len(approvals) - len(rejects) >= needed, f"a {risk} change applied by {counted}"
    assert risk == "low" or TRUSTED & set(approvals), f"a {risk} change applied by nobody trusted: {counted}"
    assert now >= wish.opened_at + EARLIEST[risk], f"a {risk} change of {wish.opened_at} applied at {now}"
    assert first is None or now >= first + timedelta(hours=72), f"applied while the reject of {first} holds it"
    assert wish.approved_since, "a ban has published it"


@dataclass
class Masked:
    """A mask: what it took out of which record, and how that record's history read before."""

    seq: int
    record: str
    number: str
    units: frozenset[str]  # that it touched: the source may say there what it likes
    named: tuple[str, ...]  # that it took out whole
    before: list[Document]
    state: str = "standing"  # standing | finished | lifted

    @property
    def holds(self) -> bool:
        """Whether what it took out must be nowhere."""
        return self.state != "lifted"


def digits(text: str) -> str:
    """A text without what people put between the digits of a number."""
    return re.sub(r"[\s()-]", "", text)


def without(numbers: Iterable[str], document: Mapping[str, Any]) -> str:
    """A document as canonical text in which these numbers, where there are any, are masked."""
    text = canonical(document)
    for number in numbers:
        text = text.replace(number, "[redacted]")
    return text


@contextmanager
def told() -> Iterator[None]:
    """What people are told is an answer; anything else is a fault."""
    try:
        yield
    except REFUSED:
        return
    except WellkeptError as error:
        raise AssertionError(f"told {error}") from error
