"""Moderators keep the phrases that find the same; who runs the site loads them from a file. Nothing else writes them.

Law: a phrase stands in one group. Whoever wants to add to that group is told which it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, text, update

from webapp.domain.errors import NotEligible, NotFound, Problem, Refused, Stale
from webapp.domain.synonyms import MOST_PHRASES, already_in, problems_of, said, split
from webapp.services import people
from webapp.services.moderation_log import log
from webapp.storage import Storage
from webapp.storage.models import Synonym
from webapp.storage.queries.synonyms import SynonymGroup, all_groups
from webapp.storage.unit_of_work import UnitOfWork, new_id

MOST_GROUPS = 500  # every search reads them all
MOST_WORDS = 500  # characters of a note
# Two who add the same phrase at once would not see each other's group; SQLite has one writer anyway.
ONE_AT_A_TIME = {"postgresql": text("LOCK TABLE synonym IN SHARE ROW EXCLUSIVE MODE")}
CHANGE = (
    update(Synonym)
    .where(Synonym.id == bindparam("group"))
    .values(phrases=bindparam("to"), changed_by=bindparam("by"), changed_at=bindparam("at"))
)
DROP = delete(Synonym).where(Synonym.id == bindparam("group"))


@dataclass(frozen=True, slots=True)
class AddSynonyms:
    """These phrases find the same: one a line, or with commas between."""

    actor_id: str
    phrases: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChangeSynonyms:
    """A group's phrases as they should be; `seen` is the group as it was shown (`domain.synonyms.said`)."""

    group_id: str
    actor_id: str
    phrases: str
    seen: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class DropSynonyms:
    """A group's phrases find the same no longer; `seen` as in `ChangeSynonyms`."""

    group_id: str
    actor_id: str
    seen: str
    note: str = ""


def add_synonyms(storage: Storage, command: AddSynonyms, now: datetime) -> str:
    """Make a group; gives its id.

    Raises NotAllowed, NotEligible (groups_full), and Refused with problems at "phrases" (see `problems_of`;
    in_another_group with `phrase` and `group`) and at "note" (too_long).
    """

    def work(uow: UnitOfWork) -> str:
        groups = _entered(uow, command.actor_id)
        phrases = _checked(command.phrases, command.note, groups)
        if len(groups) >= MOST_GROUPS:
            raise NotEligible("groups_full", limit=MOST_GROUPS)
        _log(uow, command, "add_synonyms", phrases)
        return _add(uow, phrases, command.actor_id)

    return storage.transact(work, now)


def change_synonyms(storage: Storage, command: ChangeSynonyms, now: datetime) -> bool:
    """Write a group's phrases anew; gives whether they are others than before.

    Raises what `add_synonyms` does, NotFound, and Stale (`seen`, `present`) where somebody else changed it meanwhile.
    """

    def work(uow: UnitOfWork) -> bool:
        groups = _entered(uow, command.actor_id)
        group = _seen(groups, command.group_id, command.seen)
        phrases = _checked(command.phrases, command.note, [one for one in groups if one is not group])
        if phrases == group.phrases:
            return False
        values = {"to": "\n".join(phrases), "by": command.actor_id, "at": uow.now}
        uow.run(CHANGE, {"group": group.id, **values})
        _log(uow, command, "change_synonyms", phrases)
        return True

    return storage.transact(work, now)


def drop_synonyms(storage: Storage, command: DropSynonyms, now: datetime) -> None:
    """Take a group out. Raises NotAllowed, NotFound, Stale, and Refused for too long a note."""

    def work(uow: UnitOfWork) -> None:
        group = _seen(_entered(uow, command.actor_id), command.group_id, command.seen)
        if problems := _of_note(command.note):
            raise Refused(problems)
        uow.run(DROP, {"group": group.id})
        _log(uow, command, "drop_synonyms", group.phrases)

    storage.transact(work, now)


# -- from a file ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did. `left_alone`: groups of which moderators keep a part already, each beside theirs."""

    added: int
    unchanged: int
    left_alone: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]


def load_synonyms(storage: Storage, groups: Iterable[Sequence[str]], now: datetime) -> Loaded:
    """Add groups in nobody's name; what stands in a group already stays as it is. Raises NotEligible (groups_full)."""
    wanted = [tuple(group) for group in groups]

    def work(uow: UnitOfWork) -> Loaded:
        present: list[Sequence[str]] = [group.phrases for group in _locked(uow)]
        added, unchanged, left_alone = 0, 0, []
        for phrases in wanted:
            met = list(already_in(phrases, present))
            if not met:
                _add(uow, phrases, None)
                present.append(phrases)
                added += 1
            elif len(met) == len(phrases) and len({group for _, group in met}) == 1:
                unchanged += 1
            else:
                left_alone.append((phrases, tuple(met[0][1])))
        if added and len(present) > MOST_GROUPS:
            raise NotEligible("groups_full", limit=MOST_GROUPS)
        return Loaded(added, unchanged, tuple(left_alone))

    return storage.transact(work, now)


# -- what they share --------------------------------------------------------------------------------------


def _locked(uow: UnitOfWork) -> list[SynonymGroup]:
    """Every group, which nobody else writes until the transaction ends."""
    lock = ONE_AT_A_TIME.get(uow.connection.dialect.name)
    if lock is not None:
        uow.run(lock)
    return all_groups(uow.connection)


def _entered(uow: UnitOfWork, actor_id: str) -> list[SynonymGroup]:
    people.require(people.load_actor(uow, actor_id), "keep_synonyms")
    return _locked(uow)


def _seen(groups: list[SynonymGroup], group_id: str, seen: str) -> SynonymGroup:
    for group in groups:
        if group.id == group_id:
            if said(group.phrases) != seen:
                raise Stale(seen=seen, present=said(group.phrases))
            return group
    raise NotFound(what="synonyms")


def _checked(typed: str, note: str, others: list[SynonymGroup]) -> tuple[str, ...]:
    """The phrases, when nothing is wrong with them or the note; else Refused with every problem."""
    phrases = split(typed)
    problems = list(problems_of(phrases))
    for phrase, group in already_in(phrases[:MOST_PHRASES], [one.phrases for one in others]):
        problems.append(Problem("phrases", "in_another_group", {"phrase": phrase, "group": said(group)}))
    problems += _of_note(note)
    if problems:
        raise Refused(problems)
    return phrases


def _of_note(note: str) -> list[Problem]:
    return [Problem("note", "too_long", {"limit": MOST_WORDS})] if len(note) > MOST_WORDS else []


def _add(uow: UnitOfWork, phrases: Sequence[str], actor_id: str | None) -> str:
    id_ = new_id()
    uow.shows_anew()
    uow.add(Synonym, id=id_, phrases="\n".join(phrases), changed_by=actor_id, changed_at=uow.now)
    return id_


def _log(
    uow: UnitOfWork, command: AddSynonyms | ChangeSynonyms | DropSynonyms, act: str, phrases: Sequence[str]
) -> None:
    """A line that names the phrases; what they were before, an earlier line says."""
    note = command.note.strip()
    log(uow, command.actor_id, act, said(phrases) + (f": {note}" if note else ""))
