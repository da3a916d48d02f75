"""A small directory behind the whole site, for tests of the forms that suggest."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests.support.page_client import Page, PageClient
from tests.support.page_form import Form
from tests.support.world import World
from webapp import web
from webapp.config import Settings
from webapp.services import account
from webapp.storage import Storage
from webapp.storage.models import Change, Suggestion
from webapp.storage.queries.browse import url_of

ROOT = Path(__file__).parents[3]
FORM = "main form.page"
REVIEW = "button.btn[value=review]"
STACK = "main form.stack"


def site(storage: Storage, folder: Path) -> Flask:
    """The whole site on a test's database."""
    settings = Settings.from_environ({"WELLKEPT_INSTANCE": str(folder / "instance")}, folder)
    app = Flask("webapp", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=True)
    app.extensions.update(settings=settings, storage=storage)
    web.register(app, ROOT)
    return app


def element(order: int = 0, **values: Any) -> dict[str, Any]:
    """A list element with a fresh id."""
    return {"id": str(uuid.uuid4()), "order": order, **values}


class Town:
    """A service with its organisation, place and categories, and people to sign in."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.world = World(storage)
        self.world.full_rules()
        self.app = site(storage, folder)
        record = self.world.record
        self.food = record("taxonomy_term", name="Food")
        self.lunch = record("taxonomy_term", name="Lunch clubs", parent_id=self.food)
        self.trust = record("organization", name="Harbour Trust")
        self.library = record(
            "location",
            name="Leith Library",
            location_type="physical",
            address_1="28 Ferry Road",
            city="Edinburgh",
            postal_code="EH6 4AE",
        )
        self.hall = record(
            "location",
            name="Leith Hall",
            location_type="physical",
            address_1="1 Shore",
            city="Edinburgh",
            postal_code="EH6 6QN",
        )
        self.phone = element(number="0131 496 0123")
        self.by_appointment = element(1, freq="WEEKLY", byday="FR", description="by appointment")
        self.usual = element(freq="WEEKLY", byday="MO,WE", opens_at="12:00", closes_at="14:00")
        self.place = element(location_id=self.library, schedules=[self.usual, self.by_appointment])
        self.lunch_link = element(taxonomy_term_id=self.lunch)
        self.service = record(
            "service",
            name="Harbour Soup Lunch",
            organization_id=self.trust,
            description="Soup for all.",
            phones=[self.phone],
            places=[self.place],
            categories=[self.lunch_link],
        )

    def visitor(self, handle: str = "", role: str = "volunteer") -> PageClient:
        """A browser; signed in where a handle is given."""
        client = PageClient(self.app, is_signed_in=bool(handle))
        if handle:
            token = account.sign_in(self.world.storage, self.world.person(handle, role), "a test", self.world.now)
            client.set_session(_user_id=token, _fresh=True)
        return client

    def address(self, record: str, act: str = "suggest") -> str:
        """The address of an act on a record."""
        row = self.world.row(record)
        return f"{url_of(row.kind, row.slug)}/{act}"


def filled(page: Page, **values: Any) -> Form:
    """The form with a reason and some values; double underscores stand for hyphens."""
    return page.form(FORM).fill(
        {"reason": "I phoned them today", **{k.replace("__", "-"): v for k, v in values.items()}}
    )


def review(page: Page, **values: object) -> Page:
    """Fill the form and look it over."""
    return filled(page, **values).submit(REVIEW, status=200)


def send(page: Page, status: int = 303) -> Page:
    """Send what was looked over."""
    return page.form(STACK).submit("button[value=send]", status=status)


def open_changes(town: Town) -> list[tuple[str, str]]:
    """Group and state of every change."""
    return [
        (row.group, row.state) for row in town.world.all(select(Change).order_by(Change.suggestion_id, Change.position))
    ]


def suggestions(town: Town) -> int:
    """How many suggestions are stored."""
    return int(town.world.one(select(func.count()).select_from(Suggestion))[0])


def payload(town: Town) -> Any:
    """The newest change's content."""
    return json.loads(town.world.one(select(Change.payload).order_by(Change.id.desc())).payload)
