"""A check looks like a suggestion, is told of at once, and nobody but its reviewer hears of the answer."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask

from tests.services.test_check_items import plant, rows, takes_part, votes
from tests.services.test_policy import write
from tests.support.addresses import addresses, small_town
from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import ON_BOTH, SignIn
from webapp import clock
from webapp.services import check_items as service

OWN = "/account/checks"
DESK = "/moderate/checks"
WHY = "The hall is shut on Mondays"
TOLD = "It was a check: nothing was changed"


@pytest.fixture
def soup(world: World) -> str:
    write(world, check_every=1)
    return world.record(name="Harbour Soup Lunch", description="Soup on Fridays")


@pytest.fixture
def rita(world: World, soup: str, sign_in: SignIn) -> PageClient:
    """A reviewer who takes part, and has voted once."""
    person = takes_part(world)
    votes(world, person)
    return sign_in(person)


def check_page(rita: PageClient, item: str) -> Page:
    page = rita.get("/review/next?show=all", status=303).follow()
    assert page.path.partition("?")[0] == f"/suggestions/{item}"
    return page


# -- the way of a reviewer ----------------------------------------------------------------------------------


@ON_BOTH
@pytest.mark.parametrize(
    ("choice", "words"),
    [("reject", "That is right"), ("approve", "Rejecting it is right"), ("abstain", "Rejecting it is right")],
)
def test_a_check_comes_as_the_next_suggestion_and_is_told_of_at_once(
    world: World, soup: str, rita: PageClient, choice: str, words: str
) -> None:
    item = plant(world, soup, why=WHY, reason="The cook said so")
    page = check_page(rita, item)
    assert page.one("h1").text == "Suggestion for Harbour Soup Lunch"
    assert "The cook said so" in page.one("main").text
    card = page.one("article.change")
    assert "Soup on Mondays" in card.text
    assert "0 of 2 needed" in card.text
    assert WHY not in page.text
    form = page.form("article.change form[action*='/vote']")
    if choice == "reject":
        form.fill(reason="not_true")
    told = form.submit(f"[value={choice}]").follow()
    assert told.one("#told").text == TOLD
    assert words in told.one("section.note").text
    assert WHY in told.one("section.note").text
    assert world.document(soup)["description"] == "Soup on Fridays"
    assert told.one("a[data-key=s]").text == "Next suggestion"
    told.one("#keys-on")
    told.click("Next suggestion", status=303)


def test_the_answer_to_htmx_goes_to_the_same_page(world: World, soup: str, rita: PageClient) -> None:
    page = check_page(rita, plant(world, soup))
    answer = page.form("article.change form[action*='/vote']").submit("[value=approve]", status=200, fragment="changes")
    assert answer.headers["HX-Redirect"].startswith(f"{OWN}?answered=")


def test_after_a_vote_in_a_queue_a_check_may_come_and_then_the_queue_goes_on(
    world: World, soup: str, sign_in: SignIn
) -> None:
    item, tea = plant(world, soup), world.record(description="Tea")
    (first,) = world.suggest(world.person("ann", "trusted"), tea, description="Tea and cake")
    (second,) = world.suggest(world.people["ann"], soup, description="Soup on Fridays, and tea")
    page = sign_in(takes_part(world)).get(f"/suggestions/{world.change(first).suggestion_id}?next=/review?show=all")
    page = page.form(f"#change-{first} form[action*='/vote']").submit("[value=abstain]").follow()
    assert page.path.partition("?")[0] == f"/suggestions/{item}"
    assert "You abstained on the last one." in page.one("main").text
    skipped = page.click("Skip to the next suggestion", status=303)
    assert f"/suggestions/{world.change(second).suggestion_id}?" in skipped.headers["Location"]
    told = page.form("article.change form[action*='/vote']").submit("[value=abstain]").follow()
    went_on = told.click("Next suggestion", status=303).headers["Location"]
    assert f"/suggestions/{world.change(second).suggestion_id}?" in went_on


@pytest.mark.parametrize("role", ["reviewer", "moderator"])
def test_a_check_looks_the_same_as_a_suggestion_of_the_same(
    world: World, soup: str, sign_in: SignIn, role: str
) -> None:
    somebody = takes_part(world, "somebody", role)
    votes(world, somebody)
    item = plant(world, soup, reason="they told me")
    (change,) = world.suggest(world.people["mo"], soup, description="Soup on Mondays")
    world.passes(days=3)
    with clock.fixed(world.now):
        page = check_page(sign_in(somebody), item)
        for name, value in (("after", f"{world.now.isoformat()}~{change}"), ("next", "/review?show=all")):
            planted, real = (
                page.client.get(f"/suggestions/{one}?{urlencode({name: value})}")
                for one in (item, world.change(change).suggestion_id)
            )
            assert bare(planted) == bare(real)
    assert page.one("article.change a[href*=amend]").text == "Improve Description"


def test_the_address_that_a_vote_leads_to_tells_no_check(world: World, soup: str, sign_in: SignIn) -> None:
    item, tea = plant(world, soup), world.record(description="Tea")
    (first,) = world.suggest(world.person("ann", "trusted"), tea, description="Tea and cake")
    world.suggest(world.people["ann"], soup, description="Soup on Fridays, and tea")
    came = f"/suggestions/{world.change(first).suggestion_id}?next=/review?show=all"
    led = []
    for person in (takes_part(world), world.person("rob", "reviewer")):
        page = sign_in(person).get(came).form(f"#change-{first} form[action*='/vote']").submit("[value=abstain]")
        led.append(urlsplit(page.location))
    assert (item in led[0].path, item in led[1].path) == (True, False)
    assert parse_qs(led[0].query) == parse_qs(led[1].query)


def bare(page: Page) -> str:
    """A page's HTML, but for ids, the session's mark, and where in the queue it stands."""
    html = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}", "ID", str(page.one("main").tag))
    html = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", html)
    return re.sub(r"after=[^&\"#]*(&amp;)?", "", html)


@ON_BOTH
@pytest.mark.parametrize(
    ("form", "typed", "button", "words"),
    [
        ("#changes form[action*=asks_about]", {"text": "Is it so?"}, None, "You wrote about it."),
        ("#talk ~ form", {"text": "I was there"}, None, "You wrote about it."),
        ("form[action*='/flag']", {}, None, "You flagged it as spam. No flag was set."),
        ("form[action*='/decide']", {"note": "No"}, "[value=reject]", "That is right"),
        ("form[action*='/decide']", {"note": "Yes"}, "[value=apply]", "Rejecting it is right"),
    ],
)
def test_whatever_is_done_with_a_check_is_told_and_reaches_nothing(
    world: World, soup: str, sign_in: SignIn, form: str, typed: dict[str, str], button: str | None, words: str
) -> None:
    item, max_ = plant(world, soup), takes_part(world, "max", "moderator")
    votes(world, max_)
    filled = check_page(sign_in(max_), item).form(form).fill(typed)
    before = kept(world)
    told = filled.submit(button).follow()
    assert told.one("#told").text == TOLD
    assert words in told.one("section.note").text
    assert kept(world) == {**before, "check_answer": 1}
    assert world.document(soup)["description"] == "Soup on Fridays"
    told.one("a[data-key=s]")


def test_improving_a_check_opens_its_form_and_says_what_it_was_when_it_is_sent(
    world: World, soup: str, rita: PageClient
) -> None:
    page = check_page(rita, plant(world, soup))
    form = page.click("Improve Description")
    assert form.one("h1").text.startswith("Improve this suggestion: Description")
    assert form.one("textarea[name=description]").text.strip() == "Soup on Mondays"
    refused = form.form().fill(description="Soup on Fridays").submit(status=422)  # as the record says
    looked_over = refused.form().fill(description="Soup on Tuesdays").submit(status=200)
    before = kept(world)
    told = looked_over.form().submit("[value=send]").follow()
    assert told.one("#told").text == TOLD
    assert "You wanted to improve it." in told.one("section.note").text
    assert kept(world) == {**before, "check_answer": 1}
    assert not [words for words in told.texts("main p") if "of 1 answer was right" in words]
    again = looked_over.form().submit("[value=send]").follow()
    assert "You wanted to improve it." in again.one("section.note").text
    assert kept(world)["check_answer"] == 1


def kept(world: World) -> dict[str, int]:
    """How many rows each table has, but for the counter of how often somebody comes."""
    return {name: number for name, number in rows(world).items() if name != "rate_count"}


def test_nobody_improves_a_check_that_is_not_theirs(world: World, soup: str, rita: PageClient, sign_in: SignIn) -> None:
    address = check_page(rita, plant(world, soup)).one("a[href*=amend]")["href"]
    for who, role in (("rob", "reviewer"), ("mo", "moderator")):
        other = sign_in(world.person(who, role))
        other.get(address, status=404)
    sign_in(world.person("vera")).get(address, status=404)


def test_looking_at_a_check_is_noted_nowhere(world: World, soup: str, rita: PageClient) -> None:
    page = check_page(rita, plant(world, soup))
    before = kept(world)
    rita.post(page.one("[hx-post*=looking]")["hx-post"], {}, status=200, fragment="looking")
    assert kept(world) == before


def test_nobody_opens_a_check_whose_turn_it_can_never_be(
    world: World, soup: str, rita: PageClient, client: PageClient, sign_in: SignIn
) -> None:
    item = plant(world, soup)
    address = f"/suggestions/{item}"
    others = [sign_in(world.person(*who)) for who in (("rob", "reviewer"), ("vera", "volunteer"), ("mo", "moderator"))]
    for visitor in (client, *others):
        visitor.get(address, status=404)
    rita.get(address)
    write(world, 2, check_every=0)
    rita.get(address, status=404)


def test_a_second_answer_leads_to_the_first(world: World, soup: str, rita: PageClient) -> None:
    form = check_page(rita, plant(world, soup)).form("article.change form[action*='/vote']")
    form.submit("[value=approve]")
    told = form.submit("[value=abstain]").follow()
    assert "You approved it." in told.one("section.note").text


# -- for one's own eyes -------------------------------------------------------------------------------------


def test_checks_are_off_until_a_reviewer_switches_them_on(world: World, soup: str, sign_in: SignIn) -> None:
    page = sign_in(world.person("rita", "reviewer")).get("/account/settings").click("Checks, for your eyes only")
    assert "About one in 1 of what you review" in page.one("main").text
    page = page.form(f"form[action='{OWN}']").submit().follow()
    assert page.form(f"form[action='{OWN}']").values["checks"] == "off"
    page = sign_in(world.person("vera")).get(OWN)
    assert not page.all(f"form[action='{OWN}']")


def test_only_the_reviewer_sees_what_they_answered(
    app: Flask, world: World, soup: str, rita: PageClient, client: PageClient, sign_in: SignIn
) -> None:
    item = plant(world, soup, why=WHY)
    check_page(rita, item).form("article.change form[action*='/vote']").submit("[value=approve]")
    assert "0 of 1 answer was right." in rita.get(OWN).one("main").text
    assert WHY in rita.get(OWN).one("main").text
    town = small_town(world)
    for visitor, known in ((client, set()), (sign_in(world.person("abe", "administrator")), {DESK})):
        telling = {
            answer.request.path
            for path in sorted({path for _rule, _method, path in addresses(app, town, "GET")})
            if WHY in (answer := visitor.browser.get(path, follow_redirects=True)).get_data(as_text=True)
            or "Soup on Mondays" in answer.get_data(as_text=True)
        }
        assert telling == known


# -- the moderators' side -----------------------------------------------------------------------------------


def test_a_moderator_makes_one_up_and_retires_it(world: World, soup: str, sign_in: SignIn) -> None:
    page = sign_in(world.person("mo", "moderator")).get("/moderate").click("Checks for reviewers")
    nobody = "https://x.example/services/nobody"
    page = page.form(f"form[method=get][action='{DESK}']").fill(record=nobody).submit(status=404)
    assert "There is no record at this address" in page.one("#record-error").text
    address = f"http://localhost/services/{world.row(soup).slug}"
    page = page.form(f"form[method=get][action='{DESK}']").fill(record=address).submit()
    made = {"field": "description", "value": "Soup on Mondays", "answer": "reject", "why": WHY}
    wrong = page.form(f"form[method=post][action='{DESK}']").fill(made, why=" ", answer="").submit(status=422)
    assert wrong.texts("#problems a") == ["Choose one.", "Say why, so that they can learn from it."]
    assert wrong.one("#value").text.strip() == "Soup on Mondays"
    page = wrong.form(f"form[method=post][action='{DESK}']").fill(made).submit().follow()
    row = page.one("#in-use ~ ol .row").text
    for words in ("Harbour Soup Lunch", "Description", "Rejecting it is right.", WHY, "Mo"):
        assert words in row
    assert "Made up a check for reviewers" in page.client.get("/moderation-log").text
    page = page.form("form[action$=retire]").submit().follow()
    assert "No checks yet" in page.one("main").text


def test_one_whose_record_has_changed_says_so(world: World, soup: str, sign_in: SignIn) -> None:
    plant(world, soup)
    world.approve(world.suggest(world.person("ann"), soup, description="Soup on Fridays and tea")[0], "rob", "ray")
    assert "Not shown: the record has changed" in sign_in(world.people["mo"]).get(DESK).one("main").text


def test_the_sum_has_no_names_and_five_people_in_it(world: World, soup: str, sign_in: SignIn) -> None:
    item = plant(world, soup)
    mo = sign_in(world.people["mo"])
    for number in range(5):
        assert "Once five people have answered" in mo.get(DESK).text
        service.answer_check(world.storage, takes_part(world, f"rev{number}"), item, "reject", world.now)
    assert "5 people have answered, and 5 of their 5 answers were right." in mo.get(DESK).one("main").text


def test_the_pages_cost_the_same_however_many_checks_there_are(world: World, soup: str, rita: PageClient) -> None:
    for number in range(6):
        plant(world, soup, value=f"Soup at {number} o’clock")
    with at_most(5, world.storage.engine):
        rita.get(OWN)
    with at_most(6, world.storage.engine):
        rita.get("/review/next?show=all", status=303)
