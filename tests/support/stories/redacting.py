"""Redaction in the stories: what was masked is nowhere and comes back by no door, until the mask is lifted."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import inspect, select, text

from tests.support.stories.people import People
from tests.support.stories.wish import FIELDS, PRIVATE, Masked, digits, places, told
from webapp.domain.errors import NotEligible
from webapp.services import redact
from webapp.storage.models import Redaction, Revision, RevisionContent

SAID = select(Revision.record_id, RevisionContent.document).join(
    RevisionContent, RevisionContent.revision_id == Revision.id
)


class Redacting(People):
    """One moderator masks, another finishes or lifts."""

    @rule(place=places, confided=st.sampled_from([None, *FIELDS]), by_unit=st.sampled_from([False, False, True]))
    def mask(self, place: int, confided: str | None, by_unit: bool) -> None:
        """A private number, which may have got into the record just now, or all that was ever the summary."""
        record = self.pick_record(place)
        if confided:
            self.suggest_to(record, "ben", confided, PRIVATE, "moderator")
        before, number = self.past(record), self.number_of(record)
        lost = [number in json.dumps(document) or (by_unit and "summary" in document) for document in before]
        units = ("summary",) if by_unit else ()
        command = redact.Mask(record, self.mo, "A private number", units, number)
        try:
            done = redact.mask(self.world.storage, command, self.world.now)
        except NotEligible:
            assert not any(lost), "it stands there, and was not found"
            return
        added = len(self.past(record)) - len(before)
        assert added == lost[-1], f"{added} revisions without it"
        row = self.world.one(select(Redaction.units).where(Redaction.seq == done.seq))
        self.masks.append(Masked(done.seq, record, number, frozenset(json.loads(row.units)), units, before))
        self.nothing_left()

    @precondition(lambda self: self.masks)
    @rule(place=places)
    def finish(self, place: int) -> None:
        mask = self.masks[place % len(self.masks)]
        with told():
            redact.finish(self.world.storage, redact.Finish(mask.seq, self.max), self.world.now)
            assert mask.state == "standing", f"finished what is {mask.state}"
            mask.state = "finished"
            self.nothing_left()

    @precondition(lambda self: self.masks)
    @rule(place=places)
    def lift(self, place: int) -> None:
        """The originals are back, word for word; a later mask on the record must be lifted first."""
        mask = self.masks[place % len(self.masks)]
        later = [one for one in self.masks if one.record == mask.record and one.seq > mask.seq and one.holds]
        with told():
            redact.lift(self.world.storage, redact.Lift(mask.seq, self.mo, "It is public"), self.world.now)
            assert mask.state == "standing", f"lifted what is {mask.state}"
            assert not later, f"lifted under {later[0].seq}"
            mask.state = "lifted"
            for found, wanted in zip(self.past(mask.record), mask.before, strict=False):
                assert found == wanted, f"lifted, and yet {found} instead of {wanted}"

    # -- what should be ---------------------------------------------------------------------------------------

    @invariant()
    def no_revision_says_what_is_masked(self) -> None:
        if not any(mask.holds for mask in self.masks):
            return
        for mask in filter(lambda mask: mask.holds, self.masks):
            past = self.past(mask.record)
            assert mask.number not in json.dumps(past), f"{mask.number} is back in a revision"
            for document in past[: len(mask.before)]:
                assert not set(mask.named) & set(document), f"{mask.named} is back in a revision"

    def nothing_left(self) -> None:
        """A number that is masked stands in no cell of no table, but for the seal of a mask that may be lifted.

        A merge may have carried it into another record; that one's own redaction is for people to decide.
        """
        sealed = {"sealed"} if any(mask.state == "standing" for mask in self.masks) else set()
        for mask in filter(lambda mask: mask.holds, self.masks):
            others = [row for row in self.world.all(SAID) if row.record_id != mask.record]
            if not any(mask.number in row.document for row in others):
                found = set(self._tables_with(digits(mask.number))) - sealed
                assert not found, f"{mask.number} is still in {found}"

    def _tables_with(self, number: str) -> Iterator[str]:
        with self.world.storage.read() as connection:
            for table in inspect(connection).get_table_names():
                for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                    if any(number in digits(str(cell)) for cell in row):
                        yield table

    def at_the_end(self) -> None:
        self.nothing_left()
        super().at_the_end()
