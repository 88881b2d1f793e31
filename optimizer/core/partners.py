"""Partners of a cooperation, each on its own: the problem that it would face without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import OptionStatus
from optimizer.core.timeline import horizon_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.horizon import Cooperation, Horizon
    from optimizer.core.hotels import Hotels
    from optimizer.core.problem import Problem

NOBODY = -1


def cooperation_of(problem: Problem) -> Cooperation:
    """Return the cooperation of a problem that has one."""
    cooperation = horizon_of(problem).cooperation
    if cooperation is None:
        message = "the problem has no cooperation"
        raise ValueError(message)
    return cooperation


def member_of_jurisdiction(problem: Problem) -> NDArray[np.int64]:
    """Return the member that each jurisdiction belongs to, shape (g,)."""
    owner: NDArray[np.int64] = np.argmax(cooperation_of(problem).covers, axis=0)
    return owner


def member_of_ledger(problem: Problem, covers: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return who holds all jurisdictions of each ledger or purse, NOBODY if shared, shape (b,)."""
    members = cooperation_of(problem).covers
    inside = np.all(~covers[:, None, :] | members[None, :, :], axis=2)  # (b, c)
    return np.where(inside.any(axis=1), np.argmax(inside, axis=1), NOBODY)


def alone(problem: Problem, member: int) -> Problem:
    """Return what `member` would face alone: its points, sites, ledgers, duties, no transfers.

    Sites and options keep their numbers; those of others are FORBIDDEN. Duties that bind several
    members together (shared ledgers, quotas and uses everywhere) fall away, and so does what the
    others owe: on its own a member has at most the duties that it has in the joint problem.
    """
    horizon, cooperation = horizon_of(problem), cooperation_of(problem)
    mine = member_of_jurisdiction(problem) == member
    options, rules = problem.options, problem.rules
    here = mine[problem.sites.jurisdiction[options.site]]
    points = np.flatnonzero(mine[cooperation.demand_jurisdiction])
    kept_quotas = np.flatnonzero((rules.quotas.jurisdiction >= 0) & mine[rules.quotas.jurisdiction])
    return problem.replace(
        name=f"{problem.name}: {cooperation.member[member]} alone",
        demand=part(problem.demand, points),
        options=options.replace(
            status=np.where(here, options.status, OptionStatus.FORBIDDEN).astype(np.int8)
        ),
        rules=rules.replace(quotas=part(rules.quotas, kept_quotas)),
        horizon=_horizon_alone(problem, horizon, member, kept_quotas),
        hotels=None if problem.hotels is None else _hotels_alone(problem.hotels, mine),
    )


def _hotels_alone(hotels: Hotels, mine: NDArray[np.bool_]) -> Hotels:
    """Return the block without least areas and jobs that others help to reach.

    Shares of the let area stay where the member holds all of what they cover, or hotel by hotel.
    """
    mix = hotels.mix
    own = ~np.any(mix.covers & ~mine, axis=1)
    kept = own | mix.each_hotel
    jobs_own = ~np.any(mix.jobs_covers & ~mine, axis=1)
    return hotels.replace(
        mix=mix.replace(
            share_min=np.where(kept, mix.share_min, 0.0),
            share_max=np.where(kept, mix.share_max, 1.0),
            area_min_m2=np.where(own, mix.area_min_m2, 0),
            jobs_min=np.where(jobs_own, mix.jobs_min, 0.0),
        )
    )


def _horizon_alone(
    problem: Problem, horizon: Horizon, member: int, kept_quotas: NDArray[np.int64]
) -> Horizon:
    mine = member_of_jurisdiction(problem) == member
    land = np.flatnonzero(member_of_ledger(problem, horizon.land.covers) == member)
    purses = np.flatnonzero(member_of_ledger(problem, horizon.purses.covers) == member)
    uses, firms = horizon.uses, horizon.firms
    kept_uses = np.flatnonzero((uses.jurisdiction >= 0) & mine[uses.jurisdiction])
    kept_firms = np.flatnonzero(mine[problem.sites.jurisdiction[firms.site]])
    projects = np.flatnonzero(mine[horizon.renaturation.jurisdiction])
    premises = {"premises": firms.premises, "premises_area_m2": firms.premises_area_m2}
    return horizon.replace(
        land=part(horizon.land, land),
        purses=part(horizon.purses, purses),
        uses=part(uses, kept_uses),
        firms=part(firms, kept_firms).replace(**premises),
        renaturation=part(horizon.renaturation, projects),
        quota_first_year=horizon.quota_first_year[kept_quotas],
        cooperation=None,
    )


def part(table: Any, rows: NDArray[np.int64]) -> Any:
    """Return the rows of a table whose columns are arrays, tuples and mappings of arrays."""
    count = table.count

    def take(column: Any) -> Any:
        if isinstance(column, dict):
            return {key: take(item) for key, item in column.items()}
        if isinstance(column, np.ndarray) and column.shape[:1] == (count,):
            return column[rows]
        if isinstance(column, tuple) and len(column) == count:
            return tuple(column[row] for row in rows)
        return column

    return table.replace(**{name: take(column) for name, column in vars(table).items()})
