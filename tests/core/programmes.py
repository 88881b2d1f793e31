"""A problem with every rule of time, and programmes that need not keep them."""

from __future__ import annotations

import numpy as np

from optimizer.core.horizon import Firms, Pavilions, Renaturation, Uses
from optimizer.core.programme import CASH_LINES, ONE_OFF_TERMS, Course, Programme
from optimizer.core.timeline import period_weights
from tests.horizon import ints, land_ledger, purse, whole, with_horizon


def rich_problem(problem, count=2, **parts):
    """Return `tests.verify.town` over `count` periods with a bit of every rule."""
    return with_horizon(
        problem,
        count,
        land=land_ledger(problem, 1000, metric=("net_artificialisation",)),
        renaturation=Renaturation(
            ("quay",), ("by hand",), ints(0), whole(500), whole(20), ints(2), ints(0)
        ),
        purses=purse(problem, 9_000_000, count, gamma=ints(1)),
        uses=Uses(
            ("nature", "health"),
            ("by hand", "by hand"),
            ints(-1, 0),
            whole(0, 0),
            ints(0, 0),
            np.ones((2, len(problem.zoning.zone)), dtype=bool),
            np.array([1.5, 4.0]),
            np.array([False, True]),
        ),
        firms=Firms(
            ("smith", "wheel", "dairy"),
            ("Smith & Co", "Wheelwright", "Dairy"),
            ints(0, 1, 4),
            whole(200, 100, 50),
            np.array([4.0, 2.5, 1.0]),
            np.array([False, False, True]),
            whole(8000, 3000, 1000),
            whole(90_000, 50_000, 20_000),
            ("shed", "barn"),
            whole(500, 500),
            np.full((3, 2), 400.0),
            1000.0,
            -1.0,
            2000.0,
        ),
        pavilions=Pavilions(
            ("P1", "P2"), ints(1, 1), ints(1, 1), whole(4000, 4000), np.array([30.0, 30.0])
        ),
        **parts,
    )


def some_programme(problem, plans, seed=0):
    """Return decisions for `problem` with these plans: by hand for seed 0, else at random."""
    horizon, sites = problem.horizon, problem.sites.count
    count, rng = horizon.periods.count, np.random.default_rng(seed)
    projects, purses = horizon.renaturation.count, horizon.purses.count
    uses, firms, pavilions = horizon.uses.count, horizon.firms.count, horizon.pavilions.count
    options = np.flatnonzero(np.isin(problem.options.design, horizon.pavilions.design))
    if seed == 0 and firms:
        renatured, transfer = np.array([[0, 300]], dtype=np.int64), whole(-40)
        money, leaves, premises = whole(5000, 0)[None], ints(0, 1, -1), ints(0, -1, -1)
        use = np.full((count, sites), -1, dtype=np.int8)
        use[1, 4] = 0
        stands = np.array([[2, 8], [-1, -1]], dtype=np.int32)
        return Programme(plans, renatured, transfer, money, use, leaves, premises, stands)
    choices = np.append(options, -1).astype(np.int32)
    leaves = rng.integers(-1, count, firms).astype(np.int32)
    premises = rng.integers(-1, max(len(horizon.firms.premises), 1), firms).astype(np.int32)
    return Programme(
        plans=plans,
        renaturation_m2=rng.integers(0, 3, (projects, count)) * 70,
        land_transfer_m2=rng.integers(-9, 9, horizon.land.count),
        purse_transfer_eur=rng.integers(-1, 2, (purses, count)) * 10**15,
        use=rng.integers(-1, uses, (count, sites)).astype(np.int8),
        firm_leaves=leaves,
        firm_premises=np.where(leaves >= 0, premises, -1).astype(np.int32),
        pavilion_option=rng.choice(choices, (pavilions, count)),
    )


def some_course(problem, criteria):
    """Return a course with these criteria of the periods; ledgers tell numbers easy to recognise.

    Cash line k of purse b in period t is 1000 k + 100 b + t, and so on.
    """
    horizon = problem.horizon
    count, ledgers, purses = horizon.periods.count, horizon.land.count, horizon.purses.count
    table = 100 * np.arange(purses)[:, None] + np.arange(count)
    land = 100 * np.arange(ledgers)[:, None] + np.arange(count)
    return Course(
        criteria=blended(criteria, period_weights(problem)),
        periods=tuple(criteria),
        land_used_m2=land + 1000,
        land_restored_m2=land + 2000,
        land_left_m2=land + 3000,
        cash={line: table + 1000 * k for k, line in enumerate(CASH_LINES)},
        debt_eur=table + 20_000,
        balance_eur=table + 30_000,
        reserve_eur=table + 40_000,
        npv_eur=np.full(purses, -1234.5),
        residual_eur=np.full(purses, 567.0),
        jobs_lost=2.5,
        use_m2=100 * np.arange(horizon.uses.count)[:, None] + np.arange(count),
        subsidy_eur_year=table + 0.5,
    )


def blended(criteria, weights, one_offs=(5.0, 0.0, 40.0, 30.0, 20.0, 0.0, 0.0, 10.0)):
    """Return criteria over the horizon: weighted means, and one-off terms that anybody states."""
    first = criteria[0]

    def mean(values):
        return float(np.dot(weights, values))

    def means(name):
        return {
            key: mean([getattr(one, name)[key] for one in criteria]) for key in getattr(first, name)
        }

    terms = {**means("terms"), **dict(zip(ONE_OFF_TERMS, one_offs, strict=True))}
    return first.replace(
        objective=sum(terms.values()),
        terms=terms,
        cost_eur_per_year=mean([one.cost_eur_per_year for one in criteria]),
        co2e_kg_per_year=mean([one.co2e_kg_per_year for one in criteria]),
        vehicle_km_per_day=means("vehicle_km_per_day"),
        share_by_channel=means("share_by_channel"),
    )
