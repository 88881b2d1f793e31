"""Whether so many sites fit at a level: cliques of sites that are too near, and an exact packing.

J. Sayyady, Y. Fathi, "An integer programming approach for solving the p-dispersion problem", EJOR
253 (2016), doi:10.1016/j.ejor.2016.02.026: at a given distance the question is a node packing, and
its rows are cliques of the conflict graph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel
from optimizer.core.frozen import Frozen
from optimizer.solvers.milp import Builder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.solvers.milp import Milp

CLIQUE_ROOM = 8  # entries of all cliques for each conflict, counted both ways
REDUCED_MOST = 1500  # sites; the products of a reduction grow with their cube


@dataclass(frozen=True, eq=False)
class Packing(Frozen):
    """Find `wanted` sites without conflicts among those left; `taken` are part of every answer.

    site : int32, shape (k,), sites left. conflict : bool, shape (k, k), diagonal False.
    """

    site: NDArray[np.int32]
    conflict: NDArray[np.bool_]
    taken: NDArray[np.int32]
    wanted: int


def packing_at(
    level: NDArray[np.int32], asked: int, fixed: NDArray[np.bool_], size: int
) -> Packing | None:
    """Return what is left to decide at a level; None where fixed sites conflict."""
    conflict = level < asked
    np.fill_diagonal(conflict, val=False)
    if conflict[np.ix_(fixed, fixed)].any():
        return None
    left = ~fixed & ~conflict[fixed].any(axis=0)
    site = np.flatnonzero(left).astype(np.int32)
    taken = np.flatnonzero(fixed).astype(np.int32)
    return Packing(site, conflict[np.ix_(left, left)], taken, size - len(taken))


def reduced(packing: Packing) -> Packing:
    """Take sites without conflicts, and leave out those that another one can always replace.

    Site v goes where some u in conflict with v conflicts with nothing that v does not conflict
    with: whoever holds v may hold u instead.
    """
    while 0 < len(packing.site) <= REDUCED_MOST:
        near = packing.conflict.astype(np.float32)
        np.fill_diagonal(near, 1.0)
        degree = near.sum(axis=1)
        contained = (near @ near >= degree[:, None]) & packing.conflict  # u's within v's
        rank = np.arange(len(degree))
        # among twins the first one stays
        better = contained & ((degree[:, None] < degree) | (rank[:, None] < rank))
        gone = better.any(axis=0)
        alone = ~packing.conflict[:, ~gone].any(axis=1) & ~gone
        if not gone.any() and not alone.any():
            break
        left = ~gone & ~alone
        packing = Packing(
            packing.site[left],
            packing.conflict[np.ix_(left, left)],
            np.concatenate([packing.taken, packing.site[alone]]),
            packing.wanted - int(alone.sum()),
        )
    return packing


@kernel
def clique_cover(conflict: NDArray[np.bool_], near: NDArray[np.int32]) -> int:
    """Return into how few cliques all sites fall, found greedily: no packing has more sites.

    near : int32, shape (k, k), the others of each site in the order in which they are tried.
    """
    sites = len(conflict)
    done = np.zeros(sites, dtype=np.bool_)
    member = np.zeros(sites, dtype=np.int32)
    cliques = 0
    for site in range(sites):
        if done[site]:
            continue
        cliques += 1
        done[site] = True
        member[0], size = site, 1
        for rank in range(sites):
            other = near[site, rank]
            if done[other] or not conflict[site, other]:
                continue
            fits = True
            for place in range(size):
                fits = fits and conflict[member[place], other]
            if fits:
                done[other] = True
                member[size] = other
                size += 1
    return cliques


@kernel
def edge_cliques(
    conflict: NDArray[np.bool_], near: NDArray[np.int32], row: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return cliques that hold every conflict, as entries: member; `row` says their cliques.

    near : as in `clique_cover`. row : room for the entries, at least twice the conflicts; cliques
    are made maximal as long as there is room. Those not used keep -1.
    """
    sites = len(conflict)
    covered = np.zeros((sites, sites), dtype=np.bool_)
    entry = np.empty(len(row), dtype=np.int32)
    row[:] = -1
    pairs = 0
    for one in range(sites):
        for two in range(one):
            pairs += int(conflict[one, two])
    used, cliques = 0, 0
    for site in range(sites):
        for rank in range(sites):
            other = near[site, rank]
            if not conflict[site, other] or covered[site, other]:
                continue
            begin = used
            entry[used], entry[used + 1] = site, other
            used = _extend(conflict, near[site], entry, begin, used + 2, len(row) - 2 * pairs)
            row[begin:used] = cliques
            cliques += 1
            for one in range(begin, used):
                for two in range(begin, one):
                    if not covered[entry[one], entry[two]]:
                        covered[entry[one], entry[two]] = True
                        covered[entry[two], entry[one]] = True
                        pairs -= 1
    return entry[:used]


@inner_kernel
def _extend(
    conflict: NDArray[np.bool_],
    near: NDArray[np.int32],
    entry: NDArray[np.int32],
    begin: int,
    used: int,
    room: int,
) -> int:
    """Add to the clique entry[begin:used] what conflicts with all of it; returns its new end."""
    for third in near:
        fits = used < room
        for place in range(begin, used):
            fits = fits and conflict[entry[place], third]
        if fits:
            entry[used] = third
            used += 1
    return used


def model_of(packing: Packing) -> Milp:
    """Return the packing as a programme: as many sites as are wanted, one of each clique."""
    sites = len(packing.site)
    near = nearness(packing.conflict)
    row = np.empty(CLIQUE_ROOM * int(packing.conflict.sum()) + 2, dtype=np.int32)
    member = edge_cliques(packing.conflict, near, row)
    row = row[: len(member)]
    cliques = int(row.max(initial=-1)) + 1
    builder = Builder()
    opens = builder.add_columns(sites, integer=True)
    builder.add_rows(cliques, (row, opens[member], 1.0), upper=1.0)
    builder.add_rows(1, (0, opens, 1.0), lower=packing.wanted, upper=packing.wanted)
    return builder.build()


def nearness(conflict: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return for each site all others, those with most conflicts in common first."""
    near = conflict.astype(np.float32)
    common = near @ near
    return np.argsort(-common, axis=1, kind="stable").astype(np.int32)
