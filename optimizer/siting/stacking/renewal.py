"""What a programme of tenants (`columns`) lacks at its prices: types, columns and rows.

Columns come in by their reduced cost and go by it, rows of rooms and docks when they are broken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.stacking.pricing import OwnRow, priced_types
from optimizer.siting.stacking.shortlist import losses, missing_types

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.stacking.columns import Programme, TenantPrices

    Floats = NDArray[np.float64]

JOIN_TYPE, JOIN_FIRM = 20, 2  # columns that may join in a round, by type and by tenant
LEAVES = 0.08  # of the worth of a tenant: a column that loses more goes
WORTHWHILE = 1e-6  # of the largest worth of a tenant: a column that gains less stays out
BROKEN = 1e-5  # of a limit
TAKEN = 1e-4  # of a tenant
ROWS_ROUND = 2  # of each sort and type


def refine(programme: Programme, now: TenantPrices, priced: Floats) -> tuple[int, int]:
    """Let columns and rows in that are missing at these prices; return how many of each.

    priced : (c,), what combinations are worth after all prices; types join that are missing.
    """
    programme.loss = losses(programme.city, priced)
    missing = missing_types(programme.chosen, programme.loss)
    programme.chosen |= missing
    joined = renew_members(programme, now) + int(missing.sum())
    return joined, add_broken_docks(programme, now) + add_broken_sets(programme, now)


def renew_members(programme: Programme, now: TenantPrices) -> int:
    """Let the columns in that gain most at these prices, and those out that lose most."""
    relaxed = programme.relaxed
    gain = priced_types(relaxed, now.rules)[0] - now.tenant[None, :]
    for (groups, kind), room in zip(programme.sets, now.room.tolist(), strict=True):
        if room > 0.0:
            inside = (relaxed.mask[kind] & ~groups) == 0
            gain[kind, inside] -= room * relaxed.area_m2[inside]
    kept = (gain > -LEAVES * relaxed.worth) | (now.filled > TAKEN) | programme.stays
    programme.stays |= programme.member & ~kept
    programme.member &= kept
    outside = np.where(relaxed.able & ~programme.member, gain, -np.inf)
    fresh = np.zeros_like(programme.member)
    least = WORTHWHILE * float(relaxed.worth.max(initial=1.0))
    by_type = np.argsort(-outside, axis=1)[:, :JOIN_TYPE]
    fresh[np.arange(len(outside))[:, None], by_type] = True
    by_firm = np.argsort(-outside, axis=0)[:JOIN_FIRM]
    fresh[by_firm, np.arange(outside.shape[1])[None, :]] = True
    fresh &= (outside > least) & programme.chosen[:, None]
    programme.member |= fresh
    return int(fresh.sum())


def _open_types(programme: Programme, now: TenantPrices) -> Floats:
    """Return how many hotels of each type are open, (types,)."""
    kind = programme.city.combos.type
    have = kind >= 0
    count = np.bincount(kind[have], now.open[have], len(programme.relaxed.worth))
    return count.astype(np.float64)


def add_broken_docks(programme: Programme, now: TenantPrices) -> int:
    """Add rows for the most broken dock intervals of each type; return how many."""
    relaxed = programme.relaxed
    number = _open_types(programme, now)
    over = now.filled @ relaxed.dock_use - relaxed.dock_room * number[:, None]
    over = np.where(over > BROKEN * np.maximum(relaxed.dock_room, 1.0), over, 0.0)
    count = 0
    for kind in range(len(over)):
        for interval in np.argsort(-over[kind])[:ROWS_ROUND].tolist():
            if over[kind, interval] > 0.0:
                use = np.where(relaxed.able[kind], relaxed.dock_use[:, interval], 0.0)
                limit = float(relaxed.dock_room[kind, interval])
                programme.rows.append(OwnRow(kind, use, limit, interval=interval))
                count += 1
    return count


def add_broken_sets(programme: Programme, now: TenantPrices) -> int:
    """Add rows for the most broken sets of groups of units of each type; return how many."""
    relaxed = programme.relaxed
    groups = relaxed.room_m2.shape[1]
    subsets = np.arange(1 << groups)
    member = ((subsets[None, :] >> np.arange(groups)[:, None]) & 1).astype(np.float64)
    room = (relaxed.room_m2 @ member) * _open_types(programme, now)[:, None]
    count = 0
    for kind in range(len(room)):
        used = np.bincount(
            relaxed.mask[kind], now.filled[kind] * relaxed.area_m2, 1 << groups
        ).astype(np.float64)
        for bit in range(groups):  # add up over subsets
            upper = np.flatnonzero((subsets >> bit) & 1)
            used[upper] += used[upper ^ (1 << bit)]
        over = used - room[kind]
        for chosen in np.argsort(-over)[:ROWS_ROUND].tolist():
            key = (int(chosen), kind)
            if over[chosen] > BROKEN * max(room[kind, -1], 1.0) and key not in programme.known:
                programme.sets.append(key)
                programme.known.add(key)
                count += 1
    return count
