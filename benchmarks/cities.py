"""Seeded problems whose size is chosen: clustered customers, candidate sites, a street grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.costs import DenseCosts
from optimizer.core.location import LocationProblem, Sizes
from optimizer.core.streets import Arcs

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLUSTERS = 25
CLUSTERED = 0.85
SIDE_S = 3600.0
"""A city that is an hour wide."""


def p_median(customers: int, sites: int, medians: int, seed: int = 0) -> LocationProblem:
    """Return whole seconds and lognormal whole demands."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, SIDE_S, (CLUSTERS, 2))
    here, there = _places(rng, centres, customers), _places(rng, centres, sites)
    seconds = np.rint(np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)))
    weight = np.ceil(rng.lognormal(1.0, 0.8, customers))
    return LocationProblem(
        kind="p_median",
        costs=DenseCosts(seconds),
        weight=weight,
        demand=weight,
        sizes=Sizes(
            np.arange(sites, dtype=np.int32),
            np.zeros(sites),
            np.full(sites, np.inf),
            np.zeros(sites),
        ),
        required=np.zeros(sites, dtype=bool),
        forbidden=np.zeros(sites, dtype=bool),
        at_most=medians,
    )


def grid_streets(side: int, seed: int = 0) -> tuple[Arcs, NDArray[np.float64]]:
    """Return a perturbed grid of side x side nodes with arterials and one-ways, and its places."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side)
    column, row = node % side, node // side
    places = np.stack([column, row], axis=1) * 100.0 + rng.uniform(-20, 20, (len(node), 2))
    right, up = node[column < side - 1], node[row < side - 1]
    tail = np.concatenate([right, up, right + 1, up + side])
    head = np.concatenate([right + 1, up + side, right, up])
    lane = np.where(np.abs(tail - head) == 1, row[tail], column[tail])
    one_way = (lane % 4 == 1) & (tail > head) & (lane > 0) & (lane < side - 1)
    tail, head, lane = tail[~one_way], head[~one_way], lane[~one_way]
    length = np.rint(np.hypot(*(places[tail] - places[head]).T))
    speed = np.where(lane % 10 == 0, 13.9, 6.9)  # 50 and 25 km/h
    arcs = Arcs(
        tail.astype(np.int32),
        head.astype(np.int32),
        np.maximum(np.rint(length / speed), 1).astype(np.int32),
        length.astype(np.int32),
    )
    return arcs, places


def _places(
    rng: np.random.Generator, centres: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    near = centres[rng.integers(len(centres), size=count)]
    near = near + rng.normal(0, SIDE_S / 30, (count, 2))
    anywhere = rng.uniform(0, SIDE_S, (count, 2))
    return np.where(rng.random((count, 1)) < CLUSTERED, near, anywhere)
