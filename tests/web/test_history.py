"""A record's history and the log: what was done, why, by whose votes, and what taking it back would undo."""

from __future__ import annotations

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.test_browse import rich
from webapp.services import history, ruling, sanction


def with_history(world: World) -> str:
    record = rich(world)
    (change,) = world.suggest(world.person("ann"), record, summary="Hot soup and bread")
    world.approve(change, "rita", "rob")
    assert world.change(change).state == "applied"
    return record


def test_the_history_says_first_what_changed(world: World, client: PageClient) -> None:
    with_history(world)
    row = client.get("/services/harbour-soup-lunch/history").all(".timeline > li")[0]
    assert row.one("h2").text == "Description changed"
    assert row.texts(".brief ins") == ["and bread"]
    assert not row.all(".brief del")
    assert "2 approvals" in row.text
    assert "rules" in row.text


def test_the_history_says_why_and_whose_votes(world: World, client: PageClient, sign_in: SignIn) -> None:
    record = with_history(world)
    (change,) = world.suggest(world.person("ann"), record, reason="they moved", name="Harbour Lunch")
    world.vote(world.person("rita"), change, "reject")
    moderator = world.person("mo", "moderator")
    command = ruling.DecideChange(change, moderator, 1, "apply", "I phoned them")
    ruling.decide_change(world.storage, command, world.now)
    base = "/services/harbour-lunch/history"
    (newest, voted, _) = client.get(base).texts(".timeline > li")
    assert "“they told me”" in voted
    assert "Ann suggested it; 2 approvals, by Rita and Rob." in voted
    assert "“they moved”" in newest
    assert "Ann suggested it; Mo applied it as a moderator; 1 rejection, by Rita. “I phoned them”" in newest
    for number, said in ((2, "“they told me”"), (2, "by Rita and Rob"), (3, "“they moved”"), (3, "“I phoned them”")):
        assert said in client.get(f"{base}/{number}").one("main").text


def test_a_revision_that_was_reverted_says_so_until_that_is_reverted_too(world: World, client: PageClient) -> None:
    record = with_history(world)

    def marked() -> list[bool]:
        rows = client.get("/services/harbour-soup-lunch/history").all(".timeline > li")
        return ["Reverted since" in row.text for row in rows]

    assert marked() == [False, False]
    for number in (2, 3):
        seen = world.row(record).newest_number
        command = history.RevertRevision(record, number, world.person("mo", "moderator"), seen, "as it was")
        history.revert_revision(world.storage, command, world.now)
        expected = {2: [False, True, False], 3: [False, True, False, False]}
        assert marked() == expected[number]


def test_a_vote_that_a_ban_voided_later_stays_in_the_history(world: World, client: PageClient) -> None:
    with_history(world)
    command = sanction.BanPerson(world.people["rob"], world.person("mo", "moderator"), "they are bots")
    sanction.ban_person(world.storage, command, world.now)
    assert "2 approvals, by Rita and Rob" in client.get("/services/harbour-soup-lunch/history/2").one("main").text


def test_a_fingerprint_promises_only_what_can_be_checked(world: World, client: PageClient) -> None:
    with_history(world)
    said = client.get("/services/harbour-soup-lunch/history/2").one("main").text
    assert "anybody can check" not in said
    assert "Who runs the site can check" in said


def test_a_revision_shows_its_change_before_the_whole_record(world: World, client: PageClient) -> None:
    with_history(world)
    page = client.get("/services/harbour-soup-lunch/history/2")
    assert page.texts("main h2") == ["What it changed", "The whole record at that time"]
    labels = page.texts(".facts dt")
    assert len(labels) == len(set(labels))
    assert labels[0] == "Name"
    assert "Opening times at Seafarers’ Hall" in labels


def test_opening_times_are_compared_word_by_word(world: World, client: PageClient) -> None:
    record = rich(world)
    (place,) = world.document(record)["places"]
    (row,) = place["schedules"]
    later = [place | {"schedules": [row | {"closes_at": "14:30"}]}]
    (change,) = world.suggest(world.person("ann"), record, places=later)
    world.approve(change, "rita", "rob")
    world.vote(world.person("tess", "trusted"), change)
    world.passes(hours=25)
    world.sweep()
    for path in ("compare?from=1&to=2", "history/2"):
        page = client.get(f"/services/harbour-soup-lunch/{path}")
        assert page.texts(".diff del, .diff ins") == ["14:00", "14:30"]
        assert "Monday, 12:00 to" in page.one(".diff").text


def test_a_history_takes_a_handful_of_queries(world: World, client: PageClient) -> None:
    record = with_history(world)
    for words in ("One", "Two", "Three"):
        (change,) = world.suggest(world.person("ann"), record, summary=words)
        world.approve(change, "rita", "rob")
    with at_most(5, world.storage.engine):  # the first of them for the ETag to be remembered by
        client.get("/services/harbour-soup-lunch/history")


def test_a_preview_says_whose_work_is_undone(world: World, sign_in: SignIn) -> None:
    with_history(world)
    moderator = sign_in(world.person("mo", "moderator"))
    page = moderator.get("/services/harbour-soup-lunch/history/2/revert")
    assert "“Description changed”, suggested by ann" in page.one("main").text.replace("Ann", "ann")
    page = moderator.get("/services/harbour-soup-lunch/history/1/roll-back")
    assert "revision 2 stays in the history" in page.one("main").text
    done = page.form("main form").fill(summary="It was right before").submit().follow(status=303).follow()
    assert "stands as at revision 1 again" in done.one(".messages").text


def test_where_there_is_nothing_to_put_back_no_button_offers_it(world: World, sign_in: SignIn) -> None:
    with_history(world)
    moderator = sign_in(world.person("mo", "moderator"))
    revert = "/services/harbour-soup-lunch/history/2/revert"
    moderator.get(revert).form("main form").fill(summary="Wrong bread").submit()
    for path in (revert, "/services/harbour-soup-lunch/history/3/roll-back"):
        page = moderator.get(path)
        assert "There is nothing to put back" in page.one("main .note.waiting").text
        assert (page.all("main button"), page.texts("main .page a")) == ([], ["Back to the history"])


def test_the_log_begins_with_what_was_done(world: World, client: PageClient, sign_in: SignIn) -> None:
    with_history(world)
    moderator = sign_in(world.person("mo", "moderator"))
    page = moderator.get("/services/harbour-soup-lunch/history/2/revert")
    page.form("main form").fill(summary="Wrong bread").submit()
    assert client.get("/moderation-log").texts(".timeline h2") == ["Reverted a revision: Harbour Soup Lunch"]
    assert client.get("/changes").texts(".timeline p a")[0] == "Reverted revision 2 in Harbour Soup Lunch"


def test_what_becomes_of_a_record_is_said_in_words(world: World, client: PageClient, sign_in: SignIn) -> None:
    world.record(name="Twice")
    preview = sign_in(world.person("mo", "moderator")).get("/services/twice/history/1/revert")
    assert "whole record" in preview.one("main .note.bad").text
    preview.form("main form").fill(summary="Added by mistake").submit()
    (newest, _) = client.get("/services/twice/history").all(".timeline > li")
    assert newest.texts(".brief del, .brief ins") == ["Running", "Withdrawn"]
    assert client.get("/services/twice").one("#status-title").text == "Withdrawn"
