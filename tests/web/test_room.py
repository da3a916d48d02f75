"""The moderators' room: what is urgent comes first, and each finds the ways that are theirs."""

from __future__ import annotations

import pytest

from tests.support.world import World
from tests.web.conftest import SignIn
from webapp.services import confirm


def report(world: World, what: str) -> None:
    told = confirm.ReportProblem(world.record(name=f"Club {what}"), what, "The number rings out", None, None)
    confirm.report_problem(world.storage, told, world.now)


def test_an_urgent_report_stands_before_everything_else_and_another_after_the_tiles(
    world: World, sign_in: SignIn
) -> None:
    for what in ("wrong", "urgent"):
        report(world, what)
    page = sign_in(world.person("mo", "moderator")).get("/moderate")
    order = [one.get("aria-label") or "a report" for one in page.all("main article, main nav")]
    assert order == ["a report", "What needs a moderator", "a report"]
    assert page.texts("main h2") == ["Urgent reports", "Reports"]
    assert page.texts("main article h3") == ["Club urgent", "Club wrong"]


def test_nobody_is_told_that_there_is_no_report_beside_an_urgent_one(world: World, sign_in: SignIn) -> None:
    mo = sign_in(world.person("mo", "moderator"))
    assert mo.get("/moderate").texts("main .empty h2, main .empty h3, main .empty .h") != []
    report(world, "urgent")
    page = mo.get("/moderate")
    assert (page.texts("main h2"), page.all("main .empty")) == (["Urgent reports"], [])


@pytest.mark.parametrize(("role", "ways"), [("moderator", []), ("administrator", ["Edit the rules"])])
def test_only_administrators_find_the_way_to_the_rules(
    world: World, sign_in: SignIn, role: str, ways: list[str]
) -> None:
    room = sign_in(world.person("mo", role)).get("/moderate")
    assert room.texts("main nav a[href='/moderate/policy']") == ways
