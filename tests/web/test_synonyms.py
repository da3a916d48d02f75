"""Moderators keep the words that find the same by plain forms."""

from __future__ import annotations

import pytest

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp.domain.synonyms import LONGEST_PHRASE, MOST_PHRASES
from webapp.services import synonyms

LIST = "/moderate/synonyms"
CHANGE, DROP = f"form[action^='{LIST}/']:not([action$=drop])", "form[action$=drop]"


def add(world: World, phrases: str = "chemist, pharmacy") -> str:
    """A group that another moderator made; gives its address."""
    command = synonyms.AddSynonyms(world.person("max", "moderator"), phrases)
    return f"{LIST}/{synonyms.add_synonyms(world.storage, command, world.now)}"


def rows(page: Page) -> list[str]:
    return page.texts("main .tile")


@ON_BOTH
def test_a_moderator_comes_from_the_room_adds_changes_and_takes_out(mo: PageClient, client: PageClient) -> None:
    page = mo.get("/moderate").click("Words that find the same")
    page = page.form().fill(phrases="chemist\npharmacy", note="people say both").submit().follow()
    assert page.one(".messages").text == "Added. From now on these find the same."
    assert rows(page) == ["chemist, pharmacy"]
    page = page.click("chemist, pharmacy")
    assert (page.one("h1").text, page.one(".lead").text) == ("chemist", "finds the same as pharmacy")
    assert "by Mo" in page.one("main").text
    page = page.form(CHANGE).fill(phrases="chemist, drug store").submit().follow()
    assert rows(page) == ["chemist, drug store"]
    page = page.click("chemist, drug store").form(DROP).fill(note="nobody says that").submit().follow()
    assert rows(page) == []
    log = client.get("/moderation-log")
    assert log.texts(".timeline h2") == [
        "Took words apart that found the same",
        "Changed which words find the same",
        "Put words together that find the same",
    ]
    assert log.texts(".timeline li > p:not(.meta)") == [
        "“chemist, drug store: nobody says that”",
        "“chemist, drug store”",
        "“chemist, pharmacy: people say both”",
    ]


def test_groups_stand_in_the_order_of_the_alphabet_and_cost_one_query(world: World, mo: PageClient) -> None:
    for phrases in ("walk, stroll", "A&E, casualty", "chemist, pharmacy"):
        add(world, phrases)
    few = 3  # who asks, whether the session is good, and all groups
    with at_most(few, world.storage.engine):
        page = mo.get(LIST)
    assert rows(page) == ["A&E, casualty", "chemist, pharmacy", "walk, stroll"]
    assert page.one("#groups").text == "3 groups"


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        ("", "Give at least two phrases."),
        ("walk, walks", "Give at least two phrases."),
        (", ".join(f"b{n}" for n in range(MOST_PHRASES + 1)), f"Give at most {MOST_PHRASES} phrases."),
        (f"gp, {'x' * 500}", f"A phrase has {LONGEST_PHRASE} characters at most."),
        ("gp, <&>", "There is no word to look for in “<&>”."),
        ("gp, Pharmacies", "“Pharmacies” is in another group already: chemist, pharmacy."),
    ],
)
def test_what_can_not_be_taken_comes_back_with_what_is_wrong(
    phrases: str, said: str, world: World, mo: PageClient
) -> None:
    add(world)
    page = mo.get(LIST).form().fill(phrases=phrases, note="why not").submit(status=422)
    assert said in page.one("#problems a[href='#phrases']").text
    assert said in page.one("#phrases-error").text
    assert page.one("#phrases").tag.text.strip() == phrases
    assert page.one("#note")["value"] == "why not"
    assert rows(page) == ["chemist, pharmacy"]
    other = add(world, "walk, stroll")
    page = mo.get(other).form(CHANGE).fill(phrases=phrases).submit(status=422)
    assert said in page.one("#phrases-error").text
    assert page.one("#phrases").tag.text.strip() == phrases


def test_a_note_that_is_too_long_is_told_at_the_form_that_it_stands_in(world: World, mo: PageClient) -> None:
    group, note = add(world), "x" * (synonyms.MOST_WORDS + 1)
    for form, field in ((CHANGE, "note"), (DROP, "drop-note")):
        page = mo.get(group).form(form).fill(note=note).submit(status=422)
        assert page.texts("#problems a") == ["Say why in at most 500 characters."]
        assert page.find(f"#{field}-error") is not None
        assert [one["id"] for one in page.all("input") if one.get("value") == note] == [field]


def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(world: World, mo: PageClient) -> None:
    group = add(world)
    seen = [mo.get(group), mo.get(group)]
    command = synonyms.ChangeSynonyms(
        group.rpartition("/")[2], world.person("max"), "chemist, apothecary", "chemist, pharmacy"
    )
    synonyms.change_synonyms(world.storage, command, world.now)
    assert "chemist, apothecary" in seen[0].form(DROP).submit(status=409).one(".note.bad").text
    page = seen[1].form(CHANGE).fill(phrases="chemist, drug store").submit(status=409)
    assert "Now it is: chemist, apothecary" in page.one(".note.bad").text
    assert page.one("#phrases").tag.text.strip() == "chemist, drug store"
    page = page.form(CHANGE).submit().follow()  # with the other one's change in mind
    assert rows(page) == ["chemist, drug store"]


def test_a_group_that_is_gone_is_said_so(world: World, mo: PageClient) -> None:
    group = add(world)
    page = mo.get(group)
    mo.get(group).form(DROP).submit()
    page.form(CHANGE).submit(status=404)
    mo.get(group, status=404)


def test_the_room_of_whoever_is_no_moderator_has_no_door_to_them(
    world: World, client: PageClient, sign_in: SignIn
) -> None:
    group = add(world)
    trusted = sign_in(world.person("tess", "trusted"))
    for path in (LIST, group):
        trusted.get(path, status=403)
        assert client.get(path, status=303).location.startswith("/account/sign-in")
    trusted.get("/account/settings")  # a page with a form
    trusted.post(LIST, {"phrases": "a b, c d"}, status=403)
