"""Plans by annealing: from a choice of sites to the best plan met, with penalties that adapt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.location.assignment.anneal import anneal
from optimizer.location.assignment.state import (
    BEST,
    COUNT,
    LACKING,
    PENALTY,
    State,
    make_state,
    reprice,
    restart,
    seat_all,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.location.assignment.data import Instance
    from optimizer.location.record import Record

CHUNKS = 60  # parts of a cooling between which limits are looked at and penalties adapt
MOVES_PER_WORK = 1500.0
DEARER, CHEAPER = 1.2, 0.9  # factors on the penalty after a chunk with too much lack, and without
TOLERATED = 0.15  # share of open sites that may lack at the hottest
REPAIRS = 20  # more chunks at the end where no plan without lack was met


@dataclass
class Search:
    """State of the search of one instance; scale : typical cost of a customer."""

    instance: Instance
    state: State
    scale: float
    reach: int
    penalty: float


def begin_search(instance: Instance, bound: float, seed: int) -> Search:
    """Return a search; `bound` gives the scale of costs."""
    customers = max(instance.customers, 1)
    usable = max(int(instance.usable.sum()), 1)
    reach = max(8 * usable // max(instance.at_least, 1), 8)
    total = max(float(instance.pairs.demand.sum()), 1e-12)
    scale = max(abs(bound), 1e-9)
    return Search(instance, make_state(instance, seed), scale / customers, reach, 2 * scale / total)


def start_from(search: Search, assign: NDArray[np.int32], opened: NDArray[np.bool_]) -> bool:
    """Set the state to a plan; customers without a seat follow, largest first."""
    pairs = search.instance.pairs
    state = search.state
    restart(pairs, state, assign, opened, search.penalty)
    order = np.argsort(-pairs.demand, kind="stable")
    return bool(seat_all(pairs, state, order, search.instance.sites))


def cool(
    search: Search, moves: int, hot: float, cold: float, record: Record, site_share: float = 0.1
) -> float:
    """Cool once from `hot` to `cold` (in units of `scale`); return the best cost met so far."""
    instance, state = search.instance, search.state
    pairs = instance.pairs
    chunk = max(moves // CHUNKS, 1)
    fall = (cold / hot) ** (1.0 / CHUNKS)
    heat = hot * search.scale
    counts = np.array([instance.at_least, instance.at_most, search.reach])
    for rank in range(CHUNKS + REPAIRS):
        late = rank >= CHUNKS
        if late and state.figures[BEST] < np.inf:
            break
        last = heat if late else heat * fall
        anneal(pairs, state, instance.required, counts, (heat, last), chunk, site_share)
        heat = last
        record.budget.spend(chunk / MOVES_PER_WORK)
        bearable = TOLERATED * max(1.0 - rank / (0.9 * CHUNKS), 0.0) * state.figures[COUNT]
        dearer = state.figures[LACKING] > bearable
        search.penalty = state.figures[PENALTY] * (DEARER if dearer else CHEAPER)
        reprice(pairs, state, search.penalty)
        if record.stop_reason() is not None:
            break
    return float(state.figures[BEST])
