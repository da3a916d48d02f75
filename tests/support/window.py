"""A signed-in person's window on a site that really runs: one connection, one cookie, and answers as they come."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from bs4 import BeautifulSoup
from flask import Flask

from tests.support.profile import scaled

PATIENCE = scaled(60, 300)  # seconds; a loaded machine is slow, not wrong
PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "changes"}


@dataclass(frozen=True)
class Answer:
    """What came back: its status, where it leads, and what it says."""

    status: int
    location: str
    soup: BeautifulSoup

    @property
    def text(self) -> str:
        """The words, white space folded."""
        return " ".join(self.soup.get_text(" ").split())


class Window:
    """One person at `url`, in the session of this token; `app` has the site's settings, and so its secret."""

    def __init__(self, app: Flask, url: str, token: str) -> None:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session.update(_user_id=token, _fresh=True)
        self._cookie = f"session={browser.get_cookie('session').value}"  # type: ignore[union-attr]  # set above
        self._line = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)

    def get(self, path: str) -> Answer:
        """GET a page."""
        return self._ask("GET", path, "", {})

    def press(self, page: Answer, form: str, *, is_part: bool = False, **values: str) -> Answer:
        """Send the form of a page that `form` selects, as the page has it but for these values."""
        tag = page.soup.select_one(form)
        assert tag is not None, f"no {form} in: {page.text[:300]}"
        held = {str(one["name"]): str(one.get("value", "")) for one in tag.select("input[type=hidden]")}
        kind = {"Content-Type": "application/x-www-form-urlencoded", **(PART if is_part else {})}
        return self._ask("POST", str(tag["action"]), urlencode({**held, **values}), kind)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer:
        self._line.request(method, path, body, {"Cookie": self._cookie, **headers})
        response = self._line.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self._cookie = cookie.partition(";")[0]
        return Answer(response.status, response.headers.get("Location", ""), BeautifulSoup(text, "html5lib"))
