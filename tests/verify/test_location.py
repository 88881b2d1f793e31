"""The checker of location models accepts what is true and finds every kind of lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.core.costs import CostLists, DenseCosts
from optimizer.core.location import KINDS, LocationResult
from optimizer.verify.location import check_location
from optimizer.verify.location.prices import TablePrices, prices_of
from tests.verify.location_answers import answer, make, truth

ASSIGNED = ("p_median", "p_center", "fixed_charge", "single_source", "capacitated_median")
COVERS = ("set_cover", "partial_cover", "max_cover", "backup_cover")
ROOMY = ("single_source", "capacitated_median")
SPLIT = ("capacitated", "two_level")


def rules(problem, result):
    return {found.family.removeprefix("location: ") for found in check_location(problem, result)}


def ints(*values):
    return np.array(values, dtype=np.int32)


@pytest.mark.parametrize("kind", KINDS)
def test_a_truthful_answer_passes(kind):
    problem = make(kind)
    assert check_location(problem, truth(problem)) == ()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"dispersion"}))
@pytest.mark.parametrize("nearest", [None, 2])
def test_lists_are_read_like_the_table_they_come_from(kind, nearest):
    problem = make(kind)
    lists = problem.costs.lists(nearest)
    table, listed = prices_of(problem.costs), prices_of(lists)
    customers, sites = (grid.ravel() for grid in np.indices((6, 4)))
    known = listed.pairs(customers, sites)
    exact = table.pairs(customers, sites)
    assert np.array_equal(known[~np.isnan(known)], exact[~np.isnan(known)])
    assert np.isnan(known).sum() == (0 if nearest is None else 12)
    if nearest is None:
        assert np.array_equal(listed.nearest(ints(1, 3)), table.nearest(ints(1, 3)))
        assert np.array_equal(listed.reached(ints(1, 3), 9.0), table.reached(ints(1, 3), 9.0))
        assert np.allclose(listed.added(ints(0, 2)), table.added(ints(0, 2)))
        result = truth(problem)
        assert check_location(problem.replace(costs=lists), result) == ()


def test_a_cost_that_a_cut_off_list_does_not_tell_is_not_believed():
    problem = make("p_median")
    result = truth(problem)
    cut = problem.replace(costs=problem.costs.lists(1))
    assert rules(cut, result) == {"pairs", "objective"}


def test_any_other_costs_are_asked_for_their_columns():
    class Columns:
        shape = (6, 4)

        def columns(self, sites):
            return make("p_median").costs.cost[:, sites]

    problem = make("p_median")
    result = truth(problem)
    assert check_location(problem.replace(costs=Columns()), result) == ()
    table, other = TablePrices(problem.costs), TablePrices(Columns())
    pairs = ints(0, 5, 2, 2), ints(3, 0, 1, 2)
    assert np.array_equal(table.pairs(*pairs), other.pairs(*pairs))


@pytest.mark.parametrize("kind", KINDS)
def test_an_objective_that_is_too_good_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    better = result.objective * (1.001 if problem.maximised else 0.999)
    assert rules(problem, replace(result, objective=better, bound=better)) == {"objective"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_bound_on_the_wrong_side_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    wrong = result.objective * (0.99999 if problem.maximised else 1.00001)
    lied = replace(result, bound=wrong, proof="gap", stopped_by="time")
    assert rules(problem, lied) == {"bound"}


@pytest.mark.parametrize("kind", KINDS)
def test_optimal_with_a_gap_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    loose = result.objective * (1.00001 if problem.maximised else 0.99999)
    assert rules(problem, replace(result, bound=loose)) == {"proof"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_forbidden_site_that_opens_and_a_required_one_that_does_not_are_found(kind):
    problem = make(kind)
    result = truth(problem)
    is_open = np.isin(np.arange(4), result.open)
    assert rules(problem.replace(forbidden=is_open), result) == {"forbidden"}
    if not is_open.all():
        assert rules(problem.replace(required=~is_open), result) == {"required"}


@pytest.mark.parametrize("kind", KINDS)
def test_too_many_or_too_few_sites_are_found(kind):
    problem = make(kind)
    result = truth(problem)
    count = len(result.open)
    assert rules(problem.replace(at_least=count + 1), result) == {"counts"}
    assert rules(problem.replace(at_least=0, at_most=count - 1), result) == {"counts"}


@pytest.mark.parametrize("kind", ASSIGNED)
def test_a_customer_who_is_left_out_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    assign = result.assign.copy()
    assign[5] = -1
    assert "assignment" in rules(problem, replace(result, assign=assign))


@pytest.mark.parametrize("kind", [*ASSIGNED, *COVERS, "max_capture"])
def test_a_customer_served_from_a_closed_site_is_found(kind):
    problem = make(kind, radius=40.0)
    result = truth(problem)
    closed = int(np.setdiff1d(np.arange(4), result.open)[0])
    assign = result.assign.copy()
    assign[np.flatnonzero(assign >= 0)[0]] = closed
    assert "assignment" in rules(problem, replace(result, assign=assign))


@pytest.mark.parametrize("kind", [*ASSIGNED, "capacitated"])
def test_a_pair_that_is_not_allowed_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    cost = problem.costs.cost.copy()
    site = result.assign[0] if result.flows is None else result.flows.site[0]
    cost[0, site] = np.inf
    assert "pairs" in rules(problem.replace(costs=DenseCosts(cost)), result)


@pytest.mark.parametrize("kind", COVERS)
def test_covered_from_beyond_the_radius_is_found(kind):
    problem = make(kind, radius=40.0)
    result = truth(problem)
    assert "radius" in rules(problem.replace(radius=0.5), result)


@pytest.mark.parametrize("kind", ["set_cover", "backup_cover"])
def test_a_customer_without_cover_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    cost = problem.costs.cost.copy()
    cost[2, :] = 99.0
    assign = result.assign.copy()
    assign[2] = -1
    lied = replace(result, assign=assign)
    assert "cover" in rules(problem.replace(costs=DenseCosts(cost)), lied)


def test_a_fold_that_is_not_reached_is_found():
    problem = make("set_cover")
    assert "cover" in rules(problem.replace(fold=2), truth(problem))


def test_a_share_that_is_not_reached_is_found():
    problem = make("partial_cover")
    assert rules(problem.replace(share=0.99), truth(problem)) == {"share"}


@pytest.mark.parametrize("kind", COVERS)
def test_a_covered_customer_told_as_not_covered_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    lied = replace(result, assign=np.full(6, -1, dtype=np.int32))
    assert rules(problem, lied) == {"assignment"}


@pytest.mark.parametrize("kind", ROOMY)
def test_a_load_above_capacity_is_found_to_the_last_unit(kind):
    problem = make(kind)
    result = truth(problem)
    load = np.bincount(result.assign, weights=problem.demand, minlength=4)
    held = problem.sizes.replace(capacity=load[problem.sizes.site])
    assert rules(problem.replace(sizes=held), result) == set()
    tight = problem.sizes.replace(capacity=load[problem.sizes.site] - 1e-9)
    assert rules(problem.replace(sizes=tight), result) == {"capacity"}


@pytest.mark.parametrize("kind", SPLIT)
def test_a_split_load_above_capacity_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    small = problem.sizes.replace(capacity=np.full(5, 5.0))
    assert rules(problem.replace(sizes=small), result) == {"capacity"}


@pytest.mark.parametrize("kind", [*ROOMY, *SPLIT])
def test_a_minimum_use_that_is_missed_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    much = problem.sizes.replace(min_use=np.full(5, 11.9))
    assert rules(problem.replace(sizes=much), result) == {"min_use"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_size_of_another_site_is_found(kind):
    problem = make(kind)
    result = truth(problem)
    size = result.size.copy()
    size[0] = (size[0] + 3) % 5
    assert "sizes" in rules(problem, replace(result, size=size))


@pytest.mark.parametrize("kind", SPLIT)
def test_lies_about_shares_are_found(kind):
    problem = make(kind)
    result = truth(problem)
    flows = result.flows

    def found(**changes):
        return rules(problem, replace(result, flows=flows.replace(**changes)))

    share = flows.share.copy()
    share[0] = 0.9
    assert "shares" in found(share=share)
    share = flows.share.copy()
    share[0] = -1.0
    assert found(share=share) == {"shares"}
    site = flows.site.copy()
    site[0] = int(np.setdiff1d(np.arange(4), result.open)[0])
    assert "shares" in found(site=site)
    half = np.concatenate([[0.5, 0.5], flows.share[1:]])
    twice = np.concatenate([[0], np.arange(6)])
    doubled = {"customer": flows.customer[twice], "site": flows.site[twice], "share": half}
    assert found(**doubled) == {"shares"}
    assert rules(problem, replace(result, flows=None)) == {"shape"}
    assign = np.full(6, -1, dtype=np.int32)
    assign[0] = result.open[flows.site[0] == result.open][0]
    assert rules(problem, replace(result, assign=assign)) == set()
    assign = assign.copy()
    assign[0] = result.open[flows.site[0] != result.open][0]
    assert rules(problem, replace(result, assign=assign)) == {"assignment"}


def test_lies_about_hubs_are_found():
    problem = make("two_level")
    result = truth(problem)
    flows = result.flows
    assert "hubs" in rules(problem, replace(result, open_hubs=ints(0)))
    less = replace(result, flows=flows.replace(hub_flow=flows.hub_flow * 0.9))
    assert "hubs" in rules(problem, less)
    small = problem.hubs.replace(capacity=np.array([40.0, 3.0]))
    assert rules(problem.replace(hubs=small), result) == {"hubs"}
    cut = problem.hubs.replace(link=np.full((4, 2), np.inf))
    assert "hubs" in rules(problem.replace(hubs=cut), result)
    assert "objective" in rules(problem, replace(result, open_hubs=ints(0, 1)))


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"status": "solved"}, "words"),
        ({"proof": "certain"}, "words"),
        ({"stopped_by": "boredom"}, "words"),
        ({"objective": None}, "words"),
        ({"objective": float("inf")}, "words"),
        ({"bound": float("-inf")}, "words"),
        ({"open": ints(2, 0)}, "shape"),
        ({"open": ints(0, 0)}, "shape"),
        ({"open": ints(0, 9)}, "shape"),
        ({"open": ints(0)}, "shape"),
        ({"size": ints(0, 9)}, "shape"),
        ({"assign": ints(0, 0)}, "shape"),
        ({"assign": ints(0, 0, 0, 0, 0, 9)}, "shape"),
        ({"proof": "infeasible", "stopped_by": "time"}, "proof"),
        ({"proof": "gap"}, "proof"),
        ({"bound": None}, "proof"),
        ({"proof": "none", "stopped_by": "time"}, "proof"),
    ],
)
def test_words_and_arrays_that_cannot_be_are_found(changes, rule):
    problem = make("p_median")
    result = answer(problem, (0, 2))
    assert rule in rules(problem, replace(result, **changes))


def nothing(status, proof, **changes):
    none = np.zeros(0, dtype=np.int32)
    unserved = np.full(6, -1, dtype=np.int32)
    fields = (status, proof, "time", none, none, unserved, None, None, {})
    return replace(LocationResult(*fields), **changes)


def test_no_plan_claims_nothing():
    problem = make("p_median")
    assert rules(problem, nothing("no_plan", "none")) == set()
    assert rules(problem, nothing("no_plan", "none", bound=3.0)) == set()
    assert rules(problem, nothing("no_plan", "gap")) == {"proof"}
    assert rules(problem, nothing("no_plan", "none", objective=3.0)) == {"proof"}
    assert rules(problem, nothing("no_plan", "infeasible", stopped_by="proof")) == {"proof"}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"two_level"}))
def test_infeasible_is_refuted_where_a_plan_can_be_made_by_hand(kind):
    claim = nothing("infeasible", "infeasible", stopped_by="proof")
    assert rules(make(kind), claim) == {"proof"}


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("p_median", {"at_least": 5}),
        ("p_median", {"forbidden": np.ones(4, dtype=bool)}),
        ("p_median", {"required": np.ones(4, dtype=bool)}),
        ("p_center", {"costs": DenseCosts(np.full((6, 4), np.inf))}),
        ("set_cover", {"radius": 0.5}),
        ("backup_cover", {"at_most": 0}),
        ("single_source", {"demand": np.full(6, 11.0)}),
        ("capacitated_median", {"at_most": 1}),
        ("capacitated", {"demand": np.full(6, 11.0)}),
    ],
)
def test_infeasible_stands_where_no_plan_can_be_made(kind, changes):
    claim = nothing("infeasible", "infeasible", stopped_by="proof")
    assert rules(make(kind, **changes), claim) == set()


def test_customers_without_weight_do_not_hide_a_pair_that_is_not_allowed():
    problem = make("p_median")
    result = truth(problem)
    cost = problem.costs.cost.copy()
    cost[0, :] = np.inf
    weight = problem.weight.copy()
    weight[0] = 0.0
    assert "pairs" in rules(problem.replace(costs=DenseCosts(cost), weight=weight), result)


def test_an_empty_list_of_costs_is_no_defect():
    none = np.zeros(0)
    start = np.zeros(7, dtype=np.int64)
    lists = CostLists(start, none.astype(np.int32), none, np.full(6, np.inf), 4)
    problem = make("p_median")
    assert "pairs" in rules(problem.replace(costs=lists), truth(problem))
