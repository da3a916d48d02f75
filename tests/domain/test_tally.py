"""Who counts, and how much, whatever the order in which votes arrive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.judging import after, vote
from webapp.domain.tally import Tally, VoteFact, tally

AUTHORS = frozenset({"ann", "co-author"})


def test_no_votes_are_an_empty_tally() -> None:
    assert tally([], AUTHORS) == Tally()


def test_approvals_and_rejects_of_reviewers_count_and_abstentions_do_not() -> None:
    found = tally([vote("bob"), vote("cat"), vote("dan", "reject"), vote("eve", "abstain")], AUTHORS)
    assert (found.approvals, found.rejects, found.net) == (2, 1, 1)
    assert found.counted_ids == ("vote of bob", "vote of cat", "vote of dan")
    assert found.approver_ids == ("bob", "cat")


@pytest.mark.parametrize("author", sorted(AUTHORS))
@pytest.mark.parametrize("told", [{}, {"role": "administrator"}, {"steward": True, "affiliated": True}])
def test_authors_and_co_authors_never_count(author: str, told: dict[str, object]) -> None:
    assert tally([vote(author, **told), vote(author, "reject", id="other", **told)], AUTHORS) == Tally()


@pytest.mark.parametrize("role", ["nobody", "guest", "volunteer"])
def test_roles_below_reviewer_do_not_count(role: str) -> None:
    assert tally([vote("bob", role=role)], AUTHORS).approvals == 0


@pytest.mark.parametrize(
    ("role", "trusted", "moderators"),
    [("reviewer", 0, 0), ("trusted", 1, 0), ("moderator", 1, 1), ("administrator", 1, 1)],
)
def test_a_role_includes_the_lower_ones(role: str, trusted: int, moderators: int) -> None:
    found = tally([vote("bob", role=role)], AUTHORS)
    assert (found.approvals, found.trusted_approvals, found.moderator_approvals) == (1, trusted, moderators)


def test_people_of_the_organization_are_seen_but_not_counted() -> None:
    own = [vote("bob", affiliated=True, role="moderator"), vote("cat", "reject", affiliated=True)]
    found = tally(own, AUTHORS)
    assert (found.approvals, found.rejects, found.counted_ids) == (0, 0, ())
    assert found.affiliated_reject
    assert not found.steward_reject
    assert found.first_reject_at is None  # so it pauses nothing


def test_one_endorsement_counts_and_is_the_oldest() -> None:
    late = vote("cat", steward=True, role="trusted", cast_at=after(hours=5))
    found = tally([late, vote("bob", steward=True, role="volunteer")], AUTHORS)
    assert (found.approvals, found.counted_ids) == (1, ("vote of bob",))


def test_an_endorsement_is_never_the_trusted_approval() -> None:
    found = tally([vote("bob", steward=True, affiliated=True, role="administrator")], AUTHORS)
    assert (found.approvals, found.trusted_approvals, found.moderator_approvals) == (1, 0, 0)


def test_a_stewards_reject_is_an_objection_and_no_counted_reject() -> None:
    found = tally([vote("bob", "reject", steward=True)], AUTHORS)
    assert (found.rejects, found.steward_reject, found.affiliated_reject) == (0, True, True)


def test_voided_votes_do_not_count_nor_bring_an_older_one_back() -> None:
    older = vote("bob", id="older")
    newer = vote("bob", "reject", id="newer", cast_at=after(hours=2), voided=True)
    assert tally([older, newer], AUTHORS) == Tally()


def test_the_latest_vote_of_a_person_stands() -> None:
    found = tally([vote("bob", "reject", id="2", cast_at=after(hours=2)), vote("bob", id="1")], AUTHORS)
    assert (found.approvals, found.rejects) == (0, 1)


def test_the_first_reject_is_the_earliest_of_those_that_live() -> None:
    early = vote("bob", "reject", first_reject_at=after(hours=1), cast_at=after(hours=30))
    late = vote("cat", "reject", first_reject_at=after(hours=9), cast_at=after(hours=9))
    taken_back = vote("dan", "approve", first_reject_at=after(hours=0.5))
    assert tally([late, early, taken_back], AUTHORS).first_reject_at == after(hours=1)
    assert tally([late, taken_back], AUTHORS).first_reject_at == after(hours=9)


def test_a_reject_without_a_known_first_one_is_its_own_first() -> None:
    assert tally([vote("bob", "reject")], AUTHORS).first_reject_at == after(hours=1)


some_votes = st.lists(
    st.builds(
        lambda person, choice, role, hour, **told: vote(
            person, choice, role, id=f"{person} {hour}", cast_at=after(hours=hour), **told
        ),
        st.sampled_from(["ann", "bob", "cat", "dan", "eve"]),
        st.sampled_from(["approve", "reject", "abstain"]),
        st.sampled_from(["volunteer", "reviewer", "trusted", "moderator"]),
        st.integers(0, 5),
        affiliated=st.booleans(),
        steward=st.booleans(),
        voided=st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(some_votes, st.randoms(use_true_random=False))
def test_the_order_of_votes_never_matters(cast: list[VoteFact], chance: object) -> None:
    shuffled = list(cast)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis names no type for its chance
    assert tally(shuffled, AUTHORS) == tally(cast, AUTHORS)


@given(some_votes)
def test_a_tally_adds_up_and_counts_each_person_once(cast: list[VoteFact]) -> None:
    found = tally(cast, AUTHORS)
    people = [one.person_id for one in cast if one.id in found.counted_ids]
    assert len(people) == len(set(people)) == found.approvals + found.rejects
    assert found.net == found.approvals - found.rejects
    assert found.moderator_approvals <= found.trusted_approvals <= found.approvals == len(found.approver_ids)
    assert not AUTHORS & set(people)
