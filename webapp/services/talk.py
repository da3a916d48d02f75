"""Talking about a suggestion: comments beside the votes. HTML is made before the transaction, nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from webapp.domain.errors import AlreadyClosed, NotAllowed, NotFound, Problem, Refused
from webapp.domain.mentions import handles_in
from webapp.richtext import RENDERER_VERSION, TextTooHard, render
from webapp.services import people
from webapp.services.moderation_log import log
from webapp.services.required import required_text
from webapp.storage import Storage
from webapp.storage.models import Change, ChangeAuthor, Comment, Person, Suggestion
from webapp.storage.unit_of_work import Row, UnitOfWork, new_id

MAX_COMMENT = 2000  # characters
SUGGESTION = select(Suggestion.id, Suggestion.author_id).where(Suggestion.id == bindparam("id"))
COMMENT = select(Comment).where(Comment.id == bindparam("id")).with_for_update()
AUTHORS = (
    select(ChangeAuthor.person_id)
    .join(Change, Change.id == ChangeAuthor.change_id)
    .where(Change.suggestion_id == bindparam("suggestion"))
)
ASKED_ABOUT = (
    select(Change.state, ChangeAuthor.person_id, ChangeAuthor.role)
    .join(ChangeAuthor, ChangeAuthor.change_id == Change.id)
    .where(Change.suggestion_id == bindparam("suggestion"), Change.id == bindparam("change"))
)
MENTIONED = select(Person.id).where(
    Person.handle.in_(bindparam("handles", expanding=True)), Person.state == "active", Person.confirmed_at.is_not(None)
)
SPEAKERS = select(Comment.person_id).where(
    Comment.suggestion_id == bindparam("suggestion"), Comment.hidden_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class PostComment:
    """A word in the discussion of a suggestion, open or decided; `text` is Markdown.

    A question is about one open change, `asks_about`: its card shows it until an author has written.
    """

    suggestion_id: str
    person_id: str
    text: str
    asks_about: str = ""


def post_comment(storage: Storage, command: PostComment, now: datetime) -> str:
    """Keep the comment and tell its authors, who spoke before and who is mentioned in it; gives the comment's id.

    Raises Refused (empty, too long, too hard to render), NotAllowed (also to ask about one's own change), NotFound (no
    such suggestion or change), AlreadyClosed (nobody needs an answer any more).
    """
    text = required_text("text", command.text, MAX_COMMENT)
    html = _rendered(text)

    def work(uow: UnitOfWork) -> str:
        suggestion = uow.one(SUGGESTION, {"id": command.suggestion_id})
        people.require(people.load_actor(uow, command.person_id), "comment")
        if suggestion is None:
            raise NotFound(what="suggestion")
        letters = _letters(uow, suggestion, command)
        id_ = new_id()
        uow.add(
            Comment,
            id=id_,
            suggestion_id=suggestion.id,
            person_id=command.person_id,
            text=text,
            html=html,
            renderer_version=RENDERER_VERSION,
            created_at=uow.now,
            hidden_at=None,
            hidden_by=None,
            asks_about=command.asks_about or None,
        )
        for person_id, what in sorted(letters.items()):
            told = {"what": what, "comment": id_, "suggestion": suggestion.id}
            uow.outbox("notice", f"comment:{id_}:{person_id}", told, person_id)
        return id_

    return storage.transact(work, now)


def _letters(uow: UnitOfWork, suggestion: Row, command: PostComment) -> dict[str, str]:
    """Whom a comment is told to, each with the one letter that says most: a question, a mention, a comment."""
    letters = dict.fromkeys(_hearers(uow, suggestion), "comment")
    handles = handles_in(command.text)
    if handles:
        letters |= {row.id: "mention" for row in uow.run(MENTIONED, {"handles": list(handles)})}
    if command.asks_about:
        letters |= dict.fromkeys(_asked(uow, command), "question")
    letters.pop(command.person_id, None)
    return letters


def _asked(uow: UnitOfWork, command: PostComment) -> list[str]:
    """The author and co-authors of the change that a question is about."""
    rows = uow.all(ASKED_ABOUT, {"suggestion": command.suggestion_id, "change": command.asks_about})
    if not rows:
        raise NotFound(what="change")
    if rows[0].state != "open":
        raise AlreadyClosed(state=rows[0].state, suggestion=command.suggestion_id)
    authors = [row.person_id for row in rows if row.role != "supporter"]
    if command.person_id in authors:
        raise NotAllowed("own_change", action="comment")
    return authors


def _rendered(text: str) -> str:
    try:
        return render(text)
    except TextTooHard as error:
        raise Refused([Problem("text", "too_hard", {"message": str(error)})]) from error


def _hearers(uow: UnitOfWork, suggestion: Row) -> set[str]:
    """The authors, co-authors and supporters, and everybody whose comment stands."""
    named = {"suggestion": suggestion.id}
    told = {row.person_id for row in uow.run(AUTHORS, named)} | {row.person_id for row in uow.run(SPEAKERS, named)}
    return {suggestion.author_id, *told}


@dataclass(frozen=True, slots=True)
class HideComment:
    """A moderator hides a comment, or shows it again; the log says why."""

    comment_id: str
    actor_id: str
    note: str
    is_hidden: bool = True


def hide_comment(storage: Storage, command: HideComment, now: datetime) -> bool:
    """Hide or show; gives whether anything moved. Raises NotAllowed, NotFound."""

    def work(uow: UnitOfWork) -> bool:
        people.require(people.load_actor(uow, command.actor_id), "hide_comment")
        comment = uow.one(COMMENT, {"id": command.comment_id})
        if comment is None:
            raise NotFound(what="comment")
        if (comment.hidden_at is not None) == command.is_hidden:
            return False
        moved = {"hidden_at": uow.now, "hidden_by": command.actor_id}
        uow.run(
            update(Comment).where(Comment.id == comment.id).values(moved if command.is_hidden else dict.fromkeys(moved))
        )
        act = "hide_comment" if command.is_hidden else "show_comment"
        log(uow, command.actor_id, act, command.note, person_id=comment.person_id)
        return True

    return storage.transact(work, now)
