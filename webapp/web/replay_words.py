"""What a replay found, in words: for the page and for the command line."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.domain.replay import Compared, quantile
from webapp.language import _, ngettext, number_words


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was counted: what, how many, and more about them where there is more to say."""

    what: str
    count: int
    more: str = ""


def lines(found: Compared) -> list[Line]:
    """Everything that was counted, what moved first."""
    return [
        Line(_("Would have applied earlier"), len(found.earlier), _earlier_words(found)),
        Line(_("Would have applied later"), len(found.later), _hours_words(found.later)),
        Line(_("Applied, and would not have by now"), found.lost, _rejected_words(found.lost_rejected, is_past=False)),
        Line(_("Not applied, and would have"), found.gained, _rejected_words(found.gained_rejected, is_past=True)),
        Line(_("Not applied either way, but ended otherwise"), found.other),
        Line(_("The same, at the same time"), found.same),
        Line(_("Left out"), found.left_out, _left_out_words(found.left_out)),
    ]


def _earlier_words(found: Compared) -> str:
    if not found.earlier:
        return ""
    reverted = ngettext(
        "%(num)s of them was reverted since.", "%(num)s of them were reverted since.", found.earlier_reverted
    )
    return _("%(hours)s %(reverted)s", hours=_hours_words(found.earlier), reverted=reverted)


def _hours_words(hours: list[float]) -> str:
    if not hours:
        return ""
    return _(
        "Half of them by %(median)s hours or more, one in ten by %(most)s or more.",
        median=number_words(round(quantile(hours, 0.5), 1)),
        most=number_words(round(quantile(hours, 0.9), 1)),
    )


def _rejected_words(count: int, *, is_past: bool) -> str:
    if not count:
        return ""
    if is_past:
        return ngettext("%(num)s of them was rejected.", "%(num)s of them were rejected.", count)
    return ngettext("%(num)s of them would be rejected.", "%(num)s of them would be rejected.", count)


def _left_out_words(count: int) -> str:
    return _("Something held or moved them, and when is not known.") if count else ""


def assumptions() -> list[str]:
    """What a replay takes for granted."""
    return [
        _("A replay knows only the votes that were cast. Votes stop when a change ends. So under stricter rules nobody"
          " knows who would have voted next: those changes count as not applied."),
        _("Each change is judged by itself, as if all others had ended as they did."),
        _("What a moderator decided, or an author withdrew, ends then, unless the votes would have been quicker."),
        _("Limits, roles and flags are not played again."),
    ]  # fmt: skip
