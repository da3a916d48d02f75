"""In which language a letter is: that of whom it is written to, and of a list that of the page it was sent from."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.jobs.office import Office, text_of
from tests.jobs.telling import applied_change
from tests.jobs.test_list_letter import listed, lunch, send
from tests.support import pseudo
from tests.support.world import World
from webapp import language
from webapp.services import account, guest, suggest
from webapp.storage.models import Preference


@pytest.fixture(autouse=True)
def in_brackets(office: Office) -> None:
    """An instance that has the language of brackets, as Welsh."""
    pseudo.install(office.settings.instance)


def spoken(office: Office) -> dict[str, tuple[bool, str]]:
    """Of each mail by its address: whether its words are in brackets, and the language that it says it is in."""
    said = {}
    for mail in office.mails():
        words = (str(mail["Subject"]), text_of(mail))
        is_bracketed = {text.startswith(pseudo.OPENED) for text in words}
        assert len(is_bracketed) == 1, words  # subject and text are of one language
        said[str(mail["To"])] = (is_bracketed.pop(), str(mail["Content-Language"]))
    return said


def test_each_person_is_written_to_in_their_own_language(world: World, office: Office) -> None:
    applied_change(world)
    cara = world.person("cara")
    account.set_language(world.storage, world.person("ann"), pseudo.TAG, world.now)
    account.ask_reset(world.storage, "cara@people.example", world.now)
    office.works()
    assert spoken(office) == {"ann@people.example": (True, "cy"), "cara@people.example": (False, "en-GB")}
    account.set_language(world.storage, cara, pseudo.TAG, world.now)
    account.set_language(world.storage, world.person("ann"), "en-GB", world.now)
    assert [row.person_id for row in world.all(select(Preference))] == [cara]


def test_a_language_that_is_not_there_any_more_is_english(world: World, office: Office) -> None:
    account.set_language(world.storage, world.person("ann"), "gd", world.now)
    account.ask_reset(world.storage, "ann@people.example", world.now)
    office.works()
    assert spoken(office) == {"ann@people.example": (False, "en-GB")}


def test_who_comes_by_a_page_in_another_language_is_written_to_in_it(world: World, office: Office) -> None:
    record = world.record()
    world.person("ann")
    with language.speaking(pseudo.voice()):
        account.sign_up(world.storage, account.SignUp("new@people.example", "seven-otters-hum", "Nia"), world.now)
        close = suggest.SuggestLifecycle("", record, "close", "gone")
        guest.park(world.storage, guest.Park("guest@people.example", "Gil", close), world.now)
        account.ask_reset(world.storage, "ann@people.example", world.now)
    office.works()
    assert spoken(office) == {
        "new@people.example": (True, "cy"),
        "guest@people.example": (True, "cy"),
        "ann@people.example": (False, "en-GB"),  # who is known keeps what they chose: anybody could have asked
    }


def test_a_list_goes_out_in_the_language_of_the_page_it_was_sent_from(world: World, office: Office) -> None:
    made = listed(world, lunch(world))
    with language.speaking(pseudo.voice()):
        send(world, made)
    office.works()
    ((is_bracketed, said),) = spoken(office).values()
    assert (is_bracketed, said) == (True, "cy")
    send(world, made)
    office.works()
    assert sorted(str(mail["Content-Language"]) for mail in office.mails()) == ["cy", "en-GB"]


def test_english_is_spoken_again_after_a_letter_in_another_language(world: World, office: Office) -> None:
    account.set_language(world.storage, world.person("ann"), pseudo.TAG, world.now)
    account.ask_reset(world.storage, "ann@people.example", world.now)
    office.works()
    assert language.present() is language.ENGLISH
