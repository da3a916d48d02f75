"""The other record of a merge: why it can't be the one that stays is said as soon as it is chosen, before one types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from webapp.domain.errors import NotEligible
from webapp.language import _
from webapp.services.merging import check_merge
from webapp.storage.queries import suggest as queries
from webapp.storage.queries.browse import url_of
from webapp.web.context import reading
from webapp.web.forms.barred import barred
from webapp.web.wording import refusal_words


@dataclass(frozen=True, slots=True)
class Other:
    """What was chosen as the record that stays, if there is such a one, and why it can't be that."""

    chosen: queries.Choice | None = None
    wrong: str = ""
    status: int = 422  # of the answer that says so
    report_url: str | None = None  # where its protection is what stands in the way

    @property
    def into(self) -> queries.Choice | None:
        """It, where nothing stands in its way."""
        return None if self.wrong else self.chosen

    def waits(self) -> dict[str, str] | None:
        """What a merge would wait for: {words, url}; None for nothing."""
        if self.into is None or self.into.status != "closed":
            return None
        words = _("“%(name)s” is closed. The merge would wait until it is reopened.", name=self.into.name)
        return {"words": words, "url": f"{url_of(self.into.kind, self.into.slug)}/reopen"}


def other_of(record: Any, id_: str) -> Other:
    """What an id names, to be merged with a record; nothing where it names none."""
    chosen = queries.choices_of(reading(), [id_]).get(id_) if len(id_) == 36 else None
    if chosen is None:
        return Other()
    try:
        check_merge(record, chosen)
    except NotEligible as error:
        return Other(chosen, refusal_words(error))
    if protection := barred(chosen):
        said = _("“%(name)s” can’t be the one that stays. %(why)s", name=chosen.name, why=protection["words"])
        return Other(chosen, said, 403, protection["report_url"])
    return Other(chosen)


def option_words(choice: queries.Choice) -> str:
    """A record as one of those to choose from: what tells it from others of the name, and whether it is protected."""
    hints = [choice.hint] if choice.hint else []
    hints += [_("protected for now")] if barred(choice) else []
    return f"{choice.name} ({_(', ').join(hints)})" if hints else choice.name
