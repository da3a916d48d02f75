"""Redaction: what is masked is gone everywhere, stays gone, and every chain still verifies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.services.redacting import CANARY, PHONE, SPELLINGS, cells, finished, leaks, masked
from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, NotEligible, NotFound
from webapp.richtext import clean
from webapp.services import history, redact, talk
from webapp.services.doctor import doctor, verify
from webapp.services.redact.end import PURGED
from webapp.services.redact.places import BY_NAME
from webapp.services.redact.values import masked_text, secret_of
from webapp.storage.models import (
    Base,
    Comment,
    Event,
)

# -- what is found anywhere -------------------------------------------------------------------------------


def test_the_number_is_everywhere_before(leaky: World) -> None:
    assert leaks(leaky) >= {
        *("revision_content", "change", "change_version", "suggestion", "evidence", "vote", "decision", "comment"),
        *(
            "report",
            "outbox",
            "idempotency_key",
            "source_item",
            "import_waiting",
            "search_entry",
            "record",
            "rendered",
            "moderation_log",
        ),
    }


def test_a_mask_takes_the_value_out_of_everything_but_the_seal(leaky: World) -> None:
    masked(leaky)
    assert leaks(leaky) == {"sealed"}
    assert doctor(leaky.storage) == []


def test_after_finishing_nothing_is_left_in_any_cell_or_file(leaky: World) -> None:
    finished(leaky)
    assert leaks(leaky) == set()
    assert doctor(leaky.storage) == []
    assert verify(leaky.storage) == []
    assert [spelling for spelling in SPELLINGS for held in files(leaky) if spelling.encode() in held] == []


def files(world: World) -> Iterator[bytes]:
    """What lies on the disk, where the database is a file: it, its log and its shared memory."""
    if world.storage.engine.dialect.name == "sqlite":
        path = Path(str(world.storage.engine.url.database))
        yield from (file.read_bytes() for file in path.parent.glob(path.name + "*"))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_number_is_known_however_it_is_written(spelling: str) -> None:
    for value in SPELLINGS:
        assert "777" not in masked_text(f"ring {spelling} now", [secret_of(value)]), value
    assert masked_text(f"9{spelling.replace(' ', '')}5", [secret_of("0131 496 077")]).count("[redacted]") == 0


def test_words_are_known_in_any_case_and_spacing() -> None:
    assert masked_text("Ask JANE  smith, not Jane Smithson", [secret_of("Jane Smith")]).startswith("Ask [redacted],")


# -- what the record says then ----------------------------------------------------------------------------


def test_the_present_record_no_longer_says_it_and_says_so_in_a_revision(leaky: World) -> None:
    record = leaky.town["record"]
    before = leaky.row(record).newest_number
    done = masked(leaky)
    document = leaky.document(record)
    assert document["description"] == "Soup. Call Jo on [redacted]."
    assert "phones" not in document
    assert leaky.row(record).newest_number == before + 1
    assert done.revisions == before
    (event,) = leaky.all(select(Event).where(Event.type == "redaction"))
    assert f'"seq":{done.seq}' in event.detail
    assert "description" in event.detail


def test_a_unit_is_masked_with_the_number_in_it(leaky: World) -> None:
    done = masked(leaky, units=(f"phones/{PHONE['id']}",))
    assert f"phones/{PHONE['id']}" in done.units
    assert leaks(leaky) == {"sealed"}


def test_a_required_text_says_redacted(leaky: World) -> None:
    record = leaky.town["record"]
    masked(leaky, units=("name",))
    assert leaky.document(record)["name"] == "[redacted]"
    assert leaky.document(record, 1)["name"] == "[redacted]"
    assert "harbour" not in " ".join(cell for table, cell in cells(leaky) if table in ("record", "slug_history"))
    assert doctor(leaky.storage) == []


def test_a_mask_that_cuts_through_html_leaves_no_html_that_acts(leaky: World) -> None:
    suggestion = leaky.change(leaky.town["applied"]).suggestion_id
    said = talk.PostComment(suggestion, leaky.person("ann"), "[x](https://zq.example/onmouseover=alert(1)//)")
    comment = talk.post_comment(leaky.storage, said, leaky.now)
    assert masked(leaky, value='href="https:').texts == 1
    html = leaky.one(select(Comment).where(Comment.id == comment)).html
    assert html == clean(html) == "<p>x</p>"


def test_a_record_that_does_not_say_it_is_left_alone(leaky: World) -> None:
    with pytest.raises(NotEligible, match="nothing_to_redact"):
        masked(leaky, value="020 7946 0999")


@pytest.mark.parametrize(("wish", "code"), [({"value": "07"}, "value_too_short"), ({"units": ("nose",)}, "not_found")])
def test_what_can_not_be_masked_is_refused(leaky: World, wish: dict[str, Any], code: str) -> None:
    with pytest.raises((NotEligible, NotFound), match=code):
        masked(leaky, **wish)


def test_a_reason_may_not_say_the_value(leaky: World) -> None:
    command = redact.Mask(leaky.town["record"], leaky.person("mo"), "is +441314960777", value=CANARY)
    with pytest.raises(NotEligible, match="reason_has_value"):
        redact.mask(leaky.storage, command, leaky.now)


def test_other_records_that_say_it_are_named_and_left(leaky: World) -> None:
    other = leaky.record(description=f"Also {CANARY}")
    assert masked(leaky).also_in == (other,)
    assert CANARY in leaky.document(other)["description"]


# -- it never comes back ----------------------------------------------------------------------------------


def test_rolling_back_and_reverting_never_bring_it_back(leaky: World) -> None:
    record, moderator = leaky.town["record"], leaky.person("mo")
    finished(leaky)
    seen = leaky.row(record).newest_number
    history.roll_back_record(leaky.storage, history.RollBackRecord(record, 1, moderator, seen, "back"), leaky.now)
    for number in range(1, leaky.row(record).newest_number + 1):
        seen = leaky.row(record).newest_number
        try:
            history.revert_revision(
                leaky.storage, history.RevertRevision(record, number, moderator, seen, "undo"), leaky.now
            )
        except AlreadyClosed:
            continue
    assert leaks(leaky) == set()
    assert doctor(leaky.storage) == []


def test_an_open_change_with_the_value_applies_without_it(leaky: World) -> None:
    record, waiting = leaky.town["record"], leaky.town["open"]
    masked(leaky)
    leaky.passes(days=2)
    for handle, role in (("tess", "trusted"), ("rob", "reviewer"), ("ray", "reviewer")):
        if leaky.change(waiting).state == "open":
            leaky.vote(leaky.person(handle, role), waiting)
    assert leaky.change(waiting).state == "applied"
    assert leaky.document(record)["description"] == "Soup. Call Jo on [redacted], or Pat."
    assert doctor(leaky.storage) == []


def test_an_import_is_told_which_units_to_leave_alone(leaky: World) -> None:
    done = masked(leaky)
    record = leaky.town["record"]
    units = leaky.storage.transact(lambda uow: redact.redacted_units(uow, [record]), leaky.now)[record]
    assert units == set(done.units)
    assert units >= {"description", "summary", f"phones/{PHONE['id']}"}


# -- nothing is forgotten ---------------------------------------------------------------------------------

KNOWN_TO_HOLD_NO_VALUE = {
    *("counter", "event", "mode", "policy", "rate_count", "site_property", "source", "affiliation", "confirmation"),
    *("link", "mail_token", "redaction", "redacted_content", "redacted_row", "session", "stewardship", "subscription"),
    *("change_author", "change_record", "spam_flag", "revision", "patrol", "synonym", "unfound"),
    *("attention", "change_tag", "check_answer", "duplicate_pair", "incident_record", "interest", "preference"),
}
FOLLOWS_BY_ITSELF = {"record", "slug_history", "rendered", "sealed", "search_word", "unfound"} | {
    "duplicate_key",
    "link_check",
}
OWN_WORDS_OF_A_PERSON = {"person", "service_list", "service_list_entry", "saved_queue"}


def test_every_table_is_masked_or_known_to_need_none() -> None:
    accounted = {*BY_NAME, *KNOWN_TO_HOLD_NO_VALUE, *FOLLOWS_BY_ITSELF, *OWN_WORDS_OF_A_PERSON}
    assert set(Base.metadata.tables) == accounted


def test_every_table_out_of_which_a_mask_takes_words_is_emptied_of_its_dead_rows() -> None:
    assert FOLLOWS_BY_ITSELF - {"duplicate_key"} <= set(PURGED)  # a key is a hash
