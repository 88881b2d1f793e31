"""Work on batches in several threads (kernels run without the interpreter lock), in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

THREADS = 2
Item = TypeVar("Item")
Done = TypeVar("Done")


def in_order(threads: int, work: Callable[[Item], Done], items: Sequence[Item]) -> Iterator[Done]:
    """Yield work(item) in order, at most a few items ahead of the one who asks."""
    if threads <= 1 or len(items) <= 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque(pool.submit(work, item) for item in items[: 2 * threads])
        try:
            following = iter(items[2 * threads :])
            while ahead:
                done = ahead.popleft().result()
                ahead.extend(pool.submit(work, item) for item in islice(following, 1))
                yield done
        finally:
            for waiting in ahead:
                waiting.cancel()
