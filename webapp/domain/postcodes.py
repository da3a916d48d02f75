"""Postcodes of the United Kingdom: the whole, and the halves that people type."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)(?:([0-9])([A-Z]{2})?)?")
_SPACED = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) (?:([0-9])([A-Z]{2})?)?")


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode as far as it was typed: "G33", "G33 4" or "G33 4RZ"."""

    outcode: str
    digit: str = ""
    unit: str = ""

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.outcode} {self.digit}{self.unit}".strip()

    @property
    def sector(self) -> str | None:
        """The outcode with the first digit of the inward half; None where that was not typed."""
        return f"{self.outcode} {self.digit}" if self.digit else None

    @property
    def is_full(self) -> bool:
        """Whether all of it was typed."""
        return bool(self.unit)


def parse(text: str) -> Postcode | None:
    """The postcode that a text is, in capitals, spaced or not; None when it is none.

    Without a space "G334" could be sector 4 of G33, or an outcode G334 that nobody has: digits at the end
    are read as an outcode as far as one can be.
    """
    bare = " ".join(text.upper().split())
    if len(bare) > 10:
        return None
    found = _SPACED.fullmatch(bare) if " " in bare else _CODE.fullmatch(bare)
    return Postcode(found[1], found[2] or "", found[3] or "") if found else None
