"""Who is told what: the story of a change in letters."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.jobs.office import Office, folded, text_of
from tests.jobs.telling import applied_change
from tests.support.world import World
from webapp.domain.roles import Role
from webapp.services import amend, confirm, history, incidents, notify, standing, suggest, support, talk
from webapp.services.incidents import carry_out, continued
from webapp.storage.models import Outbox, RoleGrant
from webapp.storage.queries import notices
from webapp.web.wording import local_time


def amended_change(world: World) -> str:
    """Ann's suggestion, approved by Rita, then amended by Ann."""
    ann = world.person("ann")
    record = world.record(description="Soup")
    (change,) = world.suggest(ann, record, description="Soup and company")
    world.approve(change, "rita")
    document = {**world.document(record), "description": "Soup and good company"}
    amend.amend_change(world.storage, amend.AmendChange(change, ann, 1, document), world.now)
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
    document = {**world.document(record), "description": "Soup and good company"}
    command = amend.AmendChange(change, world.person("rita"), 1, document, "improve")
    amend.amend_change(world.storage, command, world.now)
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


def two_changes(world: World) -> tuple[str, str]:
    """Ann's suggestion of a description and of another name."""
    record = world.record(description="Soup")
    first, second = world.suggest(
        world.person("ann"), record, description="Soup and company", alternate_name="The soup place"
    )
    return first, second


def approve_enough(world: World, change: str) -> None:
    """Approvals until it applies: once a worker has seen how few are active here, one is enough."""
    for handle in ("rita", "rob"):
        if world.change(change).state == "open":
            world.approve(change, handle)
    assert world.change(change).state == "applied"


def test_what_happens_to_one_suggestion_within_minutes_is_one_letter(world: World, office: Office) -> None:
    for change in two_changes(world):
        approve_enough(world, change)
        office.works()
        world.passes(minutes=1)
    assert office.mails() == []  # the first waits for the others
    world.passes(minutes=5)
    office.works()
    (mail,) = office.mails()
    assert mail["Subject"] == "Your suggestion for Harbour Soup Lunch is live"
    assert "Your suggestion for Harbour Soup Lunch (name and description) was approved and applied" in folded(mail)
    assert world.all(select(Outbox.id).where(Outbox.done_at.is_(None))) == []


def test_what_happens_a_day_later_is_another_letter(world: World, office: Office) -> None:
    first, second = two_changes(world)
    world.approve(first, "rita", "rob")
    office.works()
    world.passes(days=1)
    office.works()
    approve_enough(world, second)
    world.passes(minutes=6)
    office.works()
    assert office.told("ann") == ["Your suggestion for Harbour Soup Lunch is live"] * 2


def test_different_ends_are_different_letters(world: World, office: Office) -> None:
    first, second = two_changes(world)
    world.approve(first, "rita", "rob")
    world.vote(world.person("rita"), second, "reject")
    world.passes(minutes=6)
    office.works()
    assert len(office.told("ann")) == 2


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


def rolled_back(world: World, count: int = 3) -> str:
    """Ann's changes of some records, on which Rita and Rob voted, rolled back together; gives the operation."""
    ann = world.person("ann")
    for number in range(count):
        record = world.record(name=f"Club {number}", description="Soup")
        world.approve(world.suggest(ann, record, description="Soup and lies")[0], "rita", "rob")
    command = incidents.RollBackIncident(incidents.Incident(actor_id=ann), world.person("mo", "moderator"), "lies")
    return incidents.roll_back_incident(world.storage, command, world.now).operation_id


def test_what_is_rolled_back_together_is_one_letter_to_each(world: World, office: Office) -> None:
    operation = rolled_back(world)
    office.works()
    assert office.told("ann")[-1] == "Undone: 3 of your changes"
    assert office.told("rita") == office.told("rob") == ["Undone: 3 changes that you voted on"]
    assert office.told("mo") == []
    mail = next(mail for mail in office.mails() if str(mail["Subject"]) == "Undone: 3 of your changes")
    assert "3 of the changes were yours" in folded(mail)
    assert all(f"Club {number} (description)" in folded(mail) for number in range(3))
    assert f"https://directory.example/operations/{operation}\n" in text_of(mail)


def test_a_letter_names_a_few_of_many_and_counts_the_others(world: World, office: Office) -> None:
    rolled_back(world, 7)
    office.works()
    mail = next(mail for mail in office.mails() if str(mail["Subject"]) == "Undone: 7 of your changes")
    assert folded(mail).count("(description)") == 4
    assert "and 3 more." in folded(mail)


def test_letters_wait_until_a_large_roll_back_is_through(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_out, "AT_ONCE", 1)
    monkeypatch.setattr(continued, "CHUNK", 2)
    rolled_back(world)
    office.works()
    assert office.told("rita") == []
    world.passes(minutes=6)
    office.works()
    assert office.told("rita") == ["Undone: 3 changes that you voted on"]


def test_letters_and_pages_say_times_alike() -> None:
    for moment in (datetime(2026, 7, 1, 8, 5, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, tzinfo=UTC)):
        assert notify.moment_words(moment).endswith(local_time(moment))


def test_an_urgent_report_reaches_moderators_without_its_words(world: World, office: Office) -> None:
    world.person("mo", "moderator")
    world.person("rita", "reviewer")
    report = confirm.ReportProblem(world.record(), "urgent", "wrong number", contact="witness@elsewhere.example")
    confirm.report_problem(world.storage, report, world.now)
    office.works()
    (mail,) = office.mails()
    assert (mail["To"], mail["Subject"]) == ("mo@people.example", "Urgent report: Harbour Soup Lunch")
    assert "witness" not in mail.as_string()
    assert "take it out at once" in " ".join(mail.get_content().split())
    assert "a moderator other than its author can apply it at once" in folded(mail)


@pytest.mark.parametrize(
    ("role", "subject", "said"),
    [
        ("reviewer", "You are now a reviewer", "your vote now counts"),
        ("trusted", "You are now a trusted reviewer", "need the vote of somebody like you"),
    ],
)
def test_a_new_role_is_told_in_words(world: World, office: Office, role: str, subject: str, said: str) -> None:
    ann = world.person("ann")
    world.storage.transact(lambda uow: standing.grant_by_rule(uow, uow.lock_person(ann), Role(role)), world.now)
    office.works()
    (mail,) = office.mails()
    assert mail["Subject"] == subject
    assert said in folded(mail)


def test_a_lost_role_is_told_without_cheers(world: World, office: Office) -> None:
    ann = world.person("ann", "trusted")
    world.storage.transact(lambda uow: standing.grant_by_rule(uow, uow.lock_person(ann), Role("reviewer")), world.now)
    office.works()
    (mail,) = office.mails()
    assert "found them good" not in text_of(mail)
    assert "Everything that you have done is kept" in folded(mail)


def test_a_first_reject_gives_the_author_time(world: World, office: Office) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    world.vote(world.person("rita", "reviewer"), change, "reject")
    office.works()
    assert office.told("ann") == ["A reviewer has doubts: your change to Harbour Soup Lunch (description)"]
    (mail,) = office.mails()
    assert "it pauses until Thursday 5 March 2026 at 09:00" in folded(mail)


def test_a_comment_is_told_with_its_author_and_not_its_words(world: World, office: Office) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    suggestion = world.change(change).suggestion_id
    command = talk.PostComment(suggestion, world.person("rita", "reviewer"), "Ring witness@elsewhere.example")
    talk.post_comment(world.storage, command, world.now)
    office.works()
    (mail,) = office.mails()
    assert mail["Subject"] == "Rita wrote about your change to Harbour Soup Lunch (description)"
    assert "witness" not in mail.as_string()


# -- who gets nothing -------------------------------------------------------------------------------------


def test_summer_time_is_londons() -> None:
    assert notify.moment_words(datetime(2026, 7, 1, 11, 5, tzinfo=UTC)) == "Wednesday 1 July 2026 at 12:05"
    assert notify.moment_words(datetime(2026, 1, 1, 0, 0, tzinfo=UTC)) == "Thursday 1 January 2026 at 00:00"


def test_mail_rows_keep_no_address(world: World, office: Office) -> None:
    applied_change(world)
    office.works()
    rows = world.all(select(Outbox.payload, Outbox.key))
    assert len(rows) == 2
    assert "@" not in json.dumps([tuple(row) for row in rows])


def test_grants_are_told_apart_by_their_order(world: World) -> None:
    ann = world.person("ann")
    world.storage.transact(lambda uow: standing.set_role(uow, ann, "reviewer", None, "earned"), world.now)
    with world.storage.read() as connection:
        assert notices.newest_roles(connection, ann) == ["reviewer", "volunteer"]
    assert len(world.all(select(RoleGrant.id))) == 2


def test_a_stop_link_is_signed_for_one_person(office: Office) -> None:
    token = notify.stop_token(office.settings, "someone")
    assert notify.person_of_token(office.settings, token) == "someone"
    assert notify.person_of_token(office.settings, token[:-2]) is None
    assert notify.person_of_token(office.settings, "") is None
