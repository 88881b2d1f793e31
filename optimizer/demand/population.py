"""Spread whole inhabitants and whole milli-parcels over places, so that nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from optimizer.core.problem import AuditLine
from optimizer.core.refusal import Fault, Refusal
from optimizer.demand.files import layer_rows, read_layer, shorten
from optimizer.demand.places import Places, are_floor_area, find_homes
from optimizer.demand.uses import LIVING_M2_PER_INHABITANT, LIVING_SHARE_OF_FLOOR

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from optimizer.network import Network
    from optimizer.scenario.city import Estimate

CODE = "F310"


def largest_remainder(total: int, weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Split `total` into whole parts in proportion to `weight`, shape (k,); they sum to it.

    Ties go to the lower index. All-zero weights count as equal.
    """
    if len(weight) == 0:
        return np.zeros(0, dtype=np.int64)
    scaled = np.asarray(weight, dtype=np.float64)
    if scaled.sum() <= 0:
        scaled = np.ones(len(scaled))
    exact = total * (scaled / scaled.sum())
    parts: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = int(total - parts.sum())
    # rounding in `exact` can also leave a part too many: take it from where the rest is smallest
    order = np.argsort(parts - exact if missing >= 0 else exact - parts, kind="stable")
    if missing < 0:
        order = order[parts[order] > 0]
    np.add.at(parts, np.resize(order, abs(missing)), np.sign(missing))
    return parts


def inhabitants(
    estimate: Estimate, network: Network, folder: Path
) -> tuple[Places, NDArray[np.int64], tuple[AuditLine, ...]]:
    """Return homes with their whole inhabitants, calibrated to the total or to the grid's cells.

    Raises
    ------
    Refusal
        F310 for a population grid that cannot be used; F311 when nobody can be placed anywhere.
    """
    homes, line = find_homes(network, estimate.levels_default)
    if estimate.population_grid is not None:
        return _by_grid(estimate, network, folder, homes, line)
    if homes.count == 0:
        cause = "the map has no building, address or street where people could live"
        raise Refusal(
            Fault("demand.estimate", "F311", cause, "give demand.file, or an extract with them")
        )
    total = estimate.population
    if total is None:
        total, guess = _guess(homes, line)
        return homes, largest_remainder(total, homes.weight), (line, guess)
    return homes, largest_remainder(total, homes.weight), (line,)


def _guess(homes: Places, line: AuditLine) -> tuple[int, AuditLine]:
    if are_floor_area(line):
        per_head = LIVING_M2_PER_INHABITANT / LIVING_SHARE_OF_FLOOR
        total = float(homes.weight.sum()) / per_head
        detail = f"no population given: residential floor area over {per_head:.0f} m2 a person"
    elif line.unit == "addresses":
        total = homes.count * 4.0
        detail = "no population given: four people an address (assumption)"
    else:
        total = float(homes.weight.sum()) / 10.0
        detail = "no population given: one inhabitant for 10 m of small street (assumption)"
    found = max(round(total), 1)
    return found, AuditLine("demand", "inhabitants estimated", found, "people", detail)


def _by_grid(
    estimate: Estimate, network: Network, folder: Path, homes: Places, line: AuditLine
) -> tuple[Places, NDArray[np.int64], tuple[AuditLine, ...]]:
    cells, counts = _read_grid(estimate, network, folder)
    area = shapely.area(cells)
    inside = shapely.area(shapely.intersection(cells, network.boundary)) / np.maximum(area, 1e-9)
    keep = (inside > 0) & (counts > 0)
    if not keep.any():
        cause = "no cell with people lies in the study area"
        name = str(estimate.population_grid)
        raise Refusal(Fault(name, CODE, cause, "check its coordinate system and the area"))
    share = counts[keep] * inside[keep]
    people = largest_remainder(round(float(share.sum())), share)
    places, heads, empty = _fill_cells(cells[keep], people, homes, network.boundary)
    audit = (
        line,
        AuditLine("demand", "inhabitants from the grid", int(people.sum()), "people",
                  f"{keep.sum()} cells; cells on the edge count with the share inside"),
        AuditLine("demand", "grid cells without homes", empty, "cells",
                  "their people stand in the middle of the cell"),
    )  # fmt: skip
    return places, heads, audit


def _fill_cells(
    cells: NDArray[np.object_], people: NDArray[np.int64], homes: Places, boundary: Any
) -> tuple[Places, NDArray[np.int64], int]:
    """Return homes of the cells with their people; a cell without homes becomes one place."""
    owner = np.full(homes.count, -1)
    at, cell = shapely.STRtree(cells).query(shapely.points(homes.xy_m), predicate="intersects")
    owner[at[::-1]] = cell[::-1]  # a home on a common edge belongs to the first cell
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], np.arange(len(cells) + 1))
    xy_m, weight, heads, empty = [], [], [], 0
    for rank in range(len(cells)):
        mine = order[first[rank] : first[rank + 1]]
        if len(mine) == 0:
            empty += 1
            middle = shapely.point_on_surface(shapely.intersection(cells[rank], boundary))
            xy_m.append(shapely.get_coordinates(middle).reshape(1, 2))
            weight.append(np.ones(1))
            heads.append(people[rank : rank + 1])
            continue
        xy_m.append(homes.xy_m[mine])
        weight.append(homes.weight[mine])
        heads.append(largest_remainder(int(people[rank]), homes.weight[mine]))
    return Places(np.concatenate(xy_m), np.concatenate(weight)), np.concatenate(heads), empty


def _read_grid(
    estimate: Estimate, network: Network, folder: Path
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    name = str(estimate.population_grid)
    frame = read_layer(folder / name, name, CODE, network.streets.crs)
    table = layer_rows(frame, name, CODE)
    column = estimate.population_field
    if column not in table.columns:
        known = shorten(", ".join(table.columns), 100) or "none"
        table.fault(name, f"has no field {column!r}", f"set population_field; fields are {known}")
        table.refuse()
    counts = np.array([table.number(place, row, column, 0.0, least=0) for place, row in table.rows])
    shapes = np.asarray(frame.geometry.array)
    flat = shapely.get_dimensions(shapes) == 2
    if not flat.all():
        table.fault(name, f"{(~flat).sum()} features are not polygons", "give cells as polygons")
    table.refuse()
    return shapely.make_valid(shapes), counts
