"""Nations and regions by the names that people give them: wider than anybody looks around in.

Its law: none of them is a typing error of a town. The tables know towns and council areas alone, and would else take
Scotland for Snodland, Sutherland for Sunderland, and Tayside for Tameside.
"""

from __future__ import annotations

import re

from webapp.domain.hours.holidays import Nation

NATIONS: dict[str, tuple[Nation, ...]] = {
    "scotland": ("SCT",),
    "england": ("ENG",),
    "wales": ("WLS",),
    "cymru": ("WLS",),
    "alba": ("SCT",),
    "northern ireland": ("NIR",),
    "england and wales": ("ENG", "WLS"),
}
WHOLE = ("uk", "united kingdom", "great britain", "britain", "gb", "uk wide", "national", "nationwide")
REGIONS = frozenset(
    re.split(
        r",\s+",
        """
    ayrshire, banffshire, berkshire, black country, borders, caithness, channel islands, cleveland, clwyd, cotswolds,
    dales, dyfed, east anglia, east midlands, fens, glamorgan, grampian, guernsey, gwent, hebrides,
    highlands and islands, home counties, humberside, ireland, isle of man, jersey, lake district, lothian, lothians,
    merseyside, mid wales, midlands, morayshire, north east, north wales, north west, peak district, pennines,
    perthshire, south east, south wales, south west, strathclyde, sussex, sutherland, tayside, teesside,
    thames valley, trossachs, tyneside, ulster, wearside, west country, west midlands, yorkshire
    """.strip(),
    )
)
WIDE = frozenset((*NATIONS, *WHOLE, *REGIONS))
