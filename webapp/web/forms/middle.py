"""Where the postcode that was typed lies, for who knows no better point. Law: it never becomes the value by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.gazetteer import of_postcode
from webapp.language import _


def middle_of(values: Mapping[str, Any]) -> dict[str, str] | None:
    """The middle of a postcode in numbers and in words; None where a point was typed, or the postcode is none we know.

    `values` are those of an address: `postal_code`, `latitude`, `longitude`.
    """
    if values.get("latitude") or values.get("longitude"):
        return None
    place = of_postcode(str(values.get("postal_code") or ""))
    if place is None:
        return None
    latitude, longitude = f"{place.point.latitude:.6f}", f"{place.point.longitude:.6f}"
    if place.is_wider:
        words = _(
            "We know %(postcode)s only as far as %(place)s. The middle of that is at latitude %(latitude)s,"
            " longitude %(longitude)s. Say where exactly the place is, if you can.",
            postcode=place.asked,
            place=place.name,
            latitude=latitude,
            longitude=longitude,
        )
    else:
        words = _(
            "The middle of %(postcode)s is at latitude %(latitude)s, longitude %(longitude)s. Say where exactly the"
            " place is, if you can.",
            postcode=place.name,
            latitude=latitude,
            longitude=longitude,
        )
    return {"latitude": latitude, "longitude": longitude, "words": words}
