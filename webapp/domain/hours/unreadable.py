"""How reading says that it could not read: a kind sentence and an example to copy, never a guess."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a person typed that is no hours: `message` says what is missing, `example` what would do."""

    message: str
    example: str
    line: str = ""


class CannotRead(Exception):
    """Carries an Unreadable up to `read_words`."""

    def __init__(self, message: str, example: str) -> None:
        super().__init__(message)
        self.unreadable = Unreadable(message, example)
