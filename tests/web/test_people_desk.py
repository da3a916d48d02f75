"""The moderators' desk for people: what follows is said first, no handle is lost, and each power has its limits."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.services import confirm, sanction
from webapp.storage.models import Confirmation, Person, Sanction
from webapp.storage.queries import people_desk
from webapp.web.wording import REFUSALS

ANN = "/moderate/people/ann"


def state_of(world: World, handle: str) -> tuple[str, str]:
    row = world.one(select(Person).where(Person.handle == handle))
    return row.state, row.role


def paused(world: World, handle: str, days: int = 3) -> None:
    command = sanction.PausePerson(world.person(handle), world.person("mo", "moderator"), days, "A quarrel")
    sanction.pause_person(world.storage, command, world.now)


@ON_BOTH
def test_a_moderator_finds_a_person_reads_what_follows_and_bans_them(world: World, mo: PageClient) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ben"), record, description="Soup and company")
    world.vote(world.person("ann", "reviewer"), change, "reject")
    world.approve(change, "rita", "rob")
    person = mo.get("/moderate").click("People").form("main form").fill(handle="@Ann").submit(status=303).follow()
    page = person.click("Ban…")
    assert page.texts("#follows ~ ul li") == [
        "They can do nothing here any more but read.",
        "Their vote on 1 open change is set aside, and it is judged again.",
        "1 of them would apply by that. It goes to the moderators instead.",
        "What they suggested and was applied stays. If it was wrong, it has to be rolled back.",
        "All of this can be lifted, and then their votes are given back.",
    ]
    assert state_of(world, "ann") == ("active", "reviewer")
    after = page.form("main form").fill(note="Sold votes").submit().follow()
    assert state_of(world, "ann") == ("banned", "reviewer")
    assert world.change(change).escalated_at == world.now
    assert after.texts("#sanctions + ol li") == ["just now Banned Sold votes Mo"]
    (row,) = mo.get("/moderate/people").all(".row")
    assert row.text == "Ann Banned Sold votes Mo, just now"


def test_an_unknown_handle_is_kept_and_said_to_be_unknown(mo: PageClient) -> None:
    page = mo.get("/moderate/people?handle=nobody", status=404)
    assert page.one("#handle")["value"] == "nobody"
    assert "Nobody here has that handle" in page.one("#problems").text
    assert mo.get("/moderate/people/nobody", status=404)
    assert mo.get("/moderate/people/%00", status=404)


def test_a_pause_says_until_when_and_is_lifted(world: World, mo: PageClient) -> None:
    world.person("ann")
    mo.get(f"{ANN}/pause").form("main form").fill(days="3", note="A quarrel").submit().follow()
    assert "Paused until 5 March 2026" in mo.get(ANN).one("h1 + p").text
    assert mo.get("/moderate/people").texts(".row p")[0] == "Paused until 5 March 2026"
    page = mo.get(ANN).click("Lift the pause…")
    assert page.texts("#follows ~ ul li") == ["From now on they can take part as before."]
    page.form("main form").fill(note="They made up").submit()
    assert world.one(select(Sanction)).lifted_at == world.now
    assert mo.get("/moderate/people").find(".row") is None


@pytest.mark.parametrize(("act", "typed", "problems"), [
    ("pause", {"days": "0", "note": ""}, 2),
    ("pause", {"days": "many", "note": "x"}, 1),
    ("pause", {"days": "9" * 30, "note": "x"}, 1),
    ("ban", {"note": " "}, 1),
    ("lift", {"note": ""}, 1),
])  # fmt: skip
def test_without_a_reason_or_an_end_nothing_is_done_and_what_was_typed_stays(
    world: World, mo: PageClient, act: str, typed: dict[str, str], problems: int
) -> None:
    world.person("ann")
    page = mo.get(f"{ANN}/{act}").form("main form").fill(typed).submit(status=422)
    assert len(page.all("#problems li")) == problems
    assert all(page.one(f"#{name}")["value"].strip() == value.strip() for name, value in typed.items())
    assert world.all(select(Sanction)) == []


def test_a_second_ban_is_told_and_does_nothing(world: World, mo: PageClient) -> None:
    world.person("ann")
    form = mo.get(f"{ANN}/ban").form("main form").fill(note="Spam")
    form.submit()
    assert REFUSALS["banned_already"] in form.submit(status=422).one("#problems").text
    assert len(world.all(select(Sanction))) == 1


def test_of_whom_a_moderator_may_not_sanction_no_act_is_offered(world: World, mo: PageClient) -> None:
    world.person("max", "moderator")
    for handle in ("max", "mo"):
        page = mo.get(f"/moderate/people/{handle}")
        assert page.all("a.btn.quiet") == []
        assert "You can’t pause or ban this person" in page.text
    mo.get("/moderate/people/max/ban").form("main form").fill(note="spam").submit(status=403)
    assert state_of(world, "max") == ("active", "moderator")


@pytest.mark.parametrize(("who", "roles"), [
    ("moderator", ["reviewer", "trusted"]),
    ("administrator", ["reviewer", "trusted", "moderator", "administrator"]),
])  # fmt: skip
def test_the_roles_on_offer_are_those_that_one_may_give(
    world: World, sign_in: SignIn, who: str, roles: list[str]
) -> None:
    world.person("ann")
    page = sign_in(world.person(who, who)).get(ANN)
    assert [option["value"] for option in page.all("#role option")][1:] == roles


def test_a_role_is_given_on_a_persons_page(world: World, mo: PageClient) -> None:
    world.person("ann")
    form = mo.get(ANN).form("form[action$='/role']")
    assert "Say why" in form.fill(role="trusted", note=" ").submit(status=422).one("#problems").text
    form.fill(role="trusted", note="Knows every door").submit().follow()
    assert state_of(world, "ann") == ("active", "trusted")
    mo.post(f"{ANN}/role", {"role": "moderator", "note": "x", "csrf_token": mo.csrf_token()}, status=422)
    assert state_of(world, "ann") == ("active", "trusted")


@ON_BOTH
def test_many_are_made_reviewers_and_nobody_who_was_typed_is_lost(world: World, mo: PageClient) -> None:
    world.person("ann")
    world.person("rita", "reviewer")
    page = mo.get("/moderate/people").click("Make many people reviewers")
    form = page.form("main form").fill(people="ann\nrita, nobodi", note="The training day")
    page = form.submit(status=422)
    assert page.texts("#answers ~ dl > div") == [
        "ann A reviewer from now on.",
        "rita A reviewer, or more, already.",
        "nobodi Nobody here has that handle.",
    ]
    assert page.one("#people").text == "nobodi"
    assert page.one("#note")["value"] == "The training day"
    world.person("nobody")
    page = page.form("main form").fill(people="nobody").submit(status=200)
    assert page.texts("#answers ~ dl > div") == ["nobody A reviewer from now on."]
    assert page.one("#people").text == ""
    assert [state_of(world, handle)[1] for handle in ("ann", "rita", "nobody")] == ["reviewer"] * 3


@pytest.mark.parametrize("typed", ["", " , ;\n", "x " * 101])
def test_too_few_or_too_many_handles_are_refused_and_kept(world: World, mo: PageClient, typed: str) -> None:
    page = mo.get("/moderate/reviewers").form("main form").fill(people=typed, note="Known").submit(status=422)
    if typed.startswith("x"):  # the same one, a hundred times, is one
        assert page.texts("#answers ~ dl dt") == ["x"]
    else:
        assert page.one("#problems li").text == "Name between one and 100 people."


def confirmed(world: World, handle: str, count: int) -> list[str]:
    """Somebody says of so many records that they are still correct; gives the records."""
    records = [world.record(name=f"Lunch {number}") for number in range(count)]
    for record in records:
        confirm.confirm_record(
            world.storage, confirm.ConfirmRecord(record, world.person(handle), 1, "phoned"), world.now
        )
    return records


def test_false_confirmations_are_set_aside_and_the_one_before_stands_again(world: World, mo: PageClient) -> None:
    records = confirmed(world, "ben", 2)
    before = world.now
    world.passes(days=1)
    for record in records:
        confirm.confirm_record(world.storage, confirm.ConfirmRecord(record, world.person("ann"), 1, "other"), world.now)
    page = mo.get(ANN).click("What they said is still correct")
    ids = [box["value"] for box in page.all("input[type=checkbox]")]
    form = page.form("main form").fill(confirmation=ids[:1], note="Never went there")
    form.submit().follow()
    assert [row.voided_by for row in world.all(select(Confirmation).where(Confirmation.id == ids[0]))] == [
        world.person("mo")
    ]
    assert sorted((world.row(record).checked_at, world.row(record).checked_by) for record in records) == [
        (before, world.person("ben")),
        (world.now, world.person("ann")),
    ]
    assert "set aside already" in form.submit().follow().text


def test_choosing_no_confirmation_sets_none_aside(world: World, mo: PageClient) -> None:
    confirmed(world, "ann", 1)
    page = mo.get(f"{ANN}/confirmations").form("main form").fill(note="Guessed").submit(status=422)
    assert page.texts("#problems li") == ["Choose at least one of them."]
    assert page.one("#note")["value"] == "Guessed"


def test_many_confirmations_are_set_aside_with_as_many_reads_as_few(world: World, mo: PageClient) -> None:
    confirmed(world, "ann", 12)
    page = mo.get(f"{ANN}/confirmations")
    ids = [box["value"] for box in page.all("input[type=checkbox]")]
    form = page.form("main form").fill(confirmation=ids, note="Guessed")
    with at_most(28, world.storage.engine):  # a line of the log for each of the twelve
        form.submit()
    assert {row.checked_at for row in world.all(select(Confirmation.voided_at.label("checked_at")))} == {world.now}


def test_the_list_goes_on_where_the_page_ends(
    world: World, mo: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people_desk, "PAGE", 2)
    for handle in ("ann", "ben", "cat"):
        paused(world, handle)
    page = mo.get("/moderate/people")
    assert page.texts(".row h3") == ["Cat", "Ben"]
    assert page.click("Earlier ones").texts(".row h3") == ["Ann"]


@pytest.mark.parametrize("path", [ANN, "/moderate/people", f"{ANN}/ban", f"{ANN}/doubtful", f"{ANN}/confirmations"])
def test_a_page_of_much_takes_as_many_queries_as_one_of_little(
    world: World, mo: PageClient, path: str
) -> None:
    record = world.record(description="Soup")
    world.person("ann", "reviewer")
    for number in range(6):
        (change,) = world.suggest(world.person(f"author{number}"), record, description=f"Soup {number}")
        world.vote(world.person("ann"), change)
        paused(world, f"author{number}")
    confirmed(world, "ann", 6)
    with at_most(16, world.storage.engine):
        mo.get(path)


@ON_BOTH
def test_what_a_ban_left_in_doubt_is_listed(world: World, mo: PageClient) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ben"), record, description="Soup and company")
    world.approve(change, "ann", "rob")
    assert "Nothing in doubt" in mo.get(ANN).click("Applied with their vote, now in doubt").text
    command = sanction.BanPerson(world.person("ann"), world.person("mo"), "sold votes")
    sanction.ban_person(world.storage, command, world.now)
    page = mo.get(f"{ANN}/doubtful")
    assert page.texts(".row") == ["Harbour Soup Lunch Description just now"]
    mo.get(page.one(".row a")["href"].partition("#")[0])
