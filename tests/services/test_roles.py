"""Who gives roles to whom, and who is paused by whom."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.world import World
from webapp.domain.errors import NotAllowed, NotEligible, Refused
from webapp.services import grants, sanction
from webapp.services.account import sign_in
from webapp.storage.models import ModerationEntry, Person, PersonSession, RoleGrant, Sanction


def grant(world: World, by: str, role_of_by: str, handle: str, role: str) -> str:
    """Somebody gives somebody a role; gives the role afterwards."""
    actor = world.person(by, role_of_by)
    command = sanction.GrantRole(world.person(handle), actor, role, "they know their way")
    sanction.grant_role(world.storage, command, world.now)
    return str(world.one(select(Person.role).where(Person.id == world.person(handle))).role)


def test_a_moderator_grants_trust_and_an_administrator_a_moderators_role(world: World) -> None:
    assert grant(world, "mo", "moderator", "ann", "reviewer") == "reviewer"
    assert grant(world, "mo", "moderator", "ann", "trusted") == "trusted"
    with pytest.raises(NotAllowed, match="role_needed"):
        grant(world, "mo", "moderator", "ann", "moderator")
    assert grant(world, "alma", "administrator", "ann", "moderator") == "moderator"
    with pytest.raises(NotAllowed, match="role_needed"):
        grant(world, "mo", "moderator", "ann", "volunteer")  # nor does a moderator take it back
    grants = world.all(select(RoleGrant).where(RoleGrant.person_id == world.person("ann")).order_by(RoleGrant.id))
    assert [(row.role, row.ended_at is None) for row in grants] == [
        ("volunteer", False),
        ("reviewer", False),
        ("trusted", False),
        ("moderator", True),
    ]
    assert [row.act for row in world.all(select(ModerationEntry))] == ["grant_role"] * 3


@pytest.mark.parametrize("role", ["nobody", "guest", "king", ""])
def test_what_is_no_role_is_granted_by_nobody(world: World, role: str) -> None:
    for by in (world.person("alma", "administrator"), None):
        command = sanction.GrantRole(world.person("ann"), by, role, "no")
        with pytest.raises(NotEligible, match="unknown_code"):
            sanction.grant_role(world.storage, command, world.now)


def test_nobody_grants_oneself(world: World) -> None:
    with pytest.raises(NotAllowed, match="own_person"):
        grant(world, "alma", "administrator", "alma", "moderator")


def pause(world: World, handle: str, days: int, by: str = "mo") -> None:
    """A moderator pauses."""
    command = sanction.PausePerson(world.person(handle), world.person(by, "moderator"), days, "calm down")
    sanction.pause_person(world.storage, command, world.now)


def test_a_pause_stops_new_acts_and_what_is_under_way_goes_on(world: World) -> None:
    record = world.record(description="Soup")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    pause(world, "ann", 3)
    with pytest.raises(NotAllowed, match="paused"):
        world.suggest(world.person("ann"), record, name="Harbour Soup")
    assert world.approve(change, "rita", "rob") == "applied"
    world.passes(days=3)
    assert world.suggest(world.person("ann"), record, name="Harbour Soup")


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_pause_ends_and_not_before_it_begins(world: World, days: int) -> None:
    with pytest.raises(Refused):
        pause(world, "ann", days)
    assert world.all(select(Sanction)) == []


def test_moderators_are_paused_and_banned_by_administrators_only(world: World) -> None:
    world.person("max", "moderator")
    with pytest.raises(NotAllowed, match="not_below_you"):
        pause(world, "max", 3)
    command = sanction.BanPerson(world.person("max"), world.person("alma", "administrator"), "spam")
    sanction.ban_person(world.storage, command, world.now)
    assert world.one(select(Person.state).where(Person.id == world.person("max"))).state == "banned"


def test_a_ban_ends_every_session(world: World) -> None:
    ann = world.person("ann")
    for device in ("a telephone", "a laptop"):
        sign_in(world.storage, ann, device, world.now)
    sign_in(world.storage, world.person("bob"), "a telephone", world.now)
    sanction.ban_person(world.storage, sanction.BanPerson(ann, world.person("mo", "moderator"), "spam"), world.now)
    open_now = world.all(select(PersonSession.person_id).where(PersonSession.revoked_at.is_(None)))
    assert [row.person_id for row in open_now] == [world.person("bob")]


def many(world: World, typed: str, role: str = "moderator") -> dict[str, tuple[str, str]]:
    """A moderator makes many people reviewers; gives the answers by what was typed."""
    command = grants.GrantMany(world.person(f"a {role}", role), typed, "the training day")
    done = grants.grant_many(world.storage, command, world.now)
    return {one.typed: (one.outcome, one.code) for one in done}


def test_many_are_made_reviewers_at_once_and_each_is_answered(world: World) -> None:
    for handle, role in {"ann": "volunteer", "ben": "volunteer", "rita": "reviewer", "tess": "trusted"}.items():
        world.person(handle, role)
    ban = sanction.BanPerson(world.person("cat"), world.person("mo", "moderator"), "spam")
    sanction.ban_person(world.storage, ban, world.now)
    world.person("dora", confirmed=False)
    assert many(world, "ann, @Ben\nhttps://wellkept.example/people/rita/ tess; nobody cat dora ann") == {
        "ann": ("granted", ""),
        "Ben": ("granted", ""),
        "rita": ("already", ""),
        "tess": ("already", ""),
        "nobody": ("unknown", ""),
        "cat": ("refused", "banned_already"),
        "dora": ("unknown", ""),
    }
    roles = {row.handle: row.role for row in world.all(select(Person.handle, Person.role))}
    assert {name: roles[name] for name in ("ann", "ben", "rita", "tess", "cat", "dora")} == {
        "ann": "reviewer",
        "ben": "reviewer",
        "rita": "reviewer",
        "tess": "trusted",
        "cat": "volunteer",
        "dora": "volunteer",
    }
    granted = world.all(select(ModerationEntry).where(ModerationEntry.act == "grant_role"))
    assert {row.person_id for row in granted} == {world.person("ann"), world.person("ben")}


def test_who_may_not_grant_is_refused_for_each(world: World) -> None:
    world.person("ann")
    assert many(world, "ann", "trusted") == {"ann": ("refused", "role_needed")}


@pytest.mark.parametrize(("role", "present", "action"), [
    ("reviewer", "volunteer", "grant_reviewer"),
    ("volunteer", "reviewer", "grant_reviewer"),
    ("reviewer", "trusted", "grant_trusted"),
    ("volunteer", "moderator", "grant_moderator"),
    ("administrator", "volunteer", "grant_administrator"),
])  # fmt: skip
def test_a_role_is_given_and_taken_by_whoever_may_give_the_higher_of_the_two(
    role: str, present: str, action: str
) -> None:
    assert sanction.grant_action(role, present) == action


def test_who_is_banned_or_paused_for_as_long_is_not_paused(world: World) -> None:
    pause(world, "ann", 3)
    with pytest.raises(NotEligible, match="paused_already"):
        pause(world, "ann", 2)
    pause(world, "ann", 4)
    sanction.ban_person(world.storage, sanction.BanPerson(world.person("ann"), world.person("mo"), "spam"), world.now)
    with pytest.raises(NotEligible, match="banned_already"):
        pause(world, "ann", 9)
