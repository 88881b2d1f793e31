"""Give any test problem a horizon; every rule is empty until a test states it."""

from __future__ import annotations

import numpy as np

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
from optimizer.core.rules import no_ledgers


def ints(*values):
    return np.array(values, dtype=np.int32)


def whole(*values):
    return np.array(values, dtype=np.int64)


def periods(count=2, years=5, first=2026, **changes):
    """Return equal periods at constant demand and prices."""
    ones = np.ones(count)
    fields = {
        "name": tuple(f"period {rank + 1}" for rank in range(count)),
        "first_year": (first + years * np.arange(count)).astype(np.int32),
        "years": np.full(count, years, dtype=np.int32),
        "demand_factor": ones,
        "land_price_factor": ones.copy(),
        "build_price_factor": ones.copy(),
        "operating_price_factor": ones.copy(),
        "rent_factor": ones.copy(),
    }
    return Periods(**{**fields, **changes})


def with_horizon(problem, count=2, years=5, first=2026, **parts):
    """Return `problem` over `count` periods, its ledgers and purses taken off; `parts` replace."""
    places, sites, designs = len(problem.rules.jurisdiction), problem.sites.count, problem.designs
    none, nobody = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32)
    no_bool, no_real = np.zeros(0, dtype=bool), np.zeros(0)
    spans = parts.pop("periods", None) or periods(count, years, first)
    count = spans.count
    empty = Horizon(
        periods=spans,
        permits=np.repeat(problem.zoning.permits[None], count, axis=0),
        timing=Timing(
            minimum_stay_years=np.zeros(designs.count, dtype=np.int32),
            build_years=np.zeros(designs.count, dtype=np.int32),
            closing_share=np.zeros(designs.count),
            resale_share=np.zeros(designs.count),
        ),
        ground=Ground(
            free_from_year=np.zeros(sites, dtype=np.int32),
            free_until_year=np.full(sites, EVER, dtype=np.int32),
            clean_up_eur=np.zeros(sites, dtype=np.int64),
            clean_up_deviation_eur=np.zeros(sites, dtype=np.int64),
            clean_up_years=np.zeros(sites, dtype=np.int32),
            price_deviation_eur_m2=np.zeros(sites, dtype=np.int64),
        ),
        land=LandLedgers(
            (), (), (), (), (), np.zeros((0, places), dtype=bool), none, nobody, nobody
        ),
        renaturation=Renaturation((), (), nobody, none, none, nobody, nobody),
        purses=Purses(
            (),
            (),
            np.zeros((0, places), dtype=bool),
            none,
            np.zeros((0, count), dtype=np.int64),
            none,
            none,
            no_real,
            nobody,
            no_bool,
            no_bool,
            none,
        ),
        rents=Rents(nobody, no_real, np.zeros(problem.tenants.count, dtype=np.int32)),
        uses=Uses(
            (),
            (),
            nobody,
            none,
            nobody,
            np.zeros((0, len(problem.zoning.zone)), dtype=bool),
            no_real,
            no_bool,
        ),
        firms=Firms(
            (),
            (),
            nobody,
            none,
            no_real,
            no_bool,
            none,
            none,
            (),
            none,
            np.zeros((0, 0)),
            0.0,
            -1.0,
            0.0,
        ),
        pavilions=Pavilions((), nobody, nobody, none, no_real),
        quota_first_year=np.zeros(problem.rules.quotas.count, dtype=np.int32),
        cooperation=None,
    )
    return problem.replace(
        horizon=empty.replace(**parts),
        rules=problem.rules.replace(land=no_ledgers(places), money=no_ledgers(places)),
    )


def land_ledger(problem, budget_m2, **changes):
    """Return one ledger over all jurisdictions for all years; a field may be changed."""
    fields = {
        "name": ("soil",),
        "metric": ("enaf_consumption",),
        "basis": ("footprint",),
        "temporary": ("counts",),
        "source": ("by hand",),
        "covers": np.ones((1, len(problem.rules.jurisdiction)), dtype=bool),
        "budget_m2": whole(budget_m2),
        "first_year": ints(0),
        "last_year": ints(EVER),
    }
    return LandLedgers(**{**fields, **changes})


def purse(problem, opening_eur, count=2, **changes):
    """Return one purse over all jurisdictions without grants and debt; a field may be changed."""
    fields = {
        "name": ("purse",),
        "source": ("by hand",),
        "covers": np.ones((1, len(problem.rules.jurisdiction)), dtype=bool),
        "opening_eur": whole(opening_eur),
        "grant_eur": np.zeros((1, count), dtype=np.int64),
        "borrow_max_eur": whole(0),
        "debt_end_max_eur": whole(0),
        "interest_rate": np.zeros(1),
        "gamma": ints(0),
        "pays_running": np.zeros(1, dtype=bool),
        "gets_rents": np.zeros(1, dtype=bool),
        "subsidy_max_eur_year": whole(-1),
    }
    return Purses(**{**fields, **changes})
