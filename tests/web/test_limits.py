"""Limits on what is sent: whom they count together, and that reading counts nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import select

from tests.support.page_client import PageClient
from tests.support.world import World
from webapp import clock
from webapp.storage.models import RateCount, Report
from webapp.web import limits

NETWORKS = [
    ("192.0.2.7", "192.0.2.7"),
    ("::ffff:192.0.2.7", "192.0.2.7"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
    ("fe80::1%eth0", "fe80::/64"),
    (None, "unknown"),
    ("", "unknown"),
]


@pytest.mark.parametrize(("address", "counted"), NETWORKS)
def test_an_address_counts_as_its_network(address: str | None, counted: str) -> None:
    assert limits.network(address) == counted


def tried(app: Flask, name: str, *keys: str, address: str = "192.0.2.7") -> int:
    """Try once; gives the seconds to wait, 0 where it may be done."""
    with app.test_request_context(method="POST", environ_base={"REMOTE_ADDR": address}):
        try:
            limits.check(name, *keys)
        except limits.TooMany as error:
            return int(str(error.values["seconds"]))
    return 0


@pytest.mark.usefixtures("world")
def test_twenty_reports_an_hour_come_from_one_network(app: Flask) -> None:
    assert [tried(app, "report", address=f"2001:db8::{n:x}") for n in range(20)] == [0] * 20
    assert tried(app, "report", address="2001:db8::ffff:1") > 0
    assert tried(app, "report", address="2001:db8:0:1::1") == 0


def test_a_limit_says_how_long_to_wait_and_ends_then(app: Flask, world: World) -> None:
    for _ in range(10):
        assert tried(app, "sign_in", "ailsa") == 0
    with clock.fixed(world.now + timedelta(minutes=10)):
        assert tried(app, "sign_in", "ailsa") == 300
    with clock.fixed(world.now + timedelta(minutes=15)):
        assert tried(app, "sign_in", "ailsa") == 0


@pytest.mark.usefixtures("world")
def test_one_account_is_counted_over_all_networks(app: Flask) -> None:
    waits = [tried(app, "sign_in", "ailsa", address=f"192.0.2.{n}") for n in range(11)]
    assert [wait > 0 for wait in waits] == [False] * 10 + [True]
    assert tried(app, "sign_in", "brodie", address="192.0.2.1") == 0


@pytest.mark.usefixtures("world")
def test_a_forwarded_address_is_not_believed_without_a_known_proxy(app: Flask) -> None:
    for n in range(21):
        with app.test_request_context(method="POST", headers={"X-Forwarded-For": f"192.0.2.{n}"}):
            if n == 20:
                with pytest.raises(limits.TooMany):
                    limits.check("report")
            else:
                limits.check("report")


@pytest.mark.usefixtures("world")
def test_a_key_that_was_right_begins_anew(app: Flask) -> None:
    for _ in range(10):
        tried(app, "sign_in", "ailsa")
    with app.test_request_context(method="POST"):
        limits.clear("sign_in", "ailsa")
    assert tried(app, "sign_in", "ailsa") == 0


def test_an_unknown_limit_is_a_mistake(app: Flask) -> None:
    with app.test_request_context(method="POST"), pytest.raises(KeyError):
        limits.check("anything")


def test_the_table_tells_nobodys_address(app: Flask, world: World) -> None:
    tried(app, "sign_in", "ailsa@people.example")
    keys = " ".join(row.key for row in world.all(select(RateCount)))
    assert keys
    assert "ailsa" not in keys
    assert "192.0.2" not in keys


def test_what_a_person_sends_is_counted_and_what_they_read_is_not(
    world: World, sign_in: Callable[[str], PageClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.LIMITS, "unsafe", limits.Limit(None, parse("3/hour")))
    client = sign_in(world.person("ailsa"))
    for _ in range(5):
        client.get("/account/notifications")
    assert world.all(select(RateCount)) == []
    for _ in range(3):
        client.post("/account/notifications", {"notices": "off"}).follow()
    page = client.post("/account/notifications", {"notices": "off"}, status=429)
    assert page.headers["Retry-After"] == "3600"
    assert "Nothing was changed" in page.one("main").text
    page = client.get("/account")
    client.is_signed_in = False
    page.form("form[action='/account/sign-out']").submit()  # nobody is kept from leaving


def test_the_twenty_first_report_in_an_hour_waits(client: PageClient, world: World) -> None:
    world.record()
    address = "/services/harbour-soup-lunch/report"
    for _ in range(20):
        client.get(address).form("form[action$='/report']").fill(what="wrong", text="No soup").submit()
    page = client.get(address).form("form[action$='/report']").fill(what="wrong", text="No soup").submit(status=429)
    assert int(page.headers["Retry-After"]) > 0
    assert len(world.all(select(Report))) == 20
