"""Impossible rules are proven so, and the conflict names exactly the rules that clash."""

from __future__ import annotations

import pytest

from optimizer.core.kinds import Kind, OptionStatus
from optimizer.siting.data import build_data
from optimizer.siting.feasibility import conflict_in_whole, find_conflict
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
