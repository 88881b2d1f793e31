"""Places and travel of a VROOM file, and what a leg costs a vehicle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.routing import Matrix
from optimizer.formats.distances import great_circle, table
from optimizer.formats.vroom_reader import is_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.formats.vroom_reader import Reader

TASKS = "tasks"
"""Name of the load that counts the tasks of a tour, where a vehicle has `max_tasks`."""

PROFILE = "car"
INDEX = "index "
COSTS = " at "
MATRIX = {"durations", "distances", "costs"}
RATES = {"fixed", "per_hour", "per_km", "per_task_hour"}
LARGEST = np.iinfo(np.int32).max
FINE = 1000.0
"""Parts of a unit of cost in which a leg is told that costs by hour and by kilometre."""


@dataclass(frozen=True)
class Leg:
    """How a vehicle travels: key of its travel, seconds and costs, price of a unit of costs.

    dearest : the most that one leg can cost.
    """

    key: str
    matrix: Matrix = field(compare=False)
    price: float
    dearest: float


class Tables(NamedTuple):
    """Matrices of one profile; None where the file does not tell them."""

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32] | None
    costs: NDArray[np.int32] | None


@dataclass
class Ground:
    """Places, and the matrices of each profile.

    points : lon, lat of each place, nan where it is not told. seat : place of each location, where
    there are no matrices. travel : seconds and metres by profile, where metres are known.
    """

    names: tuple[str, ...]
    points: NDArray[np.float64]
    tables: dict[str, Tables]
    seat: dict[tuple[float, float], int] | None
    made: dict[str, Leg] = field(default_factory=dict)

    @property
    def travel(self) -> dict[str, Matrix]:
        """Seconds and metres by profile."""
        return {
            name: Matrix(one.seconds, one.metres)
            for name, one in self.tables.items()
            if one.metres is not None
        }

    def place(self, reader: Reader, row: dict[str, Any], keys: tuple[str, str], where: str) -> int:
        """Return the place of a task or of an end of a vehicle."""
        spot, index = keys
        if self.seat is not None:
            point = _point(row.get(spot))
            if point is None and (spot != "start" or spot in row):
                reader.fault(f"{where}.{spot}", "is missing, or not [lon, lat]")
            return 0 if point is None else self.seat[point]
        if index not in row:
            if index != "start_index" or spot in row:
                reader.fault(f"{where}.{index}", "is missing; matrices are given")
            return 0
        place = reader.whole(row, index, where)
        if place >= len(self.names):
            reader.fault(f"{where}.{index}", f"{place} is not a row of the matrices")
            return 0
        point = _point(row[spot]) if spot in row else None
        if point is not None:
            self.points[place] = point
        return place

    def leg(self, reader: Reader, row: dict[str, Any], where: str) -> tuple[float, Leg, float]:
        """Return the fixed cost of a vehicle, how it travels, and the longest tour in its terms."""
        rates = row.get("costs", {})
        reader.known(rates, RATES, f"{where}.costs")
        place = f"{where}.costs"
        fixed = reader.number(rates, "fixed", place, 0.0)
        hour = reader.number(rates, "per_hour", place, 3600.0)
        km = reader.number(rates, "per_km", place, 0.0)
        if reader.number(rates, "per_task_hour", place, 0.0) > 0:
            reader.unplanned(f"{place}.per_task_hour", "is not planned here", "leave it out")
        factor = reader.number(row, "speed_factor", where, 1.0)
        name = row.get("profile", PROFILE)
        if name not in self.tables and self.seat is not None and isinstance(name, str):
            self.tables[name] = next(iter(self.tables.values()))
        if not isinstance(name, str) or name not in self.tables or factor == 0:
            reader.fault(f"{where}.profile", f"there is no matrix of {name!r}, or no speed")
            reader.check()
        tables = self.tables[name]
        if km > 0 and tables.metres is None:
            reader.fault(f"{place}.per_km", f"there are no distances of {name!r}")
            reader.check()
        if tables.costs is not None and ("per_hour" in rates or "per_km" in rates):
            words = "stands beside `costs` of the matrix"
            reader.unplanned(place, words, "keep one of them")
        return fixed, self._leg(tables, name, factor, (hour, km)), _limit(reader, row, where, hour)

    def _leg(self, tables: Tables, name: str, factor: float, rates: tuple[float, float]) -> Leg:
        hour, km = rates
        own = tables.costs is not None
        key = f"{name}{COSTS}{factor:g}x " + ("costs" if own else f"{hour:g}/h {km:g}/km")
        if key not in self.made:
            seconds = np.rint(np.minimum(tables.seconds / factor, LARGEST)).astype(np.int32)
            length, price = seconds, hour / 3600.0
            if tables.costs is not None:
                length, price = tables.costs, 1.0
            elif km > 0 and tables.metres is not None:
                length, price = tables.metres, km / 1000.0
                if hour > 0:
                    worth = hour / 3600.0 * seconds + km / 1000.0 * tables.metres
                    length = np.rint(np.minimum(worth * FINE, LARGEST)).astype(np.int32)
                    price = 1.0 / FINE
            dearest = price * float(length.max(initial=0))
            self.made[key] = Leg(key, Matrix(seconds, length), price, dearest)
        return self.made[key]


def _limit(reader: Reader, row: dict[str, Any], where: str, hour: float) -> float:
    """Return the longest tour in metres; it needs legs that are told in metres."""
    if "max_distance" not in row:
        return float(np.inf)
    if hour > 0 or reader.number(row.get("costs", {}), "per_km", where, 0.0) == 0:
        action = "give `costs` with `per_hour` 0 and `per_km`, or leave it out"
        reader.unplanned(f"{where}.max_distance", "needs costs by distance alone", action)
    return reader.number(row, "max_distance", where, float(np.inf))


def read_ground(
    reader: Reader, content: dict[str, Any], *, speed_kph: float, circuity: float
) -> Ground:
    """Return places and travel: of the matrices, or else of all coordinates of the file."""
    matrices = content.get("matrices")
    if matrices is None and "matrix" in content:
        matrices = {PROFILE: {"durations": content["matrix"]}}
    if matrices is None:
        return _on_the_globe(reader, content, speed_kph, circuity)
    if not isinstance(matrices, dict) or not matrices:
        reader.fault("matrices", "is not an object of profiles")
        reader.check()
    tables, size = {}, None
    for name, told in matrices.items():
        where = f"matrices.{name}"
        reader.known(told, MATRIX, where)
        found = {}
        for key in ("durations", "distances", "costs"):
            found[key] = _matrix(reader, told.get(key), f"{where}.{key}", size)
            size = size if found[key] is None else len(found[key])
        if found["durations"] is None:
            reader.fault(where, "has no durations")
            reader.check()
        tables[name] = Tables(found["durations"], found["distances"], found["costs"])
    count = size or 0
    names = tuple(f"{INDEX}{rank}" for rank in range(count))
    return Ground(names, np.full((count, 2), np.nan), tables, None)


def _matrix(reader: Reader, rows: Any, where: str, size: int | None) -> Any:
    """Return a table of whole numbers; None where it is missing, or wrong and noted."""
    if rows is None:
        return None
    count = len(rows) if isinstance(rows, list) else 0
    if count == 0 or any(not isinstance(row, list) or len(row) != count for row in rows):
        short = 0 if not isinstance(rows, list) else _short(rows, count)
        reader.fault(f"{where}[{short}]", "is not a row as long as the matrix is high")
    elif size is not None and count != size:
        reader.fault(where, f"has {count} rows where others have {size}")
    else:
        for rank, row in enumerate(rows):
            wrong = [value for value in row if not is_number(value) or not _fits(value)]
            if wrong:
                reader.fault(f"{where}[{rank}]", f"{wrong[0]!r} is not a whole number from 0 up")
                break
        else:
            return np.array(rows, dtype=np.int32)
    reader.check()
    return None


def _short(rows: list[Any], count: int) -> int:
    wrong = (k for k, row in enumerate(rows) if not isinstance(row, list) or len(row) != count)
    return next(wrong, 0)


def _fits(value: float) -> bool:
    return 0 <= value <= LARGEST and value == int(value)


def _on_the_globe(
    reader: Reader, content: dict[str, Any], speed_kph: float, circuity: float
) -> Ground:
    """Return all locations of the file, with great circles between them."""
    seat: dict[tuple[float, float], int] = {}
    for row, key in _spots(reader, content):
        point = _point(row.get(key))
        if point is not None:
            seat.setdefault(point, len(seat))
    points = np.array(list(seat), dtype=np.float64).reshape(-1, 2)
    metres = circuity * table(points[:, ::-1], great_circle)
    seconds = np.rint(metres * (3.6 / speed_kph)).astype(np.int32)
    names = tuple(f"{lon:g}, {lat:g}" for lon, lat in points.tolist())
    tables = {PROFILE: Tables(seconds, np.rint(metres).astype(np.int32), None)}
    return Ground(names, points, tables, seat)


def _spots(reader: Reader, content: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    found = [(row, "location") for _, row in reader.rows(content, "jobs")]
    for _, row in reader.rows(content, "shipments"):
        ends = (row.get("pickup"), row.get("delivery"))
        found += [(end, "location") for end in ends if isinstance(end, dict)]
    for _, row in reader.rows(content, "vehicles"):
        found += [(row, "start"), (row, "end")]
    reader.faults.clear()  # whoever reads the rows for good notes them again
    return found


def _point(value: Any) -> tuple[float, float] | None:
    """Return lon and lat, None for anything else."""
    if not isinstance(value, list) or len(value) != 2 or not all(map(is_number, value)):
        return None
    lon, lat = float(value[0]), float(value[1])
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None
