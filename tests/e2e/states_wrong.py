"""Which page is seen when what was sent is wrong, too late, or too much. The other states stand in `states.py`."""

from __future__ import annotations

from tests.e2e.looks import LIST, SERVICE, Look
from tests.support.stage import BROKEN
from webapp.web.received import MOST_LETTERS

LONG = "words " * 400  # more than most fields take
TOO_LONG = "words " * MOST_LETTERS  # more than any request may bring

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
    Look("moderate/checks.html", "/moderate/checks?record=/services/nobody", "mo", 404),
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
