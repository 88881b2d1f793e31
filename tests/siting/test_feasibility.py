"""Impossible rules are proven so, and the conflict names exactly the rules that clash."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.limits import Budget, Limits, silent
from optimizer.siting.data import build_data
from optimizer.siting.feasibility import (
    conflict_in_whole,
    find_conflict,
    find_findings,
    findings_in_whole,
)
from optimizer.siting.mip import solve_whole
from optimizer.verify import check_plan
from tests.builders import grid_problem
from tests.siting.village import (
    HOTEL,
    HUB,
    HUB_IN,
    budget_of,
    designed,
    optimum,
    quota,
    sited,
    stated,
    village,
)

ONE_FIRM = [(50, 1, 1, 0, False, 9, True)]
REQUIRED, FORBIDDEN = OptionStatus.REQUIRED, OptionStatus.FORBIDDEN


def conflict(problem):
    return find_conflict(problem, build_data(problem))


def families(problem):
    return sorted(item.family for item in conflict(problem))


def test_nothing_asked_for_is_always_possible():
    assert conflict(budget_of(village(), "money", 0)) == ()


def test_a_purse_too_small_for_a_required_hub_is_named_with_both_amounts():
    found = conflict(budget_of(stated(village(), REQUIRED), "money", 19))
    words = " / ".join(item.words for item in found)
    assert [item.family for item in found] == ["money", "quotas"]
    assert "allows 19 EUR" in words
    assert "takes 20 EUR" in words


def test_soil_too_scarce_for_a_required_hub_is_named_with_both_amounts():
    found = conflict(budget_of(stated(village(sites=(1,)), REQUIRED), "land", 99))
    words = " / ".join(item.words for item in found)
    assert [item.family for item in found] == ["land", "quotas"]
    assert "allows 99 m2" in words
    assert "100 m2 of soil" in words


@pytest.mark.parametrize(
    ("problem", "named"),
    [
        (quota(village(sites=(0, 1)), Kind.MICRO_HUB, at_least=3), ["quotas"]),
        (
            budget_of(quota(village(sites=(0, 1)), Kind.MICRO_HUB, at_least=2), "money", 39),
            ["money", "quotas"],
        ),
        (quota(stated(village(), REQUIRED), Kind.MICRO_HUB, at_most=0), ["quotas", "quotas"]),
        (quota(stated(village(), FORBIDDEN), Kind.MICRO_HUB, at_least=1), ["quotas", "quotas"]),
        (sited(stated(village(), REQUIRED), area_m2=[99, 400]), ["quotas", "site"]),
        (stated(village(designs=(HUB_IN,)), REQUIRED), ["quotas", "site"]),
        (
            designed(
                stated(
                    village(designs=(HOTEL,), tenants=[(50, 1, 1, 0, False, 9, True)]), REQUIRED
                ),
                let_share_min=[0, 0, 0.5, 0],
            ),
            ["floors", "quotas"],
        ),
        (
            designed(stated(village(), REQUIRED), minimum_parcels_per_day=[16.0, 0, 0, 0]),
            ["quotas", "throughput"],
        ),
        (
            # two required hubs that need 8 parcels each, and 15 in all: flows tell
            designed(
                stated(village(sites=(0, 1)), REQUIRED), minimum_parcels_per_day=[8.0, 0, 0, 0]
            ),
            ["quotas", "quotas", "throughput"],
        ),
    ],
)
def test_a_conflict_names_the_rules_that_clash_and_no_other(problem, named):
    assert families(problem) == named
    assert optimum(problem) == (None, None)


def test_zoning_is_named_where_it_forbids_what_is_required():
    town = stated(village(), REQUIRED)
    closed = sited(town, height_max_m=[3.0, 3.0])
    assert families(closed) == ["quotas", "zoning"]


def test_two_hubs_on_one_site_cannot_both_be_required():
    both = stated(village(designs=(HUB, HUB_IN, HOTEL)), REQUIRED)
    found = conflict(both)
    assert any("one micro hub only" in item.words for item in found)


def test_the_whole_model_explains_itself_in_the_same_words():
    problem = budget_of(stated(village(), REQUIRED), "money", 19)
    data = build_data(problem)
    assert conflict_in_whole(problem, data) == find_conflict(problem, data)


def test_each_rule_tells_the_smallest_change_of_it_alone():
    found = conflict(budget_of(stated(village(sites=(1,)), REQUIRED), "land", 99))
    land, required = found
    assert land.words == (
        "the land budget 'soil' allows 99 m2; the required hub on Far (far) needs 100 m2"
    )
    assert (land.relaxation, land.allowed, land.needed, land.unit) == (
        "raise it to 100 m2",
        99.0,
        100.0,
        "m2",
    )
    assert (required.relaxation, required.allowed) == ("drop the requirement", None)


@pytest.mark.parametrize(
    ("problem", "relaxations"),
    [
        (
            budget_of(quota(village(sites=(0, 1)), Kind.MICRO_HUB, at_least=2), "money", 39),
            {"raise it to 40 EUR", "lower it to 1"},
        ),
        (
            quota(stated(village(), FORBIDDEN), Kind.MICRO_HUB, at_least=1),
            {"allow it", "lower it to 0"},
        ),
        (
            quota(stated(village(), REQUIRED), Kind.MICRO_HUB, at_most=0),
            {"raise it to 1", "drop the requirement"},
        ),
        (
            sited(stated(village(), REQUIRED), area_m2=[99, 400]),
            {"raise it to 100 m2", "drop the requirement"},
        ),
        (
            sited(stated(village(), REQUIRED), height_max_m=[3.5, 3.5]),
            {"raise it to 4 m", "drop the requirement"},
        ),
        (
            designed(
                stated(village(designs=(HOTEL,), tenants=ONE_FIRM), REQUIRED),
                let_share_min=[0, 0, 0.5, 0],
            ),
            {"lower it to 25%", "drop the requirement"},  # the only firm fills 50 of 200 m2
        ),
        (
            designed(
                stated(village(sites=(0, 1)), REQUIRED), minimum_parcels_per_day=[8.0, 0, 0, 0]
            ),
            {"lower it to 7 parcels a day", "drop the requirement"},  # 15 parcels for two hubs
        ),
    ],
)
def test_a_relaxation_gives_a_plan_and_one_unit_less_does_not(problem, relaxations):
    data = build_data(problem)
    findings = find_findings(problem, data)
    assert {item.conflict.relaxation for item in findings} == relaxations
    for item in findings:
        value, _ = optimum(item.loosened)
        assert value is not None
        amount, needed = item.rule.amount, item.conflict.needed
        if amount is not None:
            tighter = amount.put(problem, int(needed) - amount.step)
            assert optimum(tighter) == (None, None)


def test_a_rule_that_alone_cannot_help_has_no_relaxation_but_says_what_it_would_need():
    # the hub on far is over the land budget, both together are over the purse
    town = budget_of(stated(village(sites=(0, 1)), REQUIRED), "land", 99)
    found = conflict(budget_of(town, "money", 39))
    land = next(item for item in found if item.family == "land")
    assert land.relaxation == ""
    assert (land.allowed, land.needed) == (99.0, 100.0)


def test_a_town_too_large_for_the_whole_model_says_at_least(monkeypatch):
    monkeypatch.setattr("optimizer.siting.feasibility.WHOLE_COLUMNS", 0)
    town = stated(village(designs=(HOTEL,), sites=(0,), tenants=ONE_FIRM), REQUIRED)
    problem = budget_of(designed(town, let_share_min=[0, 0, 0.1, 0]), "money", 99)
    money = conflict(problem)[0]
    assert money.relaxation == "raise it to at least 100 EUR"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 1000),
    purse_eur=st.integers(0, 400_000),
    land_m2=st.integers(0, 80),
    hubs=st.integers(1, 4),
)
def test_on_random_towns_every_relaxation_gives_a_plan(seed, purse_eur, land_m2, hubs):
    problem = grid_problem(
        columns=4, rows=4, points=8, sites=5, firms=2,
        purse_eur=purse_eur, land_m2=land_m2, at_least_hubs=hubs, seed=seed,
    )  # fmt: skip
    data = build_data(problem)
    findings = find_findings(problem, data)
    possible = solve_whole(problem, data, Budget(Limits(time_s=60, gap=1)), silent)
    assert possible.infeasible or not findings
    if possible.infeasible:
        findings = findings or findings_in_whole(problem, data)
        assert findings
    for item in findings:
        if item.loosened is not None:
            arrays = build_data(item.loosened)
            answer = solve_whole(item.loosened, arrays, Budget(Limits(time_s=60, gap=1)), silent)
            assert answer.plan is not None
            assert check_plan(item.loosened, answer.plan) == ()
