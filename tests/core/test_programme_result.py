"""result.json tells a programme: rows of every period, and a block with what years bring."""

from __future__ import annotations

import json

import numpy as np

from optimizer.core.horizon import Cooperation
from optimizer.core.programme import CASH_LINES, Alliance
from optimizer.core.result import Conflict, Outcome
from optimizer.core.result_io import result_to_dict
from optimizer.core.timeline import period_problem
from optimizer.verify import recompute
from tests.core.programmes import rich_problem, some_course, some_programme
from tests.horizon import ints
from tests.verify.town import baseline_plan, good_plan, result_of, town

PROBLEM = rich_problem(town())


def told(problem=PROBLEM, alliance=None):
    plans = (good_plan(), baseline_plan())
    programme = some_programme(problem, plans)
    figures = [recompute(period_problem(problem, t), plan) for t, plan in enumerate(plans)]
    course = some_course(problem, figures)
    result = result_of(problem, plans[0], plans[1])
    solution = result.solution.replace(
        programme=programme, course=course, criteria=course.criteria, alliance=alliance
    )
    content = result_to_dict(problem, result.replace(solution=solution))
    return json.loads(json.dumps(content, allow_nan=False)), course


def test_what_is_open_has_a_row_in_every_period():
    content, _ = told()
    rows = [(row["site"], row["design"], row["period"]) for row in content["open"]]
    assert rows == [
        ("hall", "hub_in", "period 1"),
        ("hall", "hotel", "period 1"),
        ("meadow", "pavilion", "period 1"),
        ("kiosk", "locker", "period 1"),
        ("post", "locker", "period 1"),
        ("post", "locker", "period 2"),
    ]
    assert {row["period"] for row in content["tenants"]} == {"period 1"}
    left = [row.get("period") for row in content["unserved"]]
    assert left.count("period 1") == 1
    assert set(left) <= {None, "period 1"}


def test_the_block_tells_the_figures_of_the_course():
    content, course = told()
    block = content["programme"]
    assert [row["name"] for row in block["periods"]] == ["period 1", "period 2"]
    assert sum(row["weight"] for row in block["periods"]) == 1
    assert block["periods"][1]["criteria"]["objective"] == course.periods[1].objective
    land = block["land"][0]
    assert [row["used_m2"] for row in land["periods"]] == [1000, 1001]
    assert [row["left_m2"] for row in land["periods"]] == [3000, 3001]
    assert land["transfer_m2"] == -40
    purse = block["purses"][0]
    assert purse["periods"][1]["lines"] == {line: 1000 * k + 1 for k, line in enumerate(CASH_LINES)}
    assert purse["periods"][1]["debt_eur"] == 20_001
    assert (purse["npv_eur"], purse["residual_eur"]) == (-1234.5, 567.0)
    assert block["jobs_lost"] == 2.5
    assert content["criteria"]["terms"]["moving"] == 40.0


def test_the_block_says_what_becomes_of_firms_pavilions_uses_and_soil():
    block = told()[0]["programme"]
    assert [
        (row["firm"], row["fate"], row["period"], row["premises"]) for row in block["firms"]
    ] == [
        ("smith", "moved", "period 1", "shed"),
        ("wheel", "lost", "period 2", None),
        ("dairy", "kept", None, None),
    ]
    assert [row["eur"] for row in block["firms"]] == [8000, 50_000, 0]
    assert [row["moves"] for row in block["pavilions"]] == [1, 0]
    assert [row["site"] for row in block["pavilions"][0]["periods"]] == ["meadow", "yard"]
    assert block["uses"][1]["periods"][1]["area_m2"] == 101
    assert block["renaturation"] == [
        {
            "project": "quay",
            "source": "by hand",
            "jurisdiction": PROBLEM.rules.jurisdiction[0],
            "period": "period 2",
            "area_m2": 300,
            "eur": 6000,
            "done_year": 2033,
        }
    ]
    assert {"what": "place", "subject": "P1", "site": "meadow", "now": True}.items() <= next(
        row for row in block["decisions"] if row["what"] == "place"
    ).items()


def test_a_ledger_says_in_which_periods_it_holds():
    land = PROBLEM.horizon.land.replace(first_year=ints(2030), last_year=ints(2040))
    problem = PROBLEM.replace(horizon=PROBLEM.horizon.replace(land=land))
    rows = told(problem)[0]["programme"]["land"][0]["periods"]
    assert [row["in_force"] for row in rows] == [False, True]


def test_each_member_sees_what_it_gains():
    places = len(PROBLEM.rules.jurisdiction)
    covers = np.arange(places) % 2 == np.arange(2)[:, None]
    partners = Cooperation(
        member=("North", "South"),
        covers=covers,
        trades_land=True,
        trades_money=True,
        demand_jurisdiction=ints(0, 0),
    )
    problem = PROBLEM.replace(horizon=PROBLEM.horizon.replace(cooperation=partners))
    figures = np.array([[100.0, -np.inf], [101, 82], [60, 90], [25, -25]])
    alliance = Alliance(*figures, proven=False)
    block = told(problem, alliance)[0]["programme"]["alliance"]
    assert block["proven"] is False
    assert block["members"][0] == {
        "member": "North",
        "alone_bound": 100.0,
        "alone_value": 101.0,
        "joint_eur": 60.0,
        "payment_eur": 25.0,
        "gain_eur": 15.0,
    }
    assert block["members"][1]["alone_bound"] is None
    assert block["members"][1]["gain_eur"] is None


def test_without_a_horizon_nothing_is_added_and_without_a_programme_it_is_null():
    old = result_to_dict(town(), result_of(town(), good_plan(), baseline_plan()))
    assert "programme" not in old
    assert {row["period"] for row in old["open"]} == {1}
    outcome = Outcome("infeasible", "infeasible", "proof", None, None, "mip")
    none = result_of(PROBLEM, None, baseline_plan(), outcome)
    conflict = Conflict("land", "soil", "too little", "raise it to 900 m2", 400.0, 900.0, "m2")
    none = none.replace(solution=none.solution.replace(conflicts=(conflict,)))
    content = result_to_dict(PROBLEM, none)
    assert content["programme"] is None
    assert content["conflicts"] == [
        {
            "family": "land",
            "rule": "soil",
            "words": "too little",
            "relaxation": "raise it to 900 m2",
            "allowed": 400.0,
            "needed": 900.0,
            "unit": "m2",
        }
    ]
