"""Who may do what, for every action and every role."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from webapp.domain.permissions import PERMISSIONS, Actor, Subject, Verdict, may
from webapp.domain.roles import Role, at_least

LEAST = {
    Role.NOBODY: "read_record read_history read_suggestion read_rules search sign_in sign_out report_problem"
    " suggest_change suggest_record suggest_close suggest_reopen read_list make_list change_list send_list",
    Role.GUEST: "amend_change withdraw_change",
    Role.VOLUNTEER: "suggest_merge support_change comment confirm_record claim_record subscribe use_account"
    " manage_sessions declare_affiliation end_affiliation resign_stewardship take_back_vote keep_list",
    Role.REVIEWER: "cast_vote flag_spam rebase_change improve_change",
    Role.MODERATOR: "view_moderation read_reports handle_report decide_change judge_flags hide_comment patrol_change"
    " revert_revision roll_back_record roll_back_incident undo_operation protect_record void_confirmations"
    " judge_duplicates keep_synonyms keep_checks view_unfound remove_list grant_stewardship redact_mask redact_finish"
    " grant_reviewer grant_trusted ban_person pause_person lift_sanction",
    Role.ADMINISTRATOR: "grant_moderator grant_administrator edit_policy apply_policy import_records",
}
EXPECTED = {action: role for role, actions in LEAST.items() for action in actions.split()}

OWN = {"amend_change", "withdraw_change"}
TIES = {"declare_affiliation", "end_affiliation", "resign_stewardship"}
ABOUT_ONESELF = {"use_account", "manage_sessions", "take_back_vote"} | TIES
COLLECTING = {"make_list", "change_list", "keep_list"}
READING = {"read_list", "read_record", "read_history", "read_suggestion", "read_rules", "search", "sign_in", "sign_out"}


def actor(role: Role | str = Role.REVIEWER, **told: Any) -> Actor:
    role = Role(role)
    known = Actor(id=None if role == Role.NOBODY else "bob", role=role, confirmed=at_least(role, Role.GUEST))
    return replace(known, **told)


def fitting(action: str) -> Subject:
    """A subject that stands in the way of nothing."""
    return Subject(
        author_ids=frozenset({"bob" if action in OWN else "ann"}),
        author_id="bob" if action in OWN else "ann",
        person_id="bob" if action in ABOUT_ONESELF else None if action in COLLECTING else "cat",
        has_key=True,
        last_touched_by="ann",
        masked_by="cat",
    )


def test_every_action_is_expected_here() -> None:
    assert set(PERMISSIONS) == set(EXPECTED)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", sorted(EXPECTED))
def test_each_role_may_what_it_and_the_lower_ones_may(action: str, role: Role) -> None:
    assert bool(may(actor(role), action, fitting(action))) == at_least(role, EXPECTED[action])


@pytest.mark.parametrize("role", list(Role))
def test_what_the_table_does_not_name_nobody_may(role: Role) -> None:
    assert may(actor(role), "rewrite_history").code == "unknown_action"


@pytest.mark.parametrize("action", sorted(EXPECTED))
def test_the_banned_may_read_and_sign_out_only(action: str) -> None:
    verdict = may(actor(Role.ADMINISTRATOR, banned=True), action, fitting(action))
    assert (bool(verdict), verdict.code) == ((True, "") if action in READING else (False, "banned"))


@pytest.mark.parametrize("action", sorted(EXPECTED))
def test_a_pause_stops_new_acts_only(action: str) -> None:
    going_on = READING | OWN | ABOUT_ONESELF | COLLECTING | {"report_problem", "subscribe"}
    verdict = may(actor(Role.ADMINISTRATOR, paused=True), action, fitting(action))
    assert (bool(verdict), verdict.code) == ((True, "") if action in going_on else (False, "paused"))


@pytest.mark.parametrize("action", sorted(EXPECTED))
def test_moderating_needs_the_second_step_and_nothing_else_does(action: str) -> None:
    verdict = may(actor(Role.ADMINISTRATOR, two_step_ok=False), action, fitting(action))
    moderates = at_least(EXPECTED[action], Role.MODERATOR)
    assert verdict.code == ("two_step_needed" if moderates else "")


@pytest.mark.parametrize("action", ["cast_vote", "comment", "confirm_record", "edit_policy", "amend_change"])
def test_an_unconfirmed_address_acts_on_nothing(action: str) -> None:
    unconfirmed = actor(Role.ADMINISTRATOR, confirmed=False)
    assert may(unconfirmed, action, fitting(action)).code == "address_unconfirmed"


@pytest.mark.parametrize("action", ["read_record", "report_problem", "suggest_change", "use_account"])
def test_an_unconfirmed_address_may_read_report_and_suggest(action: str) -> None:
    assert may(actor("volunteer", confirmed=False), action, fitting(action))


def test_a_visitor_is_told_to_sign_in_and_others_that_the_role_is_missing() -> None:
    assert may(Actor(), "comment").code == "sign_in_needed"
    assert may(actor("volunteer"), "cast_vote").code == "role_needed"


@pytest.mark.parametrize("role", ["reviewer", "moderator", "administrator"])
@pytest.mark.parametrize("action", ["cast_vote", "flag_spam", "support_change"])
def test_nobody_votes_on_an_own_change(action: str, role: str) -> None:
    assert may(actor(role), action, Subject(author_ids=frozenset({"ann", "bob"}))).code == "own_change"


@pytest.mark.parametrize("role", ["moderator", "administrator"])
@pytest.mark.parametrize("action", ["judge_flags", "patrol_change"])
def test_nobody_judges_the_flags_on_an_own_change_or_patrols_it(action: str, role: str) -> None:
    assert may(actor(role), action, Subject(author_ids=frozenset({"ann", "bob"}))).code == "own_change"


@pytest.mark.parametrize("action", sorted(TIES))
def test_nobody_says_for_others_where_they_belong(action: str) -> None:
    assert may(actor("administrator"), action, Subject(person_id="ann")).code == "not_yours"


@pytest.mark.parametrize("action", ["change_list", "keep_list"])
def test_a_list_is_its_makers_alone_by_account_or_by_key(action: str) -> None:
    for who in ("volunteer", "administrator"):
        assert may(actor(who), action, Subject(person_id="bob"))
        assert may(actor(who), action, Subject(person_id=None, has_key=True))
        for other in (Subject(person_id="ann"), Subject(person_id="ann", has_key=True), Subject(person_id=None)):
            assert may(actor(who), action, other).code == "not_your_list"


@pytest.mark.parametrize("action", ["amend_change", "withdraw_change"])
def test_nobody_amends_or_withdraws_for_others(action: str) -> None:
    of_ann = Subject(author_ids=frozenset({"ann"}), author_id="ann")
    assert may(actor("administrator"), action, of_ann).code == "not_your_change"
    assert may(actor("administrator"), action, replace(of_ann, author_ids=frozenset({"ann", "bob"}))) == Verdict(
        False, "not_your_change"
    )


@pytest.mark.parametrize(
    "action",
    [
        "amend_change",
        "withdraw_change",
        "support_change",
        "cast_vote",
        "take_back_vote",
        "flag_spam",
        "rebase_change",
        "improve_change",
        "decide_change",
    ],
)
def test_an_ended_change_is_left_alone(action: str) -> None:
    ended = replace(fitting(action), state="applied")
    assert may(actor("administrator"), action, ended).code == "not_open"


@pytest.mark.parametrize(
    ("protection", "role", "allowed"),
    [
        ("trusted", "reviewer", False),
        ("trusted", "trusted", True),
        ("moderators", "trusted", False),
        ("moderators", "moderator", True),
        ("something new", "moderator", False),
    ],
)
@pytest.mark.parametrize("action", ["suggest_change", "suggest_merge", "improve_change", "amend_change"])
def test_a_protected_record_is_for_its_people(action: str, protection: str, role: str, allowed: bool) -> None:
    verdict = may(actor(role), action, replace(fitting(action), protection=protection))
    assert (bool(verdict), verdict.code) == (allowed, "" if allowed else "protected")


def test_votes_may_be_cast_on_a_protected_record_and_changes_to_it_withdrawn() -> None:
    for action in ("cast_vote", "withdraw_change"):
        assert may(actor("reviewer"), action, replace(fitting(action), protection="moderators"))


def test_a_steward_votes_without_being_a_reviewer() -> None:
    subject = Subject(author_ids=frozenset({"ann"}), steward_ids=frozenset({"bob"}))
    assert may(actor("volunteer"), "cast_vote", subject)
    assert not may(actor("volunteer"), "flag_spam", subject)
    assert may(actor("volunteer", paused=True), "cast_vote", subject).code == "paused"
    own = replace(subject, author_ids=frozenset({"bob"}))
    assert may(actor("volunteer"), "cast_vote", own).code == "own_change"


def test_who_touched_a_record_last_does_not_confirm_it() -> None:
    assert may(actor("volunteer"), "confirm_record", Subject(last_touched_by="bob")).code == "own_last_touch"


@pytest.mark.parametrize(
    ("ready", "others", "allowed"),
    [(False, False, False), (True, True, False), (True, False, True)],
)
def test_an_own_change_is_decided_only_where_no_other_moderator_can(
    ready: bool, others: bool, allowed: bool
) -> None:
    subject = Subject(author_ids=frozenset({"bob"}), may_self_decide=ready)
    verdict = may(actor("moderator", has_other_moderator_active=others), "decide_change", subject)
    assert (bool(verdict), verdict.code) == (allowed, "" if allowed else "other_moderators_decide")


@pytest.mark.parametrize("action", ["ban_person", "pause_person", "lift_sanction", "grant_trusted"])
def test_moderators_rule_over_those_below_them_only(action: str) -> None:
    moderator = Subject(person_id="cat", person_role=Role.MODERATOR)
    assert may(actor("moderator"), action, replace(moderator, person_role=Role.TRUSTED))
    assert may(actor("moderator"), action, moderator).code == "not_below_you"
    assert may(actor("administrator"), action, moderator)
    assert may(actor("administrator"), action, Subject(person_id="bob")).code == "own_person"


@pytest.mark.parametrize("action", ["grant_moderator", "grant_administrator", "grant_stewardship"])
def test_nobody_grants_oneself(action: str) -> None:
    assert may(actor("administrator"), action, Subject(person_id="bob")).code == "own_person"


@pytest.mark.parametrize(
    ("role", "others", "waited", "allowed"),
    [
        ("administrator", False, True, True),
        ("administrator", True, True, False),
        ("administrator", False, False, False),
        ("moderator", False, True, False),
    ],
)
def test_a_redaction_is_finished_by_a_second_person_or_by_a_lone_administrator_later(
    role: str, others: bool, waited: bool, allowed: bool
) -> None:
    masked = Subject(masked_by="bob", has_waited=waited)
    verdict = may(actor(role, has_other_moderator=others), "redact_finish", masked)
    assert bool(verdict) == allowed
    assert may(actor("moderator", id="dan"), "redact_finish", masked)


def test_a_visitor_owns_nothing() -> None:
    """None must not equal None: an unknown owner is not an unknown visitor."""
    assert not may(Actor(), "use_account", Subject())
    assert not may(actor("guest", id=None), "withdraw_change", Subject())
    assert not may(actor("volunteer", id=None), "use_account", Subject())
