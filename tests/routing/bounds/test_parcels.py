"""No trip costs less than the parcels on it are priced at, whoever rides along."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.kinds import Channel
from optimizer.core.limits import Limits
from optimizer.routing.bounds.parcels import bike_prices, supply_prices
from optimizer.routing.bounds.rides import least_ways, ride_of, visited_share
from optimizer.routing.fit import plan_legs
from optimizer.routing.fit.measure import sample_of
from optimizer.siting.criteria import criteria_of
from optimizer.siting.data import build_data
from optimizer.siting.tour_bound import (
    TOUR_TERMS,
    bound_with_tours,
    least_data,
    value_with_tours,
)
from optimizer.travel import travel_table
from optimizer.travel.haul import Leg, rates
from tests.builders import grid_problem
from tests.routing.day_builder import day_rules, made_day
from tests.verify.makers import feasible_plan, vans_alone


@pytest.fixture(scope="module")
def city():
    problem = grid_problem(points=30, sites=8, firms=0)
    return problem.replace(day=day_rules(problem))


@pytest.mark.parametrize("seed", range(20))
def test_no_trip_costs_less_than_its_parcels(city, seed):
    rng = np.random.default_rng(seed)
    site = int(rng.integers(city.sites.count))
    points = rng.permutation(city.demand.count)[: rng.integers(1, 9)].astype(np.int32)
    ride, bike = ride_of(city, city.day, "cargo_bike"), city.prices.vehicles["cargo_bike"]
    parcels = rng.multinomial(ride.room - len(points), np.full(len(points), 1 / len(points))) + 1
    stops = rng.integers(1, parcels + 1)
    arcs, count = city.streets.arcs["cargo_bike"], city.streets.node_count
    hub = city.sites.node["cargo_bike"][[site]]
    way = np.concatenate([hub, city.demand.node["cargo_bike"][points], hub]).astype(np.int32)
    table = ride.price(*travel_table(arcs, count, way, way))
    still_s = bike.park_s * len(points) + bike.service_s * stops.sum()
    steps = np.arange(len(way) - 1)
    trip_eur = ride.load_eur + table[steps, steps + 1].sum() + ride.rate.eur_per_s * still_s
    price = bike_prices(city, city.day, np.full(len(points), site, dtype=np.int32), points)
    second, per_stop = ride.rate.eur_per_s, city.demand.parcels_per_stop[points]
    shared = price - second * bike.park_s * visited_share(city)[points]
    shared -= second * bike.service_s / np.maximum(per_stop, 1.0)
    assert (shared > 0.0).all()
    assert (shared * parcels).sum() + ride.rate.eur_per_s * still_s <= trip_eur + 1e-9


@pytest.mark.parametrize("seed", [1, 3, 4])
def test_riders_of_a_whole_day_cost_no_less_than_their_orders(city, seed):
    plan = feasible_plan(city, seed=seed)
    day, tours = made_day(city, plan)
    sample = sample_of(city, plan_legs(city, plan), day, tours)
    bike, second = city.prices.vehicles["cargo_bike"], rates(city.prices, "cargo_bike").eur_per_s
    taken = sample.tours["cargo_bike"]
    real = rates(city.prices, "cargo_bike").total(Leg(taken.seconds, taken.metres)).sum()
    mine = day.orders.channel == Channel.BIKE
    point, parcels = day.orders.point[mine], day.orders.parcels[mine]
    price = bike_prices(city, city.day, city.options.site[day.orders.option[mine]], point)
    share = price - second * bike.park_s * visited_share(city)[point]
    share -= second * bike.service_s / np.maximum(city.demand.parcels_per_stop[point], 1.0)
    still_s = bike.park_s * mine.sum() + bike.service_s * day.orders.stops[mine].sum()
    least = float((share * parcels).sum()) + second * still_s
    assert mine.any()
    assert 0.5 * real < least <= real


def test_a_share_of_parcels_is_visited_at_least_in_proportion(city):
    demand = city.demand
    mean = demand.parcels_per_day / np.maximum(demand.parcels_per_stop, 1.0)
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        visited = 1.0 - np.exp(-share * mean)
        told = share * demand.parcels_per_day * visited_share(city)
        assert (told <= visited + 1e-12).all()


def test_least_metres_are_not_those_of_the_quickest_way(city):
    arcs, count = city.streets.arcs["van"], city.streets.node_count
    nodes = city.demand.node["van"]
    slow = arcs.replace(time_s=np.where(np.arange(arcs.count) % 3, arcs.time_s, 500).astype("i4"))
    quickest = travel_table(slow, count, nodes, nodes)
    least = least_ways(slow, count, nodes, nodes)
    np.testing.assert_array_equal(least[0], quickest[0])
    assert (least[1] <= quickest[1]).all()
    assert (least[1] < quickest[1]).any()


def test_a_small_delivery_point_is_visited_more_often_per_parcel(city):
    roomy = city.designs.replace(capacity_parcels_per_day=np.full(city.designs.count, 1e6))
    small, large = (
        supply_prices(problem, city.day).delivery_eur
        for problem in (city, city.replace(designs=roomy))
    )
    known = np.isfinite(small)
    assert known.any()
    assert (small[known] > large[known]).all()
    assert np.isfinite(large).tolist() == known.tolist()


def test_leaving_a_parcel_behind_is_never_cheaper_than_its_price(city):
    rules = city.day.replace(penalty_eur_per_parcel=0.5)
    cheap, dear = supply_prices(city, rules), supply_prices(city, city.day)
    for low, high in zip(cheap, dear, strict=True):
        known = np.isfinite(high)
        assert (low[known] <= 0.25).all()
        assert (low[known] < high[known]).any()


def test_the_bound_is_below_what_plans_cost_with_the_least_tours():
    town = grid_problem(points=10, sites=4, firms=0)
    city = town.replace(day=day_rules(town))
    limits = Limits(time_s=None, work=2000, gap=0.0)
    bound = bound_with_tours(city, limits)
    least, plain = least_data(city), build_data(city)
    for plan in (vans_alone(city), feasible_plan(city, seed=1), feasible_plan(city, seed=4)):
        cost = value_with_tours(city, criteria_of(city, plain, plan), least_day(city, least, plan))
        assert bound <= cost + 1e-6
    assert bound > 0.0


def least_day(problem, least, plan):
    """Return EUR of a day when every parcel costs its least price, by other sums than the model."""
    demand, site = problem.demand.parcels_per_day, problem.options.site
    walk = problem.prices.walk_eur_per_hour / 3600.0
    day = 0.0
    for links, point, option, share, foot in (
        (least.bike, plan.bike_point, plan.bike_option, plan.bike_share, 0.0),
        (least.pickup, plan.pickup_point, plan.pickup_option, plan.pickup_share, 2.0 * walk),
    ):
        for i, o, x in zip(point, option, share, strict=True):
            (link,) = np.flatnonzero((links.site == site[o]) & (links.point == i))
            gain = links.gain_eur[link] / least.parcels_per_year[i]
            eur = least.fallback_eur_per_parcel[i] - gain - foot * links.time_s[link]
            day += demand[i] * x * eur
    return day + float(np.sum(demand * plan.van_share * least.van_eur_per_parcel))


def test_terms_of_tours_are_replaced_by_tours(city):
    criteria = criteria_of(city, build_data(city), vans_alone(city))
    rest = value_with_tours(city, criteria, 0.0)
    assert rest + sum(criteria.terms[name] for name in TOUR_TERMS) == pytest.approx(
        criteria.objective
    )
    per_year = city.rules.delivery_days_per_year
    assert value_with_tours(city, criteria, 10.0) == pytest.approx(rest + 10.0 * per_year)
