"""What a search may change of a programme while all else stays: prices and rows of toggles.

A toggle of option o is a set of periods, closed or open together. With pattern 1 (open there) and
pattern 0 (closed there) every one-off amount, cash flow and use of soil follows, so that their
differences are linear in the toggles of a walk:
    cost[o]    one-off and yearly EUR of pattern 1 less pattern 0, per year of the toggle's periods
    use[r, o]  what the toggle takes of a purse, land ledger or use in a period
    limit[r]   what is left in the present programme, plus the use of what is open in it
Where two options share a site the sums are careful, not exact; whoever searches checks the whole
programme again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.horizon import FREE, LOGISTICS, WHILE_STANDING
from optimizer.core.kinds import LandBasis
from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.programme import (
    cash_lines,
    cash_positions,
    land_restored_m2,
    land_used_m2,
    ledger_periods,
    openings,
    reserve_eur,
    starts_and_stops,
    touched,
)
from optimizer.siting.horizon.uses import in_jurisdiction, use_area_m2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.siting.horizon.accounts import Accounts

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


class Toggles(NamedTuple):
    """Patterns (t, o) when open and when closed, and whether each keeps dates and stays, (o,)."""

    opened: Bools
    closed: Bools
    may_open: Bools
    may_close: Bools


class Margins(NamedTuple):
    """See the module: cost (o,), use (r, o), limit (r,), area (s,) left for new options."""

    cost: Floats
    use: Floats
    limit: Floats
    area: Floats


def toggles(problem: Problem, accounts: Accounts, now: Bools, periods: Bools) -> Toggles:
    """Return the toggles of `periods`, shape (t, o), in a programme that has `now` open."""
    opened, closed = now | periods, now & ~periods
    return Toggles(
        opened, closed, lasting(problem, accounts, opened), lasting(problem, accounts, closed)
    )


def lasting(problem: Problem, accounts: Accounts, opened: Bools) -> Bools:
    """Return which options stay open long enough after every start, (o,)."""
    begins, _ = starts_and_stops(accounts, opened)
    stay = horizon_of(problem).timing.minimum_stay_years[problem.options.design]
    fine = np.ones(opened.shape[1], dtype=bool)
    year = accounts.first_year
    for begin in range(len(opened)):
        for later in range(begin + 1, len(opened)):
            within = year[later] < year[begin] + stay
            fine &= ~(begins[begin] & within & ~opened[later])
    return fine


def margins(
    problem: Problem, accounts: Accounts, programme: Programme, change: Toggles, period: int
) -> Margins:
    """Return what the toggles cost and take; `period` is the one in which flows are searched."""
    now = openings(programme)
    money = _money(problem, accounts, programme, change)
    soil = _soil(problem, accounts, programme, change)
    own = _logistics(problem, period)
    use = np.concatenate([money[0], soil[0], own[0]])
    limit = np.concatenate([money[1], soil[1], own[1]])
    present = (now & (change.opened & ~change.closed)).any(axis=0)
    limit = limit + use[:, present].sum(axis=1)
    if len(own[1]):
        limit[-len(own[1]) :] = own[1]
    return Margins(
        _cost(problem, accounts, programme, change),
        use,
        limit,
        area_left_m2(problem, programme, period),
    )


def slack_eur(problem: Problem, accounts: Accounts, programme: Programme) -> Whole:
    """Return what each purse could still spend by the end of each period, (b, t)."""
    purses = horizon_of(problem).purses
    position, _ = cash_positions(problem, accounts, cash_lines(problem, accounts, programme))
    debt = np.repeat(purses.borrow_max_eur[:, None], accounts.period_count, axis=1)
    debt[:, -1] = np.minimum(debt[:, -1], purses.debt_end_max_eur)
    reserve = reserve_eur(problem, accounts, openings(programme), programme.use)
    slack: Whole = position + debt - reserve
    return slack


def slack_m2(problem: Problem, accounts: Accounts, programme: Programme) -> Whole:
    """Return what each land ledger still holds in each period, (b, t); large outside its years."""
    land = horizon_of(problem).land
    used = land_used_m2(problem, accounts, openings(programme), programme.use)
    restored = land_restored_m2(problem, accounts, programme.renaturation_m2)
    budget = (land.budget_m2 + programme.land_transfer_m2)[:, None]
    left: Whole = np.where(ledger_periods(land, accounts), budget + restored - used, 10**12)
    return left


def _cash(accounts: Accounts, opened: Bools) -> Floats:
    """Return receipts less payments of options apart from running, (t, o)."""
    begins, ends = starts_and_stops(accounts, opened)
    build = np.where(accounts.on_pavilion, 0, accounts.build_eur)
    cash: Floats = ends * (accounts.resale_eur - accounts.closing_eur).astype(float)
    return cash - begins * (build + accounts.land_eur)


def _money(
    problem: Problem, accounts: Accounts, programme: Programme, change: Toggles
) -> tuple[Floats, Floats]:
    purses = horizon_of(problem).purses
    if not purses.count:
        return _nothing(len(accounts.site))
    more = _cash(accounts, change.opened) - _cash(accounts, change.closed)
    more -= _first_clean_up(problem, accounts, programme, change)
    dearer = _dearer(problem, accounts, programme)
    run = (change.opened & ~change.closed) * accounts.running_eur
    slack = slack_eur(problem, accounts, programme).astype(float)
    use, limit = [], []
    for purse in range(purses.count):
        mine = purses.covers[purse][problem.sites.jurisdiction[accounts.site]]
        paid = more - run * bool(purses.pays_running[purse])
        surprise = dearer if purses.gamma[purse] > 0 else np.zeros_like(dearer)
        owing = np.zeros(len(mine))
        for period in range(accounts.period_count):
            rate = float(purses.interest_rate[purse]) * int(accounts.years[period])
            in_debt = period > 0 and slack[purse, period - 1] < purses.borrow_max_eur[purse]
            owing = owing * (1.0 + (rate if in_debt else 0.0)) - paid[period]
            use.append(np.where(mine, owing + surprise, 0.0))
            limit.append(slack[purse, period])
    return np.array(use), np.array(limit)


def _first_clean_up(
    problem: Problem, accounts: Accounts, programme: Programme, change: Toggles
) -> Floats:
    """Return clean-up that falls due because of a toggle, (t, o): at its first period."""
    ground = horizon_of(problem).ground
    amount = np.zeros(change.opened.shape)
    due = ground.clean_up_eur[accounts.site] * (accounts.footprint_m2 > 0)
    toggled: Bools = change.opened & ~change.closed
    elsewhere = _touched_elsewhere(accounts, programme, toggled)
    first = toggled & (np.cumsum(toggled, axis=0) == 1) & ~elsewhere[:, accounts.site]
    amount[first] = np.broadcast_to(due, first.shape)[first]
    return amount


def _touched_elsewhere(accounts: Accounts, programme: Programme, toggled: Bools) -> Bools:
    """Return sites touched by what no toggle changes, (t, s)."""
    return touched(accounts, openings(programme) & ~toggled, programme.use)


def _dearer(problem: Problem, accounts: Accounts, programme: Programme) -> Floats:
    """Return by how much more a closed option may turn out to cost, (o,)."""
    ground = horizon_of(problem).ground
    now = openings(programme)
    fresh = ~touched(accounts, now, programme.use)[-1][accounts.site]
    price = ground.price_deviation_eur_m2[accounts.site] * accounts.footprint_m2 * accounts.bought
    clean = ground.clean_up_deviation_eur[accounts.site] * fresh * (accounts.footprint_m2 > 0)
    return np.where(now.any(axis=0), 0.0, (price + clean).astype(float))


def _soil(
    problem: Problem, accounts: Accounts, programme: Programme, change: Toggles
) -> tuple[Floats, Floats]:
    land = horizon_of(problem).land
    holds = ledger_periods(land, accounts)
    left = slack_m2(problem, accounts, programme)
    use, limit = [], []
    for ledger in range(land.count):
        mine = accounts.soil & land.covers[ledger, problem.sites.jurisdiction]
        parcel = land.basis[ledger] == LandBasis.PARCEL
        size = np.where(
            parcel & (accounts.footprint_m2 > 0),
            problem.sites.parcel_m2[accounts.site],
            accounts.footprint_m2,
        )
        size = np.where(mine[accounts.site], size, 0)
        temporary = land.temporary[ledger]
        removable = accounts.dismantlable & (temporary in {WHILE_STANDING, FREE})
        begin = int(np.argmax(holds[ledger]))
        trace = [
            np.logical_or.accumulate(pattern, axis=0) for pattern in (change.opened, change.closed)
        ]
        brief = change.opened & ~change.closed & removable & (temporary == WHILE_STANDING)
        for period in np.flatnonzero(holds[ledger]).tolist():
            grown = [
                path[period].astype(float) - (path[begin - 1] if begin > 0 else 0.0)
                for path in trace
            ]
            lasting_use = np.where(removable, 0.0, grown[0] - grown[1])
            use.append((lasting_use + brief[period]) * size)
            limit.append(float(left[ledger, period]))
    return (np.array(use), np.array(limit)) if use else _nothing(len(accounts.site))


def _logistics(problem: Problem, period: int) -> tuple[Floats, Floats]:
    """Return rows that keep the logistics area of a period, as use <= limit."""
    horizon = horizon_of(problem)
    year, uses = horizon.periods.first_year[period], horizon.uses
    use, limit = [], []
    for rank, name in enumerate(uses.name):
        if name != LOGISTICS or uses.first_year[rank] > year:
            continue
        here = in_jurisdiction(problem, rank)[problem.options.site]
        use.append(-np.where(here, use_area_m2(problem, rank), 0).astype(float))
        limit.append(-float(uses.area_min_m2[rank]))
    return (np.array(use), np.array(limit)) if use else _nothing(problem.options.count)


def _nothing(options: int) -> tuple[Floats, Floats]:
    return np.zeros((0, options)), np.zeros(0)


def _cost(problem: Problem, accounts: Accounts, programme: Programme, change: Toggles) -> Floats:
    """Return one-off EUR per year of the horizon of open toggles against closed ones, (o,)."""
    due = accounts.one_off_weight[:, None]
    _, ends = starts_and_stops(accounts, change.opened)
    _, before = starts_and_stops(accounts, change.closed)
    closing = (ends.astype(float) - before) * accounts.closing_eur
    clean = _first_clean_up(problem, accounts, programme, change)
    cost: Floats = ((closing + clean) * due).sum(axis=0)
    return cost


def area_left_m2(problem: Problem, programme: Programme, period: int) -> Floats:
    """Return the m2 of each site that other uses and firms leave to new options."""
    firms, sites = horizon_of(problem).firms, problem.sites
    kept = (programme.firm_leaves < 0) | (programme.firm_leaves > period)
    held = np.bincount(firms.site[kept], firms.area_m2[kept], sites.count)
    room = np.maximum(sites.parcel_m2 - held, 0.0)
    area: Floats = np.minimum(sites.area_m2, room).astype(np.float64)
    area[firms.site[kept & ~firms.may_stay]] = 0.0
    area[programme.use[period] >= 0] = 0.0
    return area
