"""Tenants packed into hotels that are open, exactly, with every rule of their interiors.

The rows are those of the whole model (`recipe`), with openings and hubs inside fixed at 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import Space
from optimizer.siting.stacking.houses import selected
from optimizer.siting.stacking.hybrids import fit_out_eur_year
from optimizer.siting.stacking.places import Inside, add_places, fixed_hubs
from optimizer.siting.stacking.recipe import add_exchange_of_tenants, add_rules_of_tenants
from optimizer.solvers import Builder, solve_milp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.houses import Houses

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

SOLVER_SLACK = 1e-6  # of the sum of gains: what tolerances of the solver may hide
NOBODY = -1


class Effort(NamedTuple):
    """How hard one integer programme may be tried; with `nodes` the clock plays no part."""

    time_s: float | None
    nodes: int | None
    gap: float
    seed: int
    cancel: Cancel


class Housing(NamedTuple):
    """Where parts stand: `place` (p,), position among the units of the houses asked for, or -1.

    value : EUR per year, rent, jobs and services less fit-out (without exchange, before prices);
    -inf where no packing was found in time. upper : no packing is worth more at the prices it was
    asked for (exchange included where it was asked for).
    """

    place: Ints
    value: float
    upper: float


def pack_houses(  # noqa: PLR0913 - all after the effort are keywords with defaults
    problem: Problem,
    data: SitingData,
    houses: Houses,
    effort: Effort,
    *,
    inside: Sequence[Inside] = (),
    price: Floats | None = None,
    allowed: Flags | None = None,
    whole: bool = False,
    exchange: bool = False,
) -> Housing | None:
    """Return the best tenants for houses that are all open; None where there are none.

    houses : see `houses.selected`. inside : hubs there. price : (f,), EUR per year by tenant, those
    at inf are not to be had. allowed : (p, n), where parts may be.
    whole : these are all open hotels: rules over several of them (mix, jobs, support, minima) hold
    too. exchange : with what tenants give each other and partners.
    """
    able = houses.fits if allowed is None else allowed & houses.fits
    paid = None
    if price is not None:
        able = able & np.isfinite(price)[houses.part_tenant][:, None]
        paid = np.where(np.isfinite(price), price, 0.0)
    builder = Builder()
    opened = builder.add_columns(len(houses.option), lower=1.0)
    hubs = fixed_hubs(builder, inside)
    places = add_places(builder, houses, opened, hubs, allowed=able, price=paid)
    places = places._replace(whole=whole)
    add_rules_of_tenants(builder, problem, houses, places)
    if exchange:
        add_exchange_of_tenants(builder, problem, data, houses, places)
    model = builder.build()
    answer = solve_milp(
        model,
        time_s=effort.time_s,
        nodes=effort.nodes,
        gap=effort.gap,
        seed=effort.seed,
        cancel=effort.cancel,
        presolve=False,  # probing dense rows takes longer than the search
    )
    if answer.status == "infeasible":
        return None
    most = -float(np.minimum(model.cost * model.upper, model.cost * model.lower).sum())
    upper = most if answer.bound is None else min(-answer.bound + SOLVER_SLACK * abs(most), most)
    place = np.full(len(houses.part_tenant), NOBODY, dtype=np.int64)
    if answer.values is None:
        return Housing(place, -np.inf, upper)
    taken = np.flatnonzero(answer.values[places.column] > 0.5)
    place[places.part[taken]] = places.unit[taken]
    return Housing(place, worth_of(problem, houses, place), upper)


def worth_of(problem: Problem, houses: Houses, place: Ints) -> float:
    """Return rent, weight of jobs and services less fit-out of parts in units, EUR per year."""
    hotels = problem.hotels
    main = place[: len(houses.area_m2)]
    who = np.flatnonzero(main >= 0)
    house = houses.house[main[who]]
    worth = float(houses.gain_eur[who, house].sum())
    if hotels is None:
        return worth
    here = place >= 0
    here[here] = houses.space[place[here]] == Space.HYBRID
    shops = np.unique(place[here & (houses.part_space == Space.WORKSHOP)])
    worth -= float(fit_out_eur_year(problem)[houses.unit[shops]].sum())
    services = hotels.services
    count = np.bincount(house, minlength=len(houses.option))[:, None]
    gain = services.eur_tenant_year * count - services.eur_year
    able = services.designs.T[houses.design] & (count >= services.tenants_min) & (gain > 0)
    return worth + float(gain[able].sum())


def placements_of(
    problem: Problem, houses: Houses, place: Ints
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return hotel option and unit (row of `Levels`) of each tenant, and the unit of each annex."""
    tenants = problem.tenants.count
    unit = np.append(houses.unit, NOBODY)[place]
    main = place[:tenants]
    option = np.full(tenants, NOBODY)
    who = np.flatnonzero(main >= 0)
    option[who] = houses.option[houses.house[main[who]]]
    return (
        option.astype(np.int32),
        unit[:tenants].astype(np.int32),
        unit[tenants:].astype(np.int32),
    )


def packed_types(
    problem: Problem,
    data: SitingData,
    houses: Houses,
    kinds: Sequence[tuple[int, int, int]],
    price: Floats,
    effort: Effort,
) -> tuple[Housing | None, Houses]:
    """Pack hotels told by house, floor and docks lost to a hub inside; return the houses too."""
    some = selected(houses, np.array([house for house, _, _ in kinds], dtype=np.int64))
    inside = [Inside(rank, m2, docks) for rank, (_, m2, docks) in enumerate(kinds) if m2 > 0]
    return pack_houses(problem, data, some, effort, inside=inside, price=price), some
