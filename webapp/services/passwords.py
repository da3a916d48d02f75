"""Passwords: keeping them as Argon2 hashes, checking them, and telling the bad ones. Nothing else sees one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 10
LONGEST = 200
COMMON = Path(__file__).with_name("common_passwords.txt")
HASHER = PasswordHasher()
CHEAP_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""For the demo's accounts, whose passwords nobody knows."""
NOBODYS_HASH = HASHER.hash("nobody has this password")
ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "1q2w3e4r5t6y7u8i9o0p",
)
LETTER = re.compile(r"[^\W\d_]")
LEET = str.maketrans("013457@$!", "oieastasi")


def hash_password(password: str) -> str:
    """What is kept of a password. Slow on purpose: never within a transaction."""
    return HASHER.hash(unicodedata.normalize("NFKC", password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether this password was kept so; the same work where nothing is kept."""
    try:
        HASHER.verify(kept or NOBODYS_HASH, unicodedata.normalize("NFKC", password))
    except (VerifyMismatchError, InvalidHashError):
        return False
    return kept is not None


def needs_rehash(kept: str) -> bool:
    """Whether it was kept with weaker parameters than are used now."""
    return HASHER.check_needs_rehash(kept)


def password_fault(password: str, *own: str) -> str:
    """What is wrong with a new password: too_short, too_long, too_common, too_personal; empty when it will do.

    `own`: what others know of the person, such as name and address. Source: NIST SP 800-63B, section 3.1.1.2:
    length and a list of known ones, no rules about kinds of characters.
    """
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    if is_common(password):
        return "too_common"
    plain = _letters(password)
    known = (_letters(word) for words in own for word in (words, *re.split(r"[\s@.]+", words)))
    return "too_personal" if plain in {word for word in known if word} else ""


def is_common(password: str) -> bool:
    """Whether it is among the first that anybody tries: a known one, also dressed up, repeated or in a row."""
    said = unicodedata.normalize("NFKC", password).casefold()
    forms = {said, said.translate(LEET), _letters(said), _letters(said.translate(LEET)), _letters(said).translate(LEET)}
    return bool(forms & common()) or len(set(said)) <= 2 or any(_in_a_row(form) for form in forms if len(form) > 4)


@cache
def common() -> frozenset[str]:
    """The list of common passwords and of the words that they are made of."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _letters(text: str) -> str:
    """Without what people hang on at the ends, and without spaces: "Password 123!" is "password"."""
    said = text.casefold()
    first, last = LETTER.search(said), LETTER.search(said[::-1])  # a pattern for the end would be quadratic
    return "".join(said[first.start() : len(said) - last.start()].split()) if first and last else ""


def _in_a_row(text: str) -> bool:
    """Neighbours on the keyboard or in the alphabet, or one short piece over and over."""
    if any(text in row or text in row[::-1] for row in ROWS):
        return True
    return any(text == (text[:size] * len(text))[: len(text)] and len(text) >= 2 * size for size in (1, 2, 3, 4))
