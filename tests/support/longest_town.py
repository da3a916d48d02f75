"""A town in which everything that people can write is as long as it may be, and every list as full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from tests.support.addresses import undoing
from tests.support.longest import UNBROKEN, WORDS, document, long_line, long_text
from tests.support.longest_order import keep_order
from tests.support.profile import scaled
from tests.support.world import World
from webapp.domain.document import Document
from webapp.domain.kinds import KINDS
from webapp.domain.lists import MOST_ENTRIES, MOST_LISTS, NAME_LENGTH, NOTE_LENGTH
from webapp.domain.policy import DEFAULT, to_data
from webapp.domain.unfound import LEAST
from webapp.services import (
    confirm,
    guest,
    history,
    insights,
    lists,
    moderate,
    policy,
    ruling,
    spam,
    steward,
    suggest,
    support,
    synonyms,
    talk,
)
from webapp.services.account.tokens import send_token
from webapp.services.unfound import Waiting
from webapp.storage.models import Person, Synonym
from webapp.storage.queries.browse import url_of
from webapp.storage.unit_of_work import UnitOfWork, new_id

PLACES = scaled(4, 12)  # of more, the others are folded: see `fullest.py`
CHIPS = 12
TOKENS = {purpose: f"{purpose}-{UNBROKEN}"[:43] for purpose in ("confirm", "reset")}
ENTRIES = scaled(10, MOST_ENTRIES)
GROUPS = scaled(20, 500)


class LongestTown:
    """Fills a world; `values` are what addresses need, `people` are ids by handle."""

    def __init__(self, world: World) -> None:
        self.world, self.storage = world, world.storage
        world.passes(days=-20)
        self.mo = self._person("mo", "administrator")
        self.ann = self._person("ann", "moderator")
        self.rita, self.rob = self._person("rita", "reviewer"), self._person("rob", "reviewer")
        self.bea = self._person("bea", "trusted")
        rules = {**to_data(DEFAULT), "expire_after": "90d"}
        policy.edit_policy(self.storage, policy.EditPolicy(self.mo, 1, rules, long_line(1000)), world.now)
        self.how = suggest.HowKnown("phoned", long_line(500))
        self.records()
        self.history()
        world.passes(days=20)
        self.suggestions()
        self.told()
        self.listed()
        self.words()
        keep_order(self)
        insights.count(self.storage, self.now)
        self.people = world.people
        self.values = self._values()

    def _values(self) -> dict[str, str]:
        """What addresses and forms are filled with."""
        rows = {name: self.world.row(ids[0]) for name, ids in {**self.links, "guide": [self.guide]}.items()}
        return {
            **{name: url_of(row.kind, row.slug).removeprefix("/") for name, row in rows.items()},
            "slug": self.world.row(self.service).slug,
            "suggestion": self.open_suggestion,
            "conflicted": self.conflicted,
            "open": self.opened[2],
            "alike": self.alike[2],
            "alike_of": self.alike_suggestion,
            "new": self.new,
            "other": self.others[2],
            "code": self.code,
            "group": self.group,
            **{name.removesuffix("_id"): id_ for name, id_ in undoing(self.world, self.service, self.bea).items()},
            "parked": self.parked,
            "pressed": self.pressed,
            "word": UNBROKEN * 3,
            "line": long_line(200, "another"),
            "text": long_text(2500),
            "mail": f"bea{'longestofaddresses' * 3}@{'a-very-long-part-of-a-name-of-a-host.' * 5}example",
            **TOKENS,
        }

    @property
    def now(self) -> Any:
        """The world's time."""
        return self.world.now

    def _do(self, act: Callable[[UnitOfWork], Any]) -> Any:
        return self.storage.transact(act, self.now)

    def _person(self, handle: str, role: str) -> str:
        """Somebody with the longest name, handle, address and words about themselves."""
        id_ = self.world.person(handle, role)
        email = f"{handle}{'longestofaddresses' * 3}@{'a-very-long-part-of-a-name-of-a-host.' * 5}example"
        named = {"display_name": long_line(80, handle), "about": long_line(500), "email": email}
        self._do(lambda uow: uow.run(update(Person).where(Person.id == id_).values(**named)))
        return id_

    # -- what there is ----------------------------------------------------------------------------------------

    def records(self) -> None:
        """A record of each kind, the service at every place and in every category; and services like it."""
        record, links = self.world.record, {}
        for kind, many in (("taxonomy", 1), ("taxonomy_term", CHIPS), ("organization", 1), ("location", PLACES)):
            made = [document(KINDS[kind], dict(links), f"{kind} {number}", 2) for number in range(many)]
            links[kind] = [record(kind, **one) for one in made]
        self.links: dict[str, list[str]] = links
        self.document: Document = document(KINDS["service"], links, "service", 3)
        self.service = record("service", **self.document)
        near: Document = {name: self.document[name] for name in ("summary", "categories", "places", "phones")}
        near["places"] = near["places"][:3]
        self.others = [record("service", **{**near, "name": long_line(200, f"{n} like it")}) for n in range(ENTRIES)]
        links["service"] = [self.service, *self.others[:11]]
        self.guide = record("guide", **document(KINDS["guide"], links, "guide"))

    def history(self) -> None:
        """Revisions of the service, one of them reverted; a protection."""
        for number in range(6):
            said = long_text(4900) if number % 2 else self.document["description"]
            (change, *_) = self.suggest(self.bea, description=said, alert=long_line(500, str(number)))
            self.decide(change)
        newest = self.world.row(self.service).newest_number
        history.revert_revision(
            self.storage, history.RevertRevision(self.service, newest, self.mo, newest, long_line(300)), self.now
        )
        until = self.now + timedelta(days=90)
        note = moderate.ProtectRecord(self.service, self.mo, "trusted", until, long_line(500))
        moderate.protect_record(self.storage, note, self.now)

    def suggest(self, author: str, **values: Any) -> list[str]:
        """Suggest at length; gives the ids of the changes."""
        row = self.world.row(self.service)
        written = {**self.world.document(self.service), **values}
        command = suggest.SuggestChange(author, self.service, row.newest_number, written, long_line(1000), self.how)
        done = suggest.suggest_change(self.storage, command, self.now)
        self.suggestion = done.suggestion_id
        return list(done.change_ids)

    def decide(self, change: str) -> None:
        """A moderator applies it."""
        ruling.decide_change(self.storage, ruling.DecideChange(change, self.mo, 1, "apply", long_line(1000)), self.now)

    # -- what is suggested ------------------------------------------------------------------------------------

    def suggestions(self) -> None:
        """One with a change of every group, voted on, talked about, supported, with one that clashes and one that is
        hidden as spam; the same of somebody else; a merge; a new record; a guest's, sent and not sent."""
        self.opened = self.suggest(self.bea, **self.said_anew("first"))
        self.open_suggestion = self.suggestion
        self.alike = self.suggest(self.ann, **self.said_anew("second"))
        self.alike_suggestion = self.suggestion
        for change in self.opened[:6]:
            self.world.vote(self.rita, change, "abstain")
        for change in (self.opened[0], self.opened[1]):
            support.support_change(self.storage, support.SupportChange(change, self.rob, self.how), self.now)
        for _ in range(3):
            said = talk.PostComment(self.open_suggestion, self.rita, long_text(2000))
            talk.post_comment(self.storage, said, self.now)
        self.decide(self.alike[0])  # and the first of the other clashes with it
        self.conflicted = self.opened[0]
        for flagger in (self.rita, self.rob):
            spam.flag_spam(self.storage, spam.FlagSpam(self.opened[-1], flagger), self.now)
        lifecycle = suggest.SuggestLifecycle(self.bea, self.others[0], "merge", long_line(1000), self.service, self.how)
        suggest.suggest_lifecycle(self.storage, lifecycle, self.now)
        new = (suggest.NewRecord(new_id(), "service", {**self.document, "name": long_line(200, "a new one")}),)
        command = suggest.SuggestRecords(self.bea, new, long_line(1000), self.how)
        self.new = suggest.suggest_records(self.storage, command, self.now).suggestion_id
        close = suggest.SuggestLifecycle("", self.others[1], "close", long_line(1000), None, self.how)
        email = f"guest{'longestofaddresses' * 3}@guests.example"
        self.parked = guest.park(self.storage, guest.Park(email, long_line(80), close), self.now)
        self.pressed = guest.park(self.storage, guest.Park(email, long_line(80), close), self.now)
        guest.release(self.storage, self.pressed, self.now)

    def said_anew(self, mark: str) -> Document:
        """The service with something else, as long, in every group."""
        again = document(KINDS["service"], self.links, f"service {mark}", 3)
        texts = {name: f"{mark} {text}"[:-10] for name, text in again.items() if isinstance(text, str) and " " in text}
        return {**again, **texts, "places": again["places"][:-1], "categories": again["categories"][:-1]}

    # -- what is told -----------------------------------------------------------------------------------------

    def told(self) -> None:
        """Reports, claims, ties and stewardships; letters under way; devices."""
        for what in ("urgent", "harmful", "wrong"):
            told = confirm.ReportProblem(self.service, what, long_text(2000), self.ann, long_line(254))
            confirm.report_problem(self.storage, told, self.now)
        for person, record in ((self.bea, self.service), (self.rob, self.service), (self.bea, self.others[0])):
            claim = steward.claim_record(
                self.storage, steward.ClaimRecord(record, person, long_line(500), is_official=True), self.now
            )
            if record == self.service:
                grant = steward.GrantStewardship(claim, self.mo, True, long_line(500), True)
                steward.grant_stewardship(self.storage, grant, self.now)
        self.world.affiliate(self.bea, self.links["organization"][0])
        for purpose, token in TOKENS.items():
            self._do(lambda uow, p=purpose, t=token: send_token(uow, self.bea, p, t))

    def listed(self) -> None:
        """As many lists as one may have, one of them with as many services as it takes."""
        mine = lists.Maker(self.bea)
        codes = [
            lists.make_list(self.storage, mine, long_line(NAME_LENGTH, str(n)), self.service, self.now).code
            for n in range(MOST_LISTS)
        ]
        self.code = codes[0]
        lists.word_list(self.storage, self.code, mine, long_line(NAME_LENGTH), long_line(NOTE_LENGTH), self.now)
        for other in self.others[: ENTRIES - 1]:
            lists.add_entry(self.storage, self.code, mine, other, self.now)
            lists.note_entry(self.storage, self.code, mine, other, long_line(NOTE_LENGTH), self.now)

    def words(self) -> None:
        """Groups of the longest phrases; searches that found nothing."""
        groups = [[f"{number} {part} {UNBROKEN}"[:60] for part in range(20)] for number in range(GROUPS)]
        synonyms.load_synonyms(self.storage, groups, self.now)
        for _ in range(LEAST):
            waiting = Waiting(self.storage)
            for number in "abcdefghijkl":
                waiting.note(f"{number}{UNBROKEN[:40]} {UNBROKEN} {WORDS}", long_line(80), self.now)
            waiting.write(self.now)
        self.group = str(self.world.all(select(Synonym.id))[0].id)
