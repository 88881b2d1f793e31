"""Plain twin of the engine's timing: a tour driven from many departures, leg by leg, in numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.routing import Hourly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.routing import Paced, RoutingProblem

STEP_S = 0.5
FAR_S = 1e6


def reached(travel: Hourly | Paced, here: int, there: int, departs: np.ndarray) -> np.ndarray:
    """Return the arrivals of those who leave `here` at `departs`."""
    if here == there:
        return departs
    if isinstance(travel, Hourly):
        row = here * len(travel.length_m) + there
        corners = slice(travel.first[row], travel.first[row + 1])
        depart, arrive = travel.depart_s[corners], travel.arrive_s[corners]
        late = np.maximum(departs - depart[-1], 0.0)
        return np.interp(departs, depart, arrive) + late
    edge = np.append(travel.pace_from_s, FAR_S)
    covered = np.concatenate([[0.0], np.cumsum(np.diff(edge) * travel.pace)])
    goal = np.interp(departs, edge, covered) + travel.time_s[here, there]
    return np.interp(goal, covered, edge)


def least_cost(case: RoutingProblem, order: Sequence[int], step_s: float = STEP_S) -> float:
    """Return the cost of a tour of type 0 at the best of departures a step apart.

    As nobody arrives earlier by leaving later, no departure between them spares a whole step.
    """
    fleet, travel = case.fleet, case.travel["van"]
    departs = np.arange(fleet.from_s[0], fleet.until_s[0] + step_s, step_s)
    now, here, way = departs, int(fleet.start_place[0]), 0.0
    for stop in (*order, None):
        there = int(fleet.end_place[0] if stop is None else case.stops.place[stop])
        now = reached(travel, here, there, now)
        way += float(travel.length_m[here, there])
        here = there
        if stop is not None:
            now = np.maximum(now, case.stops.from_s[stop])
            now = np.where(now > case.stops.until_s[stop], FAR_S, now + case.stops.service_s[stop])
    spent = float(np.min(np.where(now > fleet.until_s[0], np.inf, now - departs)))
    return float(fleet.fixed_eur[0] + fleet.eur_per_s[0] * spent + fleet.eur_per_m[0] * way)
