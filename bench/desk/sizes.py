"""How much there is at the desk: the sizes that are compared, and those of a smoke run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of what the pages of the desk read."""

    records: int
    revisions: int  # in all; what the others below do not account for came by imports
    longest: int  # revisions of the record that has the most
    decided: int  # changes that ended within the last 90 days; half of them by one person
    incident: int  # of these: applied within one hour by somebody who means harm, each on another record
    open: int

    @property
    def name(self) -> str:
        """As a file is called by it."""
        return f"{self.records}-{self.revisions}-{self.longest}-{self.decided}-{self.incident}-{self.open}"


SMALL = Size(records=300, revisions=4_000, longest=600, decided=1_400, incident=100, open=800)
"""As large as the demo, but for what every page needs in order to be full: the same work on both sides."""
LARGE = Size(records=20_000, revisions=1_000_000, longest=10_000, decided=110_000, incident=10_000, open=100_000)
"""What the desk is built for."""
SMOKE = Size(records=120, revisions=400, longest=70, decided=150, incident=20, open=70)
