"""What a search looks for, and what it found."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from webapp.domain.needs import Need, Tag
from webapp.domain.spelling import Correction
from webapp.gazetteer import Place
from webapp.services.found_order import Lot, Sort
from webapp.storage.search import Hit

TIME = "open"
"""The name by which `Found.others` has what would be found at any time of the week."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for.

    `narrowed` are the filters in force, by name: the tags of which a record must have one. Those that are `exchanged`
    are also counted as if they were not in force, for what stands beside the chosen value. `wished` are words that
    count for what has them and are asked of nobody. `open_at` leaves what may be open then, or from then until
    `open_until`, of the same day: who shows it looks closer. `within` are kilometres. `for_elsewhere` takes in what
    is for people who live elsewhere.
    """

    words: str = ""
    wished: str = ""
    place: Place | None = None
    narrowed: Mapping[str, Tag] = field(default_factory=dict)
    exchanged: Collection[str] = ()
    open_at: datetime | None = None
    open_until: datetime | None = None
    within: float | None = None
    checked_since: datetime | None = None
    for_elsewhere: bool = False
    sort: Sort = "best"

    @property
    def is_blank(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.words or self.place or self.narrowed or self.open_at)


@dataclass(frozen=True, slots=True)
class Counted:
    """Hits over which values of a filter are counted; `is_capped` where more fit."""

    hits: Sequence[Hit]
    is_capped: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Hits in their order, the categories that have the words, and how many were left out because they are for people
    who live elsewhere.

    `is_capped`: more may fit than were looked at; so many kilometres around the place, `whole_within`, all were.
    `others` is what would be found without one of the filters that are exchanged, or without the time, by its name;
    `needs` what was looked for by word, `same` each phrase of it with those that mean the same. `corrected`: nothing
    has the words that were typed, and this is what other words find. `meant`: few have them, and many have others that
    are much alike. `whole`: how many of the hits have all of the words, where others follow that have most of them.
    """

    lot: Lot
    elsewhere: int
    is_capped: bool
    others: Mapping[str, Counted]
    needs: tuple[Need, ...] = ()
    same: tuple[tuple[str, tuple[str, ...]], ...] = ()
    categories: tuple[str, ...] = ()
    corrected: Correction | None = None
    meant: Correction | None = None
    whole: int | None = None
    whole_within: float = math.inf

    @property
    def hits(self) -> Sequence[Hit]:
        """The results."""
        return self.lot.hits

    def counted(self, name: str) -> Counted:
        """What a filter's values are counted over."""
        return self.others.get(name) or self.shown()

    def shown(self) -> Counted:
        """The hits themselves: what the values in force are counted over."""
        return Counted(self.hits, self.is_capped)
