"""What `Interiors` add to the objective: fit-out, services, symbiosis, roofs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.hotels import Hotels, Space
from optimizer.siting.stacking.houses import energy_millionths, room_of
from optimizer.siting.stacking.hybrids import fit_out_eur_year
from optimizer.siting.stacking.symbiosis import kept_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.hotels import RoofUses, Services
    from optimizer.core.plan import Interiors, Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.stacking.commuting import Nearness

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fittings(Frozen):
    """Prices of what is inside hotels, and how far places are from each other.

    fit_out_eur : (l,), per year as a workshop, 0 where a unit is not hybrid. site : (o,).
    """

    hotels: Hotels
    nearness: Nearness
    fit_out_eur: Floats
    site: NDArray[np.int32]


def build_fittings(problem: Problem, nearness: Nearness) -> Fittings:
    """Return the fittings of a problem with `hotels`."""
    if problem.hotels is None:
        message = "the problem has no block of hotels"
        raise ValueError(message)
    return Fittings(problem.hotels, nearness, fit_out_eur_year(problem), problem.options.site)


def interior_terms(fittings: Fittings, plan: Plan) -> dict[str, float]:
    """Return the terms fit_out, services, symbiosis and roofs of a plan, EUR per year."""
    hotels, inside = fittings.hotels, plan.interiors
    if inside is None:
        return {}
    _, unit = holding(hotels, plan, Space.WORKSHOP)
    return {
        "fit_out": float(fittings.fit_out_eur[unit].sum()),
        "services": -float(services_eur(hotels.services, plan, inside).sum()),
        "symbiosis": _symbiosis(fittings, plan),
        "roofs": -float(roofs_eur(hotels.roofs, inside).sum()),
    }


def services_eur(services: Services, plan: Plan, inside: Interiors) -> Floats:
    """Return what shared services bring beyond their cost, by option, EUR per year, shape (o,)."""
    housed = plan.tenant_option[plan.tenant_option >= 0]
    tenants = np.bincount(housed, minlength=len(plan.open_option))
    pays = services.eur_tenant_year[None, :] * tenants[:, None] - services.eur_year[None, :]
    total: Floats = np.where(inside.service, pays, 0.0).sum(axis=1)
    return total


def roofs_eur(roofs: RoofUses, inside: Interiors) -> Floats:
    """Return what roofs bring, by option, EUR per year, shape (o,)."""
    total: Floats = (inside.roof_m2 * roofs.net_eur_m2_year).sum(axis=1)
    return total


def holding(hotels: Hotels, plan: Plan, space: Space) -> tuple[Ints, Ints]:
    """Return option and unit (row of `Levels`) of every HYBRID unit that holds such a part."""
    if plan.interiors is None:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    annexes = hotels.annexes
    option = np.concatenate([plan.tenant_option, plan.tenant_option[annexes.tenant]])
    unit = np.concatenate([plan.tenant_level, plan.interiors.annex_level])
    asked = np.concatenate([hotels.businesses.space, annexes.space])
    mine = (option >= 0) & (unit >= 0) & (asked == space)
    mine[mine] = hotels.units.space[unit[mine]] == Space.HYBRID
    span = max(len(hotels.units.id), 1)
    key = np.unique(option[mine].astype(np.int64) * span + unit[mine])
    return key // span, key % span


def exchange_ways(fittings: Fittings, plan: Plan) -> tuple[Ints, Ints, Ints]:
    """Return the places of giver and taker and their distance, of every exchange."""
    inside, nearness = plan.interiors, fittings.nearness
    if inside is None or not len(inside.amount):
        none = np.zeros(0, dtype=np.int64)
        return none, none, none
    at = np.where(plan.tenant_option >= 0, nearness.rank(fittings.site[plan.tenant_option]), -1)
    outside = len(nearness.site) + np.arange(len(fittings.hotels.symbiosis.partner_id))
    place = np.concatenate([at, outside])
    giver, taker = place[inside.giver], place[inside.taker]
    return giver, taker, nearness.distance_m[giver, taker]


def arriving(fittings: Fittings, inside: Interiors, distance_m: Ints) -> Floats:
    """Return the units per year that arrive of every exchange; distance_m : of each."""
    symbiosis, arrives = fittings.hotels.symbiosis, np.zeros(len(inside.amount))
    for resource in range(symbiosis.count):
        mine = inside.resource == resource
        arrives[mine] = inside.amount[mine] * kept_share(symbiosis, resource, distance_m[mine])
    return arrives


def links_of(inside: Interiors, ways: tuple[Ints, Ints, Ints]) -> tuple[Ints, ...]:
    """Return resource, both places and metres of every link that exchanges need, each once."""
    giver, taker, distance = ways
    low, high = np.minimum(giver, taker), np.maximum(giver, taker)
    return tuple(np.unique(np.stack([inside.resource, low, high, distance]), axis=1))


def delivered(fittings: Fittings, plan: Plan) -> Floats:
    """Return the units per year that arrive by resource, shape (q,)."""
    inside, count = plan.interiors, fittings.hotels.symbiosis.count
    if inside is None:
        return np.zeros(count)
    _, _, distance = exchange_ways(fittings, plan)
    arrives = arriving(fittings, inside, distance)
    return np.bincount(inside.resource, arrives, minlength=count).astype(np.float64)


def _symbiosis(fittings: Fittings, plan: Plan) -> float:
    symbiosis, inside = fittings.hotels.symbiosis, plan.interiors
    if inside is None or not len(inside.amount):
        return 0.0
    resource, _, _, metres = links_of(inside, exchange_ways(fittings, plan))
    cost = float(np.sum(symbiosis.link_eur_m_year[resource] * metres))
    return cost - float(symbiosis.value_eur @ delivered(fittings, plan))


def loudest_share(problem: Problem, plan: Plan) -> float:
    """Return the loudest neighbour and band as a share of what its limit leaves to hotels."""
    hotels = problem.hotels
    placed = np.flatnonzero(plan.tenant_option >= 0)
    if hotels is None or not len(placed):
        return 0.0
    neighbours, worst = hotels.neighbours, 0.0
    site, who = np.unique(problem.options.site[plan.tenant_option[placed]], return_inverse=True)
    for r in range(neighbours.count):
        for band in range(neighbours.limit_db.shape[1]):
            power = hotels.businesses.noise_db[placed, band]
            use = energy_millionths(power, neighbours, site.astype(np.int64), r, band)
            total = int(use[np.arange(len(placed)), who].sum())
            if total:
                worst = max(worst, total / max(room_of(neighbours, r, band), 1))
    return worst
