"""A stored programme is read, checked and recomputed; whatever is changed in it is refused."""

from __future__ import annotations

import copy
import json

import pytest

from optimizer.core.documents import sealed, to_text
from optimizer.core.result import Outcome
from optimizer.core.result_io import result_to_dict
from optimizer.verify import recompute_programme, verify_folder
from optimizer.verify.compare import compare
from optimizer.verify.horizon import check_programme_claims
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.challenge import check as challenge
from optimizer.verify.horizon.expected import programme_block
from optimizer.verify.paths import Paths
from tests.horizon import ints, whole
from tests.verify.horizon.decades import altered, decades, programme
from tests.verify.horizon.makers import result_of, write_folder
from tests.verify.horizon.tight import random_years
from tests.verify.test_claims import branches, leaves, with_changed, without

FREE = (("timing_s",), ("provenance", "seed"), ("provenance", "solver"), ("objective", "bound"))
EVERY = 9
"""One in so many leaves, to stay quick; coprime to the rows' lengths, so that all columns come."""
RESULT = result_of(decades(), programme())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("years")
    write_folder(path, decades(), RESULT)
    return path


@pytest.fixture(scope="module")
def told(folder):
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plans(folder):
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


@pytest.fixture
def forge(folder, tmp_path):
    """Return a function that writes a forged plan.json beside the true files and verifies."""
    for name in ("problem.npz", "plan.json", "result.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())

    def verify(content):
        (tmp_path / "plan.json").write_text(to_text(sealed(content)), encoding="utf-8")
        return verify_folder(tmp_path)

    return verify


def claims(result):
    solution = RESULT.solution
    return check_programme_claims(
        decades(), solution.programme, solution.baseline_programme, sealed(result)
    )


def test_a_true_folder_is_accepted(folder):
    assert verify_folder(folder) == ()


def test_uses_of_one_name_in_two_places_are_told_apart(tmp_path):
    columns = {
        "name": ("health", "health", "logistics"),
        "jurisdiction": ints(1, 0, -1),
        "area_min_m2": whole(5, 0, 504),
    }
    problem = altered("uses", **columns)
    write_folder(tmp_path, problem, result_of(problem, programme()))
    assert verify_folder(tmp_path) == ()


def test_a_folder_without_a_programme_is_accepted(tmp_path):
    write_folder(tmp_path, decades(), result_of(decades(), None))
    assert verify_folder(tmp_path) == ()


def test_every_leaf_of_the_block_is_held_to_the_truth(told):
    years = Years(decades(), programme(), Paths(decades().streets))
    right = programme_block(years, recompute_programme(decades(), programme()))
    block = {key: value for key, value in told["programme"].items() if key != "alliance"}
    assert list(compare(right, block, "")) == []
    assert len(list(leaves(block))) > 400
    for path in leaves(block):
        assert list(compare(right, with_changed(block, path), "")), path
    for path in branches(block):
        assert list(compare(right, without(block, path), "")), path


def test_other_leaves_of_the_result_are_held_to_the_truth(told):
    other = [path for path in leaves(told) if path[0] not in {"digest", "programme"}]
    passed = [path for path in other[::EVERY] if not claims(with_changed(told, path))]
    assert all(any(path[: len(one)] == one for one in FREE) for path in passed), passed


def test_nothing_can_be_left_out_or_added(told):
    for key in told:
        if key not in {"digest", "timing_s", "provenance"}:
            assert claims({name: value for name, value in told.items() if name != key}), key
    assert claims({**told, "programme": None})
    assert claims({**told, "programme": {**told["programme"], "praise": "well done"}})
    alliance = {"proven": True, "members": []}
    assert claims({**told, "programme": {**told["programme"], "alliance": alliance}})


def test_every_decision_is_held_to_the_rules_and_the_result(plans, forge):
    documents = ("programme", "baseline_programme", "plan", "baseline")
    paths = [path for path in leaves(plans) if path[0] in documents]
    assert len(paths) > 250
    for path in paths[::EVERY]:
        assert forge(with_changed(plans, path)), path


def test_every_decision_beside_the_plans_is_held_to_the_rules(plans, forge):
    kinds = ("renaturation", "uses", "firms", "pavilions")
    paths = [path for path in leaves(plans["programme"]) if path[0] in kinds]
    assert len(paths) > 15
    for path in paths:
        assert forge(with_changed(plans, ("programme", *path))), path
    for kind in kinds:
        assert forge(without(plans, ("programme", kind, 0))), kind


def test_the_plan_of_the_first_period_is_told_twice_alike(plans, forge):
    forged = copy.deepcopy(plans)
    forged["plan"] = plans["programme"]["periods"][2]["plan"]
    assert {(one.family, one.where) for one in forge(forged)} == {("claim", "plan.json plan")}


def test_something_that_happens_in_the_baseline_is_named(plans, forge):
    forged = copy.deepcopy(plans)
    forged["baseline_programme"]["firms"] = plans["programme"]["firms"]
    found = {(one.family, one.where) for one in forge(forged)}
    assert ("programme", "baseline: firm_leaves") in found


def test_a_bound_above_a_programme_without_some_facility_is_refuted():
    problem, decided = random_years(7)
    course = recompute_programme(problem, decided)
    bound = course.criteria.objective * 0.999
    found = challenge(Years(problem, decided, Paths(problem.streets)), bound / 0.999, bound)
    assert [one.words.partition(" on ")[0] for one in found] == ["without lockers_l"]


def test_a_bound_above_a_cheaper_programme_is_refuted():
    value = RESULT.solution.outcome.value
    bound = value - 0.01 * abs(value)
    outcome = Outcome("plan", "gap", "time", value, bound, "mip")
    result = result_of(decades(), programme(), outcome=outcome)
    found = claims(result_to_dict(decades(), result))
    assert [(one.family, one.where) for one in found] == [("claim", "objective.bound")]
