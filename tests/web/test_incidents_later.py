"""What a roll back of many records says of what others did there later: changed, merged away, or put back before."""

from __future__ import annotations

from tests.services.test_incidents import descriptions, spoil
from tests.services.test_incidents_drawn import changed
from tests.services.test_merging import offer, pass_it
from tests.support.page_client import PageClient
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from tests.web.undoing import APPLY, preview_of
from webapp.services import suggest
from webapp.storage.unit_of_work import new_id


def created(world: World, author: str, **values: str) -> str:
    """A new record of a trusted person that others let pass."""
    new = (suggest.NewRecord(new_id(), "organization", values),)
    command = suggest.SuggestRecords(world.person(author, "trusted"), new, "they told me")
    for change in suggest.suggest_records(world.storage, command, world.now).change_ids:
        assert pass_it(world, change) == "applied"
    return new[0].id


def test_a_record_that_keeps_what_others_changed_later_says_which_parts_and_by_whom(
    world: World, mo: PageClient
) -> None:
    spoiled = [world.record(name=f"Club {number}", description="Soup") for number in range(4)]
    for number, record in enumerate(spoiled):
        more = {} if number == 2 else {"alternate_name": "Lies"}
        changed(world, "liar", record, description="Soup and lies", **more)
    changed(world, "ann", spoiled[0], summary="Lunch")
    changed(world, "ann", spoiled[1], description="Soup and lies, they say", summary="Lunch")
    changed(world, "ann", spoiled[2], description="Soup and lies, they say")
    preview = preview_of(mo)
    assert dict(zip(preview.texts(".sums dt"), preview.texts(".sums dd"), strict=True)) == {
        "put back": "1",
        "put back but for later changes": "1",
        "with a choice for you": "2",
        "left as they are": "0",
    }
    assert preview.one(".lead").text == (
        "3 records are put back, 1 is kept or in conflict. 1 of those put back has a choice for you as well."
    )
    rows = {row.one("h3").text: row for row in preview.all("main .change")}
    assert [row.one(".tag").text for row in rows.values()].count("Choose") == 2
    merged = rows["Club 0"]
    assert merged.one(".tag").text == "Put back but for later changes"
    assert "Others changed this later, and it stays: Summary , by Ann" in merged.text
    assert merged.one("p a")["href"] == "/services/club-0/history/4"
    assert "it stays: Summary , by Ann" in rows["Club 1"].text
    assert "it stays" not in rows["Club 3"].text
    done = preview.form().fill(reason="lies").submit(APPLY).follow()
    assert dict(zip(done.texts(".sums dt"), done.texts(".sums dd"), strict=True)) == {
        "record put back": "1",
        "records put back but for later changes": "2",
        "record left as it is": "1",
    }
    wrote = {row.one("h3").text: row.text for row in done.all(".rows .row")}
    assert "Others changed this later, and it stays: Summary , by Ann" in wrote["Club 0"]
    assert "it stays: Description , by Ann; Summary , by Ann" in wrote["Club 1"]
    assert "it stays" not in wrote["Club 3"]


@ON_BOTH
def test_what_was_put_back_before_and_undone_says_the_way_to_put_it_all_back_again(
    world: World, mo: PageClient
) -> None:
    made = [world.record(name=f"Club {number}", description="Soup") for number in range(3)]
    for record in made:
        changed(world, "liar", record, description="Soup and lies")
    asked = mo.get("/moderate/incidents").form().fill(person="liar")
    preview = asked.submit().follow()
    assert not preview.all("form[action$='/undo']")
    done = preview.form().fill(reason="lies").submit(APPLY).follow()
    done.form().submit().follow().form().fill(reason="by mistake").submit(APPLY)
    assert set(descriptions(world, made)) == {"Soup and lies"}
    stuck = asked.submit().follow()
    assert stuck.texts("main .change .tag") == ["Choose"] * 3
    assert "In 3 of these records this was put back before, and that was undone" in stuck.one(".note.waiting").text
    again = stuck.form("form[action$='/undo']").submit().follow()
    assert again.texts(APPLY) == ["Undo it in 3 records"]
    again.form().fill(reason="lies all the same").submit(APPLY)
    assert descriptions(world, made) == ["Soup"] * 3


def test_another_roll_back_that_was_undone_in_the_same_records_is_no_way_out(world: World, mo: PageClient) -> None:
    record = world.record(description="Soup")
    changed(world, "ben", record, summary="Lunch")
    done = preview_of(mo, "ben").form().fill(reason="no")
    undo = done.submit(APPLY).follow().form().submit().follow()
    undo.form().fill(reason="yes").submit(APPLY)
    changed(world, "liar", record, description="Soup and lies")
    changed(world, "ann", record, description="Soup and lies, they say")
    preview = preview_of(mo)
    assert preview.texts("main .change .tag") == ["Choose"]
    assert not preview.all("form[action$='/undo']")


def test_a_record_that_others_merged_away_is_left_and_its_page_says_where_it_went(
    world: World, mo: PageClient
) -> None:
    survivor = world.record("organization", name="Soup Kitchen")
    made = created(world, "liar", name="Soup Kitchen too", description="Soup")
    pass_it(world, offer(world, made, "merge", survivor))
    form = mo.get("/moderate/incidents").form().fill(person="liar")
    assert "nothing left to undo: others have put it right, or merged it" in form.submit(status=409).body
    changed(world, "liar", world.record(), description="Soup and lies")
    preview = form.submit().follow()
    (row,) = (row for row in preview.all("main .change") if "Soup Kitchen too" in row.text)
    assert "It was merged into Soup Kitchen" in row.text
    assert not row.all("input[name=chosen]")


def test_of_what_nobody_touched_since_it_is_not_said_that_somebody_changed_it(world: World, mo: PageClient) -> None:
    changed(world, "ann", created(world, "liar", name="Lies", summary="Lies"), description="Soup")
    preview = preview_of(mo)
    words = preview.one("main .change .act").text
    assert "Others worked on the record later." in words
    assert "Name" not in preview.texts("main .change h4")


def test_what_has_been_undone_offers_to_undo_what_is_left_of_it(world: World, mo: PageClient) -> None:
    spoil(world, 4)
    path = ""
    for lies in (True, False):  # and the undoing of it
        form = mo.get("/moderate/incidents").form().fill(person="liar") if lies else mo.get(path).form()
        preview = form.submit().follow()
        done = preview.form().fill(reason="lies").submit(APPLY).location
        path = path or done
    assert mo.get(path).texts("form[action$='/undo'] button") == ["Undo what is left of it"]
