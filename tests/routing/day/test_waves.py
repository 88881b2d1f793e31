"""Consignments and hubs: sizes, waves, when parcels are ready, what finds room, riders' shifts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.day import Hubs
from optimizer.core.routing import Visit
from optimizer.core.tour_order import TourOrder
from optimizer.routing.day import build_day, day_base, draw_orders
from optimizer.routing.day.shifts import in_shifts
from optimizer.routing.day.sync import overfull, ready_s
from optimizer.routing.day.waves import consignments, sources, wave_of
from optimizer.routing.schedule import timed
from tests.routing.builders import fleet, plane_problem, stops
from tests.routing.day.towns import town

STOP = int(Visit.STOP)


@settings(max_examples=60, deadline=None)
@given(parcels=st.lists(st.integers(1, 20), max_size=30), most=st.integers(20, 70))
def test_consignments_hold_all_parcels_and_fit_one_drop(parcels, most):
    sizes = consignments(np.array(parcels, dtype=np.int64), most)
    assert sizes.sum() == sum(parcels)
    assert (sizes <= most).all()
    assert len(sizes) <= max(1, 2 * -(-sum(parcels) // most))


def test_a_wave_is_what_a_hub_can_store():
    assert wave_of(np.array([40, 40, 40]), 100).tolist() == [0, 0, 1]
    assert wave_of(np.array([40, 40]), 80).tolist() == [0, 0]
    assert wave_of(np.array([60, 60, 60]), 60).tolist() == [0, 1, 2]


@pytest.mark.parametrize("seed", range(3))
def test_every_stop_finds_its_consignment(seed):
    problem, plan = town(drop_parcels_max=25)
    day = build_day(day_base(problem, plan), draw_orders(problem, plan, seed), seed)
    for hub, source in enumerate(sources(day)):
        parcels = day.last_mile[hub].stops.deliver[:, 0]
        brought = np.bincount(source, parcels, day.supply.stops.count)
        mine = day.supply_hub == hub
        assert np.array_equal(brought[mine], day.supply.stops.deliver[mine, 0])
        assert not brought[~mine].any()


def drops(parcels, when):
    """Return supply of one hub in the plane, and its tours: a van a stop, left at these moments."""
    count = len(parcels)
    visit = stops([1] * count, deliver=parcels, from_s=when, until_s=when)
    problem = plane_problem([(0, 0), (0, 0)], visit=visit, vehicles=fleet(capacity=[1000]))
    return problem, timed(problem, [TourOrder(0, (STOP,), (s,)) for s in range(count)])


def hub_day(supply, mile, storage, handling=3600.0):
    """Return as much of a day as synchronisation looks at."""
    problem, plan = town()
    day = build_day(day_base(problem, plan), draw_orders(problem, plan, 0), 0)
    hubs = Hubs(
        ("hub",),
        np.zeros(1, dtype=np.int32),
        np.ones(1, dtype=np.int32),
        np.array([storage]),
        np.array([handling]),
    )
    here = np.zeros(supply.stops.count, dtype=np.int32)
    return day.replace(supply=supply, supply_hub=here, hubs=hubs, last_mile=(mile,))


def test_a_hub_handles_one_consignment_after_another():
    supply, tours = drops([10, 10, 10], [100.0, 105.0, 400.0])
    day = hub_day(supply, supply, 100.0)  # one parcel a second
    assert ready_s(day, tours).tolist() == [110.0, 120.0, 410.0]


def test_a_consignment_waits_for_riders_to_make_room():
    supply, came = drops([10, 10], [100.0, 200.0])
    mile, left = drops([10, 10], [300.0, 400.0])
    source = np.array([0, 1], dtype=np.int32)
    assert overfull(hub_day(supply, mile, 20.0), 0, source, came, left) is None
    full = overfull(hub_day(supply, mile, 19.0), 0, source, came, left)
    assert full == (1, 300.0)
    both = np.array([1, 1], dtype=np.int32)
    assert overfull(hub_day(supply, mile, 19.0), 0, both, came, left) == (1, np.inf)


def shifts(lengths, *, until=None, limits=None, **vehicle):
    """Put trips along a line, there and back in `lengths`, into shifts; return stops of each."""
    points = [(0, 0), *((length / 2, 0) for length in lengths)]
    told = {"reload_places": [(0,)], "reloads_max": 9, "eur_per_s": 1.0, **vehicle}
    visit = stops(range(1, len(points)), until_s=np.inf if until is None else until)
    problem = plane_problem(points, visit=visit, vehicles=fleet(**told))
    trips = [TourOrder(0, (STOP,), (s,)) for s in range(len(lengths))]
    orders = in_shifts(problem, trips, limits or [np.inf] * len(trips))
    tours = timed(problem, orders)
    assert tours is not None
    spent = tours.leave_s[tours.first[1:] - 1] - tours.begin_s[tours.first[:-1]]
    assert spent.sum() == pytest.approx(sum(lengths))
    return sorted(
        sorted(t for k, t in zip(o.kind, o.target, strict=True) if k == STOP) for o in orders
    )


def test_trips_fill_shifts_as_long_as_they_may_be():
    assert len(shifts([100, 100, 100, 100], duration_max_s=200.0)) == 2
    assert len(shifts([100, 100, 100, 100], duration_max_s=399.0)) == 2
    assert len(shifts([100, 100, 100, 100])) == 1
    assert len(shifts([100, 100, 100, 100], work_max_s=250.0, break_s=30.0)) == 2
    assert len(shifts([100, 100, 100, 100], reloads_max=0)) == 4


def test_a_promise_parts_trips_that_would_come_too_late():
    assert shifts([100, 100], until=[50.0, 150.0]) == [[0, 1]]
    assert shifts([100, 100], until=[50.0, 149.0]) == [[0], [1]]


def test_a_trip_that_makes_room_does_not_wait_for_another():
    assert len(shifts([100, 100], limits=[0.0, 100.0])) == 1
    assert len(shifts([100, 100], limits=[0.0, 99.0])) == 2
