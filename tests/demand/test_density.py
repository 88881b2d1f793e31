import numpy as np
import pytest
import shapely

from optimizer.demand import stops_density


def test_density_counts_the_stops_of_the_disc():
    # 6 stops within 500 m: 6 / (pi 0.25) per km2; the third place lies outside
    stops = np.array([[0.0, 0.0], [499.0, 0.0], [501.0, 0.0]])
    found = stops_density(np.zeros((1, 2)), stops, np.array([2.0, 4.0, 100.0]))
    assert found == pytest.approx([6 / (np.pi * 0.25)])


def test_at_the_edge_of_the_area_only_the_part_inside_counts():
    area = shapely.box(0, -2000, 4000, 2000)
    at = np.array([[0.0, 0.0], [2000.0, 0.0]])
    found = stops_density(at, at, np.array([50.0, 50.0]), area)
    assert found[0] == pytest.approx(2 * found[1], rel=1e-6)


def test_density_never_falls_below_one_stop_per_km2():
    at = np.zeros((2, 2))
    assert stops_density(at, np.empty((0, 2)), np.empty(0)).tolist() == [1, 1]
    assert stops_density(at, np.array([[0.0, 0.0]]), np.array([1e-6])).tolist() == [1, 1]


def test_density_equals_counting_one_by_one():
    rng = np.random.default_rng(1)
    at, stops = rng.uniform(0, 3000, (50, 2)), rng.uniform(0, 3000, (1500, 2))
    weight = rng.uniform(0, 5, 1500)
    near = np.hypot(*(at[:, None] - stops[None]).transpose(2, 0, 1)) <= 500
    expected = np.maximum((near * weight).sum(axis=1) / (np.pi * 0.25), 1)
    assert stops_density(at, stops, weight) == pytest.approx(expected)
