"""The longest town's moderators at work: somebody is banned at length, and something long is masked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.longest import long_line, long_text
from webapp.services import confirm, duplicates, redact, sanction, suggest

if TYPE_CHECKING:
    from tests.support.longest_town import LongestTown

NUMBER = "0131 496 0777"


def keep_order(town: LongestTown) -> None:
    """Zed voted on much, confirmed much and is banned; a number is masked; some are alike, and one is pulled at."""
    world, now = town.world, town.now
    zed = town._person("zed", "reviewer")
    for other in town.others[4:8]:
        (change,) = world.suggest(town.ann, other, description=long_text(2000))
        world.vote(zed, change)
        world.vote(town.rita, change)
        number = world.row(other).newest_number
        confirm.confirm_record(town.storage, confirm.ConfirmRecord(other, zed, number, "phoned"), now)
    for days in (3, 9):
        sanction.pause_person(town.storage, sanction.PausePerson(zed, town.mo, days, long_line(500)), now)
    sanction.ban_person(town.storage, sanction.BanPerson(zed, town.mo, long_line(500)), now)
    other = world.record(name=long_line(200, "masked"), description=f"{long_text(500)} {NUMBER}")
    redact.mask(town.storage, redact.Mask(other, town.mo, long_line(500), ("phones",), NUMBER), now)
    while duplicates.keep_up(town.storage, now):
        pass  # of the services like the first one, whose names are nearly the same
    other = town.others[8]
    for number, (author, other_text) in enumerate(((town.ann, "x"), (town.mo, ""), (town.ann, "x"), (town.mo, ""))):
        document = {**world.document(other), "summary": f"{long_line(280)}{other_text}"}
        wish = suggest.SuggestChange(author, other, number + 1, document, long_line(1000))
        (change,) = suggest.suggest_change(town.storage, wish, now).change_ids
        world.vote(town.rita, change)
        world.vote(town.rob, change)
