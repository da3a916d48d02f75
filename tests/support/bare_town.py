"""Towns with next to nothing in them, and one in which forms can be sent wrong."""

from __future__ import annotations

from threading import Event, Thread

from limits import parse
from sqlalchemy import select

from tests.support.addresses import small_town
from tests.support.world import World
from webapp.services import confirm, guest, guest_own, incidents, lists, redact, ruling, spam, steward, suggest
from webapp.services import synonyms as groups
from webapp.services.account.tokens import send_token
from webapp.storage.models import Revision, Synonym
from webapp.storage.unit_of_work import UnitOfWork
from webapp.web import limits

KINDS: dict[str, dict[str, str]] = {
    "organization": {},
    "location": {"location_type": "physical"},
    "guide": {},
    "taxonomy": {},
    "taxonomy_term": {},
}
TOKENS = {"confirm": "c" * 43, "reset": "r" * 43}
"""Links that came by mail, by what they are for."""
NEVER = parse("0/hour")
LONGEST_WAIT = 60  # seconds


class Nothing:
    """Two people and not a word."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.values: dict[str, str] = {}
        self.people = {"mo": world.person("mo", "administrator"), "ann": world.person("ann")}

    def _send(self, person: str, purpose: str, token: str) -> None:
        """A link by mail."""
        self.world.storage.transact(lambda uow: send_token(uow, person, purpose, token), self.world.now)


class BareTown(Nothing):
    """A record of each kind with only its name, and suggestions of which nothing is left."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        storage, now, ann = world.storage, world.now, self.people["ann"]
        self.people["rita"] = world.person("rita", "reviewer")
        self.people["una"] = world.person("una")
        record = world.record(name="Lunch")
        operation = str(world.one(select(Revision.operation_id).where(Revision.record_id == record)).operation_id)
        imported = incidents.Incident(operation_id=operation)
        for kind, values in KINDS.items():
            world.record(kind, name="Lunch", **values)
        (change,) = world.suggest(ann, record, reason="", summary="Soup")
        (hidden,) = world.suggest(self.people["una"], record, reason="", alert="Spam")
        for flagger in ("rita", "rob"):
            spam.flag_spam(storage, spam.FlagSpam(hidden, world.person(flagger, "reviewer")), now)
        close = suggest.SuggestLifecycle("", record, "close", "gone")
        parked = guest.park(storage, guest.Park("guest@people.example", "Gil", close), now)
        guest.release(storage, parked, now)
        guest_own.take_back(storage, parked, now)
        for purpose, token in TOKENS.items():
            self._send(ann, purpose, token)
        self.values = {
            "suggestion": world.change(change).suggestion_id,
            "change": change,
            "hidden": world.change(hidden).suggestion_id,
            "guest": parked,
            "operation": operation,
            "incident": incidents.draw_up(storage, imported, self.people["mo"], now),
            "code": lists.make_list(storage, lists.Maker(ann), "For Mum", None, now).code,
            **TOKENS,
        }


class BusyTown(Nothing):
    """A little of everything that a form is sent about; and what others do to it while somebody writes."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        storage, now = world.storage, world.now
        town = small_town(world)
        self.record, self.change, self.author = town["record_id"], town["change_id"], world.people["author"]
        self.people |= {"author": self.author, "rita": world.people["rita"]}
        world.record("organization", name="Harbour Trust")
        (self.clash,) = world.suggest(self.author, self.record, description="Soup, bread and company")
        told = confirm.ReportProblem(self.record, "wrong", "The door is shut.", None, None)
        confirm.report_problem(storage, told, now)
        claim = steward.ClaimRecord(self.record, self.author, "I hold the key")
        self.claim = steward.claim_record(storage, claim, now)
        same = suggest.SuggestLifecycle(self.author, self.record, "close", "gone")
        suggest.suggest_lifecycle(storage, same, now)
        self.order()
        for purpose, token in TOKENS.items():
            self._send(self.author, purpose, token)
        self.values = {
            **{name: town[name] for name in ("slug", "code")},
            "suggestion": town["suggestion_id"],
            "change": self.change,
            "clash": self.clash,
            "clash_of": str(world.change(self.clash).suggestion_id),
            "group": town["group_id"],
            "incident": town["incident_id"],
            **TOKENS,
        }
        self._limits = dict(limits.LIMITS)
        self._is_over = Event()
        self._writer: Thread | None = None

    def order(self) -> None:
        """Somebody has confirmed a record, and something private is masked in another."""
        storage, now = self.world.storage, self.world.now
        other = self.world.record(name="Harbour Tea", description="Tea. Ring 0131 496 0777.")
        confirm.confirm_record(storage, confirm.ConfirmRecord(other, self.people["rita"], 1, "phoned"), now)
        redact.mask(storage, redact.Mask(other, self.people["mo"], "A private number", value="0131 496 0777"), now)

    # -- what happens meanwhile -------------------------------------------------------------------------------

    def moves(self) -> None:
        """The record gets another revision, as imports write them."""
        editor = self.world.person("ed", "moderator")
        number = self.world.row(self.record).newest_number
        (change,) = self.world.suggest(editor, self.record, alert=f"News number {number}")
        decided = ruling.DecideChange(change, self.people["mo"], 1, "apply", "seen")
        ruling.decide_change(self.world.storage, decided, self.world.now)

    def is_granted(self) -> None:
        """Another moderator answers the claim."""
        grant = steward.GrantStewardship(self.claim, self.world.person("max", "moderator"), True, "I know them")
        steward.grant_stewardship(self.world.storage, grant, self.world.now)

    def is_regrouped(self) -> None:
        """Somebody changes the group of words."""
        group = str(self.world.one(select(Synonym.id)).id)
        command = groups.ChangeSynonyms(group, self.people["mo"], "chemist, pharmacy, apothecary", "chemist, pharmacy")
        groups.change_synonyms(self.world.storage, command, self.world.now)

    def is_enough(self) -> None:
        """No form is taken any more that has a limit of its own."""
        no_more = limits.Limit(NEVER, NEVER)
        limits.LIMITS.update({name: no_more for name in limits.LIMITS if name != "unsafe"})

    def is_too_much(self) -> None:
        """Nothing is taken any more of anybody who is signed in."""
        limits.LIMITS["unsafe"] = limits.Limit(None, NEVER)

    def is_writing(self) -> None:
        """Somebody else writes, and goes on until all is forgiven."""
        begun = Event()

        def write(_: UnitOfWork) -> None:
            begun.set()
            self._is_over.wait(LONGEST_WAIT)

        self._is_over.clear()
        self._writer = Thread(target=lambda: self.world.storage.transact(write, self.world.now))
        self._writer.start()
        assert begun.wait(LONGEST_WAIT)

    def is_forgiven(self) -> None:
        """Limits are as they were, and nobody writes."""
        limits.LIMITS.update(self._limits)
        self._is_over.set()
        if self._writer:
            self._writer.join()
