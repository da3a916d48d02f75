"""Mail as it leaves the house: headers that nobody can inject into, a real server, a folder of files."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError

from tests.jobs.office import MailServer, folded, free_port, parse, text_of
from webapp.config import Settings
from webapp.jobs.mail import Folder, NotDelivered, Sender, Server, compose, post, sender, without_addresses, words
from webapp.services.notify import Letter, one_line

NOW = datetime(2026, 7, 1, 11, 5, tzinfo=UTC)
BY = Sender("Fife, kept well", "no-reply@directory.example", "directory.example")
PLAIN = Environment(
    loader=DictLoader({"a.txt": "Subject: About {{ name }}\n\nHello {{ name }},\n\n{{ link }}\n"}),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - as in the house: letters are plain text
)
LINK = "https://directory.example/suggestions/" + "x" * 300


def letter(name: str = "Ann", to: str = "ann@people.example") -> Letter:
    """A letter about a name."""
    return Letter(to, "a.txt", {"name": name, "link": LINK}, "42", f"{LINK}?token=ab.cd")


def sent(name: str = "Ann", encoding: str = "8bit") -> bytes:
    """What leaves the house for a name."""
    return compose(letter(one_line(name)), "key", NOW, BY, PLAIN, encoding).as_bytes()


def test_headers_say_who_when_and_which_thread() -> None:
    mail = parse(sent())
    assert str(mail["From"]) == '"Fife, kept well" <no-reply@directory.example>'
    assert mail["Date"] == "Wed, 01 Jul 2026 11:05:00 +0000"
    assert mail["References"] == mail["In-Reply-To"] == "<suggestion.42@directory.example>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_same_key_has_the_same_message_id() -> None:
    one, other = (compose(letter(), "key", NOW, BY, PLAIN, "8bit")["Message-ID"] for _ in range(2))
    assert one == other == BY.message_id("key") != BY.message_id("other key")


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable"])
def test_long_links_stay_whole_in_header_and_text(encoding: str) -> None:
    raw = sent("Zoë Ó Dòmhnaill", encoding)
    mail = parse(raw)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: <{LINK}?token=ab.cd>\r\n".encode() in raw
    assert f"\n{LINK}\n" in text_of(mail)
    assert "Zoë Ó Dòmhnaill" in text_of(mail)
    assert mail["Subject"] == "About Zoë Ó Dòmhnaill"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@given(name=st.text(max_size=200) | st.sampled_from(["a\r\nBcc: x@y.example", "b\n\nhello", "c\x00\x1f", "\u2028d"]))
def test_no_name_adds_a_header_or_ends_them(name: str) -> None:
    expected = parse(sent()).keys()
    mail = parse(sent("Ann" + name))
    assert mail.keys() == expected
    assert mail["To"] == "ann@people.example"
    assert "\n" not in str(mail["Subject"])


def test_a_missing_word_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        compose(Letter("a@b.example", "a.txt", {"link": LINK}), "key", NOW, BY, PLAIN, "8bit")


def test_a_template_without_a_subject_is_refused() -> None:
    with pytest.raises(ValueError, match="subject"):
        words("Hello\n\nSubject: late")


def test_errors_keep_no_address() -> None:
    assert "ann" not in without_addresses("550 <ann@people.example>: no such user\nann@people.example")


# -- who it is from ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # only the settings are asked
@pytest.mark.parametrize(
    ("mail_url", "public_url", "address"),
    [
        (None, "https://directory.example", "no-reply@directory.example"),
        (None, "http://127.0.0.1:8000", "no-reply@localhost"),
        ("smtp://hello%40town.example:pw@mail.example:587", "https://directory.example", "hello@town.example"),
        ("smtp://u:pw@mail.example:587?from=hi@town.example", "https://directory.example", "hi@town.example"),
    ],
)
def test_whom_mail_is_from(
    settings_with: Callable[..., Settings], mail_url: str | None, public_url: str, address: str
) -> None:
    given_url = {"WELLKEPT_MAIL_URL": mail_url} if mail_url else {}
    assert sender(settings_with(WELLKEPT_PUBLIC_URL=public_url, **given_url)).address == address


# -- the folder -------------------------------------------------------------------------------------------


def test_a_folder_keeps_each_mail_once_and_for_its_owner(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "outbox")
    mail = compose(letter(), "key", NOW, BY, PLAIN, folder.encoding)
    for name in ("2-b", "1-a", "2-b"):
        folder.send(mail, name)
    files = sorted(folder.path.iterdir())
    assert [file.name for file in files] == ["1-a.eml", "2-b.eml"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert parse(files[0].read_bytes())["Subject"] == "About Ann"
    assert LINK.encode() in files[0].read_bytes()  # readable as it lies there


def test_a_folder_that_cannot_be_written_is_down(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    with pytest.raises(NotDelivered) as told:
        Folder(tmp_path / "outbox").send(compose(letter(), "key", NOW, BY, PLAIN, "8bit"), "a")
    assert told.value.is_down


# -- a real server ----------------------------------------------------------------------------------------


def deliver(port: int, scheme: str = "smtp", user: str = "") -> None:
    """One mail to the server at a port."""
    server = Server.of(f"{scheme}://{user}127.0.0.1:{port}")
    server.send(compose(letter("Zoë"), "key", NOW, BY, PLAIN, server.encoding), "a")


def test_a_server_takes_the_mail_as_it_is(mail_server: MailServer) -> None:
    deliver(mail_server.controller.port)
    (mail,) = mail_server.mails
    assert mail["Subject"] == "About Zoë"
    assert "Hello Zoë" in folded(mail)


@pytest.mark.parametrize(
    ("answer", "is_final", "is_down"),
    [
        ("550 no such user ann@people.example", True, False),
        ("450 try later", False, False),
        ("421 closing", False, True),
    ],
)
def test_a_refused_recipient(mail_server: MailServer, answer: str, is_final: bool, is_down: bool) -> None:
    mail_server.at_rcpt = answer
    with pytest.raises(NotDelivered, match=answer[:3]) as told:
        deliver(mail_server.controller.port)
    assert (told.value.is_final, told.value.is_down) == (is_final, is_down)
    assert "people.example" not in str(told.value)


@pytest.mark.parametrize(("answer", "is_down"), [("554 spam?", False), ("421 closing", True)])
def test_a_refused_text_is_tried_again(mail_server: MailServer, answer: str, is_down: bool) -> None:
    mail_server.at_data = answer
    with pytest.raises(NotDelivered, match=answer[:3]) as told:
        deliver(mail_server.controller.port)
    assert (told.value.is_final, told.value.is_down) == (False, is_down)


def test_a_dead_server_is_down() -> None:
    with pytest.raises(NotDelivered) as told:
        deliver(free_port())
    assert told.value.is_down


@pytest.mark.parametrize("scheme", ["smtp+starttls", "smtps"])
def test_what_must_be_private_is_not_sent_in_the_clear(mail_server: MailServer, scheme: str) -> None:
    with pytest.raises(NotDelivered) as told:
        deliver(mail_server.controller.port, scheme)
    assert told.value.is_down
    assert mail_server.mails == []


def test_no_password_goes_far_in_the_clear(mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server("smtp", "mail.far.example", 25, "user", "pass")
    near = Server("smtp", "127.0.0.1", mail_server.controller.port, "", "")._connect
    monkeypatch.setattr(Server, "_connect", lambda _self: near())  # a real server, under a name that is far
    with pytest.raises(NotDelivered, match="no STARTTLS"):
        server.send(compose(letter(), "key", NOW, BY, PLAIN, server.encoding), "a")
    assert mail_server.mails == []


def test_a_url_says_server_port_user_and_password() -> None:
    server = Server.of("smtp+starttls://me%40x.example:p%40ss@mail.example")
    assert (server.scheme, server.host, server.port) == ("smtp+starttls", "mail.example", 587)
    assert (server.user, server.password) == ("me@x.example", "p@ss")
    assert "p@ss" not in repr(server)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # only the settings are asked
def test_without_a_mail_url_mails_go_to_the_folder(settings_with: Callable[..., Settings]) -> None:
    assert isinstance(post(settings_with()), Folder)
    assert isinstance(post(settings_with(WELLKEPT_MAIL_URL="smtp://mail.example")), Server)
