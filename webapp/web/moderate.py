"""The public account of what happens (recent changes, the log, the rules), and the moderators' room."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from webapp import clock
from webapp.domain.errors import WellkeptError
from webapp.domain.fields import Risk
from webapp.domain.policy import DEFAULT, Policy
from webapp.services import moderate, spam
from webapp.services.judge import all_policies
from webapp.storage.queries import changes as queries
from webapp.storage.queries.browse import url_of
from webapp.web.access import allow
from webapp.web.browse import RECORD_PATH, REPORTS, find
from webapp.web.context import person_id, reading, storage
from webapp.web.received import number_of
from webapp.web.render import page, say
from webapp.web.wording import count_words, plural, what_words, within_words

blueprint = Blueprint("moderate", __name__)
PER_PAGE = 50
ACTS = {
    "apply_change": "Applied a change",
    "reject_change": "Rejected a change",
    "revert_revision": "Reverted a revision",
    "roll_back_record": "Rolled a record back",
    "roll_back_incident": "Rolled an incident back",
    "protect_record": "Changed a protection",
    "judge_flags": "Looked at spam flags",
    "pause_person": "Paused a person",
    "ban_person": "Banned a person",
    "lift_sanction": "Lifted a sanction",
    "grant_role": "Granted a role",
    "void_confirmations": "Set confirmations aside",
    "handle_report": "Dealt with a report",
    "redact_mask": "Took something private out",
    "redact_finish": "Made a redaction final",
    "redact_lift": "Lifted a redaction",
    "hide_comment": "Hid a comment",
    "show_comment": "Showed a comment again",
    "edit_policy": "Wrote a new version of the rules",
    "apply_policy": "Put the tightened rules over open changes",
}


@blueprint.get("/changes")
@allow("read_history")
def changes() -> Response:
    """Recent changes."""
    rows = queries.recent(reading(), request.args.get("before"), PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    return page(
        "browse/changes.html",
        page={
            "rows": [_change_row(row) for row in shown],
            "feed_url": None,
            "next_url": f"/changes?before={shown[-1].id}" if len(rows) > PER_PAGE else None,
        },
    )


def _change_row(row: Any) -> dict[str, Any]:
    base = url_of(row.kind, row.slug)
    return {
        "title": row.name,
        "url": base,
        "revision_url": f"{base}/history/{row.number}",
        "what": what_words(row.cause, row.summary),
        "who": row.display_name,
        "at": row.created_at,
    }


@blueprint.get("/moderation-log")
@allow("read_history")
def moderation_log() -> Response:
    """What moderators did."""
    rows = queries.moderation_log(reading(), request.args.get("before"), PER_PAGE + 1)
    shown = rows[:PER_PAGE]
    return page(
        "browse/moderation_log.html",
        page={
            "rows": [_log_row(row) for row in shown],
            "next_url": f"/moderation-log?before={shown[-1].id}" if len(rows) > PER_PAGE else None,
        },
    )


def _log_row(row: Any) -> dict[str, Any]:
    return {
        "who": row.who,
        "at": row.created_at,
        "what": ACTS.get(row.act, row.act),
        "title": row.record_name,
        "note": row.note or None,
        "url": url_of(row.record_kind, row.record_slug) if row.record_slug else None,
        "is_self_decided": bool(row.is_self_decided),
    }


# -- the rules --------------------------------------------------------------------------------------------

CLASS_WORDS = {
    Risk.LOW: (
        "Everyday changes",
        "Descriptions, summaries, categories, languages, accessibility, other names, guides.",
    ),
    Risk.HIGH: (
        "Careful changes",
        "Names, telephone numbers, addresses, opening hours, who it is for, what it costs, "
        "and everything new. Adding a number, a link or a sum of money to a text counts here too.",
    ),
    Risk.DESTRUCTIVE: ("Grave changes", "Closing, reopening and merging records."),
}


@blueprint.get("/rules")
@allow("read_rules")
def rules() -> Response:
    """The rules in force, from the policy itself."""
    policies = all_policies(reading())
    policy = policies[max(policies)] if policies else DEFAULT
    mode = queries.mode(reading())
    is_reduced = mode is None or mode.mode == "reduced"
    return page(
        "browse/rules.html",
        page={
            "classes": [_class_words(policy, risk, is_reduced) for risk in Risk],
            "paragraphs": _paragraphs(policy),
            "mode_words": _mode_words(policy) if is_reduced else None,
            "version_words": f"This is version {policy.version} of the rules."
            " A change is decided by the version it was suggested under.",
        },
    )


def _class_words(policy: Policy, risk: Risk, is_reduced: bool) -> dict[str, str]:
    rule = policy.rule(risk, "reduced" if is_reduced else "full")
    name, what = CLASS_WORDS[risk]
    needs = f"{count_words(rule.threshold)} more approvals than rejections" if rule.threshold > 1 else "one approval"
    people = [
        words
        for wanted, words in ((rule.needs_trusted, "a trusted reviewer"), (rule.needs_moderator, "a moderator"))
        if wanted
    ]
    if people:
        needs += f", one of them from {people[0]}"
    if rule.needs_reason:
        needs += ", and a reason"
    return {
        "name": name,
        "what": what,
        "needs": needs,
        "earliest": within_words(rule.earliest) + (" after it was opened" if rule.earliest else ""),
    }


def _mode_words(policy: Policy) -> str:
    window = plural(policy.standing.active_window.days, "day")
    return (
        f"Fewer than {policy.standing.full_from} reviewers were active in the last {window}, so fewer approvals"
        " are asked for. The waiting times stay."
    )


def _paragraphs(policy: Policy) -> list[dict[str, str]]:
    standing = policy.standing
    votes = (
        f"Reviewers do. A volunteer becomes a reviewer after {within_words(standing.reviewer_after)} and"
        f" {standing.reviewer_changes} applied changes, approved by at least {standing.reviewer_approvers} different"
        " people. Nobody votes on a change of their own, and a vote from somebody with a tie to the organisation"
        " shows but does not count."
    )
    rejects = (
        f"The change rests for {within_words(policy.first_reject_pause)}, so that people can talk. Then it needs one"
        f" approval more than before. {count_words(-policy.reject_at).capitalize()} more rejections than approvals"
        f" reject it. If people still disagree after {within_words(policy.escalate_contested_after)}, moderators are"
        " asked."
    )
    silence = (
        f"After {within_words(policy.escalate_after)} moderators are asked to look; after"
        f" {within_words(policy.expire_after)} the change ends, and its author is told."
    )
    undone = (
        "Every change is a revision that stays. A moderator can revert one revision while later ones stay, or roll a"
        " record back. What moderators do is in the public moderation log."
    )
    return [
        {"heading": "Who votes", "text": votes},
        {"heading": "When somebody rejects", "text": rejects},
        {"heading": "Silence never publishes", "text": silence},
        {"heading": "Everything can be undone", "text": undone},
    ]


# -- the moderators' room ---------------------------------------------------------------------------------


@blueprint.get("/moderate")
@allow("view_moderation")
def room() -> Response:
    """Open reports, and the ways to what needs a moderator."""
    return _room()


def _room(problem: str | None = None, status: int = 200) -> Response:
    reports = [
        {
            "id": r.id,
            "title": r.record_name or "No record",
            "url": url_of(r.record_kind, r.record_slug) if r.record_slug else None,
            "what": dict(REPORTS).get(r.what, r.what),
            "text": r.text,
            "contact": r.contact,
            "who": r.who or "somebody without an account",
            "at": r.created_at,
            "is_urgent": bool(r.is_urgent),
        }
        for r in queries.open_reports(reading())
    ]
    return page("moderate/room.html", status, page={"reports": reports, "problem": problem})


@blueprint.post("/moderate/reports/<uuid:report_id>")
@allow("handle_report")
def close_report(report_id: object) -> Response:
    """A report is dealt with."""
    answer = request.form.get("answer", "").strip()[:1000]
    if not answer:
        return _room("Say in a few words what was done.", 422)
    moderate.close_report(storage(), str(report_id), person_id(), answer, clock.now())
    say("Done. It is in the moderation log.")
    return redirect("/moderate", 303)


@blueprint.post("/moderate/flags/<uuid:change_id>")
@allow("judge_flags")
def judge_flags(change_id: object) -> Response:
    """Spam or not: what reviewers flagged is rejected, or shown again."""
    verdict = request.form.get("verdict")
    if verdict not in ("spam", "fair"):
        raise WellkeptError("unknown_code")
    spam.judge_flags(storage(), spam.JudgeFlags(str(change_id), person_id(), verdict == "spam"), clock.now())
    say("Rejected as spam." if verdict == "spam" else "It is shown again.")
    return redirect("/review?show=hidden", 303)


@blueprint.get(RECORD_PATH + "/protect")
@allow("protect_record")
def protect_form(path: str, slug: str) -> Response:
    """The form for protecting a record."""
    return _protect(find(path, slug))


def _protect(row: Any, problem: str | None = None, status: int = 200) -> Response:
    return page(
        "moderate/protect.html",
        status,
        page={
            "title": row.name,
            "url": url_of(row.kind, row.slug),
            "level": row.protection or "",
            "problem": problem,
            "days": request.form.get("days", "7"),
            "note": request.form.get("note", ""),
        },
    )


@blueprint.post(RECORD_PATH + "/protect")
@allow("protect_record")
def protect(path: str, slug: str) -> Response:
    """Protect a record for some days, or end its protection."""
    row = find(path, slug)
    level, days = request.form.get("level", ""), request.form.get("days", 0, type=number_of)
    note = request.form.get("note", "").strip()[:500]
    if level not in ("", "trusted", "moderators") or (level and not 1 <= days <= 90) or not note:
        return _protect(row, "Choose who may change it, for 1 to 90 days, and say why.", 422)
    until = clock.now() + timedelta(days=days) if level else None
    moderate.protect_record(
        storage(), moderate.ProtectRecord(row.id, person_id(), level or None, until, note), clock.now()
    )
    say("The record is protected." if level else "The protection has ended.")
    return redirect(url_of(row.kind, row.slug), 303)
