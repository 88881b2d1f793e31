import numpy as np
import pytest

from optimizer.land.counters import spread
from tests.demand.town import dot, square, town
from tests.land.blocks import land, sites_of, zones_of


def test_shops_are_counters_and_stops_and_car_parks_are_forecourts():
    points = [
        (dot(10, 10), {"shop": "bakery", "name": "Four\x07 <i>"}),
        (dot(210, 10), {"amenity": "post_office"}),
        (dot(410, 10), {"public_transport": "platform"}),
        (dot(610, 10), {"shop": "funeral_directors"}),
    ]
    areas = [(square(10, 390, 8), {"amenity": "parking", "parking": "lane"})]
    sites, _, _, _ = sites_of(town(areas, points))
    assert zones_of(sites) == {
        "dp-n1": "counter",
        "dp-n2": "counter",
        "dp-n3": "forecourt",
        "dp-w1": "forecourt",
    }
    assert sites.name[0] == "Four <i>"
    assert sites.area_m2.tolist() == [10, 10, 20, 20]


def test_two_platforms_of_one_stop_are_one_place():
    stop = {"public_transport": "platform"}
    sites, _, _, audit = sites_of(town(points=[(dot(10, 10), stop), (dot(20, 10), stop)]))
    assert sites.id == ("dp-n1",)
    assert audit["delivery point places beside another one, left out"] == 1


def test_at_most_so_many_places_are_kept_far_from_each_other():
    points = [(dot(x, 10), {"shop": "kiosk"}) for x in (10, 40, 70, 790)]
    block = land(delivery_points_at_most=2)
    sites, _, _, audit = sites_of(town(points=points), block)
    assert sites.count == 2
    assert sites.id[-1] == "dp-n4"
    assert audit["delivery point places beyond land.delivery_points_at_most"] == 2
    assert sites_of(town(points=points), land(delivery_points_at_most=0))[0].count == 0


def test_a_place_that_only_walkers_reach_is_left_out():
    network = town(points=[(dot(10, 10), {"shop": "kiosk"})], closed={"van": [0, 1, 5]})
    sites, _, _, audit = sites_of(network)
    assert sites.count == 0
    assert audit["delivery point places without a van or foot way, left out"] == 1


@pytest.mark.parametrize("at_most", [1, 7, 30, 100])
def test_the_spread_is_distinct_deterministic_and_half_from_the_first_class(at_most):
    rng = np.random.default_rng(3)
    xy_m, weight, first = rng.uniform(0, 5000, (60, 2)), rng.uniform(1, 9, 60), rng.random(60) < 0.5
    chosen = spread(xy_m, weight, first, at_most)
    assert chosen == sorted(set(chosen)) == spread(xy_m, weight, first, at_most)
    assert len(chosen) == min(at_most, 60)
    if at_most in {7, 30}:
        assert first[chosen].sum() == at_most // 2
