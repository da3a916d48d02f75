"""One record's form from what was posted to what may be sent. Law: judging never changes what was typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from webapp.domain import hours
from webapp.domain.diff import Edits, by_group, diff
from webapp.domain.document import Document, canonical, parse
from webapp.domain.fields import FieldType, Kind
from webapp.domain.problems import Problem, Report
from webapp.domain.validate import normalise, validate
from webapp.language import _, mark
from webapp.web.forms import controls, reading, wrong
from webapp.web.forms.links import Option, Shelf, dangling, stock
from webapp.web.forms.still import still_rows
from webapp.web.forms.typed import Typed, without_blank_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from webapp.storage.search import SearchIndex

UNCERTAIN = mark("“%(words)s” can’t be worked out by day. Check it, with a first date if it is every second week.")


class Sheet:
    """The form of one record: what stands (`base`), what was typed, what that makes.

    `against` is what the result is compared with, where that is not `base`. `only` is the one group that the
    form is about, dotted where it lies in a list ("places.schedules"); `parts` are the groups shown of several.
    """

    def __init__(
        self,
        connection: Connection,
        index: SearchIndex,
        kind: Kind,
        base: Mapping[str, Any],
        pairs: Iterable[tuple[str, str]] | None = None,
        *,
        against: Mapping[str, Any] | None = None,
        prefix: str = "",
        only: str = "",
        parts: Collection[str] = (),
        is_new: bool = False,
        extra: Mapping[str, Option] | None = None,
    ) -> None:
        self.connection, self.index, self.kind, self.base = connection, index, kind, base
        self.against = base if against is None else against
        self.prefix, self.is_new, self.extra = prefix, is_new, extra or {}
        self.only = frozenset(parts) or frozenset(filter(None, (only.partition(".")[0],)))
        self.inner = only.partition(".")[2]
        self.opened = self.opened_row = ""
        given = pairs is not None
        self.typed: Typed = (
            reading.read(kind, pairs or (), base, prefix, self.only) if given else reading.untouched(kind, base)
        )

    # -- rows that come and go --------------------------------------------------------------------------------

    def press(self, add: str, remove: str, whole: str) -> bool:
        """Do what "Add a row", "Remove" or "Change" asks, where it is this form's; whether one was pressed."""
        name = add or remove or whole
        if not name or not name.startswith(self.prefix):
            return False
        own = name.removeprefix(self.prefix)
        self.opened = own.partition("-")[0]
        if add:
            reading.add_row(self.typed.values, own)
        elif remove:
            reading.remove_row(self.typed.values, own)
        else:
            self.opened_row = own
        return True

    # -- what it makes ----------------------------------------------------------------------------------------

    @cached_property
    def shelf(self) -> Shelf:
        """The choices of the links."""
        return stock(self.connection, self.index, self.kind, self.typed, self.base, self.extra, self.prefix)

    @cached_property
    def proposed(self) -> Document:
        """The document that was meant, in stored form where it could be understood."""
        return parse(canonical(normalise(self.kind, without_blank_rows(self.typed.values))))

    @cached_property
    def report(self) -> Report:
        """What stops it, and what people are asked to look at again: only what they brought in themselves."""
        found = validate(self.kind, self.proposed)
        given = {id_ for id_, _words in self.extra.values()}
        refusals = [
            *self.typed.problems,
            *found.refusals,
            *dangling(self.kind, self.typed, self.against, self.shelf, given),
        ]
        once = {problem.address: problem for problem in reversed(refusals)}  # the first of each place
        before = set() if self.is_new else set(validate(self.kind, self.against).doubts)
        doubts = [
            doubt
            for doubt in (*found.doubts, *_unclear_hours(self.kind, self.proposed, self.against))
            if doubt not in before
        ]
        return Report(tuple(once[address] for address in reversed(once)), tuple(doubts))

    @cached_property
    def edits(self) -> Edits:
        """What differs from the record."""
        return diff(self.kind, self.against, self.proposed)

    def changed_groups(self) -> set[str]:
        """The top-level groups that differ."""
        return {key.partition(".")[0] for key in by_group(self.kind, self.edits)}

    # -- what it looks like -----------------------------------------------------------------------------------

    def groups(self, *, told: bool = False, doubts: Iterable[Problem] = ()) -> list[dict[str, Any]]:
        """The groups for the template; with `told`, every problem stands at its control."""
        errors, odd = wrong.by_address(self.report.refusals) if told else {}, wrong.by_address(doubts)
        stands, noted = (self.base, self.against), (*errors, *odd)
        scene = controls.Scene(
            self.shelf,
            self.against,
            errors,
            odd,
            self.prefix,
            self.is_new,
            self.only,
            self.changed_groups(),
            self.opened,
            self.inner,
            still_rows(self.kind, self.typed, stands, self.opened_row, noted, self.prefix),
        )
        return controls.groups(self.kind, self.typed, scene)

    def summary(self, groups: Iterable[Mapping[str, Any]]) -> list[dict[str, str | None]]:
        """Every problem with a link to its control."""
        return wrong.summary((c for group in groups for c in group["controls"]), self.report.refusals)

    def says_something(self) -> bool:
        """Whether anything was typed at all."""
        return bool(without_blank_rows(self.typed.values))


def _unclear_hours(kind: Kind, proposed: Mapping[str, Any], base: Mapping[str, Any]) -> Iterable[Problem]:
    """New rows of opening times whose days can't be computed."""
    known = {str(row) for _where, rows in _schedules(kind.fields(), base, "") for row in rows}
    for address, rows in _schedules(kind.fields(), proposed, ""):
        fresh = [row for row in rows if str(row) not in known]
        for unclear in hours.doubts(hours.parse_rows(fresh)):
            said = {"words": _(UNCERTAIN, words=_("; ").join(hours.words([unclear])))}
            yield Problem(address, "hours", said, "Opening times")


def _schedules(fields: Iterable[Any], values: Mapping[str, Any], address: str) -> Iterable[tuple[str, list[Any]]]:
    for f in fields:
        if f.type is not FieldType.LIST or f.element is None or f.name not in values:
            continue
        if f.element.name == "schedule":
            yield address + f.name, values[f.name]
        else:
            for row in values[f.name]:
                yield from _schedules(tuple(f.element.fields()), row, f"{address}{f.name}/{row['id']}/")
