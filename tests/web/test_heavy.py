"""No form keeps the site busy, whatever is sent in it: what a visitor sends costs about what it weighs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.page_client import PageClient
from tests.support.profile import scaled
from tests.support.world import World
from webapp.domain import kinds, phones
from webapp.domain.normalise import normalise
from webapp.services.passwords import password_fault
from webapp.web.received import MOST_LETTERS

pytestmark = pytest.mark.usefixtures("unlimited")
BUDGET = 1.5  # seconds of the processor; what was quadratic took minutes
PIECES = [" ", "\n", "\t", "1,", ", ", "0 ", "a@", "a.", "!", "(", "[", "last ", "10-", "monday ", "x#", "+44"]
FORMS = ["/account/sign-up", "/account/sign-in", "/account/reset", "/services/harbour-soup-lunch/report",
         "/services/harbour-soup-lunch/suggest", "/services/harbour-soup-lunch/close", "/suggest/new/service",
         "/suggest/new/location"]  # fmt: skip
INNER = {
    "phones-0-number": "phones.rows",
    "places-0-schedules.text": "places.rows",
    "places-0-location_id.find": "places.rows",
    "contacts-0-email": "contacts.rows",
}


def heavy(piece: str, letters: int) -> str:
    """A long run of a piece that ends otherwise than it goes on."""
    return "x " + piece * (letters // len(piece)) + "Z!"


def names_of(client: PageClient, path: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Each control of a form, and what goes with it for it to be read."""
    page = client.get(path)
    names = {control["name"] for control in page.all("main input[name], main textarea[name]")}
    for name in sorted(names - {"csrf_token", "step", "add", "remove"}):
        yield name, {}
    if "suggest" in path:
        for name, rows in INNER.items():
            yield name, {rows: "1"}


@pytest.mark.parametrize("path", FORMS)
def test_no_value_of_a_form_takes_long(path: str, app: Flask, world: World, client: PageClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    world.record(phones=[{"id": "8f3b5f0a-6c1f-4a53-9c1f-6a0f3f6f8a11", "order": 0, "number": "0131 496 0000"}])
    controls = list(names_of(client, path))
    assert controls
    sent = {"email": "a@people.example", "password": "seven-otters-hum", "display_name": "Ailsa Reid"}
    for piece in PIECES[:: scaled(8, 1)]:
        every = {name: heavy(piece, 20_000) for name, _ in controls}
        for rest in (more for _, more in controls):
            every |= rest
        for values in (every, {**sent, **{name: value for name, value in every.items() if name not in sent}},
                       {**sent, **every, "password": "seven-otters-hum"}):  # fmt: skip
            began = time.thread_time()
            answer = client.browser.post(path, data=values)
            assert time.thread_time() - began < BUDGET, (piece, path)
            assert answer.status_code < 500


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_reading_values_is_not_quadratic(piece: str) -> None:
    text = heavy(piece, 60_000)
    began = time.thread_time()
    normalise(kinds.KINDS["service"], {"name": text, "email": text, "url": text, "phones": [{"number": text}]})
    phones.digits(text)
    password_fault("seven-otters-hum", text, text)
    assert time.thread_time() - began < BUDGET


def test_a_value_that_no_field_takes_is_not_looked_at(client: PageClient, world: World, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    base = f"/services/{world.row(world.record()).slug}/report"
    assert client.browser.post(base, data={"text": "x" * (MOST_LETTERS + 1)}).status_code == 413
    assert client.browser.post(base, data={"text": "x" * MOST_LETTERS}).status_code == 422
    longest = max(field.max_length for kind in kinds.KINDS.values() for field in kind.fields())
    assert longest < MOST_LETTERS


def test_texts_of_several_kinds_of_blanks_read_as_before() -> None:
    kind = kinds.KINDS["service"]
    said = {"a  b": "a  b", "a \n b": "a b", "a\t\tb": "a b", "a \n\n  \tb": "a b"}
    assert {text: normalise(kind, {"name": text})["name"] for text in said} == said
    assert [phones.digits(n) for n in ("0131 496 0000 ext 5", "0131 496 0000x5", "0131#1")] == ["01314960000"] * 2 + [
        "0131"
    ]
    assert password_fault("123-Ailsa Reid-45!", "ailsa reid") == "too_personal"
    assert re.fullmatch(r"[a-z_]*", password_fault("seven-otters-hum", "12 34", "", "é1"))
