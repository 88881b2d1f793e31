"""Whatever somebody changes in a result folder is refused, even with the digests made anew."""

from __future__ import annotations

import copy
import json

import pytest

from optimizer.core.documents import sealed, to_text
from optimizer.core.refusal import Refusal
from optimizer.core.result import Conflict, Outcome
from optimizer.verify import check_claims, verify_folder
from tests.verify.town import baseline_plan, good_plan, result_of, town, whole, write_folder

FREE = (("timing_s",), ("provenance", "seed"), ("provenance", "solver"))
"""What nobody can recompute: how long it took, the seed, the solver's name."""


def leaves(tree, path=()):
    """Yield the path of every leaf."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        if isinstance(value, dict | list) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key)


def branches(tree, path=()):
    """Yield the path of every entry of a list and every key of an object."""
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from branches(value, (*path, key))


def at(tree, path):
    for key in path:
        tree = tree[key]
    return tree


def altered(value):
    """Return something else of the same kind, near the truth where it is a number."""
    if isinstance(value, bool) or value is None:
        return value is not True
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value * 1.0001 if abs(value) > 0.1 else value + 0.0001
    if isinstance(value, str):
        return value + "x"
    return ["x"]


def with_changed(tree, path):
    copied = copy.deepcopy(tree)
    at(copied, path[:-1])[path[-1]] = altered(at(tree, path))
    return copied


def without(tree, path):
    copied = copy.deepcopy(tree)
    del at(copied, path[:-1])[path[-1]]
    return copied


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("result")
    write_folder(path, town(), result_of(town(), good_plan(), baseline_plan()))
    return path


@pytest.fixture(scope="module")
def told(folder):
    return json.loads((folder / "result.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plans(folder):
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


@pytest.fixture
def forge(folder, tmp_path):
    """Return a function that writes a forged document beside the true ones and verifies."""
    for name in ("problem.npz", "plan.json", "result.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())

    def verify(name, content, *, seal=True):
        before = (tmp_path / name).read_bytes()
        content = sealed(content) if seal else content
        (tmp_path / name).write_text(to_text(content), encoding="utf-8")
        found = verify_folder(tmp_path)
        (tmp_path / name).write_bytes(before)
        return found

    return verify


def claims(told):
    return check_claims(town(), good_plan(), baseline_plan(), sealed(told))


def test_a_true_folder_is_accepted(folder):
    assert verify_folder(folder) == ()


def test_every_leaf_of_the_result_is_held_to_the_truth(told):
    free = [path for path in leaves(told) if path[0] != "digest"]
    assert len(free) > 150
    passed = [path for path in free if not claims(with_changed(told, path))]
    assert all(any(path[: len(one)] == one for one in FREE) for path in passed), passed


def test_nothing_can_be_left_out_of_the_result(told):
    paths = [path for path in branches(told) if path[0] != "digest"]
    passed = [path for path in paths if not claims(without(told, path))]
    assert all(any(path[: len(one)] == one for one in FREE) for path in passed), passed


def test_nothing_can_be_added_to_the_result(told):
    assert claims({**told, "praise": "the best plan of all"})
    assert claims({**told, "open": [*told["open"], told["open"][0]]})
    assert claims({**told, "conflicts": [{"family": "land", "rule": "x", "words": "x"}]})
    assert claims({**told, "criteria": {**told["criteria"], "beauty": 1.0}})


def test_every_decision_in_the_plan_is_held_to_the_rules_and_the_result(plans, forge):
    paths = [path for path in leaves(plans) if path[0] in {"plan", "baseline"}]
    assert len(paths) > 40
    for path in paths:
        assert forge("plan.json", with_changed(plans, path)), path


def test_no_decision_can_be_left_out_of_the_plan(plans, forge):
    for path in branches(plans):
        if path[0] != "digest":
            assert forge("plan.json", without(plans, path)), path


def test_the_digest_alone_tells_of_an_altered_file(told, plans, forge):
    found = forge("result.json", with_changed(told, ("timing_s", "solve")), seal=False)
    assert [(one.family, one.where) for one in found] == [("digest", "result.json")]
    found = forge("plan.json", {**plans, "digest": "0" * 64}, seal=False)
    assert [(one.family, one.where) for one in found] == [("digest", "plan.json")]


def test_a_moved_parcel_is_named(plans, forge):
    forged = copy.deepcopy(plans)
    forged["plan"]["van"]["dB"] -= 0.01
    forged["plan"]["unserved"]["dB"] += 0.01
    where = {one.where for one in forge("plan.json", forged)}
    assert {"objective.value", "objective.terms.unserved", "criteria.served_share"} <= where


def changed_outcome(told, **changes):
    objective = {**told["objective"], **changes.pop("objective", {})}
    return {**told, **changes, "objective": objective}


def consistent(told, bound):
    value, base = told["objective"]["value"], told["baseline"]["objective"]
    saving = (value - bound) / (base - bound) if base > bound else None
    return {"bound": bound, "gap": max(value - bound, 0.0) / value, "gap_of_saving": saving}


def test_a_consistent_lower_bound_is_all_that_can_be_claimed_freely(told):
    value = told["objective"]["value"]
    low = changed_outcome(told, objective=consistent(told, value * 0.5))
    assert claims(low) == ()
    high = changed_outcome(told, objective=consistent(told, value * 1.001), proof="optimal")
    assert {one.where for one in claims(high)} == {"objective.bound"}


def test_optimal_needs_a_closed_gap_and_a_closed_gap_is_called_optimal(told):
    assert {one.where for one in claims({**told, "proof": "optimal"})} == {"proof"}
    closed = consistent(told, told["objective"]["value"])
    assert {one.where for one in claims(changed_outcome(told, objective=closed))} == {"proof"}


def test_an_outcome_must_be_consistent(told):
    assert claims({**told, "stopped_by": "proof"})
    none = {"bound": None, "gap": None, "gap_of_saving": None}
    assert claims(changed_outcome(told, objective=none, proof="none")) == ()
    assert claims(changed_outcome(told, objective=none))
    assert claims(changed_outcome(told, objective=none, proof="none", stopped_by="gap"))
    assert claims({**told, "status": "no_plan"})
    assert claims({**told, "method": "guess"})


def easy_town():
    """Return the town without quotas and minimum use: its baseline is a plan like any."""
    problem = town()
    quotas = problem.rules.quotas
    status = problem.options.status.copy()
    status[1] = 0
    least = problem.designs.minimum_parcels_per_day * 0
    return problem.replace(
        rules=problem.rules.replace(quotas=quotas.replace(at_least=quotas.at_least * 0)),
        options=problem.options.replace(status=status),
        designs=problem.designs.replace(minimum_parcels_per_day=least),
    )


def test_a_bound_above_a_feasible_baseline_is_a_lie(tmp_path):
    problem = easy_town()
    result = result_of(problem, good_plan(), baseline_plan())
    write_folder(tmp_path, problem, result)
    found = verify_folder(tmp_path)
    assert [(one.family, one.where) for one in found] == [("claim", "objective.bound")]
    assert "above the baseline" in found[0].words


def conflict():
    return Conflict("land", "ledger soil", "the soil budget of 0 m2 is below the 300 m2 required")


def test_an_infeasible_result_verifies_with_its_conflicts(tmp_path):
    outcome = Outcome("infeasible", "infeasible", "proof", None, None, "mip")
    result = result_of(town(), None, baseline_plan(), outcome)
    solution = result.solution.replace(conflicts=(conflict(),))
    write_folder(tmp_path, town(), result.replace(solution=solution))
    assert verify_folder(tmp_path) == ()


def test_infeasible_is_a_lie_where_the_baseline_keeps_every_rule(tmp_path):
    outcome = Outcome("infeasible", "infeasible", "proof", None, None, "mip")
    problem = easy_town()
    write_folder(tmp_path, problem, result_of(problem, None, baseline_plan(), outcome))
    assert [one.where for one in verify_folder(tmp_path)] == ["status"]


def test_no_plan_verifies_and_may_not_claim_one(tmp_path):
    _, told = write_folder(tmp_path, town(), result_of(town(), None, baseline_plan()))
    assert verify_folder(tmp_path) == ()
    for key, value in {
        "verified": True,
        "status": "plan",
        "proof": "gap",
        "open": [{"site": "hall"}],
        "criteria": {},
        "objective": {**told["objective"], "value": 1.0},
    }.items():
        (tmp_path / "result.json").write_text(to_text(sealed({**told, key: value})))
        assert verify_folder(tmp_path), key


def test_a_folder_without_its_files_is_refused(tmp_path):
    with pytest.raises(Refusal) as refused:
        verify_folder(tmp_path)
    assert {fault.code for fault in refused.value.faults} == {"F909"}
    assert len(refused.value.faults) == 3


@pytest.mark.parametrize("name", ["problem.npz", "plan.json", "result.json"])
@pytest.mark.parametrize("damage", ["truncated", "empty", "noise", "list"])
def test_a_damaged_file_is_named(folder, tmp_path, name, damage):
    for one in ("problem.npz", "plan.json", "result.json"):
        (tmp_path / one).write_bytes((folder / one).read_bytes())
    content = (tmp_path / name).read_bytes()
    damaged = {
        "truncated": content[: len(content) // 2],
        "empty": b"",
        "noise": b"\xff\x00" * 40,
        "list": b"[1, 2]",
    }[damage]
    (tmp_path / name).write_bytes(damaged)
    found = verify_folder(tmp_path)
    assert [one.family for one in found] == ["file"]
    assert name in found[0].where


@pytest.mark.parametrize("key", ["bike", "van", "open", "tenants"])
@pytest.mark.parametrize("junk", [None, 1, "x", [[]], [1], {"dB": "much"}, {"dB": True}])
def test_junk_in_a_plan_is_refused_without_a_traceback(plans, forge, key, junk):
    assert forge("plan.json", {**plans, "plan": {**plans["plan"], key: junk}})


@pytest.mark.parametrize("junk", [None, 1, "x", [], [1], {}, {"x": []}])
def test_junk_in_a_result_is_refused_without_a_traceback(told, junk):
    for key in told:
        if key not in {"timing_s", "digest"} and told[key] != junk:
            assert claims({**told, key: junk}), key


def test_another_problem_with_all_digests_made_anew_is_noticed(folder, tmp_path):
    """Whoever raises the budget afterwards has to forge all three files to the same end."""
    problem = town()
    rules = problem.rules
    richer = problem.replace(rules=rules.replace(money=rules.money.replace(budget=whole(10**9))))
    write_folder(tmp_path, richer, result_of(problem, good_plan(), baseline_plan()))
    for name in ("plan.json", "result.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    where = {one.where for one in verify_folder(tmp_path)}
    assert {"plan.json problem_digest"} <= where
