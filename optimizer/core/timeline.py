"""Each period of a problem with a horizon as a problem of its own, and what a year weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import OptionStatus
from optimizer.core.rules import no_ledgers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.horizon import Horizon
    from optimizer.core.prices import Prices, Vehicle
    from optimizer.core.problem import Problem


def annuity_of_periods(problem: Problem) -> NDArray[np.float64]:
    """Return the present value of one EUR at the end of every year of each period, shape (t,).

    a[t] = sum over k = 1..years[t] of (1 + r)^-(first_year[t] - first_year[0] + k)
    """
    periods, rate = horizon_of(problem).periods, problem.prices.discount_rate
    start = periods.first_year - periods.first_year[0]
    return np.array(
        [
            sum((1.0 + rate) ** -(first + k) for k in range(1, count + 1))
            for first, count in zip(start.tolist(), periods.years.tolist(), strict=True)
        ]
    )


def period_weights(problem: Problem) -> NDArray[np.float64]:
    """Return w[t] = a[t] / sum(a): the weight of a yearly amount of period t, shape (t,)."""
    worth = annuity_of_periods(problem)
    weights: NDArray[np.float64] = worth / worth.sum()
    return weights


def one_off_weights(problem: Problem) -> NDArray[np.float64]:
    """Return the EUR per year of one EUR paid on the first day of each period, shape (t,).

    (1 + r)^-(first_year[t] - first_year[0]) / sum(a)
    """
    periods, rate = horizon_of(problem).periods, problem.prices.discount_rate
    start = (periods.first_year - periods.first_year[0]).astype(float)
    weights: NDArray[np.float64] = (1.0 + rate) ** -start / annuity_of_periods(problem).sum()
    return weights


def horizon_of(problem: Problem) -> Horizon:
    """Return the horizon of a problem that has one."""
    if problem.horizon is None:
        message = "the problem has no horizon"
        raise ValueError(message)
    return problem.horizon


def available(problem: Problem) -> NDArray[np.bool_]:
    """Return which options may be open in each period by dates and delays, shape (t, o).

    A new option: the period lies within the free years of its site, and the years from the start
    of the horizon suffice for clean-up and building. Existing options always. Zoning is left to
    each period's problem.
    """
    horizon, options = horizon_of(problem), problem.options
    periods, ground = horizon.periods, horizon.ground
    first = periods.first_year[:, None]
    last = first + periods.years[:, None] - 1
    site = options.site
    footprint = problem.designs.footprint_m2[options.design] > 0
    clean = np.where(footprint, ground.clean_up_years[site], 0)
    ready = periods.first_year[0] + horizon.timing.build_years[options.design] + clean
    open_to = (ground.free_from_year[site] <= first) & (ground.free_until_year[site] >= last)
    existing = options.status == OptionStatus.EXISTING
    found: NDArray[np.bool_] = existing | (open_to & (ready <= first))
    return found


def rent_shares(problem: Problem, period: int) -> NDArray[np.float64]:
    """Return the share of the asked rent that each firm pays in a period, shape (f,)."""
    horizon = horizon_of(problem)
    rents, year = horizon.rents, int(horizon.periods.first_year[period])
    age = np.where(rents.founded_year > 0, year - rents.founded_year, np.iinfo(np.int32).max)
    stage = np.searchsorted(rents.until_age, age, side="right")
    return np.append(rents.share, 1.0)[stage]


def period_problem(problem: Problem, period: int) -> Problem:
    """Return one period as a problem without horizon, land ledgers and purses.

    Numbering is that of `problem`. Prices per m2 and build costs are whole EUR (half to even).
    Options that are not available are FORBIDDEN; a REQUIRED one is required once it is available.
    Quotas that do not hold yet are empty. Tenants have the area of the period; their jobs, and
    what they give and take, grow with it. Hybrid units cost nothing: `horizon` charges them once.
    """
    horizon = horizon_of(problem)
    periods, rules, sites, designs = horizon.periods, problem.rules, problem.sites, problem.designs
    demand, quotas = problem.demand, problem.rules.quotas
    growth = float(periods.demand_factor[period])
    land, rent = float(periods.land_price_factor[period]), float(periods.rent_factor[period])
    build = float(periods.build_price_factor[period])
    operating = float(periods.operating_price_factor[period])
    holds = horizon.quota_first_year <= periods.first_year[period]
    may = available(problem)[period]
    status = np.where(may, problem.options.status, OptionStatus.FORBIDDEN).astype(np.int8)
    problem = _grown(problem, period)
    return problem.replace(
        demand=demand.replace(
            parcels_per_day=demand.parcels_per_day * growth,
            stops_per_km2=demand.stops_per_km2 * growth,
        ),
        sites=sites.replace(
            price_eur_m2=_whole(sites.price_eur_m2 * land),
            long_lease_eur_m2=_whole(sites.long_lease_eur_m2 * land),
            rent_eur_m2_year=sites.rent_eur_m2_year * rent,
            long_lease_rent_eur_m2_year=sites.long_lease_rent_eur_m2_year * rent,
            stops_per_km2=sites.stops_per_km2 * growth,
        ),
        designs=designs.replace(
            build_eur=_whole(designs.build_eur * build),
            running_eur_year=designs.running_eur_year * operating,
            handling_eur_per_parcel=designs.handling_eur_per_parcel * operating,
            rent_eur_m2_year=designs.rent_eur_m2_year * rent,
        ),
        zoning=problem.zoning.replace(permits=horizon.permits[period].copy()),
        options=problem.options.replace(status=status),
        tenants=problem.tenants.replace(
            rent_share=problem.tenants.rent_share * rent_shares(problem, period)
        ),
        rules=rules.replace(
            land=no_ledgers(len(rules.jurisdiction)),
            money=no_ledgers(len(rules.jurisdiction)),
            quotas=quotas.replace(
                at_least=np.where(holds, quotas.at_least, 0).astype(np.int32),
                at_most=np.where(holds, quotas.at_most, -1).astype(np.int32),
            ),
        ),
        prices=_prices(problem.prices, operating),
        horizon=None,
    )


def _grown(problem: Problem, period: int) -> Problem:
    """Return the problem with tenants as they are in a period, fit-out without cost."""
    hotels, tenants = problem.hotels, problem.tenants
    if hotels is None:
        return problem
    nothing = np.zeros_like(hotels.units.fit_out_eur)
    hotels = hotels.replace(
        units=hotels.units.replace(fit_out_eur=nothing, switch_eur=nothing.copy())
    )
    if len(hotels.growth.area_m2) == 0:
        return problem.replace(hotels=hotels)
    area = hotels.growth.area_m2[period].copy()
    grown = area / tenants.area_m2
    hotels = hotels.replace(
        businesses=hotels.businesses.replace(
            jobs_by_skill=hotels.businesses.jobs_by_skill * grown[:, None]
        ),
        symbiosis=hotels.symbiosis.replace(
            gives=hotels.symbiosis.gives * grown[:, None],
            takes=hotels.symbiosis.takes * grown[:, None],
        ),
        growth=hotels.growth.replace(area_m2=hotels.growth.area_m2[:0].copy(), stage=()),
    )
    return problem.replace(
        tenants=tenants.replace(area_m2=area, jobs=tenants.jobs * grown), hotels=hotels
    )


def _whole(amount: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = np.rint(amount).astype(np.int64)
    return whole


def _prices(prices: Prices, operating: float) -> Prices:
    vehicles: dict[str, Vehicle] = {
        name: vehicle.replace(
            eur_per_hour=vehicle.eur_per_hour * operating, eur_per_km=vehicle.eur_per_km * operating
        )
        for name, vehicle in prices.vehicles.items()
    }
    return prices.replace(vehicles=vehicles)
