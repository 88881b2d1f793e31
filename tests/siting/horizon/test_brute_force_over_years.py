"""The exact model against a search over every set of openings and every decision beside them.

The search asks the checker alone what holds and what it costs; flows are the best for the openings.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from optimizer.core.plan import Plan
from optimizer.core.programme import resting
from optimizer.programmes import build_datas
from optimizer.siting.flows import best_flows, plan_of
from optimizer.siting.horizon.accounts import accounts_of, period_problems
from optimizer.siting.horizon.programme import capacity_share, with_moves
from optimizer.verify.horizon import check_programme, recompute_programme
from optimizer.verify.paths import Paths
from tests.horizon import ints, land_ledger, periods, purse, whole, with_horizon
from tests.siting.horizon.cases import brook, ground, health, mill, optimum, stock, timing
from tests.siting.village import HUB, designed, sited, village


def search(problem):
    """Return the least objective over all programmes of a problem without tenants, or None."""
    datas, parts, paths = build_datas(problem), period_problems(problem), Paths(problem.streets)
    best = None
    for opened in itertools.product(
        itertools.product([False, True], repeat=problem.options.count), repeat=len(parts)
    ):
        still = _still(problem, np.array(opened))
        for trial in _beside(problem, still):
            if _broken(problem, trial, paths):
                continue
            full = trial.replace(plans=_plans(problem, parts, datas, trial))
            if check_programme(problem, full, paths=paths):
                continue
            value = recompute_programme(problem, full, paths=paths).criteria.objective
            best = value if best is None else min(best, value)
    return best


def _still(problem, opened):
    none, nobody = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)
    plans = tuple(
        Plan(
            row, none, none.copy(), np.zeros(0), none.copy(), none.copy(), np.zeros(0),
            np.ones(problem.demand.count), np.zeros(problem.demand.count), nobody, nobody.copy(),
        )
        for row in opened
    )  # fmt: skip
    return resting(problem, plans)


def _broken(problem, trial, paths):
    """Return whether a rule is broken that flows do not change."""
    return bool(check_programme(problem, trial, paths=paths))


def _plans(problem, parts, datas, trial):
    share = capacity_share(problem, accounts_of(problem), trial.pavilion_option)
    nobody = np.zeros(0, dtype=np.int32)
    found = []
    for t, (part, data) in enumerate(zip(parts, datas, strict=True)):
        less = with_moves(data, share[t])
        opened = trial.plans[t].open_option
        found.append(plan_of(less, opened, best_flows(part, less, opened), nobody, nobody))
    return tuple(found)


def _beside(problem, still):
    """Yield the programme with every choice of uses, firms, renaturation and pavilions."""
    horizon = problem.horizon
    count, sites = horizon.periods.count, problem.sites.count
    uses = [[count, *range(count)] if horizon.uses.count else [count]] * sites
    leaving = [(-1, -1), *itertools.product(range(count), [-1, 0])]
    leaves = leaving if horizon.firms.count else [(-1, -1)]
    restored = [area for area in itertools.product([0, 50, 100], repeat=count) if sum(area) <= 100]
    areas = restored if horizon.renaturation.count else [(0,) * count]
    for begins, (left, hall), area in itertools.product(itertools.product(*uses), leaves, areas):
        use = np.full((count, sites), -1, dtype=np.int8)
        for site, begin in enumerate(begins):
            use[begin:, site] = 0
        changed = {"use": use}
        if horizon.firms.count:
            changed |= {"firm_leaves": ints(left), "firm_premises": ints(hall)}
        if horizon.renaturation.count:
            changed["renaturation_m2"] = np.array([area], dtype=np.int64)
        for where in _stands(problem, still):
            yield still.replace(**changed, pavilion_option=where)


def _stands(problem, still):
    pavilions = problem.horizon.pavilions.count
    if pavilions == 0:
        yield still.pavilion_option
        return
    per_period = []
    for plan in still.plans:
        standing = np.flatnonzero(plan.open_option).tolist()
        slots = standing + [-1] * (pavilions - len(standing))
        per_period.append(sorted(set(itertools.permutations(slots, pavilions))))
    for choice in itertools.product(*per_period):
        yield np.array(choice, dtype=np.int32).T.copy()


def little_town(seed):
    """Return two sites, up to three periods and a few rules at their edge."""
    rng = np.random.default_rng(seed)
    family = seed % 4
    count = 3 if family == 2 and rng.random() < 0.5 else 2
    base = village(designs=(HUB,), sites=(0, 1))
    base = designed(base, dismantlable=[bool(rng.random() < 0.5), False, False, False])
    base = base.replace(
        designs=base.designs.replace(
            tenure=(str(rng.choice(["buy", "lease", "long_lease"])), *("lease",) * 3)
        ),
        prices=base.prices.replace(discount_rate=float(rng.choice([0.0, 0.03]))),
    )
    base = sited(
        base,
        price_eur_m2=rng.integers(0, 3, 2),
        long_lease_eur_m2=rng.integers(0, 2, 2),
        land_status=np.array([1, 1], np.int8),
        area_m2=np.array([400, 300]),
    )
    problem = with_horizon(
        base,
        periods=periods(count, 5, demand_factor=rng.choice([0.4, 1.0, 1.5], count)),
        timing=timing(
            minimum_stay_years=ints(int(rng.choice([0, 6])), 0, 0, 0),
            closing_share=np.array([rng.choice([0.0, 0.5]), 0, 0, 0]),
            resale_share=np.array([rng.choice([0.0, 0.5]), 0, 0, 0]),
        ),
        ground=ground(
            free_from_year=ints(0, int(rng.choice([0, 2031]))),
            free_until_year=ints(int(rng.choice([2030, 9999])), 9999),
            clean_up_eur=whole(int(rng.choice([0, 30])), 0),
            clean_up_deviation_eur=whole(4, 8),
        ),
    )
    parts = {}
    if family == 0:
        parts["uses"] = health(
            area_min_m2=whole(300), artificialises=np.array([bool(rng.random() < 0.5)])
        )
    if family == 1:
        parts["firms"] = mill(may_stay=np.array([bool(rng.random() < 0.5)]), area_m2=whole(250))
    if family == 2:
        parts["pavilions"] = stock(
            moves_max=ints(int(rng.integers(0, 3))), move_days=np.array([rng.choice([0.0, 400.0])])
        )
    if family == 3:
        parts["renaturation"] = brook(area_m2=whole(100), years=ints(int(rng.choice([1, 6]))))
    parts["land"] = land_ledger(
        problem,
        int(rng.choice([0, 50, 100, 400])),
        metric=("net_artificialisation" if family == 3 else "enaf_consumption",),
        basis=(str(rng.choice(["footprint", "parcel"])),),
        temporary=(str(rng.choice(["counts", "while_standing", "free"])),),
        first_year=ints(int(rng.choice([0, 2031, 2036]))),
    )
    parts["purses"] = purse(
        problem,
        int(rng.choice([40, 120, 500])),
        count,
        grant_eur=rng.choice([0, 35], (1, count)).astype(np.int64),
        borrow_max_eur=whole(int(rng.choice([0, 60]))),
        debt_end_max_eur=whole(int(rng.choice([0, 60]))),
        interest_rate=np.array([rng.choice([0.0, 0.017])]),
        gamma=ints(int(rng.choice([0, 1]))),
        pays_running=np.array([bool(rng.random() < 0.3)]),
    )
    return problem.replace(horizon=problem.horizon.replace(**parts))


@pytest.mark.parametrize("seed", range(16))
def test_the_optimum_is_that_of_the_search_over_everything(seed):
    problem = little_town(seed)
    found, _ = optimum(problem)
    searched = search(problem)
    if searched is None:
        assert found is None
    else:
        assert found == pytest.approx(searched, rel=1e-6)
