"""Random programmes of grid towns, and horizons whose every limit they touch exactly."""

from __future__ import annotations

import numpy as np

from optimizer.core.horizon import (
    EVER,
    Firms,
    LandLedgers,
    Pavilions,
    Renaturation,
    Uses,
)
from optimizer.core.programme import resting
from optimizer.core.timeline import period_problem
from optimizer.verify import recompute_programme
from tests.builders import grid_problem
from tests.horizon import ints, periods, purse, whole, with_horizon
from tests.verify.makers import feasible_plan
from tests.verify.town import floats

HUB_S = 0
"""The dismantlable design of which pavilions are made in some of the towns."""


def random_years(seed):
    """Return a problem over one to four periods without limits, and a programme of it."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 5))
    town = grid_problem(columns=6, rows=6, points=14, sites=10, firms=0, seed=seed)
    years = rng.integers(1, 7, count).astype(np.int32)
    spans = periods(
        count,
        years=years,
        first_year=(2026 + np.concatenate([[0], np.cumsum(years[:-1])])).astype(np.int32),
        demand_factor=rng.uniform(0.8, 1.2, count),
        land_price_factor=rng.uniform(0.8, 1.5, count),
        build_price_factor=rng.uniform(0.8, 1.5, count),
        operating_price_factor=rng.uniform(0.8, 1.5, count),
    )
    tenure = tuple(rng.choice(["buy", "lease", "long_lease"], town.designs.count).tolist())
    town = town.replace(designs=town.designs.replace(tenure=tenure))
    loose = with_horizon(town, count, periods=spans)
    plans = tuple(
        feasible_plan(period_problem(loose, t), int(rng.integers(3)), int(rng.integers(1, 4)))
        for t in range(count)
    )
    soil = rng.choice([0, 1], town.sites.count).astype(np.int8)
    loose = loose.replace(sites=loose.sites.replace(land_status=soil))
    loose = _with_prices(loose, rng)
    return _decided(loose, plans, rng)


def _with_prices(problem, rng):
    designs, sites = problem.designs.count, problem.sites.count
    horizon = problem.horizon
    return problem.replace(
        horizon=horizon.replace(
            timing=horizon.timing.replace(
                closing_share=rng.uniform(0, 0.3, designs), resale_share=rng.uniform(0, 1, designs)
            ),
            ground=horizon.ground.replace(
                clean_up_eur=rng.integers(0, 50_000, sites),
                clean_up_deviation_eur=rng.integers(0, 9_000, sites),
                price_deviation_eur_m2=rng.integers(0, 90, sites),
            ),
        )
    )


def standing(programme, problem):
    """Return footprints of the options that stand on each site, shape (t, s)."""
    site, design = problem.options.site, problem.options.design
    taken = np.zeros((len(programme.plans), problem.sites.count), dtype=np.int64)
    for t, plan in enumerate(programme.plans):
        np.add.at(taken[t], site, problem.designs.footprint_m2[design] * plan.open_option)
    return taken


def _decided(problem, plans, rng):
    """Return the problem with firms, uses, projects and pavilions, and what becomes of them."""
    count, horizon = len(plans), problem.horizon
    programme = resting(problem, plans)
    taken = standing(programme, problem)
    empty = np.flatnonzero(taken.sum(axis=0) == 0)
    used = np.flatnonzero(taken.sum(axis=0) > 0)
    use = programme.use.copy()
    for j in empty[: len(empty) // 2]:
        use[int(rng.integers(count)) :, j] = 0
    uses = Uses(
        name=("health", "logistics"),
        source=("made up",) * 2,
        jurisdiction=ints(-1, 0),
        area_min_m2=whole(0, 0),
        first_year=ints(0, 0),
        permits=np.ones((2, 2), dtype=bool),
        eur_m2_year=floats(float(rng.uniform(0, 3)), 0),
        artificialises=np.array([bool(rng.integers(2)), False]),
    )
    firms = Firms(
        id=tuple(f"f{j}" for j in used),
        name=tuple(f"Firm {j}" for j in used),
        site=used.astype(np.int32),
        area_m2=np.ones(len(used), dtype=np.int64),
        jobs=rng.integers(1, 9, len(used)).astype(float),
        may_stay=np.zeros(len(used), dtype=bool),
        move_eur=rng.integers(0, 5_000, len(used)),
        lost_eur=rng.integers(0, 5_000, len(used)),
        premises=("shed",),
        premises_area_m2=whole(len(used)),
        move_m=rng.uniform(10, 900, (len(used), 1)).round(0),
        move_max_m=900.0,
        jobs_lost_max=-1.0,
        job_lost_eur_year=float(rng.integers(0, 2_000)),
    )
    projects = Renaturation(
        id=("quarry", "yard"),
        source=("made up",) * 2,
        jurisdiction=ints(0, 1),
        area_m2=whole(10**6, 10**6),
        eur_m2=rng.integers(0, 90, 2),
        years=rng.integers(0, 6, 2).astype(np.int32),
        first_year=ints(0, 0),
    )
    problem = problem.replace(
        horizon=horizon.replace(uses=uses, firms=firms, renaturation=projects)
    )
    first = (taken[:, used] > 0).argmax(axis=0).astype(np.int32)
    programme = resting(problem, plans).replace(
        use=use,
        firm_leaves=first,
        firm_premises=rng.integers(-1, 1, len(used)).astype(np.int32),
        renaturation_m2=rng.integers(0, 300, (2, count)),
    )
    if rng.integers(2) and any(_hubs(problem, plan) for plan in plans):
        return _with_pavilions(problem, programme)
    return problem, programme


def _hubs(problem, plan):
    mine = (problem.options.design == HUB_S) & plan.open_option
    return np.flatnonzero(mine).tolist()


def _with_pavilions(problem, programme):
    """Return small hubs as pavilions: who stands somewhere already stays there."""
    count = len(programme.plans)
    number = max(len(_hubs(problem, plan)) for plan in programme.plans)
    stands = np.full((number, count), -1, dtype=np.int32)
    for t, plan in enumerate(programme.plans):
        wanted = _hubs(problem, plan)
        kept = [v for v in range(number) if t and stands[v, t - 1] in wanted]
        for v in kept:
            stands[v, t] = stands[v, t - 1]
            wanted.remove(int(stands[v, t]))
        free = [v for v in range(number) if v not in kept]
        for v, option in zip(free, wanted, strict=False):
            stands[v, t] = option
    pavilions = Pavilions(
        id=tuple(f"p{v}" for v in range(number)),
        design=np.full(number, HUB_S, dtype=np.int32),
        moves_max=np.array([_moves(row) for row in stands], dtype=np.int32),
        move_eur=1_000 * np.arange(1, number + 1),
        move_days=np.zeros(number),
    )
    problem = problem.replace(horizon=problem.horizon.replace(pavilions=pavilions))
    return problem, programme.replace(pavilion_option=stands)


def _moves(row):
    before = [-1, *row[:-1]]
    arrivals = sum(1 for now, was in zip(row, before, strict=True) if now not in (-1, was))
    return max(arrivals - 1, 0)


def tighten(problem, programme, seed=0):
    """Return the problem with limits that the programme just keeps."""
    horizon = problem.horizon
    problem = problem.replace(
        horizon=horizon.replace(
            timing=horizon.timing.replace(minimum_stay_years=_shortest_stays(problem, programme)),
            ground=_free_years(problem, programme),
            renaturation=_projects(problem, programme),
            land=_ledgers(problem, np.random.default_rng(seed)),
            purses=_purses(problem, np.random.default_rng(seed)),
        )
    )
    horizon = problem.horizon
    programme = programme.replace(
        land_transfer_m2=np.zeros(horizon.land.count, dtype=np.int64),
        purse_transfer_eur=np.zeros((2, horizon.periods.count), dtype=np.int64),
    )
    course = recompute_programme(problem, programme)
    needed = course.land_used_m2 - course.land_restored_m2
    owed = course.debt_eur - course.balance_eur + course.reserve_eur
    firms = horizon.firms
    moved = programme.firm_premises >= 0
    tight = horizon.replace(
        land=horizon.land.replace(budget_m2=_most_in_force(horizon, needed)),
        purses=horizon.purses.replace(
            borrow_max_eur=np.maximum(owed.max(axis=1), 0),
            debt_end_max_eur=np.maximum(owed[:, -1], 0),
        ),
        uses=horizon.uses.replace(area_min_m2=course.use_m2.min(axis=1)),
        firms=firms.replace(
            jobs_lost_max=course.jobs_lost,
            move_max_m=float(np.max(firms.move_m[moved, 0], initial=0.0)),
            premises_area_m2=whole(int(moved.sum())),
        ),
    )
    return problem.replace(horizon=tight), programme


def _most_in_force(horizon, needed):
    year, land = horizon.periods.first_year, horizon.land
    inside = (land.first_year[:, None] <= year) & (year <= land.last_year[:, None])
    return np.where(inside, needed, -(10**9)).max(axis=1)


def _shortest_stays(problem, programme):
    """Return for each design the shortest stay that ends within the horizon; 0 if none does."""
    year = problem.horizon.periods.first_year
    found = np.full(problem.designs.count, EVER, dtype=np.int32)
    opened = np.array([plan.open_option for plan in programme.plans])
    for option, design in enumerate(problem.options.design.tolist()):
        start = None
        for t, stands in enumerate(opened[:, option]):
            if stands and start is None:
                start = t
            elif not stands and start is not None:
                found[design] = min(found[design], year[t] - year[start])
                start = None
    return np.where(found == EVER, 0, found).astype(np.int32)


def _free_years(problem, programme):
    """Return sites that are free exactly while something new stands there or uses them."""
    spans, site = problem.horizon.periods, problem.options.site
    busy = programme.use >= 0
    for t, plan in enumerate(programme.plans):
        busy[t, site[plan.open_option]] = True
    last = spans.first_year + spans.years - 1
    start, end = np.full(problem.sites.count, 0), np.full(problem.sites.count, EVER)
    for j in np.flatnonzero(busy.any(axis=0)):
        now = np.flatnonzero(busy[:, j])
        start[j], end[j] = spans.first_year[now[0]], last[now[-1]]
    ground = problem.horizon.ground
    return ground.replace(
        free_from_year=start.astype(np.int32), free_until_year=end.astype(np.int32)
    )


def _projects(problem, programme):
    restored, year = programme.renaturation_m2, problem.horizon.periods.first_year
    started = restored > 0
    first = np.where(started.any(axis=1), year[started.argmax(axis=1)], EVER)
    return problem.horizon.renaturation.replace(
        area_m2=restored.sum(axis=1), first_year=first.astype(np.int32)
    )


def _ledgers(problem, rng):
    first = problem.horizon.periods.first_year
    kinds = [
        (metric, basis, temporary)
        for metric in ("enaf_consumption", "net_artificialisation")
        for basis in ("footprint", "parcel")
        for temporary in ("counts", "while_standing", "free")
    ]
    chosen = [kinds[k] for k in rng.choice(len(kinds), 4, replace=False)]
    metric, basis, temporary = zip(*chosen, strict=True)
    covers = rng.integers(0, 2, (4, 2)).astype(bool)
    covers[~covers.any(axis=1)] = True
    return LandLedgers(
        name=("a", "b", "c", "d"),
        metric=metric,
        basis=basis,
        temporary=temporary,
        source=("made up",) * 4,
        covers=covers,
        budget_m2=whole(0, 0, 0, 0),
        first_year=rng.choice(first, 4).astype(np.int32),
        last_year=np.full(4, EVER, dtype=np.int32),
    )


def _purses(problem, rng):
    count = problem.horizon.periods.count
    return purse(problem, 0, count).replace(
        name=("one", "two"),
        source=("made up",) * 2,
        covers=np.array([[True, True], [False, True]]),
        opening_eur=whole(0, 0),
        grant_eur=rng.integers(0, 20_000, (2, count)),
        borrow_max_eur=whole(0, 0),
        debt_end_max_eur=whole(0, 0),
        interest_rate=rng.uniform(0, 0.08, 2).round(3),
        gamma=rng.integers(0, 4, 2).astype(np.int32),
        pays_running=np.array([True, False]),
        gets_rents=np.array([False, True]),
        subsidy_max_eur_year=whole(-1, -1),
    )
