"""The village over two periods of five years, and its proven optimum, checked by the checker.

Without interest every year weighs a tenth: w = (1/2, 1/2), and one EUR paid once is 0.1 EUR a year.
Vans alone cost 100 EUR a year, one hub makes it 37, a hub on either site 14.
"""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import EVER, Firms, Ground, Pavilions, Renaturation, Timing, Uses
from optimizer.core.limits import Budget, Limits, silent
from optimizer.programmes import build_datas
from optimizer.siting.horizon.course import course_of
from optimizer.siting.horizon.whole import solve_years
from optimizer.verify.horizon import check_programme, recompute_programme
from tests.horizon import ints, purse, whole, with_horizon
from tests.siting.village import HUB, village

VANS, ONE_HUB, TWO_HUBS = 100.0, 37.0, 14.0
EXACT = Limits(time_s=60, gap=0)


def optimum(problem):
    """Return value and programme of the whole model; (None, None) where proven infeasible."""
    datas = build_datas(problem)
    answer = solve_years(problem, datas, Budget(EXACT), silent)
    if answer.infeasible:
        return None, None
    assert check_programme(problem, answer.programme) == ()
    ours = course_of(problem, datas, answer.programme).criteria
    theirs = recompute_programme(problem, answer.programme).criteria
    assert ours.objective == pytest.approx(theirs.objective, rel=1e-9)
    assert answer.bound <= ours.objective
    assert ours.objective - answer.bound <= 1e-5 * max(abs(ours.objective), 100)
    return ours.objective, answer.programme


def value(problem):
    return optimum(problem)[0]


def opened(programme):
    """Return the open options of each period as text, one word per period."""
    return ["".join("x" if one else "." for one in plan.open_option) for plan in programme.plans]


def two_sites(**parts):
    """Return the village with hubs for both its sites, over two periods of five years."""
    return with_horizon(village(designs=(HUB,), sites=(0, 1)), 2, 5, **parts)


def timing(**changes):
    fields = {
        "minimum_stay_years": np.zeros(4, dtype=np.int32),
        "build_years": np.zeros(4, dtype=np.int32),
        "closing_share": np.zeros(4),
        "resale_share": np.zeros(4),
    }
    return Timing(**{**fields, **changes})


def ground(**changes):
    fields = {
        "free_from_year": ints(0, 0),
        "free_until_year": ints(EVER, EVER),
        "clean_up_eur": whole(0, 0),
        "clean_up_deviation_eur": whole(0, 0),
        "clean_up_years": ints(0, 0),
        "price_deviation_eur_m2": whole(0, 0),
    }
    return Ground(**{**fields, **changes})


def moving_sites():
    """Return "near" free in the first period only and "far" in the second only."""
    return ground(free_from_year=ints(0, 2031), free_until_year=ints(2030, EVER))


def brook(**changes):
    """Return one project: 1,000 m2 at 1 EUR, counted within the period of its start."""
    fields = {
        "id": ("brook",),
        "source": ("by hand",),
        "jurisdiction": ints(0),
        "area_m2": whole(1000),
        "eur_m2": whole(1),
        "years": ints(1),
        "first_year": ints(0),
    }
    return Renaturation(**{**fields, **changes})


def health(**changes):
    """Return one use that asks for 400 m2 and costs nothing."""
    fields = {
        "name": ("health",),
        "source": ("by hand",),
        "jurisdiction": ints(-1),
        "area_min_m2": whole(400),
        "first_year": ints(0),
        "permits": np.ones((1, 1), dtype=bool),
        "eur_m2_year": np.zeros(1),
        "artificialises": np.zeros(1, dtype=bool),
    }
    return Uses(**{**fields, **changes})


def mill(**changes):
    """Return a firm on "near" that fills it: moves for 10 EUR, lost for 30; a hall takes it."""
    fields = {
        "id": ("mill",),
        "name": ("Mill",),
        "site": ints(0),
        "area_m2": whole(350),
        "jobs": np.array([4.0]),
        "may_stay": np.array([False]),
        "move_eur": whole(10),
        "lost_eur": whole(30),
        "premises": ("hall",),
        "premises_area_m2": whole(350),
        "move_m": np.array([[200.0]]),
        "move_max_m": 500.0,
        "jobs_lost_max": -1.0,
        "job_lost_eur_year": 0.0,
    }
    return Firms(**{**fields, **changes})


def stock(**changes):
    """Return one pavilion that is the hub design, moves once, for 50 EUR."""
    fields = {
        "id": ("pavilion",),
        "design": ints(HUB),
        "moves_max": ints(1),
        "move_eur": whole(50),
        "move_days": np.zeros(1),
    }
    return Pavilions(**{**fields, **changes})


def with_purse(problem, opening_eur, **changes):
    spans = problem.horizon.periods.count
    return problem.replace(
        horizon=problem.horizon.replace(purses=purse(problem, opening_eur, spans, **changes))
    )
