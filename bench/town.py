"""Makes up records, the same ones each time: organisations, places and services with links, words and hours."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from typing import Any

from webapp.domain.kinds import KINDS
from webapp.services.revise import Fresh

SPACE = uuid.UUID("5f0c8f0e-53b1-5bb1-9a44-6a4d3a1f0b11")
TERMS = 40
_WORDS = """
advice baby bus café carers choir church clinic club coffee company cooking counselling crafts dance
debt disability dog drop-in energy exercise families food football forms free friends games garden
grief group hall harbour health hearing help home hospital housing job kitchen language law library
lift loan lunch memory mental money music neighbours night nurse older outdoor parents park phone
play quiet recovery rent repair school sewing shed shop soup sport story support swimming tea
toddlers training transport trust visit walk warm welcome work yoga young youth
"""
WORDS = _WORDS.split()
STREETS = ("Pier Brae", "Kirk Wynd", "Station Road", "High Street", "Shore Road", "Mill Lane")
TOWNS = ("Leith", "Cupar", "Portree", "Dunbar", "Anstruther", "Gourock", "Nairn")
BIG = "The big service that pages are measured with"
BIG_PATH = "/services/the-big-service-that-pages-are-measured-with"
RUN = 10  # records of which one is an organisation, two are places and seven are services


def id_of(name: str) -> str:
    """The id of the record of that name; always the same."""
    return str(uuid.uuid5(SPACE, name))


def records(count: int) -> Iterator[Fresh]:
    """`count` records in an order in which each refers to earlier ones only; the categories are among them."""
    yield fresh("taxonomy", "taxonomy", {"name": "Bench categories"})
    for number in range(TERMS):
        yield fresh("taxonomy_term", f"term {number}", {"name": f"{WORDS[number].title()} and more"} | _taxonomy())
    rng = random.Random(count)
    for number in range(count - TERMS - 2):
        yield _one(rng, number)
    yield fresh("service", BIG, _big())


def _taxonomy() -> dict[str, str]:
    return {"taxonomy_id": id_of("taxonomy")}


def _one(rng: random.Random, number: int) -> Fresh:
    place, run = number % RUN, number // RUN
    if place == 0:
        return fresh("organization", f"organization {run}", _organization(rng, run))
    if place < 3:
        return fresh("location", f"location {run} {place}", _location(rng, run, place))
    return fresh("service", f"service {number}", _service(rng, number, run, place))


def fresh(kind: str, name: str, document: dict[str, Any]) -> Fresh:
    """A new record by its name among those made up here."""
    return Fresh(id_of(name), KINDS[kind], document)


def _title(rng: random.Random, number: int) -> str:
    return f"{' '.join(rng.sample(WORDS, 3)).title()} {number}"


def _text(rng: random.Random, sentences: int) -> str:
    return " ".join(" ".join(rng.choices(WORDS, k=11)).capitalize() + "." for _ in range(sentences))


def _organization(rng: random.Random, run: int) -> dict[str, Any]:
    return {
        "name": _title(rng, run),
        "summary": _text(rng, 1),
        "description": _text(rng, 4),
        "website": f"https://o{run}.example.org/",
        "email": f"hello@o{run}.example.org",
    }


def _location(rng: random.Random, run: int, place: int) -> dict[str, Any]:
    return {
        "name": f"{_title(rng, run)} Hall {place}",
        "location_type": "physical",
        "address_1": f"{rng.randrange(1, 200)} {rng.choice(STREETS)}",
        "city": rng.choice(TOWNS),
        "postal_code": "EH6 7AB",
        "latitude": f"{55 + rng.random():.6f}",
        "longitude": f"{-3 - rng.random():.6f}",
    }


def _service(rng: random.Random, number: int, run: int, place: int) -> dict[str, Any]:
    return {
        "name": _title(rng, number),
        "summary": _text(rng, 1),
        "description": _text(rng, 6),
        "organization_id": id_of(f"organization {run}"),
        "email": f"s{number}@example.org",
        "url": f"https://s{number}.example.org/",
        "phones": [element(number, "phone", number=f"01632 96{number % 10000:04d}")],
        "places": [_place(number, id_of(f"location {run} {1 + place % 2}"), rng.sample(("MO", "TU", "WE", "FR"), 2))],
        "categories": [element(number, "category", taxonomy_term_id=id_of(f"term {rng.randrange(TERMS)}"))],
    }


def element(owner: int, name: str, order: int = 0, **values: Any) -> dict[str, Any]:
    """An entry of a list of a record."""
    return {"id": id_of(f"{owner} {name} {order}"), "order": order, **values}


def _place(number: int, location: str, days: list[str], order: int = 0) -> dict[str, Any]:
    schedules = [
        element(number, f"schedule {order}", at, freq="WEEKLY", byday=day, opens_at="10:00", closes_at="15:30")
        for at, day in enumerate(days)
    ]
    return element(number, "place", order, location_id=location, schedules=schedules)


def _big() -> dict[str, Any]:
    """A record whose page is about 20 kB: much to say, and something in most fields."""
    rng, number = random.Random(20), -1
    paragraphs = [f"**{_text(rng, 1)}** {_text(rng, 5)}\n\n- {_text(rng, 1)}\n- {_text(rng, 1)}" for _ in range(8)]
    return _service(rng, number, 0, 3) | {
        "name": BIG,
        "description": "\n\n".join(paragraphs)[:4900],
        "phones": [element(number, "phone", at, number=f"01632 96{at:04d}") for at in range(3)],
        "places": [_place(number, id_of(f"location 0 {at + 1}"), ["MO", "WE"], at) for at in range(2)],
        "categories": [element(number, "category", at, taxonomy_term_id=id_of(f"term {at}")) for at in range(4)],
        "eligibility_description": _text(rng, 24)[:1900],
        "application_process": _text(rng, 24)[:1900],
        "fees_description": _text(rng, 24)[:1900],
        "accreditations": _text(rng, 12),
        "minimum_age": 16,
        "wait_time": "About two weeks",
        "languages": [element(number, "language", at, code=code) for at, code in enumerate(("en", "gd"))],
        "required_documents": [element(number, "bring", at, document=_text(rng, 1)) for at in range(3)],
        "cost_options": [element(number, "cost", option="Concessions", amount="2.50", currency="GBP")],
    }


def services_from(number: int, count: int) -> Iterator[Fresh]:
    """`count` further services, of the first organisation, from that number on."""
    for one in range(number, number + count):
        yield fresh("service", f"service {one}", _service(random.Random(one), one, 0, 3))
