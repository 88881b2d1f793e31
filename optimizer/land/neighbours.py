"""Who hears hotels: limits of noise at places around, and what the way there takes from it.

Attenuation is that of a point source on a reflecting plane (ISO 9613-2, geometric divergence with
the hemisphere's 3 dB): 20 log10(d / 1 m) + 8 dB, and what the facade of the hotel keeps in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import BANDS, Neighbours
from optimizer.core.problem import AuditLine
from optimizer.demand.cells import identity, position
from optimizer.demand.files import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.world import Sites
    from optimizer.scenario.hotels import NeighboursRule

CODE = "F460"
LOUDEST_DB = 140.0
DIVERGENCE_DB = 8.0
LIMITS = tuple(f"limit_{band}_db" for band in BANDS)
BACKGROUND = tuple(f"background_{band}_db" for band in BANDS)


def read_neighbours(
    rule: NeighboursRule | None, sites: Sites, crs: str, folder: Path
) -> tuple[Neighbours, tuple[AuditLine, ...]]:
    """Return the neighbours that some site's hotel can be heard at, and who is left out.

    Raises
    ------
    Refusal
        F460 for every fault of the file; each neighbour states a limit for each band.
    """
    if rule is None:
        return _neighbours((), np.zeros((0, 8)), np.zeros((sites.count, 0))), ()
    table = read_table(folder / rule.file, rule.file, CODE, ("id", "lon", "lat", *LIMITS))
    seen: dict[str, str] = {}
    names, rows = [], []
    for place, row in table.rows:
        names.append(identity(table, place, row, seen))
        limits = [table.number(place, row, name, least=0, most=LOUDEST_DB) for name in LIMITS]
        background = [
            table.number(place, row, name, -np.inf, least=0, most=LOUDEST_DB) for name in BACKGROUND
        ]
        rows.append([*position(table, place, row), *limits, *background])
    table.refuse()
    figures = np.array(rows, dtype=np.float64).reshape(-1, 8)
    attenuation = attenuation_db(
        _distance_m(sites, figures[:, 0], figures[:, 1], crs), rule.within_m, rule.facade_db
    )
    heard = np.asarray(np.isfinite(attenuation).any(axis=0))
    far = int((~heard).sum())
    words = f"farther than {rule.within_m:g} m from every site, left out"
    audit = (AuditLine("land", f"neighbours {words}", far, "places", ""),) if far else ()
    kept = tuple(name for name, near in zip(names, heard.tolist(), strict=True) if near)
    return _neighbours(kept, figures[heard], attenuation[:, heard]), audit


def attenuation_db(
    distance_m: NDArray[np.float64], within_m: float, facade_db: float
) -> NDArray[np.float64]:
    """Return what is lost on the way, dB: 20 log10(max(d, 1)) + 8 + facade; inf beyond within."""
    lost = 20.0 * np.log10(np.maximum(distance_m, 1.0)) + DIVERGENCE_DB + facade_db
    return np.where(distance_m <= within_m, lost, np.inf)


def _distance_m(
    sites: Sites, lon: NDArray[np.float64], lat: NDArray[np.float64], crs: str
) -> NDArray[np.float64]:
    """Return straight distances in the projected plane, shape (s, r)."""
    from pyproj import Transformer
    from scipy.spatial.distance import cdist

    project = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    here = np.column_stack(project(sites.lon, sites.lat))
    there = np.column_stack(project(lon, lat))
    return np.asarray(cdist(here.reshape(-1, 2), there.reshape(-1, 2)), dtype=np.float64)


def _neighbours(
    names: tuple[str, ...], figures: NDArray[np.float64], attenuation: NDArray[np.float64]
) -> Neighbours:
    """Return neighbours; columns of `figures`: lon, lat, limits, background."""
    return Neighbours(
        id=names,
        lon=figures[:, 0].copy(),
        lat=figures[:, 1].copy(),
        limit_db=figures[:, 2:5].copy(),
        background_db=figures[:, 5:8].copy(),
        attenuation_db=np.ascontiguousarray(attenuation),
    )
