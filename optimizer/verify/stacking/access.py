"""Rule 16, access: enough workers within reach of hotels, and support near those who need it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, WALK
from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of, placed, tenant_name
from optimizer.verify.tolerance import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.verify.case import Case

    Floats = NDArray[np.float64]

TRACE = 1e-9
"""Added before workers are rounded down, as the model states it."""


def check(case: Case) -> Iterator[Violation]:
    """Check jobs by skill against workers in reach, then support."""
    if hotels_of(case).access.capture_share > 0:
        yield from _workers(case)
    if hotels_of(case).access.support_limit_s >= 0:
        for f in placed(case):
            if hotels_of(case).businesses.needs_support[f] and not supported(case, f):
                words = "it needs support, but none is near"
                yield Violation("access", tenant_name(case, f), words)


def _workers(case: Case) -> Iterator[Violation]:
    access, skills = hotels_of(case).access, hotels_of(case).mix.skill
    jobs = hotels_of(case).businesses.jobs_by_skill
    to_stops = _to_stops(case)
    for option, tenants in sorted(case.tenants_in.items()):
        near = in_reach(case, case.site(option), to_stops)
        for k, skill in enumerate(skills):
            workers = math.fsum(access.workers[near, k])
            most = math.floor(access.capture_share * workers + TRACE)
            wanted = math.fsum(float(jobs[f, k]) for f in tenants)
            if above(wanted, most):
                words = (
                    f"{wanted:g} jobs of the skill {skill}, but {workers:g} workers in reach fill "
                    f"at most {most}"
                )
                yield Violation("access", case.name(option), words)


def in_reach(case: Case, site: int, to_stops: Floats) -> NDArray[np.bool_]:
    """Return which places of workers are within the limit of a site, shape (w,)."""
    access, nodes = hotels_of(case).access, case.problem.sites.node
    limit, paths = access.limit_s, case.paths
    time_s = np.full(len(access.worker_id), np.inf)
    if "walk" in access.by:
        walk_s = paths.within(WALK, int(nodes[WALK][site]), access.node_walk, limit, reverse=True)
        time_s = np.minimum(time_s, walk_s)
    if "bike" in access.by:
        at = int(nodes[CARGO_BIKE][site])
        ride_s = paths.within(CARGO_BIKE, at, access.node_bike, limit, reverse=True)
        time_s = np.minimum(time_s, ride_s)
    if "transit" in access.by and len(access.stop_id):
        from_stop = paths.within(
            WALK, int(nodes[WALK][site]), access.stop_node, access.stop_walk_s, reverse=True
        )
        rides = np.where(access.ride_s >= 0, access.ride_s.astype(float), np.inf)
        np.fill_diagonal(rides, np.inf)
        onwards = (rides + from_stop[None, :]).min(axis=1)
        time_s = np.minimum(time_s, (to_stops + onwards[:, None]).min(axis=0))
    near: NDArray[np.bool_] = time_s <= limit
    return near


def _to_stops(case: Case) -> Floats:
    """Return seconds on foot from workers to stops, infinite if too far, shape (p, w)."""
    access = hotels_of(case).access
    found = np.full((len(access.stop_id), len(access.worker_id)), np.inf)
    if "transit" in access.by:
        for p, node in enumerate(access.stop_node.tolist()):
            found[p] = case.paths.within(
                WALK, node, access.node_walk, access.stop_walk_s, reverse=True
            )
    return found


def supported(case: Case, tenant: int) -> bool:
    """Tell whether a place of support, or another tenant who gives it, is near enough."""
    hotels = hotels_of(case)
    access, limit = hotels.access, hotels.access.support_limit_s
    node = case.problem.sites.node[WALK]
    site = case.site(int(case.plan.tenant_option[tenant]))
    start = int(node[site])
    if np.isfinite(case.paths.within(WALK, start, access.support_node, limit)).any():
        return True
    others = [f for f in placed(case) if f != tenant and hotels.businesses.gives_support[f]]
    sites = sorted({case.site(int(case.plan.tenant_option[f])) for f in others})
    if site in sites:
        return True
    return bool(np.isfinite(case.paths.within(WALK, start, node[sites], limit)).any())
