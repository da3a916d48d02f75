"""What tests of imports share: items of a small town, a run, and what it leaves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from tests.support.world import World
from webapp.domain.document import normal
from webapp.interchange.ids import element_id, record_id
from webapp.interchange.records import Item, Refused
from webapp.services import intake, ruling
from webapp.services.doctor import doctor
from webapp.storage.models import Change, Suggestion

TOWN = intake.SourceInfo("Small town", "OGL")
PHONE = element_id("Small town", "SVC:1", "phones", "main")


def item(key: str, kind: str = "service", row: int = 0, **values: Any) -> Item:
    """One record as the town's list says it."""
    document = normal({"name": f"Lunch club {key}", **values})
    return Item(f"SVC:{key}", record_id(TOWN.name, f"SVC:{key}"), kind, document, rows=(row or hash(key),))


def take(world: World, *items: Item | Refused, **options: Any) -> intake.Summary:
    """Run an import of the town's list."""
    return intake.run(world.storage, TOWN, items, world.now, **options)


def rows(world: World, model: type[Any]) -> int:
    """How many rows a table has."""
    return int(world.one(select(func.count()).select_from(model))[0])


def suggestions(world: World) -> list[Any]:
    """Every change that an import has suggested, the oldest first."""
    query = select(Change, Suggestion.author_id).join(Suggestion, Suggestion.id == Change.suggestion_id)
    return world.all(query.where(Suggestion.door == "import").order_by(Change.id))


def healthy(world: World) -> bool:
    """Whether every invariant holds."""
    assert doctor(world.storage) == []
    return True


def corrected(world: World, **values: Any) -> str:
    """The town's first record, in which people have corrected these values; gives its id."""
    record = item("1").record_id
    changes = world.suggest(world.person("vera"), record, **values)
    for change in changes:
        decide(world, change)
    document = world.document(record)
    assert {name: document[name] for name in values} == values
    return record


def decide(world: World, change: str, outcome: str = "apply") -> None:
    """A moderator decides, if the change is still open."""
    if world.change(change).state == "open":
        seen = world.change(change).content_version
        command = ruling.DecideChange(change, world.person("mo", "moderator"), seen, outcome, "checked by phone")
        ruling.decide_change(world.storage, command, world.now)
