"""Seconds and metres of vehicles, what they cost, and the way through the cheapest gateway.

A `Leg` holds seconds and metres; `Rates` turns both into money and carbon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.travel.lists import many_to_many

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.prices import Prices
    from optimizer.core.problem import Problem


class Leg(NamedTuple):
    """Seconds and metres, per parcel or per day; inf where there is no way."""

    s: NDArray[np.float64]
    m: NDArray[np.float64]


class Rates(NamedTuple):
    """What a second and a metre of one vehicle cost, and its carbon."""

    eur_per_s: float
    eur_per_m: float
    kg_per_m: float
    carbon_eur_per_m: float

    def money(self, leg: Leg) -> NDArray[np.float64]:
        """Return EUR of a leg without carbon."""
        return self.eur_per_s * leg.s + self.eur_per_m * leg.m

    def total(self, leg: Leg) -> NDArray[np.float64]:
        """Return EUR of a leg with carbon at its price."""
        return self.eur_per_s * leg.s + (self.eur_per_m + self.carbon_eur_per_m) * leg.m


def rates(prices: Prices, vehicle: str) -> Rates:
    """Return the rates of one vehicle."""
    item = prices.vehicles[vehicle]
    kg_per_m = item.co2e_kg_per_km / 1000.0
    carbon_eur_per_m = kg_per_m * prices.co2e_eur_per_t / 1000.0
    return Rates(item.eur_per_hour / 3600.0, item.eur_per_km / 1000.0, kg_per_m, carbon_eur_per_m)


def gateway_round_trip(problem: Problem, vehicle: str, nodes: NDArray[np.int32]) -> Leg:
    """Return the round trip through the cheapest gateway for each node, line haul included."""
    gates, arcs = problem.gateways, problem.streets.arcs[vehicle]
    count = problem.streets.node_count
    distinct, back = np.unique(nodes, return_inverse=True)
    shape = (gates.count, len(distinct))
    time_s, length_m = np.zeros(shape), np.zeros(shape)
    for reverse in (False, True):
        lists = many_to_many(arcs, count, gates.node[vehicle], distinct, reverse=reverse)
        way_s, way_m = np.full(shape, np.inf), np.full(shape, np.inf)
        way_s[lists.source, lists.target] = lists.time_s
        way_m[lists.source, lists.target] = lists.length_m
        time_s, length_m = time_s + way_s, length_m + way_m
    time_s = time_s + 2.0 * gates.line_haul_s[:, None]
    length_m = length_m + 2.0 * gates.line_haul_m[:, None]
    if gates.count == 0:
        return Leg(np.full(len(nodes), np.inf), np.full(len(nodes), np.inf))
    rate = rates(problem.prices, vehicle)
    best = np.argmin(rate.total(Leg(time_s, length_m)), axis=0)
    pick = np.arange(len(distinct))
    return Leg(time_s[best, pick][back], length_m[best, pick][back])
