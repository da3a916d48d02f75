"""Makes up the services of a whole country, the same ones each time: what a search among very many is measured on.

Words come by Zipf's law (the word of rank r is used 1/r as often as the first), a few categories have most of the
services, and places lie where people live: each postcode sector has about as many addresses as any other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate, product
from typing import Any

from bench.town import STREETS, WORDS, element, fresh, id_of
from webapp.domain.geo import Point
from webapp.gazetteer.tables import postcodes
from webapp.services.revise import Fresh

VOCABULARY = 30_000  # words; a directory of 11,799 pharmacies and 150 other records has 12,000
TERMS = 200
PER_ORGANIZATION, PER_PLACE = 20, 10  # services
IN_NAME, IN_SUMMARY, IN_TEXT = 3, 10, 40  # words
PARTS = ("bal", "cor", "dun", "fer", "gar", "hel", "inn", "kil", "lam", "mor", "nes", "pen", "ros", "stra", "wen")
ENDS = ("a", "ed", "il", "och", "um", "an", "ey", "ith", "ock", "us")


def words() -> list[str]:
    """The words by rank: the first are English, the others only look like words."""
    made = ("".join(parts) for size in (2, 3, 4) for parts in product(PARTS, repeat=size))
    found = list(WORDS)
    for stem in made:
        found += [stem + end for end in ENDS]
        if len(found) >= VOCABULARY:
            break
    return found[:VOCABULARY]


class Zipf:
    """Draws from a sequence, the first of it most often."""

    def __init__(self, rng: random.Random, values: list[str]) -> None:
        self._rng, self._values = rng, values
        self._weights = list(accumulate(1 / rank for rank in range(1, len(values) + 1)))

    def some(self, count: int) -> list[str]:
        """So many, each on its own."""
        return self._rng.choices(self._values, cum_weights=self._weights, k=count)


def records(services: int) -> Iterator[Fresh]:
    """The records in an order in which each refers to earlier ones only; `services` of them are services."""
    rng = random.Random(services)
    said = Zipf(rng, words())
    terms = [f"term {number}" for number in range(TERMS)]
    yield fresh("taxonomy", "taxonomy", {"name": "Categories of the country"})
    for number, term in enumerate(terms):
        name = f"{WORDS[number % len(WORDS)].title()} {number}"
        yield fresh("taxonomy_term", term, {"name": name, "taxonomy_id": id_of("taxonomy")})
    for number in range(organizations_of(services)):
        values = {"name": _title(said, number), "description": _text(said, IN_TEXT)}
        yield fresh("organization", f"organization {number}", values)
    sectors = [(code, point) for code, point in postcodes().items() if " " in code]
    for number in range(places_of(services)):
        yield fresh("location", f"location {number}", _location(rng, said, number, *rng.choice(sectors)))
    chosen = Zipf(rng, terms)
    for number in range(services):
        yield fresh("service", f"service {number}", _service(said, chosen, number))


def organizations_of(services: int) -> int:
    """How many organisations that many services have."""
    return -(-services // PER_ORGANIZATION)


def places_of(services: int) -> int:
    """How many places that many services have."""
    return -(-services // PER_PLACE)


def _title(said: Zipf, number: int) -> str:
    return f"{' '.join(said.some(IN_NAME)).title()} {number}"


def _text(said: Zipf, count: int) -> str:
    return " ".join(said.some(count)).capitalize() + "."


def _location(rng: random.Random, said: Zipf, number: int, code: str, point: Point) -> dict[str, Any]:
    return {
        "name": f"{_title(said, number)} Hall",
        "location_type": "physical",
        "address_1": f"{rng.randrange(1, 200)} {rng.choice(STREETS)}",
        "postal_code": f"{code}AA",
        "latitude": f"{point.latitude + rng.uniform(-0.01, 0.01):.6f}",
        "longitude": f"{point.longitude + rng.uniform(-0.02, 0.02):.6f}",
    }


def _service(said: Zipf, chosen: Zipf, number: int) -> dict[str, Any]:
    """A service of its turn: its place and its organisation have those before and after it, too."""
    place = element(number, "place", location_id=id_of(f"location {number // PER_PLACE}"))
    terms = list(dict.fromkeys(chosen.some(2)))
    return {
        "name": _title(said, number),
        "summary": _text(said, IN_SUMMARY),
        "description": _text(said, IN_TEXT),
        "organization_id": id_of(f"organization {number // PER_ORGANIZATION}"),
        "places": [place],
        "categories": [
            element(number, "category", at, taxonomy_term_id=id_of(term)) for at, term in enumerate(terms)
        ],
    }
