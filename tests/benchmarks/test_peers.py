"""Peers are asked in processes of their own; what they cannot do is a row that says so."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from benchmarks import cities
from benchmarks.case import Options
from benchmarks.peers import ask, environment
from benchmarks.peers.answer import MODULES
from benchmarks.routing.peers import APART
from benchmarks.suites.peers import PEERS, ROUTERS, cases
from optimizer.core.limits import Limits
from tests.verify.location_answers import make, truth

QUICK = Limits(time_s=5.0, threads=1)


@pytest.fixture
def our_python(monkeypatch):
    """Take the interpreter of the tests for that of the peers."""
    monkeypatch.setattr(environment, "interpreter", lambda: environment.Path(sys.executable))


def test_peers_that_are_not_installed_are_rows_that_say_so(monkeypatch, tmp_path):
    monkeypatch.setenv("FAUBOURG_CACHE_DIR", str(tmp_path))
    row = ask.solve("spopt", make("p_median"), QUICK)
    assert row["status"] == "failed"
    assert "python -m benchmarks.peers.environment" in row["error"]


@pytest.mark.usefixtures("our_python")
def test_a_peer_that_dies_is_a_row_with_its_last_words():
    row = ask.solve("spopt", make("p_median"), QUICK)
    assert row["error"].startswith("died with 1: ModuleNotFoundError")


@pytest.mark.usefixtures("our_python")
def test_a_peer_that_never_ends_is_ended(monkeypatch):
    monkeypatch.setattr(ask, "MARGIN_S", 0.05)
    row = ask.solve("ortools-highs", make("p_median"), Limits(time_s=0.0))
    assert row["error"] == "no answer within 0 s: ended"


@pytest.mark.usefixtures("our_python")
@pytest.mark.parametrize(
    ("peer", "kind"),
    [
        ("ortools-highs", "p_median"),
        ("ortools-scip", "max_cover"),
        ("ortools-cpsat", "set_cover"),
        ("ortools-cpsat", "fixed_charge"),
    ],
)
def test_textbook_models_reach_the_optimum_and_are_checked(peer, kind):
    problem = one_size(kind)
    row = ask.solve(peer, problem, QUICK)
    assert row["verified"], row
    assert row["proof"] == "optimal"
    assert row["objective"] == pytest.approx(best_of(problem))
    assert (row["n"], row["m"]) == (6, 4)


@pytest.mark.usefixtures("our_python")
@pytest.mark.parametrize(
    ("peer", "kind"),
    [
        ("ortools-highs", "capacitated"),
        ("ortools-cpsat", "single_source"),
        ("ortools-scip", "capacitated_median"),
    ],
)
def test_capacities_bind_peers_as_they_bind_us(peer, kind):
    problem = one_size(kind)
    row = ask.solve(peer, problem, QUICK)
    assert row["verified"], row
    assert row["objective"] <= best_of(problem) + 1e-6


@pytest.mark.usefixtures("our_python")
@pytest.mark.parametrize("peer", ["scipy", "networkx"])
def test_travel_matrices_of_peers_add_up_to_the_same(peer):
    arcs, places = cities.grid_streets(8)
    question = {
        "nodes": np.array(64),
        "tail": arcs.tail,
        "head": arcs.head,
        "time_s": arcs.time_s,
        "x_m": places[:, 0],
        "y_m": places[:, 1],
        "sources": np.array([0, 9, 33]),
        "targets": np.arange(64),
    }
    expected = float(shortest(arcs, 64)[[0, 9, 33]].sum())
    assert ask.ask(peer, question, QUICK)["objective"] == expected


def one_size(kind):
    """Return the problem of a kind with the largest size of each site alone, and no minimum use."""
    problem = make(kind)
    largest = [0, 2, 3, 4]
    sizes = problem.sizes.replace(
        site=problem.sizes.site[largest],
        fixed_cost=problem.sizes.fixed_cost[largest],
        capacity=problem.sizes.capacity[largest],
        min_use=np.zeros(4),
    )
    return problem.replace(sizes=sizes)


def best_of(problem):
    return truth(problem).objective


def shortest(arcs, count):
    """Floyd and Warshall."""
    table = np.full((count, count), np.inf)
    np.fill_diagonal(table, 0)
    np.minimum.at(table, (arcs.tail, arcs.head), arcs.time_s)
    for node in range(count):
        table = np.minimum(table, table[:, [node]] + table[[node]])
    return table


def told(problem, **changes):
    answer = truth(problem)
    return {"open": answer.open.tolist(), "objective": answer.objective, **changes}


def test_a_claim_worse_than_its_plan_is_no_lie_and_a_better_one_is():
    problem = one_size("p_median")
    value = truth(problem).objective
    assert ask.check(problem, told(problem))["verified"]
    assert ask.check(problem, told(problem, objective=value * 1.2))["verified"]
    assert not ask.check(problem, told(problem, objective=value * 0.99))["verified"]
    assert not ask.check(problem, told(problem, open=[0, 1, 2]))["verified"]


def test_rounded_costs_are_allowed_to_peers_that_say_so():
    problem = one_size("p_median")
    value = truth(problem).objective
    close = told(problem, objective=value * 0.9999)
    assert not ask.check(problem, close)["verified"]
    assert ask.check(problem, close | {"exact": False})["verified"]


def test_shares_of_peers_become_flows_that_add_up():
    problem = make("capacitated")
    share = np.zeros((6, 4))
    share[:, 0], share[:, 1], share[:, 2] = 0.5, 0.5 - 1e-9, 1e-9
    nobody, flows = ask.assignment(problem, np.array([0, 1, 2], dtype=np.int32), share.tolist())
    assert set(nobody) == {-1}
    assert np.bincount(flows.customer, weights=flows.share).tolist() == pytest.approx([1.0] * 6)


def test_a_problem_goes_out_as_plain_arrays(tmp_path):
    data = ask.arrays(make("max_cover"), QUICK)
    np.savez(tmp_path / "question.npz", allow_pickle=False, **data)
    with np.load(tmp_path / "question.npz", allow_pickle=False) as stored:
        assert str(stored["kind"]) == "max_cover"
        assert (int(stored["at_most"]), float(stored["radius"])) == (2, 4.0)
        assert stored["cost"].shape == (6, 4)


def test_every_peer_of_the_suite_has_an_answer_module():
    assert {*PEERS, *ROUTERS, *APART} == set(MODULES)
    asked = {case.solver for case in cases(Options())}
    assert asked == {"faubourg", *PEERS, *ROUTERS}


def test_every_requirement_is_installed_by_itself(monkeypatch, tmp_path):
    monkeypatch.setenv("FAUBOURG_CACHE_DIR", str(tmp_path))
    asked = []

    class Done:
        returncode, stderr = 0, ""

    def run(command, **options):
        asked.append(command)
        done = Done()
        if command[-1].startswith("pandana"):
            done.returncode, done.stderr = 1, "building\nno compiler"
        if command[-1].startswith("igraph"):
            raise environment.subprocess.TimeoutExpired(command, 1)
        return done

    monkeypatch.setattr(environment.subprocess, "run", run)
    failed = environment.make()
    assert len(asked) == 12
    assert failed == {
        "pandana>=0.8": "no compiler",
        "igraph>=1.0": "not installed within 900 s",
    }
    assert environment.folder().is_relative_to(tmp_path)


def test_requirements_name_a_new_environment_when_they_change(monkeypatch, tmp_path):
    before = environment.folder()
    other = tmp_path / "requirements.txt"
    other.write_text("numpy\n", encoding="utf-8")
    monkeypatch.setattr(environment, "REQUIREMENTS", other)
    assert environment.folder() != before


def test_answers_are_plain_json():
    assert json.loads(json.dumps(told(make("p_median"))))["open"]
