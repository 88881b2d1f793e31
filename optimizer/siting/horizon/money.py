"""Money: every purse pays what it owes in each period, within its debt and with its reserve.

In thousands; b purses, sites in covers[b]:
    position[t] <= position[t-1] + opening, grants, transfers, resale, rents[t]
                   - purchases, building, clean-up, closing, moves, renaturation, uses, running,
                   subsidies[t] - interest[t]
    interest[t] >= interest_rate n[t] debt[t-1] - half a euro;   debt[t] >= -position[t]
    position[t] >= reserve[t] - borrow_max (debt_end_max at the end)
The half euro makes up for rounding, so that no programme is lost: the rows are loose by at most one
euro per period, the bound stays a bound, and `slack_eur` tightens them where a programme used it.
The reserve against the gamma dearest sites is the dual of its own choice (Bertsimas and Sim 2004,
DOI 10.1287/opre.1030.0065):
    reserve[t] = gamma level[t] + sum_j over[j,t];   level[t] + over[j,t] >= dev[j,t]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.horizon.columns import money_most_eur

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.solvers import Builder

    Numbers = NDArray[np.integer[Any]]
    Entry = tuple[Numbers, Numbers, Numbers]

EUR_PER_UNIT = 1000.0
ROUNDING_EUR = 0.5


def add_purses_pay(
    builder: Builder,
    problem: Problem,
    accounts: Accounts,
    columns: YearColumns,
    slack_eur: float = 0.0,
) -> None:
    """Add position, debt, interest and reserve of each purse; all limits less `slack_eur`."""
    horizon = horizon_of(problem)
    purses, periods = horizon.purses, accounts.period_count
    lines = [_entries(problem, accounts, columns, t) for t in range(periods)]
    most = money_most_eur(problem, accounts) / EUR_PER_UNIT
    for purse in range(purses.count):
        mine = purses.covers[purse, problem.sites.jurisdiction]
        owed = min(float(purses.borrow_max_eur[purse]) / EUR_PER_UNIT, most)
        position = builder.add_columns(periods, lower=-owed, upper=most)
        debt = builder.add_columns(periods, upper=owed)
        interest = builder.add_columns(
            periods, upper=purses.interest_rate[purse] * accounts.years * owed
        )
        rank = np.arange(periods)
        builder.add_rows(periods, (rank, debt, 1.0), (rank, position, 1.0), lower=0.0)
        if periods > 1:
            rate = purses.interest_rate[purse] * accounts.years[1:]
            builder.add_rows(
                periods - 1,
                (rank[1:] - 1, interest[1:], 1.0),
                (rank[1:] - 1, debt[:-1], -rate),
                lower=-ROUNDING_EUR / EUR_PER_UNIT,
            )
        for t in range(periods):
            own = _own_entries(problem, columns, purse, t)
            parts = [
                (site, column, eur)
                for name, (site, column, eur) in lines[t].items()
                if _pays(problem, purse, name)
            ]
            builder.add_rows(
                1,
                (0, position[t], 1.0),
                (0, position[:t][-1:], -1.0),
                (0, interest[t], 1.0),
                (0, columns.purse_transfer[t, purse], -1.0),
                *[(0, column, eur / EUR_PER_UNIT) for column, eur in own],
                *[
                    (0, column[mine[site]], eur[mine[site]] / EUR_PER_UNIT)
                    for site, column, eur in parts
                ],
                upper=_income_eur(problem, purse, t) / EUR_PER_UNIT,
            )
        limit = np.full(periods, purses.borrow_max_eur[purse], dtype=float)
        limit[-1] = min(limit[-1], float(purses.debt_end_max_eur[purse]))
        reserve = _add_reserve(builder, problem, accounts, columns, purse)
        builder.add_rows(
            periods,
            (rank, position, 1.0),
            *reserve,
            lower=(slack_eur - limit) / EUR_PER_UNIT,
        )


def _income_eur(problem: Problem, purse: int, period: int) -> float:
    purses = horizon_of(problem).purses
    opening = purses.opening_eur[purse] if period == 0 else 0
    return float(opening + purses.grant_eur[purse, period])


def _pays(problem: Problem, purse: int, line: str) -> bool:
    """Return whether a line concerns this purse."""
    purses = horizon_of(problem).purses
    match line:
        case "running":
            return bool(purses.pays_running[purse])
        case "rents":
            return bool(purses.gets_rents[purse])
        case "subsidies":
            capped = purses.subsidy_max_eur_year[purse] >= 0
            return bool(capped and not purses.gets_rents[purse])
        case _:
            return True


def _entries(
    problem: Problem, accounts: Accounts, columns: YearColumns, t: int
) -> dict[str, Entry]:
    """Return what happens on sites in a period by line: (site, column, whole EUR to pay)."""
    horizon, tenants = horizon_of(problem), columns.tenants[t]
    site, pavilion = accounts.site, accounts.on_pavilion
    build = np.where(pavilion, 0, accounts.build_eur[t])
    place, design = tenants.place, problem.options.design[tenants.place_option]
    where = accounts.site[tenants.place_option]
    who = tenants.place_tenant
    uses, sites = columns.given.shape[1:]
    every = np.broadcast_to(np.arange(sites), (uses, sites))
    running = np.broadcast_to(accounts.use_eur[t], (t + 1, uses, sites))
    ground, firms, pavilions = horizon.ground, horizon.firms, horizon.pavilions
    at = np.broadcast_to(site[columns.place], columns.first[t].shape)
    once = accounts.build_eur[t][columns.place] - pavilions.move_eur[:, None]
    moving = np.broadcast_to(pavilions.move_eur[:, None], at.shape)
    before = [] if t == 0 else [(np.arange(sites), columns.touched[t - 1], -ground.clean_up_eur)]
    return {
        "starts": (site, columns.start[t], accounts.land_eur[t] + build),
        "stops": (site, columns.stop[t], accounts.closing_eur[t] - accounts.resale_eur[t]),
        "running": (site, columns.open[t], accounts.running_eur[t]),
        "rents": (where, place, -accounts.rent_eur[t, who, design]),
        "subsidies": (where, place, accounts.subsidy_eur[t, who, design]),
        "use_land": _flat(
            every, columns.given[t], np.broadcast_to(accounts.use_land_eur[t], every.shape)
        ),
        "uses": _flat(np.broadcast_to(every, running.shape), columns.given[: t + 1], running),
        "clean_up": _joined((np.arange(sites), columns.touched[t], ground.clean_up_eur), *before),
        "firms": _joined(
            (firms.site, columns.moved[t], firms.move_eur),
            (firms.site, columns.lost[t], firms.lost_eur),
        ),
        "pavilions": _joined(
            _flat(at, columns.first[t], once), _flat(at, columns.arrived[t], moving)
        ),
    }


def _flat(*tables: Numbers) -> Entry:
    site, column, amount = (np.asarray(table).ravel() for table in tables)
    return site, column, amount


def _joined(*entries: Entry) -> Entry:
    site, column, amount = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    return site, column, amount


def _own_entries(
    problem: Problem, columns: YearColumns, purse: int, t: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield what a purse pays by jurisdiction, not by site: renaturation."""
    horizon = horizon_of(problem)
    projects = horizon.renaturation
    mine = np.flatnonzero(horizon.purses.covers[purse, projects.jurisdiction])
    yield columns.restored_m2[t, mine], projects.eur_m2[mine]


def _add_reserve(
    builder: Builder, problem: Problem, accounts: Accounts, columns: YearColumns, purse: int
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Add what a purse keeps in each period; return its entries, one row per period."""
    horizon = horizon_of(problem)
    ground, gamma = horizon.ground, float(horizon.purses.gamma[purse])
    mine = horizon.purses.covers[purse, problem.sites.jurisdiction]
    risky = (ground.clean_up_deviation_eur > 0) | (ground.price_deviation_eur_m2 > 0)
    sites = np.flatnonzero(mine & risky)
    if gamma == 0 or len(sites) == 0:
        return []
    rank = np.full(problem.sites.count, -1)
    rank[sites] = np.arange(len(sites))
    bought = np.flatnonzero(accounts.bought & (rank[accounts.site] >= 0))
    dearer = (ground.price_deviation_eur_m2[accounts.site] * accounts.footprint_m2)[bought]
    each, entries = np.arange(len(sites)), []
    most = money_most_eur(problem, accounts) / EUR_PER_UNIT
    for t in range(accounts.period_count):
        level = builder.add_columns(1, upper=most)
        over = builder.add_columns(len(sites), upper=most)
        begun = columns.start[: t + 1][:, bought]
        builder.add_rows(
            len(sites),
            (each, level[0], 1.0),
            (each, over, 1.0),
            (each, columns.touched[t, sites], -ground.clean_up_deviation_eur[sites] / EUR_PER_UNIT),
            (
                np.broadcast_to(rank[accounts.site[bought]], begun.shape),
                begun,
                np.broadcast_to(-dearer / EUR_PER_UNIT, begun.shape),
            ),
            lower=0.0,
        )
        entries.append((np.full(1, t), level, np.full(1, -gamma)))
        entries.append((np.full(len(sites), t), over, np.full(len(sites), -1.0)))
    return entries
