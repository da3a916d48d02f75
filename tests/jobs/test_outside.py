"""Going out: what an answer is taken for, and that no stranger's address leads anywhere but to the public web."""

from __future__ import annotations

import socket
import ssl
import time
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.jobs.web_servers import (
    Behaviour,
    Names,
    certificate,
    drips,
    hangs_up,
    outside,
    pours,
    says,
    sends_on,
    serving,
    silent,
    took,
)
from webapp.domain.links import LinkState
from webapp.jobs.outside import Answer, Outside, is_public, resolve

PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::7f00:1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("number", PRIVATE)
def test_a_number_that_is_not_public_is_refused(number: str) -> None:
    assert not is_public(ip_address(number))


@pytest.mark.parametrize("number", ["8.8.8.8", "151.101.0.81", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::65"])
def test_a_number_of_the_public_internet_may_be_asked(number: str) -> None:
    assert is_public(ip_address(number))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("200 OK", "answers"),
        ("204 No Content", "answers"),
        ("404 Not Found", "gone"),
        ("410 Gone", "gone"),
        ("401 Unauthorized", "shut"),
        ("403 Forbidden", "shut"),
        ("429 Too Many Requests", "shut"),
        ("301 Moved Permanently", "shut"),  # without saying where to
        ("304 Not Modified", "shut"),
        ("500 Internal Server Error", "broken"),
        ("503 Service Unavailable", "broken"),
    ],
)
def test_an_answer_is_known_by_its_status(status: str, state: str) -> None:
    with serving({"/": says(status)}) as site:
        assert outside().look(site.url("/")) == Answer(LinkState(state))


@pytest.mark.parametrize(
    "behaviour", [silent, hangs_up, drips, pours("HTTP/1.1 200 OK\r\n"), says("nonsense"), says("")]
)
def test_whoever_gives_no_proper_answer_in_time_did_not_answer(behaviour: Behaviour) -> None:
    with serving({"/": behaviour}) as site:
        began = time.monotonic()
        assert outside(seconds=0.3).look(site.url("/")) == Answer(LinkState.SILENT)
        assert took(began) < 1.5
        assert site.poured < 20_000_000  # what the lines between hold, and not what would come in all that time


def test_a_body_without_end_is_not_read() -> None:
    with serving({"/": pours("HTTP/1.1 200 OK\r\n\r\n")}) as site:
        began = time.monotonic()
        assert outside(seconds=5.0).look(site.url("/")) == Answer(LinkState.ANSWERS)
        assert took(began) < 2


def test_a_port_that_nobody_listens_on_did_not_answer() -> None:
    with serving({}) as site:
        gone = site.url("/")
    assert outside().look(gone) == Answer(LinkState.SILENT)


def test_the_question_tells_who_asks_and_nothing_else() -> None:
    with serving({"/menu": says("200 OK", "Set-Cookie: who=you")}) as site:
        outside().look(site.url("/menu?day=Thé monday#lunch"))
        assert site.asked[0].split("\r\n") == [
            "GET /menu?day=Th%C3%A9%20monday HTTP/1.1",
            f"Host: site.example:{site.port}",
            "User-Agent: Wellkept link check (+https://directory.example)",
            "Accept: text/html, */*;q=0.5",
            "Accept-Encoding: identity",
            "Connection: close",
            "",
            "",
        ]


# -- redirects --------------------------------------------------------------------------------------------


def test_redirects_are_followed_and_the_last_address_is_told() -> None:
    moved = sends_on("/newer?x=1#part", "301 Moved Permanently")
    with serving({"/old": moved, "/newer": sends_on("new"), "/new": says("200 OK")}) as site:
        assert outside().look(site.url("/old")) == Answer(LinkState.ANSWERS, site.url("/new"))


def test_what_a_redirect_leads_to_may_be_dead() -> None:
    with serving({"/old": sends_on("/gone")}) as site:
        assert outside().look(site.url("/old")) == Answer(LinkState.GONE, site.url("/gone"))


def test_a_cookie_is_not_carried_from_one_address_to_the_next() -> None:
    sets = says("302 Found", "Set-Cookie: who=you", "Location: /b")
    with serving({"/a": sets, "/b": says("200 OK")}) as site:
        outside().look(site.url("/a"))
        assert len(site.asked) == 2
        assert "who=you" not in site.asked[1]


def test_redirects_in_a_circle_end() -> None:
    with serving({"/a": sends_on("/b"), "/b": sends_on("/a")}) as site:
        assert outside().look(site.url("/a")).state == LinkState.LOST
        assert len(site.asked) == 6


@pytest.mark.parametrize(
    ("to", "state"),
    [
        ("http://10.0.0.1:PORT/", "unknown"),
        ("http://localhost:PORT/", "unknown"),
        ("http://169.254.169.254:PORT/latest/meta-data", "unknown"),
        ("http://[::ffff:10.0.0.1]:PORT/", "unknown"),
        ("http://inside.example:PORT/", "unknown"),
        ("http://me:secret@site.example:PORT/in", "untried"),
        ("file:///etc/passwd", "untried"),
        ("ftp://site.example/", "untried"),
        ("gopher://site.example:PORT/_x", "untried"),
        ("javascript:alert(1)", "untried"),
        ("http://site.example:0/", "untried"),
        ("http://site.example:99999/", "untried"),
        ("http://[::1/", "silent"),
    ],
)
def test_a_redirect_is_judged_as_every_address_is(to: str, state: str) -> None:
    names = Names(site_example=["127.0.0.1"], localhost=["127.0.0.2", "::1"], inside_example=["192.168.0.9"])
    with serving({"/": sends_on(to), "/in": says("200 OK")}) as site:
        assert outside(names).look(site.url("/")).state == LinkState(state)
        assert len(site.asked) == 1


def test_a_redirect_can_put_no_line_into_the_next_question() -> None:
    with serving({"/": sends_on("/b%0d%0aX-Evil: 1\r\n X-Evil: 2")}) as site:
        outside().look(site.url("/"))
        assert [line for line in site.asked[-1].split("\r\n") if line.startswith("X-Evil")] == []


# -- nowhere but to the public web --------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "localhost"])
def test_this_machine_is_never_asked_by_an_installation(host: str) -> None:
    with serving({"/": says("200 OK")}) as site:
        found = Outside("https://directory.example", ports={site.port}).look(site.url("/", host))
        assert found == Answer(LinkState.UNKNOWN)
        assert site.asked == []


def test_an_installation_asks_the_usual_ports_only() -> None:
    with serving({"/": says("200 OK")}) as site:
        assert Outside("https://directory.example").look(site.url("/")) == Answer(LinkState.UNTRIED)


def test_a_name_is_looked_up_once_so_that_it_cannot_become_another() -> None:
    names = Names(turning_example=[["127.0.0.1"], ["10.0.0.1"]])
    with serving({"/": says("200 OK")}) as site:
        assert outside(names).look(site.url("/", "turning.example")) == Answer(LinkState.ANSWERS)
        assert names.asked == ["turning.example"]


def test_a_name_that_turns_inward_for_its_redirect_is_refused_there() -> None:
    names = Names(turning_example=[["127.0.0.1"], ["127.0.0.9"]])
    with serving({"/": sends_on("/in"), "/in": says("200 OK")}) as site:
        found = outside(names).look(site.url("/", "turning.example"))
        assert found == Answer(LinkState.UNKNOWN, site.url("/in", "turning.example"))
        assert len(site.asked) == 1


def test_of_several_numbers_only_the_public_ones_are_tried() -> None:
    names = Names(both_example=["10.0.0.1", "::1", "127.0.0.1"])
    with serving({"/": says("200 OK")}) as site:
        assert outside(names).look(site.url("/", "both.example")) == Answer(LinkState.ANSWERS)


def test_a_name_with_none_but_private_numbers_is_as_unknown_as_one_with_none() -> None:
    names = Names(inside_example=["10.0.0.1", "fd00::1"], empty_example=[])
    answers = {outside(names).look(f"http://{host}/") for host in ("inside.example", "empty.example", "no.example")}
    assert answers == {Answer(LinkState.UNKNOWN)}


def test_a_look_up_that_fails_for_now_says_nothing_of_the_name() -> None:
    def away(_host: str, _port: int, _seconds: float) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    assert Outside("https://directory.example", resolve=away).look("http://a.example/") == Answer(LinkState.SILENT)


def test_a_look_up_that_takes_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_given, **_named: [time.sleep(0.5)][:0])
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        resolve("slow.example", 80, 0.1)
    assert took(began) < 0.4


@pytest.mark.parametrize("url", ["http://a..b/", f"http://{'a' * 64}.example/", "http://.example/", "//a.example", "x"])
def test_what_is_no_address_is_not_tried(url: str) -> None:
    assert outside().look(url) == Answer(LinkState.UNTRIED)


# -- certificates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "state"), [("site.example", "answers"), ("other.example", "untrusted")])
def test_a_certificate_has_to_be_for_the_name(name: str, state: str, tmp_path: Path) -> None:
    made, key = certificate(tmp_path, name)
    theirs, ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(made))
    theirs.load_cert_chain(made, key)
    with serving({"/": says("200 OK")}, theirs) as site:
        assert outside(tls=ours).look(site.url("/", scheme="https")) == Answer(LinkState(state))
        assert outside().look(site.url("/", scheme="https")) == Answer(LinkState.UNTRUSTED)  # nobody vouches for it
