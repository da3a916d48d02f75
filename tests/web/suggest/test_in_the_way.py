"""When something stands in the way of a suggestion: the record moved, somebody was first, a limit; all typed stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.support.queries import recorded
from tests.web.suggest.suggesting import FORM, REVIEW, STACK, Town, filled, open_changes, review, send, suggestions
from webapp.storage.models import Record


def test_a_record_that_moved_meanwhile_is_shown_with_what_was_typed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    for change in town.world.suggest(town.world.person("bob"), town.service, description="Soup for all, on weekdays."):
        town.world.approve(change, "rose", "roy")
    answer = filled(page, name="Harbour Soup", description="Soup for everybody.").submit(REVIEW, status=409)
    assert "weekdays" in answer.one("#meanwhile").text
    form = answer.form(FORM)
    assert form.values["name"] == "Harbour Soup"
    assert form.values["description"] == "Soup for everybody."
    assert form.values["base_revision"] == "2"
    looked = form.submit(REVIEW, status=200)
    assert looked.texts("main .change h2") == ["Name", "Description"]


def test_the_same_change_twice_leads_to_the_first(town: Town) -> None:
    town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    ann = town.visitor("ann")
    answer = send(review(ann.get(town.address(town.service)), name="Harbour Soup"), status=409)
    assert answer.one("h1").text == "Somebody suggested the same already"
    back = answer.form("main form:last-of-type").submit("button[value=edit]", status=200)
    assert back.form(FORM).values["name"] == "Harbour Soup"
    assert suggestions(town) == 1


def test_how_somebody_knows_is_not_asked_again_where_the_first_is_offered(town: Town) -> None:
    town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    looked = review(town.visitor("ann").get(town.address(town.service)), name="Harbour Soup", how="visited")
    assert send(looked, status=409).form("main form[action$=support]").values["how"] == "visited"


def test_what_others_suggest_already_is_left_out_and_offered_and_the_rest_is_sent(town: Town) -> None:
    (first,) = town.world.suggest(town.world.person("bob"), town.service, description="Soup and bread.")
    rose = town.visitor("rose", "reviewer")
    looked = review(rose.get(town.address(town.service)), description="Soup and bread.", name="Harbour Soup")
    told = send(looked).follow()
    assert told.one("h1").text == "Part of it was suggested already"
    assert "is with the reviewers now" in told.one(".messages").text
    assert open_changes(town) == [("description", "open"), ("name", "open")]
    support = told.one("main a[href*=support]")["href"]
    answer = rose.get(support).form("main form[action$=support]").fill(how="phoned").submit(status=303)
    assert answer.location == f"/suggestions/{town.world.change(first).suggestion_id}"
    told.form("main form[action*='/vote']").submit(status=303)
    assert town.world.change(first).approvals == 1


def test_what_cannot_be_offered_is_left_off_the_page(town: Town) -> None:
    (mine,) = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    (gone,) = town.world.suggest(town.world.person("ben"), town.service, description="Soup and bread.")
    town.world.withdraw(town.world.person("ben"), gone)
    url = f"/suggestions/{town.world.change(mine).suggestion_id}/alike?change={gone}&change=nothing&change={mine}"
    page = town.visitor("ann").get(url)
    assert page.texts("main h2") == ["Harbour Soup Lunch: Name"]
    assert not page.find("main form[action*='/vote']")
    assert "decided meanwhile" in town.visitor().get(url.partition("?")[0]).one("main").text


def test_all_that_is_offered_is_one_question(town: Town) -> None:
    mine = town.world.suggest(town.world.person("ann"), town.service, name="Soup", description="Tea")
    visitor, costs = town.visitor("bob"), []
    for offered in (mine[:1], mine):
        query = "&".join(f"change={change}" for change in offered)
        with recorded(town.world.storage.engine) as statements:
            page = visitor.get(f"/suggestions/{town.world.change(mine[0]).suggestion_id}/alike?{query}")
        assert len(page.all("main h2")) == len(offered)
        costs.append(len(statements))
    assert costs[0] == costs[1]


def test_who_has_not_said_how_they_know_is_asked_before_what_is_not_everyday(town: Town) -> None:
    ann = town.visitor("ann")
    asked = "You have not said how you know"
    assert asked in review(ann.get(town.address(town.service)), name="Harbour Soup").one("main").text
    assert asked not in review(ann.get(town.address(town.service)), name="Soup", how="phoned").one("main").text
    assert asked not in review(ann.get(town.address(town.service)), description="Soup for everybody.").one("main").text
    send(review(ann.get(town.address(town.service)), name="Harbour Soup"))  # and taken without
    assert suggestions(town) == 1


def test_too_many_open_suggestions_are_said_before_and_lose_nothing_after(town: Town) -> None:
    ann = town.visitor("ann")
    for number in range(5):
        town.world.suggest(town.world.person("ann"), town.service, name=f"Name {number}")
    page = ann.get(town.address(town.service))
    assert "5 suggestions open, as many as you may" in page.one("main").text
    answer = send(review(page, name="Harbour Soup"), status=429)
    assert answer.headers["Retry-After"]
    assert answer.form(FORM).values["name"] == "Harbour Soup"


ONLY_TRUSTED = "Protected until 9 March 2026: only trusted people may change it."


def protect(town: Town, level: str = "trusted") -> None:
    values = {"protection": level, "protected_until": town.world.now + timedelta(days=7)}
    town.world.storage.transact(lambda uow: uow.run(update(Record).values(**values)), town.world.now)


def test_a_protected_record_keeps_what_was_typed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service))
    ready = review(page, name="Harbour Soup")
    protect(town)
    for answer in (send(ready, status=403), filled(page, name="Harbour Soup").submit(REVIEW, status=403)):
        assert answer.form(FORM).values["name"] == "Harbour Soup"
        assert ONLY_TRUSTED in answer.one("main .note.waiting").text


@pytest.mark.parametrize("act", ["suggest", "close", "merge"])
def test_a_protected_record_says_so_before_anything_is_typed(town: Town, act: str) -> None:
    protect(town)
    for handle, role in (("ann", "volunteer"), ("rita", "reviewer")):
        page = town.visitor(handle, role).get(town.address(town.service, act))
        note = page.one("main .note.waiting")
        assert ONLY_TRUSTED in note.text
        assert note.one("a")["href"] == town.address(town.service, "report")
        assert page.all("main form") == []
    assert town.visitor("tess", "trusted").get(town.address(town.service, act)).all("main form")


def test_what_ends_a_protected_record_keeps_what_was_typed(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service, "close"))
    protect(town, "moderators")
    told = page.form(STACK).fill(reason="They told me", how="phoned").submit("button[value=send].btn", status=403)
    assert "only moderators may change it" in told.one("main .note.waiting").text
    assert told.form(STACK).values["reason"] == "They told me"


def test_an_open_change_to_a_protected_record_is_not_improved_in_vain(town: Town) -> None:
    (change,) = town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    protect(town)
    address = f"/suggestions/{town.world.change(change).suggestion_id}/changes/{change}/amend"
    assert town.visitor("rita", "reviewer").get(address).all("main form") == []
    assert town.visitor("tess", "trusted").get(address).all("main form")


def protect_one(town: Town, record: str, **values: Any) -> None:
    """Protect one record from all but trusted people, or make it otherwise than it was."""
    known = values or {"protection": "trusted", "protected_until": town.world.now + timedelta(days=7)}
    statement = update(Record).where(Record.id == record).values(**known)
    town.world.storage.transact(lambda uow: uow.run(statement), town.world.now)


def test_that_the_other_record_of_a_merge_is_protected_is_said_before_anything_is_typed(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches")
    protect_one(town, town.service)
    address = f"{town.address(twin, 'merge')}?into={town.service}"
    page = town.visitor("ann").get(address)
    assert f"“Harbour Soup Lunch” can’t be the one that stays. {ONLY_TRUSTED}" in page.one("#f-into .error").text
    assert page.one(".note.waiting a")["href"] == town.address(town.service, "report")
    assert not page.all("textarea") + page.all("#sides-title")
    assert page.all("button[value=compare]")  # another one can be chosen
    assert town.visitor("tess", "trusted").get(address).all("#sides-title")


def test_who_looks_for_the_other_record_reads_there_that_it_is_protected(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches")
    protect_one(town, town.service)
    for handle, role, is_said in (("ann", "volunteer", True), ("tess", "trusted", False)):
        page = town.visitor(handle, role).get(town.address(twin, "merge"))
        form = page.form(STACK).fill({"into.find": "Harbour Soup"})
        found = form.submit("button[name=find]", status=200)
        assert ("protected for now" in found.one("#f-into").text) == is_said


def test_a_merge_into_a_record_that_became_protected_keeps_what_was_typed(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches")
    page = town.visitor("ann").get(f"{town.address(twin, 'merge')}?into={town.service}")
    protect_one(town, town.service)
    for button in ("button[value=send].btn", "button[value=compare]"):
        told = page.form(STACK).fill(reason="They told me", how="phoned").submit(button, status=403)
        assert ONLY_TRUSTED in told.summary()
        assert told.form(STACK).values["reason"] == "They told me"


def test_that_the_other_record_of_a_merge_is_closed_is_said_before_anything_is_typed(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches")
    protect_one(town, town.service, status="closed")
    page = town.visitor("ann").get(f"{town.address(twin, 'merge')}?into={town.service}")
    assert "“Harbour Soup Lunch” is closed" in page.one("form .note.waiting").text
    assert page.one("form .note.waiting a")["href"] == town.address(town.service, "reopen")
    assert page.all("#sides-title")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ("itself", "That is the same record twice, so there is nothing to merge. Choose another"),
        ("trust", "Only records of the same kind can be merged"),
        ("gone", "One of the two is gone already"),
    ],
)
def test_what_can_not_stay_is_said_as_soon_as_it_is_chosen(town: Town, chosen: str, words: str) -> None:
    twin, gone = (town.world.record("service", name=name) for name in ("Harbour Soup Lunches", "Harbour Soups"))
    protect_one(town, gone, status="void")
    id_ = {"itself": twin, "trust": town.trust, "gone": gone}[chosen]
    page = town.visitor("ann").get(f"{town.address(twin, 'merge')}?into={id_}")
    assert words in page.one("#f-into .error").text
    assert "What you typed" not in page.summary()
    again = page.form(STACK)
    again.values["into"] = id_
    again.values["into.find"] = "Soup"
    told = again.submit("button[value=compare]", status=422)
    assert words in told.summary()
    assert "What you typed is still here." in told.summary()


def test_a_change_to_a_protected_record_is_not_fitted_to_it_in_vain(town: Town) -> None:
    (change,) = town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    (other,) = town.world.suggest(town.world.person("ben"), town.service, name="Harbour Lunch")
    town.world.approve(other, "rose", "roy", "ron")
    address = f"/suggestions/{town.world.change(change).suggestion_id}/changes/{change}/rebase"
    page = town.visitor("rita", "reviewer").get(address)
    protect(town)
    told = page.form(STACK).submit(status=403)
    assert ONLY_TRUSTED in told.one("main .note.waiting").text
    assert told.all("main form")  # what was chosen is still there
    early = town.visitor("rita", "reviewer").get(address)
    assert ONLY_TRUSTED in early.one("main .note.waiting").text
    assert early.all("main form") == []
    assert town.visitor("tess", "trusted").get(address).all("main form")


def test_a_record_that_was_merged_leads_to_the_one_that_is_kept(town: Town) -> None:
    other = town.world.record("service", name="Harbour Soup")
    town.world.storage.transact(
        lambda uow: uow.run(update(Record).where(Record.id == other).values(status="merged", merged_into=town.service)),
        town.world.now,
    )
    assert town.visitor("ann").get("/services/harbour-soup/suggest", status=303).location == town.address(town.service)
