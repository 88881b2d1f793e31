"""Present values, weights and rents where money has interest, on numbers for the head."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import Rents
from optimizer.core.programme import resting
from optimizer.core.timeline import one_off_weights, period_weights
from optimizer.verify import check_programme, recompute_programme
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.worth import once_weights, year_weights
from optimizer.verify.paths import Paths
from tests.horizon import ints, purse, whole, with_horizon
from tests.verify import town as t
from tests.verify.town import floats


def two_years(rate=0.25, years=1, **parts):
    """Return the line town over two periods; the good plan stands in both, no rule binds."""
    problem = t.town()
    problem = problem.replace(prices=problem.prices.replace(discount_rate=rate))
    parts = {"count": 2, "years": years, "purses": purse(problem, 0, **parts.pop("purse", {}))}
    return with_horizon(problem, **parts)


def course(problem, *plans):
    return recompute_programme(problem, resting(problem, plans))


def test_a_quarter_of_interest_makes_a_year_later_worth_four_fifths():
    problem = two_years()
    years = Years(problem, resting(problem, (t.good_plan(),) * 2), Paths(problem.streets))
    assert year_weights(years) == pytest.approx([0.8 / 1.44, 0.64 / 1.44])
    assert once_weights(years) == pytest.approx([1 / 1.44, 0.8 / 1.44])


@pytest.mark.parametrize(("rate", "years"), [(0.0, 1), (0.04, 5), (0.25, 3)])
def test_weights_are_those_of_the_contract(rate, years):
    problem = two_years(rate, years)
    mine = Years(problem, resting(problem, (t.good_plan(),) * 2), Paths(problem.streets))
    assert year_weights(mine) == pytest.approx(period_weights(problem).tolist())
    assert once_weights(mine) == pytest.approx(one_off_weights(problem).tolist())


def test_the_present_value_discounts_starts_by_the_first_day_and_rents_by_the_year():
    problem = two_years(purse={"gets_rents": np.array([True]), "interest_rate": floats(0.1)})
    figures = course(problem, t.good_plan(), t.good_plan())
    spent = 1_000 * 500 + 1_025_000 + 10_000 + 1_000 + 20_000
    assert figures.cash["rents"].tolist() == [[110_000, 110_000]]
    assert figures.debt_eur[0, 0] == spent - 110_000
    assert figures.cash["interest"].tolist() == [[0, 144_600]]
    # Lifetimes: the hotel two years, all else one, so that nothing but the land is left.
    assert figures.residual_eur.tolist() == [500_000]
    right = -spent + 110_000 * (0.8 + 0.64) - 144_600 * 0.64 + 500_000 * 0.64
    assert figures.npv_eur.tolist() == [pytest.approx(right)]


def test_a_young_firm_pays_a_share_of_the_rent_and_the_purse_bears_the_rest():
    rents = Rents(ints(1, 2), floats(0.5, 0.8), ints(2026, *[0] * 10))  # the bakery, 250 m2
    limit = {"subsidy_max_eur_year": whole(12_500), "borrow_max_eur": whole(10**7)}
    limit["debt_end_max_eur"] = whole(10**7)
    problem = two_years(purse=limit)
    problem = problem.replace(horizon=problem.horizon.replace(rents=rents))
    figures = course(problem, t.good_plan(), t.good_plan())
    assert figures.subsidy_eur_year.tolist() == [[12_500, pytest.approx(5_000)]]
    assert figures.cash["subsidies"].tolist() == [[12_500, 5_000]]
    assert figures.cash["rents"].tolist() == [[0, 0]]
    assert figures.periods[0].terms["rent_income"] == -97_500
    assert check_programme(problem, resting(problem, (t.good_plan(),) * 2)) == ()


def test_a_purse_that_gets_rents_gets_less_and_pays_no_subsidy():
    rents = Rents(ints(1), floats(0.5), ints(2026, *[0] * 10))
    terms = {"gets_rents": np.array([True]), "subsidy_max_eur_year": whole(0)}
    problem = two_years(purse=terms)
    problem = problem.replace(horizon=problem.horizon.replace(rents=rents))
    figures = course(problem, t.good_plan(), t.good_plan())
    assert figures.cash["rents"].tolist() == [[97_500, 110_000]]
    assert figures.cash["subsidies"].tolist() == [[0, 0]]
    found = check_programme(problem, resting(problem, (t.good_plan(),) * 2))
    assert "subsidy" in {one.family for one in found}


def test_a_purse_sees_its_own_jurisdiction_alone():
    problem = two_years(purse={"covers": np.array([[False, True]])})
    figures = course(problem, t.good_plan(), t.good_plan())
    assert figures.cash["building"].tolist() == [[20_000, 0]]
    assert figures.cash["purchases"].tolist() == [[0, 0]]


def test_what_closes_and_opens_again_is_bought_again():
    problem = two_years(0.0, purse={"gamma": ints(1)})
    ground = problem.horizon.ground
    ground = ground.replace(price_deviation_eur_m2=whole(7, 0, 0, 0, 0))
    problem = with_horizon(problem, 3, 1, purses=purse(problem, 0, 3, gamma=ints(1)), ground=ground)
    without = t.baseline_plan()
    figures = course(problem, t.good_plan(), without, t.good_plan())
    assert figures.cash["purchases"].tolist() == [[500_000, 0, 500_000]]
    assert figures.cash["building"].tolist() == [[1_056_000, 0, 1_056_000]]
    assert figures.cash["resale"].tolist() == [[0, 500_000, 0]]
    assert figures.reserve_eur.tolist() == [[7_000, 7_000, 14_000]]
