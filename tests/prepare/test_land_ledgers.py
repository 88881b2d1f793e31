"""Budgets, guarantees and pooling over any number of jurisdictions."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.prepare.horizon import build_periods
from optimizer.prepare.land_ledgers import build_land_ledgers
from optimizer.scenario.horizon import HorizonBlock, PeriodBlock
from optimizer.scenario.rules import ENAF, LandBudget, PastConsumption, RulesBlock

PERIODS = build_periods(HorizonBlock(periods=(PeriodBlock(name="all", first_year=2026, years=25),)))
AREAS = st.integers(0, 10**7)


def ledgers_of(names, **fields):
    rules = RulesBlock(land=(LandBudget(name="soil", **fields),))
    return build_land_ledgers(rules, names, PERIODS)[0]


@settings(deadline=None)
@given(count=st.integers(1, 6), budget=AREAS, guarantee=AREAS)
def test_nobody_has_less_than_the_guarantee_and_pooling_loses_none_of_the_budget(
    count, budget, guarantee
):
    names = tuple(f"town {rank}" for rank in range(count))
    alone = ledgers_of(names, budget_m2=budget, guarantee_m2=guarantee)
    assert (alone.budget_m2 >= guarantee).all()
    assert (alone.covers == np.eye(count, dtype=bool)).all()
    assert alone.budget_m2.sum() > budget - count
    pooled = ledgers_of(names, budget_m2=budget, guarantee_m2=guarantee, pooled=True)
    assert pooled.budget_m2.tolist() == [max(budget, count * guarantee)]
    assert pooled.covers.all()
    assert pooled.budget_m2[0] <= alone.budget_m2.sum() + count - 1


@settings(deadline=None)
@given(consumed=AREAS, percent=st.integers(0, 200))
def test_a_share_of_the_past_is_rounded_down_exactly(consumed, percent):
    past = PastConsumption(consumed_m2=consumed, share=percent / 100)
    assert ledgers_of(("town",), past=past).budget_m2.tolist() == [consumed * percent // 100]


def test_only_the_jurisdictions_that_a_budget_names_have_a_part_in_it():
    names = ("north", "south", "east")
    found = ledgers_of(names, budget_m2=900, guarantee_m2=100, jurisdictions=("east", "north"))
    assert found.name == ("soil, north", "soil, east")
    assert found.budget_m2.tolist() == [450, 450]
    assert found.covers.tolist() == [[True, False, False], [False, False, True]]
    (single,) = ledgers_of(names, budget_m2=9, guarantee_m2=1, jurisdictions=("east",)).name
    assert single == "soil"


def test_a_budget_without_metric_is_one_of_consumption():
    assert ledgers_of(("town",), budget_m2=1).metric == ("enaf_consumption",)
    assert ledgers_of(("town",), budget_m2=1, metric=ENAF).metric == ("enaf_consumption",)
    net = ledgers_of(("town",), budget_m2=1, metric="net_artificialisation")
    assert net.metric == ("net_artificialisation",)
