# ruff: noqa: NPY002 - numba draws from the generator that np.random.seed sets, per thread
"""Plans by simulated annealing: hubs and delivery points are opened, closed, moved and resized.

Hotels (and hubs inside them) stay as given; every proposal keeps area, land, purses and quotas. It
is priced by `estimate` at the facilities' present prices, which adapt whenever one is taken.
Kirkpatrick, Gelatt, Vecchi 1983, DOI 10.1126/science.220.4598.671.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.siting.estimate import (
    LANES,
    POINT,
    Lanes,
    Open,
    Town,
    other_hub,
    rank_around,
    rank_changed,
    rank_hubs,
    rank_point,
    rank_points,
    serve_all,
    settle_on,
    settle_prices,
)
from optimizer.siting.local import Around, local_gain

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


class Best(NamedTuple):
    """The best state met so far: hub and delivery point per site, prices, and [value]."""

    hub: Ints
    point: Ints
    price: Floats
    value: Floats


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
def guess_prices(opened: Open, change: Change, count: int) -> None:
    """Give hubs that a change opens the price of the one that it closes, or the mean of all."""
    for rank in range(count):
        site = change.site[rank]
        if opened.hub[site] >= 0 or change.hub[rank] < 0:
            continue
        other = change.site[0]
        if count == 2 and opened.hub[other] >= 0 and change.hub[0] < 0:
            opened.price[0, site] = opened.price[0, other]
            opened.step[0, site] = opened.step[0, other]
            continue
        total, many = 0.0, 0
        for each in range(len(opened.hub)):
            if opened.hub[each] >= 0:
                total += opened.price[0, each]
                many += 1
        opened.price[0, site] = total / max(many, 1)


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


@kernel
def worth(town: Town, opened: Open, lanes: Lanes, penalty: float) -> float:
    """Return saving - fixed cost - penalty for minimum use, with the lanes as they are."""
    saving, short = serve_all(town, opened, lanes)
    for site in range(len(opened.hub)):
        if opened.hub[site] >= 0:
            saving -= town.choice.fixed[opened.hub[site]]
        if opened.point[site] >= 0:
            saving -= town.choice.fixed[opened.point[site]]
    return float(saving - penalty * short)


@inner_kernel
def copy_hub_lanes(source: Lanes, target: Lanes, point: int) -> None:
    """Copy what is known about the hubs of a point."""
    for lane in range(POINT):
        target.site[point, lane] = source.site[point, lane]
        target.net[point, lane] = source.net[point, lane]
        target.raw[point, lane] = source.raw[point, lane]
        target.most[point, lane] = source.most[point, lane]
        target.need[point, lane] = source.need[point, lane]


@inner_kernel
def take_back(town: Town, opened: Open, now: Lanes, kept: Lanes) -> None:
    """Undo what a change of hubs did to the lanes; `opened` is as before it."""
    for point in range(len(town.parcels)):
        changed = other_hub(now, kept, point)
        copy_hub_lanes(kept, now, point)
        if changed:
            rank_point(town, opened, now, point)


@inner_kernel
def keep_lanes(now: Lanes, kept: Lanes, opened: Open, around: Around) -> None:
    """Remember how the points are served, for looks at a part of them."""
    for point in range(now.site.shape[0]):
        copy_hub_lanes(now, kept, point)
        for lane in range(LANES):
            kept.amount[point, lane] = now.amount[point, lane]
            if lane >= POINT:
                kept.site[point, lane] = now.site[point, lane]
                kept.raw[point, lane] = now.raw[point, lane]
    copy_table(opened.load, around.load)


@inner_kernel
def fixed_cost(town: Town, opened: Open, change: Change, count: int) -> float:
    """Return the fixed cost of what is open on the sites of a change."""
    cost = 0.0
    for rank in range(count):
        for o in (opened.hub[change.site[rank]], opened.point[change.site[rank]]):
            if o >= 0:
                cost += town.choice.fixed[o]
    return cost


@inner_kernel
def copy_table(source: Floats, target: Floats) -> None:
    """Copy two rows."""
    for row in range(2):
        for at in range(source.shape[1]):
            target[row, at] = source[row, at]


@inner_kernel
def copy_prices(source: tuple[Any, ...], target: tuple[Any, ...]) -> None:
    """Copy (price, step, sign)."""
    copy_table(source[0], target[0])
    copy_table(source[1], target[1])
    copy_table(source[2], target[2])


@inner_kernel
def keep_best(opened: Open, best: Best, value: float) -> None:
    """Remember this state."""
    best.value[0] = value
    copy_line(opened.hub, best.hub)
    copy_line(opened.point, best.point)
    copy_table(opened.price, best.price)


@kernel
def anneal(  # noqa: C901, PLR0915 - one loop, kept together for speed
    town: Town,
    ground: Ground,
    moves: Moves,
    opened: Open,
    best: Best,
    lanes: tuple[Any, ...],
    control: tuple[Any, ...],
) -> float:
    """Try `count` moves at one temperature; keep the best state; return the links looked at.

    lanes : two sets of scratch, and one for looks at a part. control : (seed, count, temperature
    in EUR, price rounds, typical price, penalty per parcel that a minimum use lacks).
    """
    seed, count, temperature, rounds, typical, penalty = control
    np.random.seed(seed)
    now, kept, around = lanes
    change = Change(
        np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    )
    used = all_use(ground, opened)
    after = np.empty_like(used)
    steering = opened.price, opened.step, opened.sign
    shape = opened.price.shape
    old = np.empty(shape), np.empty(shape), np.empty(shape)
    points = 4.0 * len(town.parcels)
    total = settle_prices(town, opened, now, rounds, typical)
    value = worth(town, opened, now, penalty)
    keep_lanes(now, kept, opened, around)
    loads = np.empty(shape)
    copy_table(around.load, loads)
    for _ in range(count):
        many = propose(town, ground, moves, opened, change)
        total += 200.0
        if many == 0:
            continue
        if not fits(ground, opened, change, many, used, after):
            continue
        about_hubs = opened.hub[change.site[0]] != change.hub[0]
        least = value + temperature * np.log(max(np.random.random(), 1e-300))
        before = fixed_cost(town, opened, change, many)
        guess_prices(opened, change, many)
        apply_change(opened, change, many)
        if not (about_hubs or town.nearest):
            gain = local_gain(town, opened, kept, around, change.site, many, penalty)
            copy_table(loads, around.load)
            total += 2000.0
            if value + gain + before - fixed_cost(town, opened, change, many) < least:
                apply_change(opened, change, many)
                continue
        if about_hubs:
            total += rank_hubs(town, opened, now) + rank_changed(town, opened, now, kept)
        else:
            total += rank_around(town, opened, now, change.site, many)
        total += points
        fresh = worth(town, opened, now, penalty)
        if fresh < least:
            apply_change(opened, change, many)
            if about_hubs:
                take_back(town, opened, now, kept)
            else:
                total += rank_around(town, opened, now, change.site, many)
            continue
        copy_line(after, used)
        copy_prices(steering, old)
        total += settle_on(town, opened, now, rounds if about_hubs else 1, typical) + points
        value = worth(town, opened, now, penalty)
        if value < fresh:  # the old prices were better
            copy_prices(old, steering)
            total += rank_hubs(town, opened, now) + rank_points(town, opened, now)
            value = worth(town, opened, now, penalty)
        keep_lanes(now, kept, opened, around)
        copy_table(around.load, loads)
        if value > best.value[0]:
            keep_best(opened, best, value)
    return total
