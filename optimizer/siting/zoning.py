"""Constraint family 5, zoning: which options the land-use plan, height and access permit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, WALK, Kind, OptionStatus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem


def permitted(problem: Problem) -> NDArray[np.bool_]:
    """Return which options zone, height, floor area, distance to homes and access allow.

    EXISTING ones need access only.
    """
    option, sites, designs = problem.options, problem.sites, problem.designs
    zone = problem.zoning.permits[sites.zone[option.site], option.design]
    height = designs.height_m[option.design] <= sites.height_max_m[option.site]
    floors = designs.gross_floor_m2[option.design] <= sites.floor_area_max_m2[option.site]
    quiet = sites.homes_m[option.site] >= designs.homes_distance_min_m[option.design]
    stated: NDArray[np.bool_] = zone & height & floors & quiet
    stated |= option.status == OptionStatus.EXISTING
    return accessible(problem) & stated


def accessible(problem: Problem) -> NDArray[np.bool_]:
    """Return which options their vehicles and people can reach."""
    option, designs = problem.options, problem.designs
    has = {name: node[option.site] >= 0 for name, node in problem.sites.node.items()}
    kind = designs.kind[option.design]
    lorry = designs.needs_lorry[option.design]
    reached: NDArray[np.bool_] = (lorry & has[LORRY]) | (~lorry & has[VAN])
    reached &= (kind != Kind.MICRO_HUB) | has[CARGO_BIKE]
    reached &= (kind != Kind.DELIVERY_POINT) | (has[WALK] & has[VAN])
    return reached
