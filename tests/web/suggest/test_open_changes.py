"""What is open: amended, improved, fitted to its record, taken back, supported."""

from __future__ import annotations

from sqlalchemy import select

from tests.web.suggest.suggesting import FORM, REVIEW, STACK, Town, filled, send
from webapp.storage.models import ChangeAuthor, Evidence


def change_url(town: Town, change: str, act: str) -> str:
    """The address of an act on a change."""
    return f"/suggestions/{town.world.change(change).suggestion_id}/changes/{change}/{act}"


# -- amending, improving ------------------------------------------------------------------------------------


def test_the_author_amends_only_the_part_that_the_change_is_about(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    page = town.visitor("ann").get(change_url(town, change, "amend"))
    assert page.texts("main details.fold > summary h2") == ["Name"]
    assert page.form(FORM).values["name"] == "Harbour Soup"
    looked = page.form(FORM).fill(name="Harbour Soup Club").submit(REVIEW, status=200)
    done = send(looked)
    assert done.location == f"/suggestions/{town.world.change(change).suggestion_id}"
    assert town.world.change(change).content_version == 2
    assert "Harbour Soup Club" in town.world.change(change).payload


def test_opening_times_of_a_place_are_amended_without_the_rest_of_the_place(town: Town) -> None:
    place = {**town.place, "schedules": [town.by_appointment, {**town.usual, "closes_at": "15:00"}]}
    [change] = town.world.suggest(town.world.person("ann"), town.service, places=[place])
    page = town.visitor("ann").get(change_url(town, change, "amend"))
    assert not page.all("button[name=add][value=places], button[name=remove][value=places-0]")
    assert page.all("button[value=places-0-schedules]")  # rows of times come and go
    assert page.one("#row-places-0 > legend").text.startswith("Leith Library")
    form = page.form(FORM)
    assert form.values["places-0-schedules.text"] == "Monday and Wednesday, 12:00 to 15:00"
    looked = form.fill({"places-0-schedules.text": "Monday and Wednesday, 12:00 to 15:30"}).submit(REVIEW, status=200)
    send(looked)
    assert '"15:30"' in town.world.change(change).payload
    assert town.usual["id"] in town.world.change(change).payload


def test_a_reviewer_improves_and_becomes_coauthor(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    page = town.visitor("rose", "reviewer").get(change_url(town, change, "amend"))
    assert page.one("h1").text == "Improve this suggestion: Name"
    send(page.form(FORM).fill(name="Harbour Soup Club").submit(REVIEW, status=200))
    roles = {row.role for row in town.world.all(select(ChangeAuthor.role).where(ChangeAuthor.change_id == change))}
    assert roles == {"author", "coauthor"}


def test_another_volunteer_may_not_amend(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    town.visitor("bob").get(change_url(town, change, "amend"), status=403)


def test_amending_what_moved_meanwhile_keeps_what_was_typed(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    looked = (
        town.visitor("ann")
        .get(change_url(town, change, "amend"))
        .form(FORM)
        .fill(name="Soup Club")
        .submit(REVIEW, status=200)
    )
    rose = town.visitor("rose", "reviewer").get(change_url(town, change, "amend"))
    send(rose.form(FORM).fill(name="Harbour Club").submit(REVIEW, status=200))
    answer = send(looked, status=409)
    assert answer.form(FORM).values["name"] == "Soup Club"


def test_amending_into_what_somebody_else_suggests_offers_that_one(town: Town) -> None:
    town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup Club")
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    form = town.visitor("ann").get(change_url(town, change, "amend")).form(FORM)
    page = send(form.fill(name="Harbour Soup Club").submit(REVIEW, status=200), status=409)
    assert page.one("h1").text == "Somebody suggested the same already"
    again = page.form("main form[action$=amend]").submit("[value=edit]", status=200)
    assert again.form(FORM).values["name"] == "Harbour Soup Club"


def test_a_change_that_has_ended_is_not_amended(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    town.world.withdraw(town.world.person("ann"), change)
    town.visitor("ann").get(change_url(town, change, "amend"), status=409)


# -- fitting to the record ----------------------------------------------------------------------------------


def conflicted(town: Town) -> str:
    """A change by ann whose record moved under it."""
    [change] = town.world.suggest(town.world.person("ann"), town.service, description="Soup for all, and bread.")
    [other] = town.world.suggest(town.world.person("bob"), town.service, description="Soup for all, on Mondays.")
    town.world.approve(other, "rose", "roy")
    assert town.world.change(change).conflicted_at is not None
    return change


def test_where_both_moved_a_person_chooses(town: Town) -> None:
    change = conflicted(town)
    page = town.visitor("ann").get(change_url(town, change, "rebase"))
    assert page.texts("main .change h2") == ["Description"]
    page.form(STACK).fill({"unit-0": "description"}).submit(status=303)
    assert town.world.change(change).conflicted_at is None
    assert "bread" in town.world.change(change).payload


def test_an_author_who_takes_the_records_side_takes_the_change_back(town: Town) -> None:
    change = conflicted(town)
    page = town.visitor("ann").get(change_url(town, change, "rebase"))
    done = page.form(STACK).fill({"unit-0": ""}).submit(status=303)
    assert town.world.change(change).state == "withdrawn"
    assert "it was taken back" in done.follow().one(".messages").text


def test_a_reviewer_who_takes_the_records_side_ends_nothing(town: Town) -> None:
    change = conflicted(town)
    page = town.visitor("rose", "reviewer").get(change_url(town, change, "rebase"))
    answer = page.form(STACK).fill({"unit-0": ""}).submit(status=403)
    assert "Only its author can do that." in answer.one("#problems").text
    assert town.world.change(change).state == "open"


def test_a_rebase_of_what_moved_again_keeps_the_choices(town: Town) -> None:
    change = conflicted(town)
    page = town.visitor("ann").get(change_url(town, change, "rebase"))
    form = page.form(STACK).fill({"unit-0": "description"})
    form.values["seen"] = "99"
    answer = form.submit(status=409)
    assert answer.one("#unit-0-mine").get("checked") is not None


# -- taking back, supporting --------------------------------------------------------------------------------


def test_the_author_takes_a_change_back(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    ann = town.visitor("ann")
    ann.get(town.address(town.service))
    done = ann.post(change_url(town, change, "withdraw"))
    assert "Taken back" in done.follow().one(".messages").text
    assert town.world.change(change).state == "withdrawn"


def test_somebody_elses_change_is_not_taken_back(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    bob = town.visitor("bob")
    bob.get(town.address(town.service))
    bob.post(change_url(town, change, "withdraw"), status=403)
    assert town.world.change(change).state == "open"


def test_a_coauthor_is_offered_to_improve_and_not_to_withdraw(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("ann"), town.service, name="Harbour Soup")
    rose = town.visitor("rose", "reviewer")
    form = rose.get(change_url(town, change, "amend")).form(FORM)
    looked = form.fill(name="Harbour Soup Lunches").submit(REVIEW, status=200)
    page = send(looked).follow()
    assert page.one(f"a[href$='{change}/amend']").text.startswith("Improve")
    assert not page.all(f"form[action*='{change}/withdraw']")
    said = town.visitor("ann").get(change_url(town, change, "").removesuffix(f"/changes/{change}/"))
    assert said.one(f"a[href$='{change}/amend']").text.startswith("Change it")
    assert said.one(f"#change-{change} .improved").text == "Improved by Rose."
    own = town.visitor("ann").get(change_url(town, change, "amend"))
    assert own.one("h1").text == "Change your suggestion: Name"
    rose.post(change_url(town, change, "withdraw"), status=403)


def test_a_second_author_supports_the_first_with_evidence(town: Town) -> None:
    town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    looked = filled(town.visitor("ann").get(town.address(town.service)), name="Harbour Soup").submit(REVIEW, status=200)
    same = send(looked, status=409)
    support = "main form[action$=support]"
    answer = same.form(support).submit(status=422)
    assert answer.one("#problems a")["href"] == "#f-how"
    answer.form(support).fill(how="phoned", how_detail="today").submit(status=303)
    assert [(row.how, row.detail) for row in town.world.all(select(Evidence))] == [("phoned", "today")]
    roles = {row.role for row in town.world.all(select(ChangeAuthor.role))}
    assert roles == {"author", "supporter"}


def test_a_reviewer_may_approve_the_first_at_once(town: Town) -> None:
    [change] = town.world.suggest(town.world.person("bob"), town.service, name="Harbour Soup")
    rose = town.visitor("rose", "reviewer")
    same = send(
        filled(rose.get(town.address(town.service)), name="Harbour Soup").submit(REVIEW, status=200), status=409
    )
    same.form("main form[action*='/vote']").submit(status=303)
    assert town.world.change(change).approvals == 1
