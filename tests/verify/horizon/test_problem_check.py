"""A stored horizon that is not sound is refused before anything is checked against it."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import Cooperation
from optimizer.verify import check_problem
from tests.builders import grid_problem
from tests.horizon import ints, whole, with_horizon
from tests.verify.horizon.decades import altered, decades, part
from tests.verify.town import floats, town


def alliance(**changes):
    fields = {
        "member": ("inner town", "outer town"),
        "covers": np.eye(2, dtype=bool),
        "trades_land": True,
        "trades_money": True,
        "demand_jurisdiction": ints(0, 1),
    }
    return decades(cooperation=Cooperation(**{**fields, **changes}))


def with_old_ledgers():
    problem = decades()
    return problem.replace(rules=problem.rules.replace(land=town().rules.land))


CASES = {
    "a part is missing": (decades(firms=part("uses")), "horizon.firms"),
    "a table is too short": (
        altered("ground", clean_up_eur=whole(1)),
        "horizon.ground.clean_up_eur",
    ),
    "grants do not fit the periods": (
        altered("purses", grant_eur=whole(1, 2).reshape(1, 2)),
        "horizon.purses.grant_eur",
    ),
    "zoning does not fit the periods": (
        decades(permits=np.ones((2, 2, 6), dtype=bool)),
        "horizon.permits",
    ),
    "square metres are not whole": (
        altered("land", budget_m2=floats(1, 1, 1, 1)),
        "horizon.land.budget_m2",
    ),
    "a figure is not finite": (
        altered("timing", closing_share=floats(0, 0, np.nan, 0, 0, 0)),
        "horizon.timing.closing_share",
    ),
    "a clean-up pays": (
        altered("ground", clean_up_eur=whole(-1, 0, 0, 0, 0)),
        "horizon.ground.clean_up_eur",
    ),
    "a use pays": (altered("uses", eur_m2_year=floats(-1, 0, 0)), "horizon.uses.eur_m2_year"),
    "more than everything is resold": (
        altered("timing", resale_share=floats(0, 1.1, 0, 0, 0, 0)),
        "horizon.timing.resale_share",
    ),
    "a job lost is welcome": (
        altered("firms", job_lost_eur_year=-1.0),
        "horizon.firms.job_lost_eur_year",
    ),
    "periods leave a gap": (
        altered("periods", first_year=ints(2026, 2031, 2037)),
        "horizon.periods.first_year",
    ),
    "a period has no years": (
        altered("periods", years=ints(5, 0, 5)),
        "horizon.periods.years",
    ),
    "two periods have one name": (
        altered("periods", name=("now", "then", "then")),
        "horizon.periods.name",
    ),
    "a metric is unknown": (altered("land", metric=("m2",) * 4), "horizon.land.metric"),
    "a ledger covers nothing": (
        altered("land", covers=np.array([[True, True]] * 3 + [[False, False]])),
        "horizon.land.covers",
    ),
    "a firm stands nowhere": (altered("firms", site=ints(0, 1, 5)), "horizon.firms.site"),
    "a pavilion cannot be taken away": (
        altered("pavilions", design=ints(0)),
        "horizon.pavilions.design",
    ),
    "old ledgers stand beside the new": (with_old_ledgers(), "rules"),
    "a jurisdiction has no partner": (
        alliance(covers=np.array([[True, False], [False, False]])),
        "horizon.cooperation.covers",
    ),
    "a demand point is nobody's": (
        alliance(demand_jurisdiction=ints(0, 2)),
        "horizon.cooperation.demand_jurisdiction",
    ),
}


@pytest.mark.parametrize("problem", [decades(), alliance(), with_horizon(grid_problem(), count=1)])
def test_a_sound_horizon_passes(problem):
    assert check_problem(problem) == ()


@pytest.mark.parametrize("name", CASES)
def test_what_is_unsound_is_named(name):
    problem, where = CASES[name]
    assert where in {one.where for one in check_problem(problem)}
