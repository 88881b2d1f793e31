"""Plan a day: supply first, then the last mile of all hubs, until both agree in time.

Supply does not wait for riders: consignments come early (`waves`), and riders leave when theirs are
ready. What ties them the other way round is a hub's storage: a consignment that finds no room is
put off until riders have left, and the echelons are timed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.day import DayPlan
from optimizer.core.limits import Budget, Cancel, Limits, Listener, Progress, silent
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.routing import Paced
from optimizer.routing.day.alone import NO_ROOM
from optimizer.routing.day.engine import Run, effort_of
from optimizer.routing.day.first_echelon import completed, plan_supply, put_off
from optimizer.routing.day.second_echelon import Miles, plan_miles, retimed
from optimizer.routing.day.streets import ways_of
from optimizer.routing.day.sync import overfull

if TYPE_CHECKING:
    from optimizer.core.day import Day
    from optimizer.routing.day.alone import Reason
    from optimizer.routing.day.base import DayBase
    from optimizer.routing.day.first_echelon import Supplied

ROUNDS = 6


class PlannedDay(NamedTuple):
    """A day with the times at which riders can leave, its tours, and why stops are left out.

    reasons : by the name of a stop (names are unique over the day).
    """

    day: Day
    plan: DayPlan
    reasons: dict[str, Reason]
    stopped_by: str
    seconds: float


def plan_day(
    base: DayBase,
    day: Day,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> PlannedDay:
    """Plan the tours of a day (of `build_day`).

    Parameters
    ----------
    limits
        Time or work of all tours together. With work, the same seed gives the same tours, however
        many processes there are.

    Raises
    ------
    Refusal
        F781 where parcels that must be brought cannot be, or with every stop that is left out
        where there is no penalty.
    """
    run = _run(day, limits, listener, cancel or Cancel())
    supplied, later = plan_supply(run, day)
    miles, others = plan_miles(run, base, supplied, later)
    supplied = completed(run, supplied, others)
    for _ in range(ROUNDS):
        full = _overfull(supplied, miles)
        if not full:
            break
        supplied = put_off(run, supplied, full, _refused(full))
        miles = retimed(run, base, supplied, miles)
    else:
        supplied = put_off(run, supplied, {}, _stops(_overfull(supplied, miles)))
        miles = retimed(run, base, supplied, miles)
    reasons = {**supplied.reasons, **miles.reasons}
    _must_be_brought(base, reasons)
    listener(Progress(run.budget.elapsed_s, "streets of the tours", None, None, None))
    return PlannedDay(
        day=miles.day,
        plan=_with_ways(base, supplied, miles),
        reasons=reasons,
        stopped_by=run.budget.stop_reason() or ("work" if limits.work is not None else "time"),
        seconds=run.budget.elapsed_s,
    )


def _run(day: Day, limits: Limits, listener: Listener, cancel: Cancel) -> Run:
    effort = sum(
        effort_of(part, hourly=any(isinstance(one, Paced) for one in part.travel.values()))
        for part in (day.supply, *day.last_mile)
    )
    return Run(Budget(limits, cancel), listener, effort)


def _overfull(supplied: Supplied, miles: Miles) -> dict[int, float]:
    """Return the consignments that find no room, with the moment at which they would."""
    found = {}
    for hub, (source, tours) in enumerate(zip(miles.source, miles.tours, strict=True)):
        full = overfull(miles.day, hub, source, supplied.tours, tours)
        if full is not None:
            found[full.stop] = full.possible_s
    return found


def _refused(full: dict[int, float]) -> dict[int, Reason]:
    return {stop: NO_ROOM for stop, moment in full.items() if not np.isfinite(moment)}


def _stops(full: dict[int, float]) -> dict[int, Reason]:
    return dict.fromkeys(full, NO_ROOM)


def _must_be_brought(base: DayBase, reasons: dict[str, Reason]) -> None:
    if np.isfinite(base.rules.penalty_eur_per_parcel) or not reasons:
        return
    action = "state tours.day.penalty_eur_per_parcel, or: "
    raise Refusal(
        *(
            Fault(stop, "F781", f"cannot be brought today: {why}", action + then)
            for stop, (why, then) in sorted(reasons.items())
        )
    )


def _with_ways(base: DayBase, supplied: Supplied, miles: Miles) -> DayPlan:
    streets, day = base.problem.streets, miles.day
    triples = zip(day.last_mile, miles.tours, day.last_mile_node, strict=True)
    return DayPlan(
        supply=supplied.tours,
        last_mile=tuple(miles.tours),
        consignment=tuple(miles.source),
        supply_ways=ways_of(streets, day.supply.fleet, supplied.tours, day.supply_node),
        last_mile_ways=tuple(
            ways_of(streets, mile.fleet, tours, node) for mile, tours, node in triples
        ),
    )
