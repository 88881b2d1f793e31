"""Sector targets, jobs by skill, workers within reach and support near start-ups, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.limits import Limits
from optimizer.engine import solve
from tests.siting.stacking.hand import changed, earned, firm, hotels, placed
from tests.siting.village import HOTEL, budget_of, designed, optimum

NOBODY = -1


def mixed(**rule):
    """Return a hotel for three firms of 60, 40 and 100 m2; the first is of the sector."""
    fields = {
        "name": ("crafts",),
        "source": ("by hand",),
        "members": [[True, False, False]],
        "covers": [[True]],
        "each_hotel": [False],
        "share_min": [0.0],
        "share_max": [1.0],
        "area_min_m2": [0],
        "area_max_m2": [-1],
    }
    return hotels(firm(60), firm(40), firm(100), mix=fields | rule)


@pytest.mark.parametrize("each", [False, True])
def test_a_sector_has_its_share_of_what_is_let(each):
    assert earned(mixed(each_hotel=[each])) == pytest.approx(200)
    assert earned(mixed(each_hotel=[each], share_max=[0.3])) == pytest.approx(200)
    assert earned(mixed(each_hotel=[each], share_max=[0.29])) == pytest.approx(140)
    assert earned(mixed(each_hotel=[each], share_min=[0.31])) == pytest.approx(160)


def test_a_share_in_each_hotel_is_more_than_a_share_over_all():
    # 60 and 100 in one hotel, 40 and 100 in the other: 60 of 300 m2, but none of it in the second
    rule = {"share_min": [0.2], "members": [[True, False, False, False]]}
    four = mixed().hotels.mix.replace(**{key: np.array(value) for key, value in rule.items()})
    problem = hotels(firm(60), firm(40), firm(100), firm(100), sites=(0, 1), mix=four)
    assert earned(problem) == pytest.approx(300)
    assert earned(changed(problem, "mix", each_hotel=[True])) < 300


def test_areas_of_a_sector_have_a_least_and_a_most():
    assert earned(mixed(area_max_m2=[60])) == pytest.approx(200)
    assert earned(mixed(area_max_m2=[59])) == pytest.approx(140)
    # where hotels cost more than they earn, a least area still asks for one
    dear = designed(mixed(area_min_m2=[60]), running_eur_year=[5, 1, 500, 1])
    assert placed(dear)[0] != NOBODY
    assert set(placed(changed(dear, "mix", area_min_m2=[0]))) == {NOBODY}


def skilled(**fields):
    """Return two firms of 100 m2; the first has 3 jobs of the skill, the second 1."""
    return hotels(
        firm(),
        firm(),
        businesses={"jobs_by_skill": [[3.0], [1.0]]},
        mix={"skill": ("manual",), **fields},
    )


def test_jobs_of_a_skill_are_hosted():
    asked = {
        "jobs_name": ("hands",),
        "jobs_source": ("by hand",),
        "jobs_skill": [0],
        "jobs_covers": [[True]],
    }
    cost = {"running_eur_year": [5, 1, 500, 1]}
    assert set(placed(designed(skilled(jobs_min=[0.0], **asked), **cost))) == {NOBODY}
    one = designed(skilled(jobs_min=[3.0], **asked), **cost)
    assert placed(one)[0] != NOBODY
    both = designed(skilled(jobs_min=[4.0], **asked), **cost)
    assert NOBODY not in placed(both)
    none = designed(skilled(jobs_min=[5.0], **asked), **cost)
    assert optimum(none) == (None, None)
    result = solve(none, Limits(time_s=20), method="mip")
    assert result.solution.outcome.proof == "infeasible"
    told = {conflict.family: conflict for conflict in result.solution.conflicts}
    assert told["mix"].needed == pytest.approx(4)


def staffed(share=0.5, by=("walk",), limit_s=120, **access):
    """Return `skilled` with 6 workers at node 1: 120 s on foot from the hotel at node 3."""
    fields = {
        "source": "by hand",
        "worker_id": ("homes",),
        "node_walk": np.array([1]),
        "node_bike": np.array([1]),
        "workers": [[6.0]],
        "limit_s": limit_s,
        "by": by,
        "capture_share": share,
    }
    problem = skilled()
    return changed(problem, "access", **(fields | access))


def test_jobs_are_no_more_than_workers_within_reach_can_fill():
    assert earned(staffed(share=0.7)) == pytest.approx(200)  # 4.2 -> 4 jobs
    assert earned(staffed(share=0.6)) == pytest.approx(100)  # 3.6 -> 3 jobs
    assert earned(staffed(share=0.7, limit_s=119)) == pytest.approx(0)
    assert earned(staffed(share=0.0, limit_s=119)) == pytest.approx(200)


def test_workers_come_by_any_of_the_ways():
    away = {"node_walk": np.array([-1])}
    assert earned(staffed(share=0.7, **away)) == pytest.approx(0)
    assert earned(staffed(share=0.7, by=("walk", "bike"), **away)) == pytest.approx(200)


def test_a_ride_joins_two_walks():
    stops = {
        "stop_id": ("a", "b"),
        "stop_node": np.array([1, 2]),
        "ride_s": np.array([[-1, 30], [-1, -1]]),
        "stop_walk_s": 60,
    }
    # from node 1 ride 30 s to node 2, then 60 s on foot to node 3
    assert earned(staffed(0.7, by=("transit",), limit_s=90, **stops)) == pytest.approx(200)
    assert earned(staffed(0.7, by=("transit",), limit_s=89, **stops)) == pytest.approx(0)
    assert earned(staffed(0.7, by=("transit",), **(stops | {"stop_walk_s": 59}))) == 0
    back = np.array([[-1, -1], [30, -1]])
    assert earned(staffed(0.7, by=("transit",), **(stops | {"ride_s": back}))) == 0
    same = np.array([[0, -1], [-1, 0]])
    long_walk = stops | {"ride_s": same, "stop_walk_s": 600}
    assert earned(staffed(0.7, by=("transit",), **long_walk)) == pytest.approx(0)


def starting(limit_s, support_node=1, sites=(0,)):
    problem = hotels(
        firm(60),
        firm(100),
        sites=sites,
        businesses={"needs_support": [True, False], "gives_support": [False, False]},
        access={
            "support_id": ("incubator",),
            "support_node": np.array([support_node], dtype=np.int32),
        },
    )
    return changed(problem, "access", support_limit_s=limit_s)


def test_start_ups_have_support_within_a_walk():
    assert earned(starting(120)) == pytest.approx(160)
    assert earned(starting(119)) == pytest.approx(100)
    assert earned(starting(-1)) == pytest.approx(160)


def test_another_tenant_may_give_the_support():
    backed = changed(starting(0), "businesses", gives_support=[False, True])
    assert earned(starting(0)) == pytest.approx(100)
    assert earned(backed) == pytest.approx(160)
    alone = changed(starting(0), "businesses", gives_support=[True, False])
    assert earned(alone) == pytest.approx(100)


def test_support_reaches_as_far_as_a_walk_between_hotels():
    # both hotels have to open: the start-up needs 100 m2 and so does everybody else
    def town(limit_s):
        problem = hotels(
            firm(100),
            firm(100),
            firm(100),
            firm(100),
            sites=(0, 1),
            designs=(HOTEL,),
            businesses={
                "needs_support": [True, True, True, False],
                "gives_support": [False, False, False, True],
            },
        )
        return changed(problem, "access", support_limit_s=limit_s)

    assert earned(town(60)) == pytest.approx(400)
    assert earned(town(59)) == pytest.approx(200)


def test_a_purse_and_a_least_area_that_clash_are_both_named():
    # 60 m2 of crafts need a hotel of 100 EUR; the purse holds 50
    poor = budget_of(mixed(area_min_m2=[60]), "money", 50)
    conflicts = solve(poor, Limits(time_s=20), method="mip").solution.conflicts
    told = {conflict.family: conflict for conflict in conflicts}
    assert set(told) == {"money", "mix"}
    assert told["money"].needed == pytest.approx(100)
    assert told["mix"].needed == pytest.approx(0)
