"""What people do in the stories: suggest, vote, take back, amend, withdraw, confirm."""

from __future__ import annotations

import json

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.support.stories.moderators import Moderators
from tests.support.stories.wish import AUTHORS, TEXTS, VOTERS, Wish, agreements, fields, places, texts, told
from webapp.services import amend, confirm, review


class People(Moderators):
    """Authors and reviewers."""

    @rule(author=st.sampled_from(AUTHORS), place=places, name=fields, text=texts, agreed=agreements)
    def suggest(self, author: str, place: int, name: str, text: str, agreed: str) -> None:
        self.suggest_to(self.pick_record(place), author, name, text, agreed)

    def suggest_to(self, record: str, author: str, name: str, text: str, agreed: str = "") -> None:
        """A suggestion, and who agrees at once."""
        words, wish = self.words(text, record), None
        with told():
            for id_ in self.world.suggest(self.world.person(author), record, f"they say: {words}", **{name: words}):
                wish = Wish(id_, record, author, self.world.now, self.world.now)
                self.wishes.append(wish)
        if wish:
            self.agree(wish, agreed)

    def agree(self, wish: Wish, how: str) -> None:
        """Nobody, every voter, or a moderator: most changes would never end otherwise."""
        if how == "moderator":
            self.decide_wish(wish, "apply")
        elif how == "votes":
            for voter in VOTERS:
                self.vote_on(wish, voter, "approve")

    @precondition(lambda self: self.wishes)
    @rule(place=places, voter=st.sampled_from(VOTERS), choice=st.sampled_from(["approve", "approve", "reject"]))
    def vote(self, place: int, voter: str, choice: str) -> None:
        self.vote_on(self.pick(place), voter, choice)

    def vote_on(self, wish: Wish, voter: str, choice: str) -> None:
        """A vote and what must follow from it."""
        with told():
            self.world.vote(self.world.person(voter), wish.id, choice)
            assert wish.state == "open", f"voted on what is {wish.state}"
            wish.votes[voter] = choice
            wish.voided.discard(voter)
            if choice == "reject":
                wish.rejected_at.setdefault(voter, self.world.now)
            wish.approved_since |= choice == "approve"
            self.judge(wish)

    @rule(place=places, name=fields, texts=st.permutations(TEXTS))
    def quarrel(self, place: int, name: str, texts: list[str]) -> None:
        """Both authors want something else of the same field."""
        for author, text in zip(AUTHORS, texts, strict=False):
            self.suggest_to(self.pick_record(place), author, name, text)

    @precondition(lambda self: self.wishes)
    @rule(place=places, voters=st.sampled_from([VOTERS[:2], VOTERS]))
    def approve_together(self, place: int, voters: tuple[str, ...]) -> None:
        """Reviewers agree on what was suggested before."""
        wish = self.pick(place)
        for voter in voters:
            self.vote_on(wish, voter, "approve")

    @precondition(lambda self: self.wishes)
    @rule(place=places, voter=st.sampled_from(VOTERS))
    def take_back(self, place: int, voter: str) -> None:
        wish = self.pick(place)
        with told():
            review.take_back_vote(
                self.world.storage, review.TakeBackVote(wish.id, self.world.person(voter)), self.world.now
            )
            wish.votes.pop(voter)
            self.judge(wish)

    @precondition(lambda self: self.wishes)
    @rule(place=places, text=texts, who=st.sampled_from(["author", "rita"]))
    def amend(self, place: int, text: str, who: str) -> None:
        wish = self.pick(place)
        person = wish.author if who == "author" else who
        row = self.world.change(wish.id)
        edits = json.loads(row.payload)["edits"] if row.type == "edit" else []
        if not edits:  # a mask may have left nothing of it
            return
        field_name = edits[0][0].rpartition("/")[2].rpartition(".")[2].lstrip("@")
        document = {**self.world.document(row.record_id), field_name: self.words(text, row.record_id)}
        act = "amend" if who == "author" else "improve"
        command = amend.AmendChange(wish.id, self.world.person(person), row.content_version, document, act)
        with told():
            amend.amend_change(self.world.storage, command, self.world.now)
            wish.votes, wish.rejected_at, wish.voided = {}, {}, set()
            wish.opened_at = self.world.now
            wish.approved_since = wish.approved_since if row.rejudged_at is None else False
            if person != wish.author:
                wish.coauthors.add(person)
            self.judge(wish)

    @precondition(lambda self: self.wishes)
    @rule(place=places)
    def withdraw(self, place: int) -> None:
        wish = self.pick(place)
        with told():
            self.world.withdraw(self.world.person(wish.author), wish.id)
            assert wish.state == "open", f"withdrew what is {wish.state}"
            wish.state = "withdrawn"

    @rule(place=places)
    def confirm(self, place: int) -> None:
        record = self.pick_record(place)
        command = confirm.ConfirmRecord(
            record, self.world.person("rita"), self.world.row(record).newest_number, "phoned"
        )
        with told():
            confirm.confirm_record(self.world.storage, command, self.world.now)
