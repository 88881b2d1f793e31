"""What every decision of a programme costs and takes, period by period, as whole amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.horizon import LOGISTICS, PRODUCTION
from optimizer.core.kinds import LandStatus, OptionStatus, Tenure
from optimizer.core.timeline import horizon_of, one_off_weights, period_problem, period_weights
from optimizer.siting.costs import held

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Accounts(Frozen):
    """Amounts of a problem with a horizon; t periods, o options, s sites, d designs, f tenants.

    year_weight, one_off_weight : (t,), see `core.timeline`. first_year, years : (t,).
    new, bought, dismantlable, on_pavilion : (o,); on_pavilion: of a pavilion's design.
    site : (o,). footprint_m2 : (o,), of new options; existing ones take nothing.
    soil : (s,), whether building there consumes soil.
    build_eur, land_eur : (t, o), of a start. closing_eur, resale_eur : (t, o), of a stop; resale
        holds the land, and the building where it is no pavilion.
    running_eur : (t, o), over a period, with yearly ground rent.
    rent_eur, subsidy_eur : (t, f, d), over a period. subsidy_eur_year : (t, f, d).
    takes_sites : (u,), uses that take whole sites. use_eur_year : (u, s). use_eur : (t, u, s), over
        a period. use_land_eur : (t, s), land of a site that goes to another use.
    free : (t, s), whether the dates of the site cover the period.
    """

    year_weight: Floats
    one_off_weight: Floats
    first_year: NDArray[np.int32]
    years: NDArray[np.int32]
    new: Bools
    bought: Bools
    dismantlable: Bools
    on_pavilion: Bools
    site: NDArray[np.int32]
    footprint_m2: Whole
    soil: Bools
    build_eur: Whole
    land_eur: Whole
    closing_eur: Whole
    resale_eur: Whole
    running_eur: Whole
    rent_eur: Whole
    subsidy_eur: Whole
    subsidy_eur_year: Floats
    takes_sites: Bools
    use_eur_year: Floats
    use_eur: Whole
    use_land_eur: Whole
    free: Bools

    @property
    def period_count(self) -> int:
        """Number of periods."""
        return len(self.years)


def period_problems(problem: Problem) -> tuple[Problem, ...]:
    """Return each period's problem."""
    return tuple(period_problem(problem, t) for t in range(horizon_of(problem).periods.count))


def accounts_of(problem: Problem, parts: tuple[Problem, ...] | None = None) -> Accounts:
    """Return the amounts of `problem`; `parts` are its period problems where they exist already."""
    parts = period_problems(problem) if parts is None else parts
    horizon, options, sites = horizon_of(problem), problem.options, problem.sites
    periods, timing, uses = horizon.periods, horizon.timing, horizon.uses
    design, site = options.design, options.site
    new = options.status != OptionStatus.EXISTING
    footprint = np.where(new, problem.designs.footprint_m2[design], 0)
    bought, long_lease = held(problem, Tenure.BUY), held(problem, Tenure.LONG_LEASE)
    on_pavilion = np.isin(design, horizon.pavilions.design)
    build = np.array([np.where(new, part.designs.build_eur[design], 0) for part in parts])
    price = np.array([_premium(part, bought, long_lease) for part in parts])
    land = price * footprint
    resale = whole(timing.resale_share[design] * build)
    rents = [_rents(part, int(count)) for part, count in zip(parts, periods.years, strict=True)]
    use_eur_year = uses.eur_m2_year[:, None] * sites.parcel_m2[None, :]
    ground = horizon.ground
    first = periods.first_year[:, None]
    return Accounts(
        year_weight=period_weights(problem),
        one_off_weight=one_off_weights(problem),
        first_year=periods.first_year,
        years=periods.years,
        new=new,
        bought=bought,
        dismantlable=problem.designs.dismantlable[design],
        on_pavilion=on_pavilion,
        site=site,
        footprint_m2=footprint.astype(np.int64),
        soil=sites.land_status != LandStatus.ARTIFICIALISED,
        build_eur=build.astype(np.int64),
        land_eur=land.astype(np.int64),
        closing_eur=whole(timing.closing_share[design] * build),
        resale_eur=np.where(bought, land, 0) + np.where(on_pavilion, 0, resale),
        running_eur=np.array(
            [
                whole(count * _running(part, footprint, long_lease))
                for part, count in zip(parts, periods.years.tolist(), strict=True)
            ]
        ),
        rent_eur=np.array([paid for paid, _, _ in rents]),
        subsidy_eur=np.array([spared for _, spared, _ in rents]),
        subsidy_eur_year=np.array([yearly for _, _, yearly in rents]),
        takes_sites=np.array([name not in {PRODUCTION, LOGISTICS} for name in uses.name], bool),
        use_eur_year=use_eur_year,
        use_eur=whole(
            periods.years[:, None, None] * uses.eur_m2_year[:, None] * sites.parcel_m2[None, None]
        ),
        use_land_eur=np.array([part.sites.price_eur_m2 * sites.parcel_m2 for part in parts]),
        free=(ground.free_from_year <= first)
        & (ground.free_until_year >= first + periods.years[:, None] - 1),
    )


def whole(amount: Floats) -> Whole:
    """Return amounts as whole numbers, half to even."""
    rounded: Whole = np.rint(amount).astype(np.int64)
    return rounded


def _premium(part: Problem, bought: Bools, long_lease: Bools) -> Whole:
    site, sites = part.options.site, part.sites
    return np.select(
        [bought, long_lease], [sites.price_eur_m2[site], sites.long_lease_eur_m2[site]], 0
    )


def _running(part: Problem, footprint: Whole, long_lease: Bools) -> Floats:
    """Return running cost and ground rent of each option in EUR per year."""
    design, site = part.options.design, part.options.site
    rent = np.select(
        [long_lease, held(part, Tenure.LEASE)],
        [part.sites.long_lease_rent_eur_m2_year[site], part.sites.rent_eur_m2_year[site]],
        0.0,
    )
    yearly: Floats = part.designs.running_eur_year[design] + footprint * rent
    return yearly


def _rents(part: Problem, years: int) -> tuple[Whole, Whole, Floats]:
    """Return rents and subsidies over the period, and subsidies per year; shape (f, d) each."""
    tenants, asked = part.tenants, part.designs.rent_eur_m2_year[None, :]
    area, share = tenants.area_m2[:, None], tenants.rent_share[:, None]
    return (
        whole(years * area * share * asked),
        whole(years * area * (1.0 - share) * asked),
        area * (1.0 - share) * asked,
    )
