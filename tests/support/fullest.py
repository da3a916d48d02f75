"""One record with as many places, and as many rows of every other list, as a record may have."""

from __future__ import annotations

from tests.support.longest import ROWS
from tests.support.world import World
from webapp.domain.validate import MOST_ELEMENTS
from webapp.services import suggest
from webapp.storage.unit_of_work import new_id

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class FullestTown:
    """Fills a world; `values` are what addresses need, `people` are ids by handle."""

    def __init__(self, world: World) -> None:
        roles = {"mo": "administrator", "bea": "trusted", "rita": "reviewer"}
        self.people = {handle: world.person(handle, role) for handle, role in roles.items()}
        term = world.record("taxonomy_term", name="Lunch clubs")
        halls = [world.record("location", **_hall(number)) for number in range(MOST_ELEMENTS)]
        places = [_place(number, hall, term) for number, hall in enumerate(halls)]
        lists = {
            "phones": [{"number": f"0131 496 {number:04}"} for number in range(MOST_ELEMENTS)],
            "contacts": [{"name": f"Warden {number}"} for number in range(MOST_ELEMENTS)],
            "schedules": [ROWS[number % len(ROWS)] for number in range(MOST_ELEMENTS)],
        }
        rows = {name: [_row(number, **one) for number, one in enumerate(many)] for name, many in lists.items()}
        self.record = world.record(name="Lunch in every hall", summary="Soup.", places=places, **rows)
        moved = [{**place, "schedules": place["schedules"][:1]} for place in places[:-1]]
        changed = {"places": moved, "phones": rows["phones"][1:]}
        (first, *_) = world.suggest(self.people["bea"], self.record, summary="Soup and company.")
        world.approve(first, "rita", "rob")
        number, document = world.row(self.record).newest_number, {**world.document(self.record), **changed}
        command = suggest.SuggestChange(self.people["bea"], self.record, number, document, "Moved")
        self.suggestion = suggest.suggest_change(world.storage, command, world.now).suggestion_id
        self.values = {"slug": world.row(self.record).slug, "suggestion": self.suggestion}


def _row(number: int, /, **values: object) -> dict[str, object]:
    return {"id": new_id(), "order": number, **values}


def _hall(number: int) -> dict[str, str]:
    return {
        "name": f"Hall {number}",
        "location_type": "physical",
        "address_1": f"{number + 1} Kirkgate",
        "city": "Cupar",
        "postal_code": "KY15 5AB",
        "latitude": f"{56 + number % 20 / 20:.6f}",
        "longitude": f"{-4 + number // 20 / 5:.6f}",
    }


def _place(number: int, hall: str, term: str) -> dict[str, object]:
    days = (DAYS[number % 7], DAYS[(number + 3) % 7])
    hours = [{"freq": "WEEKLY", "byday": day, "opens_at": "09:30", "closes_at": "17:30"} for day in days]
    return _row(
        number,
        location_id=hall,
        schedules=[_row(n, **one) for n, one in enumerate(hours)],
        phones=[_row(0, number=f"0131 496 {number + 500:04}")],
        categories=[_row(0, taxonomy_term_id=term)],
    )
