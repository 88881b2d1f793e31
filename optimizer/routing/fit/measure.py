"""What planned tours really took, in the parts that the estimate has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Channel
from optimizer.core.routing import Visit
from optimizer.routing.fit.estimate import Parts, estimate_day
from optimizer.travel.legs import lengths

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Day, DayPlan
    from optimizer.core.problem import Problem
    from optimizer.core.routing import RoutingProblem, Tours
    from optimizer.routing.fit.estimate import PlanLegs

    Floats = NDArray[np.float64]


class Taken(NamedTuple):
    """What tours of one vehicle took by area; arrays of shape (a,).

    drive_s : on the way. still_s : at stops. other_s : loading, breaks, waiting. trips : loads.
    """

    metres: Floats
    drive_s: Floats
    still_s: Floats
    other_s: Floats
    trips: Floats

    @property
    def seconds(self) -> Floats:
        """From the begin of each tour to its end."""
        return self.drive_s + self.still_s + self.other_s


@dataclass(frozen=True, eq=False)
class Sample(Frozen):
    """One day: estimate (without constants) beside tours; lorry and van (1,), bikes by hub (h,).

    site : int32, (h,), of the hubs. ordered, brought : parcels. seed : of the day.
    """

    seed: int
    site: NDArray[np.int32]
    estimate: dict[str, Parts]
    tours: dict[str, Taken]
    ordered: float = 0.0
    brought: float = 0.0


def sample_of(problem: Problem, legs: PlanLegs, day: Day, plan: DayPlan) -> Sample:
    """Compare a day's tours with the estimate for the parcels that they brought."""
    taken = {name: Taken(*np.zeros((5, 1))) for name in (LORRY, VAN)}
    taken[CARGO_BIKE] = Taken(*np.zeros((5, len(legs.hub))))
    _take(day.supply, plan.supply, taken, 0)
    for option, mile, tours in zip(day.hubs.option, day.last_mile, plan.last_mile, strict=True):
        _take(mile, tours, taken, int(np.searchsorted(legs.hub, option)))
    brought = brought_parcels(day, plan)
    return Sample(
        seed=day.seed,
        site=problem.options.site[legs.hub],
        estimate=estimate_day(problem, legs, day.orders, brought),
        tours=taken,
        ordered=float(day.orders.parcels.sum()),
        brought=float(brought.sum()),
    )


def _take(problem: RoutingProblem, tours: Tours, taken: dict[str, Taken], hub: int) -> None:
    """Add tours to what their vehicles took."""
    for tour in range(tours.count):
        rows = slice(int(tours.first[tour]), int(tours.first[tour + 1]))
        vehicle = problem.fleet.profile[int(tours.vehicle_type[tour])]
        place, kind = tours.place[rows], tours.kind[rows]
        metres = lengths(problem.travel[vehicle], place[:-1], place[1:]).sum()
        drive_s = float(np.sum(tours.arrive_s[rows][1:] - tours.leave_s[rows][:-1]))
        still = kind == Visit.STOP
        still_s = float(np.sum((tours.leave_s[rows] - tours.begin_s[rows])[still]))
        all_s = float(tours.leave_s[rows][-1] - tours.begin_s[rows][0])
        area = hub if vehicle == CARGO_BIKE else 0
        trips = 1.0 + np.count_nonzero(kind == Visit.RELOAD)
        values = (metres, drive_s, still_s, all_s - drive_s - still_s, trips)
        for total, value in zip(taken[vehicle], values, strict=True):
            total[area] += value


def brought_parcels(day: Day, plan: DayPlan) -> Floats:
    """Return the parcels of each order that tours brought; (c,)."""
    orders = day.orders
    brought = np.zeros(len(orders.parcels))
    visited = _visited(day.supply, plan.supply)
    parcels = day.supply.stops.deliver[:, 0] * visited
    direct = day.supply_order >= 0
    np.add.at(brought, day.supply_order[direct], parcels[direct])
    for mile, order, tours in zip(day.last_mile, day.last_mile_order, plan.last_mile, strict=True):
        np.add.at(brought, order, mile.stops.deliver[:, 0] * _visited(mile, tours))
    pickup = orders.channel == Channel.PICKUP
    supplied = day.supply_option >= 0
    count = int(max(orders.option.max(initial=0), day.supply_option.max(initial=0))) + 1
    came = np.bincount(day.supply_option[supplied], parcels[supplied], count)
    ordered = np.bincount(orders.option[pickup], orders.parcels[pickup], count)
    share = np.divide(came, ordered, out=np.zeros(count), where=ordered > 0)
    brought[pickup] = orders.parcels[pickup] * np.minimum(share[orders.option[pickup]], 1.0)
    return brought


def _visited(problem: RoutingProblem, tours: Tours) -> NDArray[np.bool_]:
    seen = np.zeros(problem.stops.count, dtype=bool)
    seen[tours.stop[tours.stop >= 0]] = True
    return seen
