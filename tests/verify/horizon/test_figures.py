"""Every figure of the line town's programme over three periods, added up by hand."""

from __future__ import annotations

import pytest

from optimizer.core.timeline import period_problem
from optimizer.verify import check_programme, recompute, recompute_programme
from tests.verify.horizon.decades import decades, programme

COURSE = recompute_programme(decades(), programme())

# Payments of the purse in 2026, 2031 and 2036, and what comes in.
LINES = {
    "opening": (1_600_000, 0, 0),
    "grants": (0, 150_000, 60_000),
    "transfers": (0, 0, 0),
    "rents": (0, 0, 0),
    "resale": (0, 0, 2 * 1_080 + 240),  # the kiosk's lockers: land, and a fifth of 1,200
    "purchases": (
        1_000 * 500 + 2 * 900,  # hall, kiosk
        5 * 900,  # post office, for the surgery
        6 * 360,  # premium of the long lease at the kiosk
    ),
    "building": (1_025_000 + 10_000 + 1_000 + 20_000, 0, 2_400),
    "clean_up": (10_000, 400 + 60, 0),
    "closing": (0, 1_000, 600),
    "moves": (900, 1_500 + 700, 0),
    "renaturation": (0, 150, 0),
    "other_uses": (0, 62, 62),  # 62.5, half to even
    "running": (
        5 * (2_000 + 1_000 + 3_000 + 300 * 10 + 100 + 100),
        5 * (2_000 + 1_000 + 3_000 + 300 * 15 + 100 + 100),
        5 * (2_200 + 1_100 + 3_300 + 300 * 15 + 165 + 6 * 10 + 110),
    ),
    "subsidies": (5 * 12_500, 0, 0),  # half the bakery's rent while it is young
    "interest": (0, 7_720, 0),  # 2 % on 77,200 for five years
}


def test_the_programme_keeps_every_rule():
    assert check_programme(decades(), programme()) == ()


@pytest.mark.parametrize("line", LINES)
def test_a_cash_line_adds_up(line):
    assert COURSE.cash[line].tolist() == [list(LINES[line])]


def test_debt_balance_and_reserve_follow_from_the_lines():
    assert COURSE.debt_eur.tolist() == [[77_200, 0, 0]]
    assert COURSE.balance_eur.tolist() == [[0, 3_208, 3_211]]
    assert COURSE.reserve_eur.tolist() == [[5_000, 5_000, 5_000]]


def test_soil_counts_within_the_years_of_each_ledger():
    assert COURSE.land_used_m2.tolist() == [[300, 0, 0], [0, 5, 5], [800, 5, 5], [0, 5, 5]]
    assert COURSE.land_restored_m2.tolist() == [[0, 0, 0], [0, 5, 5], [0, 0, 0], [0, 0, 0]]
    assert COURSE.land_left_m2.tolist() == [[0, 300, 300], [0, 0, 0], [0, 795, 795], [5, 0, 0]]


def test_one_offs_are_spread_over_the_fifteen_years():
    terms = COURSE.criteria.terms
    assert terms["clean_up"] == pytest.approx(10_460 / 15)
    assert terms["closing"] == pytest.approx(1_600 / 15)
    assert terms["moving"] == pytest.approx(3_100 / 15)
    assert terms["renaturation"] == pytest.approx(150 / 15)
    assert terms["other_uses"] == pytest.approx(2 * 12.5 / 3)
    assert terms["jobs_lost"] == pytest.approx(3_000)


def test_yearly_terms_are_the_mean_of_the_periods():
    problem, plans = decades(), programme().plans
    figures = [recompute(period_problem(problem, t), plan) for t, plan in enumerate(plans)]
    assert COURSE.criteria.terms["running"] == pytest.approx((6_200 + 6_200 + 6_875) / 3)
    assert COURSE.criteria.terms["rent_income"] == pytest.approx(-(97_500 + 110_000 + 110_000) / 3)
    for name in ("co2e_kg_per_year", "jobs_hosted", "walk_min_mean", "served_share"):
        mean = sum(getattr(one, name) for one in figures) / 3
        assert getattr(COURSE.criteria, name) == pytest.approx(mean)
    assert [one.objective for one in COURSE.periods] == [one.objective for one in figures]
    total = sum(COURSE.criteria.terms.values())
    assert COURSE.criteria.objective == pytest.approx(total)
    weights = ("jobs", "walking", "co2e_transport", "co2e_building", "unserved", "jobs_lost")
    spent = total - sum(COURSE.criteria.terms[name] for name in weights)
    assert COURSE.criteria.cost_eur_per_year == pytest.approx(spent)


def test_soil_and_acquisition_are_totals_over_the_years():
    assert COURSE.criteria.land_consumption_m2 == {"inner": 0, "outer": 305}
    assert COURSE.criteria.acquisition_eur == {
        "inner": 501_800 + 1_036_000 + 2_160 + 2_400,
        "outer": 20_000 + 4_500,
    }


def test_what_is_left_at_the_end_has_a_value():
    buildings = 1_230_000 * 45 / 60 + 24_000 * 5 / 20 + 2_400 * 5 / 10
    land = 1_000 * 600 + 5 * 1_080
    assert COURSE.residual_eur.tolist() == [pytest.approx(buildings + land)]
    assert COURSE.npv_eur.tolist() == [pytest.approx(3_211 - 1_600_000 + buildings + land)]


def test_other_figures():
    assert COURSE.jobs_lost == 3
    assert COURSE.use_m2.tolist() == [[0, 5, 5], [1400, 1400, 1400], [504, 504, 508]]
    assert COURSE.subsidy_eur_year.tolist() == [[12_500, 0, 0]]
