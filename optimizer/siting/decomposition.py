"""The siting model of a whole city: a proven bound by site-wise Lagrangian, a plan by search.

1. bound      prices of what sites share climb (`lagrangian`, `bounding`), the few prices of
              land, purses and quotas exactly (`rowprices`); plans are cut into boxes by the number
              of hotels of each design, and each box climbs on by itself (`boxes`)
2. hotels     tenants are packed exactly; a master programme splits the purse (`hotels`, `starts`)
3. search     hubs and delivery points are annealed from the starts of every box that may hold
              the best plan (`search`, `walks`); changes of delivery points are first looked at
              where they matter (`local`)
4. final flows  an exact linear programme for what is open (`flows`)
All links in reach are kept throughout: a bound on truncated links would not be valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.siting.mip import Answer

if TYPE_CHECKING:
    from optimizer.core.limits import Budget, Cancel, Listener
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData

__all__ = ["Answer", "solve_city", "warm_up"]


def warm_up(cancel: Cancel) -> bool:
    """Compile every kernel, or load it from the cache; return False when cancelled meanwhile.

    A cold compilation takes about half a minute: it belongs before the clock of a solve.
    """
    from optimizer.siting.warming import warm_up as compile_kernels

    return compile_kernels(cancel)


def solve_city(
    problem: Problem,
    data: SitingData,
    budget: Budget,
    listener: Listener,
    warm: Plan | None = None,
) -> Answer:
    """Return the best plan and the best bound found within `budget`.

    warm : a feasible plan to start from; the answer is never worse. With a work limit and one
    thread the same seed gives the same plan. A cancelled solve returns what it has.
    """
    from optimizer.siting.conduct import conduct  # compiles kernels: only when a city is solved

    return conduct(problem, data, budget, listener, warm)
