"""Two pavilions that travel: the engine finds what the arithmetic of the README says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from optimizer import engine
from optimizer.core.horizon import EVER
from optimizer.core.limits import Limits
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario

FOLDER = Path(__file__).parent.parent.parent / "instances" / "pavilion"
CENT = 0.01
STOCK, STAY = "pavilions.0", "designs.micro_hubs.0.minimum_stay_years"
TEMPORARY, SOIL = "rules.land.0.temporary", "rules.land.0.budget_m2"
YEARS, VANS = 15, 208_104


def problem_of(*changes):
    return assemble(read_scenario(FOLDER / "scenario.yaml", changes), cache=False).problem


def free_for_ever(problem):
    """Take the dates of the sites and the land ledger away."""
    horizon, count = problem.horizon, problem.sites.count
    ground = horizon.ground.replace(
        free_from_year=np.zeros(count, dtype=np.int32),
        free_until_year=np.full(count, EVER, dtype=np.int32),
    )
    land = horizon.land.replace(budget_m2=np.array([10_000]))
    return problem.replace(horizon=horizon.replace(ground=ground, land=land))


def best(problem):
    """Return the proven optimum and the sites where something stands, period by period."""
    result = engine.solve(problem, Limits(time_s=60, gap=0, threads=1))
    solution = result.solution
    assert result.verified, result.violations
    assert solution.outcome.value - solution.outcome.bound < 10 * CENT
    names = np.array(problem.sites.id)[problem.options.site]
    opened = "; ".join(
        " ".join(sorted(names[plan.open_option])) or "-" for plan in solution.programme.plans
    )
    return solution, opened


@pytest.mark.parametrize(
    ("changes", "saved_eur", "eur_per_year", "opened"),
    [
        ([], 360_000, "184 104.00", "-; fairground gasworks; gasworks station"),
        (
            [f"{STOCK}.moves_max=2"],
            365_000,
            "183 770.67",
            "quay; fairground gasworks; gasworks station",
        ),
        (
            [f"{STOCK}.move_eur=0"],
            385_000,
            "182 437.33",
            "quay; fairground gasworks; gasworks station",
        ),
        (
            [f"{STOCK}.move_days=0"],
            385_000,
            "182 437.33",
            "quay; fairground gasworks; gasworks station",
        ),
        ([f"{STOCK}.count=1"], 210_000, "194 104.00", "-; gasworks; gasworks"),
        ([f"{STAY}=10"], 325_000, "186 437.33", "quay; gasworks quay; gasworks station"),
        ([f"{TEMPORARY}=counts"], 325_000, "186 437.33", "quay; gasworks quay; gasworks station"),
        ([f"{SOIL}=0"], 285_000, "189 104.00", "quay; gasworks quay; gasworks quay"),
    ],
)
def test_the_engine_finds_what_the_arithmetic_says(changes, saved_eur, eur_per_year, opened):
    solution, found = best(problem_of(*changes))
    assert found == opened
    assert solution.outcome.value == pytest.approx(VANS - saved_eur / YEARS, abs=CENT)
    assert f"{solution.outcome.value:,.2f}".replace(",", " ") == eur_per_year
    assert eur_per_year in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_without_dates_both_pavilions_stay_where_most_parcels_are():
    solution, found = best(free_for_ever(problem_of()))
    assert found == "gasworks station; gasworks station; gasworks station"
    assert solution.outcome.value == pytest.approx(166_104, abs=CENT)


def test_the_second_pavilion_moves_once_and_its_move_is_paid():
    problem = problem_of()
    solution, _ = best(problem)
    stands = solution.programme.pavilion_option
    moves = [
        sum(now >= 0 and now != before >= 0 for before, now in pairwise(row))
        for row in stands.tolist()
    ]
    assert sorted(moves) == [0, 1]
    assert solution.course.criteria.terms["moving"] == pytest.approx(20_000 / YEARS)


def test_the_savings_of_the_readme_hold():
    van = 0.01 * ((2 * 600 + 2 * 72) / 100 + 200)
    lorry = 0.01 * ((2 * 600 + 2 * 80 + 120) / 200 + 3)
    assert van - (lorry + 0.005 * 80 + 0.0304) == pytest.approx(1.6)
    assert 390 * van * 250 == pytest.approx(VANS)
    arrival = 1 - 182.5 / (5 * 365)
    assert 100 * arrival == pytest.approx(90)
    year = {name: 400 * parcels - 19_000 for name, parcels in
            {"quay": 60, "fair": 90, "full": 100, "arrived": 90}.items()}  # fmt: skip
    first = 2 * 5 * year["full"]
    second = 5 * year["fair"] + 5 * year["arrived"] - 20_000
    assert (first, second) == (210_000, 150_000)
