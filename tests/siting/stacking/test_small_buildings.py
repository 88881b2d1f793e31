"""Two hundred random buildings: the whole model finds what brute force finds."""

from __future__ import annotations

from functools import cache

import pytest

from tests.siting.stacking import brute
from tests.siting.stacking.small import small_building
from tests.siting.village import BASELINE_EUR, optimum

BATCHES, BATCH = 10, 20
WITH_HUB_EUR = 31.0  # vans 100 EUR, less 70 EUR that the hub saves, and 1 EUR to run it


@cache
def building(seed):
    """Return a problem and its answer by hand."""
    problem, option = small_building(seed)
    return problem, option, brute.best(problem, option)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_model_packs_a_building_as_well_as_brute_force_does(batch):
    told = []
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        problem, _, by_hand = building(seed)
        deliveries = WITH_HUB_EUR if problem.options.count > 1 else BASELINE_EUR
        found, _ = optimum(problem)
        expected = None if by_hand is None else pytest.approx(deliveries + by_hand, abs=1e-5)
        if found != expected:
            told.append(f"building {seed}: {found} instead of {expected}")
    assert told == []


@pytest.mark.parametrize("rule", [*brute.ALWAYS, *brute.AT_THE_END], ids=lambda rule: rule.__name__)
def test_each_rule_changes_the_best_plan_of_some_of_these_buildings(rule):
    assert any(
        brute.best(problem, option, without=rule) != by_hand
        for problem, option, by_hand in map(building, range(BATCHES * BATCH))
    )
