"""Taking up again what was rejected: the form comes filled, on the record as it is now, and reviewers are told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.domain.errors import NotFound
from webapp.services import ruling, suggest
from webapp.storage.models import Suggestion

FORM = "form:has([name=base_revision])"


def url(world: World, change: str) -> str:
    return f"/suggestions/{world.change(change).suggestion_id}"


@pytest.fixture
def rejected(world: World) -> str:
    """Ann's change of the description, rejected; the record's summary has moved since."""
    record = world.record(description="Soup", summary="Lunch")
    (change,) = world.suggest(world.person("ann"), record, description="Soup and company")
    decide(world, change, "reject")
    (other,) = world.suggest(world.person("ben"), record, summary="Lunch together")
    decide(world, other, "apply")
    return change


def decide(world: World, change: str, outcome: str) -> None:
    command = ruling.DecideChange(change, world.person("mo", "moderator"), 1, outcome, "I rang them")
    ruling.decide_change(world.storage, command, world.now)


@ON_BOTH
def test_what_was_rejected_is_taken_up_again_and_marked(world: World, rejected: str, sign_in: SignIn) -> None:
    ann = sign_in(world.people["ann"])
    form = ann.get(url(world, rejected)).one(f"#change-{rejected}").one("a[href*=resubmits]")["href"]
    page = ann.get(form)
    assert (page.one("[name=description]").text.strip(), page.one("[name=summary]")["value"]) == (
        "Soup and company", "Lunch together",
    )  # fmt: skip
    looked_over = page.form(FORM).fill(reason="They have a new leaflet").submit("[value=review]", status=200)
    done = looked_over.form(FORM).submit("[value=send]").follow()
    told = [a["href"] for a in done.all("main a") if a.text == "a change that was rejected"]
    assert told == [f"{url(world, rejected)}#change-{rejected}"]
    row = world.one(select(Suggestion).order_by(Suggestion.created_at.desc(), Suggestion.id.desc()))
    assert (row.resubmits_id, row.reason) == (rejected, "They have a new leaflet")


def test_bad_input_loses_neither_what_was_typed_nor_what_it_takes_up(
    world: World, rejected: str, sign_in: SignIn
) -> None:
    ann = sign_in(world.people["ann"])
    page = ann.get(f"/services/harbour-soup-lunch/suggest?resubmits={rejected}")
    back = page.form(FORM).fill(description="Soup, company and chess", email="nobody").submit(status=422)
    assert back.one("[name=description]").text.strip() == "Soup, company and chess"
    assert back.one("[name=resubmits]")["value"] == rejected


def test_only_the_author_takes_it_up(world: World, rejected: str, sign_in: SignIn) -> None:
    ben = sign_in(world.people["ben"])
    assert not ben.get(url(world, rejected)).all("a[href*=resubmits]")
    page = ben.get(f"/services/harbour-soup-lunch/suggest?resubmits={rejected}")
    assert (page.one("[name=description]").text.strip(), page.all("[name=resubmits]")) == ("Soup", [])


@pytest.mark.parametrize("whose", ["another's", "applied", "none"])
def test_what_is_not_ones_own_rejected_change_is_refused(world: World, rejected: str, whose: str) -> None:
    record = str(world.change(rejected).record_id)
    person = world.people["ben" if whose == "another's" else "ann"]
    (applied,) = world.suggest(world.people["ann"], record, alert="Shut on Monday")
    decide(world, applied, "apply")
    taken_up = {"another's": rejected, "applied": applied, "none": "x"}[whose]
    document = {**world.document(record), "description": "Soup, company and chess"}
    number = world.row(record).newest_number
    with pytest.raises(NotFound):
        suggest.suggest_change(
            world.storage, suggest.SuggestChange(person, record, number, document, "so", resubmits=taken_up), world.now
        )


def test_ones_own_suggestions_lead_to_taking_up_again_what_was_rejected(
    world: World, rejected: str, sign_in: SignIn
) -> None:
    record = world.change(rejected).record_id
    world.suggest(world.people["ann"], record, alternate_name="Soup at noon")
    links = sign_in(world.people["ann"]).get("/account").all("main a[href*=resubmits]")
    assert [a["href"] for a in links] == [f"/services/harbour-soup-lunch/suggest?resubmits={rejected}"]
    assert [a.text.partition(":")[0].strip() for a in links] == ["Take it up again"]


def test_of_several_rejected_changes_each_is_named(world: World, sign_in: SignIn) -> None:
    record = world.record(description="Soup", alternate_name="Noon")
    changes = world.suggest(world.person("ann"), record, description="Soup and company", alternate_name="Soup at noon")
    for change in changes:
        decide(world, change, "reject")
    links = sign_in(world.people["ann"]).get("/account").all("main a[href*=resubmits]")
    assert {a.text.partition(",")[0].strip() for a in links} == {"Take up again: Description", "Take up again: Name"}


def test_what_is_rejected_of_a_record_that_is_gone_can_not_be_taken_up(
    world: World, rejected: str, sign_in: SignIn
) -> None:
    record = world.change(rejected).record_id
    merge = suggest.SuggestLifecycle(world.people["ben"], record, "merge", "the same", world.record(name="Lunch"))
    (change,) = suggest.suggest_lifecycle(world.storage, merge, world.now).change_ids
    decide(world, change, "apply")
    assert sign_in(world.people["ann"]).get("/account").all("main a[href*=resubmits]") == []
