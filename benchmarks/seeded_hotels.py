"""A made-up city of productive hotels of any size, as a problem or as the files of a scenario.

Every rule of `optimizer.siting.stacking` is in use. The city has streets in a square grid, hotels
of three to seven levels (a third of them stand already), firms that look for some 15 % more space
than all hotels hold, and no parcels.

    python -m benchmarks.seeded_hotels FOLDER --buildings 50 --tenants 600
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.hotel_city import terms
from benchmarks.hotel_city.draw import DISTRICTS, Draw, draw_city
from benchmarks.hotel_city.files import write_files
from benchmarks.hotel_city.hotels import build_hotels
from benchmarks.hotel_city.world import (
    build_demand,
    build_designs,
    build_gateways,
    build_options,
    build_sites,
    build_streets,
    build_tenants,
    build_zoning,
)
from optimizer.core.horizon import (
    EVER,
    Firms,
    Ground,
    Horizon,
    LandLedgers,
    Pavilions,
    Periods,
    Purses,
    Renaturation,
    Rents,
    Timing,
    Uses,
)
from optimizer.core.kinds import Kind
from optimizer.core.prices import Prices, Vehicle
from optimizer.core.problem import Problem
from optimizer.core.rules import Ledgers, Quotas, Rules, no_ledgers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.facilities import Designs, Zoning

PERIOD_YEARS = 5


def hotels_problem(buildings: int, tenants: int, seed: int = 0, periods: int = 3) -> Problem:
    """Return a city of hotels as a problem, without any file.

    Parameters
    ----------
    periods : 1 is a problem without horizon; 2 or 3 periods of five years from 2026.
    """
    return problem_of(draw_city(buildings, tenants, seed, periods))


def problem_of(draw: Draw) -> Problem:
    """Return the problem of a draw."""
    streets = build_streets(draw)
    designs, levels = build_designs(draw)
    zoning = build_zoning(draw)
    return Problem(
        name=draw.name,
        streets=streets,
        demand=build_demand(),
        gateways=build_gateways(),
        sites=build_sites(draw, streets),
        designs=designs,
        levels=levels,
        zoning=zoning,
        options=build_options(draw),
        tenants=build_tenants(draw),
        rules=_rules(draw),
        prices=_prices(),
        unserved=(),
        assumptions=(),
        audit=(),
        provenance={"scenario_sha256": "", "osm_date": "", "version": "seeded"},
        horizon=_horizon(draw, designs, zoning) if draw.years else None,
        hotels=build_hotels(draw, streets),
    )


def _rules(draw: Draw) -> Rules:
    purse = Ledgers(
        ("City purse",),
        ("EUR",),
        ("assumption: made up",),
        np.ones((1, len(DISTRICTS)), dtype=bool),
        np.array([draw.purse["opening_eur"] + draw.purse["grant_eur"]], dtype=np.int64),
    )
    nothing, nobody = no_ledgers(len(DISTRICTS)), np.zeros(0, dtype=np.int32)
    return Rules(
        jurisdiction=DISTRICTS,
        land=nothing,
        land_basis="footprint",
        money=nothing if draw.years else purse,
        quotas=Quotas((), nobody, np.zeros(0, dtype=np.int8), nobody, nobody),
        bike_limit_s=600,
        walk_limit_s=300,
        acceptance_walk_s=np.array([0.0, 300.0]),
        acceptance_share=np.array([0.5, 0.1]),
        pickup_choice="planner",
        peak_day_factor=1.0,
        delivery_days_per_year=250,
    )


def _prices() -> Prices:
    return Prices(
        currency="EUR",
        vehicles={name: Vehicle(*row) for name, row in terms.VEHICLES.items()},
        tour_constant=0.7124,
        circuity=1.3,
        co2e_eur_per_t=terms.CO2E_EUR_T,
        discount_rate=terms.DISCOUNT_RATE,
        long_lease_years=50.0,
        job_eur_year=terms.JOB_EUR_YEAR,
        walk_eur_per_hour=0.0,
        unserved_eur_per_parcel=None,
    )


def _horizon(draw: Draw, designs: Designs, zoning: Zoning) -> Horizon:
    """Return periods at constant prices, a purse with grants, and nothing else of the years."""
    count, sites, places = len(draw.years), len(draw.sites), len(DISTRICTS)
    none, nobody = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    no_real, no_bool = np.zeros(0), np.zeros(0, dtype=bool)
    hotel = designs.kind == Kind.PRODUCTIVE_HOTEL
    grants = np.full((1, count), draw.purse["grant_eur"], dtype=np.int64)
    grants[:, 0] = 0
    whole = np.zeros(sites, dtype=np.int64)
    return Horizon(
        periods=_periods(draw),
        permits=np.repeat(zoning.permits[None], count, axis=0),
        timing=Timing(
            minimum_stay_years=np.where(hotel, terms.MINIMUM_STAY_YEARS, 0).astype(np.int32),
            build_years=np.zeros(designs.count, dtype=np.int32),
            closing_share=np.zeros(designs.count),
            resale_share=np.zeros(designs.count),
        ),
        ground=Ground(
            free_from_year=np.zeros(sites, dtype=np.int32),
            free_until_year=np.full(sites, EVER, dtype=np.int32),
            clean_up_eur=whole,
            clean_up_deviation_eur=whole.copy(),
            clean_up_years=np.zeros(sites, dtype=np.int32),
            price_deviation_eur_m2=whole.copy(),
        ),
        land=LandLedgers(
            (), (), (), (), (), np.zeros((0, places), dtype=bool), none, nobody, nobody
        ),
        renaturation=Renaturation((), (), nobody, none, none, nobody, nobody),
        purses=Purses(
            name=("City purse",),
            source=("assumption: made up",),
            covers=np.ones((1, places), dtype=bool),
            opening_eur=np.array([draw.purse["opening_eur"]], dtype=np.int64),
            grant_eur=grants,
            borrow_max_eur=np.zeros(1, dtype=np.int64),
            debt_end_max_eur=np.zeros(1, dtype=np.int64),
            interest_rate=np.zeros(1),
            gamma=np.zeros(1, dtype=np.int32),
            pays_running=np.zeros(1, dtype=bool),
            gets_rents=np.zeros(1, dtype=bool),
            subsidy_max_eur_year=np.full(1, -1, dtype=np.int64),
        ),
        rents=Rents(nobody, no_real, np.zeros(len(draw.firms), dtype=np.int32)),
        uses=Uses(
            (), (), nobody, none, nobody, np.zeros((0, len(zoning.zone)), dtype=bool),
            no_real, no_bool,
        ),
        firms=Firms(
            (), (), nobody, none, no_real, no_bool, none, none, (), none, np.zeros((0, 0)),
            0.0, -1.0, 0.0,
        ),
        pavilions=Pavilions((), nobody, nobody, none, no_real),
        quota_first_year=nobody,
        cooperation=None,
    )  # fmt: skip


def _periods(draw: Draw) -> Periods:
    count = len(draw.years)

    def ones() -> NDArray[np.float64]:
        return np.ones(count)

    return Periods(
        name=tuple(f"{year}-{year + PERIOD_YEARS - 1}" for year in draw.years),
        first_year=np.array(draw.years, dtype=np.int32),
        years=np.full(count, PERIOD_YEARS, dtype=np.int32),
        demand_factor=ones(),
        land_price_factor=ones(),
        build_price_factor=ones(),
        operating_price_factor=ones(),
        rent_factor=ones(),
    )


def main() -> None:
    """Write the files of a city."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--buildings", type=int, default=50)
    parser.add_argument("--tenants", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--periods", type=int, default=3, choices=(1, 2, 3))
    asked = parser.parse_args()
    draw = draw_city(asked.buildings, asked.tenants, asked.seed, asked.periods)
    write_files(draw, asked.folder)


if __name__ == "__main__":
    main()
