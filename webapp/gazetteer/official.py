"""Council areas by the codes and names that the Office for National Statistics gives them.

Its law: a name counts only where it is one of the areas of our own tables, or a service would be kept from people by a
name that nobody else uses. So it is with councils that are younger than the tables.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from webapp.domain.hours.holidays import Nation
from webapp.domain.words import fold
from webapp.gazetteer.tables import councils

CODE = re.compile(r"(?:E0[6-9]|E10|N09|S12|W06)[0-9]{6}\Z")
"""Codes of unitary authorities, districts, boroughs and counties; others stand for "none of these"."""
NATIONS: dict[str, Nation] = {"E": "ENG", "N": "NIR", "S": "SCT", "W": "WLS"}
LONDON = "E09"  # a borough, where the tables have London as one
_AROUND = re.compile(
    r"^(?:the )?(?:(?:city|county|royal borough|borough) of )?|,? (?:city|county|borough|district)(?: of)?$"
)


def nation_of_code(code: str) -> Nation | None:
    """The nation of a council area's code."""
    return NATIONS.get(code[:1])


@lru_cache(maxsize=2_000)
def area_of(code: str, name: str) -> str | None:
    """The area as the tables call it: "Edinburgh" of "City of Edinburgh"; None where they don't have it."""
    if code.startswith(LONDON):
        return "Greater London"
    key = _key(name)
    bare = _AROUND.sub("", key)
    return next((_by_key()[one] for one in (key, bare, bare.removeprefix("isle of ")) if one in _by_key()), None)


@cache
def _by_key() -> dict[str, str]:
    return {_key(one.name): one.name for one in councils()}


def _key(name: str) -> str:
    return " ".join(fold(name).replace("-", " ").replace(".", " ").split())
