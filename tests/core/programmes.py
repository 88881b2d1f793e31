"""A problem with every rule of time, and programmes that need not keep them."""

from __future__ import annotations

import numpy as np

from optimizer.core.horizon import Firms, Pavilions, Renaturation, Uses
from optimizer.core.programme import Programme
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
