"""The National Grid is converted to within five metres of what the Ordnance Survey publishes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from webapp.domain.geo import Point, distance
from webapp.domain.national_grid import to_degrees

PROJ = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
# Points of the Ordnance Survey's own test of OSTN15: easting, northing, latitude, longitude.
POINTS = [
    (91492.146, 11318.804, 49.92226393730, -6.29977752014),  # St Mary's, Scilly
    (170370.718, 11572.405, 49.96006137820, -5.20304609998),  # the Lizard
    (250359.811, 62016.569, 50.43885825610, -4.10864563561),
    (449816.371, 75335.861, 50.57563665000, -1.29782277240),
    (438710.920, 114792.250, 50.93127937910, -1.45051433700),
    (292184.870, 168003.465, 51.40078220140, -3.55128349240),
    (639821.835, 169565.858, 51.37447025550, 1.44454730409),
    (362269.991, 169978.690, 51.42754743020, -2.54407618349),
    (530624.974, 178388.464, 51.48936564950, -0.11992557180),
    (241124.584, 220332.641, 51.85890896400, -4.30852476960),
    (599445.590, 225722.826, 51.89436637350, 0.89724327012),
    (389544.190, 261912.153, 52.25529381630, -2.15458614387),
    (474335.969, 262047.755, 52.25160951230, -0.91248956970),
    (562180.547, 319784.995, 52.75136687170, 0.40153547065),
    (454002.834, 340834.943, 52.96219109410, -1.19747655922),
    (357455.843, 383290.436, 53.34480280190, -2.64049320810),
    (319188.434, 670947.534, 55.92478265510, -3.29479219337),
    (651409.903, 313177.270, 52.657978, 1.716052),  # the water tower at Caister
]


@pytest.mark.parametrize(("easting", "northing", "latitude", "longitude"), POINTS)
def test_a_known_point_is_met_to_within_five_metres(
    easting: float, northing: float, latitude: float, longitude: float
) -> None:
    away = distance(Point(*to_degrees(easting, northing)), Point(latitude, longitude))
    assert away * 1000 < (2.8 if northing > 63_000 else 5)


@given(st.floats(80_000, 656_000), st.floats(5_000, 1_220_000))
def test_it_is_what_another_program_says_everywhere(easting: float, northing: float) -> None:
    longitude, latitude = PROJ.transform(easting, northing)
    assert distance(Point(*to_degrees(easting, northing)), Point(latitude, longitude)) * 1000 < 0.01


@pytest.mark.parametrize(
    ("easting", "northing"), [(-1, 5), (5, -1), (700_001, 5), (5, 1_300_001), (float("nan"), 5), (5, float("inf"))]
)
def test_what_is_beyond_the_grid_is_refused(easting: float, northing: float) -> None:
    with pytest.raises(ValueError, match="not on the National Grid"):
        to_degrees(easting, northing)
