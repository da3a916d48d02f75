"""One change as its card shows it: what it alters, what it still needs, who may do what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from webapp.domain.blind import sees_votes
from webapp.domain.permissions import Subject
from webapp.language import _, listed, mark
from webapp.storage.queries.review import SuggestionPage
from webapp.web.change_units import Shown
from webapp.web.context import allowed, viewer
from webapp.web.history_view import afterwards
from webapp.web.judged import authors_of, judged_view, policy_now
from webapp.web.queue_next import along
from webapp.web.resubmitting import resubmit_url
from webapp.web.sentences import flags_sentence
from webapp.web.wording import CHOICE_WORDS, REJECT_REASONS, RISK_WORDS, STATE_WORDS, label_of

View = dict[str, Any]
LATE = mark("Your vote came too late to count.")
ENDORSED = mark("endorsed it, and looks after the record")


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a form on the page: by change what was wrong, on which the vote was taken, and what was typed."""

    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    taken: tuple[str, ...] = ()  # the names of the changes that it was taken on

    def kept_words(self) -> str:
        """How a refusal begins: what was taken all the same, and whether what was typed is still there."""
        taken = _("Your vote is taken on: %(changes)s.", changes=listed(self.taken)) if self.taken else ""
        kept = _("What you typed is still here.") if self.typed.get("note") else ""
        return " ".join(words for words in (taken, kept) if words)


def change_view(found: SuggestionPage, change: Any, shown: Shown, answered: Answered, *, is_steward: bool) -> View:
    """The context `change` of desk.change_card; `is_steward`: whoever looks officially looks after its record."""
    votes, authors = found.votes.get(change.id, ()), found.authors.get(change.id, ())
    author_ids = authors_of(authors)
    mine = next((v.choice for v in votes if v.person_id == viewer().id and v.is_live), None)
    acts = _acts(change, _subject_of(change, authors, is_steward=is_steward), mine)
    may_vote = acts["can_vote"] or (change.state == "open" and not viewer().is_signed_in)
    sees_them = sees_votes(policy_now(), may_vote=may_vote, has_voted=mine is not None)
    problem, typed = answered.problems.get(change.id), answered.typed
    is_late = "choice" in typed and change.state != "open" and mine is None  # a double click's first vote may count
    judged = judged_view(change, list(votes), list(authors), found.mode)
    return {
        "id": change.id,
        "content_version": change.content_version,
        "label": label_of(change),
        "state": change.state,
        "state_words": _(STATE_WORDS[change.state]),
        "risk_words": _(RISK_WORDS[change.risk]),
        **judged,
        "decision_note": change.decision_note if change.state != "open" else None,
        "sentence": _with_thanks(judged["sentence"], change, author_ids, mine),
        "parts": shown.parts,
        "rest": shown.rest,
        "is_new": change.type == "create",
        "is_own": any(one.role == "author" and one.person_id == viewer().id for one in authors),
        "improved_words": _improved_words(authors),
        "is_steward": is_steward,
        "my_vote": mine,
        "reasons": [(code, _(words)) for code, words in REJECT_REASONS],
        "votes": [_vote(v) for v in votes if v.is_live] if sees_them else [],
        "hides_votes": not sees_them,
        "stale": f"{problem} {_(LATE)}" if problem and is_late else problem or shown.clash_words,
        "typed": typed,
        "problem": problem,
        "is_hidden": change.hidden_at is not None,
        "hidden_words": _hidden_words(found),
        "needs_rebase": change.state == "open" and change.conflicted_at is not None,
        **acts,
        **afterwards(change),
    }


def is_by_banned(found: SuggestionPage) -> bool:
    """Whether what is hidden of a suggestion is so by its author's ban."""
    return bool(found.row.author_state == "banned")


def _hidden_words(found: SuggestionPage) -> str:
    """To moderators, why only they see a change."""
    if is_by_banned(found):
        return _("Its author may not take part any more, so only moderators see this.")
    return _("Reviewers flagged this as spam, so only moderators see it.")


def _subject_of(change: Any, authors: Iterable[Any], *, is_steward: bool) -> Subject:
    """The change as the permission table asks about it."""
    author_id = next((a.person_id for a in authors if a.role == "author"), None)
    stewards = frozenset({str(viewer().id)}) if is_steward else frozenset()
    return Subject(author_ids=authors_of(authors), author_id=author_id, state=change.state, steward_ids=stewards)


def _acts(change: Any, subject: Subject, mine: str | None) -> View:
    """What the person who looks may do with it, and where."""
    base = f"/suggestions/{change.suggestion_id}/changes/{change.id}"
    is_open, is_own = change.state == "open", viewer().is_signed_in and viewer().id == subject.author_id
    may_alter = allowed("amend_change" if is_own else "improve_change", subject)
    return {
        "can_vote": is_open and viewer().is_signed_in and allowed("cast_vote", subject),
        "is_for_reviewers": is_open and viewer().is_signed_in and not viewer().may_review,
        "may_withdraw": is_open and is_own and allowed("withdraw_change", subject),
        "may_amend": is_open and change.type == "edit" and may_alter,
        "may_ask": is_open and viewer().id not in subject.author_ids and allowed("comment"),
        "may_decide": is_open and allowed("decide_change", Subject(state=change.state)),
        "withdraw_url": along(f"{base}/withdraw"),
        "amend_url": along(f"{base}/amend"),
        "decide_url": along(f"{base}/decide"),
        "ask_url": along(f"/suggestions/{change.suggestion_id}/comments", asks_about=change.id),
        "rebase_url": along(f"{base}/rebase"),
        "resubmit_url": resubmit_url(change, change.record_kind) if is_own else None,
        "take_back_url": along(f"{base}/take-back") if mine and is_open else None,
        "flag_url": along(f"{base}/flag") if is_open and allowed("flag_spam", subject) else None,
        "flags_url": along(f"/moderate/flags/{change.id}"),
        "flags_words": flags_sentence(policy_now().spam.flags_to_hide),
    }


def _improved_words(authors: Iterable[Any]) -> str | None:
    """Who wrote it along with whoever suggested it: what is judged is theirs as well."""
    names = [one.display_name for one in authors if one.role == "coauthor"]
    return _("Improved by %(names)s.", names=listed(names)) if names else None


def _with_thanks(sentence: str, change: Any, author_ids: frozenset[str], mine: str | None) -> str:
    """How it ended, with thanks to who wrote or approved what was applied, and to nobody else."""
    is_thanked = change.state == "applied" and (viewer().id in author_ids or mine == "approve")
    return " ".join((sentence, _("Thank you."))) if is_thanked else sentence


def _vote(vote: Any) -> dict[str, Any]:
    reason = _(dict(REJECT_REASONS).get(vote.reason, ""))
    note = ". ".join(part for part in (reason, vote.note) if part)
    words = _(ENDORSED) if vote.is_steward and vote.choice == "approve" else _(CHOICE_WORDS[vote.choice])
    if vote.is_affiliated and not vote.is_steward:
        words = _("%(voted)s (not counted: has a tie to the organisation)", voted=words)
    return {"who": vote.display_name, "choice_words": words, "at": vote.cast_at, "note": note or None}
