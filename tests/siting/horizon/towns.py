"""Small random towns over years in which every rule of land, money and time may bind."""

from __future__ import annotations

import numpy as np

from optimizer.core.horizon import (
    EVER,
    Cooperation,
    Firms,
    Ground,
    LandLedgers,
    Pavilions,
    Purses,
    Renaturation,
    Rents,
    Timing,
    Uses,
)
from optimizer.core.kinds import OptionStatus
from tests.builders import grid_problem
from tests.horizon import ints, periods, whole, with_horizon

FIRST_YEAR = 2026


def town_over_years(seed, count=None, **sizes):
    """Return a seeded town of 1 to 3 periods with rules of every family, feasible or not."""
    rng = np.random.default_rng(seed)
    small = {"columns": 5, "rows": 5, "points": 8, "sites": 5, "firms": 4}
    problem = grid_problem(**{**small, **sizes}, parcels_per_point=60.0, seed=seed)
    problem = _with_tenures(problem, rng)
    count = count or int(rng.integers(1, 4))
    years = int(rng.choice([3, 5, 10]))
    spans = periods(
        count,
        years,
        FIRST_YEAR,
        demand_factor=1 + 0.1 * rng.random(count),
        land_price_factor=np.linspace(1, 1.2, count),
        build_price_factor=rng.uniform(0.9, 1.1, count),
        operating_price_factor=rng.uniform(0.95, 1.1, count),
        rent_factor=rng.uniform(0.9, 1.1, count),
    )
    parts = {
        "timing": _timing(problem, rng, years),
        "ground": _ground(problem, rng, years),
        "land": _land(problem, rng, years, count),
        "renaturation": _renaturation(rng, years),
        "purses": _purses(rng, count),
        "rents": Rents(ints(3, 6), np.array([0.5, 0.8]), ints(*rng.choice([0, 2022, 2025], 4))),
        "uses": _uses(problem, rng),
        "firms": _firms(problem, rng),
        "pavilions": _pavilions(problem, rng),
    }
    if rng.random() < 0.5:
        parts["cooperation"] = _cooperation(problem, rng)
    return with_horizon(problem, periods=spans, **parts)


def _with_tenures(problem, rng):
    tenure = tuple(
        str(rng.choice(["buy", "lease", "long_lease"])) for _ in range(problem.designs.count)
    )
    status = problem.options.status.copy()
    kind = problem.designs.kind[problem.options.design]
    for code, one in ((OptionStatus.EXISTING, 2), (OptionStatus.REQUIRED, 0)):
        mine = np.flatnonzero(
            (kind == one) & (problem.designs.inside_hotel_m2 == 0)[problem.options.design]
        )
        if rng.random() < 0.25 and len(mine):
            status[rng.choice(mine)] = code
    sites = problem.sites.replace(
        parcel_m2=problem.sites.area_m2 + rng.integers(0, 200, problem.sites.count)
    )
    return problem.replace(
        designs=problem.designs.replace(tenure=tenure),
        options=problem.options.replace(status=status),
        sites=sites,
    )


def _timing(problem, rng, years):
    count = problem.designs.count
    return Timing(
        rng.choice([0, years, 2 * years], count).astype(np.int32),
        rng.choice([0, 0, 0, 2], count).astype(np.int32),
        rng.choice([0.0, 0.1, 0.333], count),
        rng.choice([0.0, 0.2, 0.777], count),
    )


def _ground(problem, rng, years):
    count = problem.sites.count
    until = rng.choice([EVER, EVER, EVER, FIRST_YEAR + 2 * years - 1], count)
    return Ground(
        rng.choice([0, 0, 0, FIRST_YEAR + years], count).astype(np.int32),
        until.astype(np.int32),
        rng.choice([0, 7001, 40_000], count).astype(np.int64),
        rng.choice([0, 10_003], count).astype(np.int64),
        rng.choice([0, 0, 0, 2], count).astype(np.int32),
        rng.choice([0, 50, 300], count).astype(np.int64),
    )


def _land(problem, rng, years, count):
    number = 2
    begin = FIRST_YEAR + years * rng.integers(0, count, number)
    end = np.where(rng.random(number) < 0.5, EVER, begin + years)
    return LandLedgers(
        ("east soil", "all soil"),
        tuple(rng.choice(["enaf_consumption", "net_artificialisation"], number).tolist()),
        tuple(rng.choice(["footprint", "parcel"], number).tolist()),
        tuple(rng.choice(["counts", "while_standing", "free"], number).tolist()),
        ("made up",) * number,
        np.array([[True, False], [bool(rng.random() < 0.5), True]]),
        rng.choice([0, 150, 600], number).astype(np.int64),
        begin.astype(np.int32),
        end.astype(np.int32),
    )


def _renaturation(rng, years):
    return Renaturation(
        ("brook", "yard"),
        ("made up",) * 2,
        ints(0, 1),
        whole(*rng.choice([100, 1000], 2)),
        whole(*rng.choice([20, 150], 2)),
        ints(*rng.choice([1, years + 1], 2)),
        ints(*rng.choice([0, FIRST_YEAR + 1], 2)),
    )


def _purses(rng, count):
    return Purses(
        ("east purse", "west purse"),
        ("made up",) * 2,
        np.array([[True, bool(rng.random() < 0.3)], [False, True]]),
        whole(*rng.choice([400_000, 1_500_000, 9_000_000], 2)),
        rng.choice([0, 50_001], (2, count)).astype(np.int64),
        whole(*rng.choice([0, 200_000], 2)),
        whole(*rng.choice([0, 100_000], 2)),
        rng.choice([0.0, 0.013, 0.05], 2),
        ints(*rng.choice([0, 1, 2], 2)),
        rng.random(2) < 0.3,
        rng.random(2) < 0.5,
        whole(*rng.choice([-1, 0, 5000], 2)),
    )


def _uses(problem, rng):
    zones = len(problem.zoning.zone)
    return Uses(
        ("production", "logistics", "health"),
        ("made up",) * 3,
        ints(-1, -1, int(rng.choice([-1, 0]))),
        whole(0 if rng.random() < 0.8 else 2000, rng.choice([0, 100]), rng.choice([0, 50])),
        ints(0, FIRST_YEAR + 1, 0),
        np.ones((3, zones), dtype=bool),
        np.array([0.0, 0.0, 1.5]),
        np.array([True, True, bool(rng.random() < 0.5)]),
    )


def _firms(problem, rng):
    count = 2
    site = rng.integers(0, problem.sites.count, count)
    return Firms(
        ("mill", "forge"),
        ("Mill", "Forge"),
        site.astype(np.int32),
        np.minimum(problem.sites.parcel_m2[site] // 3, 200).astype(np.int64),
        np.array([5.0, 8.0]),
        rng.random(count) < 0.5,
        whole(4000, 9000),
        whole(2000, 30_000),
        ("hall",),
        whole(150),
        np.array([[300.0], [rng.choice([300.0, 3000.0])]]),
        1000.0,
        float(rng.choice([-1, 6, 13])),
        float(rng.choice([0.0, 500.0])),
    )


def _pavilions(problem, rng):
    count = int(rng.integers(0, 3))
    return Pavilions(
        tuple(f"p{rank}" for rank in range(count)),
        np.zeros(count, dtype=np.int32),
        rng.integers(0, 3, count).astype(np.int32),
        rng.choice([0, 3000], count).astype(np.int64),
        rng.choice([0.0, 200.0], count),
    )


def _cooperation(problem, rng):
    return Cooperation(
        ("east", "west"),
        np.eye(2, dtype=bool),
        bool(rng.random() < 0.7),
        bool(rng.random() < 0.7),
        (np.arange(problem.demand.count) % 2).astype(np.int32),
    )
