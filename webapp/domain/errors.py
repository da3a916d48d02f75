"""What can go wrong, as exceptions with a code and values: no words, no HTTP; `web` finds both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (a field path such as "rules.low.threshold"), a code, its values."""

    where: str
    code: str
    values: dict[str, object] = field(default_factory=dict)


class WellkeptError(Exception):
    """Something that a person is told: `code` names it, `values` fill its sentence."""

    code = "error"

    def __init__(self, code: str | None = None, /, **values: object) -> None:
        self.code = code or type(self).code
        self.values = values
        super().__init__(self.code, values)

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code} ({said})" if said else self.code


class NotFound(WellkeptError):
    """There is no such thing, or none that this person may know of."""

    code = "not_found"


class NotAllowed(WellkeptError):
    """This person may not do this; the code is that of the `Verdict`."""

    code = "not_allowed"


class NotEligible(WellkeptError):
    """This person may do such things, but not to this one (an own change, say)."""

    code = "not_eligible"


class Stale(WellkeptError):
    """What was seen has moved since; values: `seen` and `present` content version or revision."""

    code = "stale"


class AlreadyClosed(WellkeptError):
    """The change has reached an end already; values: `state`."""

    code = "already_closed"


class VoteEnded(WellkeptError):
    """There was a vote of theirs, and it counts no longer: taken back, or ended by new words; values: `suggestion`."""

    code = "vote_ended"


class Conflict(WellkeptError):
    """The record has moved under what was to be done; values: `units` that clash."""

    code = "conflict"


class CapReached(WellkeptError):
    """A limit of the policy is reached; values: `limit`, and `until` where time lifts it."""

    code = "cap_reached"


class Busy(WellkeptError):
    """The writer could not be had in time; trying again is safe."""

    code = "busy"


class Refused(WellkeptError):
    """Input that can't be taken, with every problem found, so that all are mended at once."""

    code = "refused"

    def __init__(self, problems: Iterable[Problem], code: str | None = None, /) -> None:
        self.problems = tuple(problems)
        super().__init__(code, problems=self.problems)
