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
from optimizer.siting.estimate import serve_all, settle_on, settle_prices
from optimizer.siting.local import Around, local_gain
from optimizer.siting.proposals import (
    Change,
    Ground,
    Moves,
    all_use,
    apply_change,
    copy_line,
    fits,
    propose,
)
from optimizer.siting.ways import (
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
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


class Best(NamedTuple):
    """The best state met so far: hub and delivery point per site, prices, and [value]."""

    hub: Ints
    point: Ints
    price: Floats
    value: Floats


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
