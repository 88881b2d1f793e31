"""When hotels and tenants are searched within one solve over years, and for how long.

A first programme comes at once from today's hotels; later the search goes on from the best one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.programme import resting
from optimizer.siting.flows import best_flows, plan_of
from optimizer.siting.horizon.tenancy_search import programme_at, search_tenancies
from optimizer.siting.stacking import search
from optimizer.siting.stacking.interiors import empty_interiors
from optimizer.siting.stacking.stock import all_houses

if TYPE_CHECKING:
    from optimizer.core.programme import Programme
    from optimizer.siting.horizon.whole import Years


ALONE_SHARE = 0.5  # of the budget for a first programme of hotels alone


class Solving(search.Solving, Protocol):
    """What this needs of a solve."""

    years: Years
    programme: Programme | None

    def take(self, programme: Programme) -> bool:
        """Keep a programme that is the best and keeps every rule."""


def hotels_alone(years: Years) -> bool:
    """Return whether nothing but hotels is decided: no parcels, no hubs, no delivery points."""
    data = years.datas[0]
    never = np.all([part.forbidden for part in years.datas], axis=0)
    others = (data.kind != Kind.PRODUCTIVE_HOTEL) & ~never
    return years.problem.hotels is not None and (data.point_count == 0 or not others.any())


def first_tenancies(solve: Solving, share: float) -> None:
    """Find a first programme with hotels, from the one that is known or today's.

    share : of the budget at most; where nothing but hotels is decided, half of it: there is no
    other way to a programme, and the search ends with the first one.
    """
    years = solve.years
    until = solve.budget.used() + (ALONE_SHARE if hotels_alone(years) else share)
    if years.problem.hotels is None or solve.over(until):
        return
    solve.tell("hotels", always=True)
    known = solve.programme
    begin = today_empty(years) if known is None else known
    if begin is not None:
        searched(solve, begin, until, afresh=known is None, short=True)


def search_alone(solve: Solving, until: float) -> None:
    """Search hotels and tenants where nothing else is decided, until a share of the budget."""
    solve.tell("hotels", always=True)
    known = solve.programme
    begin = today_empty(solve.years) if known is None else known
    if begin is not None:
        searched(solve, begin, until, afresh=known is None)


def today_empty(years: Years) -> Programme | None:
    """Return the programme with what exists or has to be open, hotels empty; None: flows fail."""
    plans = []
    for part, data in zip(years.parts, years.datas, strict=True):
        opened = data.open_always & ~data.forbidden
        flows = best_flows(part, data, opened)
        if flows is None:
            return None
        nobody = np.full(part.tenants.count, -1, dtype=np.int32)
        plans.append(plan_of(data, opened, flows, nobody, nobody, empty_interiors(part)))
    return resting(years.problem, tuple(plans))


def searched(
    solve: Solving, draft: Programme, until: float, *, afresh: bool = False, short: bool = False
) -> Programme:
    """Return the programme after a search of its hotels and tenants, where that is better.

    short : end with the first programme that is better.
    """
    years = solve.years
    if years.problem.hotels is None or solve.over(until) or solve.closed():
        return draft
    houses = all_houses(years.parts, years.datas)
    if not len(houses[0].option) or not years.problem.tenants.count:
        return draft
    best, told = [draft], [-np.inf]

    def hear(now: search.Search, *, exchange: bool = False) -> None:
        if now.lacks > 0.0 or (now.value <= told[0] and not exchange):
            return
        told[0] = now.value
        found = programme_at(years, houses[0], draft, now, exchange=exchange)
        if solve.take(found):
            best[0] = found
            solve.tell("hotels", always=True)

    clock = search.clock_until(solve, until, hear)
    if short:
        whole = clock
        clock = whole._replace(share=lambda: whole.share() if best[0] is draft else 1.0)
    seed = solve.budget.limits.seed
    last = search_tenancies(years, houses, draft, clock, seed, afresh=afresh)
    if not short and solve.budget.stop_reason() != "user":
        hear(last, exchange=True)
    return best[0]
