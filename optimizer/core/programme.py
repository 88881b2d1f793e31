"""The decisions over a horizon, and every figure that they are judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.core.result import Criteria

ONE_OFF_TERMS = (
    "clean_up",
    "closing",  # dismantling, and what cannot be recovered
    "moving",  # of pavilions and firms; firms that are closed down
    "renaturation",
    "other_uses",  # net cost of sites that go to another use
    "tenant_moves",  # of tenants between units and hotels, and away
    "switching",  # hybrid units: fit-out as a workshop, and changes between workshop and office
    "jobs_lost",  # weight of jobs lost
)
"""Terms that a horizon adds to `core.result.TERMS`, EUR per year of the horizon."""
ONE_OFF_WEIGHT_TERMS = ("jobs_lost",)
"""Those that weigh something other than money spent."""
CASH_LINES = (
    "opening", "grants", "transfers", "rents", "resale", "purchases", "building", "clean_up",
    "closing", "moves", "renaturation", "other_uses", "running", "subsidies", "interest",
)  # fmt: skip
"""Lines of a purse; from `purchases` on they are payments (>= 0 as well, taken off)."""


@dataclass(frozen=True, eq=False)
class Programme(Frozen):
    """Decisions of a problem with a horizon; indices refer to it.

    plans : one per period, each for `core.timeline.period_problem`.
    renaturation_m2 : int64, shape (r, t), started on the first day of a period.
    land_transfer_m2 : int64, (b,), received by a land ledger from its partners (negative: given).
    purse_transfer_eur : int64, (b, t), received by a purse at the start of a period.
    use : int8, (t, s), index into `Horizon.uses`, or -1; a use of one's own designs is not told.
    firm_leaves : int32, (k,), period at whose start a firm leaves its site; -1 = it stays.
    firm_premises : int32, (k,), where it moves to; -1 = stays, or is lost if it leaves.
    pavilion_option : int32, (v, t), where each pavilion stands; -1 = in store.
    """

    plans: tuple[Plan, ...]
    renaturation_m2: NDArray[np.int64]
    land_transfer_m2: NDArray[np.int64]
    purse_transfer_eur: NDArray[np.int64]
    use: NDArray[np.int8]
    firm_leaves: NDArray[np.int32]
    firm_premises: NDArray[np.int32]
    pavilion_option: NDArray[np.int32]


def resting(problem: Problem, plans: tuple[Plan, ...]) -> Programme:
    """Return the programme of these plans in which nothing else happens.

    Firms stay, pavilions are in store, no site goes to another use, nothing is restored or
    transferred.
    """
    horizon = horizon_of(problem)
    periods, firms = horizon.periods.count, horizon.firms.count
    return Programme(
        plans=plans,
        renaturation_m2=np.zeros((horizon.renaturation.count, periods), dtype=np.int64),
        land_transfer_m2=np.zeros(horizon.land.count, dtype=np.int64),
        purse_transfer_eur=np.zeros((horizon.purses.count, periods), dtype=np.int64),
        use=np.full((periods, problem.sites.count), -1, dtype=np.int8),
        firm_leaves=np.full(firms, -1, dtype=np.int32),
        firm_premises=np.full(firms, -1, dtype=np.int32),
        pavilion_option=np.full((horizon.pavilions.count, periods), -1, dtype=np.int32),
    )


@dataclass(frozen=True, eq=False)
class Course(Frozen):
    """Every figure of a programme.

    criteria : over the horizon: yearly figures weighted by `period_weights`; its terms hold
        `TERMS` and `ONE_OFF_TERMS`, its objective their sum; land_consumption_m2 and
        acquisition_eur are totals over the horizon.
    periods : the criteria of each period's plan.
    land_used_m2, land_restored_m2 : int64, (b, t), cumulative at the end of a period within the
        ledger's years (0 outside them). land_left_m2 : (b, t), budget + transfer - used (+ restored
        for NET).
    cash : line of `CASH_LINES` -> int64, (b, t). debt_eur, balance_eur : int64, (b, t), at the end
        of a period; at most one of them is positive. reserve_eur : (b, t), kept against dearer
        sites (gamma).
    npv_eur : (b,), present value of the purse's lines without opening and transfers, plus that of
        what it holds at the end. residual_eur : (b,), its value on the last day (not discounted).
    jobs_lost : jobs of firms that are lost. use_m2 : (u, t). subsidy_eur_year : (b, t).
    """

    criteria: Criteria
    periods: tuple[Criteria, ...]
    land_used_m2: NDArray[np.int64]
    land_restored_m2: NDArray[np.int64]
    land_left_m2: NDArray[np.int64]
    cash: dict[str, NDArray[np.int64]]
    debt_eur: NDArray[np.int64]
    balance_eur: NDArray[np.int64]
    reserve_eur: NDArray[np.int64]
    npv_eur: NDArray[np.float64]
    residual_eur: NDArray[np.float64]
    jobs_lost: float
    use_m2: NDArray[np.int64]
    subsidy_eur_year: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Alliance(Frozen):
    """What cooperation brings; arrays have shape (c,), EUR per year of the horizon.

    alone_bound, alone_value : proven bound and best programme of each member on its own.
    joint_eur : what the joint programme costs each member where things stand and parcels go.
        A member answers for its demand points (vans, flows, handling, walking, unserved) and for
        what stands and happens on its sites (fixed costs, tenants, clean-up, closing, moves, firms,
        renaturation, other uses).
    payment_eur : side payment received (negative) or made; they add up to 0.
    proven : every member pays joint_eur + payment_eur <= alone_bound, so that none could do better
        alone; False where the gaps of the solves leave that open.
    """

    alone_bound: NDArray[np.float64]
    alone_value: NDArray[np.float64]
    joint_eur: NDArray[np.float64]
    payment_eur: NDArray[np.float64]
    proven: bool
