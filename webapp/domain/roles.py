"""The ladder of roles: each includes those below it. Source: `RULES.md`, "People"."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A person's highest role, from the least to the most trusted."""

    NOBODY = "nobody"  # a visitor who has not said who they are
    GUEST = "guest"  # an address without an account
    VOLUNTEER = "volunteer"
    REVIEWER = "reviewer"
    TRUSTED = "trusted"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


_RANK: dict[str, int] = {role: rank for rank, role in enumerate(Role)}


def at_least(role: Role | str, least: Role | str) -> bool:
    """Whether a role is that one or includes it; ValueError for a name that is no role."""
    try:
        return _RANK[role] >= _RANK[least]
    except KeyError as error:
        raise ValueError(f"{error} is no role") from error
