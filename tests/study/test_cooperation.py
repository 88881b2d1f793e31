"""Authorities alone and together: what each answers for, and payments that leave none worse off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimizer.core.horizon import Cooperation
from optimizer.core.kinds import OptionStatus
from optimizer.core.limits import Limits
from optimizer.core.partners import NOBODY, alone, member_of_ledger
from optimizer.core.timeline import horizon_of
from optimizer.engine import solve
from optimizer.programmes import build_datas
from optimizer.siting.horizon.shares import joint_shares
from optimizer.study.cooperation import share_the_gain, solve_together
from optimizer.verify.horizon.alliance import check_alliance, member_costs
from tests.builders import grid_problem
from tests.horizon import land_ledger, purse, with_horizon
from tests.siting.horizon.towns import town_over_years

SOON = Limits(time_s=30, gap=0.5)


def two_authorities(seed=0, **parts):
    """Return a small town of two jurisdictions that cooperate, each with a purse of its own."""
    problem = grid_problem(columns=5, rows=5, points=8, sites=5, firms=3, seed=seed)
    owner = (np.arange(problem.sites.count) % 2).astype(np.int32)
    problem = problem.replace(
        sites=problem.sites.replace(jurisdiction=owner),
        rules=problem.rules.replace(jurisdiction=("west", "east")),
    )
    each = np.eye(2, dtype=bool)
    purses = purse(problem, 900_000)
    purses = purses.replace(covers=each, **_twice(purses))
    problem = with_horizon(problem, count=2, purses=purses, **parts)
    partners = Cooperation(
        member=("West", "East"),
        covers=each.copy(),
        trades_land=True,
        trades_money=True,
        demand_jurisdiction=(np.arange(problem.demand.count) % 2).astype(np.int32),
    )
    return problem.replace(horizon=horizon_of(problem).replace(cooperation=partners))


def _twice(table):
    names = ("opening_eur", "grant_eur", "borrow_max_eur", "debt_end_max_eur", "interest_rate")
    more = ("gamma", "pays_running", "gets_rents", "subsidy_max_eur_year")
    columns = {name: np.repeat(getattr(table, name), 2, axis=0) for name in (*names, *more)}
    return {"name": ("west", "east"), "source": ("by hand",) * 2, **columns}


@settings(deadline=None, max_examples=4)
@given(st.integers(0, 400))
def test_what_the_members_answer_for_adds_up_to_the_objective(seed):
    problem = town_over_years(seed)
    assume(horizon_of(problem).cooperation is not None)
    solution = solve(problem, SOON).solution
    assume(solution.programme is not None)
    shares = joint_shares(problem, build_datas(problem), solution.programme)
    value = solution.course.criteria.objective
    assert shares.sum() == pytest.approx(value, rel=1e-9, abs=1e-6)
    theirs = member_costs(problem, solution.programme)
    assert shares == pytest.approx(theirs, rel=1e-9, abs=1e-6)


def test_a_member_alone_has_its_own_points_sites_and_purse():
    problem = two_authorities()
    west = alone(problem, 0)
    assert west.demand.count == 4
    assert west.demand.id == problem.demand.id[::2]
    closed = west.options.status == OptionStatus.FORBIDDEN
    assert (closed == (problem.sites.jurisdiction[problem.options.site] == 1)).all()
    assert horizon_of(west).purses.name == ("west",)
    assert horizon_of(west).cooperation is None


def test_a_ledger_that_covers_both_belongs_to_nobody():
    problem = two_authorities()
    shared = land_ledger(problem, 100)
    assert member_of_ledger(problem, shared.covers).tolist() == [NOBODY]
    own = horizon_of(problem).purses.covers
    assert member_of_ledger(problem, own).tolist() == [0, 1]


def test_no_member_pays_more_than_the_bound_of_its_own_case():
    problem = two_authorities()
    result = solve_together(problem, Limits(time_s=60, gap=0.0001))
    alliance = result.solution.alliance
    assert alliance.proven
    assert alliance.payment_eur.sum() == pytest.approx(0, abs=1e-6)
    assert (alliance.joint_eur + alliance.payment_eur <= alliance.alone_bound + 1e-6).all()
    assert check_alliance(problem, result.solution.programme, alliance) == ()
    assert alliance.joint_eur.sum() == pytest.approx(result.solution.course.criteria.objective)


def test_a_joint_programme_that_costs_more_than_the_bounds_alone_is_not_called_a_gain():
    problem = two_authorities()
    joint = solve(problem, SOON)
    low = np.array([1000.0, 1000.0])
    alliance = share_the_gain(problem, joint, low, low)
    assert not alliance.proven
    assert check_alliance(problem, joint.solution.programme, alliance) == ()


def test_the_checker_refuses_a_member_that_pays_too_much():
    problem = two_authorities()
    solution = solve_together(problem, Limits(time_s=60, gap=0.0001)).solution
    shifted = solution.alliance.payment_eur + np.array([1e6, -1e6])
    greedy = solution.alliance.replace(payment_eur=shifted)
    assert check_alliance(problem, solution.programme, greedy) != ()
