"""How hotels are fitted out once it is known who stands where: services, roofs, exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.plan import Interiors
from optimizer.siting.stacking.exchanges import best_exchange, no_shipments
from optimizer.siting.stacking.roofs import best_roofs
from optimizer.siting.stacking.services import best_services

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData


def interiors_of(
    problem: Problem,
    data: SitingData,
    open_option: NDArray[np.bool_],
    tenant_option: NDArray[np.integer],
    tenant_level: NDArray[np.integer],
    annex_level: NDArray[np.integer],
) -> Interiors | None:
    """Return the best interiors for tenants that are placed; None where there is no such block.

    Services that pay, the best use of roofs, and the best exchanges (within fixed work).
    """
    if problem.hotels is None or data.nearness is None:
        return None
    placed = np.asarray(tenant_level)[problem.hotels.annexes.tenant] >= 0
    option = np.asarray(tenant_option, dtype=np.int32)
    site = np.where(option >= 0, problem.options.site[option], -1).astype(np.int32)
    shipped = best_exchange(problem, data.nearness, site)
    return Interiors(
        annex_level=np.where(placed, annex_level, -1).astype(np.int32),
        roof_m2=best_roofs(problem, open_option),
        service=best_services(problem, open_option, option),
        giver=shipped.giver,
        taker=shipped.taker,
        resource=shipped.resource,
        amount=shipped.amount,
    )


def empty_interiors(problem: Problem) -> Interiors | None:
    """Return interiors in which nothing happens; None where there is no such block."""
    hotels, options = problem.hotels, problem.options.count
    if hotels is None:
        return None
    none = no_shipments()
    return Interiors(
        annex_level=np.full(hotels.annexes.count, -1, dtype=np.int32),
        roof_m2=np.zeros((options, hotels.roofs.count), dtype=np.int64),
        service=np.zeros((options, hotels.services.count), dtype=bool),
        giver=none.giver,
        taker=none.taker,
        resource=none.resource,
        amount=none.amount,
    )
