"""Where a postcode or a place is, offline. Its law: what is approximate says so, and nothing is asked of anyone.

Whoever looks something up imports it from here. The tables and where they come from: `webapp/gazetteer/data/README.md`.
"""

from webapp.gazetteer.borders import council_at, councils_near
from webapp.gazetteer.names import is_wide, nearest_names, places_named, words_of_names
from webapp.gazetteer.place import Place
from webapp.gazetteer.points import HERE, of_point, of_postcode

__all__ = [
    "HERE",
    "Place",
    "council_at",
    "councils_near",
    "is_wide",
    "nearest_names",
    "of_point",
    "of_postcode",
    "places_named",
    "words_of_names",
]
