"""The hash chain of a record's revisions: what is hashed, in which order, and how it is checked."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, fields

from webapp.domain.canonical import dump

HASH_VERSION = 1
GENESIS = "0" * 64
_SALT = re.compile(r"[0-9a-f]{32}")


def new_salt() -> str:
    """A random 128-bit salt, as 32 hexadecimal digits, so that a removed value can't be guessed from a hash."""
    return secrets.token_hex(16)


def content_hash(salt: str, document_text: str) -> str:
    """SHA-256 of the salt's 16 bytes and the canonical document, as hexadecimal digits.

    ValueError for anything but 32 small hexadecimal digits of salt: one salt has one way to be written.
    """
    if not _SALT.fullmatch(salt):
        raise ValueError("a salt is 32 small hexadecimal digits")
    return hashlib.sha256(bytes.fromhex(salt) + document_text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """What a revision's hash covers; times as ISO 8601 in UTC with microseconds."""

    record_id: str
    number: int
    operation_id: str
    actor_id: str | None
    cause: str
    summary: str
    created_at: str
    schema_version: int
    hash_version: int
    content_hash: str
    previous_hash: str


_LINK = tuple(field.name for field in fields(Link))


def link_hash(link: Link) -> str:
    """SHA-256 of the link's canonical JSON, as hexadecimal digits."""
    return hashlib.sha256(dump({name: getattr(link, name) for name in _LINK}).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stored:
    """A revision as it was found: its link, its stored hash, and its content with the hashes allowed for it."""

    link: Link
    hash: str
    salt: str
    document: str
    replacement_hash: str | None  # of the newest redaction that names this revision


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that does not verify."""

    record_id: str
    number: int
    code: str  # gap | link | hash | content


def verify(chain: Iterable[Stored]) -> list[Breach]:
    """Every breach in one record's revisions, given in the order of their numbers.

    A chain that was cut short at its end verifies: compare its last number with the record's newest.
    """
    breaches: list[Breach] = []
    previous, number = GENESIS, 0
    for stored in chain:
        link = stored.link
        if link.number != number + 1:
            breaches.append(Breach(link.record_id, link.number, "gap"))
        if link.previous_hash != previous:
            breaches.append(Breach(link.record_id, link.number, "link"))
        if link_hash(link) != stored.hash:
            breaches.append(Breach(link.record_id, link.number, "hash"))
        if not _holds(stored):
            breaches.append(Breach(link.record_id, link.number, "content"))
        previous, number = stored.hash, link.number
    return breaches


def _holds(stored: Stored) -> bool:
    """Whether the content is the revision's own, or the replacement of its newest redaction."""
    try:
        found = content_hash(stored.salt, stored.document)
    except ValueError:  # also what can't be written as UTF-8
        return False
    return found in (stored.link.content_hash, stored.replacement_hash)
