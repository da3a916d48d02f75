"""Finding: words, somewhere, and what narrows a search, to records, the best first, with counts for narrowing further.

Its law: what is far comes later and is never cut off; what is left out, because it is for people elsewhere, is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sqlalchemy import Connection

from webapp.domain import hours
from webapp.domain.needs import Asked, Need, Phrase, Tag, understand
from webapp.domain.spelling import Vocabulary, corrected, rarer
from webapp.domain.synonyms import Synonyms
from webapp.domain.words import Begun, Term, fold, kind_tag
from webapp.gazetteer import Place, words_of_names
from webapp.gazetteer.areas import own_tags, tags_at, tags_for_everybody
from webapp.services.found import TIME, Counted, Found, Search
from webapp.services.found_order import Bounds, Lot, lot_of, within
from webapp.storage.queries.synonyms import all_phrases
from webapp.storage.queries.vocabulary import vocabulary
from webapp.storage.search import Hit, Near, Ranking, SearchIndex

SOMEWHERE = (kind_tag("service"), kind_tag("location"))
"""What is looked for where only a place was asked for: what is somewhere."""
CATEGORY = kind_tag("taxonomy_term")
NO_RESULT = frozenset((CATEGORY, kind_tag("taxonomy")))
"""What leads to results and is none itself."""
FEW = 3  # categories that are named
AMONG = 100  # records, of which the best are shown to somebody who types
ENOUGH = 5  # results with which nobody may have meant other words


def find(index: SearchIndex, connection: Connection, search: Search) -> Found:
    """Everything that fits; a blank search finds nothing.

    Where nothing has the words, those that were meant; where few have all of them, then those that have most.
    """
    if search.is_blank:
        return Found(Lot(), 0, False, {})
    synonyms = _all_synonyms(connection)
    words = vocabulary(connection)
    found = _find(index, connection, search, synonyms, words)
    if len(found.hits) >= ENOUGH or not search.words:
        return found
    known = _Known(synonyms)
    if found.hits or found.elsewhere:
        found = replace(found, meant=rarer(search.words, words, known, synonyms))
    elif meant := corrected(search.words, words, known):
        search = replace(search, words=meant.text)
        found = replace(_find(index, connection, search, synonyms, words), corrected=meant)
    return _with_most_words(index, connection, search, found, synonyms)


def while_typing(index: SearchIndex, connection: Connection, typed: str, kinds: Tag, limit: int) -> list[Hit]:
    """The best of what is being typed, of these kinds: the best of the first few in standing order, to be quick.

    A half-typed word counts as the phrases that it begins, with what means the same: "chemi" finds pharmacies.
    """
    synonyms = _all_synonyms(connection)
    asked = understand(typed, (kinds,), synonyms.alternatives, begun=vocabulary(connection).begun)
    if asked.needs:
        *others, last = asked.needs
        asked = replace(asked, needs=(*others, _with_begun(last, synonyms)))
    return index.query(connection, asked, limit, among=AMONG)


def _with_begun(need: Need, synonyms: Synonyms) -> Need:
    """A last word with the phrases that it may be the beginning of, where it is none itself."""
    typed = need.choices[0][-1].prefix
    if len(need.choices) > 1 or typed is None:
        return need
    more = (_phrase(phrase, fold(synonyms.written(phrase)), typed) for phrase in synonyms.begun(typed))
    return replace(need, choices=(*need.choices, *more))


def _phrase(stems: Phrase, written: str, typed: str) -> tuple[Term, ...]:
    """A phrase to look for; names that have the very word that somebody has begun come first."""
    return tuple(Term(stem, None, written if written.startswith(typed) else "") for stem in stems)


@dataclass(frozen=True, slots=True)
class _Known:
    """Words that are no typing errors, though no record may have them."""

    synonyms: Synonyms

    def __contains__(self, word: object) -> bool:
        return word in words_of_names() or word in self.synonyms


def _find(
    index: SearchIndex, connection: Connection, search: Search, synonyms: Synonyms, words: Vocabulary
) -> Found:
    asked = _asked(search, synonyms, words.begun)
    ranking = index.rank(connection, asked, _near(search.place))
    offered, elsewhere = _for_people_at(search, _results(ranking))
    wider = {name: without(search, name) for name in search.narrowed if name in search.exchanged}
    if search.open_at is not None:
        wider[TIME] = replace(search, open_at=None, open_until=None)
    others = {
        name: _counted(index, connection, other, _asked(other, synonyms, words.begun)) for name, other in wider.items()
    }
    categories = tuple(hit.record_id for hit in ranking.hits if CATEGORY in hit.tags.split())
    return Found(
        lot_of(connection, offered, search.sort, _bounds(search)),
        len(elsewhere),
        _is_capped(search, ranking),
        others,
        asked.needs,
        tuple(_same(need, synonyms) for need in asked.needs if len(need.choices) > 1),
        categories[:FEW],
        whole_within=ranking.whole_within,
    )


def _counted(index: SearchIndex, connection: Connection, search: Search, asked: Asked) -> Counted:
    """What a search would find, in no order."""
    gathered = index.gather(connection, asked, _near(search.place))
    offered, _ = _for_people_at(search, _results(gathered))
    return Counted(within(connection, offered, _bounds(search)), _is_capped(search, gathered))


def _same(need: Need, synonyms: Synonyms) -> tuple[str, tuple[str, ...]]:
    """What was typed, and the phrases that mean the same, as moderators wrote them."""
    own, *others = need.choices
    phrases = [synonyms.written(tuple(term.stem for term in one)) for one in others]
    return " ".join(term.word for term in own), tuple(phrases)


def _with_most_words(
    index: SearchIndex, connection: Connection, search: Search, found: Found, synonyms: Synonyms
) -> Found:
    if len(found.hits) >= ENOUGH or len(found.needs) < 2:
        return found
    ranking = index.rank_most(connection, _asked(search, synonyms), _near(search.place))
    offered, _ = _for_people_at(search, _results(ranking))
    lot = found.lot.followed_by(lot_of(connection, offered, search.sort, _bounds(search)))
    whole = len(found.hits)
    if len(lot.hits) == whole:
        return found
    is_capped = found.is_capped or _is_capped(search, ranking)
    whole_within = min(found.whole_within, ranking.whole_within)
    return replace(
        found,
        lot=lot,
        whole=whole,
        is_capped=is_capped,
        whole_within=whole_within,
    )


def _results(ranking: Ranking) -> list[Hit]:
    return [hit for hit in ranking.hits if NO_RESULT.isdisjoint(hit.tags.split())]


def without(search: Search, name: str) -> Search:
    """The same search without one of its filters."""
    return replace(search, narrowed={one: tag for one, tag in search.narrowed.items() if one != name})


def _asked(search: Search, synonyms: Synonyms, begun: Begun = lambda _: ()) -> Asked:
    tags = list(search.narrowed.values())
    if search.open_at is not None:
        tags.append(hours.tags_at(search.open_at, search.open_until))
    if not search.words and not search.narrowed:
        tags.append(SOMEWHERE)
    return understand(search.words, tags, synonyms.alternatives, search.wished, begun)


def _all_synonyms(connection: Connection) -> Synonyms:
    return _synonyms(all_phrases(connection))


@lru_cache(maxsize=4)
def _synonyms(groups: tuple[str, ...]) -> Synonyms:
    return Synonyms.of(group.split("\n") for group in groups)


def _near(place: Place | None) -> Near | None:
    if place is None:
        return None
    here, everybody = frozenset(own_tags(place)), frozenset(tags_for_everybody(place))
    return Near(place.point, place.reach, here, everybody, is_area=place.scale == "council")


# -- what is left out -------------------------------------------------------------------------------------


def _for_people_at(search: Search, hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """The hits that are for people at the place, and those that are for people elsewhere only."""
    if search.place is None or search.for_elsewhere:
        return list(hits), []
    here = frozenset(tags_at(search.place))
    offered = [hit for hit in hits if not here.isdisjoint(hit.tags.split())]
    return offered, [hit for hit in hits if here.isdisjoint(hit.tags.split())]


def _farthest(search: Search) -> float | None:
    """How many kilometres from the middle of the place a result may be: the distance is counted from its edge."""
    return search.within + search.place.reach if search.within is not None and search.place is not None else None


def _bounds(search: Search) -> Bounds:
    return Bounds(_farthest(search), search.checked_since)


def _is_capped(search: Search, ranking: Ranking) -> bool:
    """Whether more may fit than were looked at: not where all within the distance were."""
    most = _farthest(search)
    return ranking.is_capped and (most is None or most > ranking.whole_within)
