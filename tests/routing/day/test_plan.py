"""A day's tours: by hand on the village, and on towns every parcel in one tour or explained."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.day import Orders
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Channel
from optimizer.core.limits import Cancel, Limits
from optimizer.core.plan import Plan
from optimizer.core.refusal import Refusal
from optimizer.routing.day import build_day, day_base, draw_orders, engine, plan_day
from optimizer.verify import check_day
from tests.routing.day.towns import HOUR, crew, rules_for, town
from tests.siting.village import HUB, village

WORK = Limits(work=80, threads=1)


def village_day(**rules):
    """Return the village with a hub at node 4: 4 parcels at 2 doors of node 3 by bike, 3 by van.

    Streets are 60 s and 100 m from node to node; the gateway is node 0.
    """
    problem = village((HUB,), (1,))
    idle = problem.prices.vehicles[VAN]
    ten = {"parcels_per_tour": 10.0, "park_s": 20.0, "service_s": 30.0, "drop_s_per_parcel": 2.0}
    vehicles = {
        LORRY: idle.replace(**ten, eur_per_hour=36.0),
        VAN: idle.replace(**ten, eur_per_hour=36.0),
        CARGO_BIKE: idle.replace(**ten, eur_per_hour=18.0, eur_per_km=0.0),
    }
    problem = problem.replace(prices=problem.prices.replace(vehicles=vehicles))
    problem = problem.replace(day=rules_for(problem, **{"handling": 60.0, **rules}))
    plan = Plan(
        open_option=np.ones(1, dtype=bool),
        bike_point=np.array([0], dtype=np.int32),
        bike_option=np.array([0], dtype=np.int32),
        bike_share=np.ones(1),
        pickup_point=np.zeros(0, dtype=np.int32),
        pickup_option=np.zeros(0, dtype=np.int32),
        pickup_share=np.zeros(0),
        van_share=np.array([0.0, 1.0]),
        unserved_share=np.zeros(2),
        tenant_option=np.zeros(0, dtype=np.int32),
        tenant_level=np.zeros(0, dtype=np.int32),
    )
    orders = Orders(
        point=np.array([0, 1], dtype=np.int32),
        channel=np.array([Channel.BIKE, Channel.VAN], dtype=np.int8),
        option=np.array([0, -1], dtype=np.int32),
        parcels=np.array([4, 3]),
        stops=np.array([2, 3]),
    )
    base = day_base(problem, plan)
    planned = plan_day(base, build_day(base, orders, 0), WORK)
    assert check_day(problem, plan, planned.day, planned.plan) == ()
    return problem, planned


def test_the_day_of_the_village_by_hand():
    _, planned = village_day()
    lorry, van = (t for t in range(2))
    supply = planned.plan.supply
    profile = [planned.day.supply.fleet.profile[v] for v in supply.vehicle_type]
    assert profile == [LORRY, VAN]
    rows = {name: slice(*supply.first[t : t + 2]) for name, t in ((LORRY, lorry), (VAN, van))}
    # from 4:00: 300 s to load, 240 s to node 4, 20 s to park, 2 s a parcel
    assert supply.leave_s[rows[LORRY]].tolist() == [14700.0, 14968.0, 15208.0]
    # from 6:00: 300 s to load, 240 s to node 4, 20 s to park and 30 s a door
    assert supply.leave_s[rows[VAN]].tolist() == [21900.0, 22250.0, 22490.0]
    (rider,) = planned.plan.last_mile
    # from 8:00: 300 s to load, 60 s to node 3, 20 s to park and 30 s a door, 60 s back
    assert rider.leave_s.tolist() == [29100.0, 29240.0, 29300.0]
    assert planned.plan.consignment[0].tolist() == [0]
    # four parcels at one a minute: ready 240 s after the lorry has left
    assert planned.day.last_mile[0].stops.released_s.tolist() == [14968.0 + 240.0 + 300.0]
    assert planned.plan.last_mile_ways[0].node.tolist() == [4, 3, 3, 4]
    assert planned.reasons == {}


def test_riders_wait_for_their_parcels():
    slow = crew(shift_from_s=9 * HOUR)
    crews = {LORRY: slow, VAN: crew(), CARGO_BIKE: crew(shift_from_s=8 * HOUR)}
    _, planned = village_day(crews=crews)
    ready = 9 * HOUR + 300.0 + 240.0 + 28.0 + 240.0
    assert planned.plan.last_mile[0].begin_s[0] == ready


def test_a_lorry_leaves_when_the_slow_hour_is_over():
    jam = np.ones(24)
    jam[4] = 0.5
    crews = {LORRY: crew(shift_from_s=4 * HOUR, pace=jam), VAN: crew(), CARGO_BIKE: crew()}
    _, planned = village_day(crews=crews)
    first = slice(*planned.plan.supply.first[:2])
    left = planned.plan.supply.leave_s[first].tolist()
    assert left == pytest.approx([18000.0, 18268.0, 18508.0])  # loaded by 5:00


def test_what_nobody_can_bring_is_explained():
    _, planned = village_day(windows=[(6, 6.2, 1.0)], penalty_eur_per_parcel=9.0)
    told = {stop: reason for stop, (reason, _) in planned.reasons.items()}
    assert set(told) == {"three from far"}  # the van is there at 6:09, no rider before 8:00
    assert "promised time" in told["three from far"]
    assert planned.plan.last_mile[0].count == 0


def test_parcels_that_must_be_brought_are_refused_by_name():
    with pytest.raises(Refusal, match="three from far F781"):
        village_day(windows=[(6, 6.2, 1.0)], penalty_eur_per_parcel=np.inf)


def test_what_is_not_worth_its_way_stays_behind():
    _, planned = village_day(penalty_eur_per_parcel=0.01)
    assert {reason for reason, _ in planned.reasons.values()} == {
        "bringing it costs more than leaving its parcels out",
        "its parcels do not come to the hub today",
    }
    assert planned.plan.supply.count == 0


def planned_town(seed, limits=WORK, **rules):
    problem, plan = town(**rules)
    base = day_base(problem, plan)
    orders = draw_orders(problem, plan, seed)
    planned = plan_day(base, build_day(base, orders, seed), limits)
    return problem, plan, orders, planned


RULES = [
    {},
    {"windows": [(9, 12, 0.3), (17, 19, 0.2)], "drop_parcels_max": 30},
    {"storage": 45.0, "drop_parcels_max": 30, "handling": 120.0},
    {"storage": 30.0, "windows": [(8.5, 11, 0.4)], "penalty_eur_per_parcel": 30.0},
]


@pytest.mark.parametrize("rules", RULES, ids=("plain", "windows", "waves", "tight"))
def test_every_parcel_is_in_exactly_one_tour_or_explained(rules):
    for seed in range(2):
        problem, plan, orders, planned = planned_town(seed, **rules)
        day = planned.day
        assert check_day(problem, plan, day, planned.plan) == ()
        parts = [(day.supply, planned.plan.supply, day.supply_order)]
        parts += list(zip(day.last_mile, planned.plan.last_mile, day.last_mile_order, strict=True))
        told = Counter[int]()
        for part, tours, order in parts:
            visits = Counter(tours.stop[tours.stop >= 0].tolist())
            assert set(visits.values()) <= {1}
            for stop, name in enumerate(part.stops.id):
                assert (stop in visits) != (name in planned.reasons)
                if order[stop] >= 0:
                    told[int(order[stop])] += int(part.stops.deliver[stop, 0])
        direct = np.flatnonzero(orders.channel != Channel.PICKUP)
        assert {o: int(orders.parcels[o]) for o in direct.tolist()} == dict(told)


def test_a_hub_that_cannot_store_its_day_gets_it_in_waves():
    _, _, _, planned = planned_town(0, **RULES[2])
    for hub in range(2):
        came = np.flatnonzero(planned.day.supply_hub == hub)
        early = planned.day.supply.stops.from_s[came]
        assert early[0] == 0.0
        assert early[-1] > 8 * HOUR


def test_the_same_work_gives_the_same_tours_in_any_number_of_processes(monkeypatch):
    planned = planned_town(1)[-1]
    alone, supplied = planned.plan, planned.day.supply.stops.count
    riders = sum(mile.stops.count for mile in planned.day.last_mile)
    # the larger echelon in processes, the other one here
    monkeypatch.setattr(engine, "FEW_STOPS", min(supplied, riders))
    assert supplied != riders
    pool = planned_town(1, replace(WORK, threads=2))[-1].plan
    for one, other in zip(
        (alone.supply, *alone.last_mile), (pool.supply, *pool.last_mile), strict=True
    ):
        assert np.array_equal(one.stop, other.stop)
        assert np.array_equal(one.leave_s, other.leave_s)


def test_an_interruption_keeps_a_whole_day():
    problem, plan = town()
    base, cancel = day_base(problem, plan), Cancel()
    cancel.cancel()
    day = build_day(base, draw_orders(problem, plan, 0), 0)
    planned = plan_day(base, day, Limits(time_s=60.0, threads=1), cancel=cancel)
    assert planned.stopped_by == "user"
    assert planned.reasons == {}
    assert check_day(problem, plan, planned.day, planned.plan) == ()
