"""Choices of a city as options of the problem, and the problem with them open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import Kind, OptionStatus
from optimizer.core.result import Conflict
from optimizer.siting.baseline import housed_plan
from optimizer.siting.flows import best_flows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.data import Links, SitingData

MUST_OPEN = (OptionStatus.REQUIRED, OptionStatus.EXISTING)


@dataclass(frozen=True, eq=False)
class Choice(Frozen):
    """One site with a design; option -1 and `breaks` filled where there is no such option."""

    site: int
    design: int
    option: int
    breaks: tuple[Conflict, ...]


def resolve_choices(
    problem: Problem,
    data: SitingData,
    chosen: Sequence[tuple[int, int | None]],
    plan: Plan | None,
) -> list[Choice]:
    """Return each (site, design) as an option, or with the rules that keep it from being one.

    Without a design: the one that `plan` opens there, else the most promising by what it saves.
    """
    choices: dict[tuple[int, int], Choice] = {}
    for site, design in chosen:
        taken = _best_design(data, site, plan) if design is None else design
        found = np.flatnonzero((data.site == site) & (data.design == taken))
        option = int(found[0]) if len(found) else -1
        if option >= 0 and not data.forbidden[option]:
            choice = Choice(site, taken, option, ())
        else:
            choice = Choice(site, taken, -1, _why_not(problem, site, taken, option))
        choices[site, taken] = choice
    return list(choices.values())


def forced(problem: Problem, choices: Sequence[Choice], *, only: bool) -> Problem:
    """Return the problem with every choice REQUIRED; `only`: nothing else of the same kinds."""
    status = problem.options.status.copy()
    if only:
        kinds = {int(problem.designs.kind[choice.design]) for choice in choices}
        same = np.isin(problem.designs.kind[problem.options.design], sorted(kinds))
        status[same & ~np.isin(status, MUST_OPEN)] = OptionStatus.FORBIDDEN
    for choice in choices:
        if status[choice.option] != OptionStatus.EXISTING:
            status[choice.option] = OptionStatus.REQUIRED
    return problem.replace(options=replace(problem.options, status=status))


def forced_alone(problem: Problem, choice: Choice) -> Problem:
    """Return the problem with one choice REQUIRED."""
    return forced(problem, [choice], only=False)


def satisfies(town: Problem, plan: Plan) -> bool:
    """Tell whether a plan of the unforced problem opens and closes what `town` asks for."""
    status = town.options.status
    must, never = np.isin(status, MUST_OPEN), status == OptionStatus.FORBIDDEN
    return bool(np.all(plan.open_option[must]) and not np.any(plan.open_option[never]))


def plan_with_only(town: Problem, data: SitingData, choices: Sequence[Choice]) -> Plan | None:
    """Return the plan with the choices, and what else must be open, but nothing more."""
    opened = np.isin(town.options.status, MUST_OPEN)
    opened[[choice.option for choice in choices]] = True
    flows = best_flows(town, data, opened)
    if flows is None:
        return None
    return housed_plan(town, data, opened, flows)


def _why_not(problem: Problem, site: int, design: int, option: int) -> tuple[Conflict, ...]:
    """Return the rules that keep a design off a site."""
    designs, sites = problem.designs, problem.sites
    what = f"{designs.label[design]} on {sites.name[site] or sites.id[site]}"
    zone = int(sites.zone[site])
    found = []
    if not problem.zoning.permits[zone, design]:
        found.append(("zoning", f"the zone {problem.zoning.zone[zone]!r} does not permit it"))
    if designs.height_m[design] > sites.height_max_m[site]:
        allowed = f"{sites.height_max_m[site]:g} m are allowed"
        found.append(("zoning", f"it is {designs.height_m[design]:g} m high, {allowed}"))
    if designs.footprint_m2[design] > sites.area_m2[site]:
        room = f"the site has {int(sites.area_m2[site]):,} m2"
        found.append(("site", f"it needs {int(designs.footprint_m2[design]):,} m2, {room}"))
    if option >= 0 and problem.options.status[option] == OptionStatus.FORBIDDEN:
        found.append(("quotas", "the scenario forbids it"))
    if not found:
        found.append(("zoning", "no option of the problem: access, hotel around it, or its dates"))
    return tuple(Conflict(family, what, f"{what}: {words}") for family, words in found)


def _best_design(data: SitingData, site: int, plan: Plan | None) -> int:
    """Return the design opened by the plan on the site, else the one that promises most."""
    here = np.flatnonzero((data.site == site) & ~data.forbidden & (data.inside_m2 == 0))
    if len(here) == 0:
        return 0
    if plan is not None and plan.open_option[here].any():
        return int(data.design[here[plan.open_option[here]][0]])
    promise = [_promise_eur(data, int(option)) for option in here]
    return int(data.design[here[int(np.argmax(promise))]])


def _promise_eur(data: SitingData, option: int) -> float:
    """Return what an option could save per year if it had every customer in reach to itself."""
    kind, design = int(data.kind[option]), int(data.design[option])
    if kind == Kind.PRODUCTIVE_HOTEL:
        return float(data.tenant_eur[:, design].mean()) - float(data.fixed_eur[option])
    links: Links = data.bike if kind == Kind.MICRO_HUB else data.pickup
    mine = slice(int(links.start[data.site[option]]), int(links.start[data.site[option] + 1]))
    point = links.point[mine]
    most = data.bike_share_max if kind == Kind.MICRO_HUB else data.pickup_share_max
    parcels: NDArray[np.float64] = data.parcels_per_day[point] * most[point]
    parcels = parcels * links.acceptance[mine]
    per_parcel = links.gain_eur[mine] / np.maximum(data.parcels_per_day[point], 1e-12)
    order = np.argsort(-per_parcel)
    room = np.clip(data.capacity_mean[option] - np.cumsum(parcels[order]) + parcels[order], 0, None)
    taken = np.minimum(parcels[order], room)
    handling = data.handling_eur[option] * data.parcels_per_year.sum()
    handling /= max(data.parcels_per_day.sum(), 1e-12)
    gain = np.maximum(per_parcel[order] - handling, 0.0) @ taken
    return float(gain) - float(data.fixed_eur[option])
