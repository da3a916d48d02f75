"""A worker with its outbox folder, a real mail server, and mails as a mail program reads them."""

from __future__ import annotations

import socket
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from jinja2 import Environment

from tests.support.world import World
from webapp.config import Settings
from webapp.jobs import worker

ROOT = Path(__file__).parents[2]


def parse(mail: bytes) -> EmailMessage:
    """A mail as a mail program reads it."""
    parsed = message_from_bytes(mail, policy=default)
    assert isinstance(parsed, EmailMessage)
    assert parsed.defects == []
    return parsed


def text_of(mail: EmailMessage) -> str:
    """The words of a mail, with plain line ends."""
    text: str = mail.get_content()
    return text.replace("\r\n", "\n")


def folded(mail: EmailMessage) -> str:
    """The words of a mail in one line, however they were folded."""
    return " ".join(text_of(mail).split())


class Office:
    """A worker for the world, and what has arrived in its outbox folder."""

    def __init__(self, world: World, settings: Settings, letters: Environment) -> None:
        self.world, self.settings, self.letters = world, settings, letters

    def works(self) -> worker.Round:
        """One round at the world's time."""
        return worker.once(self.world.storage, self.settings, self.letters, self.world.now)

    def files(self) -> list[Path]:
        """The .eml files, in the order of their names."""
        return sorted(self.settings.outbox.glob("*.eml"))

    def mails(self) -> list[EmailMessage]:
        """Every mail in the folder."""
        return [parse(file.read_bytes()) for file in self.files()]

    def told(self, handle: str) -> list[str]:
        """The subjects of what a person was sent."""
        return [str(mail["Subject"]) for mail in self.mails() if mail["To"] == f"{handle}@people.example"]


class MailServer:
    """A real mail server that keeps what it takes; `answer` is what it says to each RCPT or DATA instead."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.seen = 0
        self.at_rcpt = ""
        self.at_data = ""
        self.controller: Any = None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Take a recipient, or say what the test wants."""
        self.seen += 1
        if self.at_rcpt:
            return self.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take a mail, or say what the test wants."""
        if self.at_data:
            return self.at_data
        self.mails.append(parse(envelope.content))
        return "250 OK"

    def start(self, port: int = 0) -> None:
        """Begin to answer."""
        self.controller = Controller(self, hostname="127.0.0.1", port=port or free_port())
        self.controller.start()

    def stop(self) -> None:
        """Go away."""
        if self.controller is not None:
            self.controller.stop(no_assert=True)
            self.controller = None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
