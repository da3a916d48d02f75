"""Codes and values in plain words: roles and states, how long ago, what was refused.

The tables hold British English, marked for the catalogue; what is taken from them goes through `_` where it is used.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_skeleton

from webapp.domain.diff import group_words
from webapp.domain.errors import WellkeptError
from webapp.domain.hours import LONDON, date_words
from webapp.domain.kinds import KINDS
from webapp.language import _, mark, ngettext, number_words, present, without_capital

NUMBERS = mark(("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
STATE_WORDS = mark({
    "open": "Open",
    "applied": "Applied",
    "rejected": "Rejected",
    "withdrawn": "Withdrawn",
    "superseded": "Superseded",
    "expired": "Expired",
    "partly applied": "Partly applied",
    "mixed": "Closed",
})
NAMELESS = mark({
    "service": "A new service",
    "location": "A new place",
    "organization": "A new organisation",
    "guide": "A new guide",
    "taxonomy": "A new list of categories",
    "taxonomy_term": "A new category",
})
"""What is suggested and has no name yet."""
WHOLE_WORDS = mark({
    "create": "A new record",
    "close": "Close this record",
    "reopen": "Reopen this record",
    "merge": "Merge two records",
})
"""What a change of a whole record does."""
RISK_WORDS = mark({
    "low": "everyday change",
    "high": "careful change",
    "destructive": "grave change",
})
EVIDENCE_WORDS = mark({
    "phoned": "Phoned them",
    "visited": "Visited them",
    "website": "Looked at their website",
    "run_it": "Runs it",
    "other": "In another way",
})
STATUS_WORDS = mark({
    "inactive": ("Not running at the moment", "Get in touch before you go."),
    "defunct": ("No longer exists", "It is kept here so that nobody looks for it in vain."),
    "temporarily closed": ("Closed for now", "It means to open again. Get in touch before you go."),
    "closed": ("Closed", "This does not run any more. The record stays, so that nobody looks for it in vain."),
    "merged": ("Merged", "This was the same as another record, which is kept instead."),
    "void": ("Withdrawn", "This record was taken back. Its history stays."),
})
REJECT_REASONS = mark((
    ("not_true", "It is not true"),
    ("unclear", "I can’t tell whether it is true"),
    ("unkind", "It is unkind or not plain"),
    ("advertising", "It is advertising"),
    ("private", "It gives away something private"),
    ("other", "Something else"),
))
CHOICE_WORDS = mark({"approve": "approved", "reject": "rejected", "abstain": "abstained"})


def count_words(number: int) -> str:
    """A small number as a word."""
    return _(NUMBERS[number]) if 0 <= number < len(NUMBERS) else number_words(number)


def title_words(type_: str, kind: str, name: str | None) -> str:
    """The record that a change is about, by its name, and where it has none by what it is: "A new service"."""
    return name or (_(NAMELESS[kind]) if type_ == "create" else _("A record"))


def label_of(change: Any) -> str:
    """What a change, of which `type`, `kind` and `group` are known, is about: "Opening hours", "Close this record"."""
    if change.type in WHOLE_WORDS:
        return _(WHOLE_WORDS[change.type])
    try:
        return group_words(KINDS[change.kind], change.group)
    except KeyError:
        return _("A change")  # of a group that the kind no longer has


def too_long_words(most: int) -> str:
    """What to do with a text that has more than `most` characters."""
    return ngettext("Shorten it to %(num)s character.", "Shorten it to %(num)s characters.", most)


def why_words(most: int) -> str:
    """What to do where a reason is missing or has more than `most` characters."""
    return ngettext("Say why, in at most %(num)s character.", "Say why, in at most %(num)s characters.", most)


# -- time -------------------------------------------------------------------------------------------------


def local_day(moment: datetime) -> str:
    """ "21 November 2026", in local time."""
    return date_words(moment.astimezone(LONDON).date())


def local_time(moment: datetime) -> str:
    """ "21 November 2026 at 14:10", in local time."""
    return _("%(day)s at %(time)s", day=local_day(moment), time=local_clock(moment))


def local_clock(moment: datetime) -> str:
    """ "14:10", in local time."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, roughly: "3 hours ago", "yesterday", "2 May 2026"."""
    seconds = (now - moment).total_seconds()
    if seconds < 0:
        return at_words(moment, now)
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", int(seconds // 60))
    if seconds < 24 * 3600:
        return ngettext("%(num)s hour ago", "%(num)s hours ago", int(seconds // 3600))
    days = (now.astimezone(LONDON).date() - moment.astimezone(LONDON).date()).days
    if days <= 1:
        return _("yesterday")
    return ngettext("%(num)s day ago", "%(num)s days ago", days) if days < 60 else local_day(moment)


def at_words(moment: datetime, now: datetime) -> str:
    """A time to come: "today at 14:10", "tomorrow at 14:10", "on 2 May at 14:10"."""
    local, today = moment.astimezone(LONDON), now.astimezone(LONDON).date()
    days = (local.date() - today).days
    if days == 0:
        return _("today at %(time)s", time=local_clock(moment))
    if days == 1:
        return _("tomorrow at %(time)s", time=local_clock(moment))
    day = format_skeleton("MMMMd", local.date(), locale=present().locale)
    return _("on %(day)s at %(time)s", day=day, time=local_clock(moment))


def span_words(span: timedelta) -> str:
    """ "72 hours", "14 days", "90 minutes", "at once": exactly, and in hours up to three days."""
    minutes = int(span.total_seconds() // 60)
    if not minutes:
        return _("at once")
    if minutes % 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    hours = minutes // 60
    if hours <= 72 or hours % 24:
        return ngettext("%(num)s hour", "%(num)s hours", hours)
    return ngettext("%(num)s day", "%(num)s days", hours // 24)


# -- refusals ---------------------------------------------------------------------------------------------

REFUSALS = mark({
    "sign_in_needed": "Sign in first. What you were doing can be done afterwards.",
    "role_needed": "That needs another role than yours.",
    "address_unconfirmed": "Confirm your e-mail address first. The link is in the mail that we sent you.",
    "paused": "You are paused for a few days, so nothing new can be sent. What you have under way goes on.",
    "banned": "This account may not take part any more.",
    "name_of_moderator": "Somebody could take “{name}” for a moderator’s name, or for the site itself."
    " Choose another one, or add something to it.",
    "own_change": "This is your own change, so other people decide about it.",
    "own_last_touch": "You touched this record last, so somebody else has to confirm it.",
    "not_your_change": "Only its author can do that.",
    "not_open": "This was decided already.",
    "protected": "This record is protected for now, so that only some people may change it.",
    "other_moderators_decide": "This is your own change. Other moderators are active, so one of them decides.",
    "note_missing": "Somebody voted the other way. Write them a note that says why.",
    "reason_missing": "It came without a reason. Write a note that gives one.",
    "rejected_by_somebody": "Somebody rejected it, so you can’t decide your own change.",
    "too_early": "It is too early for that.",
    "record_closed": "The record is closed. Suggest to reopen it first.",
    "conflicted": "The record has changed underneath it. It must be fitted to the record first.",
    "stale": "This was changed while you were looking at it. Nothing was lost: look at it as it is now, then decide.",
    "already_closed": "This was decided meanwhile.",
    "vote_ended": "There is no vote of yours on this any more: you took it back already, or the change was altered.",
    "nothing_to_undo": "There is nothing left to undo: the record says that already.",
    "all_put_right": "There is nothing left to undo: others have put it right, or merged it into another record.",
    "nothing_written": "Nothing that was written fits all of this, so there is nothing to undo.",
    "nothing_chosen": "Nothing is chosen yet. Choose below what to put back.",
    "does_not_fit": "That would leave the record in a state that can’t be. Choose less, or change it by hand.",
    "incident_moved": "Records have changed since you looked ({count}). Nothing was written. Here is how it stands.",
    "incident_redrawn": "This preview was drawn up anew since you looked. Nothing was written. Here is how it stands.",
    "incident_applied": "This was applied already. Here is what it did.",
    "goes_on": "This roll back is under way, so nothing was undone. “Undo all of this” stops it, and shows anew what"
    " that would do.",
    "goes_on_already": "This goes on already: you pressed twice, or somebody else was quicker.",
    "is_through": "This is through, so there is nothing to go on with.",
    "is_undone": "This can’t go on: somebody has undone it, or is undoing it now. Roll back anew what is left.",
    "incident_too_large": "That is in more than {limit} records. Say more about it, such as since when.",
    "not_found": "There is no such thing here.",
    "busy": "Many people are writing at the same time. Nothing was changed; try again in a few seconds.",
    "votes_a_day": "You have voted on {limit} suggestions today. Thank you: that is enough for one day.",
    "author_share": "More than {limit} % of your votes would go to one author. Look at other people’s first.",
    "open_suggestions": "You have {limit} suggestions open, as many as you may for now. Wait until one is decided.",
    "open_by_address": "As many suggestions as may be open wait for this address already. Open the links in your mail,"
    " or wait until one is decided.",
    "amends": "This was changed {limit} times already. Withdraw it and suggest anew.",
    "confirms_a_day": "You have confirmed {limit} records today. Thank you: that is enough for one day.",
    "changes_a_suggestion": "One suggestion holds at most {limit} changes. Send it in parts.",
    "nothing_changes": "The record says that already, so there is nothing to send.",
    "alike": "Somebody has suggested the same already.",
    "unknown_code": "That is none of the answers on offer. Choose one of them.",
    "not_flagged": "Nobody has flagged this, or a moderator has looked at it already.",
    "declared_already": "You have said that already.",
    "not_an_organization": "That is no organisation. Choose one from the list.",
    "record_gone": "That record is not kept any more. Look for the one that took its place.",
    "claimed_already": "You have said that already. A moderator reads it, and you are told.",
    "steward_already": "That person looks after the record already.",
    "claims_waiting": "{limit} of your claims wait for a moderator already. Wait until one is answered.",
    "person_gone": "That person may not take part any more, so it can only be refused.",
    "words_missing": "Say why, in at most {limit} characters. Everybody can read it in the moderation log.",
    "not_applied": "Only what was applied can be marked as looked at.",
    "not_yours": "That is somebody else’s.",
    "not_your_list": "Only whoever made this list can change it, from the browser or account that it was made with.",
    "list_full": "A list holds at most {limit} services. Take one away first, or begin another list.",
    "lists_full": "You keep {limit} lists, as many as there can be. Delete one first.",
    "queues_full": "You keep {limit} choices of the queue, as many as there can be. Remove one first.",
    "interests_full": "You can choose {limit} areas and {limit} topics, and no more. Take some away.",
    "queue_name": "Give it a name of at most 40 characters.",
    "not_a_service": "Only services can stand on a list.",
    "list_empty": "There is nothing on this list yet, so there is nothing to send.",
    "flag_judged": "A moderator has looked at this already.",
    "value_too_short": "That is too short to look for everywhere. Give more of it.",
    "reason_has_value": "The reason holds what is to be taken out. Say it without.",
    "nothing_to_redact": "That stands nowhere in the history.",
    "later_redaction": "A later redaction stands upon this one.",
    "second_person_needed": "Another moderator has to make this final.",
    "only_edits_amend": "Only changes to a record can be altered. Withdraw this one and suggest it anew.",
    "flags_lost": "Your last flag was not right, so you can’t flag for a while.",
    "merge_into_itself": "That is the same record twice, so there is nothing to merge. Choose another one that stays.",
    "merge_across_kinds": "Only records of the same kind can be merged. Choose another one that stays.",
    "merge_with_gone": "One of the two is gone already: it was merged, or taken back. Choose another one that stays.",
    "not_merged": "These are two records already.",
    "merge_circle": "That would merge the records in a circle.",
    "policy_not_tightened": "That would make it easier for changes that are open. They keep the rules they began with.",
    "policy_refused": "These rules can’t be. See what is wrong with each of them.",
    "protection_must_expire": "Say until when. A protection always ends.",
    "own_person": "You can’t do that to yourself.",
    "not_below_you": "That person’s role is as high as yours.",
    "banned_already": "That person is banned already.",
    "paused_already": "That person is paused for as long already. Lift it first, or choose a later day.",
    "nothing_to_lift": "That person is neither paused nor banned any more.",
    "groups_full": "There are {limit} groups already, as many as can be. Take one out first.",
    "wrong_sign_in": "That address and password do not belong together.",
    "list_gone": "It ran out, its maker deleted it or left this site, or the address was mistyped.",
    "dead_link": "This link was used already, or is too old. Ask for a new one.",
    "too_many_tries": "There were many tries. Wait a few minutes, then try again.",
})


def refusal_words(error: WellkeptError) -> str:
    """What a person is told of a domain error."""
    if error.code == "already_closed" and "state" in error.values:
        state = without_capital(_(STATE_WORDS.get(str(error.values["state"]), "")))
        return _("This was decided meanwhile: it is %(state)s.", state=state)
    if error.code == "too_many_tries" and "seconds" in error.values:
        return ngettext(
            "There were many tries in a short time. Try again in %(num)s minute.",
            "There were many tries in a short time. Try again in %(num)s minutes.",
            math.ceil(int(str(error.values["seconds"])) / 60),
        )
    words = _(REFUSALS.get(error.code, mark("That can’t be done.")))
    return words.format(**error.values) if "{" in words else words
