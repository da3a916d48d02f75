"""Tiles: from the one server that was set, which learns of no page; without them the outline."""

from __future__ import annotations

import http.server
import re
import struct
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.maps import HALL, map_of
from tests.support.browser import DARK_PHONE, DESK, Look, Visitor
from tests.support.server import Site, copied, demo_instance, served


def png() -> bytes:
    """A grey picture of one pixel."""
    parts = [(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0\xcc")), (b"IEND", b"")]
    made = (struct.pack(">I", len(d)) + kind + d + struct.pack(">I", zlib.crc32(kind + d)) for kind, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


class Tiles(http.server.BaseHTTPRequestHandler):
    """Any tile that is asked for; notes who is said to have sent people there."""

    asked: list[tuple[str, str | None]] = []  # noqa: RUF012 - one server a test file

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers.get("Referer")))
        is_tile = self.path.startswith("/tiles/")
        self.send_response(200 if is_tile else 404)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(png() if is_tile else b"")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def tile_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Tiles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory, tile_server: str) -> Iterator[Site]:
    """The demo with that tile server."""
    given = {
        "WELLKEPT_MAP_TILES": tile_server + "/tiles/{z}/{x}/{y}.png",
        "WELLKEPT_MAP_ATTRIBUTION": "© <b>Mappers</b> https://map.example/copyright",
    }
    with served(copied(demo_instance(tmp_path_factory), tmp_path_factory.mktemp("tiled")), **given) as running:
        yield running


def only_tiles(visitor: Visitor, tile_server: str) -> None:
    """Take away what a visitor has against the tile server; anything else stays a problem."""
    asked = f"asked another site: {tile_server}/"
    visitor.problems[:] = [said for said in visitor.problems if not said.startswith(asked)]


@pytest.mark.parametrize("look", [DARK_PHONE, DESK], ids=str)
def test_tiles_come_from_the_one_server_which_learns_of_no_page(
    visit: Visit, tiled: Site, tile_server: str, look: Look
) -> None:
    visitor = visit(look, tiled.url)
    page = visitor.open(HALL)
    frame = map_of(page)
    expect(frame.locator("img.leaflet-tile-loaded").first).to_be_visible()
    expect(frame.get_by_role("link", name="© <b>Mappers</b>")).to_have_attribute("href", "https://map.example/copyright")
    assert frame.locator(".map-home").count() == 0
    assert Tiles.asked
    assert {sender for _, sender in Tiles.asked} == {tiled.url + "/"}
    only_tiles(visitor, tile_server)
    visitor.check()
    visitor.picture(f"map-tiles-{look}")


def test_a_picture_from_elsewhere_is_stopped_by_the_policy(visit: Visit, site: Site, tile_server: str) -> None:
    visitor = visit(DESK)
    page = visitor.open(HALL)
    said = """url => new Promise(done => {
      document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
      const image = new Image();
      image.onload = () => done('shown');
      image.src = url;
    })"""
    assert page.evaluate(said, f"{tile_server}/tiles/1/1/1.png") == "img-src"
    visitor.problems.clear()  # that is what they were to say


def test_where_no_tile_comes_the_outline_stands_in(visit: Visit, tiled: Site, tile_server: str) -> None:
    visitor = visit(DESK, tiled.url)
    visitor.expects(404)
    visitor.page.route(re.compile("/tiles/"), lambda route: route.fulfill(status=404))
    page = visitor.open(HALL)
    map_of(page)
    expect(page.locator(".map-home")).to_have_count(1)
    only_tiles(visitor, tile_server)
