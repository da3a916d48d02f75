"""A test client that reads pages as people and browsers do, and refuses every HTML answer with a fault.

    client = PageClient(app)
    page = client.get("/services/food-bank")
    assert page.one("main h1").text == "Food bank"
    done = page.form("#vote-1").fill(choice="approve").submit()      # a Page with status 303
    assert done.follow().one("[role=status]").text == "Your vote counts."

`get` and `post` expect 200 unless told (`status=404`); redirects are answers like any other: `follow()` them.
With `fragment="div#card"` they ask as htmx does for that target.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.builder._html5lib import HTML5TreeBuilder
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.support import page_checks
from tests.support.page_form import Form

FRAGMENT = "<!DOCTYPE html><html lang='en'><head><title>fragment</title></head><body>{}</body></html>"


class PageClient:
    """One visitor's browser, with cookies and without JavaScript."""

    def __init__(self, app: Flask, *, is_signed_in: bool = False) -> None:
        self.app = app
        self.browser = app.test_client()
        self.is_signed_in = is_signed_in  # set by whoever signs in: then no page may be stored
        self.page: Page | None = None  # the last HTML page that was read

    def get(
        self,
        path: str,
        *,
        status: int | None = 200,
        fragment: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """GET `path`; `status` None takes any."""
        return self._ask("GET", path, status, fragment, headers)

    def post(
        self,
        path: str,
        values: Mapping[str, Any] | None = None,
        *,
        status: int | None = 303,
        fragment: str | None = None,
        headers: Mapping[str, str] | None = None,
        csrf: bool = True,
    ) -> Page:
        """POST `values` as a form, with the last page's CSRF token unless `csrf` is False."""
        data: MultiDict[str, Any] = MultiDict(values or {})
        if csrf and "csrf_token" not in data:
            data["csrf_token"] = self.csrf_token()
        return self._ask("POST", path, status, fragment, headers, data=data)

    def csrf_token(self) -> str:
        """The token of the last page that had a form; empty where there was none."""
        token = self.page.find("input[name=csrf_token]") if self.page else None
        return token["value"] if token else ""

    def set_session(self, **values: Any) -> None:
        """Put values into this visitor's session cookie, as a view would."""
        with self.browser.session_transaction() as session:
            session.update(values)

    def _ask(
        self,
        method: str,
        path: str,
        status: int | None,
        fragment: str | None,
        headers: Mapping[str, str] | None,
        **options: Any,
    ) -> Page:
        sent = dict(headers or {})
        if fragment is not None:
            sent |= {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": fragment}
        response = self.browser.open(path, method=method, headers=sent, **options)
        page = Page(self, path, response, is_fragment=sent.get("HX-Request-Type") == "partial")
        assert status is None or page.status == status, (
            f"{method} {path} gave {page.status}, not {status}: {page.summary()}"
        )
        page.check()
        if page.is_html:
            self.page = page
        return page


class Element:
    """A piece of a page: its words with single spaces, its attributes, what is inside."""

    def __init__(self, tag: Tag) -> None:
        self.tag = tag

    @property
    def text(self) -> str:
        """The words, white space folded."""
        return " ".join(self.tag.get_text(" ").split())

    def __getitem__(self, name: str) -> str:
        value = self.tag[name]
        return value if isinstance(value, str) else " ".join(value)

    def get(self, name: str) -> str | None:
        """An attribute, or None."""
        return self[name] if name in self.tag.attrs else None

    def all(self, selector: str) -> list[Element]:
        """Everything inside that the CSS selector means."""
        return [Element(tag) for tag in self.tag.select(selector)]

    def texts(self, selector: str) -> list[str]:
        """The words of everything that the selector means."""
        return [element.text for element in self.all(selector)]

    def find(self, selector: str) -> Element | None:
        """The first that the selector means, or None."""
        found = self.all(selector)
        return found[0] if found else None

    def one(self, selector: str) -> Element:
        """The one that the selector means; none or several is a failure."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} of {selector!r} instead of one, in: {self.text[:600]}"
        return found[0]


class Page(Element):
    """One answer: status, headers, and for HTML the parsed page."""

    def __init__(self, client: PageClient, path: str, response: TestResponse, *, is_fragment: bool) -> None:
        self.client = client
        self.path = path
        self.response = response
        self.is_fragment = is_fragment
        self.status = response.status_code
        self.headers = response.headers
        self.is_html = response.mimetype == "text/html"
        self.body = response.get_data(as_text=True) if self.is_html else ""
        self.soup, self.errors = _parsed(FRAGMENT.format(self.body) if is_fragment else self.body)
        super().__init__(self.soup)

    @property
    def json(self) -> Any:
        """The answer read as JSON, whatever JSON type it declares."""
        return self.response.get_json(force=True)

    @property
    def location(self) -> str:
        """Where a redirect leads: path and query."""
        assert 300 <= self.status < 400, f"{self.path} gave {self.status}, which leads nowhere"
        parts = urlsplit(urljoin(self.path, self.headers["Location"]))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def follow(self, *, status: int | None = 200) -> Page:
        """GET where the redirect leads."""
        return self.client.get(self.location, status=status)

    def form(self, selector: str = "main form") -> Form:
        """The one form that the selector means."""
        return Form(self, self.one(selector).tag)

    def click(self, words: str, *, status: int | None = 200) -> Page:
        """Follow the one link with these words."""
        links = [link for link in self.all("a[href]") if link.text == words]
        assert len({link["href"] for link in links}) == 1, f"{len(links)} links {words!r} on {self.path}"
        return self.client.get(urljoin(self.path, links[0]["href"]), status=status)

    def summary(self) -> str:
        """What a failure shows of the answer."""
        words = self.find("main") or self
        return words.text[:800] if self.is_html else self.response.get_data(as_text=True)[:800]

    def check(self) -> None:
        """Fail with all faults at once; see `page_checks`."""
        faults = list(self._faults())
        where = f"{self.path} ({self.status}{', fragment' if self.is_fragment else ''})"
        assert not faults, f"{where}:\n" + "\n".join(f"- {fault}" for fault in faults)

    def _faults(self) -> list[str]:
        if not self.is_html:
            return [] if self.headers.get("X-Content-Type-Options") == "nosniff" else ["nosniff is missing"]
        faults = list(
            page_checks.faults_of_headers(
                self.response,
                self.path,
                is_signed_in=self.client.is_signed_in,
                has_token=self.find("input[name=csrf_token]") is not None,
            )
        )
        if 300 <= self.status < 400:
            return faults  # the few words under a redirect are not a page
        faults += page_checks.faults_of_parsing(self.errors)
        tags = page_checks.Tags(self.soup)
        faults += page_checks.faults_of_markup(tags)
        if not self.is_fragment:
            faults += page_checks.faults_of_page(tags, self.path)
        return faults


class _ErrorKeepingBuilder(HTML5TreeBuilder):
    """Beautiful Soup forgets what html5lib complained about; this keeps it."""

    errors: list[Any]

    def feed(self, markup: Any) -> None:
        parser = html5lib.HTMLParser(tree=self.create_treebuilder)
        self.underlying_builder.parser = parser
        parser.parse(markup)
        self.errors = parser.errors
        self.underlying_builder.parser = None


def _parsed(markup: str) -> tuple[BeautifulSoup, list[Any]]:
    if not markup:
        return BeautifulSoup("", "html.parser"), []
    builder = _ErrorKeepingBuilder(multi_valued_attributes=None)
    return BeautifulSoup(markup, builder=builder), builder.errors
