"""What a page is looked at as: its address, whose eyes, and what is sent from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SERVICE = "/services/{slug}"
LIST = "/lists/{code}"


@dataclass(frozen=True)
class Look:
    """An address as somebody sees it; with `typed`, what its form answers."""

    template: str
    path: str  # with names of what the town has
    who: str = ""  # a handle; blank for a visitor
    status: int = 200
    typed: Mapping[str, str] | None = None  # by the names of fields
    press: str = ""  # the button's name and value; "keys": only typed, and nothing pressed
    to: str = ""  # which form, where several have such fields: a part of where it is sent to
    meanwhile: str = ""  # what the town does before it is sent
    session: Mapping[str, object] | None = None  # what the cookie holds

    def __str__(self) -> str:
        return f"{self.template} at {self.path}{f' after {dict(self.typed)}'[:80] if self.typed is not None else ''}"
