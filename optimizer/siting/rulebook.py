"""The rules of one period one by one: words with amounts, and how a problem reads without each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import Kind, LandBasis, OptionStatus
from optimizer.core.result import Conflict
from optimizer.siting.conflicts.closures import closures
from optimizer.siting.conflicts.rule import AMPLE, Amount, Rule, of_amount
from optimizer.siting.conflicts.stated import (
    MUST_OPEN,
    option_name,
    site_name,
    stated_rules,
)
from optimizer.siting.costs import capital_eur, consuming
from optimizer.siting.stacking.rulebook import hotel_rules
from optimizer.siting.zoning import accessible, permitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem

SHARE_RULES = (
    ("let_share_min", "let share of hotels", "hotels must let"),
    ("productive_share_min", "productive share of hotels", "productive tenants must take"),
)


def rules_of(problem: Problem) -> list[Rule]:
    """Return every rule that may take part in a conflict."""
    takes = takes_of(problem, by_parcel=problem.rules.land_basis == LandBasis.PARCEL)
    return [
        *_ledgers(problem, "land", "m2"),
        *_ledgers(problem, "money", "EUR"),
        *quota_rules(problem, takes),
        *use_rules(problem),
        *stated_rules(problem, takes),
        *closures(problem),
        *hotel_rules(problem),
    ]


def takes_of(problem: Problem, *, by_parcel: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the soil (m2) and the money (EUR) that opening each option takes, shapes (o,)."""
    option = problem.options
    footprint = problem.designs.footprint_m2[option.design]
    area = problem.sites.parcel_m2[option.site] if by_parcel else footprint
    return np.where(consuming(problem), area, 0).astype(np.int64), capital_eur(problem)


def reasons_on_sites(problem: Problem, guilty: Sequence[Rule]) -> tuple[Conflict, ...]:
    """Return what no rule states but sites cannot do, for the stated options among the guilty."""
    status, option = problem.options.status, problem.options
    kind = problem.designs.kind[option.design]
    inside = problem.designs.inside_hotel_m2[option.design] > 0
    may = permitted(problem) & (status != OptionStatus.FORBIDDEN)
    stated = [rule.option for rule in guilty if rule.option >= 0]
    stated = [which for which in stated if status[which] in MUST_OPEN]
    reached = accessible(problem)
    found = []
    for which in stated:
        if not reached[which]:
            name = option_name(problem, which)
            words = f"{name}: a vehicle that it needs cannot reach the site"
            found.append(Conflict("zoning", f"access to {name}", words))
    for site in sorted({int(option.site[which]) for which in stated}):
        here = [which for which in stated if option.site[which] == site]
        where = site_name(problem, site)
        kinds, count = np.unique(kind[here], return_counts=True)
        for double in kinds[count > 1]:
            words = f"{where} can hold one {Kind(double).words} only"
            found.append(Conflict("site", f"one of a kind on {where}", words))
        hosts = (option.site == site) & (kind == Kind.PRODUCTIVE_HOTEL) & may
        if np.any(inside[here]) and not np.any(hosts):
            words = f"a hub inside a hotel needs a hotel on {where}, and none may stand there"
            found.append(Conflict("site", f"hotel on {where}", words))
    return tuple(found)


def _ledgers(problem: Problem, family: str, unit: str) -> list[Rule]:
    ledgers = getattr(problem.rules, family)
    what = "land budget" if family == "land" else "purse"

    def put(trial: Problem, value: int, rank: int) -> Problem:
        old = getattr(trial.rules, family)
        budget = old.budget.copy()
        budget[rank] = value
        return trial.replace(rules=trial.rules.replace(**{family: old.replace(budget=budget)}))

    rules = []
    for rank, name in enumerate(ledgers.name):
        allowed = int(ledgers.budget[rank])
        amount = Amount(allowed, AMPLE, unit, partial(put, rank=rank))
        title = f"{what} {name!r}"
        rules.append(of_amount(family, title, f"the {title} allows {allowed:,} {unit}", amount))
    return rules


def counted(problem: Problem, quota: int) -> NDArray[np.bool_]:
    """Return the options that a quota counts, shape (o,)."""
    quotas, option = problem.rules.quotas, problem.options
    mine: NDArray[np.bool_] = problem.designs.kind[option.design] == quotas.kind[quota]
    jurisdiction = quotas.jurisdiction[quota]
    if jurisdiction >= 0:
        mine = mine & (problem.sites.jurisdiction[option.site] == jurisdiction)
    return mine


def quota_rules(
    problem: Problem,
    takes: tuple[NDArray[np.int64], NDArray[np.int64]],
    since: Sequence[str] = (),
) -> list[Rule]:
    """Return the quotas; `since` holds words to be added to each."""
    quotas, rules = problem.rules.quotas, []

    def put(trial: Problem, value: int, rank: int, field: str) -> Problem:
        old = trial.rules.quotas
        values = getattr(old, field).copy()
        values[rank] = value
        changed = old.replace(**{field: values})
        return trial.replace(rules=trial.rules.replace(quotas=changed))

    may = permitted(problem) & (problem.options.status != OptionStatus.FORBIDDEN)
    for rank in range(quotas.count):
        where = int(quotas.jurisdiction[rank])
        place = "" if where < 0 else f" in {problem.rules.jurisdiction[where]!r}"
        when = since[rank] if since else ""
        kind = Kind(int(quotas.kind[rank])).words
        mine = counted(problem, rank)
        sites = len(np.unique(problem.options.site[mine & may]))
        for field, limit in (("at_least", 0), ("at_most", int(mine.sum()))):
            bound = int(getattr(quotas, field)[rank])
            if bound < 0 or (field == "at_least" and bound == 0):
                continue
            asked = f"{field.replace('_', ' ')} {bound} open of the kind {kind}{place}{when}"
            words = f"{asked} ({sites} sites could hold one)"
            if field == "at_least":
                words += _cheapest_words(problem, np.flatnonzero(mine), bound, takes)
            title = f"quota {quotas.name[rank]!r}, {field.replace('_', ' ')}"
            amount = Amount(
                bound,
                max(limit, bound + 1) if field == "at_most" else 0,
                "",
                partial(put, rank=rank, field=field),
            )
            demand = ""
            if field == "at_least":
                demand = f"the quota {quotas.name[rank]!r} of {bound} {kind}{'s' * (bound > 1)}"
            rules.append(of_amount("quotas", title, words, amount, demand=demand))
    return rules


def _cheapest_words(
    problem: Problem,
    options: NDArray[np.int64],
    count: int,
    takes: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> str:
    """Return what the cheapest `count` of these options take, each on a site of its own."""
    told = []
    for amount, unit in zip(takes, ("m2 of soil", "EUR"), strict=True):
        least = np.full(problem.sites.count, AMPLE)
        np.minimum.at(least, problem.options.site[options], amount[options])
        least = np.sort(least[least < AMPLE])[:count]
        if len(least) == count and least.sum() > 0:
            told.append(f"{int(least.sum()):,} {unit}")
    verb = "takes" if count == 1 else "take"
    return f"; {count} {verb} at least {' and '.join(told)}" if told else ""


def use_rules(problem: Problem) -> list[Rule]:
    """Return minimum use of hubs and delivery points, and the shares that hotels must let."""
    designs, option = problem.designs, problem.options
    here = np.isin(np.arange(designs.count), option.design)
    rules = []
    for kind in (Kind.MICRO_HUB, Kind.DELIVERY_POINT):
        mine = here & (designs.kind == kind) & (designs.minimum_parcels_per_day > 0)
        if not np.any(mine):
            continue
        least = designs.minimum_parcels_per_day[mine]
        words = (
            f"every {kind.words} needs its minimum use (from {least.min():g} to {least.max():g} "
            f"parcels a day, of {problem.demand.parcels_per_day.sum():,.0f} in all)"
        )

        def put(trial: Problem, value: int, kind: Kind = kind) -> Problem:
            old = trial.designs.minimum_parcels_per_day
            capped = np.where(trial.designs.kind == kind, np.minimum(old, value), old)
            return trial.replace(designs=trial.designs.replace(minimum_parcels_per_day=capped))

        amount = Amount(int(np.ceil(least.max())), 0, "parcels a day", put)
        rules.append(of_amount("throughput", f"minimum use of a {kind.words}", words, amount))
    hotel = here & (designs.kind == Kind.PRODUCTIVE_HOTEL)
    for field, title, words in SHARE_RULES:
        most = getattr(designs, field)[hotel].max(initial=0.0)
        if most <= 0:
            continue

        def put_share(trial: Problem, value: int, field: str = field) -> Problem:
            capped = np.minimum(getattr(trial.designs, field), value / 100.0)
            return trial.replace(designs=trial.designs.replace(**{field: capped}))

        percent = int(np.ceil(100.0 * most - 1e-9))
        area = int(problem.tenants.area_m2.sum())
        told = f"{words} up to {percent}% of the area; all tenants together need {area:,} m2"
        rules.append(of_amount("floors", title, told, Amount(percent, 0, "%", put_share)))
    return rules
