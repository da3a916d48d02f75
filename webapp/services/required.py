"""What people have to say in their own words, beside records: something, and not too much."""

from __future__ import annotations

from webapp.domain.errors import Problem, Refused


def required_text(where: str, given: str, most: int) -> str:
    """The words, stripped. Refused, at the field `where`, when there are none or more than `most` characters."""
    text = given.strip()
    if not text:
        raise Refused([Problem(where, "required")])
    if len(text) > most:
        raise Refused([Problem(where, "too_long", {"max": most, "length": len(text)})])
    return text
