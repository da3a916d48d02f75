"""A real browser at a real server: visitors who notice everything that the console says, and axe.

A visitor fails its test when a page writes to the console, throws, asks another site, or answers with an error
that the test did not announce (`visitor.expects(422)`): Chromium writes each of those into the console too.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response, expect

ROOT = Path(__file__).parents[2]
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
SCREENSHOTS = ROOT / "screenshots"
PICTURES = ROOT / "docs" / "pictures"  # those of the README
FLAGS = [
    "--no-sandbox",  # root in a container has no sandbox to use
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FINGER = 44
"""CSS pixels that a main button and a field are high at least; the 24 of WCAG 2.2 for everything are axe's to see."""
TOO_SMALL = """least => [...document.querySelectorAll(
  'button, summary[class], a[class~=btn], input:not([type=hidden],[type=checkbox],[type=radio]), select, textarea'
)].filter(e => e.checkVisibility() && !e.closest('[aria-hidden=true]') && !e.matches('.small'))
  .map(e => [e.getBoundingClientRect().height, e]).filter(([height]) => height < least)
  .map(([height, e]) => `${e.tagName} ${(e.innerText || e.id).trim().slice(0, 40)}: ${height.toFixed(1)} px`)"""
STATUS_LINE = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")
HTMX = re.compile(r"/htmx[^/]*\.js(\?|$)")
PATIENCE = 40_000  # milliseconds: a loaded machine is slow, not broken

expect.set_options(timeout=PATIENCE)

Scheme = Literal["light", "dark"]


def chromium_path() -> str | None:
    """Where Debian's Chromium is, if it is."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright) -> Browser:
    """A Chromium without a window."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)


@dataclass(frozen=True)
class Look:
    """How somebody looks at the site. `has_htmx` False: scripts run, but htmx is lost on the way.

    Without JavaScript, this Chromium still hides what is in <noscript>: look at the markup for that.
    """

    width: int = 1280
    height: int = 900
    has_javascript: bool = True
    has_htmx: bool = True
    scheme: Scheme = "light"
    has_forced_colors: bool = False
    has_motion: bool = False

    def __str__(self) -> str:
        scripts = "" if self.has_javascript and self.has_htmx else "-no-htmx" if self.has_javascript else "-no-js"
        seen = ("-forced" if self.has_forced_colors else "") + ("-moving" if self.has_motion else "")
        return f"{self.width}-{self.scheme}{scripts}{seen}"


PHONE = Look(width=320, height=640)
DESK = Look()
DARK = Look(scheme="dark")
OLD = Look(has_javascript=False)
DARK_PHONE = Look(width=320, height=640, scheme="dark")
LOOKS = [PHONE, DARK_PHONE, DESK, DARK]


class Visitor:
    """One person's window on the site, with cookies of its own."""

    def __init__(self, browser: Browser, url: str, look: Look = DESK) -> None:
        self.url = url.rstrip("/")
        self.look = look
        self.context: BrowserContext = browser.new_context(
            base_url=self.url,
            viewport={"width": look.width, "height": look.height},
            java_script_enabled=look.has_javascript,
            color_scheme=look.scheme,
            forced_colors="active" if look.has_forced_colors else "none",
            reduced_motion="no-preference" if self.look.has_motion else "reduce",
            locale="en-GB",
            timezone_id="Europe/London",
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self._expected: set[int] = set()
        self._watch()

    def expects(self, *statuses: int) -> Visitor:
        """These answers (422, 409, 429 …) belong to the test, so the console may speak of them."""
        self._expected |= set(statuses)
        return self

    def open(self, path: str, status: int = 200) -> Page:
        """Go to `path`, which must answer with `status`."""
        if status >= 400:
            self.expects(status)
        answer = self.page.goto(path)
        assert answer is not None, f"{path} gave nothing"
        assert answer.status == status, f"{path} gave {answer.status}, not {status}"
        return self.page

    def check_axe(self, *, but: Sequence[str] = ()) -> None:
        """Fail on anything that axe finds on the page as it stands; `but` are rules that do not count here.

        Scripts must be on: where a person without them is meant, use `has_htmx=False` instead.
        """
        assert self.look.has_javascript, "axe can't run without JavaScript; look with has_htmx=False"
        self.page.evaluate(AXE.read_text(encoding="utf-8") + ";0")
        rules = {rule: {"enabled": False} for rule in but}
        options = {"runOnly": TAGS, "rules": rules, "resultTypes": ["violations"]}
        found = self.page.evaluate("options => axe.run(options)", options)["violations"]
        assert not found, f"{self.page.url} ({self.look}):\n" + "\n".join(map(_told, found))

    def check_width(self) -> None:
        """Fail when the page is wider than the window, so that people would scroll sideways."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than {self.look.width} px"

    def check_targets(self) -> None:
        """Fail when a main button or a field is lower than a finger needs. Small buttons are left to axe."""
        small = self.page.evaluate(TOO_SMALL, FINGER)
        assert small == [], f"{self.page.url} ({self.look}):\n" + "\n".join(small)

    def check(self) -> None:
        """Everything that holds for every page at every moment. First wait for something that only it shows."""
        self.check_quiet()
        self.check_width()
        self.check_targets()
        if self.look.has_javascript:  # axe waits for timers, which stand still without
            self.check_axe()

    def check_quiet(self) -> None:
        """Fail on what the console said so far."""
        assert not self.problems, f"{self.page.url} ({self.look}):\n" + "\n".join(self.problems)

    def picture(self, name: str, *, is_for_readme: bool = False) -> None:
        """Keep a screenshot when somebody asked for them (`make e2e`)."""
        if not os.environ.get("KEEP_SCREENSHOTS"):
            return
        for folder in [SCREENSHOTS, *([PICTURES] if is_for_readme else [])]:
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png", full_page=not is_for_readme)

    def leave(self) -> None:
        """Close the window."""
        self.context.close()

    def _watch(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("request", self._see_request)
        self.page.on("response", self._see_response)
        if not self.look.has_htmx:
            self.page.route(HTMX, lambda route: route.abort())

    def _hear(self, message: ConsoleMessage) -> None:
        status = STATUS_LINE.match(message.text)
        is_expected = status is not None and int(status[1]) in self._expected
        is_lost_htmx = not self.look.has_htmx and "net::ERR_FAILED" in message.text
        if not is_expected and not is_lost_htmx:
            self.problems.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _see_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.url:
            self.problems.append(f"asked another site: {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.problems.append(f"{response.request.method} {response.url} gave {response.status}")


def _told(violation: dict[str, Any]) -> str:
    """One finding of axe, with the first places where it stands."""
    places = "\n".join(f"    {node['html'][:160]}" for node in violation["nodes"][:4])
    return f"- {violation['id']} ({violation['impact']}): {violation['help']}\n{places}"
