"""A list goes out as a letter. Law: of a sender's words only those go along that lead nowhere."""

from __future__ import annotations

from datetime import datetime

from webapp.domain.errors import NotEligible, NotFound
from webapp.domain.lists import NOTE_LENGTH, quoted
from webapp.language import present
from webapp.services import people
from webapp.services.lists.access import worded
from webapp.storage import Storage
from webapp.storage.queries.lists import BY_CODE, ENTRIES
from webapp.storage.unit_of_work import UnitOfWork, new_id


def send_list(storage: Storage, code: str, person_id: str | None, email: str, words: str, now: datetime) -> None:
    """Promise one letter with what stands on a list, in the language of the page it is sent from.

    A sender's words go along without anything that leads elsewhere. Whoever calls limits how often. Address and words
    are forgotten once the letter has gone. Raises NotAllowed, NotFound, Refused (the words) and NotEligible
    (`list_empty`).
    """
    said = quoted(worded("words", words, NOTE_LENGTH))

    def work(uow: UnitOfWork) -> None:
        people.require(people.load_actor(uow, person_id), "send_list")
        found = uow.one(BY_CODE, {"code": code, "now": uow.now})
        if found is None:
            raise NotFound(what="list")
        if not any(row.status != "void" for row in uow.all(ENTRIES, {"list": found.id})):
            raise NotEligible("list_empty")
        payload = {"what": "list", "list": found.id, "email": email.strip(), "words": said, "language": present().tag}
        uow.outbox("list", f"list:{new_id()}", payload)

    storage.transact(work, now)
