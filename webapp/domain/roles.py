"""The ladder of roles, each of which includes those below it, and their words. Source: `RULES.md`, "People"."""

from __future__ import annotations

from enum import StrEnum

from webapp.language import mark


class Role(StrEnum):
    """A person's highest role, from the least to the most trusted."""

    NOBODY = "nobody"  # a visitor who has not said who they are
    GUEST = "guest"  # an address without an account
    VOLUNTEER = "volunteer"
    REVIEWER = "reviewer"
    TRUSTED = "trusted"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = mark({
    "guest": "A guest",
    "volunteer": "Volunteer",
    "reviewer": "Reviewer",
    "trusted": "Trusted reviewer",
    "moderator": "Moderator",
    "administrator": "Administrator",
})
"""Roles as they stand by themselves, beside somebody's name."""
SOMEBODY_WORDS = mark({
    "guest": "a guest",
    "volunteer": "a volunteer",
    "reviewer": "a reviewer",
    "trusted": "a trusted reviewer",
    "moderator": "a moderator",
    "administrator": "an administrator",
})
"""A role as somebody who has it: "Ann, a volunteer"."""
BY_WORDS = mark({
    "guest": "by a guest",
    "volunteer": "by a volunteer",
    "reviewer": "by a reviewer",
    "trusted": "by a trusted reviewer",
    "moderator": "by a moderator",
    "administrator": "by an administrator",
})

_RANK: dict[str, int] = {role: rank for rank, role in enumerate(Role)}


def at_least(role: Role | str, least: Role | str) -> bool:
    """Whether a role is that one or includes it; ValueError for a name that is no role."""
    try:
        return _RANK[role] >= _RANK[least]
    except KeyError as error:
        raise ValueError(f"{error} is no role") from error
