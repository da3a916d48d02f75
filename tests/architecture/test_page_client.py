"""The strict page client must find what it is there to find: each fault is put into a good page by itself."""

from __future__ import annotations

import pytest
from flask import Flask, Response, redirect, request

from tests.support.page_checks import POLICY
from tests.support.page_client import PageClient

GOOD = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Good</title></head>
<body>
<a href="#main">Skip to content</a>
<header><nav aria-label="Site"><a href="/">Home</a></nav></header>
<main id="main">
<h1>Good</h1>
<form method="post" action="/vote" id="vote">
<input type="hidden" name="csrf_token" value="token">
<fieldset><legend>Vote</legend>
<label><input type="radio" name="choice" value="approve"> Approve</label>
<label><input type="radio" name="choice" value="reject" checked> Reject</label>
</fieldset>
<label for="note">Note</label> <textarea id="note" name="note">as it was</textarea>
<label for="sure">Sure</label> <input type="checkbox" id="sure" name="sure" value="yes">
<button name="act" value="send">Send</button>
</form>
</main>
<footer><p>Kept by the community</p></footer>
</body>
</html>"""
HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Vary": "HX-Request, HX-Request-Type, Cookie",
    "Cache-Control": "no-store",
}


def client_of(markup: str = GOOD, headers: dict[str, str] | None = None) -> PageClient:
    app = Flask(__name__)

    @app.get("/page")
    def page() -> str:
        return markup

    @app.post("/vote")
    def vote() -> tuple[Response, int] | Response:
        given = {name: request.form.getlist(name) for name in request.form}
        app.config["GIVEN"] = given
        return redirect("/page?voted=1", code=303)  # type: ignore[return-value]  # werkzeug's own class

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(HEADERS if headers is None else headers)
        return response

    return PageClient(app)


def test_a_good_page_passes() -> None:
    page = client_of().get("/page")
    assert page.one("main h1").text == "Good"
    assert page.texts("label")[0] == "Approve"


FAULTS = {
    "two titles": ("<title>Good</title>", "<title>Good</title><title>Good</title>", "one title"),
    "empty title": ("<title>Good</title>", "<title> </title>", "one title"),
    "two headings": ("<h1>Good</h1>", "<h1>Good</h1><h1>Good</h1>", "one h1"),
    "same id": ("<h1>Good</h1>", '<h1 id="note">Good</h1>', "id 'note' is there 2 times"),
    "no label": ('<label for="note">Note</label>', "", "no label for <textarea"),
    "no language": ('<html lang="en">', "<html>", "no lang"),
    "no skip link": ('<a href="#main">Skip to content</a>', "", "skip link"),
    "no main": ('<main id="main">', "<main>", "id main"),
    "no footer": ("footer", "div", "no footer"),
    "inline script": ("<h1>Good</h1>", "<h1>Good</h1><script>1</script>", "inline script"),
    "inline style": ("<h1>Good</h1>", "<h1>Good</h1><style>p{}</style>", "inline style"),
    "style attribute": ("<h1>Good", '<h1 style="color:red">Good', "attribute style"),
    "handler": ("<h1>Good", '<h1 onclick="x()">Good', "attribute onclick"),
    "htmx handler": ("<h1>Good", '<h1 hx-on:click="x()">Good', "attribute hx-on:click"),
    "htmx code": ("<h1>Good", '<h1 hx-vals="js:{a: 1}">Good', "attribute hx-vals"),
    "script address": ('href="/"', 'href=" javascript:x()"', "href is"),
    "no token": ('name="csrf_token" value="token"', 'name="other" value=""', "no csrf_token"),
    "empty token": ('value="token"', 'value=""', "no csrf_token"),
    "wordless link": ('<a href="/">Home</a>', '<a href="/"></a>', "no words"),
    "no alt": ("<h1>Good</h1>", '<h1>Good</h1><img src="/x.png">', "no alt"),
    "not closed": ("<h1>Good</h1>", "<h1>Good</h1><div>", "not valid HTML"),
    "badly nested": ("<h1>Good</h1>", "<h1><b><i>Good</b></i></h1>", "not valid HTML"),
    "attribute twice": ("<h1>Good", '<h1 class="a" class="b">Good', "not valid HTML"),
    "no doctype": ("<!DOCTYPE html>", "", "not valid HTML"),
}


@pytest.mark.parametrize(("good", "bad", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_the_markup_is_found(good: str, bad: str, message: str) -> None:
    assert good in GOOD
    with pytest.raises(AssertionError, match=message.replace("(", r"\(")):
        client_of(GOOD.replace(good, bad)).get("/page")


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Security-Policy", "default-src 'self'"),
        ("Content-Security-Policy", HEADERS["Content-Security-Policy"] + "; worker-src *"),
        ("X-Content-Type-Options", ""),
        ("Referrer-Policy", "unsafe-url"),
        ("Vary", "Cookie"),
        ("Cache-Control", ""),
        ("Cache-Control", "public, max-age=60"),
    ],
)
def test_a_wrong_header_is_found(header: str, value: str) -> None:
    with pytest.raises(AssertionError, match=header):
        client_of(headers={**HEADERS, header: value}).get("/page")


def test_a_fragment_needs_no_title_but_clean_markup() -> None:
    client_of("<div id='card'>One card</div>").get("/page", fragment="div#card")
    with pytest.raises(AssertionError, match="not valid HTML"):
        client_of("<div id='card'>One card").get("/page", fragment="div#card")


def test_a_form_sends_what_a_browser_would() -> None:
    client = client_of()
    done = client.get("/page").form("#vote").fill(choice="approve", sure=True).submit()
    assert client.app.config["GIVEN"] == {
        "csrf_token": ["token"],
        "choice": ["approve"],
        "note": ["as it was"],
        "sure": ["yes"],
        "act": ["send"],
    }
    assert done.status == 303
    assert done.location == "/page?voted=1"
    assert done.follow().one("h1").text == "Good"


def test_a_form_refuses_what_the_page_does_not_offer() -> None:
    form = client_of().get("/page").form("#vote")
    with pytest.raises(AssertionError, match="offers"):
        form.fill(choice="maybe")
    with pytest.raises(AssertionError, match="no control 'colour'"):
        form.fill(colour="red")


def test_an_unexpected_status_shows_the_page() -> None:
    with pytest.raises(AssertionError, match="gave 200, not 404: Good"):
        client_of().get("/page", status=404)


def test_the_page_of_a_signed_in_person_must_not_be_stored() -> None:
    client = client_of(headers={**HEADERS, "Cache-Control": "no-cache"})
    client.get("/page")
    client.is_signed_in = True
    with pytest.raises(AssertionError, match="signed-in person may be stored"):
        client.get("/page")
