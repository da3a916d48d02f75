"""Administrators write the rules by a plain form, see in words what would change, and lose nothing that they typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from tests.services.test_policy import rules
from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.domain.policy import DEFAULT, from_data
from webapp.services import policy
from webapp.services.judge import newest_policy
from webapp.web.policy_fields import PARTS, UNIT, rules_of, typed_of

PAGE = "/moderate/policy"
RULES = f"form[action='{PAGE}']"
OVER = f"form[action='{PAGE}/apply']"
LOW = "rules.low.threshold"
WRITE = "button[value=write]"


@pytest.fixture
def alma(world: World, sign_in: SignIn) -> PageClient:
    """An administrator, in a community of a dozen reviewers."""
    for number in range(12):
        world.person(f"reviewer{number}", "trusted" if number < 2 else "reviewer")
    return sign_in(world.person("alma", "administrator"))


def typed(page: Page, **moved: str) -> Any:
    """The form of the rules with some fields typed anew: `typed(page, rules__low__threshold="3")`."""
    return page.form(RULES).fill(**{path.replace("__", "."): value for path, value in moved.items()})


def lines(page: Page) -> list[str]:
    return page.texts("#preview > ul li")


def paths(part: Any, where: str = "") -> Iterator[str]:
    for spec in fields(part):
        value, path = getattr(part, spec.name), f"{where}{spec.name}"
        yield from paths(value, f"{path}.") if is_dataclass(value) else [path]


# -- the form -----------------------------------------------------------------------------------------------


def test_every_number_of_the_policy_is_one_field() -> None:
    told = [entry.path for part in PARTS for entry in part.entries]
    assert sorted(told) == sorted(path for path in paths(DEFAULT) if path != "version")


def test_what_the_form_shows_comes_back_as_the_same_rules() -> None:
    odd = from_data(rules(low__earliest="90m", high__needs_moderator=True) | {"reject_at": -7})
    for one in (DEFAULT, odd):
        assert from_data({**rules_of(typed_of(one)), "version": 1}) == one


@ON_BOTH
def test_an_administrator_comes_from_the_rules_previews_and_writes_a_version(
    world: World, alma: PageClient, client: PageClient
) -> None:
    page = alma.get("/rules").click("Edit the rules")
    page = typed(page, rules__low__threshold="1").submit(status=200)
    assert page.one("#preview h2").text == "1 thing would change"
    assert lines(page) == ["Everyday changes, approvals needed: one instead of two"]
    assert page.texts("#preview .reads ins") == ["Everyday changes apply with one approval."]
    assert "keep the rules that they were suggested under" in page.one("#preview .note").text
    page = page.form(RULES).fill(reason="descriptions take too long").submit(WRITE).follow()
    assert page.path == "/rules/versions"
    assert "Version 2 holds" in page.one(".messages").text
    assert page.texts(".timeline h2") == ["Version 2", "Version 1"]
    row = client.get("/rules/versions").all(".timeline > li")[0].text
    for words in ("“descriptions take too long”", "approvals needed: one instead of two", "Alma"):
        assert words in row
    assert world.storage.transact(newest_policy, world.now).rules.low.threshold == 1
    assert client.get("/moderation-log").texts(".timeline h2") == ["Wrote a new version of the rules"]


def test_what_was_not_shown_is_not_written(world: World, alma: PageClient) -> None:
    page = typed(alma.get(PAGE), rules__low__threshold="3").submit(status=200)
    form = typed(page, rules__low__threshold="2", expire_after="50", reason="too long")
    page = form.submit(WRITE, status=200)
    assert lines(page) == ["Silence never publishes, the change ends after: 50 days instead of 60 days"]
    assert page.one("#reason").text.strip() == "too long"
    assert world.storage.transact(newest_policy, world.now).version == 1
    page.form(RULES).submit(WRITE).follow()
    assert world.storage.transact(newest_policy, world.now).version == 2


def test_rules_that_ask_for_more_say_that_they_can_be_put_over_open_changes(alma: PageClient) -> None:
    page = typed(alma.get(PAGE), rules__low__threshold="3").submit(status=200)
    assert "put it over the changes that are open" in page.one("#preview .note").text


def test_what_holds_for_open_changes_at_once_is_told_so(alma: PageClient) -> None:
    page = alma.get(PAGE).form(RULES).fill(hides_votes=False).submit(status=200)
    part = "Who votes, and which votes count"
    assert lines(page) == [f"{part}, the votes of others show only after one’s own: no instead of yes"]
    assert page.one("#preview .note").text == "This holds at once, for what is open too."
    told = "You see who else voted on a change, how and why, before you vote on it."
    assert page.texts("#preview .reads ins") == [told]
    page = typed(page, rules__low__threshold="1").submit(status=200)
    assert "keep the rules that they were suggested under" in page.one("#preview .note").text


def test_nothing_moved_is_said_and_keeps_the_reason(alma: PageClient) -> None:
    page = typed(alma.get(PAGE)).submit(status=200)
    assert page.one("#preview h2").text == "Nothing would change"
    assert not page.all("button[value=write]")


# -- bad input ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        ({LOW: "0", "reduced.low.threshold": "0"}, "With none everything would apply"),
        ({LOW: "many"}, "Type a whole number"),
        ({LOW: ""}, "Type a whole number"),
        ({LOW: "-2"}, "Type a whole number"),
        ({LOW: "99999999999999"}, "Type a whole number"),
        ({"rules.destructive.threshold": "40"}, "only 13 people here may vote"),
        ({"rules.destructive.threshold": "60"}, "with more than that nothing would"),
        ({"reject_at": "0"}, "From one to 50"),
        ({"escalate_after": "61"}, "can’t be more than “Silence never publishes, the change ends after”"),
        ({"expire_after": "soon"}, "choose minutes, hours or days"),
        ({"expire_after": "9999"}, "From 24 hours to 366 days"),
        ({"expire_after.unit": "years"}, "choose minutes, hours or days"),
    ],
)
def test_nonsense_is_refused_with_its_reason_and_stays_as_it_was_typed(
    moved: dict[str, str], words: str, alma: PageClient
) -> None:
    kept = {"caps.amends": "4"}
    sent = {**typed_of(DEFAULT), **moved, **kept, "seen": "1", "step": "write", "reason": "because I say so"}
    alma.get(PAGE)
    page = alma.post(PAGE, sent, status=422)
    assert words in page.one("#problems").text
    led = [link["href"].removeprefix("#") for link in page.all("#problems a")]
    assert set(led) & {name.removesuffix(UNIT) for name in moved}
    for path, value in {**moved, **kept}.items():
        if not path.endswith(UNIT):
            assert page.one(f"input[name='{path}']")["value"] == value
    assert page.one("[name=reason]")["value"] == "because I say so"


def test_rules_for_few_people_that_let_everything_through_are_refused_as_such(alma: PageClient) -> None:
    at_once = {"rules.high.earliest": "0", "rules.destructive.earliest": "0"}
    few = {"reduced.high.threshold": "1", "reduced.destructive.threshold": "1"}
    sent = {**typed_of(DEFAULT), **at_once, **few, "seen": "1", "step": "write", "reason": "because I say so"}
    del sent["reduced.destructive.needs_moderator"]
    alma.get(PAGE)
    page = alma.post(PAGE, sent, status=422)
    assert "While few people take part, the first approval would apply everything" in page.one("#problems").text


def test_a_missing_reason_is_told_beside_what_would_change(world: World, alma: PageClient) -> None:
    page = typed(alma.get(PAGE), rules__low__threshold="3").submit(status=200)
    page = page.form(RULES).submit(WRITE, status=422)
    assert "Say why you change the rules" in page.one("#reason-error").text
    assert lines(page) == ["Everyday changes, approvals needed: three instead of two"]
    page = page.form(RULES).fill(reason="words " * 300).submit(WRITE, status=422)
    assert "fewer words" in page.one("#reason-error").text
    assert page.one("#reason").text.strip() == ("words " * 300).strip()
    assert world.storage.transact(newest_policy, world.now).version == 1


def test_who_edits_what_was_edited_meanwhile_sees_both_and_may_send_it_again(world: World, alma: PageClient) -> None:
    page = typed(alma.get(PAGE), rules__low__threshold="3").submit(status=200)
    abe = world.person("abe", "administrator")
    policy.edit_policy(world.storage, policy.EditPolicy(abe, 1, rules(expire_after="50d"), "why"), world.now)
    page = page.form(RULES).fill(reason="hasty").submit(WRITE, status=409)
    assert page.texts(".note.bad li") == ["Silence never publishes, the change ends after: 50 days instead of 60 days"]
    assert lines(page) == [
        "Everyday changes, approvals needed: three instead of two",
        "Silence never publishes, the change ends after: 60 days instead of 50 days",
    ]
    assert page.one("#reason").text.strip() == "hasty"
    page = typed(page, expire_after="50").submit(WRITE, status=200)  # takes theirs over: shown before it is kept
    page.form(RULES).submit(WRITE).follow()
    newest = world.storage.transact(newest_policy, world.now)
    assert (newest.version, newest.rules.low.threshold, newest.expire_after.days) == (3, 3, 50)


@pytest.mark.parametrize("role", ["volunteer", "trusted", "moderator"])
def test_nobody_below_an_administrator_sees_the_form_or_the_way_to_it(world: World, role: str, sign_in: SignIn) -> None:
    client = sign_in(world.person("somebody", role))
    client.get(PAGE, status=403)
    assert "Edit the rules" not in client.get("/rules").text
    assert "Edit the rules" not in client.get("/rules/versions").text


# -- over open changes --------------------------------------------------------------------------------------


def test_stricter_rules_are_put_over_open_changes(world: World, alma: PageClient) -> None:
    author, record = world.person("ann"), world.record(description="Soup")
    (change,) = world.suggest(author, record, description="Soup and company")
    assert not alma.get(PAGE).all(OVER)
    page = typed(alma.get(PAGE), rules__low__threshold="3").submit(status=200)
    page.form(RULES).fill(reason="hasty").submit(WRITE).follow()
    page = alma.get(PAGE)
    assert "One open change goes by the rules" in page.text
    page = page.form(OVER).submit(status=422)
    assert page.one("#note-error").text == "Say why in a few words."
    page = page.form(OVER).fill(note="all of them").submit().follow()
    assert page.one(".messages").text == "One open change goes by the newest rules now."
    assert world.change(change).policy_version == 2
    assert not page.all(OVER)


def test_where_the_newest_rules_are_easier_nothing_is_offered(world: World, alma: PageClient) -> None:
    world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    command = policy.EditPolicy(world.person("alma"), 1, rules(low__threshold=1), "quick")
    policy.edit_policy(world.storage, command, world.now)
    page = alma.get(PAGE)
    assert "these keep what they have" in page.text
    page = alma.post(f"{PAGE}/apply", {"seen": "2", "note": "all of them"}, status=422)
    assert "They keep the rules they began with" in page.one("#problems").text
    page = alma.post(f"{PAGE}/apply", {"seen": "1", "note": "all of them"}, status=409)
    assert "Nothing was lost" in page.one("#problems").text


# -- every version ------------------------------------------------------------------------------------------


def test_before_the_first_edit_the_versions_say_so(client: PageClient) -> None:
    assert "One version so far" in client.get("/rules").click("All versions").text


def test_versions_page_by_number_and_cost_the_same_however_many(world: World, client: PageClient) -> None:
    alma = world.person("alma", "administrator")
    for version in range(1, 24):
        command = policy.EditPolicy(alma, version, rules(expire_after=f"{60 + version}d"), f"the {version}th")
        policy.edit_policy(world.storage, command, world.now)
    with at_most(3, world.storage.engine):
        page = client.get("/rules/versions")
    assert page.texts(".timeline h2") == [f"Version {number}" for number in range(24, 4, -1)]
    assert "the change ends after: 83 days instead of 82 days" in page.all(".timeline > li")[0].text
    page = page.click("Earlier versions")
    assert page.texts(".timeline h2") == [f"Version {number}" for number in range(4, 0, -1)]
    assert not page.all(".more")


def test_the_form_costs_three_queries_more_than_asking_who_it_is(world: World, alma: PageClient) -> None:
    with at_most(5, world.storage.engine):
        alma.get(PAGE)
