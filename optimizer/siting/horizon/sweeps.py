"""One period after the other: hubs and delivery points are annealed while all else stays.

A walk (`siting.walks`) knows one period. What a change there means for purses, land and one-offs of
all periods is linear in its toggles (`margins`), so the walk of one period needs no more than other
fixed costs and more rows. Block coordinate descent: each walk starts from the programme as it is,
and its result is taken where the exact programme is cheaper and keeps every rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.core.kinds import Kind
from optimizer.core.timeline import horizon_of
from optimizer.siting.flows import best_flows, plan_of
from optimizer.siting.horizon.margins import Margins, Toggles, margins, toggles
from optimizer.siting.horizon.period_plans import (
    estimated_plan,
    period_data,
    plan_with,
    start_of,
    tenants_of,
)
from optimizer.siting.horizon.programme import openings
from optimizer.siting.walks import Walk, begin_walk, inside_hubs, make_moves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.limits import Budget
    from optimizer.core.plan import Plan
    from optimizer.core.programme import Programme
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.period_plans import Estimator
    from optimizer.siting.horizon.whole import Years

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

WAYS = 3  # hubs and delivery points per demand point among which flows are optimised


class Sweep(NamedTuple):
    """A walk in one period, which toggles stand for, and the programme that it starts from."""

    period: int
    walk: Walk
    span: Bools
    programme: Programme
    data: SitingData


class Ask(NamedTuple):
    """What a walk is to look at.

    span : (t, o), the periods for which a change of each option holds. promise : (o,), how
    promising each option is. kept_eur : of every purse, against interest on what is spent. price :
    (2, s), of facilities, from an earlier walk.
    """

    period: int
    span: Bools
    promise: Floats
    seed: int = 0
    kept_eur: float = 0.0
    price: Floats | None = None


def begin_sweep(years: Years, city: City, programme: Programme, ask: Ask) -> Sweep:
    """Set a walk up; `city` has the rules of that period alone."""
    period, span = ask.period, ask.span
    problem, parts, _, accounts = years
    data = period_data(years, programme, period)
    change = toggles(problem, accounts, openings(programme), span)
    left = margins(problem, accounts, programme, change, period)
    purses = len(parts) * horizon_of(problem).purses.count
    kept = np.where(np.arange(len(left.limit)) < purses, ask.kept_eur, 0.0)
    left = left._replace(limit=np.where(left.limit > kept, left.limit - kept, left.limit))
    changed = _with_margins(years, city, left, span)
    start = start_of(data, programme.plans[period], city.site_count)
    moves = make_moves(parts[period], data, changed, ask.promise, ask.seed)
    walk = begin_walk(parts[period], data, changed, start, moves, ask.price)
    bound = (data.inside_m2 > 0) & (span & ~_inside(years, programme)).any(axis=0)
    _bind(years, walk, ask, (change, left), bound)
    return Sweep(period, walk, span, programme, data)


def only(years: Years, period: int) -> Bools:
    """Return one period as the span of all options."""
    span = np.zeros((len(years.parts), years.problem.options.count), dtype=bool)
    span[period] = True
    return span


def later_periods(years: Years, programme: Programme, period: int) -> Bools:
    """Return the periods from `period` on in which options stay as they are then.

    What is open then may be closed for as long as it stands; what is not may open at once, for
    good or until it opens anyway.
    """
    now = openings(programme)
    inside = years.datas[0].inside_m2 > 0
    could = np.array([~data.forbidden for data in years.datas]) & ~_beside_inside(years, now)
    could &= ~inside | _inside(years, programme)
    same = (now == now[period]) & (now | could)
    span = np.zeros_like(now)
    span[period:] = np.logical_and.accumulate(same[period:], axis=0)
    return span


def _inside(years: Years, programme: Programme) -> Bools:
    """Return hubs inside hotels that may open and close while tenants stay, (t, o)."""
    sites = years.problem.sites.count
    return np.array(
        [
            inside_hubs(part, data, start_of(data, plan, sites))
            for part, data, plan in zip(years.parts, years.datas, programme.plans, strict=True)
        ]
    )


def _beside_inside(years: Years, now: Bools) -> Bools:
    """Return hubs on sites whose hotel has one inside, (t, o): they would drive it out."""
    data = years.datas[0]
    hub, inside = data.kind == Kind.MICRO_HUB, data.inside_m2 > 0
    taken = np.zeros((len(now), years.problem.sites.count), dtype=bool)
    for period, opened in enumerate(now):
        taken[period, data.site[opened & inside]] = True
    beside: Bools = taken[:, data.site] & hub & ~now
    return beside


def _with_margins(years: Years, city: City, left: Margins, span: Bools) -> City:
    """Return the city with the costs and rows of the toggles."""
    weight = years.accounts.year_weight[:, None] * span
    whole = np.maximum(weight.sum(axis=0), 1e-12)
    yearly = np.array([data.fixed_eur for data in years.datas])
    own = (weight * yearly).sum(axis=0) / whole
    fixed = np.where(span.any(axis=0), own + left.cost / whole, city.choice.fixed)
    rows = len(left.limit)
    return city._replace(
        choice=city.choice._replace(fixed=fixed),
        rows=city.rows._replace(
            family=(*city.rows.family, *(["margin"] * rows)),
            limit=np.concatenate([city.rows.limit, left.limit]),
        ),
        option_use=sparse.csr_matrix(sparse.hstack([city.option_use, left.use.T])),
        site_use=sparse.csr_matrix((city.site_count, len(city.rows.limit) + rows)),
    )


def _bind(
    years: Years,
    walk: Walk,
    ask: Ask,
    rules: tuple[Toggles, Margins],
    bound: Bools,
) -> None:
    """Restrict the walk to toggles that keep dates, stays, firms, uses and pavilions.

    bound : hubs inside hotels that tenants tie, (o,).
    """
    accounts, ground, (change, left) = years.accounts, walk.ground, rules
    toggled = change.opened[ask.period] & ~change.closed[ask.period]
    free = ground.free & change.may_open & ~accounts.on_pavilion & toggled & ~bound
    stays = ~change.may_close | accounts.on_pavilion | ~toggled | bound
    locked = ground.locked.copy()
    for row, part in enumerate((walk.start.hub, walk.start.point)):
        mine = np.flatnonzero(part >= 0)
        locked[row, mine] |= stays[part[mine]]
    built = np.zeros(len(left.area))
    hotel = walk.start.hotel
    have = np.flatnonzero(hotel >= 0)
    built[have] = ground.footprint[hotel[have]]
    walk.ground = ground._replace(area=left.area - built, free=free, locked=locked)
    hubs, points = walk.moves.hub_pool, walk.moves.point_pool
    walk.moves = walk.moves._replace(hub_pool=hubs[free[hubs]], point_pool=points[free[points]])


def end_sweep(
    years: Years,
    sweep: Sweep,
    budget: Budget,
    *,
    nearest: bool,
    quick: Estimator | None = None,
) -> Programme | None:
    """Return the programme with the best state of the walk, flows exact; None: minimum use fails.

    Tied changes are made in every period of their span whose flows bear them. quick : where flows
    are to be those of the estimate.
    """
    options = years.problem.options.count
    state = sweep.walk.open_option(options)
    before = openings(sweep.programme)
    here = sweep.span[sweep.period]
    added, removed = here & state & ~before[sweep.period], here & ~state & before[sweep.period]
    plans = list(sweep.programme.plans)
    useful = None if nearest else sweep.walk.useful_links(WAYS)
    for period in range(len(plans)):
        arrives = added & sweep.span[period] & ~_given_away(years, sweep.programme, period)
        opened = before[period] & ~(removed & sweep.span[period])
        opened = _giving_way(years, period, opened & ~arrives, arrives) | arrives
        if period != sweep.period and np.array_equal(opened, before[period]):
            continue
        plan = None
        if quick is not None and period == sweep.period and np.array_equal(opened, state):
            quick.price[period] = sweep.walk.best.price
            plan = _own_plan(sweep, opened)
        elif quick is not None:
            plan = estimated_plan(years, quick, sweep.programme, period, opened)
        if plan is None:
            keep = None if useful is None else _with_links_of(years, useful, opened & ~state)
            plan = plan_with(years, sweep.programme, period, opened, (keep, budget))
        if plan is None and period == sweep.period:
            return None
        plans[period] = plans[period] if plan is None else plan
    return sweep.programme.replace(plans=tuple(plans))


def _own_plan(sweep: Sweep, opened: Bools) -> Plan | None:
    """Return the plan of the walk's own period with its own flows; None: a minimum use lacks."""
    flows = sweep.walk.served(sweep.data.parcels_per_day)
    if flows is None:
        return None
    return plan_of(sweep.data, opened, flows, *tenants_of(sweep.programme.plans[sweep.period]))


def _given_away(years: Years, programme: Programme, period: int) -> Bools:
    """Return options that need ground of a site that has gone to another use by then."""
    takes = years.accounts.footprint_m2 > 0
    away: Bools = takes & (programme.use[period][years.accounts.site] >= 0)
    return away


def _giving_way(years: Years, period: int, opened: Bools, arrives: Bools) -> Bools:
    """Return what stays open beside options that arrive: one of a kind on a site.

    A walk knows what stands in its own period; what comes to the same site later gives way.
    """
    data = years.datas[period]
    kinds = int(data.kind.max(initial=0)) + 1
    place = data.site.astype(np.int64) * kinds + data.kind
    stays: Bools = opened & (data.open_always | ~np.isin(place, place[arrives]))
    return stays


def _with_links_of(years: Years, useful: tuple[Bools, Bools], more: Bools) -> tuple[Bools, Bools]:
    """Return the useful links and those of options that are not open where they were found.

    Links are numbered alike in all periods.
    """
    site = np.zeros(years.problem.sites.count, dtype=bool)
    site[years.accounts.site[more]] = True
    data = years.datas[0]
    return useful[0] | site[data.bike.site], useful[1] | site[data.pickup.site]


def drafted(
    years: Years, cities: Sequence[City], programme: Programme, budget: Budget
) -> Programme:
    """Return the programme with flows of every period, quickly found.

    Where a minimum use cannot hold they are the cheapest without it: walks have to mend that.
    """
    plans = []
    for period, city in enumerate(cities):
        opened = programme.plans[period].open_option
        ask = Ask(period, only(years, period), np.ones(len(opened)))
        sweep = begin_sweep(years, city, programme, ask)
        keep = None if city.nearest else sweep.walk.useful_links(WAYS)
        plan = plan_with(years, programme, period, opened, (keep, budget))
        if plan is None:
            data, old = period_data(years, programme, period), programme.plans[period]
            flows = best_flows(years.parts[period], data, opened, minimum_use=False)
            if flows is not None:
                plan = plan_of(data, opened, flows, *tenants_of(old))
        plans.append(programme.plans[period] if plan is None else plan)
    return programme.replace(plans=tuple(plans))
