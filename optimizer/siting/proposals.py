# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Moves of the search: what may open, close, move or change its size, within area and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.ways import Open, Town

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HUB_MOVES = 0.3


class Ground(NamedTuple):
    """What bounds the moves.

    hotel : option on each site, or -1. area : m2 left beside it, (s,). footprint : (o,).
    free : hub and delivery point options that may be opened by a move, (o,).
    locked : (2, s), the hub or delivery point of the site stays.
    use_start, use_row, use : what options use of the rows; once_*: what a site uses once.
    consumes : (o,). limit : (r,).
    """

    hotel: Ints
    area: Floats
    footprint: Floats
    free: NDArray[np.bool_]
    locked: NDArray[np.bool_]
    use_start: Ints
    use_row: Ints
    use: Floats
    once_start: Ints
    once_row: Ints
    once: Floats
    consumes: NDArray[np.bool_]
    limit: Floats


class Moves(NamedTuple):
    """Where moves come from: options drawn by promise, and neighbours of each site, (s, k)."""

    hub_pool: Ints
    point_pool: Ints
    hub_near: Ints
    point_near: Ints


class Change(NamedTuple):
    """Up to two sites with their new hub and delivery point."""

    site: Ints
    hub: Ints
    point: Ints


@inner_kernel
def add_use(ground: Ground, site: int, opened: tuple[Any, ...], sign: float, used: Floats) -> None:
    """Add what a site with (hub, delivery point) and its hotel uses of the rows."""
    consuming = False
    for o in (opened[0], ground.hotel[site], opened[1]):
        if o >= 0:
            for at in range(ground.use_start[o], ground.use_start[o + 1]):
                used[ground.use_row[at]] += sign * ground.use[at]
            consuming = consuming or ground.consumes[o]
    if consuming:
        for at in range(ground.once_start[site], ground.once_start[site + 1]):
            used[ground.once_row[at]] += sign * ground.once[at]


@kernel
def all_use(ground: Ground, opened: Open) -> Floats:
    """Return what everything open uses of the rows."""
    used = np.zeros(len(ground.limit))
    for site in range(len(opened.hub)):
        add_use(ground, site, (opened.hub[site], opened.point[site]), 1.0, used)
    return used


@inner_kernel
def copy_line(source: Any, target: Any) -> None:
    """Copy one axis (numba compiles this faster than a slice)."""
    for at in range(len(source)):
        target[at] = source[at]


@inner_kernel
def fits(
    ground: Ground, opened: Open, change: Change, count: int, before: Floats, used: Floats
) -> bool:
    """Write what all use after a change; return whether area holds and no row becomes worse.

    Rows that are broken at the start may be mended in several steps.
    """
    copy_line(before, used)
    for rank in range(count):
        site, hub, point = change.site[rank], change.hub[rank], change.point[rank]
        taken = 0.0
        if hub >= 0:
            taken += ground.footprint[hub]
        if point >= 0:
            taken += ground.footprint[point]
        if taken > ground.area[site]:
            return False
        add_use(ground, site, (opened.hub[site], opened.point[site]), -1.0, used)
        add_use(ground, site, (hub, point), 1.0, used)
    over = False
    for row in range(len(used)):
        over = over or used[row] > max(ground.limit[row], before[row]) + 1e-6
    return not over


@inner_kernel
def draw_open(options: Ints, locked: NDArray[np.bool_]) -> int:
    """Return a site where something may be closed or changed, or -1."""
    count = len(options)
    first = np.random.randint(count)
    for at in range(count):
        site = (first + at) % count
        if options[site] >= 0 and not locked[site]:
            return site
    return -1


@inner_kernel
def draw_option(town: Town, ground: Ground, site: int, row: int) -> int:
    """Return an option of the kind on `site` that may be opened, or -1."""
    choice = town.choice
    if row == 0:
        first, last, options = choice.hub_start[site], choice.hub_start[site + 1], choice.hub_option
    else:
        first, last = choice.point_start[site], choice.point_start[site + 1]
        options = choice.point_option
    if last == first:
        return -1
    o = options[first + np.random.randint(last - first)]
    return o if ground.free[o] else -1


@inner_kernel
def note(opened: Open, change: Change, count: int, site: int, row: int, option: int) -> int:
    """Append the replacement of one site's hub or delivery point to a change."""
    change.site[count] = site
    change.hub[count] = option if row == 0 else opened.hub[site]
    change.point[count] = option if row == 1 else opened.point[site]
    return count + 1


@inner_kernel
def propose(  # noqa: C901, PLR0911 - a list of moves, each with its own way out
    town: Town, ground: Ground, moves: Moves, opened: Open, change: Change
) -> int:
    """Draw a move; return the number of sites that change (0: nothing)."""
    row = 0 if np.random.random() < HUB_MOVES else 1
    now = opened.hub if row == 0 else opened.point
    pool = moves.hub_pool if row == 0 else moves.point_pool
    if len(pool) == 0:
        return 0
    dice = np.random.random()
    if dice < 0.3:  # open where it promises most, or change the size there
        o = pool[np.random.randint(len(pool))]
        site = town.choice.site[o]
        if ground.locked[row, site] or now[site] == o:
            return 0
        return note(opened, change, 0, site, row, o)
    site = draw_open(now, ground.locked[row])
    if site < 0:
        return 0
    if dice < 0.45:  # close
        return note(opened, change, 0, site, row, -1)
    if dice < 0.6:  # another size
        o = draw_option(town, ground, site, row)
        return note(opened, change, 0, site, row, o) if o >= 0 and o != now[site] else 0
    if dice < 0.85:  # move to a neighbour
        near = moves.hub_near[site] if row == 0 else moves.point_near[site]
        if len(near) == 0:
            return 0
        other = near[np.random.randint(len(near))]
        if other < 0 or ground.locked[row, other] or now[other] >= 0:
            return 0
        o = draw_option(town, ground, other, row)
    else:  # move to where it promises most
        o = pool[np.random.randint(len(pool))]
        other = town.choice.site[o]
    if o < 0 or other == site or ground.locked[row, other] or now[other] >= 0:
        return 0
    return note(opened, change, note(opened, change, 0, site, row, -1), other, row, o)


@inner_kernel
def apply_change(opened: Open, change: Change, count: int) -> None:
    """Exchange the change with what is open: applying it twice undoes it."""
    for rank in range(count):
        site = change.site[rank]
        hub, point = opened.hub[site], opened.point[site]
        opened.hub[site], opened.point[site] = change.hub[rank], change.point[rank]
        change.hub[rank], change.point[rank] = hub, point
