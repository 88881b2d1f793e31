"""Programmes of a whole city: a proven bound by periods, a programme by walks through the periods.

1. bound       each period under what it alone must keep (`relaxed`, `bounding`)
2. timetable   all periods together at these prices, in integers: what opens when, uses, firms,
               pavilions, renaturation, transfers (`master`); tenants and flows (`beginning`)
3. search      hubs and delivery points, in passes of walks through the periods (`passes`), while
               the bound climbs on in a second thread
4. flows       exact, in every period, of everything that is offered
Hotels alone are searched from the first second on, with the bound in the second thread.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.limits import DEFAULT_TIME_S, Budget, Progress
from optimizer.siting.city import build_city
from optimizer.siting.criteria import objective_of
from optimizer.siting.horizon.beginning import first_programme, prices_of_purses
from optimizer.siting.horizon.bounding import (
    YearsBounding,
    climb_by_units,
    climb_years,
    first_settled,
    go_on_from,
    polish_years,
    start_priced,
    start_years,
)
from optimizer.siting.horizon.criteria import value_of
from optimizer.siting.horizon.housing import HOTELS_MAX, housed
from optimizer.siting.horizon.ledgers import keeps_rules
from optimizer.siting.horizon.passes import SEARCH_END, best_of, flows_are_dear, search
from optimizer.siting.horizon.period_plans import Estimator, flowing, served_anew
from optimizer.siting.horizon.programme import ProgrammeAnswer, openings
from optimizer.siting.horizon.pursetrials import start_trials, try_prices
from optimizer.siting.horizon.rolling import roll
from optimizer.siting.horizon.sweeps import drafted
from optimizer.siting.horizon.tenancy_run import (
    first_tenancies,
    hotels_alone,
    search_alone,
    searched,
)
from optimizer.siting.horizon.variants import bared
from optimizer.siting.horizon.whole import years_of
from optimizer.siting.pursuit import effort_within, relative_gap

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.limits import Listener
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.purseprices import PursePrices
    from optimizer.siting.horizon.pursetrials import Trials
    from optimizer.siting.horizon.whole import Years
    from optimizer.siting.hotels import Effort

BOUND_SHARE, BESIDE_SHARE = 0.3, 0.1  # of the budget before purses are priced,
PRICINGS, PRICING_SHARE = 2, 0.03  # times that they are priced, and climbing after each
PRICES_S, PRICES_NODES = 15.0, 300
UNITS_SHARE = 0.2  # of the budget at most before hotels alone are bounded by units
ROLL_SHARE = 0.55  # of what is left then: periods decided one after the other,
ROLL_GAP = 0.15  # where the first programme is that far from the bound
HOUSINGS, HOUSING_S, HOUSING_NODES = 2, 3.0, 300  # rounds through the tenants of all periods
FIRST_TENANCIES = 0.1  # of the budget at most, for a first programme with hotels and tenants
TENANCIES_SHARE = 0.2  # of the search: hotels and tenants, where there are hubs as well
WORK_PER_NODE = 0.2
TELL_EVERY_S = 0.5
OPTIMAL_GAP = 1e-7
WAIT_S = 0.02


@dataclass
class Solve:
    """Everything one solve knows; `programme` keeps every rule, `value` its objective.

    plain : the bounding without prices of purses. saving : what the plan of each period saves
    against vans. kept_eur : what purses keep back in walks (`passes`).
    flows_s : what exact flows of all periods take; quick : they are left to the end.
    """

    years: Years
    bounding: YearsBounding
    plain: YearsBounding
    cities: list[City]
    budget: Budget
    listener: Listener
    programme: Programme | None = None
    value: float = np.inf
    saving: list[float] = field(default_factory=list)
    told: float = -np.inf
    finish_s: float = 0.0
    flows_s: float = 0.0
    quick: bool = False
    estimator: Estimator = field(init=False)
    kept_eur: float = 0.0
    searched: bool = False
    prices: PursePrices | None = None

    def __post_init__(self) -> None:
        """Begin without prices."""
        self.estimator = Estimator(self.cities)

    def tell(self, phase: str, *, always: bool = False) -> None:
        """Send progress, not more often than people can read."""
        now = time.monotonic()
        if not always and now - self.told < TELL_EVERY_S:
            return
        self.told = now
        value = self.value if self.programme is not None else None
        bound = self.bounding.cost
        gap = None if value is None or bound is None else relative_gap(value, bound)
        self.listener(Progress(self.budget.elapsed_s, phase, value, bound, gap))

    def closed(self) -> bool:
        """Return whether programme and bound are as close as asked for."""
        bound = self.bounding.cost
        if self.programme is None or bound is None:
            return False
        return relative_gap(self.value, bound) <= max(self.budget.limits.gap, OPTIMAL_GAP)

    def over(self, share: float = 1.0) -> bool:
        """Return whether that share of the budget is used, or somebody wants to stop."""
        left = self.budget.remaining_s()
        late = left is not None and left < 1.3 * self.finish_s and share <= SEARCH_END
        return late or self.budget.stop_reason() is not None or self.budget.used() >= share

    def effort(self, time_s: float, nodes: int, gap: float) -> Effort:
        """Return limits of one integer programme within the budget."""
        return effort_within(self.budget, time_s, nodes, gap, WORK_PER_NODE)

    def take(self, programme: Programme) -> bool:
        """Keep a programme that is the best and keeps every rule; return whether it is."""
        value = value_of(self.years.problem, self.years.accounts, self.years.datas, programme)
        if value >= self.value or not keeps_rules(self.years, programme):
            return False
        self.programme, self.value = programme, value
        if self.prices is None:  # at prices of purses plans save other amounts
            self.saving = _savings(self.years, programme)
        return True


def solve_city_programme(
    problem: Problem,
    datas: tuple[SitingData, ...],
    budget: Budget,
    listener: Listener,
    warm: Programme | None = None,
) -> ProgrammeAnswer:
    """Return the best programme and the best bound found within `budget`.

    warm : a programme that keeps every rule; the answer is never worse. With a work limit and one
    thread the same seed gives the same programme. A cancelled solve returns what it has.
    """
    if budget.limits.work is None and budget.limits.time_s is None:
        limits = replace(budget.limits, time_s=DEFAULT_TIME_S)
        budget = Budget(limits, budget.cancel, budget.started)
    years = years_of(problem, datas)
    bounding = start_years(years)
    if not bounding.possible:
        return ProgrammeAnswer(warm, None, "proof", infeasible=warm is None)
    cities = [build_city(part, data) for part, data in zip(years.parts, years.datas, strict=True)]
    solve = Solve(years, bounding, bounding, cities, budget, listener, saving=[0.0] * len(datas))
    if warm is not None:
        solve.take(warm)
    two = budget.limits.threads > 1 and budget.limits.work is None
    if two and hotels_alone(years):
        return _hotels_beside_bound(solve)
    first_tenancies(solve, FIRST_TENANCIES)
    _bound(solve, BESIDE_SHARE if two else BOUND_SHARE)
    share = BESIDE_SHARE if two else BOUND_SHARE
    for turn in range(PRICINGS):  # prices of service and of purses settle in turns
        _price_purses(solve)
        _bound(solve, share + (turn + 1) * PRICING_SHARE)
    beside = _climb_beside(solve) if two else None
    alone = hotels_alone(years) and solve.programme is not None
    draft = solve.programme if alone else _begin(solve)
    if draft is not None and not alone:
        draft = _housed(solve, _rolled(solve, draft))
    if draft is not None:
        draft = _with_tenancies(solve, draft, SEARCH_END if alone else None)
        search(solve, draft)
    elif not two:
        _bound(solve, 1.0)
    solve.searched = draft is not None
    if beside is not None:
        beside.join()
    solve.tell("final flows", always=True)
    _flow(solve)
    return ProgrammeAnswer(solve.programme, solve.bounding.cost, _reason(solve))


def _flow(solve: Solve) -> None:
    """Let every period of the programme have its best flows on all links, where time is left."""
    served = hotels_alone(solve.years)
    if solve.programme is not None and not served and solve.budget.stop_reason() is None:
        solve.take(flowing(solve.years, solve.programme, solve.budget))


def _hotels_beside_bound(solve: Solve) -> ProgrammeAnswer:
    """Search hotels and tenants from the first second on, while the bound climbs beside."""
    beside = _climb_beside(solve)
    search_alone(solve, SEARCH_END)
    solve.searched = True
    beside.join()
    _bound(solve, 0.0)  # where there was no time for any
    solve.tell("final flows", always=True)
    return ProgrammeAnswer(solve.programme, solve.bounding.cost, _reason(solve))


def _reason(solve: Solve) -> str:
    stop = solve.budget.stop_reason()
    if stop == "user":
        return stop
    if solve.closed():
        bound = solve.bounding.cost
        return "proof" if bound is not None and relative_gap(solve.value, bound) <= 1e-6 else "gap"
    return stop or ("work" if solve.budget.limits.work is not None else "time")


def _savings(years: Years, programme: Programme) -> list[float]:
    return [
        data.constant_eur - objective_of(data, plan)
        for data, plan in zip(years.datas, programme.plans, strict=True)
    ]


def _bound(solve: Solve, share: float) -> None:
    """Let the prices climb; every period is looked at once, however little time there is."""
    bounding = solve.bounding
    while not bounding.climbed:
        known = bounding.cost is not None
        if known and (solve.over(share) or solve.closed()):
            return
        if solve.budget.stop_reason() == "user":
            return
        hurried = not known and solve.over(share)
        solve.budget.spend(climb_years(bounding, solve.saving, hurried=hurried))
        solve.tell("bound")


def _by_units(solve: Solve, *, early: bool) -> bool:
    """Do a round of the bound by units, if it is time; early : do not wait for ever until then."""
    bounding, used = solve.bounding, solve.budget.used()
    due = bounding.climbed or (early and used >= UNITS_SHARE and first_settled(bounding))
    return due and climb_by_units(solve.years, bounding, used, SEARCH_END)


def _climb_beside(solve: Solve) -> threading.Thread:
    """Let the bound climb on in a second thread; never where work, not time, is counted.

    Prices of service and of purses go on to settle in turns; then other prices are tried.
    """

    def ended() -> bool:
        return solve.searched or solve.over(SEARCH_END) or solve.closed()

    def work() -> None:
        alone, trials = hotels_alone(solve.years), None
        priced = alone  # hotels alone have a bound of their own
        while not ended():
            bounding = solve.bounding
            if bounding.settled and not priced:
                _price_purses(solve)
                priced = True
                continue
            if bounding.settled and trials is None and solve.prices is not None:
                trials = start_trials(solve.prices)
            if trials is not None and not trials.ended:
                _try_prices(solve, trials, ended)
            elif _by_units(solve, early=alone):
                continue
            elif not bounding.climbed:
                climb_years(bounding, solve.saving)
            elif not polish_years(bounding, solve.saving, solve.effort):
                return

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _price_purses(solve: Solve) -> None:
    """Let the bound go on at what a euro of each purse is worth over the years.

    Only where prices of service are good already: the start at others is no way to better ones.
    """
    if solve.over(SEARCH_END) or solve.closed() or not solve.bounding.settled:
        return
    prices = prices_of_purses(
        solve.years, solve.bounding, solve.plain, solve.effort(PRICES_S, PRICES_NODES, 0.0)
    )
    if prices is None or not np.any(prices.spent > 0.0):
        return
    fresh = start_priced(solve.years, solve.plain, prices)
    go_on_from(fresh, solve.bounding)
    solve.bounding, solve.prices = fresh, prices
    solve.saving = [0.0] * len(solve.saving)


def _try_prices(solve: Solve, trials: Trials, stopped: Callable[[], bool]) -> None:
    """Go on at other prices of the purses where the bound is better there."""
    if solve.prices is None:
        return
    known = solve.plain, solve.bounding, solve.prices
    found = try_prices(solve.years, known, trials, stopped)
    if found is not None:
        solve.bounding, solve.prices = found


def _begin(solve: Solve) -> Programme | None:
    """Return the programme that the search starts from: the best after a short search from each.

    The master may see more in hotels and pavilions than purses can bear beside hubs: one of the
    first programmes is frugal with them.
    """
    drafts: list[Programme] = []
    for frugal in (True, False):
        if solve.over(SEARCH_END) or solve.closed():
            break
        solve.tell("timetable", always=True)
        draft = first_programme(solve.years, solve.plain, solve.effort, frugal=frugal)
        if draft is None:
            continue
        if drafts and flows_are_dear(solve):
            drafts.append(draft)
            continue
        begin = time.monotonic()
        draft = drafted(solve.years, solve.cities, draft, solve.budget)
        solve.finish_s = solve.flows_s = time.monotonic() - begin
        solve.take(draft)
        solve.tell("timetable", always=True)
        drafts.append(draft)
    if not drafts:
        return solve.programme
    solve.quick = flows_are_dear(solve)
    quick = solve.estimator if solve.quick else None
    bare = [bared(solve.years, draft) for draft in drafts]
    best = best_of(solve, [served_anew(solve.years, one, solve.budget, quick) for one in bare])
    stays = solve.programme is not None and not keeps_rules(solve.years, best)
    return solve.programme if stays else best


def _rolled(solve: Solve, draft: Programme) -> Programme:
    """Return the programme with its periods decided one after the other, if that is better."""
    bound = solve.bounding.cost
    near = bound is None or relative_gap(solve.value, bound) < ROLL_GAP
    if near or solve.programme is not draft or solve.over(SEARCH_END) or solve.closed():
        return draft
    solve.tell("period by period", always=True)
    begin = solve.budget.used()
    until = begin + ROLL_SHARE * max(SEARCH_END - begin, 0.0)
    found = roll(solve.years, draft, solve.budget, until)
    return found if found is not None and solve.take(found) else draft


def _with_tenancies(solve: Solve, draft: Programme, until: float | None) -> Programme:
    """Return the programme after a search of all its hotels and tenants, if that is better."""
    begin = solve.budget.used()
    if until is None:
        until = begin + TENANCIES_SHARE * max(SEARCH_END - begin, 0.0)
    return searched(solve, draft, until)


def _housed(solve: Solve, draft: Programme) -> Programme:
    """Return the programme with tenants decided anew in each period, where that is better."""
    opened = openings(draft) & (solve.years.datas[0].kind == Kind.PRODUCTIVE_HOTEL)
    for _ in range(HOUSINGS):
        for period, hotels in enumerate(opened.sum(axis=1).tolist()):
            if solve.years.problem.hotels is None or not 0 < hotels <= HOTELS_MAX:
                continue
            if solve.over(SEARCH_END) or solve.closed():
                return draft
            effort = solve.effort(HOUSING_S, HOUSING_NODES, 1e-4)
            plans = list(draft.plans)
            found = housed(solve.years, plans, period, effort)
            if found is not None:
                plans[period] = found
                better = draft.replace(plans=tuple(plans))
                draft = better if solve.take(better) else draft
    return draft
