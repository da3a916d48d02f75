"""Lists sent by e-mail: to one plain address, so many a day, and no way for spam."""

from __future__ import annotations

import json
import logging

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import select

from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.collecting import RECORD, collect
from webapp.storage.models import Outbox, ServiceList
from webapp.web import limits


def letters(world: World) -> list[dict[str, str]]:
    """What the outbox has to send."""
    return [json.loads(row.payload) for row in world.all(select(Outbox).where(Outbox.type == "list"))]


def send(client: PageClient, path: str, email: str = "mum@mail.example", words: str = "", status: int = 303) -> Page:
    """By the form."""
    return client.get(f"{path}/send").form("main form").fill(email=email, words=words).submit(status=status)


@pytest.mark.usefixtures("soup")
def test_whoever_has_the_link_sends_the_list_to_one_address(
    world: World, client: PageClient, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    path = collect(client).path
    with caplog.at_level(logging.DEBUG):
        done = send(PageClient(app), path, words="Hello, see evil.example")
    assert done.location == path
    (told,) = letters(world)
    assert (told["email"], told["words"]) == ("mum@mail.example", "Hello, see (link left out)")
    assert "mum@mail" not in caplog.text


@pytest.mark.usefixtures("soup")
@pytest.mark.parametrize(
    "email",
    ["", "mum", "a@b@c.example", "mum@mail.example, dad@mail.example", "mum@mail.example\r\nBcc: x@mail.example",
     "Mum <mum@mail.example>", "x" * 250 + "@mail.example", "mum@127.0.0.1", "mum@[127.0.0.1]"],
)  # fmt: skip
def test_only_one_plain_address_is_taken(email: str, world: World, client: PageClient) -> None:
    path = collect(client).path
    client.get(f"{path}/send")
    page = client.post(f"{path}/send", {"email": email, "words": "Kept"}, status=422)
    assert page.one("#words").text == "Kept"
    assert letters(world) == []


@pytest.mark.usefixtures("soup")
def test_words_that_are_too_long_are_kept_to_be_mended(world: World, client: PageClient) -> None:
    page = send(client, collect(client).path, words="x" * 501, status=422)
    assert page.one("#words").text == "x" * 501
    assert letters(world) == []


def test_an_empty_list_is_not_sent(world: World, client: PageClient) -> None:
    path = client.get("/lists").form("main form").submit().location
    assert "nothing to send" in send(client, path, status=422).one("#problems").text
    assert letters(world) == []


@pytest.mark.usefixtures("soup")
def test_one_address_gets_three_letters_a_day_however_it_is_written(world: World, client: PageClient) -> None:
    path = collect(client).path
    for email in ("mum@mail.example", "MUM@mail.example", "mum+list@mail.example"):
        send(client, path, email)
    page = send(client, path, "mum+more@mail.example", "Kept", status=429)
    assert int(page.headers["Retry-After"]) > 3600
    assert page.one("#words").text == "Kept"
    assert len(letters(world)) == 3
    send(client, path, "dad@mail.example")


@pytest.mark.usefixtures("soup")
def test_one_sender_sends_ten_letters_a_day_from_however_many_lists(world: World, app: Flask) -> None:
    sent = 0
    for number in range(12):
        client = PageClient(app)
        path = collect(client).path
        sent += send(client, path, f"a{number}@mail.example", status=303 if number < 10 else 429).status == 303
    assert sent == len(letters(world)) == 10


@pytest.mark.usefixtures("soup")
def test_the_whole_site_sends_so_many_a_day(world: World, client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "list_letters", limits.Limit(None, parse("2/day")))
    path = collect(client).path
    for number in range(2):
        send(client, path, f"a{number}@mail.example")
    send(client, path, "b@mail.example", status=429)
    assert len(letters(world)) == 2


@pytest.mark.usefixtures("soup")
def test_visitors_begin_so_many_lists_an_hour_and_no_more(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "list_new", limits.Limit(parse("2/hour")))
    for number in range(3):
        PageClient(app).get(f"{RECORD}/list").form("main form").submit(status=303 if number < 2 else 429)
    assert len(world.all(select(ServiceList))) == 2
