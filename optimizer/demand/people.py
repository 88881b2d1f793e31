"""Where workers live, how transit runs, where support is: places snapped to street nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.hotels import Access
from optimizer.core.kinds import CARGO_BIKE, WALK
from optimizer.core.problem import AuditLine
from optimizer.demand.cells import identity, known, position
from optimizer.demand.files import read_table
from optimizer.network import snap

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.streets import Streets
    from optimizer.demand.files import Rows
    from optimizer.scenario.hotels import SupportRule, TransitBlock, WorkerAccessRule

CODE = "F323"
WAYS = ("walk", "bike", "transit")
WORKERS = "workers_"
PLACE_COLUMNS = ("id", "lon", "lat")
RIDE_COLUMNS = ("from", "to", "minutes")
LONGEST_RIDE_MIN = 24 * 60


@dataclass(frozen=True)
class Spots:
    """Places of a file, shape (k,), with their nearest street nodes (-1 = none)."""

    id: tuple[str, ...]
    node_walk: NDArray[np.int32]
    node_bike: NDArray[np.int32]


@dataclass(frozen=True)
class _Files:
    """What tables are read against."""

    folder: Path
    streets: Streets
    snap_max_m: float


def read_access(
    workers: WorkerAccessRule | None,
    support: SupportRule | None,
    skill: tuple[str, ...],
    streets: Streets,
    folder: Path,
    snap_max_m: float,
) -> tuple[Access, tuple[AuditLine, ...]]:
    """Return who can come to work and how near support is; places without a street are left out.

    Raises
    ------
    Refusal
        F323 for every fault of the files of workers, stops, rides and support.
    """
    files = _Files(folder, streets, snap_max_m)
    homes, count, home_audit = _read_workers(workers, skill, files)
    stops, ride_s, stop_audit = _read_transit(None if workers is None else workers.transit, files)
    places, place_audit = _read_support(support, files)
    transit = None if workers is None else workers.transit
    sources = [rule.source for rule in (workers, support) if rule is not None and rule.source]
    access = Access(
        source="; ".join(dict.fromkeys(sources)),
        worker_id=homes.id,
        node_walk=homes.node_walk,
        node_bike=homes.node_bike,
        workers=count,
        limit_s=0 if workers is None else round(workers.within_min * 60),
        by=() if workers is None else tuple(way for way in WAYS if way in workers.by),
        capture_share=0.0 if workers is None else float(workers.capture_share),
        stop_id=stops.id,
        stop_node=stops.node_walk,
        ride_s=ride_s,
        stop_walk_s=0 if transit is None else round(transit.walk_max_min * 60),
        support_id=places.id,
        support_node=places.node_walk,
        support_limit_s=-1 if support is None else round(support.within_min * 60),
    )
    return access, (*home_audit, *stop_audit, *place_audit)


def _read_workers(
    rule: WorkerAccessRule | None, skill: tuple[str, ...], files: _Files
) -> tuple[Spots, NDArray[np.float64], tuple[AuditLine, ...]]:
    """Return the homes and the workers of each by skill, shape (w, k)."""
    if rule is None:
        return _no_spots(), np.zeros((0, len(skill))), ()
    columns = (*PLACE_COLUMNS, *(WORKERS + name for name in skill))
    table = read_table(files.folder / rule.file, rule.file, CODE, columns)
    count = np.array(
        [
            [table.number(place, row, WORKERS + name, 0.0, least=0.0) for name in skill]
            for place, row in table.rows
        ],
        dtype=np.float64,
    ).reshape(len(table.rows), len(skill))
    spots = _spots(table, files)
    keep = (spots.node_walk >= 0) | (spots.node_bike >= 0)
    kept = _only(spots, keep)
    return kept, count[keep].copy(), _left_out("homes of workers", spots, keep)


def _read_transit(
    block: TransitBlock | None, files: _Files
) -> tuple[Spots, NDArray[np.int32], tuple[AuditLine, ...]]:
    """Return the stops and the seconds of a ride between them, shape (p, p), -1 = none."""
    if block is None:
        return _no_spots(), np.zeros((0, 0), dtype=np.int32), ()
    spots = _spots(read_table(files.folder / block.stops, block.stops, CODE, PLACE_COLUMNS), files)
    ranks = {name: rank for rank, name in enumerate(spots.id)}
    ride_s = np.full((len(spots.id), len(spots.id)), -1, dtype=np.int32)
    table = read_table(files.folder / block.rides, block.rides, CODE, RIDE_COLUMNS)
    for place, row in table.rows:
        start, end = (known(table, place, row, name, ranks) for name in ("from", "to"))
        minutes = table.number(place, row, "minutes", least=0.0, most=LONGEST_RIDE_MIN)
        if start is None or end is None or np.isnan(minutes):
            continue
        if start == end:
            table.fault(place, "a ride from a stop to itself", "take it out")
        elif ride_s[start, end] >= 0:
            table.fault(place, "the ride stands already in a row above", "keep the faster one")
        ride_s[start, end] = round(minutes * 60)
    table.refuse()
    keep = spots.node_walk >= 0
    rides = ride_s[np.ix_(keep, keep)].copy()
    return _only(spots, keep), rides, _left_out("transit stops", spots, keep)


def _read_support(rule: SupportRule | None, files: _Files) -> tuple[Spots, tuple[AuditLine, ...]]:
    if rule is None or rule.file is None:
        return _no_spots(), ()
    spots = _spots(read_table(files.folder / rule.file, rule.file, CODE, PLACE_COLUMNS), files)
    keep = spots.node_walk >= 0
    return _only(spots, keep), _left_out("places of support", spots, keep)


def _spots(table: Rows, files: _Files) -> Spots:
    """Return the places of a table; raises its faults."""
    from pyproj import Transformer

    seen: dict[str, str] = {}
    names = tuple(identity(table, place, row, seen) for place, row in table.rows)
    at = np.array([position(table, place, row) for place, row in table.rows]).reshape(-1, 2)
    table.refuse()
    streets = files.streets
    project = Transformer.from_crs("EPSG:4326", streets.crs, always_xy=True).transform
    x_m, y_m = project(at[:, 0], at[:, 1])
    walk, _ = snap(streets, WALK, x_m, y_m, files.snap_max_m)
    bike, _ = snap(streets, CARGO_BIKE, x_m, y_m, files.snap_max_m)
    return Spots(names, walk, bike)


def _no_spots() -> Spots:
    nothing = np.zeros(0, dtype=np.int32)
    return Spots((), nothing, nothing.copy())


def _only(spots: Spots, keep: NDArray[np.bool_]) -> Spots:
    names = tuple(name for name, kept in zip(spots.id, keep.tolist(), strict=True) if kept)
    return Spots(names, spots.node_walk[keep].copy(), spots.node_bike[keep].copy())


def _left_out(words: str, spots: Spots, keep: NDArray[np.bool_]) -> tuple[AuditLine, ...]:
    gone = [name for name, kept in zip(spots.id, keep.tolist(), strict=True) if not kept]
    if not gone:
        return ()
    more = ", ..." if len(gone) > 3 else ""
    detail = ", ".join(gone[:3]) + more
    return (AuditLine("demand", f"{words} far from any street, left out", len(gone), "places",
                      detail),)  # fmt: skip
