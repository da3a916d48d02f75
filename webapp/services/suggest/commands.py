"""What can be asked for, what is answered, and what stands in the way: plain values, nothing is done here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from webapp.domain.errors import WellkeptError
from webapp.domain.fields import Risk
from webapp.storage.unit_of_work import UnitOfWork

First: TypeAlias = Callable[[UnitOfWork], None] | None
"""What is done at the beginning of the same transaction: both happen, or neither."""


class Alike(WellkeptError):
    """The same change is suggested already; values: `suggestion`, `change`. Approve or support that one."""

    code = "alike"


class Nothing(WellkeptError):
    """The record says all of it already."""

    code = "nothing_changes"


@dataclass(frozen=True, slots=True)
class HowKnown:
    """Evidence: how somebody knows (one of `codes.HOW_KNOWN`, or nothing), and the details: when, which page."""

    how: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SuggestChange:
    """A whole document as it should be, written against the revision `base_number`.

    `resubmits`: the rejected change of the same person that it takes up again, so that reviewers can compare them.
    """

    person_id: str
    record_id: str
    base_number: int
    document: Mapping[str, Any]
    reason: str
    evidence: HowKnown = field(default_factory=HowKnown)
    door: str = "web"
    resubmits: str = ""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """One record of a creation set; `id` is given when it is suggested."""

    id: str
    kind: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SuggestRecords:
    """New records that belong together and are decided together."""

    person_id: str
    records: tuple[NewRecord, ...]
    reason: str
    evidence: HowKnown = field(default_factory=HowKnown)
    door: str = "web"


@dataclass(frozen=True, slots=True)
class SuggestLifecycle:
    """Close or reopen a record (`type`), or merge it into another (`into`)."""

    person_id: str
    record_id: str
    type: str  # close | reopen | merge
    reason: str
    into: str | None = None
    evidence: HowKnown = field(default_factory=HowKnown)
    door: str = "web"
    taken: tuple[str, ...] = ()  # of a merge: the parts that the survivor takes over, see `domain.take_over`
    joined: tuple[str, ...] = ()  # of a merge: the lists that the survivor gets beside its own
    seen: tuple[int, int] | None = None  # of a merge: the revisions of both that the parts were chosen from


Command: TypeAlias = SuggestChange | SuggestRecords | SuggestLifecycle


@dataclass(frozen=True, slots=True)
class Same:
    """An open change that says the same as one that was to be opened."""

    suggestion_id: str
    change_id: str


@dataclass(frozen=True, slots=True)
class Suggested:
    """What was stored; `alike` is what was left out of it, since others suggest the very same already."""

    suggestion_id: str
    change_ids: tuple[str, ...]
    alike: tuple[Same, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that is about to be opened."""

    type: str
    record_id: str | None
    kind: str
    group: str
    base_number: int
    payload: dict[str, Any]
    risk: Risk
    records: tuple[str, ...]
