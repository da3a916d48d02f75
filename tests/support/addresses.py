"""Every address of the site, led somewhere: from the route table, so that a new one is met without a word here."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.support.world import World
from webapp.domain.unfound import LEAST
from webapp.services import incidents, lists
from webapp.services.synonyms import load_synonyms
from webapp.services.unfound import Waiting
from webapp.storage.models import Revision, Synonym

PLACE = re.compile(r"<(?:[^:<>]*(?:\([^)]*\))?:)?(\w+)>")
NOTHING = str(uuid.UUID(int=7))
"""An id that nothing has, where no value fits."""


def small_town(world: World) -> dict[str, str]:
    """A record with a history and an open suggestion, and its author's list, by the names that addresses have."""
    author = world.person("author")
    record = world.record(description="Soup")
    world.approve(world.suggest(author, record, description="Soup and company")[0], "rita", "rob")
    (change,) = world.suggest(author, record, name="Harbour Lunch")
    load_synonyms(world.storage, [("chemist", "pharmacy")], world.now)
    for _ in range(LEAST):
        waiting = Waiting(world.storage)
        waiting.note("dancing", "Fife", world.now)
        waiting.write(world.now)
    return {
        "change_id": change,
        "suggestion_id": str(world.change(change).suggestion_id),
        "path": "services",
        "slug": "harbour-soup-lunch",
        "number": "2",
        "seq": "1",
        "record_id": record,
        "group_id": str(world.one(select(Synonym.id)).id),
        "handle": "author",
        **undoing(world, record, author),
        "token": "x" * 43,
        "kind": "service",
        "name": "css/site.css",
        "code": lists.make_list(world.storage, lists.Maker(author), "For Mum", record, world.now).code,
    }


def undoing(world: World, record: str, author: str) -> dict[str, str]:
    """What somebody wrote, drawn up to be rolled back; and the operation of the record's newest revision."""
    newest = select(Revision.operation_id).where(Revision.record_id == record).order_by(Revision.number.desc())
    incident = incidents.Incident(actor_id=author)
    undoer = world.person("undoer", "moderator")
    return {
        "incident_id": incidents.draw_up(world.storage, incident, undoer, world.now),
        "operation_id": str(world.one(newest).operation_id),
    }


def filled(rule: str, values: Mapping[str, str], other: str = NOTHING) -> str:
    """A rule's address with these values; `other` where there is none."""
    return PLACE.sub(lambda found: values.get(found[1], other), rule)


def addresses(app: Flask, town: Mapping[str, str], *methods: str) -> Iterator[tuple[Rule, str, str]]:
    """Every route with each of these methods that it takes, and its address in the town."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "browse.static":
            for method in sorted((rule.methods or set()) & set(methods)):
                yield rule, method, filled(rule.rule, town)
