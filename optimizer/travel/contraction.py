"""Contract street nodes one by one, the least important first.

R. Geisberger, P. Sanders, D. Schultes, D. Delling, "Exact routing in large road networks using
contraction hierarchies", Transportation Science 46 (2012), doi:10.1287/trsc.1110.0401.

Taking out node v keeps every distance among the others: for each way u -> v -> x on which no other
way is found that is as short, a shortcut u -> x is put in. Which node comes next is decided by its
depth and by how many arcs (and original arcs) its shortcuts would add for each one it takes out,
worked out anew whenever it comes to the top of the queue.

A slot is one neighbour in the list of a node: weights there and back (inf where there is no arc).
Every pair of neighbours has two slots, one in either list. When v is taken out, the slots in its
own list stay for good: they are its arcs to and from more important nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.travel.heap import pop, push

if TYPE_CHECKING:
    from numpy.typing import NDArray

SETTLED_MOST = 40  # nodes that one search for another way may settle
NONE = -1
FULL = -1
DONE, NEEDS_ROOM = 0, 1


class Lists(NamedTuple):
    """Neighbours of every node as chains of slots.

    head : int32, shape (n,), first slot of each node. free : int32, shape (2,), head of the chain
    of free slots, and how many there are. node, next, hops : int32, per slot: neighbour, next slot,
    and original arcs behind it. out, back : float64, weight to and from the neighbour.
    """

    head: NDArray[np.int32]
    free: NDArray[np.int32]
    node: NDArray[np.int32]
    next: NDArray[np.int32]
    hops: NDArray[np.int32]
    out: NDArray[np.float64]
    back: NDArray[np.float64]


class Search(NamedTuple):
    """Scratch of the searches for other ways; mark[v] is the search that last saw v."""

    mark: NDArray[np.int32]
    distance: NDArray[np.float64]
    keys: NDArray[np.float64]
    items: NDArray[np.int32]


class Shortcuts(NamedTuple):
    """Shortcuts that taking out the node at hand needs."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    hops: NDArray[np.int32]
    weight: NDArray[np.float64]


class Order(NamedTuple):
    """The queue (keys, items), rank of each node taken out (-1 = not yet) and depth so far.

    state : int32, shape (3,): length of the queue, nodes taken out, searches made.
    """

    keys: NDArray[np.float64]
    items: NDArray[np.int32]
    rank: NDArray[np.int32]
    depth: NDArray[np.int32]
    state: NDArray[np.int32]


@kernel
def contract(lists: Lists, search: Search, cuts: Shortcuts, order: Order) -> int:
    """Take out nodes until none is left (DONE) or the arrays are too small (NEEDS_ROOM)."""
    keys, items, state = order.keys, order.items, order.state
    while state[0] > 0:
        node = items[0]
        found = _shortcuts(lists, search, cuts, state, node)
        if found == FULL or 2 * found > lists.free[1]:
            return NEEDS_ROOM
        state[0] = pop(keys, items, state[0])
        key = _importance(lists, cuts, order.depth[node], node, found)
        if state[0] > 0 and key > keys[0]:
            state[0] = push(keys, items, state[0], key, node)
            continue
        for cut in range(found):
            _link(lists, cuts.tail[cut], cuts.head[cut], cuts.weight[cut], cuts.hops[cut])
        order.rank[node] = state[1]
        state[1] += 1
        slot = lists.head[node]
        while slot != NONE:
            other = lists.node[slot]
            _unlink(lists, other, node)
            order.depth[other] = max(order.depth[other], order.depth[node] + 1)
            slot = lists.next[slot]
    return DONE


@inner_kernel
def _shortcuts(
    lists: Lists, search: Search, cuts: Shortcuts, state: NDArray[np.int32], node: int
) -> int:
    """Collect the shortcuts that taking out `node` needs; returns their number, or FULL."""
    found = 0
    enter = lists.head[node]
    while enter != NONE:
        tail, first = lists.node[enter], lists.back[enter]
        if first < np.inf:
            reach, wanted = -1.0, 0
            leave = lists.head[node]
            while leave != NONE:
                if lists.node[leave] != tail and lists.out[leave] < np.inf:
                    reach = max(reach, first + lists.out[leave])
                    wanted += 1
                leave = lists.next[leave]
            if wanted > 0:
                state[2] += 1
                _other_ways(lists, search, state[2], tail, node, reach)
            leave = lists.head[node]
            while leave != NONE:
                head, weight = lists.node[leave], first + lists.out[leave]
                other_way = search.mark[head] == state[2] and search.distance[head] <= weight
                if head != tail and weight < np.inf and not other_way:
                    if found == len(cuts.tail):
                        return FULL
                    cuts.tail[found], cuts.head[found] = tail, head
                    cuts.weight[found] = weight
                    cuts.hops[found] = lists.hops[enter] + lists.hops[leave]
                    found += 1
                leave = lists.next[leave]
        enter = lists.next[enter]
    return found


@inner_kernel
def _other_ways(
    lists: Lists, search: Search, number: int, start: int, without: int, reach: float
) -> None:
    """Search from `start` around a node, up to weight `reach`; distances are upper bounds."""
    mark, distance, keys, items = search
    mark[start], distance[start] = number, 0.0
    size = push(keys, items, 0, 0.0, start)
    settled = 0
    while size > 0 and keys[0] <= reach and settled < SETTLED_MOST:
        far, node = keys[0], items[0]
        size = pop(keys, items, size)
        if far > distance[node]:
            continue
        settled += 1
        slot = lists.head[node]
        while slot != NONE:
            other, there = lists.node[slot], far + lists.out[slot]
            known = mark[other] == number
            if other != without and there <= reach and (not known or there < distance[other]):
                mark[other], distance[other] = number, there
                if size < len(keys):
                    size = push(keys, items, size, there, other)
            slot = lists.next[slot]


@inner_kernel
def _importance(lists: Lists, cuts: Shortcuts, depth: int, node: int, found: int) -> float:
    """Return depth + added / removed arcs + added / removed original arcs."""
    added_hops = 0
    for cut in range(found):
        added_hops += cuts.hops[cut]
    arcs, hops = 0, 0
    slot = lists.head[node]
    while slot != NONE:
        both = int(lists.out[slot] < np.inf) + int(lists.back[slot] < np.inf)
        arcs += both
        hops += both * lists.hops[slot]
        slot = lists.next[slot]
    return depth + (found + 0.0) / max(arcs, 1) + (added_hops + 0.0) / max(hops, 1)


@inner_kernel
def _link(lists: Lists, tail: int, head: int, weight: float, hops: int) -> None:
    """Put in an arc, or lower the one that is there."""
    slot = _find(lists, tail, head)
    if slot == NONE:
        _add(lists, tail, head, weight, np.inf, hops)
        _add(lists, head, tail, np.inf, weight, hops)
    elif weight < lists.out[slot]:
        lists.out[slot], lists.hops[slot] = weight, hops
        mirror = _find(lists, head, tail)
        lists.back[mirror], lists.hops[mirror] = weight, hops


@inner_kernel
def _find(lists: Lists, node: int, other: int) -> int:
    slot = int(lists.head[node])
    while slot != NONE and lists.node[slot] != other:
        slot = int(lists.next[slot])
    return slot


@inner_kernel
def _add(lists: Lists, node: int, other: int, out: float, back: float, hops: int) -> None:
    slot = lists.free[0]
    lists.free[0] = lists.next[slot]
    lists.free[1] -= 1
    lists.node[slot], lists.hops[slot] = other, hops
    lists.out[slot], lists.back[slot] = out, back
    lists.next[slot] = lists.head[node]
    lists.head[node] = slot


@inner_kernel
def _unlink(lists: Lists, node: int, other: int) -> None:
    before, slot = NONE, lists.head[node]
    while lists.node[slot] != other:
        before, slot = slot, lists.next[slot]
    if before == NONE:
        lists.head[node] = lists.next[slot]
    else:
        lists.next[before] = lists.next[slot]
    lists.next[slot] = lists.free[0]
    lists.free[0] = slot
    lists.free[1] += 1
