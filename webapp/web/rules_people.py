"""What the rules say of people: how roles come, what limits them, what moderators may do alone, what is undone.

Law: every number is the policy's, and every power the permission table's; none stands here.
"""

from __future__ import annotations

from webapp.domain.fields import Risk
from webapp.domain.permissions import PERMISSIONS
from webapp.domain.policy import Policy
from webapp.domain.roles import Role
from webapp.language import _, listed, mark, ngettext, number_words, with_capital
from webapp.web.sentences import flags_sentence
from webapp.web.wording import count_words, span_words

ACTS = {
    "changes": {
        "decide_change": mark("apply or reject other people’s changes at once"),
        "patrol_change": mark("mark an applied change as looked at"),
        "judge_flags": mark("say whether a flagged change is spam"),
        "revert_revision": mark("revert a revision"),
        "roll_back_record": mark("roll a record back"),
        "roll_back_incident": mark("roll back all that one person or import did"),
        "undo_operation": mark("undo a roll back"),
    },
    "records": {
        "protect_record": mark("protect a record for a time"),
        "void_confirmations": mark("set a false “still correct” aside"),
        "hide_comment": mark("hide a comment"),
        "grant_stewardship": mark("name stewards"),
        "handle_report": mark("answer reports"),
        "redact_mask": mark("mask something private"),
        "judge_duplicates": mark("tell doubles apart"),
        "keep_synonyms": mark("say which words find the same"),
        "view_unfound": mark("see what nobody finds"),
        "remove_list": mark("take a list away that does harm"),
    },
    "people": {
        "keep_checks": mark("make up checks for reviewers"),
        "pause_person": mark("pause somebody"),
        "ban_person": mark("ban somebody"),
        "lift_sanction": mark("lift a pause or a ban"),
    },
    "roles": {
        "grant_reviewer": mark("make somebody a reviewer"),
        "grant_trusted": mark("make a reviewer trusted"),
        "grant_moderator": mark("name moderators"),
        "grant_administrator": mark("name administrators"),
    },
    "rules": {
        "edit_policy": mark("edit these rules"),
        "apply_policy": mark("put stricter rules over open changes"),
        "import_records": mark("import records"),
    },
}
"""What somebody may do alone, in words and by what it is about; which role may, the table of permissions says."""


def roles(policy: Policy) -> list[str]:
    """How roles come and go."""
    return [
        _(
            "Without an account you can report a problem. You can suggest something too: it counts once you have opened"
            " the link in our mail."
        ),
        _(
            "With an account and a confirmed address you are a volunteer. You can suggest, comment, confirm and report."
        ),
        *_earned(policy),
        _(
            "For both, a change counts if other people’s votes applied it and nobody undid it. Saying “still correct”"
            " earns no role."
        ),
        _lost(policy),
        _(
            "Moderators can %(moderators)s. Administrators can %(administrators)s.",
            moderators=_acts(Role.MODERATOR, "roles"),
            administrators=_acts(Role.ADMINISTRATOR, "roles"),
        ),
    ]


def _earned(policy: Policy) -> list[str]:
    standing = policy.standing
    return [
        _(
            "You become a reviewer %(span)s after you made your account, once you have %(changes)s, approved by at"
            " least %(people)s.",
            span=span_words(standing.reviewer_after),
            changes=_applied_changes(standing.reviewer_changes),
            people=_different_people(standing.reviewer_approvers),
        ),
        _(
            "You become a trusted reviewer with %(changes)s on %(records)s, approved by at least %(people)s. Changes to"
            " your own organisation do not count for this.",
            changes=_applied_changes(standing.trusted_changes),
            records=ngettext(
                "%(count)s different record",
                "%(count)s different records",
                standing.trusted_records,
                count=count_words(standing.trusted_records),
            ),
            people=_different_people(standing.trusted_approvers),
        ),
    ]


def _applied_changes(number: int) -> str:
    return ngettext("%(count)s applied change", "%(count)s applied changes", number, count=count_words(number))


def _different_people(number: int) -> str:
    return ngettext("%(count)s different person", "%(count)s different people", number, count=count_words(number))


def _lost(policy: Policy) -> str:
    standing = policy.standing
    return ngettext(
        "You are no longer a trusted reviewer when other people have reverted %(count)s change of yours or more in"
        " %(span)s, and that is more than %(percent)s %% of those that applied. Reverting yourself does not count.",
        "You are no longer a trusted reviewer when other people have reverted %(count)s changes of yours or more in"
        " %(span)s, and that is more than %(percent)s %% of those that applied. Reverting yourself does not count.",
        standing.lost_reverts,
        count=count_words(standing.lost_reverts),
        span=span_words(standing.lost_window),
        percent=number_words(standing.lost_percent),
    )


def limits(policy: Policy) -> list[str]:
    """How much anybody may send at once."""
    caps = policy.caps
    return [
        _open_words(policy),
        _("Without an account, they are counted by e-mail address."),
        ngettext(
            "One suggestion holds %(count)s change at most. Each is decided by itself.",
            "One suggestion holds %(count)s changes at most. Each is decided by itself.",
            caps.changes_a_suggestion,
            count=count_words(caps.changes_a_suggestion),
        ),
        ngettext(
            "An import has %(count)s suggestion open at a time, at most. The rest wait, and do not end while they"
            " wait.",
            "An import has %(count)s suggestions open at a time, at most. The rest wait, and do not end while they"
            " wait.",
            caps.open_import,
            count=count_words(caps.open_import),
        ),
        ngettext(
            "You can say “still correct” of %(count)s record a day. A moderator can set false ones aside.",
            "You can say “still correct” of %(count)s records a day. A moderator can set false ones aside.",
            caps.confirms_a_day,
            count=count_words(caps.confirms_a_day),
        ),
    ]


def _open_words(policy: Policy) -> str:
    caps = policy.caps
    return ngettext(
        "Before your first applied change you can have %(count)s suggestion open at once. After it, %(volunteer)s. As a"
        " reviewer %(reviewer)s, as a trusted reviewer %(trusted)s.",
        "Before your first applied change you can have %(count)s suggestions open at once. After it, %(volunteer)s. As"
        " a reviewer %(reviewer)s, as a trusted reviewer %(trusted)s.",
        caps.open_newcomer,
        count=count_words(caps.open_newcomer),
        volunteer=count_words(caps.open_volunteer),
        reviewer=count_words(caps.open_reviewer),
        trusted=count_words(caps.open_trusted),
    )


def spam_and_bans(policy: Policy) -> list[str]:
    """Flags, pauses and bans."""
    spam = policy.spam
    return [
        _(
            "A reviewer can flag a change as spam. %(flags)s A hidden change neither applies nor ends.",
            flags=flags_sentence(spam.flags_to_hide),
        ),
        _("If your flag was wrong, you can’t flag for %(span)s.", span=span_words(spam.wrong_flag_costs)),
        _(
            "We count your changes that were rejected in the last %(window)s, less one for every three that applied. At"
            " %(warning)s you are warned. At %(pause)s you are paused for %(span)s.",
            window=span_words(spam.score_window),
            warning=count_words(spam.warning_score),
            pause=count_words(spam.pause_score),
            span=span_words(spam.pause_for),
        ),
        _("A pause stops new acts only. What you have under way goes on."),
        _(
            "If somebody is banned, their votes are set aside, and given back if the ban is lifted. Their open changes"
            " are hidden until a moderator looks."
        ),
        _(
            "Open changes that they voted on are judged again, one by one. If one would apply only because of the ban,"
            " a moderator looks first. Applied changes that would now lack votes go on a list for moderators."
        ),
    ]


# -- moderators -------------------------------------------------------------------------------------------


def moderators(policy: Policy) -> list[str]:
    """What moderators may do alone, and what holds them."""
    waits = policy.self_decision
    return [
        _("With changes: %(acts)s.", acts=_acts(Role.MODERATOR, "changes")),
        _("With records: %(acts)s.", acts=_acts(Role.MODERATOR, "records")),
        _("With people: %(acts)s.", acts=_acts(Role.MODERATOR, "people")),
        _("All that they do is in the public moderation log."),
        _("Where somebody has voted the other way, a moderator who decides has to write why."),
        _(
            "A moderator’s own change waits for other people: %(everyday)s if it is an everyday one, %(careful)s if it"
            " is a careful one, %(grave)s if it is a grave one. After that they may decide it themselves only if nobody"
            " rejects it and no other moderator was active in the last %(window)s. The log then says so.",
            everyday=span_words(waits[Risk.LOW]),
            careful=span_words(waits[Risk.HIGH]),
            grave=span_words(waits[Risk.DESTRUCTIVE]),
            window=span_words(policy.standing.active_window),
        ),
        _(
            "One moderator can mask something private at once. A second one makes it final. Where there is no second"
            " one, an administrator can do so after %(span)s.",
            span=span_words(policy.redact_alone_after),
        ),
        _("If something is urgent, such as a wrong number of a crisis line, report it. Moderators see that first."),
    ]


def protection(policy: Policy) -> list[str]:
    """Records that only some may change."""
    spam = policy.spam
    by_itself = ngettext(
        "%(count)s revert of one record within %(window)s protects it for %(span)s, for trusted reviewers to look"
        " after.",
        "%(count)s reverts of one record within %(window)s protect it for %(span)s, for trusted reviewers to look"
        " after.",
        spam.reverts_to_protect,
        count=count_words(spam.reverts_to_protect),
        window=span_words(spam.revert_window),
        span=span_words(spam.protect_for),
    )
    return [
        _(
            "A moderator can protect a record until a set day. Then only trusted reviewers, or only moderators, can"
            " suggest changes to it. Only their approvals count. Rejections count from every reviewer."
        ),
        with_capital(by_itself),
        _("What counts is the protection on the day of the decision."),
    ]


def undo(policy: Policy) -> list[str]:
    """How what was applied is undone."""
    return [
        _("Every change is a revision that stays. Each names its suggestion, who voted, and the version of the rules."),
        _(
            "A moderator can revert one revision while later ones stay, or roll a record back. Both are new revisions,"
            " and can be undone in their turn."
        ),
    ]


def versions(policy: Policy) -> list[str]:
    """How the rules themselves change."""
    return [
        _(
            "Administrators can %(acts)s. Each edit of the rules is a new version, with its reason in the moderation"
            " log.",
            acts=_acts(Role.ADMINISTRATOR, "rules"),
        ),
        _(
            "A change is decided by the version that it was suggested under. Only stricter rules can be put over"
            " changes that are open."
        ),
        _("Limits, roles, pauses and flags go by the newest version. So does whether votes are hidden."),
    ]


def _acts(role: Role, about: str) -> str:
    """What the permission table gives to a role, and to none below it, in words."""
    return listed([_(said) for action, said in ACTS[about].items() if PERMISSIONS[action].least == role])
