"""Plan supply: lorries and vans apart, as they share no stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from optimizer.routing.day.alone import NO_WAY, left_out, required
from optimizer.routing.day.engine import as_rows, kept, plan_parts, plan_quickly
from optimizer.routing.day.parts import part_of
from optimizer.routing.schedule import as_tours, timed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.day import Day
    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.core.tour_order import TourOrder
    from optimizer.routing.day.alone import Reason
    from optimizer.routing.day.engine import Run
    from optimizer.routing.day.parts import Part

LATE_S = 2.0 * 3600.0
"""How long after the moment at which it may come a consignment that was put off has to come."""


class Supplied(NamedTuple):
    """A day with the tours of its supply; out : stops that none of them visits, with reasons."""

    day: Day
    orders: list[TourOrder]
    tours: Tours
    out: dict[int, Reason]

    @property
    def reasons(self) -> dict[str, Reason]:
        """Why stops are left out, by name."""
        return {self.day.supply.stops.id[stop]: reason for stop, reason in self.out.items()}


def plan_supply(run: Run, day: Day) -> Supplied:
    """Plan lorries and vans."""
    supply = day.supply
    out = left_out(supply, range(supply.stops.count))
    stops = as_rows(set(range(supply.stops.count)) - out.keys())
    wanted = required(supply, stops)
    profiles = sorted(set(supply.fleet.profile))
    rows = [_served_by(supply, stops, profile) for profile in profiles]
    pairs = [(rows_of, profile) for rows_of, profile in zip(rows, profiles, strict=True)]
    parts = [part_of(wanted, some, profile) for some, profile in pairs if len(some)]
    orders = [order for some in plan_parts(run, parts, "lorries and vans") for order in some]
    return _settled(run, day, wanted, orders, out)


def _served_by(
    problem: RoutingProblem, stops: NDArray[np.int64], profile: str
) -> NDArray[np.int64]:
    fleet = problem.fleet
    mine = [v for v, name in enumerate(fleet.profile) if name == profile]
    if fleet.serves is None:
        return stops
    return stops[fleet.serves[mine][:, stops].any(axis=0)]


def _settled(
    run: Run, day: Day, wanted: RoutingProblem, orders: list[TourOrder], out: dict[int, Reason]
) -> Supplied:
    """Time the tours; those that do not hold at the pace of their hours are planned as at worst."""
    good, lost = kept(day.supply, orders)
    for part in _parts(wanted, lost, slowest=True):
        again, late = kept(day.supply, plan_quickly(run, part))
        good += again
        for stop in late:
            one, never = kept(day.supply, plan_quickly(run, _only(wanted, stop)))
            good += one
            out |= dict.fromkeys(never, NO_WAY)
    tours = timed(day.supply, good)
    return Supplied(day, good, as_tours([], []) if tours is None else tours, out)


def _parts(problem: RoutingProblem, stops: Iterable[int], *, slowest: bool) -> list[Part]:
    rows = as_rows(list(stops))
    found = []
    for profile in sorted(set(problem.fleet.profile)):
        mine = _served_by(problem, rows, profile)
        if len(mine):
            found.append(part_of(problem, mine, profile, slowest=slowest))
    return found


def _only(problem: RoutingProblem, stop: int) -> Part:
    return _parts(problem, [stop], slowest=True)[0]


def put_off(
    run: Run, supplied: Supplied, moments: dict[int, float], never: dict[int, Reason]
) -> Supplied:
    """Let consignments come no earlier than at some moments, and some of them not at all.

    moments : stop of supply -> when its hub has room (stops of `never` aside).
    """
    supply = supplied.day.supply
    early, late = supply.stops.from_s.copy(), supply.stops.until_s.copy()
    for stop, moment in moments.items():
        if stop not in never:
            early[stop] = max(moment - supply.stops.service_s[stop], early[stop])
            late[stop] = max(late[stop], early[stop] + LATE_S)
    moved = supply.replace(stops=supply.stops.replace(from_s=early, until_s=late))
    day = supplied.day.replace(supply=moved)
    out = supplied.out | never
    out |= left_out(moved, [stop for stop in moments if stop not in out])
    untouched, again = [], set(moments) - out.keys()
    gone = set(moments) | never.keys()
    for order in supplied.orders:
        if gone & set(order.target):
            again |= set(order.target) - out.keys()
        else:
            untouched.append(order)
    again = {stop for stop in again if stop >= 0}
    wanted = required(moved, as_rows(again))
    orders = list(untouched)
    for part in _parts(wanted, again, slowest=False):
        orders += plan_quickly(run, part)
    return _settled(run, day, wanted, orders, out)
