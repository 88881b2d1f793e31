"""Candidate sites, firms and delivery places of Bondy from its cadastre, land-use plan and BASIAS.

Usage: python -m benchmarks.layers.bondy FOLDER [instances/bondy]

FOLDER holds parcels_2025.geojson.gz, plui_zones.geojson.gz, population_200m.geojson.gz and
basias_former_industrial_sites_2023.geojson (origins and licences: instances/bondy/README.md).
Everything that is not read from them is an assumption of the constants below.
"""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.layers.bondy_basias import ACTIVE, ENDED, clean_up, firms_of

METRES = "EPSG:2154"
DEGREES = "EPSG:4326"
LEAST_M2 = {
    "Activite": 700, "Faubourg et mixte": 800, "Projet": 450, "Centralite": 1500,
    "Infrastructure": 1000, "Naturel": 1500, "Espace vert urbain": 1500,
}  # fmt: skip
"""Smallest parcel that is a candidate, by type of zone; housing zones offer none."""
MOST = {"Centralite": 30}
"""At most so many parcels of a type of zone, the largest first, beside those of BASIAS."""
BASIAS_LEAST_M2 = 250
"""Smallest parcel with a present or former industrial site that is a candidate."""
YARD_M2 = 400
"""What a housing estate or a hospital could spare at most."""
STRIP_M2 = 600
"""What a parcel beside motorway or railway could spare at most."""
LARGEST_M2 = 8000
"""What any parcel offers at most: the rest stays access, trees and present buildings."""
USABLE = {"Activite": 0.6, "Faubourg et mixte": 0.5, "Projet": 0.6, "Centralite": 0.35}
NATURAL_USABLE = 0.25
HOUSING = ("Pavillonnaire", "Collectif")
NATURAL = ("Naturel", "Espace vert urbain")
SETBACK_M = 5
"""Homes stand so far behind the edge of their parcel."""
CELL_LEAST = 120
"""Inhabitants of a grid cell that make it worth a place for lockers."""
WHAT = {
    "Activite": "activity parcel", "Faubourg et mixte": "mixed parcel",
    "Projet": "project parcel", "Centralite": "centre parcel",
    "Infrastructure": "land beside infrastructure", "Naturel": "natural land",
    "Espace vert urbain": "urban green", "Collectif": "yard of a housing estate",
    "Pavillonnaire": "parcel among houses", "Equipement": "public facility",
}  # fmt: skip
PROJECT_FREE_UNTIL, PROJECT_FREE_FROM = 2035, 2036
"""The project zone is built in two halves: the west later, so that it is free until then."""


def main(arguments: list[str]) -> None:
    """Read the layers of a folder and write those of the instance."""
    folder = Path(arguments[0])
    into = Path(arguments[1] if len(arguments) > 1 else "instances/bondy")
    zones = read(folder / "plui_zones.geojson.gz")
    parcels = placed(read(folder / "parcels_2025.geojson.gz"), zones)
    basias = read(folder / "basias_former_industrial_sites_2023.geojson")
    grid = read(folder / "population_200m.geojson.gz")
    basias["geometry"] = basias.geometry.centroid
    found = candidates(parcels, basias)
    firms, premises = firms_of(found, basias)
    sites = pd.concat([site_rows(found, parcels), delivery_rows(zones, grid)], ignore_index=True)
    write_layer(sites, into / "sites.geojson")
    firms.to_csv(into / "firms.csv", index=False)
    premises.to_csv(into / "premises.csv", index=False)
    cells = grid[["idcar_200m", "ind", "geometry"]]
    write_layer(cells, into / "population_200m.geojson")
    write_layer(zones[["libelle", "type_zone", "geometry"]], into / "zones.geojson", 1)
    write_layer(parcels[["id", "contenance", "geometry"]], into / "parcels.geojson", 0.5)
    counts = found.groupby("type_zone").size().to_dict()
    print(f"{len(found)} parcels {counts}, {len(sites) - len(found)} delivery places")
    print(f"{len(firms)} firms, {len(premises)} premises, {len(cells)} cells")


def read(path: Path) -> gpd.GeoDataFrame:
    """Read a layer, packed or not, in metres."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return gpd.read_file(io.BytesIO(data)).to_crs(METRES)


def placed(parcels: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return parcels with the zone around their inner point, or the nearest one."""
    inner = parcels.set_geometry(parcels.representative_point())
    wanted = ["libelle", "libelong", "type_zone", "pluilibell", "emprise", "hauteur", "geometry"]
    joined = gpd.sjoin_nearest(inner, zones[wanted])
    joined = joined[~joined.index.duplicated()].drop(columns="index_right")
    return joined.set_geometry(parcels.geometry)


def candidates(parcels: gpd.GeoDataFrame, basias: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the parcels that are sites: by type and size, and those of BASIAS.

    Column `basias` holds the rows of BASIAS that stand on the parcel.
    """
    least = parcels["type_zone"].map(LEAST_M2).fillna(np.inf)
    cemetery = parcels["libelong"].str.contains("cimetiere|hospitalier")
    fits = (parcels["contenance"] >= least) & ~cemetery
    for kind, most in MOST.items():
        mine = parcels[fits & (parcels["type_zone"] == kind)]
        fits[mine.sort_values("contenance").index[: max(len(mine) - most, 0)]] = False
    able = parcels[parcels["contenance"] >= BASIAS_LEAST_M2]
    able = able[~able["type_zone"].isin(["Infrastructure"])]
    nearest = gpd.sjoin_nearest(basias, able[["geometry"]], max_distance=60)
    nearest = nearest[~nearest.index.duplicated()]
    rows: dict[int, list[int]] = {}
    for rank, parcel in nearest["index_right"].items():
        rows.setdefault(int(parcel), []).append(int(rank))
    chosen = parcels[fits | parcels.index.isin(list(rows))].copy()
    chosen["basias"] = [rows.get(index, []) for index in chosen.index]
    chosen["ended"] = [_any(basias, ranks, ENDED) for ranks in chosen["basias"]]
    chosen["active"] = [_any(basias, ranks, ACTIVE) for ranks in chosen["basias"]]
    return chosen


def _any(basias: gpd.GeoDataFrame, ranks: list[int], state: str) -> bool:
    return any(basias["etat_occup_site"][rank] == state for rank in ranks)


def zone_name(row: Any) -> str:
    """Return the zone of the scenario: group, coverage class and height code of the plan."""
    if row.type_zone == "Naturel":
        return "N"
    if row.type_zone in {"Espace vert urbain", "Infrastructure", "Projet"}:
        return str(row.pluilibell)
    if row.type_zone == "Collectif":
        return "UR"
    return f"{row.pluilibell}-{row.emprise}{row.hauteur}"


def usable_m2(row: Any) -> int:
    """Return the land of a parcel that the instance offers, m2."""
    if row.type_zone in {"Collectif", "Equipement"}:
        return int(min(YARD_M2, row.contenance))
    if row.type_zone == "Infrastructure":
        return int(min(STRIP_M2, row.contenance))
    if row.type_zone in NATURAL:
        return int(min(NATURAL_USABLE * row.contenance, 2 * YARD_M2 + 500))
    return int(min(USABLE.get(row.type_zone, 0.5) * row.contenance, LARGEST_M2))


def site_rows(found: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the candidate parcels with the fields that the scenario reads."""
    homes = parcels[parcels["type_zone"].isin(HOUSING)]
    middle = found.geometry.centroid.x[found["type_zone"] == "Projet"].median()
    rows = []
    for index, row in zip(found.index, found.itertuples(), strict=True):
        others = homes[homes.index != index]
        line = {
            "id": row.id,
            "name": f"{WHAT[row.type_zone].capitalize()} {row.section} {row.numero}",
            "what": WHAT[row.type_zone] + (", former industry" if row.ended else ""),
            "origin": "cadastre 2025",
            "zone": zone_name(row),
            "area_m2": usable_m2(row),
            "parcel_m2": int(row.contenance),
            "land_status": "natural" if row.type_zone in NATURAL else "artificialised",
            "homes_m": round(float(others.geometry.distance(row.geometry).min()), 1) + SETBACK_M,
            "geometry": row.geometry,
        }
        if row.ended and not row.active:
            line |= clean_up(min(int(row.contenance), 2 * usable_m2(row)))
        if row.type_zone == "Projet":
            west = row.geometry.centroid.x < middle
            key = "free_until_year" if west else "free_from_year"
            line[key] = PROJECT_FREE_UNTIL if west else PROJECT_FREE_FROM
        rows.append(line)
    return gpd.GeoDataFrame(rows, crs=found.crs)


def delivery_rows(zones: gpd.GeoDataFrame, grid: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return places for lockers in inhabited cells, and shop counters in the centres."""
    town = zones.geometry.union_all().buffer(60).buffer(-60)
    cells = grid[(grid["ind"] >= CELL_LEAST) & grid.geometry.centroid.within(town)]
    rows = [
        _place(f"locker-{rank + 1:03}", "Locker place", "middle of a 200 m cell", "forecourt", at)
        for rank, at in enumerate(cells.geometry.centroid)
    ]
    centres = zones[zones["type_zone"] == "Centralite"].explode(index_parts=False)
    centres = centres[centres.geometry.area >= 2000]
    rows += [
        _place(f"counter-{rank + 1:02}", "Shop counter", "middle of a centre zone", "counter", at)
        for rank, at in enumerate(centres.geometry.representative_point())
    ]
    return gpd.GeoDataFrame(rows, crs=zones.crs)


def _place(identity: str, name: str, what: str, zone: str, at: Any) -> dict[str, Any]:
    area = 20 if zone == "forecourt" else 10
    return {
        "id": identity, "name": f"{name} {identity.split('-')[1]}", "what": what,
        "origin": "assumption", "zone": zone, "area_m2": area, "parcel_m2": area,
        "land_status": "artificialised", "geometry": at,
    }  # fmt: skip


def write_layer(frame: gpd.GeoDataFrame, path: Path, tolerance_m: float = 0.3) -> None:
    """Write a layer in degrees (six decimals, some 0.1 m), without the fields a row leaves out."""
    shapes = frame.geometry.simplify(tolerance_m)
    out = frame.set_geometry(shapes).to_crs(DEGREES)
    for column in out.columns:
        if column.endswith(("_year", "_years", "_eur")):
            out[column] = out[column].astype("Int64")
    out.to_file(path, driver="GeoJSON", engine="pyogrio", COORDINATE_PRECISION=6)


if __name__ == "__main__":
    main(sys.argv[1:])
