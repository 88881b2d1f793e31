"""Towns with every rule of hotels drawn at random: model, packing and checker agree."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Budget, Cancel, Limits, silent
from optimizer.siting.baseline import baseline_plan
from optimizer.siting.criteria import criteria_of, objective_of
from optimizer.siting.data import build_data
from optimizer.siting.mip import solve_whole, whole_columns
from optimizer.siting.stacking.houses import build_houses, selected
from optimizer.siting.stacking.housing import (
    Effort,
    pack_houses,
    placements_of,
)
from optimizer.siting.stacking.interiors import interiors_of
from optimizer.siting.stacking.places import Inside
from optimizer.verify import check_plan, recompute
from tests.builders import grid_problem
from tests.hotels import busy_hotels, with_hotels
from tests.siting.village import stated

EXACT = Effort(None, 20_000, 1e-7, 0, Cancel())
SEEDS = (3, 4, 14, 22)


def town(seed):
    """Return a town in which hotels pay."""
    problem = grid_problem(
        columns=5, rows=5, sites=8, points=6, firms=12, seed=seed, land_m2=3000, purse_eur=9_000_000
    )
    cheap = problem.designs
    cheap = cheap.replace(
        let_share_min=cheap.let_share_min * 0.2,
        build_eur=cheap.build_eur // 6,
        running_eur_year=cheap.running_eur_year / 4,
    )
    dear = problem.prices.replace(job_eur_year=6000.0)
    return problem.replace(designs=cheap, prices=dear)


def solved(problem):
    data = build_data(problem)
    answer = solve_whole(problem, data, Budget(Limits(time_s=60, gap=0)), silent)
    return data, answer


@pytest.mark.parametrize("seed", SEEDS)
def test_the_checker_agrees_with_the_best_plan_of_a_busy_town(seed):
    problem = busy_hotels(town(seed), seed)
    data, answer = solved(problem)
    value = objective_of(data, answer.plan)
    assert check_plan(problem, answer.plan) == ()
    assert value - answer.bound <= 1e-6 * max(abs(value), data.constant_eur)
    mine, other = criteria_of(problem, data, answer.plan), recompute(problem, answer.plan)
    for name, amount in mine.terms.items():
        assert other.terms[name] == pytest.approx(amount, abs=1e-6), name
    assert mine.jobs_by_skill == pytest.approx(other.jobs_by_skill)
    assert mine.sector_m2 == pytest.approx(other.sector_m2)
    assert mine.exchanged == pytest.approx(other.exchanged)
    assert mine.noise_share_max == pytest.approx(other.noise_share_max)
    assert whole_columns(problem, data) > data.option_count
    _packs_alike(problem, data, answer.plan)


def _packs_alike(problem, data, plan):
    """Check that the packing of the hotels that are open is worth as much as in the best plan."""
    houses = build_houses(problem, data)
    ranks = np.flatnonzero(plan.open_option[houses.option])
    some = selected(houses, ranks)
    hubs = np.flatnonzero(plan.open_option & (data.inside_m2 > 0))
    inside = [
        Inside(
            int(np.flatnonzero(some.site == data.site[hub])[0]),
            int(data.inside_m2[hub]),
            int(problem.hotels.equipment.inside_docks[data.design[hub]]),
        )
        for hub in hubs
    ]
    found = pack_houses(problem, data, some, EXACT, inside=inside, whole=True, exchange=True)
    option, level, annex = placements_of(problem, some, found.place)
    again = plan.replace(
        tenant_option=option,
        tenant_level=level,
        interiors=interiors_of(problem, data, plan.open_option, option, level, annex),
    )
    best = objective_of(data, plan)
    assert objective_of(data, again) == pytest.approx(best, abs=1e-6 * max(abs(best), 1.0))
    assert found.value <= found.upper + 1e-6


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_block_without_rules_changes_nothing(seed):
    problem = town(seed)
    (_, plain), (_, blocked) = solved(problem), solved(with_hotels(problem))
    assert blocked.bound == pytest.approx(plain.bound, abs=1.0)


def test_existing_hotels_of_the_baseline_keep_the_rules_and_owe_no_targets():
    problem = busy_hotels(town(16), 16)
    hotel = np.flatnonzero(problem.designs.kind[problem.options.design] == 1)
    problem = stated(problem, 2, *hotel[:1].tolist())
    mix = problem.hotels.mix.replace(area_min_m2=np.array([100_000]))
    problem = problem.replace(hotels=problem.hotels.replace(mix=mix))
    data = build_data(problem)
    plan = baseline_plan(problem, data)
    assert check_plan(problem, plan, baseline=True) == ()
    assert (plan.tenant_option >= 0).any()
    assert any(broken.family == "mix" for broken in check_plan(problem, plan))
