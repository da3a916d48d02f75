"""Redaction pages: found and listed first, masked by one, ended by another; and the value stands nowhere on the way."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.services.redacting import CANARY, leak
from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp import clock
from webapp.services import redact, sanction
from webapp.services.redact.places import PAYLOADS, SOURCES, WORDS
from webapp.storage.models import Redaction
from webapp.storage.queries import redactions
from webapp.web import redaction_words
from webapp.web.wording import REFUSALS

RECORD = "/services/harbour-soup-lunch"
WHY = "It is a private number"


@pytest.fixture
def leaky(world: World) -> World:
    """One telephone number stands in everything that people can write, and in another record."""
    leak(world)
    world.record(name="Harbour Tea", description=f"Tea. Ring {CANARY}.")
    return world


@pytest.fixture
def mo(leaky: World, sign_in: SignIn) -> PageClient:
    return sign_in(leaky.person("mo"))


def looked(client: PageClient, **typed: str) -> Page:
    """The form sent to see where it stands."""
    form = client.get(RECORD).click("Take something private out").form("main form")
    return form.fill({"value": CANARY, "reason": WHY, **typed}).submit("button.btn[value=look]", status=200)


def masked(client: PageClient) -> Page:
    return looked(client).form("main form").submit("[value=mask]").follow()


@ON_BOTH
def test_where_a_value_stands_is_said_and_listed_before_anything_is_done(leaky: World, mo: PageClient) -> None:
    page = looked(mo)
    said = page.texts("#found ~ ul.stack-tight li")
    assert said[:2] == [
        "2 revisions of this record say it.",
        "The record says it at present. A new revision will no longer do so.",
    ]
    assert {line.partition(":")[0] for line in said[2:-1]} >= {
        "What is suggested, or was", "Earlier wordings of suggestions", "Reasons of suggestions", "How people know",
        "Comments", "Notes beside votes", "Notes beside decisions", "Reports", "Letters", "What a source said last",
        "What an import is still to suggest", "What stewards wrote", "The moderation log",
    }  # fmt: skip
    assert said[-1] == "1 other record says it, too. That is not masked along: see below."
    assert [(a.text, a["href"]) for a in page.all("#found ~ ul:not(.stack-tight) a")] == [
        ("Harbour Tea", "/services/harbour-tea/redact")
    ]
    for link in page.all("#found ~ p.cluster a"):
        mo.get(link["href"])
    assert leaky.all(select(Redaction)) == []
    assert CANARY in str(leaky.document(leaky.town["record"]))


@ON_BOTH
def test_one_moderator_masks_and_a_second_one_makes_it_final(leaky: World, mo: PageClient, sign_in: SignIn) -> None:
    page = masked(mo)
    assert page.one(".kicker").text == "Waits for a second moderator"
    assert CANARY not in str(leaky.document(leaky.town["record"]))
    assert not page.all("form[action$='/finish']")
    assert "another moderator makes it final" in page.one(".note.people").text
    refused = mo.post(f"{page.path}/finish", status=403)
    assert REFUSALS["second_person_needed"] in refused.text
    other = sign_in(leaky.person("max")).get("/moderate").click("Private things taken out")
    assert other.texts(".row .tag") == ["Waits for a second moderator"]
    final = other.client.get(other.one(".row h2 a")["href"]).form("form[action$='/finish']").submit().follow()
    assert final.one(".kicker").text == "Final"
    assert final.all("main form") == []
    assert leaky.one(select(Redaction)).finished_by == leaky.person("max")


def test_a_mask_that_was_a_mistake_is_lifted_with_a_reason(leaky: World, mo: PageClient) -> None:
    form = masked(mo).form("form[action$='/lift']")
    assert "Say why" in form.fill(reason=" ").submit(status=422).one("#problems").text
    page = form.fill(reason="It is on their poster").submit().follow()
    assert page.one(".kicker").text == "Lifted"
    assert "It is on their poster" in page.one(".facts").text
    assert CANARY in str(leaky.document(leaky.town["record"]))
    late = form.submit(status=409)
    assert "decided meanwhile" in late.one("#problems").text


def test_the_value_stands_in_the_asking_form_alone(
    leaky: World, mo: PageClient, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    digits = CANARY.replace(" ", "")
    with caplog.at_level(logging.DEBUG):
        asked = looked(mo)
        done = asked.form("main form").submit("[value=mask]")
        with mo.browser.session_transaction() as cookie:
            kept = str(dict(cookie))
        page = done.follow()
    assert asked.one("#value")["value"] == CANARY
    for text in (done.location, done.body, kept, page.body, caplog.text):
        assert digits not in text.replace(" ", "").replace("%20", "")
    assert CANARY not in mo.get("/moderate/redactions").body
    assert CANARY not in mo.get("/moderation-log").body


def test_an_unforeseen_fault_logs_no_value(
    leaky: World, mo: PageClient, app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise ValueError(f"cannot take {CANARY}")

    monkeypatch.setattr(redact, "look", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    form = mo.get(f"{RECORD}/redact").form("main form").fill(value=CANARY, reason=WHY)
    page = form.submit("button.btn[value=look]", status=500)
    assert CANARY not in caplog.text + page.body


@pytest.mark.parametrize(("typed", "told", "at"), [
    ({"value": ""}, "Say what is to go: a value, or a field.", "value"),
    ({"value": "131"}, REFUSALS["value_too_short"], "value"),
    ({"reason": ""}, "Say why, in at most 500 characters.", "reason"),
    ({"reason": f"{CANARY} is private"}, REFUSALS["reason_has_value"], "reason"),
])  # fmt: skip
def test_what_cannot_be_masked_is_said_and_what_was_typed_stays(
    mo: PageClient, typed: dict[str, str], told: str, at: str
) -> None:
    form = mo.get(f"{RECORD}/redact").form("main form").fill({"value": CANARY, "reason": WHY} | typed)
    page = form.submit("button.btn[value=look]", status=422)
    (link,) = page.all("#problems li a")
    assert (link.text, link["href"]) == (told, f"#{at}")
    assert page.find("[value=mask]") is None


def test_what_stands_nowhere_can_not_be_masked(mo: PageClient) -> None:
    page = looked(mo, value="0131 496 0123")
    assert page.texts("#found ~ ul li") == ["It stands nowhere: not in this record, nor in any text about it."]
    assert page.find("[value=mask]") is None
    page = page.form("main form").fill(value="0131 496 0123")
    page.values.add("step", "mask")
    assert REFUSALS["nothing_to_redact"] in page.submit("[value=look]:not(.vh)", status=422).text


def test_a_field_is_taken_out_whole(leaky: World, mo: PageClient) -> None:
    form = mo.get(f"{RECORD}/redact").form("main form").fill(unit=["phones"], reason=WHY)
    page = form.submit("button.btn[value=look]", status=200).form("main form").submit("[value=mask]").follow()
    assert "Phone numbers" in page.one(".facts").text
    assert "phones" not in leaky.document(leaky.town["record"])


def test_nobody_without_the_second_step_sees_what_was_masked(leaky: World, mo: PageClient, sign_in: SignIn) -> None:
    for path in ("/moderate/redactions", f"{RECORD}/redact"):
        sign_in(leaky.person("rita")).get(path, status=403)
    mo.get("/moderate/redactions/7", status=404)
    mo.get(f"/moderate/redactions/{10**30}", status=404)


def test_the_list_goes_on_where_the_page_ends_with_as_many_queries(
    leaky: World, mo: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redactions, "PAGE", 2)
    for number in range(3):
        record = leaky.record(name=f"Lunch {number}", description=f"Ring 0131 496 001{number}")
        redact.mask(
            leaky.storage, redact.Mask(record, leaky.person("mo"), WHY, value=f"0131 496 001{number}"), leaky.now
        )
    with at_most(4, leaky.storage.engine):
        page = mo.get("/moderate/redactions")
    assert page.texts(".row h2") == ["Lunch 2", "Lunch 1"]
    assert page.click("Earlier ones").texts(".row h2") == ["Lunch 0"]


def test_a_lone_administrator_makes_it_final_a_day_later(leaky: World, sign_in: SignIn) -> None:
    boss = leaky.person("boss", "administrator")
    for handle in ("mo", "max"):
        gone = sanction.GrantRole(leaky.person(handle), None, "volunteer", "moved away")
        sanction.grant_role(leaky.storage, gone, leaky.now)
    page = masked(sign_in(boss))
    assert not page.all("form[action$='/finish']")
    with clock.fixed(leaky.now + timedelta(hours=24)):
        again = sign_in(boss).get(page.path)
        assert again.form("form[action$='/finish']").submit().follow().one(".kicker").text == "Final"


def test_a_report_leads_to_the_form(leaky: World, mo: PageClient) -> None:
    (link,) = mo.get("/moderate").all("article.card a[href$='/redact']")
    assert mo.get(link["href"]).one("h1").text == "Take something private out"


def test_every_place_where_a_mask_looks_has_its_words() -> None:
    assert set(redaction_words.PLACES) == {place.name for place in (*PAYLOADS, SOURCES, *WORDS)}
