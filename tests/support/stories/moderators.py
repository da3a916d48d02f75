"""What moderators do in the stories: ban, lift, protect, decide, revert, roll back, merge; and time passes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.support.stories.story import Story
from tests.support.stories.wish import AUTHORS, Wish, places, told
from webapp.services import history, incidents, intake, moderate, ruling, sanction, suggest, undoing


class Moderators(Story):
    """What one moderator does to people, records and changes."""

    @rule(who=st.sampled_from(["rob", "ben"]))
    def ban_or_lift(self, who: str) -> None:
        command = sanction.BanPerson(self.world.person(who), self.mo, "a quarrel")
        if who in self.banned:
            sanction.lift_ban(self.world.storage, command, self.world.now)
            self.banned.discard(who)
        else:
            sanction.ban_person(self.world.storage, command, self.world.now)
            self.banned.add(who)
        for wish in self.wishes:
            if who in wish.votes:
                (wish.voided.add if who in self.banned else wish.voided.discard)(who)
                helps = wish.votes[who] == ("reject" if who in self.banned else "approve")
                wish.approved_since = False if helps and wish.state == "open" else wish.approved_since

    @rule(place=places, level=st.sampled_from(["trusted", "moderators", None]))
    def protect(self, place: int, level: str | None) -> None:
        until = self.world.now + timedelta(days=2) if level else None
        command = moderate.ProtectRecord(self.pick_record(place), self.mo, level, until, "a quarrel")
        moderate.protect_record(self.world.storage, command, self.world.now)

    @rule(place=places, type_=st.sampled_from(["close", "reopen", "merge"]))
    def decide_lifecycle(self, place: int, type_: str) -> None:
        """A moderator applies a close, a reopening or a merge of somebody else at once."""
        record, into = self.pick_record(place), self.pick_record(place + 1) if type_ == "merge" else None
        command = suggest.SuggestLifecycle(self.world.person("ann"), record, type_, "it is so", into)
        with told():
            (id_,) = suggest.suggest_lifecycle(self.world.storage, command, self.world.now).change_ids
            wish = Wish(id_, record, "ann", self.world.now, self.world.now, type_)
            self.wishes.append(wish)
            self.decide_wish(wish, "apply")

    @precondition(lambda self: self.wishes)
    @rule(place=places, outcome=st.sampled_from(["apply", "apply", "reject"]))
    def decide(self, place: int, outcome: str) -> None:
        self.decide_wish(self.pick(place), outcome)

    def decide_wish(self, wish: Wish, outcome: str) -> None:
        """A moderator's word on a change."""
        seen = self.world.change(wish.id).content_version
        command = ruling.DecideChange(wish.id, self.mo, seen, outcome, "seen it")
        with told():
            done = ruling.decide_change(self.world.storage, command, self.world.now)
            assert wish.state == "open", f"decided what is {wish.state}"
            wish.state = done.state

    # -- undoing ----------------------------------------------------------------------------------------------

    @rule(place=places, back=st.integers(0, 3))
    def revert(self, place: int, back: int) -> None:
        record = self.pick_record(place)
        past = self.past(record)
        number = max(1, len(past) - back)
        command = history.RevertRevision(record, number, self.mo, len(past), "no")
        with told():
            self.operations.append(history.revert_revision(self.world.storage, command, self.world.now).operation_id)
            if number == len(past) > 1:
                self.check_document(record, past[-2], "the newest revision reverted")

    @rule(place=places, back=st.integers(1, 5))
    def roll_back(self, place: int, back: int) -> None:
        record = self.pick_record(place)
        past = self.past(record)
        number = max(1, len(past) - back)
        command = history.RollBackRecord(record, number, self.mo, len(past), "no")
        with told():
            self.operations.append(history.roll_back_record(self.world.storage, command, self.world.now).operation_id)
            self.check_document(record, past[number - 1], f"rolled back to revision {number}")

    @rule(author=st.sampled_from(AUTHORS))
    def incident(self, author: str) -> None:
        self.undo_incident(incidents.Incident(actor_id=self.world.person(author)))

    @precondition(lambda self: self.operations)
    @rule(place=places)
    def undo(self, place: int) -> None:
        self.undo_incident(incidents.Incident(operation_id=self.operations[place % len(self.operations)]))

    def undo_incident(self, incident: incidents.Incident) -> undoing.Undone | None:
        """Roll an incident back; None when there was nothing to undo."""
        command = incidents.RollBackIncident(incident, self.mo, "no")
        with told():
            done = incidents.roll_back_incident(self.world.storage, command, self.world.now)
            self.operations.append(done.operation_id)
            return done
        return None

    # -- time -------------------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 24, 48, 72, 24 * 7, 24 * 30]))
    def time_passes(self, hours: int) -> None:
        """The worker does what is due: it settles changes, and offers what an import left waiting."""
        self.world.passes(hours=hours)
        self.world.sweep()
        intake.offer_waiting(self.world.storage, self.world.now)
        self.see_new_wishes()
        for wish in self.wishes:
            self.judge(wish)
