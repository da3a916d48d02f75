"""Voting on pages: at once when it applies, in one sentence when it does not, and never silently lost."""

from __future__ import annotations

import pytest

from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.reviewing import soup, suggestion_url


@pytest.fixture
def record(world: World) -> str:
    """A service with words and a number."""
    return soup(world)


def test_second_vote_applies_and_the_page_says_so_at_once(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    client = sign_in(world.person("rob", "reviewer"))
    page = client.get(suggestion_url(world, change))
    done = page.form(f"#change-{change} form[action*='/vote']").submit("[value=approve]").follow()
    assert "Applied" in done.one(f"#change-{change}").text
    assert client.get("/services/harbour-soup-lunch").find(".prose").text == "Soup and company"


def test_a_phone_number_says_in_one_sentence_what_it_needs_and_when(world: World, record: str, sign_in: SignIn) -> None:
    phones = [{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960114"}]
    (change,) = world.suggest(world.person("ann"), record, phones=phones)
    client = sign_in(world.person("rob", "reviewer"))
    world.approve(change, "rita")
    note = client.get(suggestion_url(world, change)).one(".note.waiting").text
    assert note == (
        "Not applied yet: two more approvals, one of them from a trusted reviewer; at the earliest tomorrow at 09:00."
    )


def test_a_vote_by_htmx_answers_with_the_cards_alone(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    client = sign_in(world.person("rob", "reviewer"))
    client.get(suggestion_url(world, change))
    fragment = client.post(
        suggestion_url(world, change) + "/vote",
        {"change": change, "seen": "1", "choice": "approve"},
        status=200,
        fragment="div#changes",
    )
    assert fragment.one(f"#change-{change} .said").text.startswith("You approved this.")
    assert not fragment.all("h1")


def test_a_late_click_gets_409_and_the_present_state(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    client = sign_in(world.person("rob", "reviewer"))
    client.get(suggestion_url(world, change))
    token = client.csrf_token()
    world.approve(change, "rita", "ray")
    values = {"change": change, "seen": "1", "choice": "approve", "csrf_token": token}
    page = client.post(suggestion_url(world, change) + "/vote", values, status=409)
    assert "This was decided meanwhile: it is applied." in page.one(f"#change-{change}").text
    fragment = client.post(suggestion_url(world, change) + "/vote", values, status=409, fragment="div#changes")
    assert "This was decided meanwhile: it is applied." in fragment.one(f"#change-{change}").text


def test_a_note_that_comes_late_is_there_to_copy(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    rob, mo = sign_in(world.person("rob", "reviewer")), sign_in(world.person("mo", "moderator"))
    tokens = [client.get(suggestion_url(world, change)) and client.csrf_token() for client in (rob, mo)]
    world.approve(change, "rita", "ray")
    said = {"change": change, "seen": "1", "note": "Nobody was <there> on Monday"}
    vote = {**said, "choice": "reject", "reason": "not_true", "csrf_token": tokens[0]}
    decision = {**said, "outcome": "reject", "csrf_token": tokens[1]}
    path = suggestion_url(world, change)
    for page in (
        rob.post(f"{path}/vote", vote, status=409),
        rob.post(f"{path}/vote", vote, status=409, fragment="div#changes"),
        mo.post(f"{path}/changes/{change}/decide", decision, status=409),
    ):
        assert "to copy: “Nobody was <there> on Monday”" in page.one(f"#change-{change}").text


def test_a_rejection_without_a_reason_keeps_the_note(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    client = sign_in(world.person("rob", "reviewer"))
    client.get(suggestion_url(world, change))
    page = client.post(
        suggestion_url(world, change) + "/vote",
        {"change": change, "seen": "1", "choice": "reject", "note": "I was there on Monday"},
        status=422,
    )
    assert page.one(f"#note-{change}").text.strip() == "I was there on Monday"
    assert page.one("#problems").text.count("What you typed is still here") == 1


def test_a_refusal_promises_no_words_to_who_typed_none(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    client = sign_in(world.person("rob", "reviewer"))
    client.get(suggestion_url(world, change))
    vote = {"change": change, "seen": "1", "choice": "reject", "note": ""}
    assert "typed" not in client.post(suggestion_url(world, change) + "/vote", vote, status=422).one("#problems").text


def test_the_queue_of_fifty_takes_at_most_eight_queries(world: World, sign_in: SignIn) -> None:
    for number in range(60):
        world.suggest(world.person(f"ann{number % 12}"), world.record(name=f"Lunch club {number}"), summary="Lunch")
    client = sign_in(world.person("rob", "reviewer"))
    with at_most(8, world.storage.engine):
        page = client.get("/review")
    assert len(page.all(".row")) == 50
    assert len(page.click("Later ones").all(".row")) == 10


def test_the_queue_says_once_what_is_missing(world: World, record: str, sign_in: SignIn) -> None:
    world.suggest(world.person("ann"), record, description="Soup and company")
    row = sign_in(world.person("rob", "reviewer")).get("/review").one("main .row").text
    assert row.count("approvals") == 1
    assert "Not applied yet" not in row


def test_a_page_that_refuses_a_vote_begins_with_why(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    page = sign_in(world.person("rob", "reviewer")).get(suggestion_url(world, change))
    form = page.form(f"#change-{change} form[action*='/vote']").fill({"note": "Not what I saw."})
    back = form.submit("[value=reject]", status=422)
    assert back.one("#problems a")["href"] == f"#change-{change}"
    assert back.find(f"#change-{change} details[open] textarea") is not None


def test_taking_a_vote_back_twice_says_that_it_was_taken_back(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    rita = sign_in(world.person("rita", "reviewer"))
    world.vote(world.people["rita"], change)
    first, second = (rita.get(suggestion_url(world, change)) for _tab in range(2))
    first.form("form[action*='/take-back']").submit().follow()
    told = second.form("form[action*='/take-back']").submit(status=409)
    assert "no vote of yours on this any more" in told.one("main").text
    assert told.one(f"main a[href='{suggestion_url(world, change)}']").text == "See it as it is now"


def test_a_late_vote_is_said_not_to_count_and_nobody_is_thanked_for_it(
    world: World, record: str, sign_in: SignIn
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    late = sign_in(world.person("rob", "reviewer"))
    late.get(suggestion_url(world, change))
    world.approve(change, "rita", "ray")
    vote = {"change": change, "seen": "1", "choice": "approve"}
    card = late.post(suggestion_url(world, change) + "/vote", vote, status=409).one(f"#change-{change}")
    assert "Your vote came too late to count." in card.text
    assert "Applied by 2 votes." in card.text
    assert "Thank you" not in card.text
    ray = sign_in(world.people["ray"])
    ray.get(suggestion_url(world, change))
    again = ray.post(suggestion_url(world, change) + "/vote", vote, status=409).one(f"#change-{change}").text
    assert "Your vote came too late" not in again, "a double click, whose first vote counted"
    for handle in ("rita", "ann"):
        thanked = sign_in(world.people[handle]).get(suggestion_url(world, change)).one(f"#change-{change}")
        assert "Applied by 2 votes. Thank you." in thanked.text
