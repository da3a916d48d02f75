"""Check items: planted changes whose right answer is known. This says when the next one comes, and what may be planted.

Its law: a check item is no change. It decides nothing, counts for nothing, and earns and loses nobody anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from webapp.domain.fields import Field, FieldType, Group, Kind
from webapp.domain.kinds import LIFECYCLE_FIELDS
from webapp.domain.policy import Policy

ANSWERS = ("approve", "reject")
CHOICES = (*ANSWERS, "abstain", "improve", "ask", "flag")
"""What somebody may do with one. Only ANSWERS are right or wrong; whoever does something else has looked closely."""
PLAIN = frozenset({FieldType.LINE, FieldType.TEXT, FieldType.EMAIL, FieldType.URL, FieldType.PHONE})


def wait_of(policy: Policy, person_id: str, answered: int) -> int:
    """How many votes somebody casts before the next check, by how many they have answered: `check_every` on average.

    From one to twice as many less one, each as likely. It is always the same for the same person and number, so that
    a page that is opened again is the same page, and nobody can foretell whose turn it is from somebody else's.
    """
    drawn = hashlib.sha256(f"{person_id}:{answered}".encode()).digest()
    return 1 + int.from_bytes(drawn[:8], "big") % most_waited(policy)


def most_waited(policy: Policy) -> int:
    """As long as anybody ever waits."""
    return 2 * policy.check_every - 1


def change_id_of(item_id: str) -> str:
    """The id that the change of an item shows: as of a change that was suggested together with its suggestion."""
    return item_id[:24] + hashlib.sha256(item_id.encode()).hexdigest()[:12]


def plantable(kind: Kind) -> Iterator[tuple[Group, Field]]:
    """The fields of a kind that a check item can alter: each by itself, and typed as one plain value."""
    for group in kind.groups:
        for field in group.fields:
            if field.type in PLAIN and not group.atomic and field.name not in LIFECYCLE_FIELDS:
                yield group, field
