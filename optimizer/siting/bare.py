"""Prices of service found first in a city without hotels and shared rows.

A large building that comes and goes hides what a parcel is worth: started with hotels, the ascent
of `lagrangian` ends far from the best prices. Without them it is quick, and from its prices the
ascent of the whole city has little left to do, with the rows priced exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from optimizer.siting.lagrangian import (
    REACH,
    Ascent,
    Look,
    climb,
    evaluate,
    exhausted,
    start_ascent,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.city import City
    from optimizer.siting.tenancy import Tenancy

    Floats = NDArray[np.float64]

RIPE = 3e-3  # of what is saved: the level at which the prices are good enough to go on from
AGAIN = 0.012  # of it: hoped for when hotels and rows come in
FAR = 0.3  # of what hotels seem to add at first: much of it is given away again
NEAR = 0.03  # of it: hoped for from the prices of a city that is much the same


class Bare(NamedTuple):
    """A city without hotels and rows, and its ascent."""

    city: City
    ascent: Ascent


def begin_bare(city: City, tenancy: Tenancy, near: Bare | None = None) -> Bare | None:
    """Return the ascent in the city without hotels and rows, None where it is of no use.

    near : of a city that is much the same, to start at its prices.
    """
    links = len(city.bike.point) + len(city.pickup.point)
    if not links or not city.possible or (near is None and not city.types):
        return None
    bare = without_hotels(city)
    ascent = start_ascent(bare, tenancy)
    prices = ascent.prices._replace(tenant=np.zeros_like(ascent.prices.tenant))
    if near is not None and np.isfinite(near.ascent.best_saving):
        prices = near.ascent.best
        ascent.level = NEAR * abs(near.ascent.best_saving)
    ascent.prices = ascent.best = prices
    return Bare(bare, ascent)


def without_hotels(city: City) -> City:
    """Return the city without rows, and without hotels on sites that may stand without one."""
    combos = city.combos
    none = combos.type < 0
    able = np.maximum.reduceat(none, combos.start[:-1])
    kept = np.flatnonzero(none | ~able[combos.site])
    start = np.searchsorted(combos.site[kept], np.arange(len(combos.start))).astype(np.int64)
    return city._replace(
        combos=combos._replace(
            start=start,
            site=combos.site[kept],
            hub=combos.hub[kept],
            hotel=combos.hotel[kept],
            point=combos.point[kept],
            type=combos.type[kept],
            fixed=combos.fixed[kept],
            use=sparse.csr_matrix((len(kept), 0)),
        ),
        rows=city.rows._replace(family=(), limit=np.zeros(0)),
        option_use=sparse.csr_matrix((city.option_use.shape[0], 0)),
        site_use=sparse.csr_matrix((city.site_use.shape[0], 0)),
    )


def climb_bare(bare: Bare, tenancy: Tenancy, rounds: int) -> bool:
    """Do some rounds; return whether the prices are good enough to go on from."""
    for _ in range(rounds):
        if ripe(bare):
            return True
        climb(bare.city, tenancy, bare.ascent, -np.inf)
    return ripe(bare)


def ripe(bare: Bare) -> bool:
    """Return whether the prices are good enough to go on from."""
    ascent = bare.ascent
    if not np.isfinite(ascent.best_saving):
        return False
    return ascent.level < RIPE * abs(ascent.best_saving) or exhausted(ascent)


def go_on(ascent: Ascent, bare: Bare, city: City, tenancy: Tenancy, tenant: Floats | None) -> None:
    """Start the ascent of the whole city at the prices of service of the bare one.

    tenant : prices to start from, (f,); None: the usual ones.
    """
    found = bare.ascent
    known = np.isfinite(found.best_saving)
    prices = found.best if known else found.prices
    first = ascent.prices.tenant if tenant is None else tenant
    prices = prices._replace(tenant=first, row=np.zeros_like(ascent.prices.row))
    ascent.by_steps = False
    ascent.use_of_option = found.use_of_option.copy()
    if known:
        least = abs(found.best_saving)
        sites = np.ones(city.site_count)
        now = evaluate(city, tenancy, prices, Look(sites, sites.copy(), reach=REACH * least))
        prices = prices._replace(row=now.row)
        ascent.level = max(AGAIN * max(least, 1.0), FAR * (now.saving - found.best_saving))
    ascent.prices = ascent.best = prices
