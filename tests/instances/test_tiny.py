"""The town that a person can solve by hand: the solver finds what the arithmetic says."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.core.limits import Budget, Limits, silent
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario
from optimizer.siting.criteria import objective_of
from optimizer.siting.data import build_data
from optimizer.siting.mip import solve_whole

TINY = Path(__file__).parent.parent.parent / "instances" / "tiny"
CENT = 0.01
LAND, PURSE = "rules.land.0.budget_m2", "rules.purses.0.budget_eur"


def problem_of(*changes):
    return assemble(read_scenario(TINY / "scenario.yaml", changes), cache=False).problem


def best_plan(*changes):
    """Return the optimum and what is open, as "design@site"."""
    problem = problem_of(*changes)
    data = build_data(problem)
    answer = solve_whole(problem, data, Budget(Limits(time_s=60, gap=0)), silent)
    assert answer.plan is not None
    value = objective_of(data, answer.plan)
    assert answer.bound is not None
    assert value - answer.bound < CENT * 10
    options = problem.options
    opened = {
        f"{problem.designs.id[options.design[o]]}@{problem.sites.id[options.site[o]]}"
        for o in range(options.count)
        if answer.plan.open_option[o]
    }
    return value, opened


def test_every_street_takes_the_seconds_of_the_first_table():
    arcs = problem_of().streets.arcs
    seconds = {profile: set(each.time_s.tolist()) for profile, each in arcs.items()}
    assert seconds == {"van": {36}, "lorry": {40}, "cargo_bike": {81}, "walk": {259}}
    assert all(set(each.length_m.tolist()) == {360} for each in arcs.values())


@pytest.mark.parametrize(
    ("changes", "eur_per_year", "opened"),
    [
        ([], "43 487.80", "hotel@depot hub@meadow lockers@square"),
        ([f"{LAND}=0"], "82 149.60", "hotel@depot lockers@square"),
        ([f"{LAND}=500"], "42 596.90", "hotel@meadow hub@depot lockers@square"),
        ([f"{PURSE}=1255000"], "51 470.80", "hotel@depot hub@meadow"),
        ([f"{PURSE}=60000"], "91 896.90", "hub@depot lockers@square"),
        ([f"{PURSE}=50000"], "100 770.80", "hub@meadow"),
        ([f"{PURSE}=0"], "140 896.00", ""),
        (
            ["rules.forbidden=[{site: depot, design: hotel}]"],
            "91 896.90",
            "hub@depot lockers@square",
        ),
    ],
)
def test_the_solver_finds_what_the_arithmetic_says(changes, eur_per_year, opened):
    value, found = best_plan(*changes)
    assert found == set(opened.split())
    assert value == pytest.approx(float(eur_per_year.replace(" ", "")), abs=CENT)
    assert eur_per_year in (TINY / "README.md").read_text(encoding="utf-8")


def test_the_arithmetic_of_the_readme_holds():
    """The figures of sections 2 to 5, from the few numbers of the scenario."""
    van = {name: 2.12 + 0.0144 * k for name, k in {"A": 2, "B": 3, "C": 4, "D": 5, "E": 3}.items()}
    parcels = {"A": 60, "B": 50, "C": 60, "D": 40, "E": 50}
    assert sum(parcels[name] * van[name] for name in van) * 250 == pytest.approx(140_896)

    def saving(name, streets, supply):
        return van[name] - (0.40 + 0.0405 * streets + supply + 0.10)

    depot = {"A": saving("A", 2, 0.1112), "B": saving("B", 1, 0.1112), "C": saving("C", 2, 0.1112)}
    meadow = {"B": saving("B", 2, 0.1188), "C": saving("C", 1, 0.1188), "D": saving("D", 2, 0.1188)}
    lockers = van["B"] - 0.2388
    per_day = 24 * lockers + 76 * meadow["B"] + 48 * meadow["C"] + 32 * meadow["D"]
    assert per_day == pytest.approx(278.0328)
    assert 80 * depot["B"] + 48 * depot["C"] + 32 * depot["A"] == pytest.approx(238.8304)
    assert 80 * meadow["B"] + 48 * meadow["C"] + 32 * meadow["D"] == pytest.approx(237.7008)
    total = 140_896 - per_day * 250 + 19_300 + 2_100 - (80_300 - 31_000)
    assert total == pytest.approx(43_487.80)
