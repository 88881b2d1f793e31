"""Who answers for services, roofs, exchange, moves and hybrid units in a joint programme."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.horizon import Cooperation
from optimizer.core.limits import Limits
from optimizer.core.timeline import period_problem
from optimizer.engine import solve
from optimizer.siting.data import build_data
from optimizer.siting.horizon.shares import joint_shares
from optimizer.verify.horizon import member_costs
from tests.builders import grid_problem
from tests.horizon import with_horizon
from tests.hotels import busy_hotels


def test_shares_of_partners_with_hotels_are_those_of_the_checker_and_add_up():
    problem = grid_problem(columns=4, rows=4, points=4, sites=6, firms=8, seed=2)
    designs = problem.designs
    cheap = designs.docks > 0
    problem = problem.replace(
        designs=designs.replace(
            let_share_min=designs.let_share_min * 0.1,
            build_eur=np.where(cheap, designs.build_eur // 40, designs.build_eur),
            running_eur_year=np.where(cheap, 0.05, 1.0) * designs.running_eur_year,
        )
    )
    problem = busy_hotels(with_horizon(problem, 2), 2, annexes=0.3, periods=2)
    partners = Cooperation(
        member=("east", "west"),
        covers=np.eye(2, dtype=bool),
        trades_land=True,
        trades_money=True,
        demand_jurisdiction=(np.arange(4) % 2).astype(np.int32),
    )
    problem = problem.replace(horizon=problem.horizon.replace(cooperation=partners))
    result = solve(problem, Limits(time_s=60.0, threads=1, gap=0.01))
    assert result.verified
    programme = result.solution.programme
    assert any(len(plan.interiors.amount) for plan in programme.plans)
    datas = tuple(build_data(period_problem(problem, t)) for t in range(2))
    shares = joint_shares(problem, datas, programme)
    assert shares == pytest.approx(member_costs(problem, programme))
    assert shares.sum() == pytest.approx(result.solution.criteria.objective)
