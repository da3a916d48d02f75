"""Whatever is sent to whatever address, and how much came of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from tests.support.page_client import Page, PageClient
from tests.support.world import World
from webapp.storage.models import Event


def ask(client: PageClient, method: str, path: str, **options: Any) -> Page:
    """An answer, whatever its status; every HTML answer is checked."""
    page = Page(client, path, client.browser.open(path, method=method, **options), is_fragment=False)
    page.check()
    return page


def events(world: World) -> int:
    """How much has happened."""
    return int(world.one(select(func.count()).select_from(Event))[0])
