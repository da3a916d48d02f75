"""Check items: moderators plant and retire them, reviewers who take part answer. Its law: nothing else comes of it.

No change, vote, revision, event, credit or letter; the moderation log says that one was planted, never which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update

from webapp.domain.canonical import dump
from webapp.domain.check_items import ANSWERS, CHOICES, plantable
from webapp.domain.diff import Edits, diff, edits_to_json
from webapp.domain.errors import CapReached, NotFound, Problem, Refused, Stale
from webapp.domain.permissions import Subject
from webapp.services import people
from webapp.services.account.liking import prefer
from webapp.services.moderation_log import log
from webapp.services.suggest.documents import checked, read_base, with_lifecycle_of
from webapp.storage import Storage
from webapp.storage.models import CheckAnswer, CheckItem, Preference
from webapp.storage.prepared import prepared
from webapp.storage.queries.check_items import ON, TAKES_PART
from webapp.storage.unit_of_work import UnitOfWork, new_id

MOST = 200
"""Items in use at once: as many as one page lists."""
LONGEST = 500
"""Characters of why something is so."""

COUNT = prepared(select(func.count()).select_from(CheckItem).where(CheckItem.retired_at.is_(None)))
RETIRE = prepared(
    update(CheckItem)
    .where(CheckItem.id == bindparam("item"), CheckItem.retired_at.is_(None))
    .values({"retired_at": bindparam("at", type_=CheckItem.retired_at.type)})
)
FIND = prepared(
    select(CheckItem.made_by, CheckItem.retired_at).where(CheckItem.id == bindparam("item"))
)
HAS_ANSWERED = prepared(
    select(CheckAnswer.item_id).where(
        CheckAnswer.person_id == bindparam("person"), CheckAnswer.item_id == bindparam("item")
    )
)
IS_ON = prepared(
    select(Preference.value).where(Preference.person_id == bindparam("person"), Preference.name == TAKES_PART)
)


@dataclass(frozen=True, slots=True)
class PlantCheck:
    """A moderator plants a change of one field of a record at a revision; `reason` is what it gives as its own."""

    actor_id: str
    record_id: str
    base_number: int
    field: str
    value: str
    answer: str
    reason: str
    why: str


def plant_check(storage: Storage, command: PlantCheck, now: datetime) -> str:
    """Keep it, and give its id.

    Raises Refused (problems at field, value, answer, reason, why), NotAllowed, NotFound, Stale (the record has moved)
    and CapReached (MOST are in use).
    """
    edits = _edits(storage, command)

    def work(uow: UnitOfWork) -> str:
        people.require(people.load_actor(uow, command.actor_id), "keep_checks")
        record = uow.lock_records([command.record_id])[command.record_id]
        if record.newest_number != command.base_number:
            raise Stale(seen=command.base_number, present=record.newest_number)
        if uow.value(COUNT, {}) >= MOST:
            raise CapReached("checks_full", limit=MOST)
        id_ = new_id()
        said = {"answer": command.answer, "reason": command.reason.strip(), "why": command.why.strip()}
        of = {"record_id": command.record_id, "base_number": command.base_number}
        payload = dump({"edits": edits_to_json(edits)})
        made = {"made_by": command.actor_id, "made_at": uow.now, "retired_at": None}
        uow.add(CheckItem, id=id_, payload=payload, **of, **said, **made)
        log(uow, command.actor_id, "plant_check", "")
        return id_

    return storage.transact(work, now)


def _edits(storage: Storage, command: PlantCheck) -> Edits:
    """What it alters, when all that was typed is right; else Refused with every problem."""
    kind, base = read_base(storage, command.record_id, command.base_number)
    problems = list(_words_wrong(command))
    if command.field not in {field.name for _group, field in plantable(kind)}:
        raise Refused([Problem("field", "choose"), *problems])
    value = {command.field: command.value} if command.value.strip() else {}
    proposed = {**{name: kept for name, kept in base.items() if name != command.field}, **value}
    edits: Edits = ()
    try:
        edits = diff(kind, base, with_lifecycle_of(base, checked(kind, proposed)))
        problems += [] if edits else [Problem("value", "same")]
    except Refused as error:
        problems += [Problem("value", problem.code, problem.values) for problem in error.problems]
    if problems:
        raise Refused(problems)
    return edits


def _words_wrong(command: PlantCheck) -> list[Problem]:
    wrong = [] if command.answer in ANSWERS else [Problem("answer", "choose")]
    if not command.why.strip():
        wrong.append(Problem("why", "required"))
    said = (("reason", command.reason), ("why", command.why))
    return [*wrong, *(Problem(name, "too_long", {"limit": LONGEST}) for name, text in said if len(text) > LONGEST)]


def retire_check(storage: Storage, actor_id: str, item_id: str, now: datetime) -> None:
    """Show it to nobody any more; what was answered stays. Raises NotAllowed, and NotFound where none is in use."""

    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, actor_id), "keep_checks")
        if not uow.run(RETIRE, {"item": item_id, "at": uow.now}).rowcount:
            raise NotFound(what="check")
        log(uow, actor_id, "retire_check", "")

    storage.transact(work, now)


# -- reviewers --------------------------------------------------------------------------------------------


def take_part(storage: Storage, person_id: str, *, is_on: bool, now: datetime) -> None:
    """Whether a person is shown checks among what they review. NotAllowed for who may not vote, when switched on."""

    def work(uow: UnitOfWork) -> None:
        actor = people.load_actor(uow, person_id)
        people.require(actor, "use_account", Subject(person_id=person_id))
        if is_on:
            people.require(actor, "cast_vote")
        prefer(uow, person_id, TAKES_PART, ON if is_on else None)

    storage.transact(work, now)


def answer_check(storage: Storage, person_id: str, item_id: str, choice: str, now: datetime) -> None:
    """Keep a person's first answer; a second one changes nothing.

    NotAllowed for who may not vote, NotFound where there is no such item or it is not for this person.
    """

    def work(uow: UnitOfWork) -> None:
        uow.lock_people([person_id])
        people.require(people.load_actor(uow, person_id), "cast_vote")
        if choice not in CHOICES:
            raise NotFound(what="check")
        if uow.one(HAS_ANSWERED, {"person": person_id, "item": item_id}) is not None:
            return
        _require_for(uow, person_id, item_id)
        uow.add(CheckAnswer, person_id=person_id, item_id=item_id, choice=choice, answered_at=uow.now)

    storage.transact(work, now)


def _require_for(uow: UnitOfWork, person_id: str, item_id: str) -> None:
    item = uow.one(FIND, {"item": item_id})
    is_for_them = item is not None and item.retired_at is None and item.made_by != person_id
    if not is_for_them or uow.value(IS_ON, {"person": person_id}) != ON:
        raise NotFound(what="check")
