"""Administrators see what other rules would have made of the last weeks, and come back to what they typed."""

from __future__ import annotations

import pytest

from tests.services.test_policy import described
from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from tests.web.test_policy import PAGE, RULES, lines, typed
from webapp import clock
from webapp.web import replay

REPLAY = f"{PAGE}/replay"
BY_REPLAY = f"button[formaction='{REPLAY}']"


@pytest.fixture
def alma(world: World, sign_in: SignIn) -> PageClient:
    return sign_in(world.person("alma", "administrator"))


def applied(world: World, author: str = "ann", hours: float = 30) -> str:
    """A description that a second approval applied so many hours after the first."""
    change = described(world, author)
    world.approve(change, "rita")
    world.passes(hours=hours)
    assert world.approve(change, "rob") == "applied"
    return change


def counts(page: Page) -> dict[str, str]:
    """What was counted, without what is none."""
    found = {row.one("th").text: row.one("td").text for row in page.all(".counted tbody tr")}
    return {what: count for what, count in found.items() if count != "0"}


@ON_BOTH
def test_a_draft_is_replayed_and_what_was_typed_comes_back(world: World, alma: PageClient) -> None:
    applied(world)
    with clock.fixed(world.now):
        page = typed(alma.get(PAGE), rules__low__threshold="1").submit(status=200)
        page = page.form(RULES).fill(reason="they wait long").submit(BY_REPLAY, status=200)
        assert page.one("#found h2").text == "What you typed"
        assert page.texts("#found > ul li") == ["Everyday changes, approvals needed: one instead of two"]
        (what,) = counts(page)
        assert what.startswith("Would have applied earlier")
        assert "Half of them by 30 hours or more" in what
        assert "0 of them were reverted since" in what
        page = page.form(f"form[action='{PAGE}']").submit(status=200)
        assert page.one("#reason").text.strip() == "they wait long"
        assert lines(page) == ["Everyday changes, approvals needed: one instead of two"]


def test_a_version_is_replayed_over_the_days_that_are_chosen(world: World, sign_in: SignIn) -> None:
    applied(world)
    world.passes(days=40)
    alma = sign_in(world.person("alma", "administrator"))
    with clock.fixed(world.now):
        page = alma.get(PAGE).click("Replay a version")
        page = page.form(f"form[action='{REPLAY}']").fill(version="1", days="366").submit(status=200)
        assert counts(page) == {"The same, at the same time": "1"}
        page = page.form(f"form[action='{REPLAY}']").fill(days="30").submit(status=200)
        assert "nothing to replay" in page.text
        alma.get(f"{REPLAY}?version=7", status=404)


def test_nonsense_goes_back_to_the_form_with_its_reason(alma: PageClient) -> None:
    page = typed(alma.get(PAGE), rules__low__threshold="3").submit(status=200)
    page = typed(page, rules__low__threshold="many").submit(BY_REPLAY, status=422)
    assert "Type a whole number" in page.one("#problems").text
    assert page.one("input[name='rules.low.threshold']")["value"] == "many"


def test_a_page_replays_so_many_changes_and_says_where_the_rest_is(
    world: World, alma: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "MOST", 2)
    for name in ("ann", "ben", "cat"):
        applied(world, name, 1)
    with clock.fixed(world.now), at_most(16, world.storage.engine):
        page = alma.get(f"{REPLAY}?version=1")
    assert "2 changes of the last 90 days were judged again. These are the newest" in page.one("#found").text
