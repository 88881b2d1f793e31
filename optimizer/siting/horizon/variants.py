"""Other beginnings: a programme without its hubs and delivery points, or without one building.

Prices of service make hubs worth about what they cost, so that a timetable of all periods opens and
closes them at random and ties the purses with it; walks find better ones from none. What walks
leave alone - pavilions and hotels - is taken away here, and walks fill the gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.siting.horizon.programme import openings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.programme import Programme
    from optimizer.siting.horizon.whole import Years

    Bools = NDArray[np.bool_]


def bared(years: Years, programme: Programme) -> Programme:
    """Return the programme without hubs and delivery points that walks may open again, no flows."""
    data = years.datas[0]
    stays = data.open_always | (data.kind == Kind.PRODUCTIVE_HOTEL) | (data.inside_m2 > 0)
    stays |= years.accounts.on_pavilion | years.accounts.soil[years.accounts.site]
    return _closed(programme, ~stays)


def may_go(years: Years, programme: Programme) -> NDArray[np.int64]:
    """Return pavilions and hotels that stand in any period and need not, the shortest stay first.

    Hotels with interiors are left to the search of tenants.
    """
    data, now = years.datas[0], openings(programme)
    mine = years.accounts.on_pavilion.copy()
    if years.problem.hotels is None:
        mine |= data.kind == Kind.PRODUCTIVE_HOTEL
    options = np.flatnonzero(mine & ~data.open_always & now.any(axis=0))
    return options[np.argsort(now[:, options].sum(axis=0), kind="stable")]


def without(years: Years, programme: Programme, option: int) -> Programme:
    """Return the programme without one pavilion or hotel and what is inside it, no flows."""
    data = years.datas[0]
    gone = np.zeros(data.option_count, dtype=bool)
    gone[option] = True
    if data.kind[option] == Kind.PRODUCTIVE_HOTEL:
        gone |= (data.inside_m2 > 0) & (data.site == data.site[option])
    stands = programme.pavilion_option
    programme = programme.replace(pavilion_option=np.where(stands == option, -1, stands))
    return _closed(programme, gone)


def _closed(programme: Programme, gone: Bools) -> Programme:
    """Return the programme with options closed and their tenants out, flows as they were."""
    plans = []
    for plan in programme.plans:
        out = (plan.tenant_option >= 0) & gone[plan.tenant_option]
        plans.append(
            plan.replace(
                open_option=plan.open_option & ~gone,
                tenant_option=np.where(out, -1, plan.tenant_option).astype(np.int32),
                tenant_level=np.where(out, -1, plan.tenant_level).astype(np.int32),
            )
        )
    return programme.replace(plans=tuple(plans))
