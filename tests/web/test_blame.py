"""Since when: each thing on a record with the revision, the people and the evidence behind it."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH
from webapp.services import history, incidents, suggest
from webapp.services.revise import Writing, start_operation, write_revision
from webapp.storage.queries import blame as queries
from webapp.storage.unit_of_work import UnitOfWork, new_id
from webapp.web.blame import MOST_AT_ONCE

HERE = "/services/harbour-soup-lunch/history/since"


def told(page: Page) -> dict[str, str]:
    """By the name of the thing: since which revision."""
    links = (row.all(".meta a")[0].text.split(":")[0].strip() for row in page.all(".rows .row"))
    return dict(zip(page.texts(".rows h2"), links, strict=True))


def rewrite(world: World, record: str, **values: str) -> None:
    """Another revision, as an import writes it."""

    def work(uow: UnitOfWork) -> None:
        operation = start_operation(uow, "import", None, "test")
        row = uow.lock_records([record])[record]
        document = {**world.document(record), **values}
        write_revision(uow, row, document, Writing(operation, "import", None, "From a file"))

    world.storage.transact(work, world.now)


@ON_BOTH
def test_each_thing_stands_with_its_revision_its_people_and_its_evidence(world: World, client: PageClient) -> None:
    record = world.record(description="Soup")
    ann, document = world.person("ann"), {**world.document(record), "summary": "Lunch on Mondays"}
    how = suggest.HowKnown("phoned", "They told me on Monday")
    command = suggest.SuggestChange(ann, record, 1, document, "They said so", how)
    (change,) = suggest.suggest_change(world.storage, command, world.now).change_ids
    world.approve(change, "rita", "rob")
    page = client.get("/services/harbour-soup-lunch/history").click(
        "Since when does each thing stand, and how is it known?"
    )
    assert told(page) == {"Name": "Since revision 1", "Summary": "Since revision 2", "Description": "Since revision 1"}
    row = next(row for row in page.all(".rows .row") if row.one("h2").text == "Summary")
    assert "Lunch on Mondays" in row.text
    assert "Ann suggested it; 2 approvals, by Rita and Rob." in row.text
    assert "Phoned them: They told me on Monday" in row.text
    assert page.find(".more") is None


def test_a_page_looks_so_far_back_and_the_next_one_goes_on_from_there(
    world: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = world.record(description="Soup")
    rewrite(world, record, summary="Lunch")
    for number in range(8):
        rewrite(world, record, description=f"Soup {number}")
    monkeypatch.setattr(queries, "BATCH", 2)
    monkeypatch.setattr(queries, "MOST", 4)
    first = client.get(HERE)
    assert told(first) == {"Description": "Since revision 10"}
    assert first.all(".note p")[0].text == "2 more things were written before revision 7."
    second = first.click("Look further back")
    assert (told(second), second.all(".note p")[0].text) == (
        {}, "2 more things were written before revision 3."
    )  # fmt: skip
    third = second.click("Look further back")
    assert told(third) == {"Name": "Since revision 1", "Summary": "Since revision 2"}
    assert third.find(".note") is None


def test_of_a_long_list_the_first_things_are_shown_and_the_others_folded(world: World, client: PageClient) -> None:
    phones = [{"id": new_id(), "order": n, "number": f"0131 496 {n:04}"} for n in range(MOST_AT_ONCE + 3)]
    record = world.record(summary="Soup", phones=phones)
    rewrite(world, record, phones=[*phones[:-1], {**phones[-1], "number": "0131 496 0999"}])
    page = client.get(HERE)
    assert page.texts(".fold summary h2") == ["3 more under “Phone numbers”"]
    assert page.texts(".fold summary .now") == ["The newest since revision 2"]
    assert page.texts(".fold .row .as-typed") == ["0131 496 0012", "0131 496 0013", "0131 496 0999"]
    assert len(page.all(".rows .row")) == 2 + len(phones)


def test_an_address_of_an_earlier_state_or_of_nonsense_begins_anew(world: World, client: PageClient) -> None:
    record = world.record(description="Soup")
    rewrite(world, record, summary="Lunch")
    whole = told(client.get(HERE))
    for query in ("from=1&seen=1&left=0", "from=9&seen=2&left=0.1", "from=x&seen=y&left=z", "from=-1&seen=2"):
        assert told(client.get(f"{HERE}?{query}")) == whole
    assert told(client.get(f"{HERE}?from=1&seen=2&left=0.99.x.99999999")) == {"Description": "Since revision 1"}


def test_the_page_costs_a_bounded_number_of_questions_and_documents(
    world: World, client: PageClient, app: Flask
) -> None:
    record = world.record(description="Soup")
    for number in range(5):
        rewrite(world, record, summary=f"Lunch {number}")
    with at_most(5, app.extensions["storage"].engine):
        client.get(HERE)
    assert (queries.MOST % queries.BATCH, queries.MOST <= 500) == (0, True)


def test_what_was_taken_back_says_so_beside_who_did_it(world: World, client: PageClient) -> None:
    record, mo = world.record(summary="Soup"), world.person("mo", "administrator")
    rewrite(world, record, summary="Gravel")
    command = history.RevertRevision(record, 2, mo, 2, "It is soup")
    history.revert_revision(world.storage, command, world.now)
    rows = {row.one("h2").text: row.text for row in client.get(HERE).all(".rows .row")}
    assert "Written in revision 1" in rows["Summary"]
    assert "Put back in revision 3" in rows["Summary"]
    assert "Reverted revision 2 Mo" in rows["Summary"]


def suggested(world: World, record: str, who: str, detail: str, **values: str) -> None:
    """A change that says how they knew, and that others approve."""
    document, seen = {**world.document(record), **values}, world.row(record).newest_number
    how = suggest.HowKnown("phoned", detail)
    command = suggest.SuggestChange(world.person(who), record, seen, document, "They said so", how)
    for change in suggest.suggest_change(world.storage, command, world.now).change_ids:
        world.approve(change, "rita", "rob")


@ON_BOTH
def test_what_an_undoing_put_back_still_says_who_wrote_it_and_how_they_knew(world: World, client: PageClient) -> None:
    record, mo = world.record(description="Soup"), world.person("mo", "administrator")
    suggested(world, record, "ann", "They told me on Monday", summary="Lunch on Mondays")
    suggested(world, record, "vic", "No", summary="Lunch on Mondays, of gravel")
    undone = incidents.Incident(actor_id=world.person("vic"))
    command = incidents.RollBackIncident(undone, mo, "It is lunch")
    done = incidents.roll_back_incident(world.storage, command, world.now)
    row = next(row for row in client.get(HERE).all(".rows .row") if row.one("h2").text == "Summary")
    assert [link["href"].rpartition("/")[2] for link in row.all("a")] == ["2", "4"]
    assert "Written in revision 2" in row.text
    assert "Ann suggested it; 2 approvals, by Rita and Rob." in row.text
    assert "Phoned them: They told me on Monday" in row.text
    assert "Put back in revision 4" in row.text
    assert "Rolled back Mo" in row.text
    back = incidents.RollBackIncident(incidents.Incident(operation_id=done.operation_id), mo, "It was gravel")
    incidents.roll_back_incident(world.storage, back, world.now)
    row = next(row for row in client.get(HERE).all(".rows .row") if row.one("h2").text == "Summary")
    assert [link["href"].rpartition("/")[2] for link in row.all("a")] == ["3", "5"]
    assert "Vic suggested it" in row.text


def test_who_wrote_what_was_put_back_is_looked_for_on_further_pages(
    world: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, mo = world.record(summary="Soup"), world.person("mo", "administrator")
    for number in range(6):
        rewrite(world, record, summary=f"Gravel {number}")
    command = history.RollBackRecord(record, 1, mo, 7, "It is soup")
    history.roll_back_record(world.storage, command, world.now)
    monkeypatch.setattr(queries, "BATCH", 2)
    monkeypatch.setattr(queries, "MOST", 4)
    first = client.get(HERE)
    assert told(first) == {"Summary": "Since revision 8"}
    assert "Who wrote it stands further back." in first.one(".rows .row").text
    second = first.click("Look further back")
    assert told(second) == {"Name": "Since revision 1", "Summary": "Written in revision 1"}
    assert "Put back in revision 8" in second.all(".rows .row")[1].text
    assert second.find(".note") is None
