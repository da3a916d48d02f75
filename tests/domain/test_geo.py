"""Distances on the globe, and the cells of the grid that the search index knows."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.geo import EARTH, Point, cell_tag, cells_within, distance, miles
from webapp.domain.words import tag_token

LEITH, CUPAR = Point(55.9757, -3.1700), Point(56.3188, -3.0120)
points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
british = st.builds(Point, st.floats(49.8, 60.9), st.floats(-8.7, 1.8))


def test_from_leith_to_cupar_are_some_39_kilometres_or_24_miles() -> None:
    assert distance(LEITH, CUPAR) == pytest.approx(39.4, abs=0.2)
    assert miles(distance(LEITH, CUPAR)) == pytest.approx(24.5, abs=0.2)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_at_most_half_way_round(one: Point, other: Point) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert 0 <= distance(one, other) <= math.pi * EARTH + 1e-6
    assert distance(one, one) == 0


@given(british, st.floats(0.5, 60), st.floats(0, 2 * math.pi), st.floats(0, 1))
def test_whatever_lies_within_a_circle_lies_in_one_of_its_cells(
    middle: Point, kilometres: float, bearing: float, share: float
) -> None:
    away = math.degrees(kilometres * share / EARTH)
    across = away * math.sin(bearing) / math.cos(math.radians(middle.latitude))
    other = Point(middle.latitude + away * math.cos(bearing), middle.longitude + across)
    if distance(middle, other) <= kilometres:
        assert cell_tag(other) in cells_within(middle, kilometres)


@given(points)
def test_a_cell_is_a_tag_that_the_index_takes(point: Point) -> None:
    assert tag_token(cell_tag(point)) == "_" + cell_tag(point)


def test_a_circle_of_five_kilometres_is_a_handful_of_cells() -> None:
    assert len(cells_within(LEITH, 5)) <= 9
    assert len(cells_within(LEITH, 25)) <= 70


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, -181), (math.nan, 0), (0, math.inf)])
def test_what_is_not_on_the_globe_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="globe"):
        Point(latitude, longitude)
