"""The filters of a search: their values, and how many records each would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.domain.facets import ACCESS, AGES, ANY_AGE, FREE, PEOPLE
from webapp.domain.kinds import KINDS
from webapp.domain.needs import Tag
from webapp.domain.words import category_tag, kind_tag
from webapp.language import _, with_capital
from webapp.web.language_names import language_name

if TYPE_CHECKING:
    from webapp.services.found import Counted, Found
    from webapp.web.search_asked import Asked

SHOWN = 8
"""Values of a filter that are there at once; the rest is one press away."""
SEARCHED_KINDS = ("service", "organization", "location", "guide")


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: its values by the code that stands in an address. `is_one`: only one of them can be in force."""

    label: str
    tags: Mapping[str, Tag]
    labels: Mapping[str, str]
    is_one: bool = True
    parents: Mapping[str, str] = field(default_factory=dict)  # code to code of the wider one

    @property
    def is_exchanged(self) -> bool:
        """Whether other values are offered beside the one in force; below a category, only narrower ones are."""
        return self.is_one and not self.parents and len(self.tags) != 1


def filters_of(terms: Sequence[Any]) -> dict[str, Filter]:
    """All filters by the name of their argument; `terms` are the categories in use (id, name, slug, parent)."""
    return {
        "category": _categories(terms),
        "cost": Filter(_("Cost"), {"free": FREE.tag}, {"free": _(FREE.label)}),
        "access": Filter(
            _("Getting in"),
            {facet.tag[1:]: facet.tag for facet, _pattern in ACCESS},
            {facet.tag[1:]: _(facet.label) for facet, _pattern in ACCESS},
            is_one=False,
        ),
        "age": Filter(
            _("Age"),
            {facet.tag[1:]: (facet.tag, ANY_AGE.tag) for facet, *_ages in AGES},
            {facet.tag[1:]: _(facet.label) for facet, *_ages in AGES},
        ),
        "for": Filter(
            _("Who it is for"),
            {facet.tag[1:]: facet.tag for facet, _pattern in PEOPLE},
            {facet.tag[1:]: _(facet.label) for facet, _pattern in PEOPLE},
        ),
        "language": Filter(_("Language"), _Languages(), {}),
        "kind": Filter(
            _("What it is"),
            {name: kind_tag(name) for name in SEARCHED_KINDS},
            {name: with_capital(_(KINDS[name].plural)) for name in SEARCHED_KINDS},
        ),
    }


class _Languages(dict[str, Tag]):
    """Every code of two or three letters is a language."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code.isascii() and code.isalpha() and code.islower() and 2 <= len(code) <= 3

    def __missing__(self, code: str) -> str:
        return f"l{code}"


def _categories(terms: Sequence[Any]) -> Filter:
    """A category stands for all below it."""
    slugs = {term.id: term.slug for term in terms}
    below: dict[str, list[str]] = {term.id: [term.id] for term in terms}
    parents = {term.id: term.parent for term in terms if term.parent in slugs}
    for term in terms:
        for above in _above(term.id, parents):
            below[above].append(term.id)
    return Filter(
        _("Category"),
        {slugs[id_]: tuple(category_tag(one) for one in ids) for id_, ids in below.items()},
        {term.slug: term.name for term in terms},
        parents={slugs[id_]: slugs[parent] for id_, parent in parents.items()},
    )


def _above(id_: str, parents: Mapping[str, str]) -> Iterator[str]:
    seen = {id_}
    while (id_ := parents.get(id_, "")) and id_ not in seen:  # a circle of categories is no reason to go round in it
        seen.add(id_)
        yield id_


# -- with counts ------------------------------------------------------------------------------------------


def filter_views(filters: Mapping[str, Filter], asked: Asked, found: Found) -> list[dict[str, Any]]:
    """Each filter that would leave some but not all.

    Each {label, choices and rest [{name, records, is_least, is_about, url, is_chosen}]}.
    A value's count is that of the results with it in force, in place of the filter's other one; at the least, where
    more match than were counted; about, where things have to be open, which is looked at for those shown only.
    """
    views = []
    for name, one in filters.items():
        values = list(_values(name, one, asked, found))
        if values:
            views.append({"label": one.label, "choices": values[:SHOWN], "rest": values[SHOWN:]})
    return views


def _values(name: str, one: Filter, asked: Asked, found: Found) -> Iterator[dict[str, Any]]:
    counted = found.counted(name)
    records = _tags(counted)
    chosen = _counts_of_chosen(name, one, asked, found)
    counts = Counter(_codes(name, one, records)) | chosen
    for code, count in _in_order(one, counts, asked, name):
        is_chosen = (name, code) in asked.chosen
        if is_chosen or 0 < count < len(records) or (count and any(pair[0] == name for pair in asked.chosen)):
            yield {
                "name": one.labels.get(code) or language_name(code),
                "records": chosen.get(code, count),
                "is_least": found.is_capped if is_chosen else counted.is_capped,
                "is_about": bool(asked.day),
                "is_chosen": is_chosen,
                "url": _address(asked, name, code, is_chosen=is_chosen, is_one=one.is_one),
            }


def _tags(counted: Counted) -> list[frozenset[str]]:
    return [frozenset(hit.tags.split()) for hit in counted.hits]


def _counts_of_chosen(name: str, one: Filter, asked: Asked, found: Found) -> Counter[str]:
    """Of the values in force: that of the results, which may be more than were counted without the filter."""
    chosen = {code for filter_name, code in asked.chosen if filter_name == name}
    if not chosen or name not in found.others:
        return Counter()
    return Counter(code for code in _codes(name, one, _tags(found.shown())) if code in chosen)


def _address(asked: Asked, name: str, code: str, *, is_chosen: bool, is_one: bool) -> str:
    return asked.without_value(name, code) if is_chosen else asked.with_value(name, code, is_one=is_one)


def _codes(name: str, one: Filter, records: Iterable[frozenset[str]]) -> Iterator[str]:
    """Each value once for each record that has it."""
    if name == "language":
        yield from (tag[1:] for tags in records for tag in tags if tag[0] == "l" and len(tag) <= 4)
        return
    codes: dict[str, list[str]] = {}
    for code, tag in one.tags.items():
        for choice in (tag,) if isinstance(tag, str) else tag:
            codes.setdefault(choice, []).append(code)
    for tags in records:
        yield from {code for tag in tags for code in codes.get(tag, ())}


def _in_order(one: Filter, counts: Counter[str], asked: Asked, name: str) -> list[tuple[str, int]]:
    """The most frequent first; of categories, those right below the chosen one, or at the top."""
    chosen = next((code for filter_name, code in asked.chosen if filter_name == name), None)
    codes = [code for code in (one.labels or counts) if one.parents.get(code) in (None, chosen) or code == chosen]
    if one.parents and chosen:
        codes = [code for code in codes if code == chosen or one.parents.get(code) == chosen]
    if name in ("age", "access"):
        return [(code, counts[code]) for code in codes]
    codes.sort(key=lambda code: (-counts[code], one.labels.get(code, code)))
    return [(code, counts[code]) for code in codes]
