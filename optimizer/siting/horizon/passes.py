"""The search over hubs and delivery points of a programme: passes of walks through the periods.

later   what changes in a period lasts, as long as it stands or for good: from the first period to
        the last, so that the hubs of one are those that the next begins with
alone   what changes in a period is undone after it: lockers and containers for a while
Where spending brings interest that rows do not see, purses keep that much back the next time.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.ledgers import flows_all_hold, keeps_rules, uses_hold
from optimizer.siting.horizon.period_plans import served_anew
from optimizer.siting.horizon.programme import cash_shortage_eur
from optimizer.siting.horizon.sweeps import Ask, begin_sweep, end_sweep, later_periods, only
from optimizer.siting.horizon.variants import may_go, without

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.core.programme import Programme
    from optimizer.siting.horizon.period_plans import Estimator
    from optimizer.siting.horizon.sweeps import Sweep
    from optimizer.siting.horizon.timetable import Solve

SEARCH_END = 0.93
TRIAL_SHARE = 0.3  # of the search: one pass from each first programme
LATER_PASSES, ALONE_PASSES = 2, 1  # then so many from the best one
CHUNK = 100  # moves between two looks at the budget
LINKS_PER_WORK = 200_000.0
HOT, WARM, COLD = 8e-4, 3e-4, 3e-5  # temperatures as shares of the saving
DEAR_SHARE = 0.4  # of the time left, for exact flows: if more, fewer passes
KEPT_BACK = 1.2  # of what a purse was short of
STANDS_MOST, STAND_SHARE = 4, 0.08  # pavilions and hotels tried without, each with so much of it
RETRY_SHARE = 0.5  # of the time of a walk: once more with that kept back


def best_of(solve: Solve, drafts: Sequence[Programme]) -> Programme:
    """Return the best programme after one pass from each of `drafts`."""
    begin, room = solve.budget.used(), max(SEARCH_END - solve.budget.used(), 0.0)
    found = []
    for rank, draft in enumerate(drafts):
        until = begin + TRIAL_SHARE * room * (rank + 1) / len(drafts)
        found.append(_passed(solve, draft, until, HOT, later=True))
    return min(found, key=lambda item: _rank(solve, item))


def search(solve: Solve, draft: Programme) -> None:
    """Go on from a programme to the end of the search."""
    draft = _without_stands(solve, draft)
    passes = [True] * LATER_PASSES + [False] * ALONE_PASSES
    for rank, later in enumerate(passes):
        now = solve.budget.used()
        until = now + max(SEARCH_END - now, 0.0) / (len(passes) - rank)
        draft = _passed(solve, draft, until, WARM, later=later)


def _without_stands(solve: Solve, draft: Programme) -> Programme:
    """Return the programme without pavilions and hotels that walks find better away."""
    if solve.programme is not draft:
        return draft
    begin, room = solve.budget.used(), max(SEARCH_END - solve.budget.used(), 0.0)
    for rank, option in enumerate(may_go(solve.years, draft)[:STANDS_MOST].tolist()):
        other = without(solve.years, draft, option)
        if not uses_hold(solve.years, other):
            continue
        other = served_anew(solve.years, other, solve.budget, _quick(solve))
        until = begin + STAND_SHARE * room * (rank + 1)
        found = _passed(solve, other, until, WARM, later=True)
        draft = solve.programme if solve.programme is found else draft
    return draft


def flows_are_dear(solve: Solve) -> bool:
    """Return whether exact flows after every walk would leave too little time for walks.

    Each walk whose changes last asks for those of nearly all periods.
    """
    left, walks = solve.budget.remaining_s(), (LATER_PASSES + 1) * len(solve.years.parts)
    if any(city.nearest for city in solve.cities):  # who walks where is no estimate then
        return False
    return left is not None and solve.flows_s * walks > DEAR_SHARE * left


def _quick(solve: Solve) -> Estimator | None:
    return solve.estimator if solve.quick else None


def _rank(solve: Solve, programme: Programme) -> tuple[bool, float]:
    years = solve.years
    value = value_of(years.problem, years.accounts, years.datas, programme)
    return not keeps_rules(years, programme), value


def _passed(solve: Solve, draft: Programme, until: float, hot: float, *, later: bool) -> Programme:
    """Return the programme after a walk in each period in turn."""
    count = len(solve.years.parts)
    for period in range(count):
        if solve.over(SEARCH_END) or solve.closed():
            return draft
        now = solve.budget.used()
        end = now + max(until - now, 0.0) / (count - period)
        draft = _swept(solve, draft, period, (end, hot), later=later)
    return draft


def _swept(
    solve: Solve, draft: Programme, period: int, heat: tuple[float, float], *, later: bool
) -> Programme:
    """Return the programme after a walk in one period: the better one of before and after."""
    years, city = solve.years, solve.cities[period]
    until, hot = heat
    begin, last = solve.budget.used(), draft
    span = later_periods(years, draft, period) if later else only(years, period)
    for end in (until - RETRY_SHARE * (until - begin) / (1 + RETRY_SHARE), until):
        promise = solve.bounding.parts[period].use_of_option()
        price = solve.estimator.price.get(period)
        ask = Ask(period, span, promise, solve.budget.limits.seed, solve.kept_eur, price)
        sweep = begin_sweep(years, city, draft, ask)
        _anneal(solve, sweep, end, hot, _phase(solve, period))
        clock = time.monotonic()
        quick = _quick(solve)
        found = end_sweep(years, sweep, solve.budget, nearest=city.nearest, quick=quick)
        solve.finish_s = time.monotonic() - clock
        if found is None:
            return draft
        last = found
        if solve.take(found):
            return found
        short = cash_shortage_eur(years.problem, years.accounts, found)
        if short > 0.0:
            solve.kept_eur += KEPT_BACK * short
        if short <= 0.0 or solve.over(until):
            break
    worse = _rank(solve, draft) <= _rank(solve, last)
    return draft if worse and flows_all_hold(years, draft) else last


def _phase(solve: Solve, period: int) -> str:
    periods = solve.years.problem.horizon.periods if solve.years.problem.horizon else None
    return f"search, {periods.name[period]}" if periods is not None else "search"


def _anneal(solve: Solve, sweep: Sweep, until: float, hot: float, phase: str) -> None:
    """Cool one walk down until that share of the budget is used."""
    begin = solve.budget.used()
    size = max(abs(sweep.walk.saving), 1.0)
    while not (solve.over(until) or solve.closed()):
        done = (solve.budget.used() - begin) / max(until - begin, 1e-9)
        heat = size * hot * (COLD / hot) ** min(done, 1.0)
        looked = sweep.walk.step(CHUNK, heat, solve.budget.limits.seed + sweep.period)
        solve.budget.spend(looked / LINKS_PER_WORK)
        solve.tell(phase)
