"""What a euro of a purse is worth in each period, and the periods' cities at these prices.

The payments of all periods share one purse. With prices lambda[b,s] >= 0 on what is spent up to s,
    sum_{t<=s} spent[b,t] <= opening + grants + debt allowed = M[b,s],
a euro spent in t costs L[b,t] = sum_{s>=t} lambda[b,s] (falling in t), and the bound becomes
    sum_t w[t] bound[t] at costs with L  -  sum_{b,s} lambda[b,s] M[b,s]
where, per period and open option (1/w[t] each; Geoffrion 1974, DOI 10.1007/BFb0120690):
    running      L[t] running[o,t]
    starts       L[t] price[o,t] - L[t+1] price[o,t+1]: over a spell from s to e they add up to
                 L[s] price[o,s] - L[e] price[o,e], never more than price less resale
    clean-up     (L[t] - L[t+1]) clean_up[j] when touched: never more than L at the first touch
    rents        L[t] rent less for every tenant placed
Interest, reserves, moves, subsidies and other uses are payments >= 0 and left out. The prices come
from the linear programme over all periods (`master`); any are valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.cooperation import trading_purses
from optimizer.siting.horizon.money import EUR_PER_UNIT
from optimizer.siting.horizon.relaxed import charged, touching
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
    """Return sum lambda M, EUR per year of the horizon."""
    purses = horizon_of(years.problem).purses
    debt = np.repeat(purses.borrow_max_eur[:, None], years.accounts.period_count, axis=1)
    debt[:, -1] = np.minimum(debt[:, -1], purses.debt_end_max_eur)
    most = purses.opening_eur[:, None] + np.cumsum(purses.grant_eur, axis=1) + debt
    return float(((prices.spent[:, :-1] - prices.spent[:, 1:]) * most).sum())


def priced(
    years: Years, city: City, data: SitingData, period: int, prices: PursePrices
) -> tuple[City, SitingData]:
    """Return the city and the data of a period at the prices of the purses."""
    problem, accounts = years.problem, years.accounts
    purses, ground = horizon_of(problem).purses, horizon_of(problem).ground
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
        clean += np.where(here, (now - then) * ground.clean_up_eur, 0.0)
        rent += float(now) * bool(purses.gets_rents[purse])
    more, clean = more / weight, clean / weight
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
