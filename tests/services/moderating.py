"""What tests of moderation share: a change, flags, bans."""

from __future__ import annotations

from tests.support.world import World
from webapp.services import sanction, spam


def described(world: World, author: str = "ann", text: str = "Soup and company") -> tuple[str, str]:
    """A record and an open change of its description."""
    record = world.record(description="Soup")
    return record, world.suggest(world.person(author), record, description=text)[0]


def flag(world: World, change: str, handle: str) -> bool:
    """A reviewer says: spam."""
    command = spam.FlagSpam(change, world.person(handle, "reviewer"))
    return spam.flag_spam(world.storage, command, world.now)


def ban(world: World, handle: str) -> sanction.Banned:
    """A moderator bans."""
    command = sanction.BanPerson(world.person(handle, "reviewer"), world.person("mo", "moderator"), "spam")
    return sanction.ban_person(world.storage, command, world.now)


def lift(world: World, handle: str) -> sanction.Banned:
    """A moderator lifts the ban."""
    command = sanction.BanPerson(world.person(handle), world.person("mo", "moderator"), "a mistake")
    return sanction.lift_ban(world.storage, command, world.now)
