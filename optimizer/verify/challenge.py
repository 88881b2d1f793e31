"""Challenge the bound: simple changes to the plan that give a cheaper plan must not beat it.

A bound that lies below every plan cannot be proven here, but one that lies above some plan can be
refuted. Three kinds of change are tried: what is left to vans or unserved takes the cheaper of the
two, one facility is closed, its parcels going to vans, and tenants share every service that pays.
A change counts only where the changed plan keeps every rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import VAN, Kind, OptionStatus
from optimizer.core.result import Violation
from optimizer.verify.check import check_plan
from optimizer.verify.fallback import van_eur_per_parcel
from optimizer.verify.recompute import recompute
from optimizer.verify.stacking.services import where_they_pay
from optimizer.verify.tolerance import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.plan import Plan
    from optimizer.verify.case import Case

NEAR = 0.02
"""Closings are tried only if the bound is this near to the value (relative), to stay quick."""


def check(case: Case, value: float, bound: float) -> Iterator[Violation]:
    """Yield a violation for the first change that gives a plan below `bound`."""
    near = value - bound <= NEAR * abs(value)
    for words, plan in _changes(case, closings=near):
        cost = recompute(case.problem, plan, paths=case.paths).objective
        if above(bound, cost) and not check_plan(case.problem, plan, paths=case.paths):
            text = f"{words}, the plan costs {cost:.6f}, less than the bound {bound:.6f}"
            yield Violation("claim", "objective.bound", text)
            return


def _changes(case: Case, *, closings: bool) -> Iterator[tuple[str, Plan]]:
    yield "with what no facility serves left to the cheaper way", cheaper_rest(case)
    if case.problem.hotels is not None:
        yield "with services where they pay", where_they_pay(case)
    for option in case.opened if closings else ():
        status = int(case.problem.options.status[option])
        if status == OptionStatus.CANDIDATE and case.kind(option) != Kind.PRODUCTIVE_HOTEL:
            yield f"with {case.name(option)} closed", closed(case, option)


def cheaper_rest(case: Case) -> Plan:
    """Return the plan in which what no facility serves takes the cheaper of van and unserved."""
    rest = case.plan.van_share + case.plan.unserved_share
    price = case.problem.prices.unserved_eur_per_parcel
    by_van = np.ones(len(rest), dtype=bool) if price is None else van_eur_per_parcel(case) <= price
    return case.plan.replace(
        van_share=np.where(by_van, rest, 0.0), unserved_share=np.where(by_van, 0.0, rest)
    )


def closed(case: Case, option: int) -> Plan:
    """Return the plan without an option; its parcels go by van where a van gets to."""
    plan, van = case.plan, case.plan.van_share.copy()
    for flows in (case.bike, case.pickup):
        mine = flows.option == option
        np.add.at(van, flows.point[mine], flows.share[mine])
    bike, pickup = case.bike.option != option, case.pickup.option != option
    opened = plan.open_option.copy()
    opened[option] = False
    reached = (case.problem.demand.node[VAN] >= 0) | (van == plan.van_share)
    return plan.replace(
        open_option=opened,
        bike_point=plan.bike_point[bike],
        bike_option=plan.bike_option[bike],
        bike_share=plan.bike_share[bike],
        pickup_point=plan.pickup_point[pickup],
        pickup_option=plan.pickup_option[pickup],
        pickup_share=plan.pickup_share[pickup],
        van_share=np.where(reached, van, plan.van_share),
    )
