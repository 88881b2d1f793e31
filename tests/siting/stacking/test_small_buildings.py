"""Two hundred random buildings: the whole model finds what brute force finds."""

from __future__ import annotations

from functools import cache

import pytest

from tests.siting.stacking import brute
from tests.siting.stacking.brute_worth import best
from tests.siting.stacking.small import small_building
from tests.siting.village import BASELINE_EUR, optimum

BATCHES, BATCH = 10, 20
WITH_HUB_EUR = 31.0  # vans 100 EUR, less 70 EUR that the hub saves, and 1 EUR to run it

BINDS = {
    brute.units_hold_their_parts: 10,
    brute.hybrids_are_one_or_the_other: 94,
    brute.the_lift_has_time: 10,
    brute.neighbours_in_the_house_agree: 3,
    brute.homes_stay_quiet: 14,
    brute.workers_can_come: 13,
    brute.docks_have_time: 39,
    brute.enough_is_let: 12,
    brute.mix_holds: 0,
    brute.start_ups_have_support: 56,
}
"""A building of which each rule changes the best plan."""


@cache
def building(seed):
    """Return a problem and its answer by hand."""
    problem, option = small_building(seed)
    return problem, option, best(problem, option)


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
    problem, option, by_hand = building(BINDS[rule])
    assert best(problem, option, without=rule) != by_hand


def test_a_building_is_named_for_every_rule():
    assert set(BINDS) == {*brute.ALWAYS, *brute.AT_THE_END}
    assert max(BINDS.values()) < BATCHES * BATCH
