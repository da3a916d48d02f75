"""Every template with nothing to show, with everything at its longest, and with what was sent wrong: axe finds nothing,
nobody scrolls sideways, and what was typed is kept. Which page is seen in which state stands in `states.py`, and what
is sent wrong in `states_wrong.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, meta
from playwright.sync_api import Browser, Response

from tests.e2e.looks import Look
from tests.e2e.states import BARE, EXCUSED, LONGEST, NOTHING, STATES
from tests.e2e.states_wrong import WRONG
from tests.support.bare_town import BareTown, BusyTown, Nothing
from tests.support.browser import DARK_PHONE, LOOKS, Visitor
from tests.support.browser import Look as Window
from tests.support.databases import SqliteTemplate
from tests.support.longest_town import LongestTown
from tests.support.profile import IS_LONG
from tests.support.stage import Stage, staged

TEMPLATES = Path(__file__).parents[2] / "templates"
FOLDERS = ("account", "browse", "errors", "lists", "moderate", "review", "suggest")
SECRETS = ("password", "current", "csrf_token", "seen")
UNREAD = 413  # what was too much is thrown away before anybody looks at it
WITHOUT_SUMMARY = ("errors/error.html", "suggest/alike.html")  # which are all about it
FIRST = [{(look.template, look.status): look for look in reversed(looks)}.values() for looks in STATES.values()]
QUICK = [look for looks in FIRST for look in looks]
TOWNS: dict[str, tuple[Callable[..., Any], tuple[Look, ...]]] = {
    "nothing": (Nothing, NOTHING),
    "bare": (BareTown, BARE),
    "longest": (LongestTown, LONGEST),
    "wrong": (BusyTown, WRONG),
}
SEND = """([typed, press, to]) => {
  const forms = [...document.querySelectorAll('main form[method=post]')].filter(form => form.action.includes(to))
  const form = forms.find(form => Object.keys(typed).every(name => form.elements[name]))
  if (!form) return 'no such form'
  for (const [name, value] of Object.entries(typed)) form.elements[name].value = value
  if (press) {
    const pressed = Object.assign(document.createElement('input'), {type: 'hidden'})
    ;[pressed.name, pressed.value] = press.split('=')
    form.append(pressed)
  }
  HTMLFormElement.prototype.submit.call(form)
}"""
KEPT = """words => [...document.querySelectorAll('main input, main textarea, main select')].some(
  e => e.value.trim().replace(/\\s+/g, ' ') === words)
  || document.querySelector('main').textContent.replace(/\\s+/g, ' ').includes(words)"""


@pytest.mark.parametrize("window", LOOKS if IS_LONG else [DARK_PHONE], ids=str)
@pytest.mark.parametrize("town", [town for town in TOWNS if IS_LONG or town != "bare"])
def test_no_page_has_a_fault_in_any_state(
    town: str, window: Window, browser: Browser, sqlite_template: SqliteTemplate, tmp_path: Path
) -> None:
    fill, looks = TOWNS[town]
    looks = tuple(look for look in looks if IS_LONG or look in QUICK)
    with staged(sqlite_template.copy(tmp_path / "town.db"), tmp_path / "instance") as stage:
        there = fill(stage.world)
        faults = [fault for visits in _by_person(looks) for fault in _walk(stage, there, browser, window, visits)]
    assert faults == [], "\n".join(faults)


def _by_person(looks: tuple[Look, ...]) -> Iterator[list[Look]]:
    """What one person sees together, in the order of the table; what happens meanwhile moves others' pages too."""
    for who in dict.fromkeys(look.who for look in looks):
        yield [look for look in looks if look.who == who]


def _walk(stage: Stage, town: Any, browser: Browser, window: Window, looks: list[Look]) -> Iterator[str]:
    """One person's way through their pages: what is wrong with each."""
    visitor = Visitor(browser, stage.url, window).expects(400, 403, 404, 409, 413, 422, 429, 500, 503)
    person = town.people[looks[0].who] if looks[0].who else None
    visitor.context.add_cookies([stage.cookie(person)])
    for look in looks:
        if look.session is not None:
            values = {name: _in_town(value, town) for name, value in look.session.items()}
            visitor.context.add_cookies([stage.cookie(person, **values)])
        try:
            yield from _faults(visitor, stage, town, look)
            visitor.check()
        except AssertionError as error:
            yield f"{look}: {str(error)[:900]}"
            visitor.problems.clear()
        visitor.picture(f"state-{look.template.replace('/', '-')}-{looks.index(look)}-{look.who}-{window}")
    visitor.leave()


def _in_town(value: object, town: Any) -> object:
    if isinstance(value, list):
        return [_in_town(one, town) for one in value]
    return value.format_map(town.values) if isinstance(value, str) else value


def _faults(visitor: Visitor, stage: Stage, town: Any, look: Look) -> Iterator[str]:
    """Go there, and send the form if one is to be sent: another answer, another template, or words that were lost."""
    stage.used.clear()
    answer = visitor.page.goto(look.path.format_map(town.values))
    typed = {name: str(_in_town(value, town)) for name, value in (look.typed or {}).items()}
    if look.press == "keys":
        with visitor.page.expect_response("**/search/names*"):
            visitor.page.get_by_role("searchbox").first.press_sequentially(typed["q"])
    elif look.typed is not None:
        answer = _send(visitor, stage, town, look, typed)
    status = answer.status if answer else 0
    if status != look.status:
        yield f"{look}: {status} and not {look.status}"
    elif look.template not in stage.used:
        yield f"{look}: made of {sorted(stage.used)}"
    elif status >= 400:
        yield from (f"{look}: {fault}" for fault in _faults_of_refusal(visitor, look, typed))


def _send(visitor: Visitor, stage: Stage, town: Any, look: Look, typed: dict[str, str]) -> Response | None:
    """Send the form as a browser without our script would, with whatever was typed."""
    if look.meanwhile:
        getattr(town, look.meanwhile)()
    stage.used.clear()
    if visitor.page.locator("[hx-trigger^=load]").count():  # what a page asks by itself would be taken for the answer
        visitor.page.wait_for_load_state("networkidle")
    try:
        with visitor.page.expect_navigation() as answered:
            wrong = visitor.page.evaluate(SEND, [typed, _in_town(look.press, town), look.to])
            assert wrong is None, wrong
        return answered.value
    finally:
        if look.status in (429, 503):
            town.is_forgiven()


def _faults_of_refusal(visitor: Visitor, look: Look, typed: dict[str, str]) -> Iterator[str]:
    """What was typed stands there, and a summary says what is wrong and has the focus."""
    for name, words in typed.items():
        kept = " ".join(words.split())
        is_secret = any(secret in name for secret in SECRETS)
        if kept and not is_secret and look.status != UNREAD and not visitor.page.evaluate(KEPT, kept):
            yield f"{name} is lost"
    if look.template not in WITHOUT_SUMMARY and not visitor.page.locator("#problems, [data-focus]").count():
        yield "no summary of what is wrong"
    if visitor.page.locator("#problems").count() and not visitor.page.locator("#problems:focus").count():
        yield "the summary has no focus"


# -- nothing is left out ----------------------------------------------------------------------------------


def _shown_with(templates: set[str]) -> set[str]:
    """These templates with all that they extend, include and import."""
    env = Environment(loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True)
    found: set[str] = set()
    while left := templates - found:
        found |= left
        for name in left:
            tree = env.parse((TEMPLATES / name).read_text(encoding="utf-8"))
            templates = templates | {one for one in meta.find_referenced_templates(tree) if one}
    return found


@pytest.mark.parametrize("state", STATES)
def test_every_template_is_seen_in_every_state_or_has_a_reason_not_to_be(state: str) -> None:
    seen = _shown_with({look.template for look in STATES[state]})
    excused = set(EXCUSED[state])
    there = {path.relative_to(TEMPLATES).as_posix() for one in FOLDERS for path in (TEMPLATES / one).glob("*.html")}
    assert there - seen - excused == set(), "seen nowhere in this state"
    assert excused & seen == set(), "excused, and seen all the same"
    assert excused - there == set(), "excused, and not there any more"
