"""Many people at one moment, each at a browser: a change ends once, and everybody is told how it stands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.support.model import faults_of
from tests.support.profile import scaled
from tests.support.server import served
from tests.support.window import PATIENCE, Answer, Window
from tests.support.world import World
from tests.web.conftest import ON_BOTH, ROOT
from webapp import clock, create_app
from webapp.config import Settings
from webapp.services import account
from webapp.services.doctor import doctor
from webapp.storage import Storage
from webapp.storage.models import Revision, Vote

VOTERS = scaled(12, 50)
ENDS = {"applied": "Applied", "withdrawn": "Withdrawn", "rejected": "Rejected"}
Open = Callable[[str], Window]


@pytest.fixture
def live(storage: Storage) -> World:
    """A world in the time of a server that really runs."""
    made = World(storage)
    made.now = clock.now()
    made.full_rules()
    return made


@pytest.fixture
def sit_down(live: World, tmp_path: Path) -> Iterator[Open]:
    """A site on that world, run by two processes; gives each person (by id) a window of their own."""
    instance = tmp_path / "instance"
    values = {"WELLKEPT_DATABASE_URL": live.storage.url, "WELLKEPT_INSTANCE": str(instance)}
    app = create_app(Settings.from_environ(values, ROOT))
    windows: list[Window] = []

    # Everybody's page is opened before anybody acts: on a loaded machine that takes longer than lines are kept.
    server = f"--workers 2 --keep-alive {PATIENCE:.0f}"
    with served(instance, WELLKEPT_DATABASE_URL=live.storage.url, GUNICORN_CMD_ARGS=server) as site:

        def make(person: str) -> Window:
            windows.append(Window(app, site.url, account.sign_in(live.storage, person, "a race", live.now)))
            return windows[-1]

        yield make
        for window in windows:
            window.close()
    app.extensions["storage"].dispose()


def at_once(acts: list[Callable[[], Answer]]) -> list[Answer]:
    """Everybody acts at the same moment; what each was answered, in order."""
    barrier = threading.Barrier(len(acts))
    answers: dict[int, Answer] = {}

    def run(place: int) -> None:
        barrier.wait(PATIENCE)
        answers[place] = acts[place]()

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(answers) == len(acts), f"{len(acts) - len(answers)} never got an answer"
    return [answers[place] for place in range(len(acts))]


def voting(window: Window, page: Answer, *, is_part: bool) -> Callable[[], Answer]:
    """Approve; where that leads on, the page that it leads to."""

    def act() -> Answer:
        told = window.press(page, "form[action*='/vote']", is_part=is_part, choice="approve")
        return window.get(told.location.partition("#")[0]) if told.status == 303 else told

    return act


def fault_of(told: Answer, state: str, *, is_stored: bool) -> str:
    """What is wrong with what a voter was told; nothing where it is the stored vote, or the end that it came to."""
    if told.status == 200:
        return "" if is_stored and "You approved this" in told.text else f"told of a vote, stored {is_stored}"
    if told.status == 409:
        is_right = f"it is {state}" in told.text and ENDS[state] in told.text
        return "" if is_right and not is_stored else f"{state}, stored {is_stored}, and told: {told.text[:400]}"
    return f"{told.status}: {told.text[:400]}"


@ON_BOTH
@pytest.mark.parametrize("outcome", ["reject", "apply"])
def test_voters_race_the_withdrawing_author_and_a_moderator(outcome: str, live: World, sit_down: Open) -> None:
    record = live.record(description="Soup")
    (change,) = live.suggest(live.person("ann"), record, description="Soup and company")
    address = f"/suggestions/{live.change(change).suggestion_id}"
    voters = [live.person(f"voter{n}", "reviewer") for n in range(VOTERS)]
    people = [live.person("ann"), live.person("mo", "moderator"), *voters]
    (ann, mo, *others) = windows = [sit_down(person) for person in people]
    own, hers, *pages = [window.get(address) for window in windows]

    acts = [voting(others[n], page, is_part=n % 2 == 0) for n, page in enumerate(pages)]
    half = len(acts) // 2
    acts.insert(half, lambda: ann.press(own, "form[action$='/withdraw']"))
    acts.insert(half, lambda: mo.press(hers, "form[action*='/decide']", outcome=outcome, note="I was there."))
    told = at_once(acts)
    decided, withdrawn = told.pop(half), told.pop(half)

    row = live.change(change)
    state = str(row.state)
    stored = {v.person_id for v in live.all(select(Vote).where(Vote.change_id == change, Vote.is_live == 1))}
    faults = [fault_of(answer, state, is_stored=who in stored) for who, answer in zip(voters, told, strict=True)]
    assert [fault for fault in faults if fault] == []
    assert state in ENDS
    assert (withdrawn.status == 303) == (state == "withdrawn")
    assert {withdrawn.status, decided.status} <= {303, 409}
    assert all(f"it is {state}" in answer.text for answer in (withdrawn, decided) if answer.status == 409)
    written = live.one(select(func.count()).select_from(Revision).where(Revision.change_id == change))[0]
    assert written == (state == "applied")
    assert [str(breach) for breach in doctor(live.storage)] == []
    assert faults_of(live.storage) == []
