"""What the rules say in plain words, part by part: every number is the policy's, and none stands here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.domain.fields import Risk
from webapp.domain.permissions import PERMISSIONS
from webapp.domain.policy import Policy
from webapp.domain.roles import Role
from webapp.web.wording import count_words, span_words


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its anchor, its name among the contents, its heading, and points that stand by themselves."""

    id: str
    name: str
    heading: str
    points: tuple[str, ...]


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


_MANY = {"different person": "different people"}


def many(number: int, one: str) -> str:
    """ "three changes", "one change", "15 changes"."""
    return f"{count_words(number)} {one if number == 1 else _MANY.get(one, one + 's')}"


def people_words(*, trusted: bool, moderator: bool) -> list[str]:
    """Whose approval is among those that are needed."""
    return [words for wanted, words in ((trusted, "a trusted reviewer"), (moderator, "a moderator")) if wanted]


def sections(policy: Policy) -> list[Section]:
    """The whole of the rules but for what each class needs, in the order of the page."""
    return [Section(id_, name, heading, tuple(say(policy))) for id_, name, heading, say in _PARTS]


# -- changes ----------------------------------------------------------------------------------------------


def _classes(policy: Policy) -> list[str]:
    return [
        "The class comes from what a change touches. Nobody chooses it. Where a change touches several things, the"
        " gravest one counts.",
        "An everyday change becomes a careful one when it adds a number, an address, a link or a sum of money to a"
        " text. Dates and times are numbers too.",
        "It also becomes a careful one when it takes out more than half of the words of a text. A summary of one line"
        " is a text too. So a change that rewrites the whole summary is a careful one.",
        "With careful and grave changes we ask how you know: did you phone, visit, look at their website, or do you run"
        " it? Your answer helps people to decide. It makes no vote needless.",
    ]


def _votes(policy: Policy) -> list[str]:
    caps = policy.caps
    return [
        "Reviewers vote, and so do trusted reviewers, moderators and administrators. A steward, who looks after a"
        " record, votes on changes to it.",
        "Nobody votes on their own change, nor on one that they helped to write.",
        "If you have a tie to an organisation, say so on your account’s page. You may still vote on its records."
        " Everybody can see that vote, but it does not count.",
        "A steward’s vote does not count either, but for one approval. That one is never the approval from a trusted"
        " reviewer or a moderator.",
        "If somebody with such a tie rejects a careful or grave change, moderators are asked at once. If a steward is"
        " against it, only a moderator can apply it.",
        "You can take your vote back while the change is open.",
        f"You can vote on {many(caps.votes_a_day, 'suggestion')} a day at most.",
        f"No more than {caps.author_share_percent} % of your votes of the last {span_words(caps.author_share_window)}"
        f" may go to one author. That is looked at from vote number {caps.author_share_from} on, and not while few"
        " people take part. Neither limit is for moderators.",
    ]


def _rejects(policy: Policy) -> list[str]:
    margin = policy.contested_margin
    more = f"It then needs {many(margin, 'approval')} more than before" if margin else "It needs no more than before"
    return [
        f"The change rests for {span_words(policy.first_reject_pause)} after the first reject, so that people can"
        " talk.",
        f"{more}, for as long as somebody rejects it.",
        f"With {many(-policy.reject_at, 'more rejection')} than approvals it is rejected, once that rest is over.",
        "If the reject is taken back, the rest ends.",
        f"If people still disagree {span_words(policy.escalate_contested_after)} after the first reject, moderators are"
        " asked. From then on only a moderator can apply it, unless the rejects are taken back.",
    ]


def _silence(policy: Policy) -> list[str]:
    return [
        f"After {span_words(policy.escalate_after)} moderators are asked to look. Votes can still apply it, if nobody"
        " rejects it.",
        f"After {span_words(policy.expire_after)} the change ends, and its author is told. It can be suggested again.",
    ]


def _few(policy: Policy) -> list[str]:
    standing = policy.standing
    return [
        f"A reviewer who voted in the last {span_words(standing.active_window)} is active.",
        f"With fewer than {many(standing.reduced_below, 'active reviewer')}, fewer approvals are asked for. Each class"
        " above says how many.",
        f"From {many(standing.full_from, 'active reviewer')} on, the usual number holds again. We count once a day.",
        "The times that a change waits stay as they are.",
    ]


def _meanwhile(policy: Policy) -> list[str]:
    return [
        "A change that no longer fits the record waits until somebody fits it to the record as it is now. Any reviewer"
        " may do that, or improve the change. They become an author too, so their own vote no longer counts.",
        "The author can alter a change while it is open,"
        f" {many(policy.caps.amends, 'time') if policy.caps.amends else 'no time'} at most.",
        "Whenever an open change is altered, fitted or improved, its votes are dropped and its voters are told. Its"
        " time starts anew.",
        "If another change has made the record say the same already, yours ends. That costs you nothing and earns you"
        " nothing.",
        "If somebody has suggested the same before you, you are offered to approve that, or to add how you know.",
        "Changes to a closed record wait until it is reopened.",
        "When two records are merged, open changes move to the one that is kept. Their votes are dropped, and their"
        " authors are told.",
    ]


# -- people -----------------------------------------------------------------------------------------------


def _roles(policy: Policy) -> list[str]:
    standing = policy.standing
    return [
        "Without an account you can report a problem. You can suggest something too: it counts once you have opened the"
        " link in our mail.",
        "With an account and a confirmed address you are a volunteer. You can suggest, comment, confirm and report.",
        f"You become a reviewer {span_words(standing.reviewer_after)} after you made your account, once you have"
        f" {many(standing.reviewer_changes, 'applied change')}, approved by at least"
        f" {many(standing.reviewer_approvers, 'different person')}.",
        f"You become a trusted reviewer with {many(standing.trusted_changes, 'applied change')} on"
        f" {many(standing.trusted_records, 'different record')}, approved by at least"
        f" {many(standing.trusted_approvers, 'different person')}. Changes to your own organisation do not count for"
        " this.",
        "For both, a change counts if other people’s votes applied it and nobody undid it. Saying “still correct” earns"
        " no role.",
        "You are no longer a trusted reviewer when other people have reverted"
        f" {many(standing.lost_reverts, 'change')} of yours or more in {span_words(standing.lost_window)}, and that is"
        f" more than {standing.lost_percent} % of those that applied. Reverting yourself does not count.",
        f"Moderators can {_acts(Role.MODERATOR, 'roles')}. Administrators can {_acts(Role.ADMINISTRATOR, 'roles')}.",
    ]


def _limits(policy: Policy) -> list[str]:
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


def _spam(policy: Policy) -> list[str]:
    spam = policy.spam
    return [
        "A reviewer can flag a change as spam."
        f" {many(spam.flags_to_hide, 'flag').capitalize()} {'hides' if spam.flags_to_hide == 1 else 'hide'} it until a"
        " moderator looks. A hidden change neither applies nor ends.",
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


def _moderators(policy: Policy) -> list[str]:
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


def _protection(policy: Policy) -> list[str]:
    spam = policy.spam
    return [
        "A moderator can protect a record until a set day. Then only trusted reviewers, or only moderators, can suggest"
        " changes to it. Only their approvals count. Rejections count from every reviewer.",
        f"{many(spam.reverts_to_protect, 'revert').capitalize()} of one record within {span_words(spam.revert_window)}"
        f" protect it for {span_words(spam.protect_for)}, for trusted reviewers to look after.",
        "What counts is the protection on the day of the decision.",
    ]


def _undo(policy: Policy) -> list[str]:
    return [
        "Every change is a revision that stays. Each names its suggestion, who voted, and the version of the rules.",
        "A moderator can revert one revision while later ones stay, or roll a record back. Both are new revisions, and"
        " can be undone in their turn.",
    ]


def _versions(policy: Policy) -> list[str]:
    return [
        f"Administrators can {_acts(Role.ADMINISTRATOR, 'rules')}. Each edit of the"
        " rules is a new version, with its reason in the moderation log.",
        "A change is decided by the version that it was suggested under. Only stricter rules can be put over changes"
        " that are open.",
        "Limits, roles, pauses and flags go by the newest version.",
    ]


def _acts(role: Role, about: str) -> str:
    """What the permission table gives to a role, and to none below it, in words."""
    words = [said for action, said in ACTS[about].items() if PERMISSIONS[action].least == role]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


_PARTS: tuple[tuple[str, str, str, Callable[[Policy], list[str]]], ...] = (
    ("classes", "Classes", "Which class a change has", _classes),
    ("votes", "Votes", "Who votes, and which votes count", _votes),
    ("rejects", "Rejects", "When somebody rejects", _rejects),
    ("silence", "Silence", "Silence never publishes", _silence),
    ("few", "Few people", "When few people take part", _few),
    ("meanwhile", "Meanwhile", "When things change meanwhile", _meanwhile),
    ("roles", "Roles", "How roles are earned", _roles),
    ("limits", "Limits", "How much at once", _limits),
    ("spam", "Spam and bans", "Spam, pauses and bans", _spam),
    ("moderators", "Moderators", "What moderators may do alone", _moderators),
    ("protection", "Protection", "Protected records", _protection),
    ("undo", "Undoing", "Everything can be undone", _undo),
    ("versions", "Versions", "How these rules change", _versions),
)
