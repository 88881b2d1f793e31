"""Smaller data once sites are settled: closed sites leave, lists that end early are completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.uncapacitated.benders import Root
from optimizer.location.uncapacitated.data import over_sites, restricted
from optimizer.location.uncapacitated.node import CLOSED, OPEN

if TYPE_CHECKING:
    from optimizer.core.location import LocationProblem
    from optimizer.location.uncapacitated.data import Uncapacitated

WHOLE_LISTS = 4_000_000  # pairs up to which all are listed


def shrunk(problem: LocationProblem, data: Uncapacitated, root: Root) -> tuple[Uncapacitated, Root]:
    """Return data and root without the sites settled as closed, lists complete where they are few.

    A cost beyond the end of a list only bounds the plan; with complete lists it is known.
    """
    kept = root.state != CLOSED
    few = data.shape[0] * int(kept.sum()) <= WHOLE_LISTS
    if root.bound == np.inf or (kept.all() and (data.complete or not few)):
        return data, root
    smaller = over_sites(problem, data, kept) if few else restricted(data, kept)
    required = root.state[kept] == OPEN
    left = Root(root.u, root.state[kept], root.share[kept], root.bound)
    return smaller.replace(required=required), left
