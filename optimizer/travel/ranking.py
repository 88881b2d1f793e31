"""Put the targets of each source in order, best first, without sorting what is not kept.

A key is time * 2^25 + length in int64, negative where a target is not reached: it has room for the
sum of a way there and a way back. Equal keys stay in the order of the targets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEY_BITS = 25
KEY_SPAN = 1 << KEY_BITS
UNREACHED = -1
LARGEST = int(np.iinfo(np.int64).max)
SMALL = 24  # so few entries are put in order by insertion


class Ranked(NamedTuple):
    """Room for the lists of some rows, one after the other; written from the front.

    entries : int64, shape (rows,), how many of each row. target, time_s, length_m : int32.
    end, order : scratch of shapes (targets + 2,) and (targets,).
    """

    entries: NDArray[np.int64]
    target: NDArray[np.int32]
    time_s: NDArray[np.int32]
    length_m: NDArray[np.int32]
    end: NDArray[np.int64]
    order: NDArray[np.int32]


def make_ranked(rows: int, targets: int, most: int) -> Ranked:
    """Return room for at most `most` of the targets in each row."""
    room = rows * min(most, targets)
    whole = [np.empty(room, dtype=np.int32) for _ in range(3)]
    end, order = np.zeros(targets + 2, dtype=np.int64), np.zeros(targets, dtype=np.int32)
    return Ranked(np.zeros(rows, dtype=np.int64), whole[0], whole[1], whole[2], end, order)


@kernel
def best_first(keys: NDArray[np.int64], most: int, ranked: Ranked) -> int:
    """Write at most `most` reached targets of each row, in order; returns how many in all.

    keys : shape (rows, targets). They are thrown into bins by size; only the bins that are kept
    are put in order inside.
    """
    written = 0
    for row in range(len(keys)):
        here = keys[row]
        kept = min(_into_bins(here, most, ranked.end, ranked.order), most)
        ranked.entries[row] = kept
        for rank in range(kept):
            target = ranked.order[rank]
            key = here[target]
            ranked.target[written] = target
            ranked.time_s[written] = key >> KEY_BITS
            ranked.length_m[written] = key & (KEY_SPAN - 1)
            written += 1
    return written


@inner_kernel
def _into_bins(
    keys: NDArray[np.int64], most: int, end: NDArray[np.int64], order: NDArray[np.int32]
) -> int:
    """Write the targets of the lowest bins that hold `most` in order; returns how many."""
    low, high, reached = _range(keys)
    if reached == 0:
        return 0
    shift = 0
    while ((high - low) >> shift) >= reached:
        shift += 1
    bins = ((high - low) >> shift) + 1
    for place in range(bins + 1):
        end[place] = 0
    for key in keys:
        if key >= 0:
            end[((key - low) >> shift) + 1] += 1
    last = 0
    while last < bins and end[last] < most:
        last += 1
        end[last] += end[last - 1]
    limit = low + (last << shift)
    for target in range(len(keys)):
        key = keys[target]
        if 0 <= key < limit:
            place = (key - low) >> shift
            order[end[place]] = target
            end[place] += 1
    kept = 0
    for place in range(last):
        _sort(keys, order, kept, end[place])
        kept = end[place]
    return kept


@inner_kernel
def _range(keys: NDArray[np.int64]) -> tuple[int, int, int]:
    """Return the smallest and the largest key that is not negative, and how many there are."""
    low, high, reached = LARGEST, 0, 0
    for key in keys:
        if key >= 0:
            low = min(low, int(key))
            high = max(high, int(key))
            reached += 1
    return low, high, reached


@inner_kernel
def _sort(keys: NDArray[np.int64], order: NDArray[np.int32], first: int, end: int) -> None:
    """Sort order[first:end] by (key, target)."""
    if end - first > SMALL:
        size = end - first
        for root in range(size // 2 - 1, -1, -1):
            _sift(keys, order, first, root, size)
        for last in range(size - 1, 0, -1):
            order[first], order[first + last] = order[first + last], order[first]
            _sift(keys, order, first, 0, last)
        return
    for rank in range(first + 1, end):
        item = order[rank]
        place = rank
        while place > first and keys[order[place - 1]] > keys[item]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = item


@inner_kernel
def _sift(
    keys: NDArray[np.int64], order: NDArray[np.int32], first: int, root: int, size: int
) -> None:
    """Let an item sink in the heap order[first:first + size], the largest on top."""
    item = order[first + root]
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and _after(keys, order[first + child + 1], order[first + child]):
            child += 1
        if not _after(keys, order[first + child], item):
            break
        order[first + root] = order[first + child]
        root = child
    order[first + root] = item


@inner_kernel
def _after(keys: NDArray[np.int64], one: int, other: int) -> bool:
    return keys[one] > keys[other] or (keys[one] == keys[other] and one > other)
