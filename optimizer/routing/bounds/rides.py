"""Vehicles as trips need them, and how often points are visited; `parcels` says what for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.travel import travel_table
from optimizer.travel.haul import rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import DayRules
    from optimizer.core.problem import Problem
    from optimizer.core.streets import Arcs
    from optimizer.travel.haul import Rates

    Floats = NDArray[np.float64]


class Ride(NamedTuple):
    """A vehicle as trips need it: rates, parcels of a trip, EUR of loading one, best pace."""

    vehicle: str
    rate: Rates
    room: int
    load_eur: float
    pace: float

    def price(self, time_s: NDArray[np.int32], length_m: NDArray[np.int32]) -> Floats:
        """Return EUR of ways, carbon included; inf where there is none."""
        metre = self.rate.eur_per_m + self.rate.carbon_eur_per_m
        money = self.rate.eur_per_s / self.pace * time_s + metre * length_m
        return np.where(time_s < 0, np.inf, money)


def ride_of(problem: Problem, rules: DayRules, vehicle: str) -> Ride:
    """Return a vehicle with its crew."""
    crew, rate = rules.crews[vehicle], rates(problem.prices, vehicle)
    loads = (
        problem.prices.vehicles[vehicle].parcels_per_tour,
        crew.capacity_kg / rules.parcel_kg,
        crew.capacity_l / rules.parcel_l,
    )
    hours = np.arange(len(crew.pace))
    during = (3600.0 * hours < crew.shift_until_s) & (3600.0 * (hours + 1) > crew.shift_from_s)
    pace = float(crew.pace[during].max(initial=crew.pace.min()))
    return Ride(vehicle, rate, max(int(min(loads) + 1e-6), 1), rate.eur_per_s * crew.load_s, pace)


def least_ways(
    arcs: Arcs,
    node_count: int,
    sources: NDArray[np.int32],
    targets: NDArray[np.int32],
    *,
    reverse: bool = False,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return least seconds and, on ways of their own, least metres; -1 = no way.

    Where some arc has no length, metres are told as 0.
    """
    time_s, _ = travel_table(arcs, node_count, sources, targets, reverse=reverse)
    if arcs.count == 0 or arcs.length_m.min() < 1:
        return time_s, np.where(time_s < 0, -1, 0).astype(np.int32)
    short = arcs.replace(time_s=arcs.length_m)
    length_m, _ = travel_table(short, node_count, sources, targets, reverse=reverse)
    return time_s, length_m


def visited_share(problem: Problem) -> Floats:
    """Return visits per parcel at least: (1 - exp(-n / s)) / n, by demand point."""
    demand = problem.demand
    receivers = demand.parcels_per_day / np.maximum(demand.parcels_per_stop, 1.0)
    share: Floats = -np.expm1(-receivers) / demand.parcels_per_day
    return share
