"""Mail as it leaves the house: words from a template, headers, and the server or folder that takes it.

Its law: a header never holds a line break, whatever a record or a person is called; and no address, no token and
no password reaches an error or a log.
"""

from __future__ import annotations

import hashlib
import os
import re
import smtplib
import ssl
import textwrap
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from webapp import language
from webapp.config import Settings
from webapp.services.notify import Letter, one_line

WIDTH = 76  # characters of a line of text; addresses stay whole
SUBJECT_LENGTH = 120  # characters
TIMEOUT = 10.0  # seconds for each step of talking to a mail server
SUBJECT = "Subject: "  # how a template begins
ENCODED = "=?"  # how an encoded word begins: the library would decode it, line breaks and all, and write them out
GOING = 421  # the code of a server that is closing
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
ADDRESS = re.compile(r"\S+@\S+")


class NotDelivered(Exception):
    """The mail did not go out. `is_final`: trying again is no use. `is_down`: no mail would go out now."""

    def __init__(self, why: str, *, is_final: bool = False, is_down: bool = False) -> None:
        super().__init__(without_addresses(why))
        self.is_final = is_final
        self.is_down = is_down


def without_addresses(text: str) -> str:
    """An error's text, fit to be kept: one short line with every address taken out."""
    return ADDRESS.sub("(address)", one_line(text))[:300]


def said(error: Exception) -> str:
    """What an error says, fit to be kept; of a database's, without the values that its statement had."""
    return f"{type(error).__name__}: {without_addresses(str(getattr(error, 'orig', error)))}"


def environment(folder: Path) -> Environment:
    """A Jinja environment for the letters in `folder`/mail: plain text, and strict about what is missing."""
    # Letters end in .txt and are not escaped, which would spoil names such as Ann & Bob's.
    letters = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=select_autoescape())
    language.teach(letters)
    return letters


class LetterPolicy(EmailPolicy):
    """As for SMTP, but a header in plain ASCII stays on one line: folding would encode long addresses and links."""

    def fold(self, name: str, value: Any) -> str:
        """A header as text."""
        return UNFOLDED.fold(name, value) if str(value).isascii() else super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        """A header as bytes."""
        return UNFOLDED.fold_binary(name, value) if str(value).isascii() else super().fold_binary(name, value)


UNFOLDED = SMTP.clone(max_line_length=998)  # the most that a line of mail may have
POLICY = LetterPolicy(linesep=SMTP.linesep)


# -- one mail ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom mail is from, and the host that its identifiers end with."""

    name: str
    address: str
    host: str

    def message_id(self, key: str) -> str:
        """The Message-ID of an outbox key: the same each time, so that a second copy is recognised."""
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{self.host}>"


def sender(settings: Settings) -> Sender:
    """The sender: `?from=` of the mail URL, or its user where that is an address, or no-reply at our own host."""
    host = _own_host(settings.public_url)
    parts = urlsplit(settings.mail_url or "")
    user = unquote(parts.username or "")
    given = parse_qs(parts.query).get("from", [user if "@" in user else f"no-reply@{host}"])[0]
    return Sender(settings.site_name, given, host)


def _own_host(public_url: str) -> str:
    host = urlsplit(public_url).hostname or "localhost"
    with suppress(ValueError):
        ip_address(host)
        return "localhost"  # a number is no place for mail to come from
    return host


def compose(letter: Letter, key: str, now: datetime, by: Sender, templates: Environment, encoding: str) -> EmailMessage:
    """The mail of a letter, in the language that is spoken.

    `key` is the outbox row's; `encoding` how text beyond ASCII is written.
    """
    subject, text = words(templates.get_template(letter.template).render(letter.context))
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(by.name, addr_spec=by.address)
    mail["To"] = Address(addr_spec=letter.to)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = by.message_id(key)
    mail["Auto-Submitted"] = "auto-generated"  # holiday replies keep quiet
    if letter.thread:
        root = f"<suggestion.{letter.thread}@{by.host}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    if letter.stop_url:
        mail["List-Unsubscribe"] = f"<{letter.stop_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    mail.set_content(text, cte="7bit" if text.isascii() else encoding)
    mail["Content-Language"] = language.present().tag  # how it is to be read out
    return mail


def words(rendered: str) -> tuple[str, str]:
    """Subject and text of a rendered template, whose first line is the subject. Paragraphs are folded anew."""
    first, _, rest = rendered.lstrip().partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError("a letter begins with its subject")
    said = one_line(first.removeprefix(SUBJECT)).replace(ENCODED, "= ?")
    subject = textwrap.shorten(said, SUBJECT_LENGTH, placeholder=" …")
    paragraphs = [one_line(paragraph) for paragraph in re.split(r"\n\s*\n", rest) if paragraph.strip()]
    folded = [
        textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False) for paragraph in paragraphs
    ]
    return subject, "\n\n".join(folded) + "\n"


# -- where it goes ----------------------------------------------------------------------------------------


class Post(Protocol):
    """Takes mail away."""

    @property
    def encoding(self) -> str:
        """How this post wants text beyond ASCII."""
        ...

    def send(self, mail: EmailMessage, name: str) -> None:
        """Deliver; `name` is unique to the mail and sorts by time. Raises NotDelivered."""
        ...


def post(settings: Settings) -> Post:
    """The mail server of the settings, or the folder of .eml files."""
    return Server.of(settings.mail_url) if settings.mail_url else Folder(settings.outbox)


class Folder:
    """Writes each mail to a file of its own, for its owner only; a second delivery replaces the first."""

    encoding = "8bit"

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, mail: EmailMessage, name: str) -> None:
        """Write the file whole or not at all."""
        draft = self.path / f".{name}.{os.getpid()}"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(mail.as_bytes())
            draft.replace(self.path / f"{name}.eml")
        except OSError as error:
            raise NotDelivered(f"the outbox folder: {error.strerror}", is_down=True) from None


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server; each mail gets a connection of its own."""

    scheme: str
    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)
    encoding: str = "quoted-printable"

    @classmethod
    def of(cls, url: str) -> Server:
        """The server at smtp://, smtps:// or smtp+starttls://USER:PASSWORD@HOST:PORT."""
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme], user, password)

    def send(self, mail: EmailMessage, name: str) -> None:
        """Hand the mail over."""
        try:
            with self._connect() as server:
                self._say_hello(server)
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise NotDelivered(f"{code} {_text(answer)}", is_final=code >= 500, is_down=code == GOING) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            is_down = error.smtp_code == GOING
            raise NotDelivered(f"{error.smtp_code} {_text(error.smtp_error)}", is_down=is_down) from None
        except smtplib.SMTPResponseException as error:  # it would not have us at all
            raise NotDelivered(f"{error.smtp_code} {_text(error.smtp_error)}", is_down=True) from None
        except smtplib.SMTPNotSupportedError as error:  # an address that this server can't write to
            raise NotDelivered(str(error)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotDelivered(said(error), is_down=True) from None

    def _connect(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)

    def _say_hello(self, server: smtplib.SMTP) -> None:
        """STARTTLS where the server has it; then sign in. What must be private is not said in the clear."""
        server.ehlo()
        is_private = self.scheme == "smtps"
        if not is_private and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_private = True
        is_near = self.host in ("localhost", "127.0.0.1", "::1")
        if not is_private and (self.scheme == "smtp+starttls" or (self.user and not is_near)):
            raise NotDelivered("the server has no STARTTLS, so nothing was sent to it", is_down=True)
        if self.user:
            server.login(self.user, self.password)


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
