"""Columns that join the periods: what begins, ends, moves, is given, borrowed and kept.

All tables are full: what cannot be has an upper bound of 0. Money stands in thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.columns import Columns, Tenancies
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.solvers import Builder

    Table = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class YearColumns:
    """Column numbers; t periods, o options, s sites, k firms, v pavilions, p options of pavilions.

    open : (t, o), of the periods' models. tenants : of the periods' models, or none.
    start, stop : (t, o), of new options. touched : (t, s).
    given : (t, u, s), the site goes to that use at t. moved, lost : (t, k). premises : (k, m).
    stood, arrived, first : (t, v, p), where a pavilion stands, arrives, arrives for the first time;
    place : (p,), the options of pavilions.
    restored_m2 : (t, r). land_transfer : (b,), m2. purse_transfer : (t, b), thousands.
    """

    open: Table
    tenants: tuple[Tenancies, ...]
    start: Table
    stop: Table
    touched: Table
    given: Table
    moved: Table
    lost: Table
    premises: Table
    stood: Table
    arrived: Table
    first: Table
    place: NDArray[np.int64]
    restored_m2: Table
    land_transfer: Table
    purse_transfer: Table


def add_year_columns(
    builder: Builder,
    problem: Problem,
    accounts: Accounts,
    opened: Table,
    tenants: tuple[Tenancies, ...],
) -> YearColumns:
    """Add the columns of everything that joins the periods, with what they cost."""
    horizon, weight = horizon_of(problem), accounts.one_off_weight[:, None]
    firms, ground = horizon.firms, horizon.ground
    later = np.cumsum(accounts.year_weight[::-1])[::-1]  # years from t on
    stood, arrived, first, place = _add_pavilions(builder, problem, accounts)
    falling = accounts.one_off_weight - np.append(accounts.one_off_weight[1:], 0.0)
    jobs = firms.job_lost_eur_year * firms.jobs * later[:, None]
    begun = accounts.first_year[:, None] >= horizon.renaturation.first_year
    return YearColumns(
        open=opened,
        tenants=tenants,
        start=_table(builder, opened.shape, upper=accounts.new),
        stop=_table(builder, opened.shape, cost=weight * accounts.closing_eur, upper=accounts.new),
        touched=_table(builder, accounts.free.shape, cost=falling[:, None] * ground.clean_up_eur),
        given=_table(
            builder,
            (accounts.period_count, *accounts.use_eur_year.shape),
            cost=later[:, None, None] * accounts.use_eur_year,
            upper=may_be_given(problem, accounts),
            integer=True,
        ),
        moved=_table(builder, jobs.shape, cost=weight * firms.move_eur, integer=True),
        lost=_table(builder, jobs.shape, cost=weight * firms.lost_eur + jobs, integer=True),
        premises=_table(
            builder, firms.move_m.shape, upper=firms.move_m <= firms.move_max_m, integer=True
        ),
        stood=stood,
        arrived=arrived,
        first=first,
        place=place,
        restored_m2=_table(
            builder,
            begun.shape,
            cost=weight * horizon.renaturation.eur_m2,
            upper=np.where(begun, horizon.renaturation.area_m2, 0),
            integer=True,
        ),
        land_transfer=_signed(builder, (horizon.land.count,), _land_most(problem)),
        purse_transfer=_signed(
            builder,
            (accounts.period_count, horizon.purses.count),
            money_most_eur(problem, accounts) / 1000.0,
        ),
    )


def may_be_given(problem: Problem, accounts: Accounts) -> NDArray[np.bool_]:
    """Return which sites may go to which use in each period, and keep it to the end, (t, u, s)."""
    free = np.logical_and.accumulate(accounts.free[::-1], axis=0)[::-1]
    permitted = horizon_of(problem).uses.permits[:, problem.sites.zone]
    may: NDArray[np.bool_] = permitted[None] & accounts.takes_sites[:, None] & free[:, None, :]
    return may


def money_most_eur(problem: Problem, accounts: Accounts) -> float:
    """Return more than any purse can ever hold, owe or pass on, with interest.

    Solvers need such bounds: with carelessly wide ones HiGHS has called feasible models infeasible.
    """
    horizon = horizon_of(problem)
    purses, firms, projects = horizon.purses, horizon.firms, horizon.renaturation
    ground, pavilions = horizon.ground, horizon.pavilions
    surprise = ground.price_deviation_eur_m2[accounts.site] * accounts.footprint_m2
    amounts = (
        purses.opening_eur,
        purses.grant_eur,
        accounts.rent_eur.max(axis=2, initial=0),
        accounts.subsidy_eur.max(axis=2, initial=0),
        accounts.resale_eur,
        accounts.land_eur,
        accounts.build_eur,
        accounts.closing_eur,
        accounts.running_eur,
        accounts.use_eur,
        accounts.use_land_eur,
        ground.clean_up_eur,
        ground.clean_up_deviation_eur,
        surprise * accounts.period_count,
        pavilions.move_eur * accounts.period_count,
        firms.move_eur,
        firms.lost_eur,
        projects.eur_m2 * projects.area_m2,
    )
    growth = float(np.prod(1.0 + purses.interest_rate.max(initial=0.0) * accounts.years))
    total = sum(float(np.abs(part).sum()) for part in amounts) + 1000.0
    return total * growth * max(purses.count, 1)


def shifted(columns: Columns, by: int) -> Columns:
    """Return the columns of a model that has been appended to another."""
    return replace(
        columns,
        open=columns.open + by,
        bike=columns.bike + by,
        pickup=columns.pickup + by,
        volume=columns.volume + by,
        parcel=columns.parcel + by,
        tenants=columns.tenants.shifted(by),
    )


def _table(
    builder: Builder,
    shape: tuple[int, ...],
    *,
    cost: ArrayLike = 0.0,
    upper: ArrayLike = 1.0,
    integer: bool = False,
) -> Table:
    columns = builder.add_columns(
        int(np.prod(shape)),
        cost=np.broadcast_to(np.asarray(cost, dtype=float), shape).ravel(),
        upper=np.broadcast_to(np.asarray(upper, dtype=float), shape).ravel(),
        integer=integer,
    )
    return columns.reshape(shape)


def _signed(builder: Builder, shape: tuple[int, ...], most: float) -> Table:
    columns = builder.add_columns(int(np.prod(shape)), lower=-most, upper=most)
    return columns.reshape(shape)


def _land_most(problem: Problem) -> float:
    horizon = horizon_of(problem)
    most = problem.sites.parcel_m2.sum() + horizon.renaturation.area_m2.sum()
    return float(most + np.abs(horizon.land.budget_m2).sum())


def _add_pavilions(
    builder: Builder, problem: Problem, accounts: Accounts
) -> tuple[Table, Table, Table, NDArray[np.int64]]:
    pavilions = horizon_of(problem).pavilions
    place = np.flatnonzero(accounts.on_pavilion)
    fits = pavilions.design[:, None] == problem.options.design[place][None, :]
    shape = (accounts.period_count, *fits.shape)
    move = accounts.one_off_weight[:, None, None] * pavilions.move_eur[:, None]
    stood = _table(builder, shape, upper=fits, integer=True)
    arrived = _table(builder, shape, cost=move, upper=fits)
    first = _table(builder, shape, cost=-move, upper=fits, integer=True)
    return stood, arrived, first, place
