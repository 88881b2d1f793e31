"""A scenario and its world become one numbered problem."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from optimizer import run
from optimizer.core.kinds import Kind
from optimizer.core.refusal import Refusal
from optimizer.core.store import digest
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario

TINY = Path(__file__).parent.parent.parent / "instances" / "tiny" / "scenario.yaml"


def test_the_same_scenario_gives_the_same_problem_twice():
    scenario = read_scenario(TINY)
    assert digest(assemble(scenario).problem) == digest(assemble(scenario, cache=False).problem)


def test_budgets_and_quotas_are_numbered_by_jurisdiction():
    quota = "rules.quotas=[{kind: micro_hub, jurisdiction: Tiny town, at_least: 1, at_most: 2}]"
    problem = assemble(read_scenario(TINY, [quota])).problem
    rules = problem.rules
    assert rules.jurisdiction == ("Tiny town",)
    assert rules.land.covers.shape == (rules.land.count, 1)
    assert rules.land.covers.all()
    assert rules.quotas.kind.tolist() == [Kind.MICRO_HUB]
    assert rules.quotas.jurisdiction.tolist() == [0]
    assert rules.quotas.at_most.tolist() == [2]


def test_without_budgets_the_ledgers_are_empty():
    problem = assemble(read_scenario(TINY, ["rules.purses=[]", "rules.land=[]"])).problem
    assert problem.rules.money.covers.shape == (0, 1)
    assert problem.rules.land.count == 0


def test_an_unknown_jurisdiction_is_refused_where_it_stands():
    request = run.Request(TINY, ["rules.purses.0.jurisdictions=[Tiny tawn]"])
    with pytest.raises(Refusal) as refused:
        run.prepare(request)
    (fault,) = refused.value.faults
    assert fault.code in {"F126", "F501"}
    assert "Tiny town" in fault.action


def test_fault_in_a_rule_names_the_line_of_the_file(tmp_path):
    shutil.copytree(TINY.parent, tmp_path / "town")
    path = tmp_path / "town" / "scenario.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("\nrules:")
    text = f"{text[:start]}\nrules:\n  forbidden:\n    - site: nowhere\n"
    path.write_text(text, encoding="utf-8")
    line = text.splitlines().index("    - site: nowhere") + 1
    with pytest.raises(Refusal) as refused:
        run.prepare(run.Request(path))
    assert f"scenario.yaml:{line}:" in refused.value.faults[0].place


def test_the_backdrop_shows_streets_and_the_outline_of_every_site():
    assembled = assemble(read_scenario(TINY))
    backdrop = assembled.backdrop
    assert backdrop.streets.count > 0
    assert backdrop.sites.count == assembled.problem.sites.count
    assert np.all(np.diff(backdrop.streets.start) >= 2)
    assert "OpenStreetMap" in backdrop.credit


def test_limits_of_the_request_win_over_those_of_the_scenario():
    scenario = read_scenario(TINY)
    limits = run.limits_of(scenario, run.Request(TINY, time_limit_s=3.0, work=50, seed=7))
    assert (limits.time_s, limits.work, limits.seed) == (3.0, 50, 7)
    assert limits.threads == scenario.solve.threads
