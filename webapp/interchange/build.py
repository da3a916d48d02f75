"""The rows of one key to that key's records: values, list elements with permanent ids, and what was doubtful.

A value that validation refuses is put aside and said; only a record without what it must have loses its rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from webapp.domain.document import Document, is_blank
from webapp.domain.fields import Field, Kind
from webapp.domain.kinds import KINDS
from webapp.domain.problems import Problem, describe
from webapp.interchange.ids import element_id, record_id
from webapp.interchange.judge import judged
from webapp.interchange.mapping import EACH_RECORD, EACH_ROW, CsvMapping, ListMapping, RecordMapping
from webapp.interchange.records import WORDS, Item, Remark
from webapp.interchange.tabular import Row
from webapp.interchange.values import WEEK, Value, plain


class Unusable(ValueError):
    """The rows of this key can't make their records; the message says why, in words."""


class Origin(NamedTuple):
    """Where a value came from."""

    row: Row
    columns: tuple[str, ...]
    said: str

    def remark(self, field: str, code: str) -> Remark:
        """A remark about that value."""
        return Remark(self.row.file, self.row.number, self.columns, field, self.said, code, WORDS[code])


class Builder:
    """Makes the records of one key after the other."""

    def __init__(self, mapping: CsvMapping) -> None:
        self.mapping = mapping

    def build(self, rows: Sequence[Row], beside: Mapping[str, Sequence[Row]]) -> list[Item]:
        """The records that these rows of one key make, `beside` being the joined files' rows of that key.

        Raises Unusable when one of the records lacks an id or a value that its kind requires.
        """
        made = [_Record(self.mapping, record, rows, beside).item() for record in self.mapping.records]
        unread = _unread(beside, {row for _, used in made for row in used})
        items = [item for item, _ in made]
        if unread:
            items[0] = replace(items[0], kept_out=items[0].kept_out + unread)
        return items


def _unread(beside: Mapping[str, Sequence[Row]], used: set[tuple[str, int]]) -> tuple[Remark, ...]:
    """A remark for each row of a joined file that no list took."""
    return tuple(
        Remark(row.file, row.number, (), "", " | ".join(row.raw()), "row_not_used", WORDS["row_not_used"])
        for rows in beside.values()
        for row in rows
        if (row.file, row.number) not in used
    )


class _Record:
    """One record while it is being made."""

    def __init__(
        self,
        mapping: CsvMapping,
        record: RecordMapping,
        rows: Sequence[Row],
        beside: Mapping[str, Sequence[Row]],
    ) -> None:
        self.mapping, self.record, self.rows, self.beside = mapping, record, rows, beside
        self.kind: Kind = KINDS[record.kind]
        self.external_id = record.id.fill(rows[0].cells)
        if not self.external_id:
            raise Unusable(f"the {record.name} has no id")
        self.origins: dict[str, Origin] = {}
        self.doubts: list[Remark] = []
        self.kept_out: list[Remark] = []
        self.used: set[tuple[str, int]] = set()

    def item(self) -> tuple[Item, set[tuple[str, int]]]:
        """The finished record, and the rows (file, line) that went into its lists."""
        document: Document = {}
        self._fill(document, self.record.fields, self.rows, "")
        for listed in self.record.lists:
            self._fill_list(document, listed, self.rows, "")
        document = self._judged(document)
        item = Item(
            self.external_id,
            record_id(self.mapping.source.name, self.external_id),
            self.kind.name,
            document,
            tuple(self.doubts),
            tuple(self.kept_out),
            tuple(row.number for row in self.rows),
        )
        return item, self.used

    # -- values ------------------------------------------------------------------------------------------

    def _fill(
        self,
        holder: Document,
        fields: Iterable[tuple[Field, Value]],
        rows: Sequence[Row],
        prefix: str,
        merge: str = "",
    ) -> None:
        for field, value in fields:
            made = (
                self._merged(field, value, rows, prefix)
                if field.name == merge
                else self._one(field, value, rows, prefix)
            )
            if not is_blank(made):
                holder[field.name] = made

    def _one(self, field: Field, value: Value, rows: Sequence[Row], prefix: str) -> Any:
        if value.constant is not None:
            return value.constant
        if value.link:
            return self._linked(value.link)
        distinct = self._distinct(field, value, rows, prefix + field.name)
        if len(distinct) > 1 and not value.first_row:
            for origin in list(distinct.values())[1:]:
                self.kept_out.append(origin.remark(prefix + field.name, "rows_disagree"))
        if not distinct:
            return plain(field.type, value.otherwise)[0] if value.otherwise else None
        made, origin = next(iter(distinct.items()))
        self.origins[prefix + field.name] = origin
        return made

    def _merged(self, field: Field, value: Value, rows: Sequence[Row], prefix: str) -> str:
        distinct = self._distinct(field, value, rows, prefix + field.name)
        if distinct:
            self.origins[prefix + field.name] = next(iter(distinct.values()))
        texts = [str(made) for made in distinct]
        if all(text in WEEK for text in texts):
            texts.sort(key=WEEK.index)
        return ",".join(texts)

    def _distinct(self, field: Field, value: Value, rows: Sequence[Row], path: str) -> dict[Any, Origin]:
        """Each different value that the rows say, in their order, with where it was said first."""
        found: dict[Any, Origin] = {}
        for row in rows:
            said = value.said(row.cells)
            if not said:
                continue
            origin = Origin(row, value.columns, said)
            text, problem = value.meant(said)
            if problem:
                self.kept_out.append(origin.remark(path, problem))
            if not text:
                continue
            made, doubt = plain(field.type, text)
            if made not in found and doubt:
                self.doubts.append(origin.remark(path, doubt))
            found.setdefault(made, origin)
        return found

    def _linked(self, name: str) -> str:
        linked = next(record for record in self.mapping.records if record.name == name)
        external_id = linked.id.fill(self.rows[0].cells)
        if not external_id:
            raise Unusable(f"the {name} has no id")
        return record_id(self.mapping.source.name, external_id)

    # -- lists -------------------------------------------------------------------------------------------

    def _fill_list(self, holder: Document, listed: ListMapping, rows: Sequence[Row], prefix: str) -> None:
        elements = holder.setdefault(listed.field.name, [])
        path = prefix + listed.field.name
        for key, members in self._by_key(holder, listed, rows).items():
            element: Document = {"id": element_id(self.mapping.source.name, self.external_id, path, key)}
            if any(element["id"] == other["id"] for other in elements):  # another list block made it
                self.kept_out.append(Origin(members[0], listed.key.columns, key).remark(path, "same_key_twice"))
                continue
            inner = f"{path}/{element['id']}/"
            self._fill(element, listed.fields, members, inner, listed.merge)
            if listed.merge and is_blank(element.get(listed.merge)):
                self._leave_out(listed, members[0], inner + listed.merge, key, "without_days")
                continue
            for nested in listed.lists:
                self._fill_list(element, nested, members, inner)
            if any(not is_blank(value) for name, value in element.items() if name != "id"):
                element["order"] = len(elements)
                elements.append(element)

    def _leave_out(self, listed: ListMapping, row: Row, path: str, key: str, code: str) -> None:
        self.kept_out.append(Origin(row, listed.key.columns, key).remark(path, code))

    def _by_key(self, holder: Document, listed: ListMapping, rows: Sequence[Row]) -> dict[str, list[Row]]:
        """The rows that make elements of the list, by natural key, in the order of their first row."""
        sources = {EACH_RECORD: rows[:1], EACH_ROW: rows}
        found: dict[str, list[Row]] = {}
        for row in sources[listed.each] if listed.each in sources else self.beside[listed.each]:
            if any(row.cells[column].casefold() not in words for column, words in listed.when):
                continue
            key = " ".join(listed.key.fill(row.cells).split())
            if not key:
                continue
            self.used.add((row.file, row.number))
            if listed.unless_field and key.casefold() == str(holder.get(listed.unless_field, "")).casefold():
                continue
            found.setdefault(key, []).append(row)
        return found

    # -- judgement ---------------------------------------------------------------------------------------

    def _judged(self, document: Document) -> Document:
        verdict = judged(self.kind, document)
        if verdict.fatal:
            problem = verdict.fatal[0]
            said = [f"{remark.value!r}: {remark.words}" for remark in self.kept_out]
            raise Unusable(" ".join([f"The {self.record.name} can't be made.", describe(problem), *said]))
        self.doubts += [self._remark(problem, problem.address, "") for problem in verdict.doubts]
        self.kept_out += [self._remark(put.problem, put.address, put.value) for put in verdict.put_aside]
        return verdict.document

    def _remark(self, problem: Problem, address: str, value: str) -> Remark:
        origin = self.origins.get(address) or Origin(self.rows[0], (), value)
        row, columns, said = origin
        return Remark(row.file, row.number, columns, address, said, problem.code, describe(problem))
