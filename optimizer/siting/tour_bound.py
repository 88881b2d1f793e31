"""A bound on siting with real tours: no plan and no tours together cost less.

The model that is bounded: choose what opens, who rents, and the share of each demand point's
parcels by each channel, under all constraints of `optimizer.siting`; days are then drawn as
`optimizer.routing.day` draws them, and served by any tours of `optimizer.core.day`. Objective (EUR
a year): the yearly terms of `optimizer.siting` other than tours and daily visits, plus
delivery_days times the expected cost of a day's tours, carbon and parcels left behind included.

Proof: by `optimizer.routing.bounds.parcels` the expected cost of a day is at least the sum over
flows of parcels times a price that depends on the flow alone. The model of `optimizer.siting` with
these prices instead of its tour estimate (and daily visits for nothing) is therefore a relaxation,
and any proven bound of it holds for siting with tours. Its shares, flows and openings range over
the same set, so nothing else changes.

Rules of a day that its tours keep beyond the trips (windows, shifts, storage, synchronisation) only
make tours dearer. Days are told at mean demand; hubs' capacity is that of the siting model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.limits import Budget, Cancel, Limits, Listener, silent
from optimizer.core.refusal import Fault, Refusal
from optimizer.routing.bounds.parcels import bike_prices, supply_prices
from optimizer.siting.data import build_data
from optimizer.siting.decomposition import solve_city, warm_up
from optimizer.siting.mip import solve_whole, whole_columns

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria
    from optimizer.siting.data import SitingData

TOUR_TERMS = ("line_haul", "bike_tours", "resupply", "van_tours", "co2e_transport")
"""Terms that real tours take the place of."""
SMALL_COLUMNS = 6000


def least_data(problem: Problem) -> SitingData:
    """Return the data of the siting model with prices that no tours are below.

    Raises
    ------
    Refusal
        F780 where the problem does not say how tours are made.
    """
    if problem.day is None:
        cause = "the scenario says nothing about tours of a day"
        action = "add `tours.day:` to the scenario (see instances/TOURS.md) and solve it again"
        raise Refusal(Fault("tours.day", "F780", cause, action))
    plain = problem.replace(tour_fit=None)
    data, rules = build_data(plain), problem.day
    supply = supply_prices(plain, rules)
    unserved = problem.prices.unserved_eur_per_parcel
    given_up = np.inf if unserved is None or np.isnan(unserved) else unserved
    van_eur = np.where(np.isfinite(data.van_eur_per_parcel), supply.van_eur, np.inf)
    fallback = np.minimum(van_eur, given_up)
    bike_eur = supply.hub_eur[data.bike.site] + bike_prices(
        plain, rules, data.bike.site, data.bike.point
    )
    walking_eur = 2.0 * data.pickup.time_s * (problem.prices.walk_eur_per_hour / 3600.0)
    pickup_eur = supply.delivery_eur[data.pickup.site] + walking_eur
    per_year = data.parcels_per_year
    gains = [
        links.replace(gain_eur=(fallback[links.point] - eur) * per_year[links.point])
        for links, eur in ((data.bike, bike_eur), (data.pickup, pickup_eur))
    ]
    nothing = np.zeros(data.option_count)
    yearly = data.yearly._replace(visits_money=nothing, visits_carbon=nothing)
    return data.replace(
        van_eur_per_parcel=van_eur,
        fallback_eur_per_parcel=fallback,
        fallback_is_van=van_eur <= given_up,
        fallback_eur_year=fallback * per_year,
        constant_eur=float(np.sum(fallback * per_year)),
        bike=gains[0],
        pickup=gains[1],
        yearly=yearly,
        fixed_eur=yearly.fixed_eur,
    )


def bound_with_tours(
    problem: Problem,
    limits: Limits,
    *,
    warm: Plan | None = None,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> float | None:
    """Return a proven bound (EUR a year) on any plan with any tours; None where none was found."""
    data, budget = least_data(problem), Budget(limits, cancel or Cancel())
    if whole_columns(problem, data) <= SMALL_COLUMNS:
        return solve_whole(problem, data, budget, listener).bound
    with budget.pause():
        if not warm_up(budget.cancel):
            return None
    return solve_city(problem, data, budget, listener, warm).bound


def value_with_tours(problem: Problem, criteria: Criteria, day_eur: float) -> float:
    """Return what a plan costs a year when a mean day of tours costs `day_eur`.

    day_eur : tours with carbon, and penalties of parcels left behind.
    """
    rest = sum(eur for name, eur in criteria.terms.items() if name not in TOUR_TERMS)
    return rest + problem.rules.delivery_days_per_year * day_eur
