"""Plan supply: lorries and vans apart, as they share no stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.routing.day.alone import NO_ROOM, NO_WAY, TOO_DEAR, Alone, alone, required
from optimizer.routing.day.engine import as_rows, kept, plan_parts, plan_quickly
from optimizer.routing.day.parts import part_of, unbroken, without_breaks

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """A day with the tours of its supply; out : stops that none of them visits, with reasons.

    found : what tours to single stops come to.
    """

    day: Day
    orders: list[TourOrder]
    tours: Tours
    found: Alone
    out: dict[int, Reason]

    @property
    def reasons(self) -> dict[str, Reason]:
        """Why stops are left out, by name."""
        return {self.day.supply.stops.id[stop]: reason for stop, reason in self.out.items()}


def plan_supply(run: Run, day: Day) -> Supplied:
    """Plan lorries and vans."""
    supply = day.supply
    found = alone(supply, range(supply.stops.count))
    stops = as_rows(set(range(supply.stops.count)) - found.never)
    parts = _parts(required(supply, found.worth), stops, slowest=False)
    orders = [order for some in plan_parts(run, parts, "lorries and vans") for order in some]
    return _settled(run, day, orders, found, {})


def _served_by(
    problem: RoutingProblem, stops: NDArray[np.int64], profile: str
) -> NDArray[np.int64]:
    fleet = problem.fleet
    mine = [v for v, name in enumerate(fleet.profile) if name == profile]
    if fleet.serves is None:
        return stops
    return stops[fleet.serves[mine][:, stops].any(axis=0)]


def _settled(
    run: Run, day: Day, orders: list[TourOrder], found: Alone, out: dict[int, Reason]
) -> Supplied:
    """Time the tours; those that do not hold at the pace of their hours are planned as at worst."""
    wanted = required(day.supply, found.worth)
    good = kept(day.supply, orders)
    for part in _parts(wanted, good.lost, slowest=True):
        again = kept(day.supply, plan_quickly(run, part))
        good.add(again)
        for stop in again.lost:
            good.add(kept(day.supply, plan_quickly(run, *_parts(wanted, [stop], slowest=True))))
    visited = {stop for order in good.orders for stop in order.target}
    missing = set(range(day.supply.stops.count)) - visited
    told = {stop: NO_WAY if stop in found.never else TOO_DEAR for stop in sorted(missing)}
    return Supplied(day, good.orders, good.tours(), found, told | out)


def _parts(problem: RoutingProblem, stops: Iterable[int], *, slowest: bool) -> list[Part]:
    """Return a part for each profile, and one more for stops so far away that breaks are due."""
    rows = as_rows(stops)
    far = np.isin(rows, as_rows(alone(unbroken(problem), rows.tolist()).never))
    found = []
    for profile in sorted(set(problem.fleet.profile)):
        near = _served_by(problem, rows[~far], profile)
        if len(near):
            found.append(without_breaks(part_of(problem, near, profile, slowest=slowest)))
        beyond = _served_by(problem, rows[far], profile)
        if len(beyond):
            found.append(part_of(problem, beyond, profile, slowest=slowest))
    return found


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
    again = alone(moved, sorted(moments))
    never_more = again.never | never.keys()
    worth = (supplied.found.worth - set(moments) | again.worth) - never_more
    found = Alone(supplied.found.never | again.never, worth)
    touched = moments.keys() | never.keys()
    stay, change = [], set(touched)
    for order in supplied.orders:
        if touched & set(order.target):
            change |= set(order.target)
        else:
            stay.append(order)
    for part in _parts(required(moved, worth), change - never_more, slowest=False):
        stay += plan_quickly(run, part)
    refused = {stop: why for stop, why in supplied.out.items() if why is NO_ROOM} | never
    return _settled(run, day, stay, found, refused)
