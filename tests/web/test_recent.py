"""The public account of what happens goes back page by page, and leaves nothing out between them."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.web import recent


@pytest.mark.parametrize("address", ["/changes", "/moderation-log"])
def test_older_entries_stand_on_the_pages_after(
    address: str, world: World, client: PageClient, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.record(description="Soup")
    mo = sign_in(world.person("mo", "moderator"))
    for days in (3, 2):
        form = mo.get("/services/harbour-soup-lunch/protect").form("main form")
        form.fill(level="trusted", days=days, note=f"For {days} days").submit(status=303)
    world.record(name="Another")
    whole = client.get(address).texts(".timeline li")
    assert len(whole) == 2
    monkeypatch.setattr(recent, "PER_PAGE", 1)
    first = client.get(address)
    second = first.click("Earlier changes" if address == "/changes" else "Earlier entries")
    assert [*first.texts(".timeline li"), *second.texts(".timeline li")] == whole
    assert second.find(".more") is None
