"""A plan of the hotels and the one of the period before: who moved, who left, what switched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import Space
from optimizer.core.interiors_io import hotels_of
from optimizer.report.interiors import hybrid_states

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.report.interiors import States

Block = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """One plan with what it needs of the time before: hybrid units, and who was where."""

    problem: Problem
    plan: Plan
    stage: tuple[str, ...]
    states: States
    before: Scene | None = None


def first_scene(problem: Problem, plan: Plan, stage: tuple[str, ...]) -> Scene:
    """Return a plan with nothing before it; stage : of every tenant, in words."""
    return Scene(problem, plan, stage, hybrid_states(problem, plan))


def next_scene(scene: Scene, problem: Problem, plan: Plan, stage: tuple[str, ...]) -> Scene:
    """Return the plan of the period after `scene`; `problem` is that of its period."""
    states = hybrid_states(problem, plan, scene.states)
    return Scene(problem, plan, stage, states, scene)


def moves(scene: Scene) -> Block | None:
    """Return how many of those who had a place moved, left, or have another area now."""
    if scene.before is None:
        return None
    old, now = scene.before.plan, scene.plan
    was, here = old.tenant_option >= 0, now.tenant_option >= 0
    same = was & (old.tenant_option == now.tenant_option)
    area = scene.problem.tenants.area_m2 != scene.before.problem.tenants.area_m2
    return {
        "within": int(np.sum(same & (old.tenant_level != now.tenant_level))),
        "between": int(np.sum(was & here & ~same)),
        "gone": int(np.sum(was & ~here)),
        "grown": int(np.sum(was & here & area)),
    }


def switched(scene: Scene, option: int, unit: int) -> bool:
    """Return whether a hybrid unit is what it was not in the period before."""
    if scene.before is None:
        return False
    was = scene.before.states.get((option, unit), Space.OFFICE)
    return scene.states[option, unit] != was


def came_from(scene: Scene, f: int) -> str:
    """Return where a tenant comes from and how it grew, in words; "" where nothing changed."""
    old = scene.before
    if old is None:
        return ""
    problem, unit_id = scene.problem, hotels_of(scene.problem).units.id
    option, level = int(old.plan.tenant_option[f]), int(old.plan.tenant_level[f])
    before, now = int(old.problem.tenants.area_m2[f]), int(problem.tenants.area_m2[f])
    if option < 0:
        opens = not old.plan.open_option[scene.plan.tenant_option[f]]
        return "" if opens else "new in town" if before == 0 else "moved in"
    words = []
    if option != scene.plan.tenant_option[f]:
        words.append(f"moved from {problem.sites.name[problem.options.site[option]]}")
    elif level != scene.plan.tenant_level[f]:
        words.append(f"moved from unit {unit_id[level]}")
    if before != now:
        words.append(f"{before} to {now} m²")
    return ", ".join(words)


def gone_from(scene: Scene, option: int) -> list[list[Any]]:
    """Return [tenant, where to] of those who were here in the period before and are no more."""
    if scene.before is None:
        return []
    problem, plan = scene.problem, scene.plan
    rows: list[list[Any]] = []
    was = (scene.before.plan.tenant_option == option) & (plan.tenant_option != option)
    for f in np.flatnonzero(was).tolist():
        to = int(plan.tenant_option[f])
        if to >= 0:
            words = f"to {problem.sites.name[problem.options.site[to]]}"
        else:
            words = "closes" if problem.tenants.area_m2[f] == 0 else "leaves"
        rows.append([f, words])
    return rows
