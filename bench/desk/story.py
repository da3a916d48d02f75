"""The story: imports for years, then people for ninety days, one of whom does harm within an hour; and what waits now.

Its law: what one person sees of their own is the same at every size: as many votes cast, as much looked after, as much
open of their own. Only what everybody else does grows. Events come in the order in which it is told, and their times
may be some days apart from those of their neighbours.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.desk import changes
from bench.desk.pouring import Pouring
from bench.desk.rows import Book, Standing, Why, services_in
from bench.desk.sizes import Size
from bench.filled import NOW
from bench.town import WORDS
from webapp.domain.fields import Risk
from webapp.domain.roles import Role
from webapp.storage.models import Mode, Stewardship, time_text

DAY = timedelta(days=1)
BEGAN, PEOPLE_CAME = NOW - 1000 * DAY, NOW - 90 * DAY
LAST, HARM, WAITING = NOW - 4 * DAY, NOW - 7 * DAY, NOW - 13 * DAY
VOTING = timedelta(hours=25)  # from a suggestion to its end: a little more than what the rules ask for
REJECTING = timedelta(hours=2 + 72)  # the first reject comes after two hours, and pauses it
LIE = "Buy pills at quackpills.example."
AN_IMPORT = 200  # records of one operation
LATE = 700  # changes that are decided after the incident; they fill a window of recent changes
REJECTED = 10  # one change in so many
OWN = 60  # what the viewer has of each kind of their own; a page shows 50
VOTED = 100  # open changes that the viewer has voted on, the oldest
STRIDE = 7919  # a prime, so that neighbours in time are no neighbours among the records


@dataclass(frozen=True, slots=True)
class People:
    """Ids by role. The first reviewer is the one who looks at the pages, the first author the busy one."""

    authors: list[str]
    reviewers: list[str]
    moderators: list[str]

    @property
    def viewer(self) -> str:
        """Who looks at the queue."""
        return self.reviewers[0]

    @property
    def harmful(self) -> str:
        """Who does harm."""
        return self.authors[1]


@dataclass(slots=True)
class Story:
    """All that is told, with the services in an order of their own; the first has the longest history."""

    book: Book
    services: list[Standing]
    people: People
    size: Size
    rng: random.Random

    def words(self) -> str:
        """A sentence that says nothing."""
        return f"{' '.join(self.rng.sample(WORDS, 12)).capitalize()}."

    def said(self, number: int, record: Standing) -> tuple[str, str]:
        """What a change says: mostly another word in a sentence, now and then something that takes more care."""
        if number % 4 == 3:
            return "wait_time", f"About {self.rng.randrange(2, 20)} weeks"
        words = str(record.document["summary"]).split()
        words[self.rng.randrange(1, len(words) - 1)] = self.rng.choice(WORDS)
        return "summary", " ".join(words)


def tell(pouring: Pouring, people: People, size: Size) -> None:
    """Write all of it."""
    services = services_in(pouring)
    rng = random.Random(len(services))
    rng.shuffle(services)
    seq = int(pouring.read("SELECT value FROM counter WHERE name = 'event'")[0][0])
    story = Story(Book(pouring, seq), services, people, size, rng)
    first = {"id": story.book.id_at(BEGAN), "mode": "full", "active_reviewers": 40, "since": time_text(BEGAN)}
    pouring.add(Mode, first)
    imports(story)
    past = list(_moments(size.decided - size.incident, PEOPLE_CAME, LAST))
    for number, at in past[:-LATE]:
        decided(story, number, at)
    harm(story)
    for number, at in _moments(size.open, WAITING, NOW - DAY / 2):
        waiting(story, number, at)
    for number, at in past[-LATE:]:  # last, so that the newest events are the same mixture at every size
        decided(story, number, at)
    looked_after(story)
    story.book.close(services)


def _moments(count: int, since: datetime, until: datetime) -> Iterator[tuple[int, datetime]]:
    step = (until - since) / max(count, 1)
    return ((number, since + number * step) for number in range(count))


def imports(story: Story) -> None:
    """What other sources said, some hundred records at a time."""
    size = story.size
    count = size.revisions - size.records - size.decided + (size.decided - size.incident) // REJECTED
    operation = ""
    for number, at in _moments(count, BEGAN, PEOPLE_CAME):
        if number % AN_IMPORT == 0:
            operation = story.book.operation("import", at, None, "Import of bench", total=AN_IMPORT)
        record = story.services[1 + number % (len(story.services) - 1)]
        story.book.revise(record, at, {"summary": story.words()}, Why(operation, "import", None, "Description"))


def decided(story: Story, number: int, at: datetime) -> None:
    """A change from its suggestion to its end; every tenth is rejected, one in fifty reverted."""
    authors = story.people.authors
    author = authors[0] if number % 2 else authors[2 + number % (len(authors) - 2)]
    every = (story.size.decided - story.size.incident) // story.size.longest
    record = story.services[0 if number % every == 0 else 1 + number * STRIDE % (len(story.services) - 1)]
    is_rejected = number % REJECTED == 4
    end = at + (REJECTING if is_rejected else VOTING)
    state = changes.ended("rejected" if is_rejected else "applied", end)
    before = record.document.get("summary")
    said = story.said(number, record)
    change = changes.suggest(story.book, record, author, said, at, **state)
    votes = list(_votes(story, change, number, "reject" if is_rejected else "approve"))
    changes.decide(story.book, change, "reject" if is_rejected else "apply", votes, end)
    if is_rejected:
        return
    operation = changes.apply(story.book, change, end)
    moderator = story.people.moderators[number % len(story.people.moderators)]
    if number % 3 == 0:
        changes.look_at(story.book, change, moderator, end)
    if number % 50 == 0 and said[0] == "summary":
        changes.revert(story.book, change, operation, before, moderator, end)


def _votes(story: Story, change: changes.Suggested, number: int, choice: str) -> Iterator[str]:
    """As many as the rules ask for, the last of them when the time is up; one by somebody trusted of three."""
    reviewers, count = story.people.reviewers, 2 if change.risk == Risk.LOW and choice == "approve" else 3
    for place in range(count):
        person, role = reviewers[1 + (number * 3 + place) % (len(reviewers) - 1)], Role.REVIEWER
        if count == 3 and place == 0:
            person, role = next(id_ for id_ in story.people.authors[2:] if id_ != change.author), Role.TRUSTED
        at = change.at + (VOTING if place == count - 1 and choice == "approve" else timedelta(hours=2 + place))
        yield changes.vote(story.book, change.id, person, role, choice, at)


def harm(story: Story) -> None:
    """One person puts a lie into one record after the other, and others approve of it."""
    for number, at in _moments(story.size.incident, HARM, HARM + timedelta(hours=1)):
        record = story.services[1 + number]
        lie = "description", f"{record.document.get('description', '')} {LIE}"
        state = changes.ended("applied", at)
        change = changes.suggest(story.book, record, story.people.harmful, lie, at - VOTING, **state)
        votes = list(_votes(story, change, number, "approve"))
        changes.decide(story.book, change, "apply", votes, at)
        changes.apply(story.book, change, at)


def waiting(story: Story, number: int, at: datetime) -> None:
    """An open change: some contested, some of newcomers, some with moderators, and the viewer's own among the first."""
    book, people = story.book, story.people
    is_own, is_voted = 2 * OWN <= number < 3 * OWN, number < VOTED
    state, ballots = _standing(number, at)
    if is_voted:
        ballots = ["approve"]
    place = 1 + (number if number < OWN else OWN + number % max(len(story.services) - 1 - OWN, 1))
    record = story.services[min(place, len(story.services) - 1)]
    author = people.viewer if is_own else people.authors[2 + number % (len(people.authors) - 2)]
    counts: dict[str, Any] = {"approvals": ballots.count("approve"), "rejects": ballots.count("reject")}
    change = changes.suggest(book, record, author, story.said(number, record), at, **state, **counts)
    for order, choice in enumerate(ballots):
        other = people.reviewers[1 + (number + order) % (len(people.reviewers) - 1)]
        changes.vote(book, change.id, people.viewer if is_voted else other, Role.REVIEWER, choice, at)


def _standing(number: int, at: datetime) -> tuple[dict[str, Any], list[str]]:
    """Columns of an open change by its number, and the votes on it."""
    moment = time_text(at)
    state: dict[str, Any] = {"is_by_newcomer": int(number % 5 == 0)}
    if number % 7 == 3:
        return state | {"contested_at": moment}, ["approve", "reject"]
    if number % 7 == 4:
        state["conflicted_at"] = moment
    if number % 7 == 5:
        state["escalated_at"] = moment
    if number % 7 == 6:
        state["hidden_at"] = moment
    return state, ["approve"] if number % 3 else []


def looked_after(story: Story) -> None:
    """The viewer looks after the records of which just one change is open."""
    for record in story.services[1 : 1 + OWN]:
        story.book.pouring.add(
            Stewardship,
            {
                "id": story.book.id_at(BEGAN),
                "person_id": story.people.viewer,
                "record_id": record.id,
                "is_official": 0,
                "since": time_text(BEGAN),
                "ended_at": None,
            },
        )
