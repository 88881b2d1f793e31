"""All periods together at fixed prices of parcels and tenants: every rule over years, in integers.

Sets and data as in `optimizer.siting.horizon`. For prices of service and tenants in each period
(`siting.lagrangian`), an open option is worth value[o,t] and the points owe owed[t]:
    minimise sum_t w[t] (constant[t] - owed[t] + sum_o (fixed[o,t] - value[o,t]) open[o,t])
             + one-offs and yearly amounts of the horizon
under the families of rules over years, quotas, and what may stand together on a site. Tenants are
in value[o,t] by an upper bound; purses get what hotels let to LET_SHARE would pay, and pay no
subsidies: whoever places the tenants asks again where that was too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.columns import Columns, Tenancies
from optimizer.siting.horizon.columns import add_year_columns
from optimizer.siting.horizon.cooperation import add_partners_trade
from optimizer.siting.horizon.firms import add_firms_stay_move_or_are_lost
from optimizer.siting.horizon.land import add_soil_stays_within_ledgers
from optimizer.siting.horizon.money import add_purses_pay
from optimizer.siting.horizon.pavilions import add_pavilions_stand_and_move
from optimizer.siting.horizon.relaxed import floor_rents_eur
from optimizer.siting.horizon.renaturation import add_projects_have_an_end
from optimizer.siting.horizon.time import add_openings_begin_and_last, add_sites_are_touched_once
from optimizer.siting.horizon.uses import add_sites_go_to_one_use, add_uses_have_their_area
from optimizer.siting.lagrangian import Look, evaluate, safe_sum, shared_terms
from optimizer.siting.quotas import add_counts_stay_within_quotas
from optimizer.siting.site import add_what_stands_together_fits
from optimizer.solvers import Builder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.bounding import Bounding
    from optimizer.siting.horizon.accounts import Accounts
    from optimizer.siting.horizon.bounding import YearsBounding
    from optimizer.siting.horizon.columns import YearColumns
    from optimizer.siting.horizon.whole import Years
    from optimizer.solvers import Milp

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

LET_SHARE = 0.85  # of a hotel's floors, at the rents of tenants who pay in full


class Worth(NamedTuple):
    """What open options are worth at the prices of a period, (o,), and what is owed, EUR a year.

    net : value less fixed cost. usable : options that may be open at all.
    """

    net: Floats
    usable: Bools
    owed: float


def worths(years: YearsBounding, plain: YearsBounding | None = None) -> list[Worth]:
    """Return the worth of every option in every period at the best prices known.

    plain : the bounding whose options cost what they do, where those of `years` are charged for
    what they take from purses.
    """
    costs = years if plain is None else plain
    return [_worth(part, own) for part, own in zip(years.parts, costs.parts, strict=True)]


def _worth(part: Bounding, own: Bounding) -> Worth:
    """Return the worth at the prices of `part` and the costs of `own`."""
    city, prices = own.city, part.worst.ascent.best
    prices = prices._replace(row=np.zeros(len(city.rows.limit)))
    near = np.ones(city.site_count)
    tenancy = part.worst.tenancy if part.relaxed is not None else own.worst.tenancy
    now = evaluate(city, tenancy, prices, Look(near, near.copy(), exact=True))
    options = len(city.choice.site)
    value = now.option_value[:options].copy()
    usable = np.zeros(options, dtype=bool)
    usable[city.choice.hub_option] = True
    usable[city.choice.point_option] = True
    value[~usable] = 0.0
    _add_hotels(part, now.hotel_value, value, usable)
    return Worth(value - city.choice.fixed, usable, safe_sum(*shared_terms(city, tenancy, prices)))


def _add_hotels(part: Bounding, hotel_value: Floats, value: Floats, usable: Bools) -> None:
    """Write what tenants bring to each hotel, and what a hub inside takes from them at least."""
    combos = part.city.combos
    have = np.flatnonzero((combos.hotel >= 0) & ~np.isin(combos.type, sorted(part.no_type)))
    best = np.full(len(value), -np.inf)
    np.maximum.at(best, combos.hotel[have], hotel_value[combos.type[have]])
    hotels = np.isfinite(best)
    value[hotels], usable[hotels] = best[hotels], True
    both = have[combos.hub[have] >= 0]
    loss = np.full(len(value), np.inf)
    lost = best[combos.hotel[both]] - hotel_value[combos.type[both]]
    np.minimum.at(loss, combos.hub[both], lost)
    inside = np.zeros(len(value), dtype=bool)
    inside[combos.hub[both[part.data.inside_m2[combos.hub[both]] > 0]]] = True
    value[inside] -= loss[inside]


def build_master(
    years: Years,
    worth: list[Worth],
    *,
    slack_eur: float,
    attractive: Bools,
) -> tuple[Milp, YearColumns]:
    """Return the programme at these prices among `attractive` options, (o,).

    slack_eur : taken off the limit of every purse.
    """
    problem, accounts = years.problem, years.accounts
    builder, opened = Builder(), []
    for period, (part, data) in enumerate(zip(years.parts, years.datas, strict=True)):
        mine, weight = worth[period], float(accounts.year_weight[period])
        builder.offset += weight * (data.constant_eur - mine.owed)
        may = mine.usable & (attractive | data.open_always)
        columns = _columns(
            builder.add_columns(data.option_count, cost=-weight * mine.net, upper=may, integer=True)
        )
        add_what_stands_together_fits(builder, part, data, columns)
        add_counts_stay_within_quotas(builder, part, data, columns)
        opened.append(columns.open)
    none = _columns(np.zeros(0, dtype=np.int64)).tenants
    table = np.array(opened)
    joint = add_year_columns(builder, problem, accounts, table, (none,) * len(opened))
    add_openings_begin_and_last(builder, problem, accounts, joint)
    add_sites_are_touched_once(builder, problem, accounts, joint)
    add_soil_stays_within_ledgers(builder, problem, accounts, joint)
    add_projects_have_an_end(builder, problem, joint)
    add_purses_pay(builder, *_with_rents(problem, accounts), joint, slack_eur)
    add_sites_go_to_one_use(builder, accounts, joint)
    add_uses_have_their_area(builder, problem, accounts, joint)
    add_firms_stay_move_or_are_lost(builder, problem, accounts, joint)
    add_pavilions_stand_and_move(builder, problem, accounts, joint)
    add_partners_trade(builder, problem, joint)
    return builder.build(), joint


def _with_rents(problem: Problem, accounts: Accounts) -> tuple[Problem, Accounts]:
    """Return purses that pay running less the rents that hotels usually bring.

    Where several purses cover a site, running is what all of them pay: too little rather than too
    much, because shortages are found later.
    """
    horizon = horizon_of(problem)
    purses = horizon.purses
    covered = purses.covers[:, problem.sites.jurisdiction[accounts.site]]
    pays = (~covered | purses.pays_running[:, None]).all(axis=0)
    gets = (covered & purses.gets_rents[:, None]).any(axis=0)
    rents = LET_SHARE * floor_rents_eur(problem, accounts)
    running = np.rint(accounts.running_eur * pays - rents * gets).astype(np.int64)
    all_pay = purses.replace(pays_running=np.ones(purses.count, dtype=bool))
    return (
        problem.replace(horizon=horizon.replace(purses=all_pay)),
        accounts.replace(running_eur=running),
    )


def _columns(opened: NDArray[np.int64]) -> Columns:
    none = np.zeros(0, dtype=np.int64)
    tenants = Tenancies(none, none, none, none, none, none, none)
    return Columns(opened, none, none, none, none, tenants, none)
