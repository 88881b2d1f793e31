"""Exchange search for sites that are far apart: few conflicts at a level, then a higher level.

level[i, j] is the rank of the distance between two sites among all distances; sites conflict where
it is below the level asked for. A set without conflicts raises the level to one above its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.compiled import inner_kernel, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

TENURE = 8  # moves for which a site that was exchanged stays where it is, and as many at random


@kernel
def farthest(level: NDArray[np.int32], chosen: NDArray[np.bool_], size: int, first: int) -> None:
    """Fill `chosen` up to `size` sites, each the farthest from all before; start with `first`."""
    sites = len(level)
    nearest = np.full(sites, sites * sites, dtype=np.int64)
    count = 0
    for site in range(sites):
        if chosen[site]:
            count += 1
            for other in range(sites):
                nearest[other] = min(nearest[other], level[site, other])
    following = first
    while count < size:
        if count > 0 or chosen[following]:
            following = -1
            for site in range(sites):
                if not chosen[site] and (following < 0 or nearest[site] > nearest[following]):
                    following = site
        chosen[following] = True
        count += 1
        for other in range(sites):
            nearest[other] = min(nearest[other], level[following, other])


@kernel
def exchange(
    level: NDArray[np.int32],
    chosen: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
    goal: int,
    seed: int,
    moves: int,
) -> tuple[int, NDArray[np.bool_]]:
    """Return the best level found, up to `goal`, and its set; `chosen` goes on from move to move.

    Parameters
    ----------
    fixed : sites of `chosen` that stay. moves : exchanges at most.
    """
    np.random.seed(seed)  # noqa: NPY002 - the compiled generator; no other state is touched
    sites = len(level)
    best, top = chosen.copy(), least_level(level, chosen)
    conflicts = np.zeros(sites, dtype=np.int64)
    free_again = np.zeros(sites, dtype=np.int64)
    asked = top + 1
    count_conflicts(level, chosen, asked, conflicts)
    for move in range(moves):
        if top >= goal:
            break
        leaving = _worst(chosen, fixed, conflicts, free_again, move)
        if leaving < 0:
            continue
        entering = _best(level, chosen, conflicts, free_again, asked, leaving, move)
        if entering < 0:
            continue
        chosen[leaving], chosen[entering] = False, True
        for site in range(sites):
            conflicts[site] += int(level[entering, site] < asked) - int(
                level[leaving, site] < asked
            )
        free_again[leaving] = move + TENURE + np.random.randint(TENURE)  # noqa: NPY002
        free_again[entering] = move + TENURE // 2
        clear = True
        for site in range(sites):
            clear = clear and not (chosen[site] and conflicts[site] > 0)
        if clear:
            best[:] = chosen
            top = least_level(level, chosen)
            asked = top + 1
            count_conflicts(level, chosen, asked, conflicts)
    return top, best


@inner_kernel
def least_level(level: NDArray[np.int32], chosen: NDArray[np.bool_]) -> int:
    """Return the least level between two chosen sites."""
    least = len(level) * len(level)
    for one in range(len(level)):
        if chosen[one]:
            for other in range(one):
                if chosen[other]:
                    least = min(least, level[one, other])
    return least


@inner_kernel
def count_conflicts(
    level: NDArray[np.int32],
    chosen: NDArray[np.bool_],
    asked: int,
    conflicts: NDArray[np.int64],
) -> None:
    """Count for every site the chosen ones that are too near to it."""
    conflicts[:] = 0
    for one in range(len(level)):
        if chosen[one]:
            for other in range(len(level)):
                conflicts[other] += int(level[one, other] < asked)


@inner_kernel
def _worst(
    chosen: NDArray[np.bool_],
    fixed: NDArray[np.bool_],
    conflicts: NDArray[np.int64],
    free_again: NDArray[np.int64],
    move: int,
) -> int:
    """Return the chosen site with most conflicts that may leave, equal ones at random."""
    found, ties = -1, 0
    for site in range(len(chosen)):
        if chosen[site] and not fixed[site] and conflicts[site] > 0 and free_again[site] <= move:
            if found < 0 or conflicts[site] > conflicts[found]:
                found, ties = site, 1
            elif conflicts[site] == conflicts[found]:
                ties += 1
                if np.random.randint(ties) == 0:  # noqa: NPY002
                    found = site
    return found


@inner_kernel
def _best(
    level: NDArray[np.int32],
    chosen: NDArray[np.bool_],
    conflicts: NDArray[np.int64],
    free_again: NDArray[np.int64],
    asked: int,
    leaving: int,
    move: int,
) -> int:
    """Return the site that brings fewest conflicts once `leaving` is gone, ties at random."""
    found, least, ties = -1, 0, 0
    for site in range(len(chosen)):
        if chosen[site] or free_again[site] > move:
            continue
        brings = conflicts[site] - int(level[leaving, site] < asked)
        if found < 0 or brings < least:
            found, least, ties = site, brings, 1
        elif brings == least:
            ties += 1
            if np.random.randint(ties) == 0:  # noqa: NPY002
                found = site
    return found
