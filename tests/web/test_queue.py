"""The queue's page: what it shows, how it is narrowed, and how one goes through it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.support.page_client import PageClient
from tests.support.queries import at_most
from tests.support.world import World
from tests.web.conftest import SignIn
from tests.web.queueing import PHONES, chosen, number, queue_of, queue_of_form, suggested, tab, titles


@pytest.fixture
def rob(world: World, sign_in: SignIn) -> PageClient:
    """A reviewer's browser."""
    return sign_in(world.person("rob", "reviewer"))


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


def test_a_volunteer_is_promised_nothing_that_they_cannot_vote_on(world: World, sign_in: SignIn) -> None:
    suggested(world, "Soup")
    page = sign_in(world.person("bea")).get("/review")
    names = [text.rstrip(" 01") for text in page.texts("main .tabs a")]
    assert ("For you" in names, "No votes yet" in names, "By newcomers" in names) == (False, False, False)
    assert {"You look after", "Your areas", "Yours", "All"} <= set(names)
    assert chosen(page) == "All"
    card = page.client.get(str(page.one("main .row h2 a")["href"])).one("article.change")
    assert "Reviewers vote on this." in card.text
    assert "Reviewers vote on this." not in sign_in(world.person("rita", "reviewer")).get(page.path).text


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


def test_skipping_keeps_the_preset_and_its_filters(world: World, rob: PageClient) -> None:
    number(world, "Soup")
    suggested(world, "Repairs")
    number(world, "Lunch")
    page = rob.get("/review?show=unvoted&class=high").click("Start with the first")
    assert page.one("h1").text == "Suggestion for Soup"
    page = page.click("Skip to the next suggestion", status=303).follow()
    assert page.one("h1").text == "Suggestion for Lunch"
    assert queue_of(page) == {"show": ["unvoted"], "class": ["high"]}
    page = page.click("Skip to the next suggestion", status=303).follow()
    assert page.one(".messages").text == "That was the last one. 2 that you skipped are left. Look at the first of them"
    assert page.path == "/review?show=unvoted&class=high"


def test_after_the_last_vote_of_a_queue_one_is_led_to_what_one_skipped(world: World, rob: PageClient) -> None:
    number(world, "Soup")
    suggested(world, "Repairs")
    number(world, "Lunch")
    page = rob.get("/review?show=unvoted&class=high").click("Start with the first")
    page = page.click("Skip to the next suggestion", status=303).follow()
    page = page.form("form[action*='/vote']").submit("[value=approve]", status=303).follow()
    assert page.one(".messages").text == "That was the last one. One that you skipped is left. Look at it"
    assert page.one("[data-said]").text.startswith("You approved the last one.")
    left = page.client.get(page.one(".messages a")["href"])
    assert left.one("h1").text == "Suggestion for Soup"
    assert queue_of(left) == {"show": ["unvoted"], "class": ["high"]}
    page = left.form("form[action*='/vote']").submit("[value=abstain]", status=303).follow()
    assert page.one(".messages").text == "That was the last one for now. Thank you."


def test_skipping_leaves_a_suggestion_with_all_its_changes(world: World, rob: PageClient) -> None:
    suggested(world, "Soup", description="Soup", phones=PHONES)
    suggested(world, "Lunch")
    page = rob.get("/review").click("Start with the first")
    assert page.click("Skip to the next suggestion", status=303).follow().one("h1").text == "Suggestion for Lunch"


def test_a_vote_by_plain_form_leads_to_the_next_one_and_says_what_happened(world: World, rob: PageClient) -> None:
    change = suggested(world, "Soup")
    suggested(world, "Lunch")
    world.approve(change, "rita")
    page = rob.get("/review").click("Start with the first")
    page = page.form("form[action*='/vote']").submit("[value=approve]", status=303).follow()
    assert page.one("h1").text == "Suggestion for Lunch"
    assert page.one("[data-said]").text == "You approved the last one, and it is applied. Thank you."
    page = page.form("form[action*='/vote']").submit("[value=abstain]", status=303).follow()
    assert page.one("h1").text == "Review"
    assert page.one(".messages").text == "That was the last one for now. Thank you."
    assert page.one("[data-said]").text == "You abstained on the last one."
    back = page.form("main form[action*='/take-back']").submit(status=303).follow()
    assert back.one(".messages").text == "Your vote is taken back."
    assert back.one("h1").text == "Suggestion for Lunch"
    assert back.all("main .crumbs a")[0]["href"] == "/review?show=waiting"


def test_a_vote_by_htmx_is_told_to_go_to_the_next_one(world: World, rob: PageClient) -> None:
    suggested(world, "Soup")
    suggested(world, "Lunch")
    page = rob.get("/review").click("Start with the first")
    answer = page.form("form[action*='/vote']").submit("[value=approve]", status=200, fragment="div#changes")
    page = rob.get(answer.headers["HX-Redirect"])
    assert page.one("h1").text == "Suggestion for Lunch"
    assert page.one("[data-said]").text == "You approved the last one. It still needs more."


def test_of_several_changes_of_one_suggestion_the_next_one_is_pointed_at(world: World, rob: PageClient) -> None:
    first, second = world.suggest(world.person("ann"), world.record(), description="Soup", phones=PHONES)
    page = rob.get("/review").click("Start with the first")
    answer = page.form(f"#change-{first} form[action*='/vote']").submit("[value=approve]", status=303)
    assert answer.headers["Location"].endswith(f"#change-{second}-title")
    page = answer.follow()
    assert page.one(f"#change-{second} [data-said]").text == "You approved the last one. It still needs more."
    assert len(page.all("[data-said]")) == 1


def test_what_goes_wrong_stays_on_the_page_with_its_queue(world: World, rob: PageClient) -> None:
    suggested(world, "Soup")
    page = rob.get("/review?show=unvoted").click("Start with the first")
    page = page.form("form[action*='/vote']").submit("[value=reject]", status=422)
    assert page.one("h1").text == "Suggestion for Soup"
    assert queue_of_form(page.one("form[action*='/vote']")) == "/review?show=unvoted"


def test_without_a_queue_a_vote_stays_where_it_was_cast(world: World, rob: PageClient) -> None:
    change = suggested(world, "Soup")
    suggested(world, "Lunch")
    page = rob.get(f"/suggestions/{world.change(change).suggestion_id}")
    assert queue_of_form(page.one("form[action*='/vote']")) == ""
    done = page.form("form[action*='/vote']").submit("[value=approve]", status=303)
    assert done.headers["Location"].endswith(f"#change-{change}")


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/review", "//evil.example/review", "/account", "/review/../account", "http://[", "%00"],
)
def test_the_way_on_leads_nowhere_but_to_a_queue(world: World, rob: PageClient, elsewhere: str) -> None:
    change = suggested(world, "Soup")
    path = f"/suggestions/{world.change(change).suggestion_id}"
    away = quote(elsewhere)
    assert queue_of_form(rob.get(f"{path}?next={away}").one("form[action*='/vote']")) == ""
    values = {"change": change, "seen": "1", "choice": "approve", "next": "/review"}  # in a field it says nothing
    assert rob.post(f"{path}/vote?next={away}", values).location == path


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
