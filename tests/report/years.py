"""An answer over three periods: hubs come now and later, a pavilion moves, firms leave."""

from __future__ import annotations

import numpy as np

from optimizer.core.horizon import Cooperation, Firms, Pavilions, Renaturation, Uses
from optimizer.core.kinds import Kind
from optimizer.core.programme import Alliance, resting
from optimizer.core.result import Outcome, Result, Solution
from optimizer.core.timeline import period_problem
from optimizer.verify.horizon import recompute_programme
from tests.horizon import ints, periods, purse, whole, with_horizon
from tests.horizon import land_ledger as ledger
from tests.report.answers import made_plan, opened, town, vans_alone

COUNT = 3
PAVILION = 0  # the design of the stock


def town_over_years(**sizes):
    """Return the grid town from 2026 to 2045 with a bit of every rule."""
    problem = town(**sizes)
    growth = np.array([1.0, 1.12, 1.3])
    spans = periods(COUNT).replace(
        name=("2026-2030", "2031-2035", "2036-2045"),
        first_year=ints(2026, 2031, 2036),
        years=ints(5, 5, 10),
        demand_factor=growth,
        land_price_factor=growth,
    )
    both = np.ones((2, 2), dtype=bool)
    land = ledger(problem, 0).replace(
        name=("consumption to 2030", "net artificialisation"),
        metric=("enaf_consumption", "net_artificialisation"),
        basis=("footprint", "footprint"),
        temporary=("counts", "while_standing"),
        source=("half of 2011-2021, made up", "zero net from 2031, made up"),
        covers=both,
        budget_m2=whole(1600, 2000),
        first_year=ints(2021, 2031),
        last_year=ints(2030, 2050),
    )
    money = purse(
        problem,
        9_000_000,
        COUNT,
        name=("town purse",),
        source=("a vote of the council, made up",),
        grant_eur=np.array([[0, 1_500_000, 1_000_000]]),
        borrow_max_eur=whole(3_000_000),
        debt_end_max_eur=whole(3_000_000),
        interest_rate=np.array([0.03]),
        gamma=ints(2),
        pays_running=np.array([True]),
        gets_rents=np.array([True]),
    )
    zones = len(problem.zoning.zone)
    uses = Uses(
        ("production", "nature"),
        ("made up", "made up"),
        ints(-1, -1),
        whole(2000, 300),
        ints(0, 2031),
        np.ones((2, zones), dtype=bool),
        np.array([0.0, 2.5]),
        np.array([False, False]),
    )
    firms = Firms(
        ("garage", "print", "joiner", "dairy"),
        ("Garage du Pont", "Print shop", "Joinery Roux", "Dairy"),
        _firm_sites(problem),
        whole(150, 90, 120, 60),
        np.array([8.0, 3.0, 5.0, 2.0]),
        np.array([False, False, True, True]),
        whole(45_000, 20_000, 30_000, 10_000),
        whole(160_000, 80_000, 100_000, 40_000),
        ("Halle Nord", "Dock 4"),
        whole(400, 300),
        np.full((4, 2), 850.0),
        2000.0,
        5.0,
        9000.0,
    )
    partners = Cooperation(
        member=("East", "West"),
        covers=np.eye(2, dtype=bool),
        trades_land=True,
        trades_money=True,
        demand_jurisdiction=(np.arange(problem.demand.count) % 2).astype(np.int32),
    )
    problem = with_horizon(
        problem,
        periods=spans,
        land=land,
        purses=money,
        uses=uses,
        firms=firms,
        cooperation=partners,
        renaturation=Renaturation(
            ("old quay",), ("made up",), ints(0), whole(900), whole(60), ints(3), ints(2026)
        ),
        pavilions=Pavilions(
            ("P1", "P2"),
            ints(PAVILION, PAVILION),
            ints(2, 2),
            whole(18_000, 18_000),
            np.full(2, 30.0),
        ),
    )
    timing = problem.horizon.timing
    build = np.where(problem.designs.kind == Kind.PRODUCTIVE_HOTEL, 2, 0).astype(np.int32)
    clean = problem.horizon.ground.clean_up_eur.copy()
    clean[::3] = 40_000
    ground = problem.horizon.ground.replace(clean_up_eur=clean)
    return problem.replace(
        horizon=problem.horizon.replace(timing=timing.replace(build_years=build), ground=ground)
    )


def _firm_sites(problem):
    hotels = problem.designs.kind[problem.options.design] == Kind.PRODUCTIVE_HOTEL
    return np.unique(problem.options.site[hotels])[:4].astype(np.int32)


def programme_over_years(problem):
    """Return a programme by rule; it need not keep every budget."""
    options = problem.options
    chosen = opened(problem, hubs=9, hotels=3, shops=14)
    kind = problem.designs.kind[options.design]
    stock = options.design == PAVILION
    picked = {k: np.flatnonzero(chosen & (kind == k) & ~stock) for k in Kind}
    places = np.flatnonzero(stock & ~np.isin(options.site, options.site[chosen]))[:4]
    standing = np.array([[places[0], places[0], places[1]], [-1, places[2], places[3]]])
    plans = []
    for t in range(COUNT):
        now = np.zeros(options.count, dtype=bool)
        now[picked[Kind.MICRO_HUB][: (4, 6, 8)[t]]] = True
        now[picked[Kind.PRODUCTIVE_HOTEL][: (0, 2, 3)[t]]] = True
        shops = picked[Kind.DELIVERY_POINT]
        now[shops[(0, 0, 2)[t] : (6, 11, 14)[t]]] = True
        now[standing[:, t][standing[:, t] >= 0]] = True
        plans.append(made_plan(period_problem(problem, t).replace(options=options), now))
    taken = np.unique(options.site[np.array([plan.open_option for plan in plans]).any(axis=0)])
    free = np.setdiff1d(np.arange(problem.sites.count), taken)
    use = np.full((COUNT, problem.sites.count), -1, dtype=np.int8)
    use[1:, free[:2]] = 1
    return resting(problem, tuple(plans)).replace(
        renaturation_m2=np.array([[0, 400, 0]]),
        use=use,
        firm_leaves=ints(0, 1, -1, -1),
        firm_premises=ints(0, -1, -1, -1),
        pavilion_option=standing.astype(np.int32),
    )


def answer_over_years(problem, *, gap=0.012):
    """Return a result with the programme made by rule and a bound that lies `gap` below it."""
    programme = programme_over_years(problem)
    course = recompute_programme(problem, programme)
    idle = resting(problem, (vans_alone(problem),) * COUNT)
    value = course.criteria.objective
    share = np.array([0.55, 0.45])
    alliance = Alliance(
        alone_bound=share * value * 1.06,
        alone_value=share * value * 1.08,
        joint_eur=np.array([0.6, 0.4]) * value,
        payment_eur=np.array([-0.047, 0.047]) * value,
        proven=True,
    )
    return Result(
        solution=Solution(
            outcome=Outcome("plan", "gap", "gap", value, value * (1 - gap), "decomposition"),
            plan=programme.plans[0],
            criteria=course.criteria,
            baseline_plan=idle.plans[0],
            baseline=recompute_programme(problem, idle).criteria,
            conflicts=(),
            timing_s={"prepare": 1.0, "solve": 2.0},
            programme=programme,
            course=course,
            alliance=alliance,
            baseline_programme=idle,
        ),
        verified=True,
        violations=(),
        provenance={**problem.provenance, "seed": "0", "solver": "by rule"},
    )
