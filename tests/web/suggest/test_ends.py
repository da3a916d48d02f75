"""Suggesting an end, that it runs again, or a merge: always with a reason."""

from __future__ import annotations

from sqlalchemy import select

from tests.support.page_client import Page
from tests.web.suggest.suggesting import STACK, Town, payload
from webapp.storage.models import Change

SEND = "button[value=send]:not([tabindex])"


def test_a_record_is_closed_with_a_reason_and_reopened_the_same_way(town: Town) -> None:
    ann = town.visitor("ann")
    page = ann.get(town.address(town.service, "close"))
    answer = page.form(STACK).submit(SEND, status=422)
    assert answer.one("#problems a")["href"] == "#f-reason"
    answer.form(STACK).fill(reason="The hall was sold").submit(SEND, status=303)
    change = town.world.one(select(Change.id, Change.type, Change.risk))
    assert (change.type, change.risk) == ("close", "destructive")
    town.world.approve(change.id, "rose", "roy")
    town.world.vote(town.world.person("tess", "trusted"), change.id)
    town.world.passes(hours=49)
    town.world.sweep()
    assert town.world.row(town.service).status == "closed"
    page = ann.get(town.address(town.service, "reopen"))
    page.form(STACK).fill(reason="They found another hall").submit(SEND, status=303)
    assert town.world.one(select(Change.type).order_by(Change.id.desc())).type == "reopen"


def test_reopening_what_is_open_says_so_and_keeps_the_reason(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service, "reopen"))
    answer = page.form(STACK).fill(reason="It runs").submit(SEND, status=422)
    assert answer.form(STACK).values["reason"] == "It runs"


def test_closing_twice_leads_to_the_first(town: Town) -> None:
    town.visitor("bob").get(town.address(town.service, "close")).form(STACK).fill(reason="Sold").submit(
        SEND, status=303
    )
    page = town.visitor("ann").get(town.address(town.service, "close"))
    assert page.texts(".note.waiting li") == ["Close this record"]
    answer = page.form(STACK).fill(reason="It was sold").submit(SEND, status=409)
    back = answer.form("main form:last-of-type").submit("button[value=edit]", status=200)
    assert back.form(STACK).values["reason"] == "It was sold"


def test_a_merge_is_sent_only_after_both_stood_side_by_side(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches", description="Soup.")
    ann = town.visitor("ann")
    page = ann.get(town.address(twin, "merge"))
    found = (
        page.form(STACK)
        .fill({"into.find": "Harbour Soup", "reason": "The same lunch"})
        .submit("button[name=find]", status=200)
    )
    early = found.form(STACK).fill(into=town.service).submit(SEND, status=200)
    assert "Soup for all." in early.one(".change").text
    looked = early.form(STACK).submit(SEND, status=200)
    looked.form(STACK).submit(SEND, status=303)
    assert payload(town)["into"] == town.service


def compared(town: Town, twin: str, **chosen: str) -> Page:
    """What will happen when a record is merged into the service, with these words kept, as Ann is shown it."""
    page = town.visitor("ann").get(town.address(twin, "merge"))
    form = page.form(STACK).fill({"reason": "The same lunch", "into.find": "Harbour Soup"})
    found = form.submit("button[name=find]", status=200).form(STACK).fill(into=town.service)
    sides = found.submit("button[value=compare]", status=200)
    return sides.form(STACK).fill({f"keep.{unit}": side for unit, side in chosen.items()}).submit(SEND, status=200)


def test_of_each_part_one_chooses_whose_words_stay_and_sees_what_will_happen(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches", description="Soup, and bread.", alert="Full today")
    page = compared(town, twin, description="goes")
    changed = page.one("#preview-title").tag.find_parent("section")
    said = " ".join(changed.get_text(" ").split())
    assert "and bread" in said
    assert "Full today" in said  # where the one that stays says nothing, the other's words are kept unless one says no
    assert "is led to" in said
    page.form(STACK).submit(SEND, status=303)
    sent = payload(town)
    assert {unit: after for unit, _before, after in sent["edits"]} == {
        "description": "Soup, and bread.",
        "alert": "Full today",
    }
    change = town.world.one(select(Change.id, Change.risk))
    assert change.risk == "destructive"
    town.world.approve(change.id, "rose", "roy")
    town.world.vote(town.world.person("tess", "trusted"), change.id)
    card = town.visitor("rose").get(f"/suggestions/{town.world.change(change.id).suggestion_id}")
    assert "Description of the record that stays" in card.texts(".unit h3")
    town.world.passes(hours=49)
    town.world.sweep()
    assert town.world.document(town.service)["description"] == "Soup, and bread."
    assert town.world.row(twin).merged_into == town.service


def test_another_choice_or_a_record_that_moved_is_shown_before_it_is_sent(town: Town) -> None:
    twin = town.world.record("service", name="Harbour Soup Lunches", description="Soup, and bread.")
    page = compared(town, twin, description="goes")
    again = page.form(STACK).fill({"keep.description": "stays"}).submit(SEND, status=200)
    assert "The record that stays says what it says now." in again.text
    (change,) = town.world.suggest(town.world.person("bob"), town.service, summary="Lunch for all")
    town.world.approve(change, "rose", "roy")
    moved = again.form(STACK).submit(SEND, status=200)
    assert "Lunch for all" in moved.text
    moved.form(STACK).submit(SEND, status=303)
    assert "edits" not in payload(town)


def test_a_record_is_never_offered_itself_to_merge_into(town: Town) -> None:
    page = town.visitor("ann").get(town.address(town.service, "merge"))
    assert town.service not in [box["value"] for box in page.all("input[name=into]")]
    form = page.form(STACK).fill(reason="The same")
    form.values["into"] = town.service
    form.values["compared"] = town.service
    assert form.submit(SEND, status=422).one("#problems a")["href"] == "#f-into"


def test_of_a_list_both_may_be_kept(town: Town) -> None:
    ids = [f"0192d7b4-0000-7000-8000-00000000000{number}" for number in (1, 2)]
    phones = [[{"id": id_, "order": 0, "number": f"01632 96000{n}"}] for n, id_ in enumerate(ids)]
    stays = town.world.record("service", name="Harbour Choir", phones=phones[0], description="Song")
    twin = town.world.record("service", name="Harbour Choirs", phones=phones[1], description="Songs")
    page = town.visitor("ann").get(town.address(twin, "merge"))
    form = page.form(STACK).fill({"reason": "The same choir", "into.find": "Harbour Choir"})
    found = form.submit("button[name=find]", status=200).form(STACK).fill(into=stays)
    sides = found.submit("button[value=compare]", status=200)
    assert [box["name"] for box in sides.all("input[value=both]")] == ["keep.phones"]
    preview = sides.form(STACK).fill({"keep.phones": "both"}).submit(SEND, status=200)
    assert preview.one("input[name='keep.phones'][checked]")["value"] == "both"
    preview.form(STACK).submit(SEND, status=303)
    edits = {unit: after for unit, _before, after in payload(town)["edits"]}
    assert edits == {f"phones/{ids[1]}": {"number": "01632 960001"}, f"phones/{ids[1]}/order": 1}
