"""The user's rules one by one: plain words with amounts, and how a problem reads without each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import Kind
from optimizer.core.result import Conflict
from optimizer.siting.quotas import counted
from optimizer.siting.zoning import accessible, permitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData

    Drop = Callable[[Problem, SitingData], tuple[Problem, SitingData]]

AMPLE = 2**52
"""A budget that nothing exhausts."""


class Rule(NamedTuple):
    """One rule; `drop` returns problem and data without it. `option` where it states one."""

    name: str
    conflict: Conflict
    drop: Drop
    option: int = -1


def rules_of(problem: Problem, data: SitingData) -> list[Rule]:
    """Return every rule that may take part in a conflict."""
    return [
        *_ledgers(problem, "land", "m2"),
        *_ledgers(problem, "money", "EUR"),
        *_quotas(problem, data),
        *_minimums(problem, data),
        *_stated(problem, data),
        *_forbidden(problem, data),
    ]


def option_words(problem: Problem, data: SitingData, option: int) -> str:
    """Return what an option is, where, and what it takes of land and money."""
    site, design = int(data.site[option]), int(data.design[option])
    words = f"{problem.designs.label[design]} on {_site_words(problem, site)}"
    takes = []
    land_m2 = int(data.parcel_m2[site]) if data.by_parcel else int(data.footprint_land_m2[option])
    if data.consumes[option]:
        takes.append(f"{land_m2:,} m2 of soil")
    if data.capex_eur[option]:
        takes.append(f"{int(data.capex_eur[option]):,} EUR")
    return words + (f" takes {' and '.join(takes)}" if takes else "")


def reasons_on_sites(
    problem: Problem, data: SitingData, guilty: list[Rule]
) -> tuple[Conflict, ...]:
    """Return what site and zoning say about the stated options among the guilty rules."""
    stated = [rule.option for rule in guilty if rule.option >= 0 and data.open_always[rule.option]]
    allowed, reached = permitted(problem), accessible(problem)
    found = []
    for option in stated:
        if not allowed[option]:
            site, name = int(data.site[option]), option_words(problem, data, option)
            zone = problem.zoning.zone[int(problem.sites.zone[site])]
            why = f"the zone {zone!r} or its height limit does not permit it"
            if not reached[option]:
                why = "a vehicle that it needs cannot reach the site"
            found.append(Conflict("zoning", f"zoning of {name}", f"{name}: {why}"))
    for site in sorted({int(data.site[option]) for option in stated}):
        found += _reasons_on_site(problem, data, site, [o for o in stated if data.site[o] == site])
    return tuple(found)


def _reasons_on_site(
    problem: Problem, data: SitingData, site: int, options: list[int]
) -> list[Conflict]:
    where = _site_words(problem, site)
    footprint = int(problem.designs.footprint_m2[data.design[options]].sum())
    found = []
    if footprint > data.area_m2[site]:
        words = f"{where} has {int(data.area_m2[site]):,} m2, what must stand there {footprint:,}"
        found.append(Conflict("site", f"area of {where}", words))
    kinds, count = np.unique(data.kind[options], return_counts=True)
    for kind in kinds[count > 1]:
        words = f"{where} can hold one {Kind(kind).words} only"
        found.append(Conflict("site", f"one of a kind on {where}", words))
    here = data.site == site
    hosts = here & (data.kind == Kind.PRODUCTIVE_HOTEL) & ~data.forbidden
    if np.any(data.inside_m2[options] > 0) and not np.any(hosts):
        words = f"a hub inside a hotel needs a hotel on {where}, and none may stand there"
        found.append(Conflict("site", f"hotel on {where}", words))
    return found


def _site_words(problem: Problem, site: int) -> str:
    name, key = problem.sites.name[site], problem.sites.id[site]
    return f"{name} ({key})" if name and name != key else key


def _ledgers(problem: Problem, family: str, unit: str) -> list[Rule]:
    ledgers = getattr(problem.rules, family)
    what = "land budget" if family == "land" else "purse"
    rules = []
    for rank, name in enumerate(ledgers.name):
        words = f"the {what} {name!r} allows {int(ledgers.budget[rank]):,} {unit}"

        def drop(trial: Problem, data: SitingData, rank: int = rank) -> tuple[Problem, SitingData]:
            old = getattr(trial.rules, family)
            budget = old.budget.copy()
            budget[rank] = AMPLE
            changed = {family: old.replace(budget=budget)}
            return trial.replace(rules=trial.rules.replace(**changed)), data

        title = f"{what} {name!r}"
        rules.append(Rule(f"{family} {rank}", Conflict(family, title, words), drop))
    return rules


def _quotas(problem: Problem, data: SitingData) -> list[Rule]:
    quotas, rules = problem.rules.quotas, []
    for rank in range(quotas.count):
        where = int(quotas.jurisdiction[rank])
        place = "" if where < 0 else f" in {problem.rules.jurisdiction[where]!r}"
        kind = Kind(int(quotas.kind[rank])).words
        options = counted(problem, data, rank)
        sites = len(np.unique(data.site[options[~data.forbidden[options]]]))
        for field, bound, free in (
            ("at_least", int(quotas.at_least[rank]), 0),
            ("at_most", int(quotas.at_most[rank]), -1),
        ):
            if bound == free:
                continue
            asked = field.replace("_", " ")
            words = f"{asked} {bound} open of the kind {kind}{place} ({sites} sites could hold one)"
            if field == "at_least":
                words += _cheapest_words(data, options, bound)

            def drop(
                trial: Problem,
                data: SitingData,
                field: str = field,
                rank: int = rank,
                free: int = free,
            ) -> tuple[Problem, SitingData]:
                old = trial.rules.quotas
                values = getattr(old, field).copy()
                values[rank] = free
                changed = old.replace(**{field: values})
                return trial.replace(rules=trial.rules.replace(quotas=changed)), data

            title = f"quota {quotas.name[rank]!r}, {asked}"
            rules.append(Rule(f"{field} {rank}", Conflict("quotas", title, words), drop))
    return rules


def _cheapest_words(data: SitingData, options: NDArray[np.int64], count: int) -> str:
    """Return what the cheapest `count` of these options take, each on a site of its own."""
    takes = []
    for amount, unit in (
        (data.capex_eur, "EUR"),
        (
            np.where(
                data.by_parcel, data.consumes * data.parcel_m2[data.site], data.footprint_land_m2
            ),
            "m2 of soil",
        ),
    ):
        least = np.full(len(data.parcel_m2), AMPLE)
        np.minimum.at(least, data.site[options], amount[options])
        least = np.sort(least[least < AMPLE])[:count]
        if len(least) == count and least.sum() > 0:
            takes.append(f"{int(least.sum()):,} {unit}")
    return f"; {count} take at least {' and '.join(takes)}" if takes else ""


def _minimums(problem: Problem, data: SitingData) -> list[Rule]:
    """Minimum use of hubs and delivery points, and the let and productive shares of hotels."""
    rules = []
    for kind in (Kind.MICRO_HUB, Kind.DELIVERY_POINT):
        least = data.minimum[data.kind == kind]
        if not np.any(least > 0):
            continue
        words = (
            f"every {kind.words} needs its minimum use (from {least.min():g} to {least.max():g} "
        )
        words += f"parcels a day, of {data.parcels_per_day.sum():,.0f} in all)"

        def drop(trial: Problem, data: SitingData, kind: Kind = kind) -> tuple[Problem, SitingData]:
            return trial, data.replace(minimum=np.where(data.kind == kind, 0.0, data.minimum))

        title = f"minimum use of a {kind.words}"
        rules.append(Rule(f"minimum {kind}", Conflict("throughput", title, words), drop))
    if np.any(problem.designs.let_share_min > 0) and np.any(data.kind == Kind.PRODUCTIVE_HOTEL):
        area = int(problem.tenants.area_m2[data.fits.any(axis=1)].sum())
        words = f"hotels must let enough of their area; tenants who could come need {area:,} m2"

        def drop_let(trial: Problem, data: SitingData) -> tuple[Problem, SitingData]:
            none = np.zeros(trial.designs.count)
            return trial.replace(designs=trial.designs.replace(let_share_min=none)), data

        rules.append(Rule("let", Conflict("floors", "let share of hotels", words), drop_let))
    return rules


def _stated(problem: Problem, data: SitingData) -> list[Rule]:
    rules = []
    for option in np.flatnonzero(data.open_always).tolist():
        status = "existing" if data.existing[option] else "required"
        words = f"{status}: {option_words(problem, data, option)}"

        def drop(
            trial: Problem, data: SitingData, option: int = option
        ) -> tuple[Problem, SitingData]:
            return trial, data.replace(open_always=_without(data.open_always, option))

        conflict = Conflict("quotas", f"{status} option", words)
        rules.append(Rule(f"stated {option}", conflict, drop, option))
    return rules


def _forbidden(problem: Problem, data: SitingData) -> list[Rule]:
    """Return what the user forbids, site by site; zoning's closures are no rule of the user."""
    rules = []
    options = np.flatnonzero(data.forbidden & permitted(problem))
    for site in np.unique(data.site[options]).tolist():
        mine = options[data.site[options] == site]
        words = f"{len(mine)} design(s) are forbidden on {_site_words(problem, site)}"

        def drop(
            trial: Problem, data: SitingData, mine: NDArray[np.int64] = mine
        ) -> tuple[Problem, SitingData]:
            return trial, data.replace(forbidden=_without(data.forbidden, mine))

        conflict = Conflict("quotas", "forbidden options", words)
        rules.append(Rule(f"forbidden {site}", conflict, drop))
    return rules


def _without(mask: NDArray[np.bool_], where: NDArray[np.int64] | int) -> NDArray[np.bool_]:
    changed = mask.copy()
    changed[where] = False
    return changed
