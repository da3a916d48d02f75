"""The browser harness must notice what it is there to notice; its pages are toys with one fault each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.support.browser import DARK, OLD, PHONE, Look, Visitor

Visit = Callable[..., Visitor]
FRAME = """<!DOCTYPE html><html lang="en"><head><title>Toy</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width">{head}</head>
<body><main><h1>Toy</h1>{body}</main></body></html>"""
PAGES = {
    "/good": ("", "<p>Good</p>"),
    "/loud": ("<script>console.warn('look at me')</script>", ""),
    "/throws": ("<script>throw new Error('broken')</script>", ""),
    "/elsewhere": ("", "<p>x</p><script>fetch('http://127.0.0.1:9/x').catch(() => 0)</script>"),
    "/unlabelled": ("", "<input name=q>"),
    "/wide": ("", "<p style='width:900px'>wide</p>"),
    "/htmx": ("<script src='/static/htmx.min.js'></script>", "<p id=p>plain</p>"),
    "/scheme": ("", "<p id=p></p><script>p.textContent = matchMedia('(prefers-color-scheme: dark)').matches</script>"),
}


@Request.application
def toy(request: Request) -> Response:
    if request.path.endswith("htmx.min.js"):
        return Response("document.addEventListener('DOMContentLoaded', () => p.textContent = 'with htmx')")
    head, body = PAGES.get(request.path, ("", ""))
    return Response(FRAME.format(head=head, body=body), 200 if request.path in PAGES else 422, mimetype="text/html")


@pytest.fixture(scope="module")
def toy_url() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, toy, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def come(visit: Visit, toy_url: str) -> Visit:
    def opened(look: Look = PHONE) -> Visitor:
        return visit(look, toy_url)

    return opened


def test_a_good_page_passes_every_check(come: Visit) -> None:
    visitor = come()
    visitor.open("/good")
    visitor.check()


@pytest.mark.parametrize(
    ("path", "problem"),
    [("/loud", "look at me"), ("/throws", "broken"), ("/elsewhere", "asked another site")],
)
def test_what_a_page_says_or_asks_is_heard(come: Visit, path: str, problem: str) -> None:
    visitor = come()
    visitor.open(path)
    visitor.page.wait_for_load_state("networkidle")
    with pytest.raises(AssertionError, match=problem):
        visitor.check_quiet()
    visitor.problems.clear()  # heard: the end of the test need not hear it again


def test_an_answer_is_let_through_only_when_it_was_announced(come: Visit) -> None:
    visitor = come()
    visitor.open("/missing", status=422)
    visitor.check_quiet()
    other = come()
    with pytest.raises(AssertionError, match="gave 422, not 200"):
        other.open("/missing")
    with pytest.raises(AssertionError, match="422"):
        other.check_quiet()
    other.problems.clear()


def test_axe_finds_a_control_without_a_label(come: Visit) -> None:
    visitor = come()
    visitor.open("/unlabelled")
    with pytest.raises(AssertionError, match="label"):
        visitor.check_axe()


def test_a_page_wider_than_the_phone_is_found(come: Visit) -> None:
    visitor = come()
    visitor.open("/wide")
    with pytest.raises(AssertionError, match="px wider than 320 px"):
        visitor.check_width()


def test_scripts_can_be_off(come: Visit) -> None:
    visitor = come(OLD)
    assert visitor.open("/htmx").locator("#p").inner_text() == "plain"
    visitor.check()


def test_htmx_can_be_lost_on_the_way(come: Visit) -> None:
    assert come().open("/htmx").locator("#p").inner_text() == "with htmx"
    assert come(Look(has_htmx=False)).open("/htmx").locator("#p").inner_text() == "plain"


def test_the_dark_scheme_is_asked_for(come: Visit) -> None:
    assert come(DARK).open("/scheme").locator("#p").inner_text() == "true"
