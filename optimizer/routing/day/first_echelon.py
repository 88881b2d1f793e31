"""Plan supply: lorries and vans apart, as they share no stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.routing.day.alone import NO_ROOM, NO_WAY, TOO_DEAR, Alone, alone, required
from optimizer.routing.day.engine import plan_parts, plan_quickly
from optimizer.routing.day.kept import Kept, as_rows, joined
from optimizer.routing.day.parts import part_of, unbroken, without_breaks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from optimizer.core.day import Day
    from optimizer.core.routing import RoutingProblem, Tours
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
    kept: Kept
    tours: Tours
    found: Alone
    out: dict[int, Reason]

    @property
    def reasons(self) -> dict[str, Reason]:
        """Why stops are left out, by name."""
        return {self.day.supply.stops.id[stop]: reason for stop, reason in self.out.items()}


def plan_supply(run: Run, day: Day) -> tuple[Supplied, list[Part]]:
    """Plan the vehicles that bring consignments to hubs; return the other parts, to be planned."""
    supply = day.supply
    found = alone(supply, range(supply.stops.count))
    stops = as_rows(set(range(supply.stops.count)) - found.never)
    parts = _parts(required(supply, found.worth), stops, slowest=False)
    first = [part for part in parts if (day.supply_hub[part.stop] >= 0).any()]
    later = [part for part in parts if not (day.supply_hub[part.stop] >= 0).any()]
    good = joined(plan_parts(run, first, "supply of hubs"))
    waiting = {int(stop) for part in later for stop in part.stop}
    return _settled(run, day, good, found, {}, waiting), later


def completed(run: Run, supplied: Supplied, later: list[Kept]) -> Supplied:
    """Return supply with the tours of the parts that were planned later."""
    good = joined([supplied.kept, *later])
    return _settled(run, supplied.day, good, supplied.found, {}, set())


def _served_by(
    problem: RoutingProblem, stops: NDArray[np.int64], profile: str
) -> NDArray[np.int64]:
    fleet = problem.fleet
    mine = [v for v, name in enumerate(fleet.profile) if name == profile]
    if fleet.serves is None:
        return stops
    return stops[fleet.serves[mine][:, stops].any(axis=0)]


def _settled(
    run: Run,
    day: Day,
    good: Kept,
    found: Alone,
    out: dict[int, Reason],
    waiting: set[int],
) -> Supplied:
    """Plan again, at the slowest pace, what has to be visited and is not; explain the rest.

    waiting : stops that are planned later.
    """
    wanted, due = required(day.supply, found.worth), found.worth - waiting
    for part in _parts(wanted, due - good.visited(), slowest=True):
        good.add(plan_quickly(run, part))
    for stop in sorted(due - good.visited()):
        for part in _parts(wanted, [stop], slowest=True):
            good.add(plan_quickly(run, part))
    missing = set(range(day.supply.stops.count)) - good.visited() - waiting
    told = {stop: NO_WAY if stop in found.never else TOO_DEAR for stop in sorted(missing)}
    return Supplied(day, good, good.tours(), found, told | out)


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
    stay, change = supplied.kept.without(moments.keys() | never.keys())
    change = (change | moments.keys()) - never_more
    for part in _parts(required(moved, worth), change, slowest=False):
        stay.add(plan_quickly(run, part))
    refused = {stop: why for stop, why in supplied.out.items() if why is NO_ROOM} | never
    return _settled(run, day, stay, found, refused, set())
