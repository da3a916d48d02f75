"""What was typed stays where a limit or a busy site stops it, and is sent again by one press; no secret comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from limits import parse
from sqlalchemy import select

from tests.support.page_client import Page, PageClient
from tests.support.page_form import Form
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp import clock
from webapp.services import sanction
from webapp.storage.models import Comment, Report, Suggestion
from webapp.web import limits

SAID = "I was there\non Monday: <b>no soup</b>, & nobody at the door."
SOUP = "/services/harbour-soup-lunch"
AGAIN = "main form[data-again]"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One unsafe request an hour."""
    monkeypatch.setitem(limits.LIMITS, "unsafe", limits.Limit(None, parse("1/hour")))


def spent(client: PageClient) -> PageClient:
    """A person who has sent all that they may."""
    client.get("/account/notifications").form("main form").submit(status=303)
    return client


def suggested(world: World) -> str:
    """The address of ann's suggestion."""
    (change,) = world.suggest(world.person("ann"), world.record(description="Soup"), description="Soup and company")
    return f"/suggestions/{world.change(change).suggestion_id}"


def comment_form(client: PageClient, world: World) -> Form:
    """The form for saying something about ann's suggestion."""
    return client.get(suggested(world)).form("section form[action*='/comments']")


def stopped_comment(world: World, sign_in: SignIn) -> Page:
    """A comment that comes once too often."""
    client = spent(sign_in(world.person("ben")))
    return comment_form(client, world).fill(text=SAID).submit(status=429)


@pytest.mark.usefixtures("few")
def test_a_comment_that_comes_too_soon_is_shown_and_can_be_sent_again(world: World, sign_in: SignIn) -> None:
    page = stopped_comment(world, sign_in)
    assert page.headers["Retry-After"] == "3600"
    assert "What you typed is still here" in page.one("main .note.good").text
    assert page.form(AGAIN).values["text"].splitlines() == SAID.splitlines()
    assert world.all(select(Comment)) == []
    again = page.form(AGAIN).submit(status=429)
    assert again.form(AGAIN).values.getlist("text") == page.form(AGAIN).values.getlist("text")
    with clock.fixed(world.now + timedelta(hours=1)):
        again.form(AGAIN).submit(status=303)
    assert [row.text.splitlines() for row in world.all(select(Comment))] == [SAID.splitlines()]


@pytest.mark.usefixtures("few")
def test_a_part_of_a_page_says_it_only_since_the_form_still_stands(world: World, sign_in: SignIn) -> None:
    page = stopped_comment(world, sign_in)
    asked = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "main"}
    sent = {"text": SAID, "csrf_token": page.client.csrf_token()}
    told = page.client.browser.post(page.path, data=sent, headers=asked)
    assert told.status_code == 429
    assert "Try again in 60 minutes" in told.text
    assert "no soup" not in told.text


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("act", ["suggest", "close"])
def test_a_suggestion_that_comes_too_soon_comes_back_as_its_form(act: str, world: World, sign_in: SignIn) -> None:
    world.record()
    client = spent(sign_in(world.person("ann", "reviewer")))
    form = client.get(f"{SOUP}/{act}").form(f"main form[action$='/{act}']").fill(reason=SAID, how="phoned")
    page = form.submit(status=429)
    assert page.headers["Retry-After"] == "3600"
    assert "Try again in 60 minutes" in page.one("#problems").text
    kept = page.form(f"main form[action$='/{act}']")
    assert kept.values["how"] == "phoned"
    assert kept.values["reason"].splitlines() == SAID.splitlines()
    assert world.all(select(Suggestion)) == []


@pytest.mark.usefixtures("few")
def test_no_password_comes_back(world: World, sign_in: SignIn) -> None:
    client = spent(sign_in(world.person("ann")))
    form = client.get("/account/settings").form("form[action='/account/settings/password']")
    values = {"password-current": "seven otters hum", "password-password": "nine otters hum"}
    page = form.fill(values).submit(status=429)
    assert page.find(AGAIN) is None
    assert "otters" not in str(page.soup)


@pytest.mark.usefixtures("few")
def test_no_token_of_an_address_comes_back(world: World, sign_in: SignIn) -> None:
    client = spent(sign_in(world.person("ann")))
    page = client.post("/account/notifications?token=secret-of-a-letter", {"notices": "a b"}, status=429)
    assert "secret-of-a-letter" not in str(page.soup)
    client.get("/account/settings")
    page = client.post("/account/guest/secret-of-a-letter", {"note": "a b"}, status=429)
    assert "secret-of-a-letter" not in str(page.soup)


def test_a_report_that_comes_too_soon_comes_back_as_its_form(
    world: World, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.record()
    monkeypatch.setitem(limits.LIMITS, "report", limits.Limit(parse("1/hour")))
    for status in (303, 429):
        form = client.get(f"{SOUP}/report").form("main form[action$='/report']")
        page = form.fill(what="wrong", text=SAID, contact="ben@people.example").submit(status=status)
    assert page.headers["Retry-After"] == "3600"
    assert "Try again in 60 minutes" in page.one("#problems").text
    kept = page.form("main form[action$='/report']").values
    assert (kept["what"], kept["contact"]) == ("wrong", "ben@people.example")
    assert kept["text"].splitlines() == SAID.splitlines()
    with clock.fixed(world.now + timedelta(hours=1)):
        page.form("main form[action$='/report']").submit(status=303)
    assert len(world.all(select(Report))) == 2


def test_a_busy_site_gives_back_what_was_typed(world: World, client: PageClient, sign_in: SignIn) -> None:
    form = comment_form(sign_in(world.person("ben")), world)
    report = client.get(f"{SOUP}/report").form("main form[action$='/report']").fill(what="wrong", text=SAID)
    with world.storage.engine.execution_options(write=True).begin():
        page, told = form.fill(text=SAID).submit(status=503), report.submit(status=503)
    assert page.headers["Retry-After"] == told.headers["Retry-After"] == "2"
    page.form(AGAIN).submit(status=303)
    told.form("main form[action$='/report']").submit(status=303)
    assert [row.text.splitlines() for row in world.all(select(Comment))] == [SAID.splitlines()]
    assert [row.text.splitlines() for row in world.all(select(Report))] == [SAID.splitlines()]


def test_a_vote_on_a_busy_site_is_told_when_to_come_again(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.person("rita", "reviewer")).get(suggested(world))
    with world.storage.engine.execution_options(write=True).begin():
        told = page.form("form[action*='/vote']").submit("button[value=approve]", status=503)
    assert told.headers["Retry-After"] == "2"


def test_a_line_break_counts_once_as_browsers_count_it(world: World, sign_in: SignIn) -> None:
    said = "soup\r\n" * 400  # 2,000 letters to a browser's maxlength, 2,400 as it sends them
    comment_form(sign_in(world.person("ben")), world).fill(text=said).submit(status=303)
    assert [row.text for row in world.all(select(Comment))] == [said.replace("\r\n", "\n").strip()]


@pytest.mark.parametrize("said", ["soup " * 401, "[" * 600 + " so many"], ids=["long", "hard"])
def test_a_comment_that_is_not_taken_comes_back_to_be_mended(said: str, world: World, sign_in: SignIn) -> None:
    page = comment_form(sign_in(world.person("ben")), world).fill(text=said).submit(status=422)
    assert "What you typed is still here" in page.one("main .note.good").text
    assert page.form(AGAIN).values["text"].strip() == said.strip()
    assert "Go back" not in page.one("main").text
    page.form(AGAIN).fill(text="No soup.").submit(status=303)
    assert [row.text for row in world.all(select(Comment))] == ["No soup."]


def test_a_comment_that_is_too_hard_says_what_to_take_out(world: World, sign_in: SignIn) -> None:
    page = comment_form(sign_in(world.person("ben")), world).fill(text="[" * 600 + " so many").submit(status=422)
    assert "uses the character [ more than 100 times" in page.one("main").text


def sent(world: World, sign_in: SignIn, status: int, mark: str | None = None, **headers: str) -> Page:
    """A comment that is not taken: from a form whose `mark` is good no more, or by whom a site names."""
    client = sign_in(world.person("ben"))
    form = comment_form(client, world)
    values = form.fill(text=SAID).values
    if mark is not None:
        values["csrf_token"] = mark
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(f"{form.page.path}/comments", values, status=status, headers=named, csrf=False)


def test_a_form_that_was_open_too_long_is_sent_again_by_one_press(world: World, sign_in: SignIn) -> None:
    page = sent(world, sign_in, 400, "long-gone", Sec_Fetch_Site="same-origin")
    assert page.form(AGAIN).values["text"].splitlines() == SAID.splitlines()
    page.form(AGAIN).submit(status=303)
    assert [row.text.splitlines() for row in world.all(select(Comment))] == [SAID.splitlines()]


def test_where_no_browser_vouches_for_it_it_is_only_shown(world: World, sign_in: SignIn) -> None:
    page = sent(world, sign_in, 400, "long-gone")
    assert page.all(AGAIN) == []
    assert "no soup" in page.one("main [data-kept] textarea").text
    assert world.all(select(Comment)) == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_is_not_shown(site: str, world: World, sign_in: SignIn) -> None:
    assert "no soup" not in sent(world, sign_in, 403, Sec_Fetch_Site=site).text


def test_what_somebody_wrote_who_may_not_is_there_to_copy(world: World, sign_in: SignIn) -> None:
    form = comment_form(sign_in(world.person("ben")), world)
    ban = sanction.BanPerson(world.person("ben"), world.person("mo", "moderator"), "quarrels")
    sanction.ban_person(world.storage, ban, world.now)
    told = form.fill(text=SAID).submit(status=403)
    assert "no soup" in told.one("main textarea").text
    assert "What you typed is still here" in told.one("main .note.good").text
