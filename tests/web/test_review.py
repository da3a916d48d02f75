"""Voting on pages: at once when it applies, in one sentence when it does not, and never silently lost."""

from __future__ import annotations

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp import clock
from webapp.services import spam


@pytest.fixture
def record(world: World) -> str:
    return world.record(
        description="Soup",
        phones=[{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960100"}],
    )


def suggestion_url(world: World, change: str) -> str:
    return f"/suggestions/{world.change(change).suggestion_id}"


def test_second_vote_applies_and_the_page_says_so_at_once(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    client = sign_in(world.person("rob", "reviewer"))
    page = client.get(suggestion_url(world, change))
    done = page.form(f"#change-{change} form[action$=vote]").submit("[value=approve]").follow()
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


def test_an_author_is_not_offered_a_vote(world: World, record: str, sign_in: SignIn) -> None:
    ann = world.person("ann", "reviewer")
    (change,) = world.suggest(ann, record, description="Soup and company")
    page = sign_in(ann).get(suggestion_url(world, change))
    assert not page.all("[name=choice]")


def test_a_moderator_decides_with_a_line_in_the_log(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, name="Harbour Lunch")
    client = sign_in(world.person("mo", "moderator"))
    page = client.get(suggestion_url(world, change))
    page.form("form[action$=decide]").fill(note="I phoned them").submit("[value=apply]").follow()
    assert world.change(change).state == "applied"
    assert "I phoned them" in client.get("/moderation-log").one("main").text


def test_a_decision_without_the_note_that_it_needs_can_be_mended(
    world: World, record: str, sign_in: SignIn
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    page = sign_in(world.person("mo", "moderator")).get(suggestion_url(world, change))
    told = page.form("form[action$=decide]").submit("[value=reject]", status=422)
    assert "Write them a note" in told.one("#problems").text
    told.form("form[action$=decide]").fill(note="I phoned them").submit("[value=reject]").follow()
    assert world.change(change).state == "rejected"


def test_what_a_moderator_decided_shows_everybody_the_note_that_says_why(
    world: World, record: str, sign_in: SignIn, client: PageClient
) -> None:
    first, second = world.suggest(world.person("ann"), record, description="Soup & <b>tea</b>", name="Harbour Tea")
    moderator = sign_in(world.person("mo", "moderator"))
    for change, outcome in ((first, "reject"), (second, "apply")):
        page = moderator.get(f"/suggestions/{world.change(change).suggestion_id}")
        form = page.form(f"form[action$='/{change}/decide']").fill(note=f"They say <i>no</i>\nto {outcome}")
        form.submit(f"[value={outcome}]").follow()
    for visitor in (sign_in(world.people["ann"]), client):
        page = visitor.get(f"/suggestions/{world.change(first).suggestion_id}")
        for change, outcome in ((first, "reject"), (second, "apply")):
            note = page.one(f"#change-{change} .note .as-typed")
            assert note.text == f"“They say <i>no</i> to {outcome}”"


def test_the_queue_of_fifty_takes_at_most_eight_queries(world: World, sign_in: SignIn) -> None:
    for number in range(60):
        world.suggest(world.person(f"ann{number % 12}"), world.record(name=f"Lunch club {number}"), summary="Lunch")
    client = sign_in(world.person("rob", "reviewer"))
    with at_most(8, world.storage.engine):
        page = client.get("/review")
    assert len(page.all(".row")) == 50
    assert len(page.click("Later ones").all(".row")) == 10


def test_visitors_see_what_is_open_but_no_buttons(world: World, record: str, client: object) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    page = client.get(suggestion_url(world, change))  # type: ignore[attr-defined]  # a PageClient
    assert not page.all("[name=choice]")
    assert page.find(".note.waiting")


@pytest.mark.parametrize(("verdict", "state"), [("spam", "rejected"), ("fair", "open")])
def test_a_moderator_judges_flags_where_the_change_is_shown(
    world: World, record: str, sign_in: SignIn, client: PageClient, verdict: str, state: str
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Cash today")
    for handle in ("rita", "rob"):
        spam.flag_spam(world.storage, spam.FlagSpam(change, world.person(handle, "reviewer")), world.now)
    assert "hidden as possible spam" in client.get(suggestion_url(world, change)).one("#changes").text
    page = sign_in(world.person("mo", "moderator")).get(f"{suggestion_url(world, change)}?next=/review?show=all")
    judged = page.form("form[action^='/moderate/flags/']").submit(f"[value={verdict}]", status=303)
    assert judged.location == "/review?show=all"
    assert world.change(change).state == state
    is_told = "hidden as possible spam" in client.get(suggestion_url(world, change)).one("#changes").text
    assert not is_told


def test_what_somebody_approved_is_rejected_as_spam_with_a_note_for_them(
    world: World, record: str, sign_in: SignIn
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Cash today")
    world.approve(change, "ray")
    for handle in ("rita", "rob"):
        spam.flag_spam(world.storage, spam.FlagSpam(change, world.person(handle, "reviewer")), world.now)
    page = sign_in(world.person("mo", "moderator")).get(suggestion_url(world, change))
    form = page.form("form[action^='/moderate/flags/']")
    assert "Write them a note" in form.submit("[value=spam]", status=422).text
    form.fill(note="It stands on twenty records").submit("[value=spam]")
    assert world.change(change).state == "rejected"


def test_the_queue_says_once_what_is_missing(world: World, record: str, sign_in: SignIn) -> None:
    world.suggest(world.person("ann"), record, description="Soup and company")
    row = sign_in(world.person("rob", "reviewer")).get("/review").one("main .row").text
    assert row.count("approvals") == 1
    assert "Not applied yet" not in row


def test_a_vote_that_was_cast_folds_the_others_away(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    card = sign_in(world.people["rita"]).get(suggestion_url(world, change)).one(f"#change-{change}")
    assert "You approved this." in card.text
    assert card.find("details.again:not([open]) [value=reject]") is not None
    assert card.find("[value=approve]") is None


def test_a_page_that_refuses_a_vote_begins_with_why(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    page = sign_in(world.person("rob", "reviewer")).get(suggestion_url(world, change))
    form = page.form(f"#change-{change} form[action$=vote]").fill({"note": "Not what I saw."})
    back = form.submit("[value=reject]", status=422)
    assert back.one("#problems a")["href"] == f"#change-{change}"
    assert back.find(f"#change-{change} details[open] textarea") is not None


def test_now_on_a_card_is_what_the_record_says_now(world: World, record: str, client: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread")
    assert world.approve(other, "rita", "rob") == "applied"
    card = client.get(suggestion_url(world, change)).one(f"#change-{change}")
    told = ["When it was written Soup", "Now Soup and bread", "Suggested Soup and company"]
    assert card.texts(".diff > div") == told


def test_a_decided_card_says_what_the_record_said_before(world: World, record: str, client: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and bread")
    world.approve(change, "rita", "rob")
    (other,) = world.suggest(world.person("ben"), record, description="Soup and bread and tea")
    assert world.approve(other, "rita", "rob") == "applied"
    card = client.get(suggestion_url(world, change)).one(f"#change-{change}")
    assert card.texts(".diff > div") == ["Before Soup", "Suggested Soup and bread"]


def test_taking_a_vote_back_twice_says_that_it_was_taken_back(world: World, record: str, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    rita = sign_in(world.person("rita", "reviewer"))
    world.vote(world.people["rita"], change)
    first, second = (rita.get(suggestion_url(world, change)) for _tab in range(2))
    first.form("form[action$=take-back]").submit().follow()
    told = second.form("form[action$=take-back]").submit(status=409)
    assert "no vote of yours on this any more" in told.one("main").text
    assert told.one(f"main a[href='{suggestion_url(world, change)}']").text == "See it as it is now"


LATER = "Other people’s votes show after yours"


@pytest.mark.parametrize("role", ["reviewer", "moderator"])
def test_who_may_still_vote_sees_the_votes_of_others_after_their_own(
    world: World, record: str, sign_in: SignIn, role: str
) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    client = sign_in(world.person("voter", role))
    page = client.get(suggestion_url(world, change))
    card = page.one(f"#change-{change}").text
    assert (LATER in card, "Rita" in card) == (True, False)
    voted = page.form(f"#change-{change} form[action$=vote]").submit("[value=abstain]").follow()
    card = voted.one(f"#change-{change}").text
    assert (LATER in card, "Rita" in card) == (False, True)


def test_who_has_no_vote_sees_those_that_there_are(world: World, record: str, sign_in: SignIn) -> None:
    ann = world.person("ann", "reviewer")
    (change,) = world.suggest(ann, record, description="Soup and company")
    world.approve(change, "rita")
    for client in (sign_in(ann), sign_in(world.person("vera"))):
        card = client.get(suggestion_url(world, change)).one(f"#change-{change}").text
        assert (LATER in card, "Rita" in card) == (False, True)


def test_a_moderator_decides_only_what_they_have_seen(world: World, record: str, sign_in: SignIn) -> None:
    ann = world.person("ann")
    (change,) = world.suggest(ann, record, description="Soup and company")
    page = sign_in(world.person("mo", "moderator")).get(suggestion_url(world, change))
    world.amend(ann, change, description="Soup and chess")
    told = page.form("form[action$=decide]").fill(note="I phoned them").submit("[value=apply]", status=409)
    kept = told.one("form[action$=decide] [name=note]").text.strip()
    assert (world.change(change).state, kept) == ("open", "I phoned them")


def test_a_rejection_is_said_to_raise_what_is_needed(world: World, record: str, client: PageClient) -> None:
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.vote(world.person("rob", "reviewer"), change, "reject")
    url = suggestion_url(world, change)
    assert "so it rests until then and needs more approvals than usual" in client.get(url).one(".note.waiting").text
    world.passes(hours=73)
    with clock.fixed(world.now):
        said = client.get(url).one(".note.waiting").text
    assert "four more approvals" in said
    assert said.endswith("somebody rejected it, so it needs more approvals than usual.")


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
