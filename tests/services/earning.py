"""Work that earns people a role: changes that applied, by whose approvals; and what takes it back."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from tests.support.world import World
from webapp.services import history, standing
from webapp.storage.models import Person


def work(world: World, author: str, count: int, approvers: tuple[str, ...] = ("rita", "rob", "ray")) -> list[str]:
    """So many applied changes of one author on records of their own, by approvals of different people."""
    records = []
    for number in range(count):
        records.append(world.record(name=f"{author} {number}", description="Soup"))
        (change,) = world.suggest(world.person(author), records[-1], description="Soup and company")
        first, second = approvers[number % len(approvers)], approvers[(number + 1) % len(approvers)]
        assert world.approve(change, first, second) == "applied"
    return records


CROWD = ("rita", "rob", "ray", "rose", "rhys", "ruth", "remi", "rana")


def trusted_by_work(world: World, author: str, count: int) -> list[str]:
    """So many applied changes, the week that a reviewer needs having passed before; all by enough approvers."""
    world.person(author)
    world.passes(days=7)
    return work(world, author, count, CROWD)


def revert(world: World, record: str, by: str = "mo") -> str:
    """A moderator takes back the second revision of a record; gives the operation."""
    newest = world.row(record).newest_number
    command = history.RevertRevision(record, 2, world.person(by, "moderator"), newest, "no")
    return history.revert_revision(world.storage, command, world.now).operation_id


def role(world: World, handle: str) -> str:
    """The role that a person has now."""
    return str(world.one(select(Person.role).where(Person.id == world.person(handle))).role)


def judge(world: World, handle: str) -> str:
    """The daily judgement of one person."""
    return str(world.storage.transact(partial(standing.judge_role, person_id=world.person(handle)), world.now))
