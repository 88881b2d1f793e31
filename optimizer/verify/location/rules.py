"""Every constraint of the location kinds, checked one by one as `core.location` states them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location import FEASIBILITY
from optimizer.verify.location.case import EXACT, named, totals, violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from optimizer.core.result import Violation
    from optimizer.verify.location.case import Case

    Check = Callable[[Case], Iterator[Violation]]


def check_sites(case: Case) -> Iterator[Violation]:
    """Check counts, required and forbidden sites; they hold in every kind."""
    problem, opened = case.problem, case.result.open
    is_open = np.zeros(case.site_count, dtype=bool)
    is_open[opened] = True
    missing = np.flatnonzero(problem.required & ~is_open)
    if len(missing):
        yield violation("required", named("site", missing), "required and not open")
    wrong = np.flatnonzero(problem.forbidden & is_open)
    if len(wrong):
        yield violation("forbidden", named("site", wrong), "forbidden and open")
    if len(opened) < problem.at_least:
        words = f"{len(opened)} sites are open, at least {problem.at_least} must be"
        yield violation("counts", "at_least", words)
    if problem.at_most is not None and len(opened) > problem.at_most:
        words = f"{len(opened)} sites are open, at most {problem.at_most} may be"
        yield violation("counts", "at_most", words)


def check_assignment(case: Case) -> Iterator[Violation]:
    """Check that customers go to open sites, over allowed pairs whose cost is known."""
    assigned = case.result.assign[case.served]
    shut = case.served[~np.isin(assigned, case.result.open)]
    if len(shut):
        yield violation("assignment", named("customer", shut), "served from a site not open")
    yield from _check_pairs(case.served, case.served_cost)


def check_everyone(case: Case) -> Iterator[Violation]:
    """Check that every customer is served."""
    left = np.flatnonzero(case.result.assign < 0)
    if len(left):
        yield violation("assignment", named("customer", left), "served by no site")


def check_reach(case: Case) -> Iterator[Violation]:
    """Check that customers are assigned within the radius."""
    radius = math.inf if case.problem.radius is None else case.problem.radius
    far = case.served[case.served_cost > radius]
    if len(far):
        yield violation("radius", named("customer", far), f"served from beyond {radius:g}")
    fold = 1 if case.problem.kind == "backup_cover" else case.problem.fold
    left = np.flatnonzero((case.result.assign < 0) & (covering(case) >= fold))
    if len(left):
        yield violation("assignment", named("customer", left), "covered, and told as not")


def check_covered(case: Case) -> Iterator[Violation]:
    """Check that every customer has `fold` open sites in its radius (backup_cover: one)."""
    fold = 1 if case.problem.kind == "backup_cover" else case.problem.fold
    short = np.flatnonzero(covering(case) < fold)
    if len(short):
        words = f"fewer than {fold} open sites within the radius"
        yield violation("cover", named("customer", short), words)


def check_share(case: Case) -> Iterator[Violation]:
    """Check that the covered weight reaches its share of all weight."""
    weight = case.problem.weight
    covered = math.fsum(weight[covering(case) >= case.problem.fold].tolist())
    whole = math.fsum(weight.tolist())
    wanted = (case.problem.share or 0.0) * whole
    if covered < wanted - EXACT * max(whole, 1e-300):
        yield violation("share", "covered weight", f"{covered:g} of at least {wanted:g}")


def check_loads(case: Case) -> Iterator[Violation]:
    """Check that loads are within minimum use and capacity of the size built."""
    sizes, result = case.problem.sizes, case.result
    load = case.load[result.open]
    capacity, least = sizes.capacity[result.size], sizes.min_use[result.size]
    # whole demands that are not split add up exactly; all else may be rounded
    exact = result.flows is None and np.all(case.problem.demand % 1 == 0)
    slack = 0.0 if exact else FEASIBILITY
    over = result.open[load > capacity * (1 + slack)]
    if len(over):
        yield violation("capacity", named("site", over), "more is served than its size can hold")
    under = result.open[load < least * (1 - slack)]
    if len(under):
        yield violation("min_use", named("site", under), "less is served than its size needs")


def check_flows(case: Case) -> Iterator[Violation]:
    """Check that shares add up to one, each from an open site over an allowed pair."""
    flows = case.flows
    used = flows.share > 0
    shut = flows.customer[used & ~np.isin(flows.site, case.result.open)]
    if len(shut):
        yield violation("shares", named("customer", shut), "served from a site not open")
    yield from _check_pairs(flows.customer[used], case.flow_cost[used])
    total = totals(flows.customer, flows.share, case.customer_count)
    wrong = np.flatnonzero(np.abs(total - 1.0) > FEASIBILITY)
    if len(wrong):
        yield violation("shares", named("customer", wrong), "shares do not add up to one")
    pair = flows.customer.astype(np.int64) * case.site_count + flows.site
    if len(np.unique(pair)) < len(pair):
        yield violation("shares", "flows", "a customer and a site stand twice")
    yield from _check_only(case)


def check_hubs(case: Case) -> Iterator[Violation]:
    """Check that sites get their load, from open hubs, over links, within capacity."""
    hubs, flows, result = case.problem.hubs, case.flows, case.result
    if hubs is None:
        yield violation("hubs", "problem", "a two-level problem has hubs")
        return
    used = flows.hub_flow > 0
    shut = flows.hub[used & ~np.isin(flows.hub, result.open_hubs)]
    if len(shut):
        yield violation("hubs", named("hub", np.unique(shut)), "in use and not open")
    cut = np.flatnonzero(used & ~np.isfinite(hubs.link[flows.hub_site, flows.hub]))
    if len(cut):
        yield violation("hubs", named("hub flow", cut), "over a link that is not allowed")
    supply = totals(flows.hub_site, flows.hub_flow, case.site_count)
    scale = max(float(case.load.max(initial=0.0)), 1.0)
    wrong = np.flatnonzero(np.abs(supply - case.load) > FEASIBILITY * scale)
    if len(wrong):
        yield violation("hubs", named("site", wrong), "does not get what it passes on")
    out = totals(flows.hub, flows.hub_flow, hubs.link.shape[1])
    over = np.flatnonzero(out > hubs.capacity * (1 + FEASIBILITY) + EXACT)
    if len(over):
        yield violation("hubs", named("hub", over), "more goes out than it can handle")


def covering(case: Case) -> NDArray[np.int64]:
    """Return how many open sites have each customer within the radius."""
    radius = math.inf if case.problem.radius is None else case.problem.radius
    return case.prices.reached(case.result.open, radius)


def _check_pairs(
    customers: NDArray[np.int64] | NDArray[np.int32], cost: NDArray[np.float64]
) -> Iterator[Violation]:
    cut = customers[np.isinf(cost)]
    if len(cut):
        yield violation("pairs", named("customer", cut), "served over a pair not allowed")
    unknown = customers[np.isnan(cost)]
    if len(unknown):
        words = "served over a pair whose cost the lists do not tell"
        yield violation("pairs", named("customer", unknown), words)


def _check_only(case: Case) -> Iterator[Violation]:
    """Check that a split customer that names one site is served from it alone."""
    served = case.served
    if not len(served):
        return
    flows = case.flows
    here = flows.site == case.result.assign[flows.customer]
    share = totals(flows.customer[here], flows.share[here], case.customer_count)
    wrong = served[share[served] < 1.0 - FEASIBILITY]
    if len(wrong):
        yield violation("assignment", named("customer", wrong), "assigned, and split")


RULES: dict[str, tuple[Check, ...]] = {
    "p_median": (check_assignment, check_everyone),
    "p_center": (check_assignment, check_everyone),
    "set_cover": (check_assignment, check_reach, check_covered),
    "partial_cover": (check_assignment, check_reach, check_share),
    "max_cover": (check_assignment, check_reach),
    "backup_cover": (check_assignment, check_reach, check_covered),
    "fixed_charge": (check_assignment, check_everyone),
    "capacitated": (check_flows, check_loads),
    "single_source": (check_assignment, check_everyone, check_loads),
    "capacitated_median": (check_assignment, check_everyone, check_loads),
    "dispersion": (),
    "max_capture": (check_assignment,),
    "huff": (check_assignment,),
    "two_level": (check_flows, check_loads, check_hubs),
}
"""Constraints of each kind beside `check_sites`."""
