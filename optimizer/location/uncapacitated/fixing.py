"""Smaller data once sites are settled: closed sites leave, lists that end early are completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import DenseCosts
from optimizer.location.uncapacitated.benders import Root
from optimizer.location.uncapacitated.data import restricted
from optimizer.location.uncapacitated.node import CLOSED, OPEN

if TYPE_CHECKING:
    from optimizer.core.location import LocationProblem
    from optimizer.location.uncapacitated.data import Uncapacitated

WHOLE_LISTS = 4_000_000  # pairs up to which all are listed


def shrunk(problem: LocationProblem, data: Uncapacitated, root: Root) -> tuple[Uncapacitated, Root]:
    """Return data and root without the sites settled as closed, lists complete where they are few.

    A cost beyond the end of a list only bounds the plan; with complete lists it is known.
    """
    if np.isinf(root.bound):
        return data, root
    kept = root.state != CLOSED
    if not kept.all():
        data = restricted(data, kept, root.state == OPEN)
        root = Root(root.u, root.state[kept], root.share[kept], root.bound)
    if not data.complete and data.shape[0] * data.shape[1] <= WHOLE_LISTS:
        data = completed(problem, data)
    return data, root


def completed(problem: LocationProblem, data: Uncapacitated) -> Uncapacitated:
    """Return the same customers and sites with every allowed pair listed."""
    lists = DenseCosts(problem.costs.columns(data.site_id)).lists()
    customer = lists.customer
    cost = lists.cost * problem.weight[customer]
    by_site = np.lexsort((customer, lists.site))
    count = np.bincount(lists.site, minlength=data.shape[1])
    return data.replace(
        start=lists.start,
        site=lists.site,
        cost=cost,
        beyond=np.full(data.shape[0], np.inf),
        site_start=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        site_customer=customer[by_site],
        site_cost=cost[by_site],
    )
