"""What people are told of themselves, of what others say, and of urgent reports; and what no letter carries."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.jobs.office import Office, folded, text_of
from tests.jobs.telling import applied_change
from tests.support.world import World
from webapp.domain.roles import Role
from webapp.services import confirm, notify, standing, talk
from webapp.storage.models import Outbox, RoleGrant
from webapp.storage.queries import notices
from webapp.web.wording import local_time


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


def test_grants_are_told_apart_by_their_order(world: World) -> None:
    ann = world.person("ann")
    world.storage.transact(lambda uow: standing.set_role(uow, ann, "reviewer", None, "earned"), world.now)
    with world.storage.read() as connection:
        assert notices.newest_roles(connection, ann) == ["reviewer", "volunteer"]
    assert len(world.all(select(RoleGrant.id))) == 2


# -- what others say --------------------------------------------------------------------------------------


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


def test_a_comment_is_told_with_its_author_and_not_its_words(world: World, office: Office) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    suggestion = world.change(change).suggestion_id
    command = talk.PostComment(suggestion, world.person("rita", "reviewer"), "Ring witness@elsewhere.example")
    talk.post_comment(world.storage, command, world.now)
    office.works()
    (mail,) = office.mails()
    assert mail["Subject"] == "Rita wrote about your change to Harbour Soup Lunch (description)"
    assert "witness" not in mail.as_string()


# -- addresses and times ----------------------------------------------------------------------------------


def test_mail_rows_keep_no_address(world: World, office: Office) -> None:
    applied_change(world)
    office.works()
    rows = world.all(select(Outbox.payload, Outbox.key))
    assert len(rows) == 2
    assert "@" not in json.dumps([tuple(row) for row in rows])


def test_a_stop_link_is_signed_for_one_person(office: Office) -> None:
    token = notify.stop_token(office.settings, "someone")
    assert notify.person_of_token(office.settings, token) == "someone"
    assert notify.person_of_token(office.settings, token[:-2]) is None
    assert notify.person_of_token(office.settings, "") is None


def test_letters_and_pages_say_times_alike() -> None:
    for moment in (datetime(2026, 7, 1, 8, 5, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, tzinfo=UTC)):
        assert notify.moment_words(moment).endswith(local_time(moment))


def test_summer_time_is_londons() -> None:
    assert notify.moment_words(datetime(2026, 7, 1, 11, 5, tzinfo=UTC)) == "Wednesday 1 July 2026 at 12:05"
    assert notify.moment_words(datetime(2026, 1, 1, 0, 0, tzinfo=UTC)) == "Thursday 1 January 2026 at 00:00"
