"""The objective of each kind, recomputed from its definition."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.verify.location.rules import covering

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.verify.location.case import Case

    Value = Callable[[Case], float]


def service_cost(case: Case) -> float:
    """Return sum c x over assigned customers."""
    return math.fsum((case.problem.weight[case.served] * case.served_cost).tolist())


def largest_cost(case: Case) -> float:
    """Return the largest weighted cost of a customer at the site that serves it."""
    return float((case.problem.weight[case.served] * case.served_cost).max(initial=0.0))


def fixed_cost(case: Case) -> float:
    """Return the fixed cost of what is built."""
    return math.fsum(case.problem.sizes.fixed_cost[case.result.size].tolist())


def fixed_and_service(case: Case) -> float:
    """Return sum fixed_cost y + sum c x, customers unsplit."""
    return fixed_cost(case) + service_cost(case)


def fixed_and_flows(case: Case) -> float:
    """Return sum fixed_cost y + sum c x, customers split."""
    flows = case.flows
    used = flows.share > 0
    cost = case.problem.weight[flows.customer] * flows.share
    return fixed_cost(case) + math.fsum((cost[used] * case.flow_cost[used]).tolist())


def with_hubs(case: Case) -> float:
    """Return the cost of both levels."""
    hubs, flows = case.problem.hubs, case.flows
    if hubs is None:
        return math.nan
    used = flows.hub_flow > 0
    link = hubs.link[flows.hub_site[used], flows.hub[used]] * flows.hub_flow[used]
    built = math.fsum(hubs.fixed_cost[case.result.open_hubs].tolist())
    return fixed_and_flows(case) + math.fsum(link.tolist()) + built


def covered_weight(case: Case) -> float:
    """Return the weight covered by `fold` open sites (backup_cover: by two)."""
    fold = 2 if case.problem.kind == "backup_cover" else case.problem.fold
    return math.fsum(case.problem.weight[covering(case) >= fold].tolist())


def least_distance(case: Case) -> float:
    """Return the least cost between two open sites, inf where there are not two."""
    opened = case.result.open
    one, other = np.meshgrid(opened, opened, indexing="ij")
    apart = one != other
    return float(case.prices.pairs(one[apart], other[apart]).min(initial=np.inf))


def captured_weight(case: Case) -> float:
    """Return the weight nearer to us than to the rivals, half of it where as near."""
    nearest, rival = case.prices.nearest(case.result.open), case.problem.rival
    if rival is None:
        return math.nan
    part = np.where(nearest < rival, 1.0, np.where(nearest == rival, 0.5, 0.0))
    part[np.isinf(nearest)] = 0.0
    part[np.isnan(nearest)] = np.nan
    return math.fsum((case.problem.weight * part).tolist())


def huff_share(case: Case) -> float:
    """Return sum weight * A / (A + rival), A the attraction of our open sites."""
    ours, rival = case.prices.added(case.result.open), case.problem.rival
    if rival is None:
        return math.nan
    total = ours + rival
    part = np.divide(ours, total, out=np.zeros_like(ours), where=total > 0)
    part[np.isnan(ours)] = np.nan
    return math.fsum((case.problem.weight * part).tolist())


VALUES: dict[str, Value] = {
    "p_median": service_cost,
    "p_center": largest_cost,
    "set_cover": fixed_cost,
    "partial_cover": fixed_cost,
    "max_cover": covered_weight,
    "backup_cover": covered_weight,
    "fixed_charge": fixed_and_service,
    "capacitated": fixed_and_flows,
    "single_source": fixed_and_service,
    "capacitated_median": service_cost,
    "dispersion": least_distance,
    "max_capture": captured_weight,
    "huff": huff_share,
    "two_level": with_hubs,
}
