"""Which page is seen in which state. A template that has no such state stands below, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.stage import BROKEN
from webapp.web.received import MOST_LETTERS

SERVICE = "/services/{slug}"
LIST = "/lists/{code}"
LONG = "words " * 400  # more than most fields take
TOO_LONG = "words " * MOST_LETTERS  # more than any request may bring


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


ORDER_NOTHING = (
    Look("moderate/people.html", "/moderate/people", "mo"),
    Look("moderate/person.html", "/moderate/people/ann", "mo"),
    Look("moderate/sanction.html", "/moderate/people/ann/ban", "mo"),
    Look("moderate/doubtful.html", "/moderate/people/ann/doubtful", "mo"),
    Look("moderate/confirmations.html", "/moderate/people/ann/confirmations", "mo"),
    Look("moderate/reviewers.html", "/moderate/reviewers", "mo"),
    Look("moderate/redactions.html", "/moderate/redactions", "mo"),
    Look("moderate/duplicates.html", "/moderate/duplicates", "mo"),
    Look("moderate/tugs.html", "/moderate/tugs", "mo"),
)
ORDER_LONGEST = (
    Look("moderate/people.html", "/moderate/people", "mo"),
    Look("moderate/person.html", "/moderate/people/zed", "mo"),
    Look("moderate/sanction.html", "/moderate/people/zed/lift", "mo"),
    Look("moderate/doubtful.html", "/moderate/people/zed/doubtful", "mo"),
    Look("moderate/confirmations.html", "/moderate/people/zed/confirmations", "mo"),
    Look("moderate/reviewers.html", "/moderate/reviewers", "mo", 422, {"people": "zed {word}", "note": "{line}"}),
    Look("moderate/redactions.html", "/moderate/redactions", "mo"),
    Look("moderate/redaction.html", "/moderate/redactions/1", "mo"),
    Look("moderate/redact.html", f"{SERVICE}/redact", "mo", 200, {"value": "neighbourhood", "reason": "Private"}),
    Look("moderate/duplicates.html", "/moderate/duplicates", "mo"),
    Look("moderate/tugs.html", "/moderate/tugs", "mo"),
)
ORDER_WRONG = (
    Look("moderate/people.html", "/moderate/people?handle=nobody", "mo", 404),
    Look("moderate/person.html", "/moderate/people/author", "mo", 422, {"role": "", "note": "Known"}),
    Look("moderate/sanction.html", "/moderate/people/author/pause", "mo", 422, {"days": "900", "note": "War"}),
    Look("moderate/confirmations.html", "/moderate/people/rita/confirmations", "mo", 422, {"note": "Guessed"}),
    Look("moderate/reviewers.html", "/moderate/reviewers", "mo", 422, {"people": "nobody", "note": "Known"}),
    Look("moderate/redact.html", f"{SERVICE}/redact", "mo", 422, {"value": "131", "reason": "Private"}),
    Look("moderate/redaction.html", "/moderate/redactions/1", "mo", 422, {"reason": " "}, to="lift"),
)
"""What moderators keep order with."""
NOTHING = (
    Look("browse/home.html", "/"),
    Look("browse/search.html", "/search?q=zebra&near=Nowhereville&open=now"),
    Look("browse/search.html", "/search"),
    Look("browse/names.html", "/search", typed={"q": "zebra"}, press="keys"),
    Look("browse/changes.html", "/changes"),
    Look("browse/changes.html", "/changes?kind=guide&by=nobody"),
    Look("browse/insights.html", "/insights"),
    Look("browse/moderation_log.html", "/moderation-log"),
    Look("browse/rules.html", "/rules"),
    Look("browse/rules_versions.html", "/rules/versions"),
    Look("suggest/new.html", "/suggest/new/service"),
    Look("suggest/new.html", "/suggest/new"),
    Look("lists/mine.html", "/lists"),
    Look("account/sign_in.html", "/account/sign-in"),
    Look("account/sign_up.html", "/account/sign-up"),
    Look("account/reset_request.html", "/account/reset"),
    Look("errors/error.html", "/services/nobody", status=404),
    Look("account/account.html", "/account", "ann"),
    Look("account/profile.html", "/people/ann", "ann"),
    Look("account/contributions.html", "/people/ann/contributions", "ann"),
    Look("account/settings.html", "/account/settings", "ann"),
    Look("account/sessions.html", "/account/sessions", "ann"),
    Look("account/ties.html", "/account/ties?q=nobody", "ann"),
    Look("account/notifications.html", "/account/notifications", "ann"),
    Look("lists/mine.html", "/lists", "ann"),
    Look("review/queue.html", "/review", "mo"),
    Look("review/together.html", "/review/together/ann", "mo"),
    Look("moderate/room.html", "/moderate", "mo"),
    Look("moderate/synonyms.html", "/moderate/synonyms", "mo"),
    Look("moderate/unfound.html", "/moderate/unfound", "mo"),
    *ORDER_NOTHING,
    Look("moderate/policy.html", "/moderate/policy", "mo"),
    Look("moderate/policy_replay.html", "/moderate/policy/replay?version=1", "mo"),
    Look("moderate/incidents.html", "/moderate/incidents", "mo"),
)
BARE = (
    Look("browse/home.html", "/"),
    Look("browse/search.html", "/search?q=lunch"),
    Look("browse/record.html", "/services/lunch"),
    Look("browse/record.html", "/organizations/lunch"),
    Look("browse/record.html", "/locations/lunch", "ann"),
    Look("browse/record.html", "/guides/lunch", "ann"),
    Look("browse/record.html", "/categories/lunch", "ann"),
    Look("browse/record.html", "/taxonomies/lunch", "ann"),
    Look("browse/history.html", "/services/lunch/history", "ann"),
    Look("browse/since.html", "/services/lunch/history/since"),
    Look("browse/revision.html", "/services/lunch/history/1", "ann"),
    Look("browse/compare.html", "/services/lunch/compare", "ann"),
    Look("browse/report.html", "/services/lunch/report"),
    Look("browse/claim.html", "/services/lunch/claim", "ann"),
    Look("browse/revert.html", "/services/lunch/history/1/revert", "mo"),
    Look("browse/roll_back.html", "/services/lunch/history/1/roll-back", "mo"),
    Look("suggest/form.html", "/services/lunch/suggest"),
    Look("suggest/lifecycle.html", "/services/lunch/merge", "ann"),
    Look("suggest/review.html", "/services/lunch/suggest", "ann", 200, {"name": "L", "reason": "x"}, "step=review"),
    Look("suggest/alike.html", "/suggestions/{suggestion}/support?change={change}", "ann"),
    Look("suggest/alike_rest.html", "/suggestions/{suggestion}/alike", "ann"),
    Look("suggest/rebase.html", "/suggestions/{suggestion}/changes/{change}/rebase", "ann"),
    Look("suggest/guest_own.html", "/account/guest/{guest}"),
    Look("review/suggestion.html", "/suggestions/{suggestion}"),
    Look("review/suggestion.html", "/suggestions/{hidden}", "ann"),
    Look("lists/list.html", LIST),
    Look("lists/list.html", LIST, "ann"),
    Look("lists/edit.html", f"{LIST}/edit", "ann"),
    Look("lists/print.html", f"{LIST}/print"),
    Look("lists/send.html", f"{LIST}/send", "ann"),
    Look("lists/add.html", "/services/lunch/list"),
    Look("account/check_mail.html", "/account/check-mail", session={"mail_sent": ["guest", "a@b.example"]}),
    Look("account/confirm.html", "/account/confirm/{confirm}"),
    Look("account/reset.html", "/account/reset/{reset}"),
    Look("moderate/protect.html", "/services/lunch/protect", "mo"),
    Look("moderate/redact.html", "/services/lunch/redact", "mo"),
    Look("moderate/incident.html", "/moderate/incidents/{incident}", "mo"),
    Look("browse/operation.html", "/operations/{operation}", "mo"),
)
LONGEST = (
    Look("browse/home.html", "/"),
    Look("browse/search.html", "/search?q=neighbourhood+lunch&near=KY3+9AA"),
    Look("browse/search.html", "/search?q={word}&near={word}&category={word}"),
    Look("browse/names.html", "/search", typed={"q": "neighbourhood"}, press="keys"),
    Look("browse/record.html", SERVICE),
    Look("browse/record.html", "/{organization}"),
    Look("browse/record.html", "/{location}", "mo"),
    Look("browse/record.html", "/{guide}"),
    Look("browse/record.html", "/{taxonomy_term}"),
    Look("browse/record.html", "/{taxonomy}"),
    Look("browse/report.html", f"{SERVICE}/report"),
    Look("browse/moderation_log.html", "/moderation-log"),
    Look("browse/changes.html", "/changes", "ann"),
    Look("browse/changes.html", "/changes?kind=service&class=low&new=yes&reverted=no&by=bea&import=no", "ann"),
    Look("browse/rules.html", "/rules"),
    Look("browse/rules_versions.html", "/rules/versions"),
    Look("browse/history.html", f"{SERVICE}/history", "mo"),
    Look("browse/since.html", f"{SERVICE}/history/since", "mo"),
    Look("browse/insights.html", "/insights"),
    Look("browse/revision.html", f"{SERVICE}/history/2", "mo"),
    Look("browse/compare.html", f"{SERVICE}/compare?from=1&to=3", "mo"),
    Look("browse/revert.html", f"{SERVICE}/history/2/revert", "mo"),
    Look("browse/roll_back.html", f"{SERVICE}/history/2/roll-back", "mo"),
    Look("browse/claim.html", f"{SERVICE}/claim", "mo"),
    Look("suggest/form.html", f"{SERVICE}/suggest", "bea"),
    Look("suggest/new.html", "/suggest/new/service"),
    Look("suggest/lifecycle.html", f"{SERVICE}/merge", "bea", 200, {}, "into={other}"),
    Look(
        "suggest/review.html", f"{SERVICE}/suggest", "bea", 200, {"name": "{line}", "reason": "{line}"}, "step=review"
    ),
    Look("suggest/alike.html", "/suggestions/{alike_of}/support?change={alike}", "rob"),
    Look("suggest/alike_rest.html", "/suggestions/{suggestion}/alike?change={alike}&change={open}", "rita"),
    Look("suggest/rebase.html", "/suggestions/{suggestion}/changes/{conflicted}/rebase", "bea"),
    Look("suggest/guest_own.html", "/account/guest/{pressed}"),
    Look("review/queue.html", "/review?show=all", "rita"),
    Look("review/together.html", "/review/together/bea", "rita"),
    Look("review/suggestion.html", "/suggestions/{suggestion}", "mo"),
    Look("review/suggestion.html", "/suggestions/{suggestion}", "rita"),
    Look("review/suggestion.html", "/suggestions/{new}"),
    Look("account/account.html", "/account", "bea"),
    Look("account/profile.html", "/people/bea"),
    Look("account/contributions.html", "/people/bea/contributions"),
    Look("account/contributions.html", "/people/rita/contributions?show=votes"),
    Look("account/settings.html", "/account/settings", "bea"),
    Look("account/sessions.html", "/account/sessions", "bea"),
    Look("account/ties.html", "/account/ties?q=neighbourhood", "mo"),
    Look("account/notifications.html", "/account/notifications", "bea"),
    Look("account/sign_in.html", "/account/sign-in"),
    Look("account/check_mail.html", "/account/check-mail", session={"mail_sent": ["confirm", "{mail}"]}),
    Look("account/confirm.html", "/account/guest/{parked}"),
    Look("account/reset.html", "/account/reset/{reset}"),
    Look("lists/mine.html", "/lists", "bea"),
    Look("lists/list.html", LIST, "bea"),
    Look("lists/edit.html", f"{LIST}/edit", "bea"),
    Look("lists/print.html", f"{LIST}/print"),
    Look("lists/send.html", f"{LIST}/send", "bea"),
    Look("lists/add.html", f"{SERVICE}/list", "bea"),
    Look("moderate/room.html", "/moderate", "mo"),
    Look("moderate/protect.html", f"{SERVICE}/protect", "mo"),
    Look("moderate/synonyms.html", "/moderate/synonyms", "mo"),
    Look("moderate/synonym_group.html", "/moderate/synonyms/{group}", "mo"),
    Look("moderate/unfound.html", "/moderate/unfound", "mo"),
    *ORDER_LONGEST,
    Look("moderate/policy_replay.html", "/moderate/policy/replay?version=1&days=366", "mo"),
    Look(
        "moderate/policy.html", "/moderate/policy", "mo", 200,
        {"rules.low.threshold": "1", "caps.votes_a_day": "9999", "expire_after": "360", "spam.pause_for": "8"},
        "step=preview", "policy"
    ),
    Look("moderate/incidents.html", "/moderate/incidents?person={word}&text={line}", "mo"),
    Look("moderate/incident.html", "/moderate/incidents/{incident}", "mo"),
    Look("browse/operation.html", "/operations/{operation}", "mo"),
    Look("errors/error.html", "/suggestions/{suggestion}", "rita", 422, {"text": "{text}"}, to="comments"),
)
WRONG = (
    Look("errors/error.html", "/moderate", "author", 403),
    Look("errors/error.html", "/suggestions/{suggestion}", "rita", 422, {"text": LONG}, to="comments"),
    Look(
        "errors/error.html", "/suggestions/{suggestion}", "rita", 400, {"text": "Yes", "csrf_token": "x"}, to="comments"
    ),
    Look(
        "errors/error.html", "/suggestions/{suggestion}", "rita", 429,
        {"text": "Yes"}, "", "comments", "is_too_much"
    ),
    Look("errors/error.html", "/suggestions/{suggestion}", "rita", 413, {"text": TOO_LONG}, to="comments"),
    Look("errors/error.html", BROKEN, "rita", 500),
    Look("errors/error.html", "/suggestions/{suggestion}", "rita", 503, {"text": "Yes"}, "", "comments", "is_writing"),
    Look("errors/error.html", "/moderate", "mo", 422, {"note": " "}, "verdict=official", "claims"),
    Look(
        "errors/error.html", "/moderate", "mo", 409, {"note": "I know them"}, "verdict=official", "claims", "is_granted"
    ),
    Look("browse/search.html", "/search?q=lunch&near=Nowhereville"),
    Look("browse/report.html", f"{SERVICE}/report", "", 422, {"text": "", "contact": "a@b.example"}),
    Look("browse/report.html", f"{SERVICE}/report", "", 429, {"text": "Shut", "what": "wrong"}, meanwhile="is_enough"),
    Look("browse/claim.html", f"{SERVICE}/claim", "rita", 422, {"words": LONG}),
    Look(
        "browse/revert.html", f"{SERVICE}/history/2/revert", "mo", 409, {"summary": "It was wrong"}, meanwhile="moves"
    ),
    Look("browse/roll_back.html", f"{SERVICE}/history/1/roll-back", "mo", 409, {"summary": "Wrong"}, meanwhile="moves"),
    Look("suggest/form.html", f"{SERVICE}/suggest", "", 422, {"name": "", "email": "nobody", "guest_name": "Gil"}),
    Look("suggest/new.html", "/suggest/new/service", "author", 422, {"name": "", "summary": "Soup", "reason": "x"}),
    Look(
        "suggest/review.html", f"{SERVICE}/suggest", "author", 422, {"email": "a@gmail.com", "reason": "x"}, "step=send"
    ),
    Look(
        "suggest/lifecycle.html", f"{SERVICE}/reopen", "author", 422,
        {"reason": "", "how_detail": "Monday"}, "step=send"
    ),
    Look(
        "suggest/lifecycle.html", f"{SERVICE}/merge", "author", 422, {"into.find": "soup", "reason": "x"}, "step=send"
    ),
    Look("suggest/alike.html", f"{SERVICE}/close", "rita", 409, {"reason": "gone"}, "step=send"),
    Look(
        "suggest/alike.html", "/suggestions/{suggestion}/support?change={change}", "rita", 422,
        {"how": ""}, to="support"
    ),
    Look("suggest/rebase.html", "/suggestions/{clash_of}/changes/{clash}/rebase", "author", 409, {"seen": "99"}),
    Look("review/suggestion.html", "/suggestions/{suggestion}", "rita", 422, {"note": "No"}, "choice=reject", "vote"),
    Look("review/suggestion.html", "/suggestions/{suggestion}", "rita", 409, {"seen": "99"}, "choice=approve", "vote"),
    Look("review/suggestion.html", "/suggestions/{suggestion}", "mo", 422, {"note": "No"}, "outcome=", "decide"),
    Look("review/together.html", "/review/together/author", "rita", 409, {}, "change=gone", "together"),
    Look("account/sign_in.html", "/account/sign-in", "", 422, {"email": "nobody", "password": ""}),
    Look(
        "account/sign_in.html", "/account/sign-in", "", 429,
        {"email": "a@b.example", "password": "x"}, meanwhile="is_enough"
    ),
    Look(
        "account/sign_up.html", "/account/sign-up", "", 422,
        {"email": "nobody", "display_name": "x", "password": "short"}
    ),
    Look("account/reset_request.html", "/account/reset", "", 422, {"email": "nobody"}),
    Look("account/reset.html", "/account/reset/{reset}", "", 422, {"password": "short"}),
    Look("account/confirm.html", "/account/confirm/{confirm}", "", 422, {"password": "a wrong password"}),
    Look("account/settings.html", "/account/settings", "author", 422, {"profile-display_name": "x"}),
    Look(
        "account/settings.html", "/account/settings", "author", 422, {"password-current": "x", "password-password": "y"}
    ),
    Look("account/settings.html", "/account/settings", "author", 422, {"email-email": "nobody", "email-current": "x"}),
    Look("account/ties.html", "/account/ties?q=harbour", "author", 422, {"organization": ""}),
    Look("lists/mine.html", "/lists", "author", 422, {"name": " "}),
    Look("lists/add.html", f"{SERVICE}/list", "author", 422, {"list": "new", "name": " "}),
    Look("lists/edit.html", f"{LIST}/edit", "author", 422, {"name": "", "note": "For Mum"}),
    Look("lists/edit.html", f"{LIST}/edit", "author", 422, {"note": LONG}, "act=note", "entries"),
    Look("lists/list.html", LIST, "mo", 422, {"note": " "}),
    Look("lists/send.html", f"{LIST}/send", "author", 422, {"email": "nobody", "words": "Here"}),
    Look(
        "lists/send.html", f"{LIST}/send", "author", 429,
        {"email": "a@b.example", "words": "Here"}, meanwhile="is_enough"
    ),
    Look("moderate/room.html", "/moderate", "mo", 422, {"answer": " "}),
    Look("moderate/protect.html", f"{SERVICE}/protect", "mo", 422, {"level": "trusted", "days": "900", "note": "War"}),
    Look("moderate/synonyms.html", "/moderate/synonyms", "mo", 422, {"phrases": "chemist", "note": "Heard"}),
    Look(
        "moderate/synonym_group.html", "/moderate/synonyms/{group}", "mo", 422, {"phrases": "chemist", "note": "Heard"}
    ),
    Look(
        "moderate/policy.html", "/moderate/policy", "mo", 422,
        {"rules.low.threshold": "many", "rules.high.threshold": "0", "expire_after": "9999"}, "step=write", "policy"
    ),
    Look("moderate/policy.html", "/moderate/policy", "mo", 409, {"caps.amends": "4", "seen": "99"}, "step=write"),
    Look(
        "moderate/synonym_group.html", "/moderate/synonyms/{group}", "mo", 409,
        {"phrases": "shop"}, "", "", "is_regrouped"
    ),
    *ORDER_WRONG,
    Look("moderate/incidents.html", "/moderate/incidents", "mo", 422, {"person": "author", "text": "ab"}),
    Look("moderate/incident.html", "/moderate/incidents/{incident}", "mo", 422, {"reason": " "}, "step=apply"),
)
"""Of pages with the same template and status the first is the one that the quick profile looks at."""
STATES = {"empty": (*NOTHING, *BARE), "longest": LONGEST, "error": WRONG}
EXCUSED = {
    "empty": {
        "account/resume.html": "shown only with what was typed",
        "moderate/synonym_group.html": "a group has two phrases at least",
        "moderate/redaction.html": "a redaction has a record and a reason",
        "review/looking.html": "one sentence, which is there or is not",
    },
    "longest": {
        "account/resume.html": "the form of errors/_again.html, which is seen at its longest",
        "account/sign_up.html": "fixed words, and nobody's",
        "account/reset_request.html": "fixed words, and nobody's",
        "review/looking.html": "fixed words, and nobody's",
    },
    "error": {
        name: "has no form that can be sent wrong"
        for name in (
            *("browse/changes.html", "browse/compare.html", "browse/history.html", "browse/home.html"),
            *("browse/moderation_log.html", "browse/names.html", "browse/record.html", "browse/revision.html"),
            *("browse/insights.html", "browse/since.html", "account/contributions.html", "browse/rules_versions.html"),
            *("browse/rules.html", "review/looking.html", "review/queue.html"),
            *("suggest/alike_rest.html", "suggest/guest_own.html"),
            *("account/account.html", "account/check_mail.html", "account/notifications.html", "account/profile.html"),
            *("account/resume.html", "account/sessions.html", "lists/print.html"),
            *("moderate/unfound.html", "moderate/doubtful.html", "moderate/redactions.html"),
            *("moderate/policy_replay.html", "moderate/duplicates.html", "moderate/tugs.html", "browse/operation.html"),
        )
    },
}
"""By state: which templates are not seen in it, and why."""
