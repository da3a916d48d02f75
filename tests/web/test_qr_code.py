"""The QR code of a printed list leads to that list: read from the page's own picture, by another hand than drew it."""

from __future__ import annotations

import re

import pytest
import zxingcpp

from tests.support.page_client import PageClient
from tests.support.world import World
from webapp.services import lists
from webapp.services.lists import Maker
from webapp.web.lists import qr_code

SCALE = 6  # pixels of a module
STEP = re.compile(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?")
INK, PAPER = 0, 255


def picture(svg: str) -> memoryview:
    """The squares of a drawing in one colour on another, as a camera would see them; AssertionError for any others."""
    size = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    paper, ink = re.findall(r'<path[^>]* d="([^"]+)"', svg)
    assert size
    side = int(size[1])
    assert paper == f"M0 0h{side}v{side}h-{side}z"
    assert re.sub(r"[Mmh][-\d. ,]+", "", ink) == ""
    rows = [bytearray([PAPER] * side) for _ in range(side)]
    x, y = 0, 0.0
    for step, across, up in STEP.findall(ink):
        if step == "h":
            rows[int(y)][x : x + int(across)] = bytes([INK] * int(across))
            x += int(across)
        else:
            x, y = (int(across), float(up)) if step == "M" else (x + int(across), y + float(up))
    wide = [bytes(pixel for pixel in row for _ in range(SCALE)) for row in rows]
    seen = b"".join(row for row in wide for _ in range(SCALE))
    return memoryview(seen).cast("B", (side * SCALE, side * SCALE))


def read(svg: str) -> str:
    """What a scanner reads from a picture; ValueError unless it is one QR code."""
    (found,) = zxingcpp.read_barcodes(picture(svg))
    assert found.format == zxingcpp.BarcodeFormat.QRCode
    return str(found.text)


def test_the_code_on_the_leaflet_leads_to_its_list(world: World, client: PageClient) -> None:
    made = lists.make_list(world.storage, Maker(world.person("ann")), "For Jean", None, world.now)
    page = client.get(f"/lists/{made.code}/print")
    address = read(re.findall("<svg[^>]* class=.qr.*?</svg>", page.body, re.DOTALL)[0])
    assert address == f"http://localhost/lists/{made.code}"
    assert client.get(address.removeprefix("http://localhost")).one("h1").text == "For Jean"


@pytest.mark.parametrize("address", ["https://a.example/lists/b", f"https://{'long-' * 20}.example/lists/bc"])
def test_every_address_is_read_as_it_was_drawn(address: str) -> None:
    assert read(qr_code(address)) == address
