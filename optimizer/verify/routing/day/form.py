"""What every later check of a day takes for granted: shapes and index ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, Channel
from optimizer.core.result import Violation
from optimizer.core.routing import Matrix, Paced
from optimizer.verify.routing.day.case import LOADS
from optimizer.verify.routing.form import problem_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.day import Day, DayPlan, Ways
    from optimizer.core.problem import Problem
    from optimizer.core.routing import RoutingProblem, Tours

FAMILY = "day"


def check(problem: Problem, day: Day, plan: DayPlan) -> Iterator[Violation]:
    """Check the shape of a day and of its plan."""
    orders, hubs = day.orders, day.hubs
    count, hub_count = len(orders.point), len(hubs.id)
    options = problem.options.count
    for name in ("point", "channel", "option", "parcels", "stops"):
        yield from _shape(f"orders.{name}", getattr(orders, name), count)
    for name in ("option", "place", "storage_parcels", "handling_parcels_per_hour"):
        yield from _shape(f"hubs.{name}", getattr(hubs, name), hub_count)
    yield from _range("orders.point", orders.point, 0, problem.demand.count)
    yield from _range("orders.channel", orders.channel, 0, len(Channel))
    yield from _range("orders.option", orders.option, -1, options)
    yield from _range("hubs.option", hubs.option, 0, options)
    yield from _range("hubs.place", hubs.place, 0, len(day.supply.place))
    if not (hubs.handling_parcels_per_hour > 0).all():
        yield Violation(FAMILY, "hubs.handling_parcels_per_hour", "a hub handles nothing")
    for name, group in (
        ("last_mile", day.last_mile),
        ("last_mile_order", day.last_mile_order),
        ("last_mile_node", day.last_mile_node),
        ("tours of last_mile", plan.last_mile),
        ("consignment", plan.consignment),
        ("last_mile_ways", plan.last_mile_ways),
    ):
        if len(group) != hub_count:
            yield Violation(FAMILY, name, f"it is told for {len(group)} of {hub_count} hubs")


def check_parts(problem: Problem, day: Day, plan: DayPlan) -> Iterator[Violation]:
    """Check supply and each last mile, once there is one for each hub."""
    orders, hubs, supplied = len(day.orders.point), len(day.hubs.id), day.supply.stops.count
    yield from _part(problem, "supply", day.supply, plan.supply)
    yield from _index("supply_hub", day.supply_hub, supplied, -1, hubs)
    yield from _index("supply_order", day.supply_order, supplied, -1, orders)
    yield from _index("supply_option", day.supply_option, supplied, -1, problem.options.count)
    yield from _nodes(problem, "supply", day.supply, day.supply_node)
    yield from _ways(problem, "supply", plan.supply, plan.supply_ways)
    for hub, name in enumerate(day.hubs.id):
        mile, where = day.last_mile[hub], f"hub {name}"
        yield from _part(problem, where, mile, plan.last_mile[hub])
        yield from _index(where, day.last_mile_order[hub], mile.stops.count, 0, orders)
        yield from _index(where, plan.consignment[hub], mile.stops.count, -1, supplied)
        yield from _nodes(problem, where, mile, day.last_mile_node[hub])
        yield from _ways(problem, where, plan.last_mile[hub], plan.last_mile_ways[hub])
        if set(mile.fleet.profile) - {CARGO_BIKE} or CARGO_BIKE not in mile.travel:
            yield Violation(FAMILY, where, "its riders do not travel by cargo bike")


def _part(problem: Problem, where: str, part: RoutingProblem, tours: Tours) -> Iterator[Violation]:
    for one in problem_form(part):
        yield Violation(one.family, f"{where}: {one.where}", one.words)
    if part.load != LOADS:
        yield Violation(FAMILY, where, f"its loads are not {', '.join(LOADS)}")
    for profile, travel in part.travel.items():
        if profile not in problem.streets.arcs or not isinstance(travel, Matrix | Paced):
            yield Violation(FAMILY, where, f"{profile} does not travel on streets")
    for profile in part.fleet.profile:
        if profile not in problem.prices.vehicles:
            yield Violation(FAMILY, where, f"{profile} is no vehicle with a price")
    if len(tours.first) == 0 or tours.first[-1] != len(tours.stop):
        yield Violation(FAMILY, where, "its tours are not parted into visits")


def _nodes(
    problem: Problem, where: str, part: RoutingProblem, node: dict[str, NDArray[np.int32]]
) -> Iterator[Violation]:
    for profile in part.travel:
        if profile not in node:
            yield Violation(FAMILY, where, f"no street nodes are told for {profile}")
            continue
        yield from _index(where, node[profile], len(part.place), -1, problem.streets.node_count)


def _ways(problem: Problem, where: str, tours: Tours, ways: Ways) -> Iterator[Violation]:
    first = ways.first
    whole = first.shape == (len(tours.kind) + 1,) and first[0] == 0 and first[-1] == len(ways.node)
    if not (whole and (np.diff(first) >= 0).all()):
        yield Violation(FAMILY, where, "its ways are not parted by visit")
    yield from _range(f"{where}: ways", ways.node, 0, problem.streets.node_count)


def _index(
    where: str, array: NDArray[np.int32], count: int, low: int, end: int
) -> Iterator[Violation]:
    yield from _shape(where, array, count)
    yield from _range(where, array, low, end)


def _shape(where: str, array: NDArray[np.generic], count: int) -> Iterator[Violation]:
    if array.shape != (count,):
        yield Violation(FAMILY, where, f"it has the shape {array.shape} and not ({count},)")


def _range(where: str, array: NDArray[np.generic], low: int, end: int) -> Iterator[Violation]:
    whole = np.asarray(array)
    if whole.dtype.kind not in "iu" or ((whole < low) | (whole >= end)).any():
        yield Violation(FAMILY, where, f"it holds numbers outside {low}..{end - 1}")
