"""Two cities: alone each stays with vans, together both build, and both gain as the README says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimizer import engine
from optimizer.core.limits import Limits
from optimizer.prepare.assemble import assemble
from optimizer.scenario.reader import read_scenario
from optimizer.study.cooperation import solve_together

FOLDER = Path(__file__).parent.parent.parent / "instances" / "two_cities"
CENT = 0.01
LIMITS = Limits(time_s=60, gap=0, threads=1)
NO_LAND, NO_MONEY = "cooperation.trades_land=false", "cooperation.trades_money=false"


def problem_of(*changes):
    return assemble(read_scenario(FOLDER / "scenario.yaml", changes), cache=False).problem


@pytest.mark.parametrize(
    ("changes", "eur_per_year", "opened"),
    [
        ([], "81 900.00", "rhone; furan rhone"),
        ([NO_LAND], "112 400.00", "furan; furan"),
        ([NO_MONEY], "92 400.00", "rhone; rhone"),
        ([NO_LAND, NO_MONEY], "133 400.00", "; "),
    ],
)
def test_each_trade_changes_the_programme_as_the_arithmetic_says(changes, eur_per_year, opened):
    problem = problem_of(*changes)
    result = engine.solve(problem, LIMITS)
    assert result.verified, result.violations
    names = np.array([name.split("-")[0] for name in problem.sites.id])[problem.options.site]
    plans = result.solution.programme.plans
    assert "; ".join(" ".join(sorted(names[plan.open_option])) for plan in plans) == opened
    assert f"{result.solution.outcome.value:,.2f}".replace(",", " ") == eur_per_year
    assert eur_per_year in (FOLDER / "README.md").read_text(encoding="utf-8")


def test_both_cities_gain_strictly_against_the_proven_bound_of_their_own_case():
    result = solve_together(problem_of(), LIMITS)
    assert result.verified, result.violations
    alliance = result.solution.alliance
    assert alliance.alone_bound == pytest.approx([80_040, 53_360], abs=CENT * 10)
    assert alliance.alone_value == pytest.approx([80_040, 53_360], abs=CENT)
    assert alliance.joint_eur == pytest.approx([39_040, 42_860], abs=CENT)
    assert alliance.payment_eur == pytest.approx([10_100, -10_100], abs=CENT * 10)
    pays = alliance.joint_eur + alliance.payment_eur
    assert (pays < alliance.alone_bound - 20_000).all()
    assert pays.sum() == pytest.approx(result.solution.outcome.value, abs=CENT)
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for figure in ("80 040", "53 360", "49 140", "32 760", "39 040", "42 860", "10 100"):
        assert figure in text
    assert pays == pytest.approx([49_140, 32_760], abs=CENT * 10)


def test_soil_passes_one_way_and_money_the_other():
    programme = engine.solve(problem_of(), LIMITS).solution.programme
    assert programme.land_transfer_m2.tolist() == [100, -100]
    assert programme.purse_transfer_eur.sum(axis=1).tolist() == [-120_000, 120_000]
