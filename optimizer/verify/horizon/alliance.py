"""What cooperation brings: shares of the members, and payments that leave none worse off."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import OptionStatus
from optimizer.core.partners import alone, cooperation_of
from optimizer.core.plan import Plan
from optimizer.core.programme import resting
from optimizer.core.result import Violation
from optimizer.core.timeline import horizon_of
from optimizer.verify.horizon.case import Years
from optimizer.verify.horizon.check import check_programme
from optimizer.verify.horizon.events import events
from optimizer.verify.horizon.recompute import recompute_programme
from optimizer.verify.horizon.worth import year_weights
from optimizer.verify.paths import Paths
from optimizer.verify.recompute import recompute_case
from optimizer.verify.stacking.form import nothing_inside
from optimizer.verify.stacking.symbiosis import cost_by_site
from optimizer.verify.tolerance import above, close

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.core.programme import Alliance, Programme


def member_costs(
    problem: Problem, programme: Programme, *, paths: Paths | None = None
) -> NDArray[np.float64]:
    """Return what a joint programme costs each member, EUR per year of the horizon, shape (c,)."""
    cooperation = cooperation_of(problem)
    years = Years(problem, programme, paths or Paths(problem.streets))
    weights, happened = year_weights(years), events(years)
    found = []
    for held in cooperation.covers:
        points = held[cooperation.demand_jurisdiction]
        options = held[problem.sites.jurisdiction[problem.options.site]]
        parts = [one.eur_year for one in happened if held[one.jurisdiction]]
        for weight, case in zip(weights, years.cases, strict=True):
            mine = replace(case, plan=_part(case.plan, points, options))
            parts.append(weight * recompute_case(mine).objective)
            for site, eur in cost_by_site(case):
                if held[problem.sites.jurisdiction[site]]:
                    parts.append(weight * eur)
        found.append(math.fsum(parts))
    return np.array(found, dtype=float)


def _part(plan: Plan, points: NDArray[np.bool_], options: NDArray[np.bool_]) -> Plan:
    """Return the flows to some points, and what stands and who works on some options.

    Every term of the objective belongs to a flow, an open option, a tenant or an exchange, so that
    parts over all members add up to the whole; exchanges join two members and are left out here.
    """
    bike, pickup = points[plan.bike_point], points[plan.pickup_point]
    here = plan.tenant_option >= 0
    here[here] = options[plan.tenant_option[here]]
    inside = plan.interiors
    if inside is not None:
        inside = inside.replace(
            roof_m2=np.where(options[:, None], inside.roof_m2, 0),
            service=inside.service & options[:, None],
            giver=inside.giver[:0],
            taker=inside.taker[:0],
            resource=inside.resource[:0],
            amount=inside.amount[:0],
        )
    return plan.replace(
        interiors=inside,
        open_option=plan.open_option & options,
        bike_point=plan.bike_point[bike],
        bike_option=plan.bike_option[bike],
        bike_share=plan.bike_share[bike],
        pickup_point=plan.pickup_point[pickup],
        pickup_option=plan.pickup_option[pickup],
        pickup_share=plan.pickup_share[pickup],
        van_share=np.where(points, plan.van_share, 0.0),
        unserved_share=np.where(points, plan.unserved_share, 0.0),
        tenant_option=np.where(here, plan.tenant_option, -1),
        tenant_level=np.where(here, plan.tenant_level, -1),
    )


def check_alliance(
    problem: Problem, programme: Programme, alliance: Alliance, *, paths: Paths | None = None
) -> tuple[Violation, ...]:
    """Return what does not hold about the shares and payments of a joint programme.

    The bounds of the members alone are the work of other solves; they are held to be finite, not
    above the values alone, and not above what vans alone would cost a member.
    """
    paths = paths or Paths(problem.streets)
    found = list(_faults(member_costs(problem, programme, paths=paths), alliance, problem))
    return tuple(found or _too_high(problem, alliance, paths))


def _too_high(problem: Problem, alliance: Alliance, paths: Paths) -> Iterator[Violation]:
    for c, name in enumerate(cooperation_of(problem).member):
        bound, cost = float(alliance.alone_bound[c]), _vans_alone(alone(problem, c), paths)
        if cost is not None and above(bound, cost):
            words = f"its bound alone {bound:.6f} is above the {cost:.6f} that vans alone cost it"
            yield Violation("cooperation", f"partner {name}", words)


def _vans_alone(problem: Problem, paths: Paths) -> float | None:
    """Return the cost of today's facilities and vans, None if that breaks a rule."""
    none, nobody = np.zeros(0, dtype=np.int32), np.full(problem.tenants.count, -1, dtype=np.int32)
    plan = Plan(
        open_option=problem.options.status == OptionStatus.EXISTING,
        bike_point=none,
        bike_option=none,
        bike_share=np.zeros(0),
        pickup_point=none,
        pickup_option=none,
        pickup_share=np.zeros(0),
        van_share=np.ones(problem.demand.count),
        unserved_share=np.zeros(problem.demand.count),
        tenant_option=nobody,
        tenant_level=nobody,
        interiors=nothing_inside(problem),
    )
    programme = resting(problem, (plan,) * horizon_of(problem).periods.count)
    paths = paths.sibling()
    if check_programme(problem, programme, paths=paths):
        return None
    return recompute_programme(problem, programme, paths=paths).criteria.objective


def _faults(
    costs: NDArray[np.float64], alliance: Alliance, problem: Problem
) -> Iterator[Violation]:
    names = cooperation_of(problem).member
    columns = ("alone_bound", "alone_value", "joint_eur", "payment_eur")
    for column in columns:
        array = getattr(alliance, column)
        if array.shape != (len(names),) or not np.isfinite(array).all():
            yield Violation("cooperation", f"alliance {column}", "it is not one figure a member")
            return
    scale = max(1.0, float(np.abs(costs).sum()), float(np.abs(alliance.alone_bound).sum()))
    worse = False
    for c, name in enumerate(names):
        bound, value, joint, payment = (float(getattr(alliance, one)[c]) for one in columns)
        where = f"partner {name}"
        if not close(joint, float(costs[c])):
            words = f"the programme is said to cost it {joint:.6f}, {costs[c]:.6f} is right"
            yield Violation("cooperation", where, words)
        if above(bound, value):
            words = f"its bound alone {bound:.6f} is above its value alone {value:.6f}"
            yield Violation("cooperation", where, words)
        if joint + payment > bound + 1e-6 * scale:
            worse = True
            if alliance.proven:
                words = f"it pays {joint + payment:.6f}, alone at best {bound:.6f}"
                yield Violation("cooperation", where, words)
    total = math.fsum(alliance.payment_eur.tolist())
    if abs(total) > 1e-6 * scale:
        words = f"payments add up to {total:.6f} and not to 0"
        yield Violation("cooperation", "alliance payment_eur", words)
    if not alliance.proven and not worse:
        words = "no partner is worse off than alone, yet it is called unproven"
        yield Violation("cooperation", "alliance proven", words)
