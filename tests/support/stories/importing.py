"""Imports in the stories: what nobody corrected follows the source, what clashes is suggested, nothing else moves."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select

from tests.support.stories.people import People
from tests.support.stories.story import FIRST
from tests.support.stories.wish import FIELDS, PRIVATE, TEXTS, fields, places, texts
from webapp.domain.document import Document, canonical, parse
from webapp.storage.models import Change, ImportWaiting, Record, SourceItem

KEYS = "01234"  # the last two come later


class Importing(People):
    """The source changes its mind, and says so again and again."""

    @rule(
        key=st.sampled_from(KEYS),
        name=fields,
        text=texts,
        corrected=st.sampled_from([None, *TEXTS]),
        as_suggestions=st.sampled_from([False, False, True]),
    )
    def imports(self, key: str, name: str, text: str, corrected: str | None, as_suggestions: bool) -> None:
        """The source has a new word for a field, which somebody may have corrected just now."""
        if corrected and self.at(key) in self.records:
            self.suggest_to(self.at(key), "ann", name, corrected, "moderator")
        self.says.setdefault(key, {"name": f"Club {key}", **FIRST})
        self.says[key] = {**self.says[key], name: self._as_the_source_says(key, name, text)}
        self._run(key, as_suggestions=as_suggestions)

    @rule(place=places)
    def import_again(self, place: int) -> None:
        """The same list once more, as every night."""
        self._run(list(self.says)[place % len(self.says)])

    def _run(self, key: str, *, as_suggestions: bool = False) -> None:
        record = self.at(key)
        before = {row.id: self.world.document(row.id) for row in self.world.all(select(Record.id))}
        wanted, suggested, is_heard = self._foresee(key, before.get(record), as_suggestions=as_suggestions)
        summary = self.take_in(key, as_suggestions=as_suggestions)
        if summary.operation_id:
            self.operations.append(summary.operation_id)
        self.see_new_wishes()
        if wanted is not None and record not in self.records:
            self.records.append(record)
        expected = before | ({record: wanted} if wanted is not None else {})
        for row in self.world.all(select(Record.id)):
            assert row.id in expected, "a record that nobody expected"
            self.check_document(row.id, expected[row.id], "after an import")
        if not suggested and record in before and not self.world.row(record).merged_into:
            assert not summary.suggested, "it suggests what nobody expected"
        for name in suggested:
            assert self._is_offered(record, suggested[name]), f"{name}: {suggested[name]} was lost"
        if is_heard:
            assert self._heard(record) == self._said(key), "the source was not heard"

    def _as_the_source_says(self, key: str, name: str, text: str) -> str:
        """The source does not think of a private number by itself once it is secret, but goes on repeating it."""
        if self.at(key) not in self.records or text != PRIVATE or name in self._unheard(self.at(key)):
            return text.format(number=self.number_of(self.at(key)))
        return self.words(text, self.at(key))

    # -- what must come of it ---------------------------------------------------------------------------------

    def _unheard(self, record: str) -> set[str]:
        """The fields of a record that were masked: what the source says there counts for nothing."""
        return {unit for mask in self.masks if mask.record == record and mask.holds for unit in mask.units}

    def _said(self, key: str) -> Document:
        gone = self._unheard(self.at(key))
        return {name: value for name, value in self.says[key].items() if name not in gone}

    def _heard(self, record: str) -> Document:
        """What the source said last, as it is kept: a mask may have taken something out of it."""
        rows = self.world.all(select(SourceItem.document).where(SourceItem.record_id == record))
        return parse(rows[0].document) if rows else {}

    def _foresee(
        self, key: str, document: Document | None, *, as_suggestions: bool
    ) -> tuple[Document | None, dict[str, str], bool]:
        """What the record must say afterwards, what must be suggested, and whether the source is heard."""
        heard, said = self._heard(self.at(key)), self._said(key)
        if canonical(heard) == canonical(said):
            return document, {}, True
        if document is None:
            return (None if as_suggestions else said), {}, True
        row = self.world.row(self.at(key))
        if row.status in ("closed", "void"):
            return document, {}, False
        if row.status == "merged":
            return document, {}, self._survivor(row).status not in ("closed", "void")
        applied, clashing = self._three_ways(heard, said, document, self._unheard(row.id))
        if as_suggestions or self.is_protected(row.id):
            return document, applied | clashing, True
        return {**document, **applied}, clashing, True

    def _three_ways(
        self, heard: Document, said: Document, document: Document, gone: set[str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        applied, clashing = {}, {}
        for name in FIELDS:
            old, new, now = heard.get(name), said.get(name), document.get(name)
            if name not in gone and new not in (old, now):
                (applied if now == old else clashing)[name] = new or ""
        return applied, clashing

    def _survivor(self, row: Any) -> Any:
        while row.merged_into:
            row = self.world.row(row.merged_into)
        return row

    def _is_offered(self, record: str, value: str) -> bool:
        """Whether somebody suggests it, or it waits for a free place."""
        open_ = select(Change.payload).where(Change.record_id == record, Change.state == "open")
        waiting = select(ImportWaiting.payload).where(ImportWaiting.key == f"edit:{record}")
        return any(f'"{value}"' in row.payload for row in (*self.world.all(open_), *self.world.all(waiting)))
