"""A delivery day of the line town: true ones are accepted, whatever is changed is noticed."""

import copy
import json
from dataclasses import replace

import numpy as np
import pytest

from optimizer.core import store
from optimizer.core.day import DayRecord
from optimizer.core.documents import sealed, to_text
from optimizer.core.tours_io import clock, day_figures, load_day, save_day, tours_document
from optimizer.verify import check_day, verify_folder
from optimizer.verify.compare import compare
from optimizer.verify.routing.day.case import DayCase
from optimizer.verify.routing.day.told import expected_document
from tests.routing.day_builder import day_rules, made_day
from tests.verify.routing.tours import families
from tests.verify.test_claims import branches, leaves, with_changed, without
from tests.verify.town import baseline_plan, good_plan, result_of, town, write_folder


def big_bikes():
    """Return the line town, whose bikes take all parcels of a stop at once."""
    problem = town()
    vehicles = dict(problem.prices.vehicles)
    vehicles["cargo_bike"] = vehicles["cargo_bike"].replace(parcels_per_tour=60.0)
    problem = problem.replace(prices=problem.prices.replace(vehicles=vehicles))
    return problem.replace(day=day_rules(problem))


PROBLEM, PLAN = big_bikes(), good_plan()
DAY, DAY_PLAN = made_day(PROBLEM, PLAN)
RECORD = DayRecord(DAY, DAY_PLAN)


def changed(array, *pairs):
    copied = array.copy()
    for place, value in pairs:
        copied[place] = value
    return copied


def found(problem=PROBLEM, plan=PLAN, day=DAY, day_plan=DAY_PLAN):
    return families(check_day(problem, plan, day, day_plan))


def rules(**changes):
    return PROBLEM.replace(day=PROBLEM.day.replace(**changes))


def crew(name, **changes):
    crews = {**PROBLEM.day.crews, name: PROBLEM.day.crews[name].replace(**changes)}
    return rules(crews=crews)


def orders(**changes):
    return DAY.replace(orders=DAY.orders.replace(**changes))


def hubs(**changes):
    return DAY.replace(hubs=DAY.hubs.replace(**changes))


def test_a_true_day_is_accepted():
    assert check_day(PROBLEM, PLAN, DAY, DAY_PLAN) == ()
    assert day_figures(PROBLEM, DAY, DAY_PLAN)["parcels"]["not_brought"] == 0


def test_a_plan_that_serves_otherwise_is_noticed():
    assert "orders" in found(plan=PLAN.replace(van_share=np.zeros(len(PLAN.van_share))))
    hub = int(DAY.hubs.option[0])
    assert "orders" in found(plan=PLAN.replace(open_option=changed(PLAN.open_option, (hub, False))))


def test_every_parcel_of_an_order_has_a_stop():
    for order in range(len(DAY.orders.parcels)):
        more = changed(DAY.orders.parcels, (order, DAY.orders.parcels[order] + 1))
        assert found(day=orders(parcels=more)) & {"orders", "resupply"}


def test_an_order_cannot_stand_twice_or_have_more_stops_than_parcels():
    point = changed(DAY.orders.point, (1, DAY.orders.point[0]))
    assert "orders" in found(day=orders(point=point))
    assert "orders" in found(day=orders(stops=DAY.orders.parcels + 1))


def test_stops_lie_where_their_receivers_are():
    moved = {name: np.roll(node, 1) for name, node in DAY.supply_node.items()}
    assert "orders" in found(day=DAY.replace(supply_node=moved))
    mile = tuple({k: np.roll(v, 1) for k, v in one.items()} for one in DAY.last_mile_node)
    assert "orders" in found(day=DAY.replace(last_mile_node=mile))


def test_supply_tells_for_whom_it_is():
    option = DAY.supply_option
    for stop in range(len(option)):
        other = changed(option, (stop, -1 if option[stop] >= 0 else 0))
        assert "orders" in found(day=DAY.replace(supply_option=other))


def test_loads_are_those_of_mean_parcels():
    stops = DAY.supply.stops
    deliver = changed(stops.deliver, ((0, 1), 1))
    day = DAY.replace(supply=DAY.supply.replace(stops=stops.replace(deliver=deliver)))
    assert found(day=day) == {"load"}
    assert found(rules(parcel_kg=1.0)) == {"load"}


def test_places_lie_where_gateways_sites_and_receivers_lie():
    for name in ("lon", "lat"):
        moved = getattr(DAY.supply, name) + 0.001
        assert found(day=DAY.replace(supply=DAY.supply.replace(**{name: moved}))) == {"place"}


def test_windows_and_penalties_are_those_that_were_promised():
    mile, stops = DAY.last_mile[0], DAY.last_mile[0].stops

    def day(**changes):
        return DAY.replace(
            last_mile=(mile.replace(stops=stops.replace(**changes)), *DAY.last_mile[1:])
        )

    late = np.full(stops.count, 20 * 3600.0)
    assert found(day=day(until_s=late)) == {"window"}
    promised = {"window_from_s": np.zeros(1), "window_until_s": late[:1]}
    assert found(rules(window_share=np.ones(1), **promised), day=day(until_s=late)) == set()
    assert found(day=day(penalty_eur=stops.penalty_eur - 1)) == {"penalty"}


def test_hubs_are_what_the_rules_say():
    assert "orders" in found(day=hubs(storage_parcels=DAY.hubs.storage_parcels + 1))
    faster = DAY.hubs.handling_parcels_per_hour * 2
    assert "orders" in found(day=hubs(handling_parcels_per_hour=faster))
    assert "orders" in found(day=hubs(option=DAY.hubs.option[::-1].copy()))


def test_a_hub_holds_no_more_than_its_storage():
    small = np.full(PROBLEM.designs.count, 20.0)
    day = hubs(storage_parcels=np.full(len(DAY.hubs.id), 20.0))
    assert found(rules(storage_parcels=small), day=day) == {"storage"}


def test_riders_wait_until_their_parcels_were_handled():
    slow = np.full(PROBLEM.designs.count, 150.0)
    day = hubs(handling_parcels_per_hour=np.full(len(DAY.hubs.id), 150.0))
    assert found(rules(handling_parcels_per_hour=slow), day=day) == {"ready"}


def test_a_stop_needs_the_consignment_that_came():
    consignment = DAY_PLAN.consignment
    none = tuple(np.full_like(one, -1) for one in consignment)
    assert found(day_plan=DAY_PLAN.replace(consignment=none)) == {"consignment"}
    other = (consignment[0][::-1].copy(), *consignment[1:])
    assert found(day_plan=DAY_PLAN.replace(consignment=other)) & {"consignment", "ready"}


def test_a_consignment_that_no_tour_brings_is_noticed():
    hub = DAY.supply_hub[DAY_PLAN.supply.stop]
    row = int(np.flatnonzero((DAY_PLAN.supply.stop >= 0) & (hub >= 0))[0])
    tours = DAY_PLAN.supply
    kind, stop = changed(tours.kind, (row, 3)), changed(tours.stop, (row, -1))
    assert "consignment" in found(
        day_plan=DAY_PLAN.replace(supply=tours.replace(kind=kind, stop=stop))
    )


def test_ways_follow_arcs_in_their_direction():
    ways = DAY_PLAN.supply_ways
    back = DAY_PLAN.replace(supply_ways=ways.replace(node=ways.node[::-1].copy()))
    assert found(day_plan=back) == {"ways"}
    arcs = PROBLEM.streets.arcs["van"]
    keep = arcs.tail < arcs.head
    one_way = arcs.replace(tail=arcs.tail[keep], head=arcs.head[keep],
                           time_s=arcs.time_s[keep], length_m=arcs.length_m[keep])  # fmt: skip
    streets = PROBLEM.streets.replace(arcs={**PROBLEM.streets.arcs, "van": one_way})
    assert found(PROBLEM.replace(streets=streets)) == {"ways"}


@pytest.mark.parametrize("name", ["time_s", "length_m"])
def test_legs_are_as_long_as_their_ways(name):
    arcs = PROBLEM.streets.arcs["cargo_bike"]
    longer = arcs.replace(**{name: getattr(arcs, name) + 1})
    streets = PROBLEM.streets.replace(arcs={**PROBLEM.streets.arcs, "cargo_bike": longer})
    assert found(PROBLEM.replace(streets=streets)) == {"ways"}


@pytest.mark.parametrize("name", ["line_haul_s", "line_haul_m"])
def test_line_haul_is_part_of_legs_at_gateways(name):
    gateways = PROBLEM.gateways
    further = gateways.replace(**{name: getattr(gateways, name) + 60})
    assert found(PROBLEM.replace(gateways=further)) == {"ways"}


def test_tours_start_at_gateways_and_hubs():
    gateways = PROBLEM.gateways
    moved = {name: np.full_like(node, 5) for name, node in gateways.node.items()}
    assert "orders" in found(PROBLEM.replace(gateways=gateways.replace(node=moved)))


@pytest.mark.parametrize(
    ("changes", "family"),
    [
        ({"shift_from_s": 12 * 3600.0}, "crew"),
        ({"shift_until_s": 12 * 3600.0}, "crew"),
        ({"shift_max_s": 3600.0}, "crew"),
        ({"load_s": 601.0}, "crew"),
        ({"reloads_max": -1}, "crew"),
        ({"break_s": 60.0, "work_max_s": 3600.0}, "crew"),
        ({"pace": np.full(24, 0.9)}, "crew"),
        ({"capacity_kg": 10.0}, "load"),
        ({"capacity_l": 50.0}, "load"),
    ],
)
def test_vehicles_ask_no_more_of_their_crew_than_they_may(changes, family):
    assert found(crew("van", **changes)) == {family}


def test_a_day_needs_rules_and_crews():
    assert found(PROBLEM.replace(day=None)) == {"crew"}
    assert found(rules(crews={})) == {"crew"}


@pytest.mark.parametrize("vehicle", ["van", "cargo_bike"])
@pytest.mark.parametrize("name", ["park_s", "service_s"])
def test_stops_have_time_to_park_and_hand_over(vehicle, name):
    prices = PROBLEM.prices
    one = prices.vehicles[vehicle]
    slower = replace(one, **{name: getattr(one, name) + 1e4})
    vehicles = {**prices.vehicles, vehicle: slower}
    assert "service" in found(PROBLEM.replace(prices=prices.replace(vehicles=vehicles)))


def test_unloading_has_its_time():
    prices = PROBLEM.prices
    vehicles = {k: replace(v, drop_s_per_parcel=99.0) for k, v in prices.vehicles.items()}
    assert found(PROBLEM.replace(prices=prices.replace(vehicles=vehicles))) == {"service"}


def test_a_day_out_of_form_is_told_in_words():
    damaged = [
        DAY.replace(last_mile=()),
        orders(point=DAY.orders.point + 99),
        orders(channel=DAY.orders.channel[:1]),
        hubs(place=DAY.hubs.place + 99),
        hubs(handling_parcels_per_hour=np.zeros(len(DAY.hubs.id))),
        DAY.replace(supply_hub=DAY.supply_hub + 99),
        DAY.replace(supply_order=DAY.supply_order[1:]),
        DAY.replace(supply_node={}),
        DAY.replace(supply=DAY.supply.replace(load=("boxes", "kg", "l"))),
    ]
    for one in damaged:
        assert found(day=one) == {"day"}
    ways = DAY_PLAN.supply_ways
    for plan in (
        DAY_PLAN.replace(supply_ways=ways.replace(first=ways.first[1:])),
        DAY_PLAN.replace(supply_ways=ways.replace(node=ways.node + 999)),
        DAY_PLAN.replace(consignment=tuple(one + 99 for one in DAY_PLAN.consignment)),
    ):
        assert found(day_plan=plan) == {"day"}


def damaged(array, way):
    """Return an array with one entry changed, or one short."""
    if way == "short":
        return array[:-1]
    copied, at = array.copy(), -1 if way == "last" else 0
    copied.flat[at] = -7 if way == "negative" else copied.flat[at] + 1
    return copied


@pytest.mark.parametrize("way", ["first", "last", "negative", "short"])
def test_no_entry_of_the_tours_can_be_changed(way):
    arrays = {}
    tree = store._flatten(RECORD, "root", arrays)
    planned = [name for name in arrays if name.startswith("root.plan") and arrays[name].size]
    free = {"root.plan.supply.vehicle_type"}  # a van may do what a lorry does
    assert len(planned) > 30
    for name in planned:
        other = store._raise(tree, {**arrays, name: damaged(arrays[name], way)})
        assert name in free or check_day(PROBLEM, PLAN, other.day, other.plan), name


def test_clock_times_are_those_of_a_watch():
    assert clock(0.0) == "00:00:00"
    assert clock(7 * 3600 + 5 * 60 + 12.4) == "07:05:12"
    assert clock(25 * 3600 - 0.5) == "25:00:00"


@pytest.fixture(scope="module")
def told():
    digest = store.digest(PROBLEM)
    document = tours_document(PROBLEM, digest, RECORD, {"estimate": {"total": {"km": 1.0}}})
    return json.loads(to_text(document))


def test_tours_told_are_the_tours_planned(told):
    case = DayCase(PROBLEM, PLAN, DAY, DAY_PLAN)
    assert list(compare(expected_document(case, told), told, "")) == []


def test_every_leaf_of_the_tours_is_held_to_the_truth(told):
    case = DayCase(PROBLEM, PLAN, DAY, DAY_PLAN)
    right = expected_document(case, told)
    paths = [path for path in leaves(told) if path[0] != "digest" and "estimate" not in path]
    assert len(paths) > 400
    for path in paths:
        assert list(compare(right, with_changed(told, path), "")), path
    for path in branches(told):
        if "estimate" not in path:
            assert list(compare(right, without(told, path), "")), path


@pytest.fixture
def folder(tmp_path, told):
    write_folder(tmp_path, PROBLEM, result_of(PROBLEM, PLAN, baseline_plan()))
    save_day(tmp_path / "day.npz", DAY, DAY_PLAN)
    (tmp_path / "tours.json").write_text(to_text(told), encoding="utf-8")
    return tmp_path


def test_a_day_that_is_stored_comes_back(folder):
    record, mark = load_day(folder / "day.npz")
    assert store.digest(record) == mark == store.digest(RECORD)


def test_a_folder_with_tours_is_verified(folder, told):
    assert verify_folder(folder) == ()
    forged = copy.deepcopy(told)
    forged["tours"][0]["km"] += 1.0
    (folder / "tours.json").write_text(to_text(forged), encoding="utf-8")
    assert families(verify_folder(folder)) == {"digest", "claim"}
    (folder / "tours.json").write_text(to_text(sealed(forged)), encoding="utf-8")
    assert families(verify_folder(folder)) == {"claim"}


def test_tours_of_another_plan_are_noticed(folder):
    begin = DAY_PLAN.supply.begin_s + 1.0
    save_day(
        folder / "day.npz", DAY, DAY_PLAN.replace(supply=DAY_PLAN.supply.replace(begin_s=begin))
    )
    assert {"travel", "claim"} <= families(verify_folder(folder))


@pytest.mark.parametrize("name", ["day.npz", "tours.json"])
def test_a_half_of_the_tours_is_noticed(folder, name):
    (folder / name).write_bytes(b"nonsense")
    assert families(verify_folder(folder)) == {"file"}
    (folder / name).unlink()
    assert families(verify_folder(folder)) == {"tours"}


def test_what_is_not_brought_needs_a_reason():
    tours = DAY_PLAN.last_mile[0]
    none = tours.replace(
        **{name: getattr(tours, name)[:0] for name in
           ("vehicle_type", "kind", "stop", "place", "arrive_s", "begin_s", "leave_s")},
        first=np.zeros(1, dtype=np.int64),
    )  # fmt: skip
    ways = DAY_PLAN.last_mile_ways[0].replace(
        first=np.zeros(1, np.int64), node=np.zeros(0, np.int32)
    )
    plan = DAY_PLAN.replace(last_mile=(none, *DAY_PLAN.last_mile[1:]),
                            last_mile_ways=(ways, *DAY_PLAN.last_mile_ways[1:]))  # fmt: skip
    assert check_day(PROBLEM, PLAN, DAY, plan) == ()  # at a price, and the hub keeps the parcels
    case, digest = DayCase(PROBLEM, PLAN, DAY, plan), store.digest(PROBLEM)
    bare = tours_document(PROBLEM, digest, DayRecord(DAY, plan))
    names = {row["stop"]: ("no rider", "hire one") for row in bare["not_brought"]}
    assert names
    full = tours_document(PROBLEM, digest, DayRecord(DAY, plan), reasons=names)
    assert list(compare(expected_document(case, full), full, "")) == []
    assert list(compare(expected_document(case, bare), bare, ""))
    parcels = full["figures"]["tours"]["parcels"]
    assert parcels["not_brought"] == sum(row["parcels"] for row in full["not_brought"]) > 0
