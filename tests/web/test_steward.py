"""Declaring a tie, looking after a record, and what moderators answer: all of it by plain forms."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.services import steward
from webapp.storage.models import Affiliation, Patrol, Stewardship, StewardshipClaim, Vote

RECORD = "/services/harbour-soup-lunch"


@pytest.fixture
def soup(world: World) -> str:
    """A service that an organisation runs; gives its id."""
    trust = world.record("organization", name="Harbour Trust", description="Neighbours")
    return world.record(description="Soup", organization_id=trust)


def claimed(world: World, soup: str, handle: str = "stu", role: str = "volunteer") -> str:
    command = steward.ClaimRecord(soup, world.person(handle, role), "I cook there on Mondays", True)
    return steward.claim_record(world.storage, command, world.now)


def granted(world: World, soup: str, handle: str = "stu") -> str:
    command = steward.GrantStewardship(
        claimed(world, soup, handle), world.person("max", "moderator"), True, "I rang them", True
    )
    term = steward.grant_stewardship(world.storage, command, world.now)
    assert term
    return term


def test_a_steward_votes_on_what_they_look_after_whatever_their_role(
    world: World, soup: str, sign_in: SignIn
) -> None:
    granted(world, soup)
    (change,) = world.suggest(world.person("ann"), soup, description="Soup and company")
    (other,) = world.suggest(world.person("ann"), world.record(name="Bread"), description="Bread and company")
    world.approve(change, "rita")
    client = sign_in(world.person("stu"))
    assert not client.get(f"/suggestions/{world.change(other).suggestion_id}").all("[name=choice]")
    page = client.get(f"/suggestions/{world.change(change).suggestion_id}")
    assert "Rita" not in page.one(f"#change-{change}").text
    assert "All endorsements together count as one approval." in page.one(f"#change-{change}").text
    assert page.one("form[action*='/vote'] [value=approve]").text == "Endorse Description"
    done = page.form("form[action*='/vote']").submit("[value=approve]").follow()
    assert "You endorsed this." in done.one(f"#change-{change}").text
    assert "Stu endorsed it, and looks after the record" in done.one(f"#change-{change}").text
    assert [row.is_steward for row in world.all(select(Vote).where(Vote.person_id == world.person("stu")))] == [1]


# -- ties -------------------------------------------------------------------------------------------------


@ON_BOTH
def test_somebody_finds_their_organisation_says_so_and_their_vote_does_not_count(
    world: World, soup: str, sign_in: SignIn
) -> None:
    client = sign_in(world.person("rita", "reviewer"))
    settings = client.get("/account/settings")
    found = settings.form("#ties ~ form[action='/account/ties']").fill(q="harbour").submit()
    assert found.texts("section .row h3") == ["Harbour Trust"]
    said = found.form("section form[method=post]").submit().follow()
    assert "You belong to it" in said.one(".rows .row").text
    (change,) = world.suggest(world.person("ann"), soup, description="Soup and company")
    world.vote(world.person("rita"), change)
    assert [row.is_affiliated for row in world.all(select(Vote))] == [1]


def test_a_tie_shows_on_the_public_page_until_it_ends(
    world: World, soup: str, sign_in: SignIn, client: PageClient
) -> None:
    rita = world.person("rita", "reviewer")
    trust = world.document(soup)["organization_id"]
    steward.declare_affiliation(world.storage, steward.DeclareAffiliation(rita, trust), world.now)
    assert client.get("/people/rita").one("[aria-labelledby=ties] .row a").text == "Harbour Trust"
    own = sign_in(rita)
    own.get("/account/settings").form("form[action$='/end']").submit().follow()
    assert client.get("/people/rita").find("[aria-labelledby=ties]") is None
    assert [row.ended_at for row in world.all(select(Affiliation))] == [world.now]


def test_a_search_that_finds_no_organisation_says_what_to_do(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.person("ann"))
    page = client.get("/account/ties?q=nowhere")
    assert page.one("section h2").text == "No organisation of that name"
    assert page.one("section a")["href"] == "/suggest/new"


def test_a_tie_that_was_declared_already_is_not_declared_again(world: World, soup: str, sign_in: SignIn) -> None:
    client = sign_in(world.person("ann"))
    before = client.get("/account/ties?q=harbour")
    before.form("section form[method=post]").submit(status=303)
    assert client.get("/account/ties?q=harbour").one("section .row p").text == "You belong to it."
    again = before.form("section form[method=post]").submit(status=422)
    assert "You have said that already." in again.summary()
    assert len(world.all(select(Affiliation))) == 1


# -- claims -----------------------------------------------------------------------------------------------


def test_the_way_to_look_after_a_record_is_shown_to_who_is_signed_in(
    world: World, soup: str, sign_in: SignIn, client: PageClient
) -> None:
    assert client.get(RECORD).find(f"a[href='{RECORD}/claim']") is None
    signed_in = sign_in(world.person("stu"))
    with at_most(7, world.storage.engine):
        page = signed_in.get(RECORD)
    page.one(f"a[href='{RECORD}/claim']")


@ON_BOTH
def test_a_claim_is_sent_granted_and_shown(world: World, soup: str, sign_in: SignIn, client: PageClient) -> None:
    asking = sign_in(world.person("stu")).get(f"{RECORD}/claim").form("main form")
    waiting = asking.fill(words="I cook there", official="1").submit().follow()
    assert "A moderator reads it" in waiting.one(".note.waiting").text
    assert waiting.find("form[action$='/claim']") is None
    room = sign_in(world.person("mo", "moderator")).get("/moderate")
    assert "I cook there" in room.one("article.card").text
    room.form("form[action^='/moderate/claims/']").fill(note="I rang them").submit("[value=official]").follow()
    assert [row.is_official for row in world.all(select(Stewardship))] == [1]
    assert client.get("/people/stu").one("[aria-labelledby=ties] .meta").text.startswith("Looks after it, in its name")
    log = client.get("/moderation-log").one("main").text
    assert "Made somebody look after a record" in log
    assert "I rang them" in log


def test_a_refusal_is_told_on_the_page_and_leaves_the_way_open(world: World, soup: str, sign_in: SignIn) -> None:
    claimed(world, soup)
    room = sign_in(world.person("mo", "moderator")).get("/moderate")
    room.form("form[action^='/moderate/claims/']").fill(note="Nobody there knows you").submit("[value=refuse]")
    page = sign_in(world.person("stu")).get(f"{RECORD}/claim")
    assert "Nobody there knows you" in page.one(".note.waiting").text
    page.form("form[action$='/claim']")


def test_a_claim_without_words_keeps_what_was_chosen(world: World, soup: str, sign_in: SignIn) -> None:
    client = sign_in(world.person("stu"))
    page = client.get(f"{RECORD}/claim").form("main form").fill(words=" ", official="1").submit(status=422)
    assert "in a few words" in page.summary()
    assert page.one("#official").get("checked") is not None
    assert world.all(select(StewardshipClaim)) == []


def test_an_answer_without_a_note_changes_nothing(world: World, soup: str, sign_in: SignIn) -> None:
    claimed(world, soup)
    room = sign_in(world.person("mo", "moderator")).get("/moderate")
    page = room.form("form[action^='/moderate/claims/']").fill(note=" ").submit("[value=official]", status=422)
    assert "Say why" in page.one("main").text
    assert [row.state for row in world.all(select(StewardshipClaim))] == ["open"]


def test_a_moderator_is_offered_no_answer_to_an_own_claim(world: World, soup: str, sign_in: SignIn) -> None:
    claimed(world, soup, "mo", "moderator")
    room = sign_in(world.person("mo")).get("/moderate")
    assert "another moderator answers it" in room.one("article.card").text
    assert room.find("form[action^='/moderate/claims/']") is None


def test_a_steward_gives_a_record_up_on_the_settings_page(world: World, soup: str, sign_in: SignIn) -> None:
    granted(world, soup)
    client = sign_in(world.person("stu"))
    client.get("/account/settings").form("form[action^='/account/stewardships/']").submit().follow()
    assert [row.ended_at for row in world.all(select(Stewardship))] == [world.now]


def test_a_moderator_ends_a_stewardship_where_it_stands(world: World, soup: str, sign_in: SignIn) -> None:
    granted(world, soup)
    assert sign_in(world.person("ann")).get(f"{RECORD}/claim").find("form[action^='/moderate']") is None
    page = sign_in(world.person("mo", "moderator")).get(f"{RECORD}/claim")
    log = page.form("form[action^='/moderate/stewardships/']").fill(note="He moved away").submit().follow()
    assert "He moved away" in log.one("main").text
    assert [row.ended_at for row in world.all(select(Stewardship))] == [world.now]


def test_a_room_of_many_claims_takes_as_many_queries_as_one_of_few(world: World, soup: str, sign_in: SignIn) -> None:
    for number in range(12):
        claimed(world, soup, f"stu{number}")
    client = sign_in(world.person("mo", "moderator"))
    with at_most(5, world.storage.engine):
        assert len(client.get("/moderate").all("article.card")) == 12


# -- patrol -----------------------------------------------------------------------------------------------


@ON_BOTH
def test_what_was_applied_waits_for_one_moderators_look(world: World, soup: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), soup, description="Soup and company")
    world.approve(change, "rita", "rob")
    client = sign_in(world.person("mo", "moderator"))
    page = client.get("/moderate").click("Not looked at yet")
    assert page.texts(".timeline h2") == ["Harbour Soup Lunch"]
    after = page.form(".timeline form").submit().follow()
    assert after.path == "/changes?patrolled=no"
    assert after.all(".timeline li") == []
    assert [row.change_id for row in world.all(select(Patrol))] == [change]
    whole = client.get("/changes")
    assert whole.texts("[id^=looked-]") == ["Mo has looked at it."]
    assert PageClient(client.app).get("/changes").find(".timeline form") is None


def test_the_mark_takes_the_place_of_its_button(world: World, soup: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), soup, description="Soup and company")
    world.approve(change, "rita", "rob")
    client = sign_in(world.person("mo", "moderator"))
    button = client.get("/changes").one(".timeline form")
    row = button["data-say"].removeprefix("looked-")
    told = client.post(button["hx-post"], {"row": row}, status=200, fragment="form")
    assert (told.one("p")["id"], told.one("p").text) == (f"looked-{row}", "You have looked at it.")


def test_the_old_address_of_what_nobody_looked_at_still_leads_there(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.person("mo", "moderator")).get("/moderate/patrol", status=301)
    assert page.location == "/changes?patrolled=no"


def test_a_moderator_can_not_mark_an_own_change(world: World, soup: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("mo", "moderator"), soup, description="Soup and company")
    world.approve(change, "rita", "rob")
    page = sign_in(world.person("mo")).get("/changes?patrolled=no")
    assert page.texts(".timeline h2") == ["Harbour Soup Lunch"]
    assert page.find(".timeline form") is None
