"""Who is told what: the story of a change in letters."""

from __future__ import annotations

from datetime import timedelta

from tests.jobs.office import Office, folded, text_of
from tests.jobs.telling import applied_change
from tests.support.world import World
from webapp.services import history, ruling, suggest, support


def amended_change(world: World) -> str:
    """Ann's suggestion, approved by Rita, then amended by Ann."""
    ann = world.person("ann")
    record = world.record(description="Soup")
    (change,) = world.suggest(ann, record, description="Soup and company")
    world.approve(change, "rita")
    world.amend(ann, change, description="Soup and good company")
    return change


def test_the_author_is_told_that_the_change_applied(world: World, office: Office) -> None:
    applied_change(world)
    assert office.works().delivered == 2  # the notice, and the one mail that it became
    (mail,) = office.mails()
    assert mail["To"] == "ann@people.example"
    assert mail["Subject"] == "Your suggestion for Harbour Soup Lunch is live"
    text = text_of(mail)
    assert "Hello Ann," in text
    assert "Monday 2 March 2026 at 09:00" in text
    assert "https://directory.example/services/harbour-soup-lunch\n" in text


def test_voters_are_told_that_the_change_was_renewed(world: World, office: Office) -> None:
    change = amended_change(world)
    office.works()
    (mail,) = office.mails()
    assert mail["To"] == "rita@people.example"
    assert mail["Subject"] == "Please look again: the change to Harbour Soup Lunch (description) that you voted on"
    assert f"https://directory.example/suggestions/{world.change(change).suggestion_id}\n" in text_of(mail)


def test_who_wrote_the_new_words_is_not_told_of_them(world: World, office: Office) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.approve(change, "rita")
    world.amend(world.person("rita"), change, "improve", description="Soup and good company")
    office.works()
    assert office.told("rita") == []


def test_a_call_to_vote_again_is_not_sent_for_what_is_closed(world: World, office: Office) -> None:
    change = amended_change(world)
    world.withdraw(world.person("ann"), change)
    office.works()
    assert office.mails() == []


def test_coauthors_and_supporters_are_told_too(world: World, office: Office) -> None:
    change = amended_change(world)
    ben = world.person("ben")
    support.support_change(world.storage, support.SupportChange(change, ben, suggest.HowKnown("phoned", "")), world.now)
    assert world.approve(change, "rita", "rob") == "applied"
    office.works()
    assert office.told("ann") == ["Your suggestion for Harbour Soup Lunch is live"]
    (mail,) = [mail for mail in office.mails() if mail["To"] == "ben@people.example"]
    assert "that you backed was approved" in folded(mail)


def test_the_other_author_is_told_of_the_conflict(world: World, office: Office) -> None:
    record = world.record(description="Soup")
    (first,) = world.suggest(world.person("ann"), record, description="Soup and company")
    world.suggest(world.person("ben"), record, description="Soup and bread")
    world.approve(first, "rita", "rob")
    office.works()
    assert office.told("ben") == ["The record has moved: your change to Harbour Soup Lunch (description)"]


def test_moderators_and_author_are_told_of_an_escalation(world: World, office: Office) -> None:
    world.person("mo", "moderator")
    world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.passes(days=14)
    office.works()
    assert office.told("mo") == ["A moderator is needed: the change to Harbour Soup Lunch (description)"]
    assert office.told("ann") == ["Now with the moderators: your change to Harbour Soup Lunch (description)"]


def test_an_author_is_told_of_the_end_by_time(world: World, office: Office) -> None:
    world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    for days in (14, 46):
        world.passes(days=days)
        office.works()
    assert office.told("ann")[-1] == "Ended without a decision: your change to Harbour Soup Lunch (description)"


def test_author_and_voters_are_told_that_it_was_undone(world: World, office: Office) -> None:
    record, _ = applied_change(world)
    office.works()
    moderator = world.person("mo", "moderator")
    history.revert_revision(
        world.storage, history.RevertRevision(record, 2, moderator, 2, "not so"), world.now + timedelta(hours=1)
    )
    world.passes(hours=2)
    office.works()
    assert office.told("ann")[-1] == "Undone: your change to Harbour Soup Lunch (description)"
    assert office.told("rita") == ["Undone: the change to Harbour Soup Lunch (description) that you voted on"]
    assert office.told("mo") == []


def test_the_author_is_told_why_a_moderator_rejected_it(world: World, office: Office) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    command = ruling.DecideChange(change, world.person("mo", "moderator"), 1, "reject", "They \nsay “no” to it")
    ruling.decide_change(world.storage, command, world.now)
    office.works()
    (mail,) = office.mails()
    assert mail["To"] == "ann@people.example"
    assert "A moderator rejected it and wrote: “They say ’no’ to it”" in folded(mail)


def test_who_rejected_it_by_vote_writes_no_part_of_the_letter(world: World, office: Office) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    for handle in ("rita", "rob", "rosa"):
        world.vote(world.person(handle, "reviewer"), change, "reject")
    world.passes(hours=73)
    world.sweep()
    office.works()
    (mail,) = [mail for mail in office.mails() if mail["Subject"].startswith("Not applied")]
    assert "moderator" not in text_of(mail)


def test_a_first_reject_gives_the_author_time(world: World, office: Office) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.vote(world.person("rita", "reviewer"), change, "reject")
    office.works()
    assert office.told("ann") == ["A reviewer has doubts: your change to Harbour Soup Lunch (description)"]
    (mail,) = office.mails()
    assert "it pauses until Thursday 5 March 2026 at 09:00" in folded(mail)
