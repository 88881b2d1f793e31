"""What a euro of a purse is worth in each period, and the periods' cities at these prices.

All periods share one purse. With prices L[b,t] >= 0, falling in t, on its positions,
    position[t] - position[t-1] + spent[t] + interest[t] <= opening + grants = income[t]
which are worth least at no debt or at all that is allowed, the bound becomes
    sum_t w[t] bound[t] at costs with L  +  other uses at costs with L (`least_uses`)
    - sum_{b,t} L[t] income[t] + debt allowed[t] * max(0, L[t] - (1 + rate years[t+1]) L[t+1])
where, per period and open option (1/w[t] each; Geoffrion 1974, DOI 10.1007/BFb0120690):
    running      L[t] running[o,t]
    starts       L[t] price[o,t] - L[t+1] price[o,t+1]: over a spell from s to e they add up to
                 L[s] price[o,s] - L[e] price[o,e], never more than price less resale
    pavilions    C[t] - C[t+1] while one stands, C[t] = least L[s] build[s] of any s <= t and
                 place: over all periods never more than what its first placement paid
    clean-up     (L[t] - L[t+1]) clean_up[j] when touched: never more than L at the first touch;
                 likewise the least payment for firms that cannot stay
    rents        L[t] rent less for every tenant placed
Reserves, moves, subsidies and renaturation are payments >= 0 and left out. The prices come from the
linear programme over all periods (`master`); any are valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.cooperation import trading_purses
from optimizer.siting.horizon.money import EUR_PER_UNIT, ROUNDING_EUR
from optimizer.siting.horizon.relaxed import charged, removal_eur, touching
from optimizer.solvers import solve_lp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Cancel
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.whole import Years
    from optimizer.solvers import Milp

    Floats = NDArray[np.float64]


class PursePrices(NamedTuple):
    """L of the module: EUR per year of the horizon for a EUR spent in a period, (b, t + 1)."""

    spent: Floats


def purse_prices(
    years: Years, model: Milp, time_s: float | None, cancel: Cancel
) -> PursePrices | None:
    """Return the prices of the purses in the linear programme of `master`; None: not known.

    Its last rows hold the transfers of purses that trade with nobody at 0; their duals are those of
    the purses. Purses that trade are left out.
    """
    purses = horizon_of(years.problem).purses.count
    periods = years.accounts.period_count
    if purses == 0 or len(trading_purses(years.problem)):
        return None
    answer = solve_lp(model, time_s=time_s, cancel=cancel)
    if answer.row_dual is None or answer.status != "optimal":
        return None
    dual = -answer.row_dual[-purses * periods :].reshape(periods, purses).T / EUR_PER_UNIT
    falling = np.maximum.accumulate(np.maximum(dual, 0.0)[:, ::-1], axis=1)[:, ::-1]
    return PursePrices(np.hstack([falling, np.zeros((purses, 1))]))


def limits_worth_eur(years: Years, prices: PursePrices) -> float:
    """Return what income and credit are worth at most, EUR per year of the horizon."""
    purses, span = horizon_of(years.problem).purses, years.accounts.years
    debt = np.repeat(purses.borrow_max_eur[:, None], len(span), axis=1).astype(np.float64)
    debt[:, -1] = np.minimum(debt[:, -1], purses.debt_end_max_eur)
    income = purses.grant_eur.astype(np.float64)
    income[:, 0] += purses.opening_eur
    now, then = prices.spent[:, :-1], prices.spent[:, 1:]
    owing = 1.0 + purses.interest_rate[:, None] * np.append(span[1:], 0)
    worth = now * income + debt * np.maximum(now - owing * then, 0.0)
    return float(worth.sum() + ROUNDING_EUR * prices.spent[:, 1:].sum())


def moved_eur(years: Years, old: PursePrices, new: PursePrices) -> float:
    """Return what purses get over the years at the difference of two prices, EUR per year."""
    purses = horizon_of(years.problem).purses
    income = purses.grant_eur.astype(np.float64)
    income[:, 0] += purses.opening_eur
    return float((np.abs(new.spent - old.spent)[:, :-1] * income).sum())


def _pavilions_owe(years: Years, prices: PursePrices) -> Floats:
    """Return C of the module for every option, 0 where it is no pavilion's, shape (t + 1, o)."""
    problem, accounts = years.problem, years.accounts
    covers = horizon_of(problem).purses.covers[:, problem.sites.jurisdiction[accounts.site]]
    first = prices.spent[:, :-1].T @ covers * accounts.build_eur
    owe = np.zeros((len(first) + 1, len(accounts.site)))
    for design in np.unique(problem.options.design[accounts.on_pavilion]).tolist():
        mine = np.flatnonzero(accounts.on_pavilion & (problem.options.design == design))
        least = np.minimum.accumulate(first[:, mine].min(axis=1))
        owe[:-1, mine] = least[:, None]
    return owe


def priced(
    years: Years, city: City, data: SitingData, period: int, prices: PursePrices
) -> tuple[City, SitingData]:
    """Return the city and the data of a period at the prices of the purses."""
    problem, accounts = years.problem, years.accounts
    purses = horizon_of(problem).purses
    once = horizon_of(problem).ground.clean_up_eur + removal_eur(problem)
    weight = float(accounts.year_weight[period])
    build = np.where(accounts.on_pavilion, 0, accounts.build_eur)
    price = np.where(accounts.new, build + accounts.land_eur, 0).astype(np.float64)
    price = np.vstack([price, np.zeros_like(price[:1])])
    more, clean, rent = np.zeros(len(accounts.site)), np.zeros(problem.sites.count), 0.0
    for purse in range(purses.count):
        here = purses.covers[purse][problem.sites.jurisdiction]
        now, then = prices.spent[purse, period : period + 2]
        spent = now * price[period] - then * price[period + 1]
        if purses.pays_running[purse]:
            spent = spent + now * accounts.running_eur[period]
        more += np.where(here[accounts.site], spent, 0.0)
        clean += np.where(here, (now - then) * once, 0.0)
        rent += float(now) * bool(purses.gets_rents[purse])
    owe = _pavilions_owe(years, prices)
    more, clean = (more + owe[period] - owe[period + 1]) / weight, clean / weight
    combos = city.combos
    fixed = combos.fixed.copy()
    for part in (combos.hub, combos.hotel, combos.point):
        fixed += np.append(more, 0.0)[part]
    dearer = city._replace(
        combos=combos._replace(fixed=fixed),
        choice=city.choice._replace(fixed=city.choice.fixed + more),
    )
    worth = data.tenant_eur + rent / weight * accounts.rent_eur[period]
    return charged(dearer, touching(accounts), clean), data.replace(tenant_eur=worth)
