"""The queue's page: what it shows, how it is narrowed, and how one goes through it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.page_client import Page, PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from webapp import clock

PHONES = [{"id": "0192d7b4-0000-7000-8000-000000000001", "order": 0, "number": "01632 960114"}]


def suggested(world: World, name: str, author: str = "ann", **values: object) -> str:
    """An open change to a new service of that name: of its description, or of what is named."""
    (change,) = world.suggest(world.person(author), world.record(name=name), **(values or {"description": name}))
    return change


@pytest.fixture
def rob(world: World, sign_in: SignIn) -> PageClient:
    """A reviewer's browser."""
    return sign_in(world.person("rob", "reviewer"))


def titles(page: Page) -> list[str]:
    return page.texts("main .row h2 a")


def tab(page: Page, name: str) -> Page:
    """The page behind a tab."""
    (link,) = [one for one in page.all("main .tabs a") if one.text.startswith(name)]
    return page.client.get(link["href"])


def chosen(page: Page) -> str:
    """The tab that is shown, without its count."""
    return page.one("main .tabs [aria-current]").text.rstrip("0123456789+ ")


def number(world: World, name: str) -> str:
    """An open change of a telephone number, which is careful."""
    return suggested(world, name, phones=PHONES)


# -- tabs and filters --------------------------------------------------------------------------------------


def test_a_row_says_how_many_votes_it_has_of_how_many_in_words(world: World, rob: PageClient) -> None:
    world.approve(suggested(world, "Soup"), "rita")
    row = rob.get("/review").one("main .row")
    assert row.one(".needed").text == "1 of 2 needed."
    assert row.all("p")[0].text == "1 of 2 needed. One more approval."


def test_every_filter_is_in_the_address_and_a_chip_takes_it_away(world: World, rob: PageClient) -> None:
    suggested(world, "Soup")
    number(world, "Lunch")
    narrowing = rob.get("/review").form("main .narrowing form")
    page = narrowing.fill({"kind": "service", "class": "high", "author": True}).submit()
    assert titles(page) == ["Lunch Phone numbers"]
    assert [chip.partition(" ×")[0] for chip in page.texts("main .tags .tag")] == [
        "Services",
        "Careful changes",
        "By newcomers",
    ]
    page = rob.get(page.all("main .tags .tag")[1]["href"])
    assert titles(page) == ["Soup Description", "Lunch Phone numbers"]
    assert page.one("#kind [selected]")["value"] == "service"
    assert page.one("#author").get("checked") is not None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("For you", ["Soup Description", "Lunch Phone numbers"]),
        ("No votes yet", ["Lunch Phone numbers"]),
        ("Careful changes", ["Lunch Phone numbers"]),
        ("By newcomers", ["Soup Description", "Lunch Phone numbers"]),
        ("You look after", []),
        ("Contested", []),
        ("All", ["Soup Description", "Lunch Phone numbers"]),
    ],
)
def test_a_tab_shows_what_it_is_called(world: World, rob: PageClient, name: str, shown: list[str]) -> None:
    world.approve(suggested(world, "Soup"), "rita")
    number(world, "Lunch")
    page = tab(rob.get("/review"), name)
    assert titles(page) == shown
    assert chosen(page) == name


def test_a_visitor_has_no_tabs_of_their_own(world: World, client: PageClient) -> None:
    suggested(world, "Soup")
    assert [text.rstrip(" 01") for text in client.get("/review").texts("main .tabs a")] == [
        *("Contested", "Needs fitting", "With moderators", "All")
    ]
    for show in ("waiting", "unvoted", "stewarded", "mine", "hidden", "nonsense"):
        page = client.get(f"/review?show={show}&kind=nonsense&class=nonsense&author=nonsense&record=nonsense")
        assert chosen(page) == "All"
        assert titles(page) == ["Soup Description"]


def test_the_next_page_keeps_the_filters(world: World, rob: PageClient) -> None:
    for n in range(51):
        suggested(world, f"Soup {n:02}", f"ann{n % 11}")
    page = rob.get("/review?show=all&kind=service").click("Later ones")
    assert titles(page) == ["Soup 50 Description"]
    assert page.one("main .tags .tag").text.startswith("Services")


# -- several of one record -----------------------------------------------------------------------------------


def test_changes_of_one_record_stand_together_where_its_first_one_is(world: World, rob: PageClient) -> None:
    record = world.record(name="Soup")
    world.suggest(world.person("ann"), record, description="Soup and company")
    world.passes(minutes=1)
    suggested(world, "Lunch", "ben")
    world.passes(minutes=1)
    world.suggest(world.person("cat"), record, summary="Lunch")
    page = rob.get("/review?show=all")
    assert titles(page) == ["Soup Description", "Soup Summary", "Lunch Description"]
    assert page.one("main .together > .meta").text == "2 changes to Soup"
    assert titles(page.client.get("/review?show=all&record=" + record)) == ["Soup Description", "Soup Summary"]


def test_a_page_ends_where_it_would_end_if_nothing_stood_together(world: World, rob: PageClient) -> None:
    record = world.record(name="Soup")
    world.suggest(world.person("ann"), record, description="Soup and company")
    for n in range(49):
        world.passes(minutes=1)
        suggested(world, f"Lunch {n:02}", f"ann{n % 10}")
    world.passes(minutes=1)
    world.suggest(world.person("cat"), record, summary="Lunch")
    first = rob.get("/review")
    assert len(titles(first)) == 50
    assert titles(first.click("Later ones")) == ["Soup Summary"]


# -- one after the other -------------------------------------------------------------------------------------


def queue_of(page: Page) -> dict[str, list[str]]:
    """What the page's address says of its queue."""
    return parse_qs(urlsplit(parse_qs(urlsplit(page.path).query)["next"][0]).query)


def test_skipping_keeps_the_preset_and_its_filters(world: World, rob: PageClient) -> None:
    number(world, "Soup")
    suggested(world, "Repairs")
    number(world, "Lunch")
    page = rob.get("/review?show=unvoted&class=high").click("Start with the first")
    assert page.one("h1").text == "Suggestion for Soup"
    page = page.click("Skip to the next one", status=303).follow()
    assert page.one("h1").text == "Suggestion for Lunch"
    assert queue_of(page) == {"show": ["unvoted"], "class": ["high"]}
    page = page.click("Skip to the next one", status=303).follow()
    assert page.one(".messages").text == "That was the last one for now. Thank you."
    assert page.path == "/review?show=unvoted&class=high"


def test_a_vote_by_plain_form_leads_to_the_next_one_and_says_what_happened(world: World, rob: PageClient) -> None:
    change = suggested(world, "Soup")
    suggested(world, "Lunch")
    world.approve(change, "rita")
    page = rob.get("/review").click("Start with the first")
    page = page.form("form[action$=vote]").submit("[value=approve]", status=303).follow()
    assert page.one("h1").text == "Suggestion for Lunch"
    assert page.one("[data-said]").text == "You approved the last one, and it is applied. Thank you."
    page = page.form("form[action$=vote]").submit("[value=abstain]", status=303).follow()
    assert page.one("h1").text == "Review"
    assert page.one(".messages").text == "You abstained on the last one. That was the last one for now. Thank you."


def test_a_vote_by_htmx_is_told_to_go_to_the_next_one(world: World, rob: PageClient) -> None:
    suggested(world, "Soup")
    suggested(world, "Lunch")
    page = rob.get("/review").click("Start with the first")
    answer = page.form("form[action$=vote]").submit("[value=approve]", status=200, fragment="div#changes")
    page = rob.get(answer.headers["HX-Redirect"])
    assert page.one("h1").text == "Suggestion for Lunch"
    assert page.one("[data-said]").text == "You approved the last one. It still needs more."


def test_of_several_changes_of_one_suggestion_the_next_one_is_pointed_at(world: World, rob: PageClient) -> None:
    first, second = world.suggest(world.person("ann"), world.record(), description="Soup", phones=PHONES)
    page = rob.get("/review").click("Start with the first")
    answer = page.form(f"#change-{first} form[action$=vote]").submit("[value=approve]", status=303)
    assert answer.headers["Location"].endswith(f"#change-{second}-title")


def test_what_goes_wrong_stays_on_the_page_with_its_queue(world: World, rob: PageClient) -> None:
    suggested(world, "Soup")
    page = rob.get("/review?show=unvoted").click("Start with the first")
    page = page.form("form[action$=vote]").submit("[value=reject]", status=422)
    assert page.one("h1").text == "Suggestion for Soup"
    assert page.one("form[action$=vote] [name=next]")["value"] == "/review?show=unvoted"


def test_without_a_queue_a_vote_stays_where_it_was_cast(world: World, rob: PageClient) -> None:
    change = suggested(world, "Soup")
    suggested(world, "Lunch")
    page = rob.get(f"/suggestions/{world.change(change).suggestion_id}")
    assert not page.all("[name=next]")
    done = page.form("form[action$=vote]").submit("[value=approve]", status=303)
    assert done.headers["Location"].endswith(f"#change-{change}")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/review", "//evil.example/review", "/account", "/review/../account", "http://[", "%00"],
)
def test_the_way_on_leads_nowhere_but_to_a_queue(world: World, rob: PageClient, elsewhere: str) -> None:
    change = suggested(world, "Soup")
    path = f"/suggestions/{world.change(change).suggestion_id}"
    assert not rob.get(path).all("[name=next]")
    values = {"change": change, "seen": "1", "choice": "approve", "next": elsewhere}
    assert rob.post(f"{path}/vote", values).location == path


def test_words_of_a_vote_are_of_one_s_own_and_of_one_that_there_is(world: World, rob: PageClient) -> None:
    change, other = suggested(world, "Soup"), suggested(world, "Lunch")
    world.approve(change, "rita")
    path = f"/suggestions/{world.change(other).suggestion_id}"
    for voted in (change, "nonsense", "", other):
        assert not rob.get(f"{path}?voted={voted}").all("[data-said]")


def test_the_queue_asks_the_database_little_however_it_is_narrowed(world: World, rob: PageClient) -> None:
    for n in range(12):
        suggested(world, "Soup", f"ann{n % 5}")
    for query in ("", "?show=unvoted&kind=service&class=low&author=new", "?show=all"):
        with at_most(8, world.storage.engine):
            assert len(titles(rob.get(f"/review{query}"))) == 12


# -- tabs of one's own, and how many there are ---------------------------------------------------------------


def test_a_choice_is_kept_by_name_as_a_tab_and_removed_again(world: World, rob: PageClient) -> None:
    number(world, "Lunch")
    page = rob.get("/review?show=all&kind=service&class=high")
    page = page.form("form.saving").fill(name="  Numbers  first ").submit(status=303).follow()
    assert chosen(page) == "Numbers first"
    assert titles(tab(rob.get("/review"), "Numbers first")) == ["Lunch Phone numbers"]
    page = rob.get("/review?class=high&kind=service&show=all")
    page = page.form("form[action$=remove]").submit(status=303).follow()
    assert "Numbers first" not in page.one("main .tabs").text


def test_what_has_a_tab_already_is_not_offered_to_be_kept(rob: PageClient, client: PageClient) -> None:
    assert rob.get("/review?kind=guide").all("form.saving")
    assert not rob.get("/review?class=high").all("form.saving")
    assert not client.get("/review?kind=guide").all("form.saving")


@pytest.mark.parametrize("name", ["", " ", "x" * 41])
def test_a_name_that_can_not_be_is_refused_in_words(rob: PageClient, name: str) -> None:
    rob.get("/review?kind=guide")
    page = rob.post("/review/saved", {"name": name, "queue": "/review?show=all&kind=guide"}).follow()
    assert page.one(".messages .bad").text == "Give it a name of at most 40 characters."
    assert page.path == "/review?show=all&kind=guide"


def test_nobody_removes_the_tab_of_somebody_else(world: World, rob: PageClient, sign_in: SignIn) -> None:
    rob.get("/review?kind=guide").form("form.saving").fill(name="Guides").submit(status=303)
    url = rob.get("/review?kind=guide").one("form[action$=remove]")["action"]
    rita = sign_in(world.person("rita", "reviewer"))
    rita.get("/review?kind=guide")
    assert rita.post(url, status=404)
    assert rob.get("/review?kind=guide").all("form[action$=remove]")


def test_tabs_alone_come_for_a_page_that_asks_for_them(world: World, rob: PageClient) -> None:
    suggested(world, "Soup")
    page = rob.get("/review")
    url = page.one("#tabs")["hx-get"]
    suggested(world, "Lunch", "ben")
    with at_most(2, world.storage.engine):
        part = rob.get(url, fragment="div#tabs")
    assert part.one("[aria-current]").text == "For you 2"
    assert part.one("[role=status]").text == "2 changes wait for you"
    assert rob.get(url, status=303).location.startswith("/review?")


# -- who looks at what ---------------------------------------------------------------------------------------

SOMEBODY = "Somebody is looking at this."


def look_at(client: PageClient, world: World, change: str) -> Page:
    """What the page of a suggestion sends by itself."""
    form = client.get(f"/suggestions/{world.change(change).suggestion_id}").one("form[hx-trigger^=load]")
    return client.post(form["hx-post"], status=200, fragment="div#looking")


def test_somebody_is_told_that_somebody_else_is_looking_but_not_that_they_are(world: World, sign_in: SignIn) -> None:
    change = suggested(world, "Soup")
    rob, rita = (sign_in(world.person(handle, "reviewer")) for handle in ("rob", "rita"))
    assert not look_at(rob, world, change).all("p")
    assert rob.get("/review").one(".looked").text == ""
    assert rita.get("/review").one(".looked").text == SOMEBODY
    assert look_at(rita, world, change).one("p").text == SOMEBODY
    assert look_at(rob, world, change).one("p").text == SOMEBODY
    assert world.approve(change, "rita", "ray") == "applied"  # it keeps nobody from anything


def test_it_is_over_after_ten_minutes_with_a_vote_and_with_the_next_one(world: World, sign_in: SignIn) -> None:
    change, other = suggested(world, "Soup"), suggested(world, "Lunch", "ben")
    rob, rita = (sign_in(world.person(handle, "reviewer")) for handle in ("rob", "rita"))

    def told() -> list[str]:
        return rita.get("/review?show=all").texts(".looked")

    look_at(rob, world, change)
    assert told() == [SOMEBODY, ""]
    with clock.fixed(world.now + timedelta(minutes=9, seconds=59)):
        assert told() == [SOMEBODY, ""]
    with clock.fixed(world.now + timedelta(minutes=10)):
        assert told() == ["", ""]
    look_at(rob, world, other)
    assert told() == ["", SOMEBODY]
    world.approve(other, "rob")
    assert told() == ["", ""]


def test_authors_and_those_who_may_not_vote_are_not_said_to_be_looking(world: World, sign_in: SignIn) -> None:
    rose = world.person("rose", "reviewer")
    change = suggested(world, "Soup", "rose")
    path = f"/suggestions/{world.change(change).suggestion_id}"
    look_at(sign_in(rose), world, change)
    vera = sign_in(world.person("vera"))
    vera.get("/account")
    assert not vera.get(path).all("form[hx-trigger^=load]")
    vera.post(f"{path}/looking", status=200, fragment="div#looking")
    assert sign_in(world.person("rita", "reviewer")).get("/review").one(".looked").text == ""


# -- keys ------------------------------------------------------------------------------------------------------


def test_keys_are_on_until_a_person_turns_them_off_and_back_on(world: World, rob: PageClient, sign_in: SignIn) -> None:
    suggested(world, "Soup")
    form = "form[action$='settings/keys']"
    assert rob.get("/review").all("#keys-on")
    rob.get("/account/settings").form(form).fill(keys=False).submit(status=303)
    assert not rob.get("/review").all("#keys-on, #keys")
    assert not rob.get("/review").click("Start with the first").all("#keys-on, #keys")
    assert sign_in(world.person("rita", "reviewer")).get("/review").all("#keys-on")
    rob.get("/account/settings").form(form).fill(keys=True).submit(status=303)
    assert rob.get("/review").all("#keys-on")


def test_a_vote_can_be_taken_back_from_the_next_page_and_the_queue_goes_on(world: World, rob: PageClient) -> None:
    change = suggested(world, "Soup")
    suggested(world, "Lunch", "ben")
    page = rob.get("/review?show=unvoted").click("Start with the first")
    page = page.form("form[action$=vote]").submit("[value=approve]", status=303).follow()
    page = page.form("form[action$=take-back]").submit(status=303).follow()
    assert page.one("h1").text == "Suggestion for Soup"
    assert queue_of(page) == {"show": ["unvoted"]}
    assert world.change(change).approvals == 0
