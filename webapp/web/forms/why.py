"""What goes with every suggestion: the reason, how one knows, and for guests who is writing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from webapp.domain.checks import check_value
from webapp.domain.fields import Field, FieldType
from webapp.domain.problems import Problem, describe
from webapp.language import _, mark
from webapp.services.suggest import HowKnown
from webapp.web.forms.controls import control_of

REASON = Field(
    "reason",
    mark("Why should it change?"),
    FieldType.TEXT,
    mark("Everybody can read this. For example: I phoned them today."),
    required=True,
    max_length=1000,
)
REASON_OF_NEW = replace(REASON, label=mark("Why should it be here?"))
HOW = Field(
    "how",
    mark("How do you know?"),
    FieldType.CHOICE,
    choices=(
        ("", mark("Choose one")),
        ("phoned", mark("I phoned them")),
        ("visited", mark("I was there")),
        ("website", mark("Their website says so")),
        ("run_it", mark("I run it, or work there")),
        ("other", mark("In another way")),
    ),
)
DETAIL = Field(
    "how_detail",
    mark("When, or which page"),
    FieldType.LINE,
    mark("For example, the address of the page and the date"),
    max_length=500,
)
NAME = Field(
    "guest_name",
    mark("Your name"),
    FieldType.LINE,
    mark("As others will see it"),
    required=True,
    max_length=80,
    autocomplete="section-guest name",
)
EMAIL = Field(
    "guest_email",
    mark("Your e-mail address"),
    FieldType.EMAIL,
    required=True,
    max_length=254,
    autocomplete="section-guest email",
)
"""Name and address are a section: a browser that fills them in fills nothing of the record with them."""
OWN_NAMES = frozenset(
    (
        "csrf_token",
        "step",
        "add",
        "remove",
        "whole",
        "find",
        "confirm_doubts",
        "base_revision",
        "seen",
        "act",
        "into",
        "reason",
        "how",
        "how_detail",
        "guest_name",
        "guest_email",
    )
)
NOT_KEPT = frozenset(("csrf_token", "step", "add", "remove", "whole", "find", "confirm_doubts"))
MISSING = {
    REASON: mark("Say why it should change, so that others can judge it."),
    REASON_OF_NEW: mark("Say why it should be here, so that others can judge it."),
    NAME: mark("Enter your name."),
    EMAIL: mark("Enter your e-mail address."),
}


@dataclass(frozen=True, slots=True)
class Why:
    """What was typed beside the record."""

    values: Mapping[str, str]
    is_guest: bool = False
    is_new: bool = False  # of a record that is not there yet, which can't change

    @property
    def _asked(self) -> Field:
        return REASON_OF_NEW if self.is_new else REASON

    @property
    def reason(self) -> str:
        """Why."""
        return self.values.get("reason", "").strip()

    @property
    def how_known(self) -> HowKnown:
        """The evidence; a detail alone counts as "in another way"."""
        how, detail = self.values.get("how", ""), self.values.get("how_detail", "").strip()
        known = how if how in dict(HOW.choices) else ""
        return HowKnown(known or ("other" if detail else ""), detail)

    def evidence_words(self) -> str:
        """The evidence as a sentence part."""
        known = self.how_known
        words = _(dict(HOW.choices)[known.how]) if known.how else ""
        return _(", ").join(part for part in (words, known.detail) if part)

    def problems(self) -> dict[str, str]:
        """What is wrong with it, by control."""
        fields = [self._asked, DETAIL, *([NAME, EMAIL] if self.is_guest else [])]
        found = {f.name: text for f in fields if (text := self._problem(f))}
        if self.values.get("how", "") not in dict(HOW.choices):
            found["how"] = _("Choose one of the options.")
        return found

    def _problem(self, f: Field) -> str:
        value = self.values.get(f.name, "").strip()
        if not value:
            return _(MISSING[f]) if f.required else ""
        finding = next((one for one in check_value(f, value) if not one.doubt), None)
        return describe(Problem(f.name, finding.code, finding.values, f.label)) if finding else ""

    def controls(self, *, told: bool = False) -> dict[str, Any]:
        """The controls for the template."""
        errors = self.problems() if told else {}
        asked = (self._asked, HOW, DETAIL, NAME, EMAIL)
        reason, how, detail, name, email = (
            control_of(f, f.name, self.values.get(f.name, ""), errors.get(f.name)) for f in asked
        )
        return {"reason": reason, "evidence": [how, detail], "guest": [name, email] if self.is_guest else []}

    def summary(self) -> list[dict[str, str | None]]:
        """Its problems for the error summary."""
        return [{"id": f"f-{name}", "text": text} for name, text in self.problems().items()]
