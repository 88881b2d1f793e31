"""What the areas asked for other uses cost at least, at given prices of the purses.

given[t,u,j]  site j goes to use u at t and stays; every use has its area from its first year on
minimise sum given[t,u,j] (yearly cost from t on + sum over purses b of j:
         L[b,t] (land + clean-up + firms that must leave) + sum_{s>=t} L[b,s] use_eur[s,u,j])
One-offs are shared with buildings that stood on the site before without being counted twice: those
pay (L[t] - L[t+1]) in each of their periods (`purseprices`), L at the first touch at most with what
is paid here. That nothing else is built on the site is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.columns import may_be_given
from optimizer.siting.horizon.relaxed import removal_eur
from optimizer.siting.horizon.uses import in_jurisdiction
from optimizer.solvers import Builder, solve_milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts

    Floats = NDArray[np.float64]

NODES, GAP = 100, 1e-3
SLACK = 1e-6  # of the answer: tolerances of the solver


def least_of_uses(
    problem: Problem, accounts: Accounts, spent: Floats, *, yearly: bool, last: int | None = None
) -> float:
    """Return a lower bound on the cost of other uses, in the unit of `spent`.

    spent : (b, t + 1), what a euro of each purse paid in a period is worth. yearly : with the
    yearly cost of the uses, weighted. last : areas asked up to that period (default: all).
    """
    uses = horizon_of(problem).uses
    asks = np.flatnonzero(accounts.takes_sites & (uses.area_min_m2 > 0))
    last = accounts.period_count - 1 if last is None else last
    years = accounts.first_year[: last + 1]
    asks = asks[uses.first_year[asks] <= years[-1]]
    if len(asks) == 0:
        return 0.0
    may = may_be_given(problem, accounts)[: last + 1, asks]
    price = _prices(problem, accounts, spent, yearly=yearly)[: last + 1, asks]
    period, use, site = np.nonzero(may)
    builder = Builder()
    column = builder.add_columns(len(site), cost=price[period, use, site], integer=True)
    builder.add_rows(problem.sites.count, (site, column, 1.0), upper=1.0)
    for rank, kind in enumerate(asks.tolist()):
        here = in_jurisdiction(problem, kind)[site] & (use == rank)
        for t in np.flatnonzero(years >= uses.first_year[kind]).tolist():
            mine = np.flatnonzero(here & (period <= t))
            area = problem.sites.parcel_m2[site[mine]]
            row = np.zeros(len(mine), dtype=np.int64)
            builder.add_rows(1, (row, column[mine], area), lower=float(uses.area_min_m2[kind]))
    answer = solve_milp(builder.build(), nodes=NODES, gap=GAP)
    if answer.bound is None:
        return 0.0
    return max(answer.bound - SLACK * abs(answer.bound), 0.0)


def paid_for_uses_eur(problem: Problem, accounts: Accounts) -> Floats:
    """Return what other uses cost each purse up to each period at least, EUR, shape (b, t)."""
    purses, periods = horizon_of(problem).purses.count, accounts.period_count
    paid = np.zeros((purses, periods))
    for purse in range(purses):
        for period in range(periods):
            until = np.zeros((purses, periods + 1))
            until[purse, : period + 1] = 1.0
            paid[purse, period] = least_of_uses(problem, accounts, until, yearly=False, last=period)
    return paid


def _prices(problem: Problem, accounts: Accounts, spent: Floats, *, yearly: bool) -> Floats:
    """Return what giving each site to each use in each period costs, shape (t, u, s)."""
    horizon = horizon_of(problem)
    weight = accounts.year_weight if yearly else np.zeros_like(accounts.year_weight)
    later = np.cumsum(weight[::-1])[::-1]
    price: Floats = later[:, None, None] * accounts.use_eur_year[None]
    removal = horizon.ground.clean_up_eur + removal_eur(problem)
    for purse, covers in enumerate(horizon.purses.covers):
        now = spent[purse, :-1]
        once = accounts.use_land_eur + removal[None, :]
        run = np.cumsum((now[:, None, None] * accounts.use_eur)[::-1], axis=0)[::-1]
        mine = covers[problem.sites.jurisdiction]
        price = price + np.where(mine, now[:, None, None] * once[:, None, :] + run, 0.0)
    return price
