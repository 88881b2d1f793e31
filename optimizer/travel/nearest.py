"""The nearest k sites of every street node, in one sweep down a contraction hierarchy.

Each site searches upwards and leaves (weight, site) at every node it meets; the sweep then merges
the lists of the more important neighbours of a node into its own and keeps the best k. That is
exact: a site among the best k of node v whose way comes down from u is among the best k of u, since
whatever is better at u is better at v as well; and a list in the sweep is final before it is read.
The cost grows with nodes times k, not with nodes times sites.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.travel.heap import pop, push
from optimizer.travel.parallel import in_order
from optimizer.travel.ranking import KEY_BITS
from optimizer.travel.sweep import make_room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.travel.rows import Rows
    from optimizer.travel.sweep import Below, Fan, Room, Way

BYTES_PER_ENTRY = 12


class Best(NamedTuple):
    """The best sites found so far of each needed node, by (weight, site).

    size : int32, shape (s,). weight : float64, site : int32, shape (s + 1, k); the last row is
    scratch. seen : int64, shape (sites,), the merge that last took each site.
    """

    size: NDArray[np.int32]
    weight: NDArray[np.float64]
    site: NDArray[np.int32]
    seen: NDArray[np.int64]


def nearest_sites(
    ways: Fan, sites: NDArray[np.int32], most: int, limit: float
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return the lists of the targets of `ways`: (start, site, weight), by (weight, site).

    Parameters
    ----------
    ways : from the sites to whoever asks. sites : street nodes, -1 = none; may repeat.
    most : entries kept in each list. limit : largest weight kept.
    """
    best = _nothing_yet(len(ways.below.start) - 1, len(sites), most)
    places = np.where(sites >= 0, ways.place[sites], -1).astype(np.int32)
    if most > 0:
        gather(ways.way, ways.below, places, limit, make_room(ways), best)
    return _listed(best, ways.target)


def nearest_by_rows(
    rows: Rows, sites: NDArray[np.int32], customers: int, most: int, threads: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return the same lists from the keys of one site after the other (round trips).

    Parameters
    ----------
    rows : from sites to the customers. sites : street nodes, -1 = none. most : at least 1.
    """
    best = _nothing_yet(customers, len(sites), most)
    known = np.flatnonzero(sites >= 0).astype(np.int32)
    batches = [known[begin : begin + rows.batch] for begin in range(0, len(known), rows.batch)]
    for which, keys in in_order(threads, lambda which: (which, rows.keys(sites[which])), batches):
        enter(keys, which, best)
        rows.done(keys)
    return _listed(best, np.arange(customers, dtype=np.int32))


def _nothing_yet(rows: int, sites: int, most: int) -> Best:
    return Best(
        size=np.zeros(rows, dtype=np.int32),
        weight=np.empty((rows + 1, most)),
        site=np.empty((rows + 1, most), dtype=np.int32),
        seen=np.full(sites, -1, dtype=np.int64),
    )


def _listed(
    best: Best, rank: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Return (start, site, weight) of some rows, -1 = an empty list."""
    count = np.where(rank >= 0, best.size[rank] if len(best.size) else 0, 0)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    row = np.repeat(rank, count)
    place = np.arange(start[-1]) - np.repeat(start[:-1], count)
    return start, best.site[row, place], best.weight[row, place]


@kernel
def enter(keys: NDArray[np.int64], sites: NDArray[np.int32], best: Best) -> None:
    """Put some sites into the lists of all customers, by the larger part of their keys."""
    for customer in range(keys.shape[1]):
        for row in range(len(keys)):
            if keys[row, customer] >= 0:
                _insert(best, customer, float(keys[row, customer] >> KEY_BITS), sites[row])


@kernel
def gather(
    way: Way, below: Below, places: NDArray[np.int32], limit: float, room: Room, best: Best
) -> None:
    """Fill the lists of all needed nodes."""
    for site in range(len(places)):
        if places[site] >= 0:
            _leave(way, below, places[site], site, limit, room, best)
    merges = 0
    for rank in range(len(best.size)):
        for entry in range(below.start[rank], below.start[rank + 1]):
            _merge(best, rank, below.other[entry], below.weight[entry], limit, merges)
            merges += 1


@inner_kernel
def _leave(
    way: Way, below: Below, source: int, site: int, limit: float, room: Room, best: Best
) -> None:
    """Search upwards from a site and put it into the list of every node met."""
    _, _, climb, keys, items = room
    climb[source] = 0.0
    size = push(keys, items, 0, -float(source), source)
    while size > 0:
        node = items[0]
        size = pop(keys, items, size)
        far = climb[node]
        climb[node] = np.inf
        if below.rank[node] >= 0:
            _insert(best, below.rank[node], far, site)
        for entry in range(way.start[node], way.start[node + 1]):
            there, other = far + way.up[entry], way.other[entry]
            if there < climb[other] and there <= limit:
                if climb[other] == np.inf:
                    size = push(keys, items, size, -float(other), other)
                climb[other] = there


@inner_kernel
def _insert(best: Best, rank: int, weight: float, site: int) -> None:
    """Put a site into a list; sites come by ascending number, so equal weights stay in order."""
    weights, sites = best.weight[rank], best.site[rank]
    size = best.size[rank]
    if size == len(weights):
        if weight >= weights[size - 1]:
            return
        size -= 1
    place = size
    while place > 0 and weights[place - 1] > weight:
        weights[place], sites[place] = weights[place - 1], sites[place - 1]
        place -= 1
    weights[place], sites[place] = weight, site
    best.size[rank] = size + 1


@inner_kernel
def _merge(best: Best, rank: int, other: int, arc: float, limit: float, number: int) -> None:
    """Merge the list of a more important neighbour into that of a node."""
    size, more, most = best.size[rank], best.size[other], best.weight.shape[1]
    weights, sites = best.weight[rank], best.site[rank]
    far, theirs = best.weight[other], best.site[other]
    full = size == most
    if more == 0 or (full and far[0] + arc > weights[size - 1]):
        return
    last = len(best.size)
    kept, one, two = 0, 0, 0
    while kept < most and (one < size or two < more):
        left = weights[one] if one < size else np.inf
        right = far[two] + arc if two < more else np.inf
        mine = left < right or (left == right and one < size and sites[one] <= theirs[two])
        if not mine and right > limit:
            two = more
            continue
        site = sites[one] if mine else theirs[two]
        if best.seen[site] != number:
            best.seen[site] = number
            best.weight[last, kept] = left if mine else right
            best.site[last, kept] = site
            kept += 1
        if mine:
            one += 1
        else:
            two += 1
    best.size[rank] = kept
    for place in range(kept):
        weights[place], sites[place] = best.weight[last, place], best.site[last, place]
