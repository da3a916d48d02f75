"""Council areas as people choose them: by nation, by name."""

from __future__ import annotations

from webapp.gazetteer.areas import all_areas
from webapp.language import _, mark

NATIONS = mark({"ENG": "England", "NIR": "Northern Ireland", "SCT": "Scotland", "WLS": "Wales"})


def by_nation() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each nation's name with its areas, as (tag, name)."""
    of: dict[str, list[tuple[str, str]]] = {code: [] for code in NATIONS}
    for tag, area in all_areas().items():
        of[area.nation].append((tag, area.name))
    return [(_(name), of[code]) for code, name in NATIONS.items()]
