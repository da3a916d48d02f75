"""Stewardships: people claim a record, moderators grant or refuse it, and it ends by the one or the other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services.test_ties import of_trust
from tests.support.rows import set_person, set_record
from tests.support.world import World
from webapp.domain.errors import AlreadyClosed, NotAllowed, NotEligible, NotFound, Refused
from webapp.services import steward
from webapp.storage.models import ModerationEntry, Outbox, Stewardship, StewardshipClaim
from webapp.storage.unit_of_work import new_id


def claim(world: World, record: str, person: str, words: str = "I cook there", *, official: bool = False) -> str:
    return steward.claim_record(world.storage, steward.ClaimRecord(record, person, words, official), world.now)


def answer(
    world: World, claimed: str, actor: str = "mo", note: str = "I rang them", *, granted: bool = True,
    official: bool = True,
) -> str | None:  # fmt: skip
    command = steward.GrantStewardship(claimed, world.person(actor, "moderator"), granted, note, official)
    return steward.grant_stewardship(world.storage, command, world.now)


def end(world: World, term: str, actor: str, note: str = "") -> bool:
    return steward.end_stewardship(world.storage, steward.EndStewardship(term, actor, note), world.now)


def told(world: World, person: str) -> list[str]:
    """The names of the notices promised to a person."""
    rows = world.all(select(Outbox.key).where(Outbox.type == "notice", Outbox.person_id == person).order_by(Outbox.id))
    return [row.key.partition(":")[0] for row in rows]


# -- claims -----------------------------------------------------------------------------------------------


def test_a_claim_alone_gives_nothing(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    claim(world, service, world.person("stu"), official=True)
    assert world.all(select(Stewardship)) == []
    with pytest.raises(NotAllowed, match="role_needed"):
        world.vote(world.person("stu"), change)


def test_a_granted_steward_endorses_as_one_approval(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    answer(world, claim(world, service, world.person("stu"), official=True))
    world.vote(world.person("stu"), change)
    assert (world.change(change).state, world.change(change).approvals) == ("open", 1)
    assert world.approve(change, "rita") == "applied"


def test_the_moderator_says_whether_it_is_official_and_the_claim_only_asks(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    answer(world, claim(world, service, world.person("stu"), official=True), official=False)
    assert [row.is_official for row in world.all(select(Stewardship))] == [0]
    with pytest.raises(NotAllowed, match="role_needed"):
        world.vote(world.person("stu"), change)


def test_an_answer_stands_in_the_log_and_is_told(world: World) -> None:
    _, service = of_trust(world)
    stu, sue = world.person("stu"), world.person("sue")
    first = claim(world, service, stu)
    term = answer(world, first)
    assert answer(world, claim(world, service, sue), note="Nobody knows her", granted=False) is None
    log = world.all(select(ModerationEntry).order_by(ModerationEntry.id))
    assert [(row.act, row.note, row.person_id, row.record_id) for row in log] == [
        ("grant_stewardship", "I rang them", stu, service),
        ("refuse_stewardship", "Nobody knows her", sue, service),
    ]
    assert (told(world, stu), told(world, sue)) == (["claim_granted"], ["claim_refused"])
    row = world.one(select(StewardshipClaim).where(StewardshipClaim.id == first))
    assert (row.state, row.judged_by, row.answer) == ("granted", world.person("mo"), "I rang them")
    assert [row.id for row in world.all(select(Stewardship))] == [term]


def test_every_answer_has_a_note_and_every_claim_words(world: World) -> None:
    service = world.record()
    claimed = claim(world, service, world.person("stu"))
    for granted in (True, False):
        with pytest.raises(Refused):
            answer(world, claimed, note="  ", granted=granted)
    for words in ("", " ", "x" * 501):
        with pytest.raises(Refused):
            claim(world, service, world.person("sue"), words)


def test_a_claim_is_answered_once(world: World) -> None:
    claimed = claim(world, world.record(), world.person("stu"))
    answer(world, claimed, granted=False)
    with pytest.raises(AlreadyClosed):
        answer(world, claimed)
    with pytest.raises(NotFound):
        answer(world, new_id())


def test_nobody_grants_their_own_claim_and_volunteers_grant_none(world: World) -> None:
    service = world.record()
    claimed = claim(world, service, world.person("mo", "moderator"))
    with pytest.raises(NotAllowed, match="own_person"):
        answer(world, claimed)
    command = steward.GrantStewardship(claimed, world.person("tess", "trusted"), True, "She is nice")
    with pytest.raises(NotAllowed, match="role_needed"):
        steward.grant_stewardship(world.storage, command, world.now)
    assert answer(world, claimed, "max")


def test_a_record_is_claimed_once_at_a_time_and_again_after_a_refusal(world: World) -> None:
    service, stu = world.record(), world.person("stu")
    first = claim(world, service, stu)
    with pytest.raises(NotEligible, match="claimed_already"):
        claim(world, service, stu)
    answer(world, first, granted=False)
    answer(world, claim(world, service, stu))
    with pytest.raises(NotEligible, match="steward_already"):
        claim(world, service, stu)


def test_five_claims_of_a_person_wait_at_once_and_no_more(world: World) -> None:
    stu = world.person("stu")
    first, *_ = [claim(world, world.record(name=f"Lunch {place}"), stu) for place in range(5)]
    sixth = world.record(name="Lunch 6")
    with pytest.raises(NotEligible, match="claims_waiting"):
        claim(world, sixth, stu)
    answer(world, first, granted=False)
    assert claim(world, sixth, stu)


def test_a_record_that_is_gone_is_not_claimed_and_its_claims_are_only_refused(world: World) -> None:
    service = world.record()
    claimed = claim(world, service, world.person("stu"))
    set_record(world, service, status="merged")
    with pytest.raises(NotEligible, match="record_gone"):
        claim(world, service, world.person("sue"))
    with pytest.raises(NotEligible, match="record_gone"):
        answer(world, claimed)
    assert answer(world, claimed, granted=False) is None
    with pytest.raises(NotFound):
        claim(world, new_id(), world.person("sue"))


def test_the_banned_and_paused_claim_nothing_and_are_granted_nothing(world: World) -> None:
    service, stu, sue = world.record(), world.person("stu"), world.person("sue")
    claimed = claim(world, service, stu)
    set_person(world, stu, state="banned")
    with pytest.raises(NotEligible, match="person_gone"):
        answer(world, claimed)
    assert world.all(select(ModerationEntry)) == []
    set_person(world, sue, paused_until=world.now + timedelta(days=7))
    with pytest.raises(NotAllowed, match="paused"):
        claim(world, service, sue)


# -- the end ----------------------------------------------------------------------------------------------


def test_a_steward_gives_a_record_up_without_a_word_in_the_log(world: World) -> None:
    service, stu = world.record(), world.person("stu")
    term = answer(world, claim(world, service, stu))
    assert term
    assert (end(world, term, stu), end(world, term, stu)) == (True, False)
    assert [row.act for row in world.all(select(ModerationEntry))] == ["grant_stewardship"]
    assert told(world, stu) == ["claim_granted"]


def test_a_moderator_ends_a_stewardship_with_a_note_and_the_steward_is_told(world: World) -> None:
    service, stu, mo = world.record(), world.person("stu"), world.person("mo", "moderator")
    term = answer(world, claim(world, service, stu))
    assert term
    with pytest.raises(Refused):
        end(world, term, mo)
    with pytest.raises(NotAllowed, match="role_needed"):
        end(world, term, world.person("rita", "reviewer"), "I do not like him")
    assert end(world, term, mo, "He moved away")
    assert not end(world, term, mo, "He moved away")
    acts = [(row.act, row.note) for row in world.all(select(ModerationEntry).order_by(ModerationEntry.id))]
    assert acts == [("grant_stewardship", "I rang them"), ("end_stewardship", "He moved away")]
    assert told(world, stu) == ["claim_granted", "stewardship_ended"]
    with pytest.raises(NotFound):
        end(world, new_id(), mo, "He moved away")


def test_a_moderator_gives_an_own_stewardship_up_like_anybody(world: World) -> None:
    mo = world.person("mo", "moderator")
    term = answer(world, claim(world, world.record(), mo), "max")
    assert term
    assert end(world, term, mo)


def test_a_former_steward_has_no_say_and_can_begin_a_second_term(world: World) -> None:
    _, service = of_trust(world)
    (change,) = world.suggest(world.person("ann"), service, description="Soup and company")
    stu = world.person("stu")
    began = world.now
    term = answer(world, claim(world, service, stu))
    assert term
    world.passes(days=1)
    end(world, term, stu)
    with pytest.raises(NotAllowed, match="role_needed"):
        world.vote(stu, change)
    answer(world, claim(world, service, stu))
    world.vote(stu, change)
    rows = world.all(select(Stewardship).order_by(Stewardship.since))
    assert [(row.since, row.ended_at) for row in rows] == [(began, world.now), (world.now, None)]
