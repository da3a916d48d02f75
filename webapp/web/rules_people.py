"""What the rules say of people: how roles come, what limits them, what moderators may do alone, what is undone.

Law: every number is the policy's, and every power the permission table's; none stands here.
"""

from __future__ import annotations

from webapp.domain.fields import Risk
from webapp.domain.hours.words import listed
from webapp.domain.permissions import PERMISSIONS
from webapp.domain.policy import Policy
from webapp.domain.roles import Role
from webapp.web.sentences import flags_sentence
from webapp.web.wording import count_words, many, span_words

ACTS = {
    "changes": {
        "decide_change": "apply or reject other people’s changes at once",
        "patrol_change": "mark an applied change as looked at",
        "judge_flags": "say whether a flagged change is spam",
        "revert_revision": "revert a revision",
        "roll_back_record": "roll a record back",
        "roll_back_incident": "roll back all that one person or import did",
        "undo_operation": "undo a roll back",
    },
    "records": {
        "protect_record": "protect a record for a time",
        "void_confirmations": "set a false “still correct” aside",
        "hide_comment": "hide a comment",
        "grant_stewardship": "name stewards",
        "handle_report": "answer reports",
        "redact_mask": "mask something private",
        "keep_synonyms": "say which words find the same",
        "view_unfound": "see what nobody finds",
        "remove_list": "take a list away that does harm",
    },
    "people": {
        "pause_person": "pause somebody",
        "ban_person": "ban somebody",
        "lift_sanction": "lift a pause or a ban",
    },
    "roles": {
        "grant_reviewer": "make somebody a reviewer",
        "grant_trusted": "make a reviewer trusted",
        "grant_moderator": "name moderators",
        "grant_administrator": "name administrators",
    },
    "rules": {
        "edit_policy": "edit these rules",
        "apply_policy": "put stricter rules over open changes",
        "import_records": "import records",
    },
}
"""What somebody may do alone, in words and by what it is about; which role may, the table of permissions says."""


def roles(policy: Policy) -> list[str]:
    """How roles come and go."""
    standing = policy.standing
    return [
        "Without an account you can report a problem. You can suggest something too: it counts once you have opened the"
        " link in our mail.",
        "With an account and a confirmed address you are a volunteer. You can suggest, comment, confirm and report.",
        f"You become a reviewer {span_words(standing.reviewer_after)} after you made your account, once you have"
        f" {many(standing.reviewer_changes, 'applied change')}, approved by at least"
        f" {many(standing.reviewer_approvers, 'different person', 'different people')}.",
        f"You become a trusted reviewer with {many(standing.trusted_changes, 'applied change')} on"
        f" {many(standing.trusted_records, 'different record')}, approved by at least"
        f" {many(standing.trusted_approvers, 'different person', 'different people')}. Changes to your own organisation"
        " do not count for this.",
        "For both, a change counts if other people’s votes applied it and nobody undid it. Saying “still correct” earns"
        " no role.",
        "You are no longer a trusted reviewer when other people have reverted"
        f" {many(standing.lost_reverts, 'change')} of yours or more in {span_words(standing.lost_window)}, and that is"
        f" more than {standing.lost_percent} % of those that applied. Reverting yourself does not count.",
        f"Moderators can {_acts(Role.MODERATOR, 'roles')}. Administrators can {_acts(Role.ADMINISTRATOR, 'roles')}.",
    ]


def limits(policy: Policy) -> list[str]:
    """How much anybody may send at once."""
    caps = policy.caps
    return [
        f"Before your first applied change you can have {many(caps.open_newcomer, 'suggestion')} open at once. After"
        f" it, {count_words(caps.open_volunteer)}. As a reviewer {count_words(caps.open_reviewer)}, as a trusted"
        f" reviewer {count_words(caps.open_trusted)}.",
        "Without an account, they are counted by e-mail address.",
        f"One suggestion holds {many(caps.changes_a_suggestion, 'change')} at most. Each is decided by itself.",
        f"An import has {many(caps.open_import, 'suggestion')} open at a time, at most. The rest wait, and do not end"
        " while they wait.",
        f"You can say “still correct” of {many(caps.confirms_a_day, 'record')} a day. A moderator can set false ones"
        " aside.",
    ]


def spam_and_bans(policy: Policy) -> list[str]:
    """Flags, pauses and bans."""
    spam = policy.spam
    return [
        f"A reviewer can flag a change as spam. {flags_sentence(spam.flags_to_hide)} A hidden change neither applies"
        " nor ends.",
        f"If your flag was wrong, you can’t flag for {span_words(spam.wrong_flag_costs)}.",
        f"We count your changes that were rejected in the last {span_words(spam.score_window)}, less one for every"
        f" three that applied. At {count_words(spam.warning_score)} you are warned. At {count_words(spam.pause_score)}"
        f" you are paused for {span_words(spam.pause_for)}.",
        "A pause stops new acts only. What you have under way goes on.",
        "If somebody is banned, their votes are set aside, and given back if the ban is lifted. Their open changes are"
        " hidden until a moderator looks.",
        "Open changes that they voted on are judged again, one by one. If one would apply only because of the ban, a"
        " moderator looks first. Applied changes that would now lack votes go on a list for moderators.",
    ]


# -- moderators -------------------------------------------------------------------------------------------


def moderators(policy: Policy) -> list[str]:
    """What moderators may do alone, and what holds them."""
    waits = policy.self_decision
    return [
        f"With changes: {_acts(Role.MODERATOR, 'changes')}.",
        f"With records: {_acts(Role.MODERATOR, 'records')}.",
        f"With people: {_acts(Role.MODERATOR, 'people')}.",
        "All that they do is in the public moderation log.",
        "Where somebody has voted the other way, a moderator who decides has to write why.",
        f"A moderator’s own change waits for other people: {span_words(waits[Risk.LOW])} if it is an everyday one,"
        f" {span_words(waits[Risk.HIGH])} if it is a careful one, {span_words(waits[Risk.DESTRUCTIVE])} if it is a"
        " grave one. After that they may decide it themselves only if nobody rejects it and no other moderator was"
        f" active in the last {span_words(policy.standing.active_window)}. The log then says so.",
        "One moderator can mask something private at once. A second one makes it final. Where there is no second one,"
        f" an administrator can do so after {span_words(policy.redact_alone_after)}.",
        "If something is urgent, such as a wrong number of a crisis line, report it. Moderators see that first.",
    ]


def protection(policy: Policy) -> list[str]:
    """Records that only some may change."""
    spam = policy.spam
    return [
        "A moderator can protect a record until a set day. Then only trusted reviewers, or only moderators, can suggest"
        " changes to it. Only their approvals count. Rejections count from every reviewer.",
        f"{many(spam.reverts_to_protect, 'revert').capitalize()} of one record within {span_words(spam.revert_window)}"
        f" protect it for {span_words(spam.protect_for)}, for trusted reviewers to look after.",
        "What counts is the protection on the day of the decision.",
    ]


def undo(policy: Policy) -> list[str]:
    """How what was applied is undone."""
    return [
        "Every change is a revision that stays. Each names its suggestion, who voted, and the version of the rules.",
        "A moderator can revert one revision while later ones stay, or roll a record back. Both are new revisions, and"
        " can be undone in their turn.",
    ]


def versions(policy: Policy) -> list[str]:
    """How the rules themselves change."""
    return [
        f"Administrators can {_acts(Role.ADMINISTRATOR, 'rules')}. Each edit of the"
        " rules is a new version, with its reason in the moderation log.",
        "A change is decided by the version that it was suggested under. Only stricter rules can be put over changes"
        " that are open.",
        "Limits, roles, pauses and flags go by the newest version.",
    ]


def _acts(role: Role, about: str) -> str:
    """What the permission table gives to a role, and to none below it, in words."""
    return listed([said for action, said in ACTS[about].items() if PERMISSIONS[action].least == role])
