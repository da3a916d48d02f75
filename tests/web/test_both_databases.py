"""One walk through every public page and the desk, on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn


@ON_BOTH
def test_every_reader_page_answers_on_both_databases(world: World, client: PageClient, sign_in: SignIn) -> None:
    record = world.record(name="Harbour Soup Lunch", description="Soup", summary="Hot soup")
    (done,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(done, "rita", "rob")
    (change,) = world.suggest(world.person("ann"), record, name="Harbour Lunch")
    suggestion = world.change(change).suggestion_id
    base = "/services/harbour-soup-lunch"
    pages = [
        "/",
        "/search?q=soup",
        base,
        f"{base}/history",
        f"{base}/history/2",
        f"{base}/compare?from=1&to=2",
        "/changes",
        "/moderation-log",
        "/rules",
        "/review?show=all",
        f"/suggestions/{suggestion}",
        "/people/ann",
    ]
    for path in pages:
        client.get(path)
    moderator = sign_in(world.person("mo", "moderator"))
    for path in [
        *pages,
        "/review",
        "/account",
        "/moderate",
        f"{base}/suggest",
        f"{base}/history/2/revert",
        f"{base}/protect",
    ]:
        moderator.get(path)


@ON_BOTH
def test_a_vote_and_a_revert_work_on_both_databases(world: World, sign_in: SignIn) -> None:
    record = world.record(name="Harbour Soup Lunch", description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    reviewer = sign_in(world.person("rob", "reviewer"))
    page = reviewer.get(f"/suggestions/{world.change(change).suggestion_id}")
    page.form(f"#change-{change} form[action*='/vote']").submit("[value=approve]")
    assert world.document(record)["description"] == "Soup and company"
    moderator = sign_in(world.person("mo", "moderator"))
    preview = moderator.get("/services/harbour-soup-lunch/history/2/revert")
    preview.form("main form").fill(summary="too soon").submit()
    assert world.document(record)["description"] == "Soup"
