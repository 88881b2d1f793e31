"""The programme over openings of all periods: a relaxation of `whole` without flows and floors.

Everything that joins the periods is exact (`whole` adds the same rows); inside a period stand the
rows of `siting.openings`: sites, quotas and stated options as they are, parcels that could come at
all, tenants split at will over types of hotels. What it calls infeasible is so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.columns import Columns, Tenancies
from optimizer.siting.horizon.columns import add_year_columns
from optimizer.siting.horizon.cooperation import add_partners_trade
from optimizer.siting.horizon.firms import add_firms_stay_move_or_are_lost
from optimizer.siting.horizon.land import add_soil_stays_within_ledgers
from optimizer.siting.horizon.money import add_purses_pay
from optimizer.siting.horizon.pavilions import add_pavilions_stand_and_move
from optimizer.siting.horizon.renaturation import add_projects_have_an_end
from optimizer.siting.horizon.subsidy import add_spared_rents_stay_within_caps
from optimizer.siting.horizon.time import add_openings_begin_and_last, add_sites_are_touched_once
from optimizer.siting.horizon.uses import add_sites_go_to_one_use, add_uses_have_their_area
from optimizer.siting.openings import (
    add_enough_parcels_could_come,
    add_enough_tenants_could_come,
)
from optimizer.siting.quotas import add_counts_stay_within_quotas
from optimizer.siting.site import add_what_stands_together_fits
from optimizer.solvers import Builder, Milp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.whole import Years


def build_openings(years: Years) -> Milp:
    """Return the programme; its costs are those of what joins the periods, and mean nothing."""
    problem, parts, datas, accounts = years
    builder = Builder()
    opened = builder.add_columns(accounts.new.size * len(parts), integer=True)
    opened = opened.reshape(len(parts), accounts.new.size)
    tenants = tuple(
        _add_period(builder, part, data, opened[t])
        for t, (part, data) in enumerate(zip(parts, datas, strict=True))
    )
    joint = add_year_columns(builder, problem, accounts, opened, tenants)
    add_openings_begin_and_last(builder, problem, accounts, joint)
    add_sites_are_touched_once(builder, problem, accounts, joint)
    add_soil_stays_within_ledgers(builder, problem, accounts, joint)
    add_projects_have_an_end(builder, problem, joint)
    add_purses_pay(builder, problem, accounts, joint)
    add_spared_rents_stay_within_caps(builder, problem, accounts, joint)
    add_sites_go_to_one_use(builder, accounts, joint)
    add_uses_have_their_area(builder, problem, accounts, joint)
    add_firms_stay_move_or_are_lost(builder, problem, accounts, joint)
    add_pavilions_stand_and_move(builder, problem, accounts, joint)
    add_partners_trade(builder, problem, joint)
    return builder.build()


def _add_period(
    builder: Builder, part: Problem, data: SitingData, opened: NDArray[np.int64]
) -> Tenancies:
    none = np.zeros(0, dtype=np.int64)
    nobody = Tenancies(none, none, none, none, none, none, none)
    columns = Columns(opened, none, none, none, none, nobody, none)
    add_what_stands_together_fits(builder, part, data, columns)
    add_counts_stay_within_quotas(builder, part, data, columns)
    add_enough_parcels_could_come(builder, data, opened)
    return add_enough_tenants_could_come(builder, part, data, opened)
