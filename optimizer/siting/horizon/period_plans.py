"""Plans of one period with other openings, its tenants kept: flows exact, or by the estimate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.siting.flows import best_flows, plan_of
from optimizer.siting.horizon.programme import capacity_share, with_moves
from optimizer.siting.proposals import Moves
from optimizer.siting.starts import Start
from optimizer.siting.walks import begin_walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.limits import Budget
    from optimizer.core.plan import Interiors, Plan
    from optimizer.core.programme import Programme
    from optimizer.siting.city import City
    from optimizer.siting.data import SitingData
    from optimizer.siting.horizon.whole import Years

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

SETTLINGS, SETTLINGS_MORE = 8, 2  # chunks of rounds for prices: from none, from earlier ones
FEW_LINKS = 12_000  # of what is open: flows on all of them take no longer than finding the best
FLOWS_SHARE = 0.4  # of the time left, for the flows of one period


@dataclass
class Estimator:
    """Flows of every period by the estimate, and the prices that steered it last, (2, s) each."""

    cities: Sequence[City]
    price: dict[int, Floats] = field(default_factory=dict)


def period_data(years: Years, programme: Programme, period: int) -> SitingData:
    """Return the data of a period with the capacity that pavilions on the move leave."""
    share = capacity_share(years.problem, years.accounts, programme.pavilion_option)
    return with_moves(years.datas[period], share[period])


def start_of(data: SitingData, plan: Plan, sites: int) -> Start:
    """Return what a plan opens and whom it places."""

    def by_site(kind: Kind) -> NDArray[np.int64]:
        part = np.full(sites, -1, dtype=np.int64)
        mine = np.flatnonzero(plan.open_option & (data.kind == kind))
        part[data.site[mine]] = mine
        return part

    hotel = by_site(Kind.PRODUCTIVE_HOTEL)
    firm = np.flatnonzero(plan.tenant_option >= 0)
    earned = data.tenant_eur[firm, data.design[plan.tenant_option[firm]]].sum()
    hotels = hotel[hotel >= 0]
    annex = np.zeros(0, dtype=np.int32) if plan.interiors is None else plan.interiors.annex_level
    return Start(
        by_site(Kind.MICRO_HUB),
        hotel,
        by_site(Kind.DELIVERY_POINT),
        plan.tenant_option.astype(np.int64),
        plan.tenant_level.astype(np.int64),
        float(earned - data.fixed_eur[hotels].sum()),
        annex.astype(np.int64),
    )


def plan_with(
    years: Years,
    programme: Programme,
    period: int,
    opened: Bools,
    how: tuple[tuple[Bools, Bools] | None, Budget],
) -> Plan | None:
    """Return the plan of a period with other openings, its tenants kept; how: links to keep."""
    keep, budget = how
    data, old = period_data(years, programme, period), programme.plans[period]
    if _links_of(data, opened) <= FEW_LINKS:
        keep = None
    for links in (keep, None) if keep is not None else (None,):
        left = budget.remaining_s()
        time_s = None if left is None else max(FLOWS_SHARE * left, 0.2)
        flows = best_flows(
            years.parts[period], data, opened, keep=links, time_s=time_s, cancel=budget.cancel
        )
        if flows is not None:
            return plan_of(data, opened, flows, *tenants_of(old))
        if budget.stop_reason() is not None:
            return None
    return None


def estimated_plan(
    years: Years, estimator: Estimator, programme: Programme, period: int, opened: Bools
) -> Plan | None:
    """Return the plan of a period with other openings, flows by the estimate, or None.

    Some tenths of a percent dearer than `plan_with`, and in cities of thousands of points five
    times as quick. None where a minimum use does not hold.
    """
    data, old = period_data(years, programme, period), programme.plans[period]
    city, price = estimator.cities[period], estimator.price.get(period)
    start = start_of(data, old.replace(open_option=opened), city.site_count)
    none = np.zeros(0, dtype=np.int64)
    nowhere = np.full((city.site_count, 1), -1, dtype=np.int64)
    still = Moves(none, none, nowhere, nowhere)
    walk = begin_walk(years.parts[period], data, city, start, still, price)
    walk.settle(SETTLINGS if price is None else SETTLINGS_MORE)
    estimator.price[period] = walk.best.price
    flows = walk.served(data.parcels_per_day)
    return None if flows is None else plan_of(data, opened, flows, *tenants_of(old))


def served_anew(
    years: Years, programme: Programme, budget: Budget, quick: Estimator | None
) -> Programme:
    """Return the programme with the flows of all periods found anew, as `quick` says.

    quick : where flows are to be those of the estimate. Where a minimum use cannot hold flows are
    the cheapest without it: walks have to mend that.
    """
    plans = list(programme.plans)
    for period, old in enumerate(programme.plans):
        opened, found = old.open_option, None
        if quick is not None:
            found = estimated_plan(years, quick, programme, period, opened)
        if found is None:
            found = plan_with(years, programme, period, opened, (None, budget))
        if found is None:
            data = period_data(years, programme, period)
            flows = best_flows(years.parts[period], data, opened, minimum_use=False)
            found = None if flows is None else plan_of(data, opened, flows, *tenants_of(old))
        plans[period] = old if found is None else found
    return programme.replace(plans=tuple(plans))


def flowing(years: Years, programme: Programme, budget: Budget) -> Programme:
    """Return the programme with the best flows of every period on all links, as time allows."""
    plans = list(programme.plans)
    for period, old in enumerate(plans):
        found = plan_with(years, programme, period, old.open_option, (None, budget))
        plans[period] = old if found is None else found
    return programme.replace(plans=tuple(plans))


def _links_of(data: SitingData, opened: Bools) -> int:
    """Return how many links open options have."""
    site = np.zeros(len(data.parcel_m2), dtype=bool)
    site[data.site[opened & (data.kind != Kind.PRODUCTIVE_HOTEL)]] = True
    return int(site[data.bike.site].sum() + site[data.pickup.site].sum())


def tenants_of(
    plan: Plan,
) -> tuple[NDArray[np.int32], NDArray[np.int32], Interiors | None]:
    """Return where the tenants of a plan are: option, level, interiors."""
    return plan.tenant_option, plan.tenant_level, plan.interiors
