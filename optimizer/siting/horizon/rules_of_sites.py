"""Rules over years about what stands on sites: other uses, firms, pavilions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.timeline import horizon_of
from optimizer.siting.conflicts.rule import Amount, Rule, of_amount
from optimizer.siting.conflicts.stated import MUST_OPEN, site_name
from optimizer.siting.horizon.changes import put, put_at, replace_part
from optimizer.siting.horizon.columns import may_be_given
from optimizer.siting.horizon.uses import in_jurisdiction

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.siting.horizon.accounts import Accounts


def use_area_rules(problem: Problem, accounts: Accounts) -> list[Rule]:
    """Return the minimum area of each use, and the zones that permit it."""
    horizon, rules = horizon_of(problem), []
    uses, begin = horizon.uses, int(horizon.periods.first_year[0])
    may = np.any(may_be_given(problem, accounts), axis=0)
    for rank in np.flatnonzero(uses.area_min_m2 > 0).tolist():
        name, least = uses.name[rank], int(uses.area_min_m2[rank])
        place = int(uses.jurisdiction[rank])
        where = "" if place < 0 else f" in {problem.rules.jurisdiction[place]!r}"
        first = max(int(uses.first_year[rank]), begin)
        words = f"the use {name!r}{where} needs {least:,} m2 from {first}"
        if accounts.takes_sites[rank]:
            could = may[rank] & in_jurisdiction(problem, rank)
            area = int(problem.sites.parcel_m2[could].sum())
            words += f" (sites of {area:,} m2 could be given)"
        amount = Amount(
            least, 0, "m2", partial(put_at, part="uses", field="area_min_m2", rank=rank)
        )
        demand = f"the use {name!r}"
        rules.append(of_amount("uses", f"area of the use {name!r}", words, amount, demand=demand))
        if accounts.takes_sites[rank] and not uses.permits[rank].all():
            zones = [problem.zoning.zone[zone] for zone in np.flatnonzero(uses.permits[rank])]
            words = f"the use {name!r} is permitted in {', '.join(zones) or 'no zone'} only"
            without = partial(put_at, value=1, part="uses", field="permits", rank=rank)
            title = f"zones of the use {name!r}"
            rules.append(Rule("uses", title, words, without, "permit it in more zones"))
    return rules


def firm_rules(problem: Problem) -> list[Rule]:
    """Return the limit on jobs lost, the distance of a move, and firms that bear no neighbour."""
    horizon, rules = horizon_of(problem), []
    firms = horizon.firms
    if firms.count == 0:
        return []
    if firms.jobs_lost_max >= 0:
        total = int(np.ceil(firms.jobs.sum()))
        amount = Amount(
            int(firms.jobs_lost_max),
            max(total, int(firms.jobs_lost_max) + 1),
            "jobs",
            partial(put, part="firms", field="jobs_lost_max"),
        )
        words = f"at most {firms.jobs_lost_max:g} jobs may be lost, of {total:,}"
        rules.append(of_amount("firms", "jobs lost", words, amount))
    far = firms.move_m[np.isfinite(firms.move_m)].max(initial=0.0)
    if far > firms.move_max_m:
        amount = Amount(
            int(firms.move_max_m),
            int(np.ceil(far)),
            "m",
            partial(put, part="firms", field="move_max_m"),
        )
        words = f"firms move to premises within {firms.move_max_m:,.0f} m"
        rules.append(of_amount("firms", "distance of a move", words, amount))
    stated = np.isin(problem.options.status, MUST_OPEN)
    wanted = np.isin(firms.site, problem.options.site[stated])
    for rank in np.flatnonzero(wanted & ~firms.may_stay).tolist():
        where = site_name(problem, int(firms.site[rank]))
        words = f"{firms.name[rank]} ({firms.jobs[rank]:g} jobs) on {where} has to leave"
        words += " before anything is built there"
        without = partial(put_at, value=1, part="firms", field="may_stay", rank=rank)
        title = f"firm {firms.name[rank]!r}"
        rules.append(Rule("firms", title, words, without, "let it stay beside what is built"))
    return rules


def pavilion_rules(problem: Problem, accounts: Accounts) -> list[Rule]:
    """Return how many pavilions of each design there are, and how often they may move."""
    items, rules = horizon_of(problem).pavilions, []
    for design in np.unique(items.design).tolist():
        mine = np.flatnonzero(items.design == design)
        label, stock = problem.designs.label[design], len(mine)
        places = int(np.sum(problem.options.design == design))
        amount = Amount(stock, max(places, stock + 1), "pavilions", partial(_stock, design=design))
        words = f"there {'is 1 pavilion' if stock == 1 else f'are {stock} pavilions'} ({label})"
        stock_rule = of_amount("pavilions", f"stock of {label}", words, amount)
        rules.append(stock_rule._replace(without=partial(_without_stock, design=design)))
        moves = int(items.moves_max[mine].min())
        if moves < accounts.period_count - 1:
            amount = Amount(moves, accounts.period_count, "moves", partial(_moves, design=design))
            words = f"a pavilion ({label}) may move {moves} times"
            rules.append(of_amount("pavilions", f"moves of {label}", words, amount))
    return rules


def _stock(problem: Problem, value: int, design: int) -> Problem:
    """Return the problem with so many pavilions of a design, the new ones like its last one."""
    items = horizon_of(problem).pavilions
    mine = np.flatnonzero(items.design == design)
    kept = np.concatenate([np.flatnonzero(items.design != design), mine[:value]])
    copies = np.repeat(mine[-1], max(value - len(mine), 0))
    order = np.concatenate([np.sort(kept), copies])
    names = [items.id[rank] for rank in order[: len(kept)]]
    names += [f"{items.id[mine[-1]]}+{rank + 1}" for rank in range(len(copies))]
    return replace_part(
        problem,
        "pavilions",
        id=tuple(names),
        design=items.design[order],
        moves_max=items.moves_max[order],
        move_eur=items.move_eur[order],
        move_days=items.move_days[order],
    )


def _without_stock(problem: Problem, design: int) -> Problem:
    """Return the problem in which a design needs no pavilion: there are as many as one likes."""
    items = horizon_of(problem).pavilions
    kept = np.flatnonzero(items.design != design)
    return replace_part(
        problem,
        "pavilions",
        id=tuple(items.id[rank] for rank in kept),
        design=items.design[kept],
        moves_max=items.moves_max[kept],
        move_eur=items.move_eur[kept],
        move_days=items.move_days[kept],
    )


def _moves(problem: Problem, value: int, design: int) -> Problem:
    items = horizon_of(problem).pavilions
    more = np.where(items.design == design, np.maximum(items.moves_max, value), items.moves_max)
    return replace_part(problem, "pavilions", moves_max=more.astype(np.int32))
