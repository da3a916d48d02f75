"""Who may do what: one table. What the table does not name, nobody may do.

Rules that need votes or counts stand elsewhere: `by_hand`, `standing`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from webapp.domain.roles import Role, at_least


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `id` is None for a visitor; a guest has the id of a person without a password."""

    id: str | None = None
    role: Role = Role.NOBODY  # the highest; it includes the lower ones
    confirmed: bool = False  # the address
    paused: bool = False
    banned: bool = False
    two_step_ok: bool = True  # or not asked of anybody yet
    has_other_moderator_active: bool = True  # within `active_window`; only moderators' own changes ask
    has_other_moderator: bool = True  # however long they were not seen; only own redactions ask


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is done to, as far as the answer depends on it."""

    kind: str = ""
    author_ids: frozenset[str] = frozenset()  # of the change, co-authors too
    author_id: str | None = None  # who suggested it; a co-author joined later
    state: str = "open"  # of the change
    protection: str | None = None  # of the record: None, "trusted", "moderators"
    steward_ids: frozenset[str] = frozenset()  # of the record
    last_touched_by: str | None = None  # of the record: last revision or confirmation
    person_id: str | None = None  # whom it is done to, or whose it is
    has_key: bool = False  # of a list that no person keeps: it was made in the browser that asks
    person_role: Role = Role.NOBODY
    may_self_decide: bool = False  # see `by_hand`
    masked_by: str | None = None  # of a redaction
    has_waited: bool = False  # `redact_alone_after` has passed since it was masked


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed; else why not."""

    allowed: bool
    code: str = ""

    def __bool__(self) -> bool:
        return self.allowed


Check = Callable[[Actor, Subject], bool]

ALLOWED = Verdict(True)


# -- conditions on the subject: each refuses with its own name as the code ---------------------------------


def not_open(actor: Actor, subject: Subject) -> bool:
    return subject.state == "open"


def own_change(actor: Actor, subject: Subject) -> bool:
    return actor.id not in subject.author_ids


def not_your_change(actor: Actor, subject: Subject) -> bool:
    """Of whoever suggested it alone: a co-author may no more end it than any other reviewer."""
    return actor.id is not None and actor.id == subject.author_id


def protected(actor: Actor, subject: Subject) -> bool:
    """A protection of another name than these keeps everybody out."""
    least = {None: Role.NOBODY, "trusted": Role.TRUSTED, "moderators": Role.MODERATOR}
    return at_least(actor.role, least.get(subject.protection, Role.ADMINISTRATOR))


def own_last_touch(actor: Actor, subject: Subject) -> bool:
    return actor.id != subject.last_touched_by


def own_person(actor: Actor, subject: Subject) -> bool:
    return actor.id != subject.person_id


def not_yours(actor: Actor, subject: Subject) -> bool:
    return actor.id is not None and actor.id == subject.person_id


def not_your_list(actor: Actor, subject: Subject) -> bool:
    """Whoever made it: the person who keeps it, or while nobody does, the browser that has its key."""
    return subject.has_key if subject.person_id is None else not_yours(actor, subject)


def not_below_you(actor: Actor, subject: Subject) -> bool:
    """Moderators sanction those below them; administrators everybody."""
    return actor.role == Role.ADMINISTRATOR or not at_least(subject.person_role, Role.MODERATOR)


def other_moderators_decide(actor: Actor, subject: Subject) -> bool:
    return own_change(actor, subject) or (subject.may_self_decide and not actor.has_other_moderator_active)


def second_person_needed(actor: Actor, subject: Subject) -> bool:
    if actor.id != subject.masked_by:
        return True
    return actor.role == Role.ADMINISTRATOR and not actor.has_other_moderator and subject.has_waited


# -- the table --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rule:
    """What an action asks of the actor, then of the subject."""

    least: Role
    checks: tuple[Check, ...] = ()
    confirmed: bool = True  # asks for a confirmed address
    while_paused: bool = False  # is no new act
    while_banned: bool = False
    stewards: bool = False  # a steward of the record may, whatever the role


_READ = Rule(Role.NOBODY, confirmed=False, while_paused=True, while_banned=True)
_SUGGEST = Rule(Role.NOBODY, (protected,), confirmed=False)  # counts once the address is confirmed
_VOLUNTEER = Rule(Role.VOLUNTEER)
_OWN = Rule(Role.VOLUNTEER, (not_yours,), confirmed=False, while_paused=True)
_REFIT = Rule(Role.REVIEWER, (not_open, protected))
_COLLECT = Rule(Role.NOBODY, confirmed=False, while_paused=True)  # for oneself: it changes no record
_MODERATE = Rule(Role.MODERATOR)
_GRANT = Rule(Role.MODERATOR, (own_person, not_below_you))
_SANCTION = Rule(Role.MODERATOR, (own_person, not_below_you))
_ADMINISTER = Rule(Role.ADMINISTRATOR)

PERMISSIONS: dict[str, Rule] = {
    # anybody
    "read_record": _READ,
    "read_history": _READ,
    "read_suggestion": _READ,
    "read_rules": _READ,
    "search": _READ,
    "sign_in": _READ,  # and all of coming back: a new account, a new password, a letter's link
    "sign_out": _READ,
    "report_problem": Rule(Role.NOBODY, confirmed=False, while_paused=True),
    # lists: whoever has the link reads one
    "read_list": _READ,
    "make_list": _COLLECT,
    "change_list": replace(_COLLECT, checks=(not_your_list,)),
    "keep_list": Rule(Role.VOLUNTEER, (not_your_list,), confirmed=False, while_paused=True),
    "send_list": Rule(Role.NOBODY, confirmed=False),
    # suggesting
    "suggest_change": _SUGGEST,
    "suggest_record": _SUGGEST,
    "suggest_close": _SUGGEST,
    "suggest_reopen": _SUGGEST,
    "suggest_merge": Rule(Role.VOLUNTEER, (protected,)),
    "amend_change": Rule(Role.GUEST, (not_your_change, not_open, protected), while_paused=True),
    "withdraw_change": Rule(Role.GUEST, (not_your_change, not_open), confirmed=False, while_paused=True),
    "support_change": Rule(Role.VOLUNTEER, (own_change, not_open)),
    "comment": _VOLUNTEER,
    "confirm_record": Rule(Role.VOLUNTEER, (own_last_touch,)),
    "claim_record": _VOLUNTEER,
    "subscribe": Rule(Role.VOLUNTEER, while_paused=True),
    # the own account
    "use_account": _OWN,
    "manage_sessions": _OWN,
    "declare_affiliation": _OWN,
    "end_affiliation": _OWN,
    "resign_stewardship": _OWN,
    # reviewing
    "cast_vote": Rule(Role.REVIEWER, (own_change, not_open), stewards=True),
    "take_back_vote": Rule(Role.VOLUNTEER, (not_yours, not_open), while_paused=True),
    "flag_spam": Rule(Role.REVIEWER, (own_change, not_open)),
    "rebase_change": _REFIT,
    "improve_change": _REFIT,
    # moderating
    "view_moderation": _MODERATE,
    "read_reports": _MODERATE,
    "handle_report": _MODERATE,
    "decide_change": Rule(Role.MODERATOR, (not_open, other_moderators_decide)),
    "judge_flags": Rule(Role.MODERATOR, (own_change,)),
    "hide_comment": _MODERATE,
    "patrol_change": Rule(Role.MODERATOR, (own_change,)),
    "revert_revision": _MODERATE,
    "roll_back_record": _MODERATE,
    "roll_back_incident": _MODERATE,
    "undo_operation": _MODERATE,
    "protect_record": _MODERATE,
    "void_confirmations": _MODERATE,
    "judge_duplicates": _MODERATE,
    "keep_synonyms": _MODERATE,
    "keep_checks": _MODERATE,  # planted changes whose right answer is known
    "view_unfound": _MODERATE,  # what was looked for and not found
    "remove_list": _MODERATE,  # of others, where it does harm
    "grant_stewardship": Rule(Role.MODERATOR, (own_person,)),
    "redact_mask": _MODERATE,
    "redact_finish": Rule(Role.MODERATOR, (second_person_needed,)),
    "grant_reviewer": _GRANT,
    "grant_trusted": _GRANT,
    "ban_person": _SANCTION,
    "pause_person": _SANCTION,
    "lift_sanction": _SANCTION,
    # administering
    "grant_moderator": Rule(Role.ADMINISTRATOR, (own_person,)),
    "grant_administrator": Rule(Role.ADMINISTRATOR, (own_person,)),
    "edit_policy": _ADMINISTER,
    "apply_policy": _ADMINISTER,  # a tightened one, to open changes
    "import_records": _ADMINISTER,
}


def may(actor: Actor, action: str, subject: Subject | None = None) -> Verdict:
    """Whether an actor may do an action to a subject, and if not, the code of the first thing in the way.

    Codes: unknown_action, banned, sign_in_needed, role_needed, two_step_needed, address_unconfirmed, paused,
    or the name of the condition that fails. Pages show what this allows, services refuse the rest.
    """
    rule = PERMISSIONS.get(action)
    if rule is None:
        return Verdict(False, "unknown_action")
    subject = subject or Subject()
    code = _refusal_of_actor(rule, actor, subject) or _refusal_of_subject(rule, actor, subject)
    return Verdict(False, code) if code else ALLOWED


def _refusal_of_actor(rule: Rule, actor: Actor, subject: Subject) -> str:
    if actor.banned and not rule.while_banned:
        return "banned"
    is_steward = rule.stewards and actor.id is not None and actor.id in subject.steward_ids
    if not is_steward and not at_least(actor.role, rule.least):
        return "sign_in_needed" if actor.role == Role.NOBODY else "role_needed"
    return _refusal_of_account(rule, actor)


def _refusal_of_account(rule: Rule, actor: Actor) -> str:
    if not actor.two_step_ok and at_least(rule.least, Role.MODERATOR):
        return "two_step_needed"
    if rule.confirmed and not actor.confirmed:
        return "address_unconfirmed"
    return "paused" if actor.paused and not rule.while_paused else ""


def _refusal_of_subject(rule: Rule, actor: Actor, subject: Subject) -> str:
    return next((check.__name__ for check in rule.checks if not check(actor, subject)), "")


def admits(actor: Actor, action: str) -> Verdict:
    """Whether an actor may do such things at all, whatever the subject: what a door asks before it opens."""
    rule = PERMISSIONS.get(action)
    if rule is None:
        return Verdict(False, "unknown_action")
    if rule.stewards and actor.id is not None and not actor.banned:
        return ALLOWED  # of which record, only the service knows
    code = _refusal_of_actor(rule, actor, Subject())
    return Verdict(False, code) if code else ALLOWED
