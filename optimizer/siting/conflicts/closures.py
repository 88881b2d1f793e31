"""What the land-use plan closes: heights, floor area, distance to homes, designs not permitted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.conflicts.rule import Amount, Rule, of_amount
from optimizer.siting.conflicts.stated import MUST_OPEN, kinds_words, option_name
from optimizer.siting.zoning import accessible, permitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem


def closures(problem: Problem) -> list[Rule]:
    """Return what keeps stated options closed, one by one, and all others zone by zone.

    With a horizon, a permission holds in every period.
    """
    shut = accessible(problem) & ~_permitted_ever(problem)
    stated = np.isin(problem.options.status, MUST_OPEN)
    rules = [_stated_closure(problem, option) for option in np.flatnonzero(shut & stated).tolist()]
    every, design = problem.sites.zone[problem.options.site], problem.options.design
    told = every * problem.designs.count + design  # what a stated option needs, its zone permits
    others = np.flatnonzero(shut & ~stated & ~np.isin(told, told[shut & stated]))
    zone = every[others]
    for place in np.unique(zone).tolist():
        mine = others[zone == place]
        kinds = kinds_words(problem.designs.kind[problem.options.design[mine]])
        name = problem.zoning.zone[place]
        words = f"the zone {name!r} closes {len(mine)} options ({kinds})"
        rules.append(
            Rule(
                "zoning",
                f"zone {name!r}",
                words,
                without=partial(permit, options=mine),
                remedy="permit them there",
            )
        )
    return rules


def permit(problem: Problem, options: NDArray[np.int64]) -> Problem:
    """Return the problem in which zone, height, floor area and homes allow some options."""
    site, design = problem.options.site[options], problem.options.design[options]
    sites, designs, zone = problem.sites, problem.designs, problem.sites.zone[site]
    height, floors = sites.height_max_m.copy(), sites.floor_area_max_m2.copy()
    homes, permits = sites.homes_m.copy(), problem.zoning.permits.copy()
    np.maximum.at(height, site, designs.height_m[design])
    np.maximum.at(floors, site, designs.gross_floor_m2[design])
    np.maximum.at(homes, site, designs.homes_distance_min_m[design])
    permits[zone, design] = True
    changed = problem.replace(
        sites=sites.replace(height_max_m=height, floor_area_max_m2=floors, homes_m=homes),
        zoning=problem.zoning.replace(permits=permits),
    )
    if problem.horizon is None:
        return changed
    ever = problem.horizon.permits.copy()
    ever[:, zone, design] = True
    return changed.replace(horizon=problem.horizon.replace(permits=ever))


def _permitted_ever(problem: Problem) -> NDArray[np.bool_]:
    """Return which options are permitted, with a horizon: in every period."""
    may = permitted(problem)
    if problem.horizon is not None:
        for permits in problem.horizon.permits:
            zoned = problem.replace(zoning=problem.zoning.replace(permits=permits.copy()))
            may = may & permitted(zoned)
    return may


def _stated_closure(problem: Problem, option: int) -> Rule:
    site, design = int(problem.options.site[option]), int(problem.options.design[option])
    sites, designs, name = problem.sites, problem.designs, option_name(problem, option)
    zone = int(sites.zone[site])
    zones = [problem.zoning.permits]
    if problem.horizon is not None:
        zones = list(problem.horizon.permits)
    amounts = [
        _floor_limit(
            "height limit",
            float(sites.height_max_m[site]),
            float(designs.height_m[design]),
            "m",
            lambda trial, value: _put_site(trial, "height_max_m", site, value),
        ),
        _floor_limit(
            "floor area limit",
            float(sites.floor_area_max_m2[site]),
            float(designs.gross_floor_m2[design]),
            "m2",
            lambda trial, value: _put_site(trial, "floor_area_max_m2", site, value),
        ),
    ]
    short = [item for item in amounts if item is not None]
    far = sites.homes_m[site] < designs.homes_distance_min_m[design]
    zoned = all(permits[zone, design] for permits in zones)
    if zoned and not far and len(short) == 1:
        what, amount, needed = short[0]
        words = f"{name}: the {what} there is {amount.allowed:,} {amount.unit}, it has {needed:g}"
        return of_amount("zoning", f"{what} of {name}", words, amount, told_both=True)
    why = [] if zoned else [f"the zone {problem.zoning.zone[zone]!r} does not permit it"]
    why += [f"the {what} is {amount.allowed:,} {amount.unit}" for what, amount, _ in short]
    if far:
        least = designs.homes_distance_min_m[design]
        why.append(f"homes stand {sites.homes_m[site]:g} m away, it keeps {least:g} m")
    return Rule(
        "zoning",
        f"zoning of {name}",
        f"{name}: {' and '.join(why)}",
        without=lambda trial: permit(trial, np.array([option])),
        remedy="permit it there",
    )


def _put_site(problem: Problem, field: str, site: int, value: int) -> Problem:
    column = getattr(problem.sites, field).copy()
    column[site] = value
    return problem.replace(sites=problem.sites.replace(**{field: column}))


def _floor_limit(
    what: str,
    allowed: float,
    needed: float,
    unit: str,
    put: Callable[[Problem, int], Problem],
) -> tuple[str, Amount, float] | None:
    """Return a limit that a design exceeds, as an amount in whole units."""
    if needed <= allowed:
        return None
    return what, Amount(int(np.floor(allowed)), int(np.ceil(needed)), unit, put), needed
