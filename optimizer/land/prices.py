"""What land costs at each site: stated, read off known prices, or the zone's, towards a centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.frozen import Frozen
from optimizer.demand.cells import word
from optimizer.demand.files import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.land.drafts import Draft
    from optimizer.scenario.city import LandBlock, TowardsCentre

CODE = "F420"
NEAREST = 3
"""Known prices that make up the price of a site."""
SAME_PLACE_M = 0.5
"""A known price closer than this is the price of the site."""


@dataclass(frozen=True, eq=False)
class KnownPrices(Frozen):
    """Prices at places; arrays have shape (k,). zone : index, or -1 = counts in every zone."""

    xy_m: NDArray[np.float64]
    eur_m2: NDArray[np.float64]
    zone: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class GroundPrices(Frozen):
    """Prices of the sites, shape (s,); see `core.world.Sites`."""

    price_eur_m2: NDArray[np.int64]
    rent_eur_m2_year: NDArray[np.float64]
    long_lease_eur_m2: NDArray[np.int64]
    long_lease_rent_eur_m2_year: NDArray[np.float64]


def price_sites(
    block: LandBlock,
    drafts: list[Draft],
    xy_m: NDArray[np.float64],
    folder: Path,
    crs: str,
) -> GroundPrices:
    """Return the prices of sites at `xy_m`, shape (s, 2).

    What a site states counts as it is. Otherwise the purchase price is interpolated between known
    prices, where there are some, or the zone's; rents and premiums are the zone's; and all of them
    are multiplied by the factor towards the centre. Purchase prices and premiums are whole EUR,
    half to even.

    Raises
    ------
    Refusal
        F420 for every fault of the file of known prices.
    """
    rank_of = {zone.zone: rank for rank, zone in enumerate(block.zones)}
    index = np.array([rank_of[draft.zone] for draft in drafts], dtype=np.int32)
    zones = [block.zones[rank] for rank in index]
    price = np.array([zone.price_eur_m2 for zone in zones], dtype=np.float64)
    factor = np.ones(len(drafts))
    if block.prices is not None and block.prices.points is not None:
        known = _read_points(block.prices.points, rank_of, folder, crs)
        price = interpolate(known, xy_m, index, price)
    if block.prices is not None and block.prices.towards_centre is not None:
        factor = towards_centre(block.prices.towards_centre, xy_m, crs)

    def column(name: str, otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
        pairs = zip(drafts, (otherwise * factor).tolist(), strict=True)
        stated = [(getattr(draft, name), value) for draft, value in pairs]
        return np.array([other if own is None else own for own, other in stated], dtype=np.float64)

    rent = np.array([zone.rent_eur_m2_year for zone in zones], dtype=np.float64)
    premium = np.array([zone.long_lease_eur_m2 or 0 for zone in zones], dtype=np.float64)
    lease = np.array([zone.long_lease_rent_eur_m2_year for zone in zones], dtype=np.float64)
    return GroundPrices(
        price_eur_m2=np.rint(column("price_eur_m2", price)).astype(np.int64),
        rent_eur_m2_year=column("rent_eur_m2_year", rent),
        long_lease_eur_m2=np.rint(column("long_lease_eur_m2", premium)).astype(np.int64),
        long_lease_rent_eur_m2_year=column("long_lease_rent_eur_m2_year", lease),
    )


def towards_centre(
    block: TowardsCentre, xy_m: NDArray[np.float64], crs: str
) -> NDArray[np.float64]:
    """Return the factor at each place: linear from the centre to 1 at the radius and beyond."""
    x_m, y_m = _projection(crs)(block.lon, block.lat)
    distance_m = np.hypot(xy_m[:, 0] - x_m, xy_m[:, 1] - y_m)
    out = np.minimum(distance_m / block.radius_m, 1.0)
    factor: NDArray[np.float64] = block.factor_at_centre + (1.0 - block.factor_at_centre) * out
    return factor


def interpolate(
    known: KnownPrices,
    xy_m: NDArray[np.float64],
    zone: NDArray[np.int32],
    otherwise: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the price at each place from the three nearest known ones, shape (s,).

    Inverse distance weighting (Shepard 1968, DOI 10.1145/800186.810616) with exponent 1. Only
    prices of the same zone, or of no zone, count; where there is none: `otherwise`.
    """
    from scipy.spatial import cKDTree

    price = otherwise.copy()
    for rank in np.unique(zone):
        mine = np.flatnonzero(zone == rank)
        usable = np.flatnonzero((known.zone == rank) | (known.zone < 0))
        if len(usable) == 0:
            continue
        count = min(NEAREST, len(usable))
        distance_m, near = cKDTree(known.xy_m[usable]).query(
            xy_m[mine], k=list(range(1, count + 1))
        )
        weight = 1.0 / np.maximum(distance_m, SAME_PLACE_M)
        weight[distance_m[:, 0] <= SAME_PLACE_M, 1:] = 0.0
        value = known.eur_m2[usable[near]]
        mean = (weight * value).sum(axis=1) / weight.sum(axis=1)
        price[mine] = np.clip(mean, value.min(axis=1), value.max(axis=1))
    return price


def _read_points(name: str, rank_of: dict[str, int], folder: Path, crs: str) -> KnownPrices:
    """Read lon, lat, price_eur_m2[, zone] from a CSV file."""
    table = read_table(folder / name, name, CODE, ("lon", "lat", "price_eur_m2"))
    if not table.rows:
        table.fault(name, "holds no price", "add known prices, or take prices.points out")
    rows = [
        (
            table.number(place, row, "lon", least=-180, most=180),
            table.number(place, row, "lat", least=-90, most=90),
            table.number(place, row, "price_eur_m2", least=0, most=1e9),
            word(table, place, row, "zone", rank_of, -1),
        )
        for place, row in table.rows
    ]
    table.refuse()
    lon, lat, eur_m2, zone = (np.array(column) for column in zip(*rows, strict=True))
    xy_m = np.column_stack(_projection(crs)(lon, lat))
    return KnownPrices(xy_m=xy_m, eur_m2=eur_m2, zone=zone.astype(np.int32))


def _projection(crs: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
