"""Bank holidays by nation, and the nation by postcode: both from tables, nothing is asked of anyone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from holidays import country_holidays

from webapp.language import _, mark

Nation = Literal["SCT", "ENG", "WLS", "NIR"]

_SCOTLAND = frozenset(["AB", "DD", "DG", "EH", "FK", "G", "HS", "IV", "KA", "KW", "KY", "ML", "PA", "PH", "TD", "ZE"])
_WALES = frozenset(["CF", "LD", "LL", "NP", "SA"])
_NORTHERN_IRELAND = frozenset(["BT"])
_ENGLAND = frozenset([
    "AL", "B", "BA", "BB", "BD", "BH", "BL", "BN", "BR", "BS", "CA", "CB", "CH", "CM", "CO", "CR",
    "CT", "CV", "CW", "DA", "DE", "DH", "DL", "DN", "DT", "DY", "E", "EC", "EN", "EX", "FY", "GL",
    "GU", "HA", "HD", "HG", "HP", "HR", "HU", "HX", "IG", "IP", "KT", "L", "LA", "LE", "LN", "LS",
    "LU", "M", "ME", "MK", "N", "NE", "NG", "NN", "NR", "NW", "OL", "OX", "PE", "PL", "PO", "PR",
    "RG", "RH", "RM", "S", "SE", "SG", "SK", "SL", "SM", "SN", "SO", "SP", "SR", "SS", "ST", "SW",
    "SY", "TA", "TF", "TN", "TQ", "TR", "TS", "TW", "UB", "W", "WA", "WC", "WD", "WF", "WN", "WR",
    "WS", "WV", "YO",
])

# Outcodes on the other side of the border than most of their area; None where both sides are common.
_BORDER: Mapping[str, Nation | None] = {
    "TD15": "ENG",  # Berwick-upon-Tweed
    "TD12": None,  # Coldstream and Cornhill-on-Tweed
    "CH4": None,  # Chester, Saltney and Broughton
    **dict.fromkeys(("CH5", "CH6", "CH7", "CH8"), "WLS"),  # Flintshire
    **dict.fromkeys((f"SY{n}" for n in range(15, 26)), "WLS"),  # Montgomery to Tregaron
    "HR3": None,  # Hay-on-Wye
}

# What people and other directories write where they name the nation itself.
_NATION_NAMES: Mapping[str, Nation] = {
    **dict.fromkeys(("scotland", "alba", "sct", "gb-sct"), "SCT"),
    **dict.fromkeys(("england", "eng", "gb-eng"), "ENG"),
    **dict.fromkeys(("wales", "cymru", "wls", "gb-wls", "gb-cym"), "WLS"),
    **dict.fromkeys(("northern ireland", "nir", "gb-nir"), "NIR"),
}

HOLIDAY_NAMES = mark((
    "New Year's Day", "New Year's Day (observed)", "New Year Holiday", "New Year Holiday (observed)",
    "Saint Patrick's Day", "Saint Patrick's Day (observed)", "Good Friday", "Easter Monday", "May Day",
    "Spring Bank Holiday", "Battle of the Boyne", "Battle of the Boyne (observed)", "Summer Bank Holiday",
    "Late Summer Bank Holiday", "Saint Andrew's Day", "Saint Andrew's Day (observed)",
    "Christmas Day", "Christmas Day (observed)", "Boxing Day", "Boxing Day (observed)",
    "Coronation of Charles III", "Scotland's participation in the FIFA World Cup final",
))
"""The bank holidays of a year from now on, as the table that they come from calls them."""

_POSTCODE = re.compile(r"([A-Z]{1,2})(\d[A-Z\d]?)(?:\d[A-Z]{2})?")


def nation_of(postcode: str) -> Nation | None:
    """The nation that a postcode (or its outward half) lies in; None when unknown or not of the four.

    An approximation by postcode area, with outcodes where the border runs through an area (TD, CH, SY, HR).
    Some farms get the neighbour's holidays: DG, CA, LD, NP and GL cross the border by a few addresses.
    """
    found = _POSTCODE.fullmatch(re.sub(r"\s", "", postcode).upper())
    if not found:
        return None
    area, outcode = found[1], found[1] + found[2]
    if outcode in _BORDER:
        return _BORDER[outcode]
    return _nation_of_area(area)


def nation_of_address(address: Mapping[str, object]) -> Nation | None:
    """The nation that an address (a location's fields) lies in; None when nothing in it tells.

    The postcode tells; where it can't, the nation's name as region, county or country does.
    """
    by_postcode = nation_of(str(address.get("postal_code") or ""))
    if by_postcode:
        return by_postcode
    written = (address.get(name) for name in ("region", "state_province", "country"))
    names = (" ".join(str(text or "").casefold().split()) for text in written)
    return next((_NATION_NAMES[name] for name in names if name in _NATION_NAMES), None)


def _nation_of_area(area: str) -> Nation | None:
    areas: tuple[tuple[Nation, frozenset[str]], ...] = (
        ("SCT", _SCOTLAND), ("WLS", _WALES), ("NIR", _NORTHERN_IRELAND), ("ENG", _ENGLAND))
    return next((nation for nation, those in areas if area in those), None)


@lru_cache(maxsize=64)
def bank_holidays(nation: Nation | None, year: int) -> Mapping[date, str]:
    """Date to name of the nation's bank holidays in a year, substitute days included; none for no nation."""
    if nation is None:
        return MappingProxyType({})
    named = country_holidays("GB", subdiv=nation, years=year, language="en_GB")
    return MappingProxyType(dict(sorted(named.items())))


def holiday_words(name: str) -> str:
    """A bank holiday in the language spoken, by its name of `bank_holidays`; two may fall on the same day."""
    return _("; ").join(_(one) for one in name.split("; "))
