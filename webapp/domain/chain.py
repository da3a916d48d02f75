"""The hash chain of a record's revisions: what is hashed, in which order, and how it is checked."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass

HASH_VERSION = 1
GENESIS = "0" * 64


def new_salt() -> str:
    """A random 128-bit salt, as 32 hexadecimal digits, so that a removed value can't be guessed from a hash."""
    return secrets.token_hex(16)


def content_hash(salt: str, document_text: str) -> str:
    """SHA-256 of salt and canonical document, as hexadecimal digits."""
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


def link_hash(link: Link) -> str:
    """SHA-256 of the link's canonical JSON, as hexadecimal digits."""
    text = json.dumps(asdict(link), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


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
    """Every breach in one record's revisions, given in the order of their numbers."""
    breaches: list[Breach] = []
    previous, number = GENESIS, 0
    for stored in chain:
        number += 1
        here = stored.link.record_id, stored.link.number
        if stored.link.number != number:
            breaches.append(Breach(*here, "gap"))
            number = stored.link.number
        if stored.link.previous_hash != previous:
            breaches.append(Breach(*here, "link"))
        if link_hash(stored.link) != stored.hash:
            breaches.append(Breach(*here, "hash"))
        if content_hash(stored.salt, stored.document) not in (stored.link.content_hash, stored.replacement_hash):
            breaches.append(Breach(*here, "content"))
        previous = stored.hash
    return breaches
