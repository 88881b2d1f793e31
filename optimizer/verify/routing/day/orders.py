"""Orders belong to the plan, stops belong to orders, and every parcel has its stop."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, VAN, Channel, Kind
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.day.case import DayCase, Part

FAMILY = "orders"


def check(case: DayCase) -> Iterator[Violation]:
    """Check orders against the plan, and stops against orders."""
    yield from _of_the_plan(case)
    yield from _of_stops(case)
    yield from _homes(case)
    yield from _totals(case)
    yield from _resupply(case)
    yield from _consigned(case)


def _name(case: DayCase, order: int) -> str:
    point = case.problem.demand.id[int(case.day.orders.point[order])]
    channel = Channel(int(case.day.orders.channel[order])).name.lower()
    return f"order of {point} by {channel}"


def _of_the_plan(case: DayCase) -> Iterator[Violation]:
    plan, orders = case.plan, case.day.orders
    flows = {
        Channel.BIKE: (plan.bike_point, plan.bike_option, plan.bike_share),
        Channel.PICKUP: (plan.pickup_point, plan.pickup_option, plan.pickup_share),
    }
    served = {
        channel: {
            (i, o)
            for i, o, share in zip(*(column.tolist() for column in columns), strict=True)
            if share > 0
        }
        for channel, columns in flows.items()
    }
    served[Channel.VAN] = {(i, -1) for i, v in enumerate(plan.van_share.tolist()) if v > 0}
    columns = (orders.point, orders.channel, orders.option, orders.parcels, orders.stops)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    twice = Counter(row[:3] for row in rows)
    for order, (point, channel, option, parcels, stops) in enumerate(rows):
        where = _name(case, order)
        if (point, option) not in served[Channel(channel)]:
            yield Violation(FAMILY, where, "the plan serves nothing that way")
        if option >= 0 and not plan.open_option[option]:
            yield Violation(FAMILY, where, "the plan does not open its facility")
        if twice[point, channel, option] > 1:
            yield Violation(FAMILY, where, "it stands twice")
        if not 1 <= stops <= parcels:
            yield Violation(FAMILY, where, f"{parcels} parcels at {stops} stops")


def _of_stops(case: DayCase) -> Iterator[Violation]:
    """Check that each stop has one purpose and lies where its receiver is."""
    day, demand = case.day, case.problem.demand
    for stop in range(day.supply.stops.count):
        hub, order = int(day.supply_hub[stop]), int(day.supply_order[stop])
        where = case.stop(case.supply, stop)
        if hub >= 0 and order >= 0:
            yield Violation(FAMILY, where, "it is a consignment and a delivery at once")
        elif hub >= 0 and int(day.supply.stops.place[stop]) != int(day.hubs.place[hub]):
            yield Violation(FAMILY, where, "it is not where its hub is")
        elif order >= 0:
            if int(day.orders.channel[order]) != Channel.VAN:
                yield Violation(FAMILY, where, "its order does not come by van")
            node = int(demand.node[VAN][int(day.orders.point[order])])
            yield from _there(case, case.supply, stop, VAN, node)
    for mile in case.miles:
        right = (Channel.BIKE, int(day.hubs.option[mile.hub]))
        for stop, order in enumerate(day.last_mile_order[mile.hub].tolist()):
            if (int(day.orders.channel[order]), int(day.orders.option[order])) != right:
                words = "its order does not come by bike from here"
                yield Violation(FAMILY, case.stop(mile, stop), words)
            node = int(demand.node[CARGO_BIKE][int(day.orders.point[order])])
            yield from _there(case, mile, stop, CARGO_BIKE, node)


def _homes(case: DayCase) -> Iterator[Violation]:
    """Check that supply comes from gateways, and riders from their hub."""
    for part in case.parts:
        fleet = part.tours.problem.fleet
        for kind, profile in enumerate(fleet.profile):
            if part.hub < 0:
                right = set(case.problem.gateways.node.get(profile, np.zeros(0)).tolist())
            else:
                site = case.site(int(case.day.hubs.option[part.hub]))
                right = {int(case.problem.sites.node[profile][site])}
            ends = {int(fleet.start_place[kind]), int(fleet.end_place[kind]), *_reloads(part, kind)}
            homes = {int(part.node[profile][place]) for place in ends if place >= 0}
            if -1 in homes or not homes <= right:
                what = "gateway" if part.hub < 0 else "hub"
                words = f"it starts, ends or reloads where no {what} is"
                yield Violation(FAMILY, f"{part.name}, {fleet.id[kind]}", words)


def _reloads(part: Part, kind: int) -> tuple[int, ...]:
    return part.tours.problem.fleet.reload_places[kind]


def _there(case: DayCase, part: Part, stop: int, profile: str, node: int) -> Iterator[Violation]:
    place = int(part.tours.problem.stops.place[stop])
    if profile not in part.node or int(part.node[profile][place]) != node:
        yield Violation(FAMILY, case.stop(part, stop), "it is not where its receiver is")


def _totals(case: DayCase) -> Iterator[Violation]:
    """Check that the stops of each order add up to it."""
    day, found = case.day, Counter[int]()
    for order, parcels in zip(day.supply_order.tolist(), case.supply.parcels, strict=True):
        if order >= 0:
            found[order] += parcels
    for mile in case.miles:
        orders = day.last_mile_order[mile.hub].tolist()
        for order, parcels in zip(orders, mile.parcels, strict=True):
            found[order] += parcels
    for order, parcels in enumerate(day.orders.parcels.tolist()):
        if int(day.orders.channel[order]) != Channel.PICKUP and found[order] != parcels:
            words = f"it has {parcels} parcels, its stops {found[order]}"
            yield Violation(FAMILY, _name(case, order), words)


def _resupply(case: DayCase) -> Iterator[Violation]:
    """Check that what is picked up today is resupplied today, at each delivery point."""
    day, wanted, brought = case.day, Counter[int](), Counter[int]()
    columns = (day.orders.channel, day.orders.option, day.orders.parcels)
    for channel, option, parcels in zip(*(one.tolist() for one in columns), strict=True):
        if channel == Channel.PICKUP:
            wanted[option] += parcels
    for stop, option in enumerate(day.supply_option.tolist()):
        hub, order = int(day.supply_hub[stop]), int(day.supply_order[stop])
        where = case.stop(case.supply, stop)
        if (option >= 0) == (order >= 0) or (hub >= 0 and option != int(day.hubs.option[hub])):
            yield Violation(FAMILY, where, "it is told for another hub or delivery point")
        elif hub < 0 and option >= 0:
            brought[option] += case.supply.parcels[stop]
            if not case.plan.open_option[option] or case.kind(option) != Kind.DELIVERY_POINT:
                yield Violation("resupply", where, "the plan opens no delivery point there")
            node = int(case.problem.sites.node[VAN][case.site(option)])
            yield from _there(case, case.supply, stop, VAN, node)
    for one in sorted(wanted.keys() | brought.keys()):
        if wanted[one] != brought[one]:
            words = f"{wanted[one]} parcels are picked up there, resupply brings {brought[one]}"
            site = case.problem.sites.id[case.site(one)]
            yield Violation("resupply", f"delivery point on site {site}", words)


def _consigned(case: DayCase) -> Iterator[Violation]:
    """Check that hubs are open hubs of the plan, and get what their riders bring on."""
    day, rules, sites = case.day, case.problem.day, case.problem.sites
    if len(set(day.hubs.option.tolist())) != len(day.hubs.id):
        yield Violation(FAMILY, "hubs", "a hub stands twice")
    for mile in case.miles:
        option = int(day.hubs.option[mile.hub])
        if not case.plan.open_option[option] or case.kind(option) != Kind.MICRO_HUB:
            yield Violation(FAMILY, mile.name, "the plan opens no hub there")
        for profile in case.supply.node:
            there = int(case.supply.node[profile][int(day.hubs.place[mile.hub])])
            if there not in (-1, int(sites.node[profile][case.site(option)])):
                yield Violation(FAMILY, mile.name, f"it is not where {profile} brings its parcels")
        came = sum(
            parcels
            for hub, parcels in zip(day.supply_hub.tolist(), case.supply.parcels, strict=True)
            if hub == mile.hub
        )
        if came != sum(mile.parcels):
            words = f"consignments bring {came} parcels, its riders' stops take {sum(mile.parcels)}"
            yield Violation("consignment", mile.name, words)
        design = int(case.problem.options.design[option])
        if rules is not None:
            for name in ("storage_parcels", "handling_parcels_per_hour"):
                told, right = getattr(day.hubs, name)[mile.hub], getattr(rules, name)[design]
                if told != right:
                    yield Violation(FAMILY, mile.name, f"{name} is {told}, {right} is right")
