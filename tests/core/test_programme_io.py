"""Programmes go to JSON by ids and names of periods, and strictly back."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.documents import distinct
from optimizer.core.plan_io import plan_document
from optimizer.core.programme import resting
from optimizer.core.programme_io import programme_from_dict, programme_to_dict
from optimizer.core.refusal import Refusal
from tests.builders import grid_problem
from tests.core.plans import assert_same_plan
from tests.core.programmes import rich_problem, some_programme
from tests.horizon import with_horizon
from tests.verify.makers import feasible_plan
from tests.verify.town import baseline_plan, good_plan, town

PROBLEM = rich_problem(town())


def programme(seed=0):
    return some_programme(PROBLEM, (good_plan(), baseline_plan()), seed)


def through_json(content):
    return json.loads(json.dumps(content, allow_nan=False))


def faults(change):
    data = through_json(programme_to_dict(PROBLEM, programme()))
    change(data)
    with pytest.raises(Refusal) as refused:
        programme_from_dict(PROBLEM, data, "P")
    return [(fault.code, fault.place.removeprefix("P.")) for fault in refused.value.faults]


def test_decisions_are_told_by_ids_and_names_of_periods():
    told = programme_to_dict(PROBLEM, programme())
    assert [row["period"] for row in told["periods"]] == ["period 1", "period 2"]
    assert told["renaturation"] == [{"project": "quay", "period": "period 2", "area_m2": 300}]
    assert told["land_transfers"] == [{"ledger": "soil", "area_m2": -40}]
    assert told["purse_transfers"] == [{"purse": "purse", "period": "period 1", "eur": 5000}]
    assert told["uses"] == [{"site": "yard", "period": "period 2", "use": "nature"}]
    assert told["firms"] == [
        {"firm": "smith", "period": "period 1", "premises": "shed"},
        {"firm": "wheel", "period": "period 2", "premises": None},
    ]
    assert told["pavilions"][0] == {
        "pavilion": "P1",
        "period": "period 1",
        "site": "meadow",
        "design": "pavilion",
    }


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_every_decision_comes_back_the_same(seed):
    before = programme(seed)
    after = programme_from_dict(PROBLEM, through_json(programme_to_dict(PROBLEM, before)), "P")
    for name, value in vars(before).items():
        if name != "plans":
            assert np.array_equal(getattr(after, name), value), name
            assert getattr(after, name).dtype == value.dtype, name
    for old, new in zip(before.plans, after.plans, strict=True):
        assert_same_plan(new, old)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 500), st.integers(1, 4))
def test_plans_of_every_period_keep_every_bit(seed, count):
    problem = with_horizon(grid_problem(points=40, sites=20, seed=seed), count)
    plans = tuple(feasible_plan(problem, seed + t) for t in range(count))
    told = programme_to_dict(problem, some_programme(problem, plans, seed))
    back = programme_from_dict(problem, through_json(told), "P")
    assert programme_to_dict(problem, back) == told


def test_what_the_problem_does_not_have_is_named():
    assert faults(lambda data: data["uses"][0].update(site="moon")) == [("F906", "uses[0]")]
    assert faults(lambda data: data["uses"][0].update(use="zoo")) == [("F906", "uses[0]")]
    assert faults(lambda data: data["firms"][1].update(period="never")) == [("F906", "firms[1]")]
    assert faults(lambda data: data["firms"][0].update(premises="x")) == [("F906", "firms[0]")]
    assert faults(lambda data: data["pavilions"][0].update(site="yard", design="locker_l")) == [
        ("F906", "pavilions[0]")
    ]
    assert faults(lambda data: data["pavilions"][0].update(design=["x"])) == [
        ("F906", "pavilions[0]")
    ]
    assert faults(lambda data: data["periods"][0]["plan"]["open"][0].update(site="moon")) == [
        ("F906", "periods[0].open[0]")
    ]


def test_malformed_values_are_named():
    def twice(data):
        data["uses"].append(dict(data["uses"][0]))

    assert faults(twice) == [("F907", "uses[1]")]
    for amount in (1.5, True, "3", 2**63, None):
        assert faults(lambda data, amount=amount: data["renaturation"][0].update(area_m2=amount))[
            0
        ] == ("F907", "renaturation[0]")
    assert faults(lambda data: data["firms"].append(["smith"])) == [("F907", "firms[2]")]
    assert faults(lambda data: data.update(pavilions=3)) == [("F907", "pavilions")]
    assert faults(lambda data: data["periods"].pop()) == [("F907", "periods")]
    assert faults(lambda data: data.update(periods=7)) == [("F907", "periods")]
    assert faults(lambda data: data["periods"][1].update(more=1)) == [("F907", "periods[1]")]


def test_missing_and_unknown_parts_are_named():
    assert faults(lambda data: data.pop("firms")) == [("F905", "firms")]
    assert faults(lambda data: data.update(trams=[])) == [("F905", "trams")]
    with pytest.raises(Refusal, match="F905"):
        programme_from_dict(PROBLEM, [], "P")


def test_ledgers_of_one_name_are_told_apart():
    assert distinct(("soil", "soil", "soil (2)", "soil")) == (
        "soil",
        "soil (2)",
        "soil (2) (2)",
        "soil (3)",
    )


def test_plan_json_tells_programmes_where_there_is_a_horizon():
    told = programme_to_dict(PROBLEM, programme())
    idle = programme_to_dict(PROBLEM, resting(PROBLEM, (baseline_plan(), baseline_plan())))
    content = plan_document(PROBLEM, "mark", good_plan(), baseline_plan(), told, idle)
    assert content["programme"] == told
    assert content["baseline_programme"] == idle
    nothing = plan_document(PROBLEM, "mark", None, baseline_plan(), None, idle)
    assert nothing["programme"] is None
    assert "programme" not in plan_document(town(), "mark", good_plan(), baseline_plan())
