"""Compile the kernels on a tiny instance, so that no solve pays for it."""

from __future__ import annotations

from functools import cache

import numpy as np

from optimizer.location.covering.lagrangian import climb, first_multipliers
from optimizer.location.covering.parts import part_around
from optimizer.location.covering.patrol import patrol
from optimizer.location.covering.reduce import without_dominated
from optimizer.location.covering.rows import Cover, matrix_of
from optimizer.location.covering.search import exchange, grow, rows_of
from optimizer.location.covering.volume import Steps, average_climb


@cache
def warm() -> None:
    """Run every kernel once."""
    ends = np.array([0, 0, 1, 1, 2, 2], dtype=np.int32)
    sites = np.array([0, 1, 1, 2, 2, 0], dtype=np.int32)
    cover = Cover(
        matrix=matrix_of(ends, sites, 3, 3),
        need=np.ones(3, dtype=np.int64),
        step=np.zeros(3, dtype=np.int64),
        penalty=np.zeros(3),
        price=np.ones(3),
        low=0,
        high=3,
        site=np.arange(3, dtype=np.int32),
        forced=np.zeros(0, dtype=np.int32),
        origin=np.arange(3, dtype=np.int64),
    )
    without_dominated(cover)
    rows = rows_of(cover)
    opened = grow(rows, np.zeros(3, dtype=bool), 0, 3)
    exchange(rows, opened, 0, 10, 1)
    patrol(rows, cover.price, opened, 3, 0, 10, 0.0)
    part_around(cover, opened, 0, 1)
    start = first_multipliers(cover)
    climb(cover, start, 2.0, 2)
    average_climb(cover, start, 2.0, 2, Steps())
