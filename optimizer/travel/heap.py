"""A binary heap in two arrays, for kernels: smallest key first, equal keys in no set order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.compiled import inner_kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@inner_kernel
def push(
    keys: NDArray[np.float64], items: NDArray[np.int32], size: int, key: float, item: int
) -> int:
    """Add an item; the arrays have room for it. Returns the new size."""
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if keys[parent] <= key:
            break
        keys[place], items[place] = keys[parent], items[parent]
        place = parent
    keys[place], items[place] = key, item
    return size + 1


@inner_kernel
def pop(keys: NDArray[np.float64], items: NDArray[np.int32], size: int) -> int:
    """Take out the item at place 0, which the caller has read. Returns the new size."""
    size -= 1
    key, item = keys[size], items[size]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[place], items[place] = keys[child], items[child]
        place = child
    keys[place], items[place] = key, item
    return size
