"""What accounts, lists and errors answer to what was typed, in a language that puts every text in brackets."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from tests.support import pseudo
from tests.support.page_client import Page, PageClient
from tests.support.world import World
from tests.web.collecting import collect, only, soup_lunch
from tests.web.conftest import SignIn
from webapp.domain.roles import Role
from webapp.language import speaking
from webapp.services.account_own import Prospects
from webapp.web.account_views import device_words, next_role_words

pytestmark = pytest.mark.usefixtures("in_brackets")
LONG = "x" * 600


def of(client: PageClient) -> PageClient:
    """The same visitor, once they have chosen that language."""
    client.browser.set_cookie("language", pseudo.TAG)
    return client


def is_said(text: str) -> bool:
    """Whether nothing of it stands outside the brackets, except for what people wrote."""
    return not pseudo.unsaid_in(text, "firefox", pseudo.locale_words())


def faults(page: Page) -> list[str]:
    """What a page says of the fields of its form."""
    return page.texts(".field .error")


@pytest.mark.parametrize(
    ("name", "email", "password"),
    [
        ("", "", ""),
        ("A", "nobody", "short"),
        ("Ann\u200bOther", "ann@example.org", LONG),
        ("Ann Otherland", "ann@example.org", "annotherland"),
        ("Ann Other", "ann@example.org", "qwertyuiop"),
    ],
)
def test_every_fault_of_a_new_account_is_told(client: PageClient, name: str, email: str, password: str) -> None:
    form = of(client).get("/account/sign-up").form("main form[action='/account/sign-up']")
    page = form.fill(display_name=name, email=email, password=password).submit(status=422)
    assert faults(page)
    assert [said for said in faults(page) if not is_said(said)] == []


def test_fields_keep_their_words_for_each_language(client: PageClient) -> None:
    english = client.get("/account/sign-in").one("label[for=email]").text
    other = of(client).get("/account/sign-in").one("label[for=email]").text
    client.browser.set_cookie("language", "en-GB")
    again = client.get("/account/sign-in").one("label[for=email]").text
    assert (english, other, again) == ("E-mail address", "⟦E-mail address⟧", "E-mail address")


def test_settings_tell_what_is_wrong_with_each_of_their_forms(world: World, sign_in: SignIn) -> None:
    client = of(sign_in(world.person("dora")))
    for act, typed in (
        ("/account/settings", {"profile-display_name": "", "profile-about": LONG}),
        ("/account/settings/password", {"password-current": "", "password-password": "short"}),
        ("/account/settings/email", {"email-email": "nobody", "email-current": ""}),
    ):
        page = client.get("/account/settings").form(f"form[action='{act}']").fill(**typed).submit(status=422)
        assert len(faults(page)) == 2
        assert [said for said in faults(page) if not is_said(said)] == []


def test_a_list_answers_to_what_is_typed(client: PageClient, world: World) -> None:
    soup_lunch(world)
    of(client)
    page = collect(client)
    assert page.one(".messages p").text == "⟦Harbour Soup Lunch is on the list now.⟧"
    code = only(world).code
    page = client.get(f"/lists/{code}/edit").form("form[action$='/edit']").fill(note=LONG).submit(status=422)
    assert page.one(".summary li").text == "⟦Shorten the note to 500 characters.⟧"
    page = client.get("/services/harbour-soup-lunch/list")
    assert page.one("label[for^=list-] .muted").text == "(⟦1 services, this one among them⟧)"
    leaflet = client.get(f"/lists/{code}/print")
    assert leaflet.one("figure svg")["aria-label"] == "⟦QR code of this list’s address⟧"
    assert leaflet.one("figcaption").text.replace("\xa0", " ") == "⟦This list on the web⟧"


def test_an_error_gives_back_what_was_typed(world: World, sign_in: SignIn) -> None:
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    client = of(sign_in(world.person("ben")))
    client.get(path := f"/suggestions/{world.change(change).suggestion_id}")
    typed = {"text": "Soup is off", "csrf_token": "too old"}
    page = client.post(f"{path}/comments", typed, headers={"Sec-Fetch-Site": "same-origin"}, status=400)
    assert page.one("main h1").text == "⟦That request can’t be read⟧"
    assert page.one("main .note.good").text == "⟦Nothing was changed. What you typed is still here.⟧"
    assert (page.one("[data-again] label").text, page.one("[data-again] button").text) == (
        "⟦What you wrote⟧",
        "⟦Send it again⟧",
    )
    said = [part.text for part in (*page.all("main p"), *page.all("main .cluster a"))]
    assert [text for text in said if not is_said(text)] == []


def test_what_is_missing_for_a_role_is_one_whole_text(world: World) -> None:
    soon = world.now + timedelta(days=3)
    every = itertools.product((Role.REVIEWER, Role.TRUSTED), ((0, 0, 0), (1, 0, 0), (2, 1, 3)), (None, soon))
    with speaking(pseudo.voice()):
        for role, counts, earliest in every:
            said = next_role_words(Prospects(0, 5, role, *counts, earliest), True, world.now)
            assert said is not None
            assert is_said(said), said
        assert is_said(device_words("Mozilla/5.0 (Macintosh) Firefox/120.0"))
