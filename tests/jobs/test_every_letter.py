"""Every line of every letter comes from the catalogue, or is data: seen in a language that puts texts in brackets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from jinja2 import Environment

from tests.jobs.office import Office, text_of
from tests.jobs.telling import applied_change
from tests.jobs.test_list_letter import listed, lunch, send
from tests.support import pseudo
from tests.support.world import World
from webapp import language
from webapp.domain.roles import SOMEBODY_WORDS
from webapp.services import account, notify, talk
from webapp.services.notify.words import moment_words, things, written
from webapp.storage.queries.notices import NamedRecord, ToldChange

PARTS = ("author", "coauthor", "supporter", "voter", "moderator", "self")
TYPES = ("edit", "create", "close", "reopen", "merge", "relink")
DATA = {
    "site": "Wellkept",
    "name": "Ann",
    "at": "Momentarily",
    "link": "https://directory.example/x",
    "record": "Harbour Lunch",
    "thing": "Lunching",
    "thing_first": "Lunching",
    "by": "Rita",
    "role_words": "Rolling",
    "title": "Mum",
    "words": "Dearest",
    "why": "Lies",
}
"""What is put into letters, each a word that no letter has of its own."""


@pytest.fixture
def spoken() -> Iterator[None]:
    """The language of brackets is spoken during the test."""
    with language.speaking(pseudo.voice()):
        yield


def left(text: str, known: str) -> list[str]:
    """What of a letter is neither in brackets nor known."""
    body = text.removeprefix("Subject: ")
    return pseudo.unsaid_in(body, " ".join(known.casefold().split()), pseudo.locale_words())


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("what", sorted(notify.NOTICES | notify.ACCOUNT | notify.LISTS))
def test_every_line_of_a_letter_is_a_text_or_data(what: str, letters: Environment) -> None:
    template = letters.get_template(f"mail/{what}.txt")
    entries = [{"name": "Tea", "status": None, "told": ["Pier Brae"]}, {"name": "Talk", "status": "over", "told": []}]
    known = " ".join([*DATA.values(), "Until then", "Tea Talk over Pier Brae"])
    for part, type_, role, is_up, until in itertools.product(
        ("author", "moderator"), ("edit", "create", "close"), SOMEBODY_WORDS, (True, False), (None, "Until then")
    ):
        context = {**DATA, "part": part, "change_type": type_, "role": role, "is_up": is_up, "until": until}
        counts = {"own": 2 if is_up else 0, "others": 3 if until else 1, "names": DATA["thing"] if is_up else ""}
        text = template.render(**context, **counts, notes=[DATA["why"]], entries=entries, more=2 if is_up else 0)
        assert pseudo.OPENED in text
        assert left(text, known) == []


@pytest.mark.usefixtures("spoken")
@pytest.mark.parametrize("part", PARTS)
def test_what_a_change_is_called_is_one_phrase(part: str) -> None:
    def change(type_: str, number: int = 0) -> ToldChange:
        return ToldChange("c", "s", type_, "service", "places.schedules", "open", None, None, f"Lunch {number}")

    told = [things([change(type_)], part) for type_ in TYPES]
    told += [things([change(type_, number) for number, type_ in enumerate(TYPES)], part), written(None)]
    for phrases in told:
        for name in ("thing", "thing_first"):
            assert left(phrases[name], "") == []
            assert phrases[name][0] == pseudo.OPENED


@pytest.mark.usefixtures("spoken")
def test_moments_roles_and_records_without_a_name_are_said_in_the_language() -> None:
    assert left(moment_words(datetime(2026, 3, 2, 9, 5, tzinfo=UTC)), "") == []
    for nobody in (None, NamedRecord("r", "service", "x", "")):
        assert left(written(nobody)["record"], "") == []


def test_a_moment_has_its_weekday_and_month_from_the_language() -> None:
    moment = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    assert moment_words(moment) == "Monday 2 March 2026 at 09:05"
    with language.speaking(pseudo.voice()):
        assert moment_words(moment).strip(pseudo.OPENED + pseudo.CLOSED) == "Dydd Llun 2 Mawrth 2026 at 09:05"


def test_letters_that_the_worker_writes_are_whole(world: World, office: Office) -> None:
    _, change = applied_change(world)
    comment = talk.PostComment(str(world.change(change).suggestion_id), world.person("rita"), "Thank you")
    talk.post_comment(world.storage, comment, world.now)
    made = listed(world, lunch(world), world.record(name="Tea & Talk"))
    with language.speaking(pseudo.voice()):
        send(world, made, "Try the soup.")
    for person in ("ann", "rita"):
        account.set_language(world.storage, world.person(person), pseudo.TAG, world.now)
    pseudo.install(office.settings.instance)
    office.works()
    mails = office.mails()
    known = " ".join(
        ["Wellkept Ann Rita Harbour Soup Lunch Try the soup. Tea & Talk For Mum 0131 496 0000 Harbour Hall 4 Pier Brae"]
        + [word for mail in mails for word in text_of(mail).split() if word.startswith("https://")]
    )
    assert len(mails) == 3
    for mail in mails:
        assert left(str(mail["Subject"]), known) == []
        assert left(text_of(mail), known) == []
