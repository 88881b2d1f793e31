"""What every later check of tours takes for granted: shapes, index ranges, figures in order."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation
from optimizer.core.routing import Hourly, Matrix, Paced, Plane, Rounding, Visit
from optimizer.verify.routing.moments import place_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours, Travel

FAMILY = "form"

TYPE_COLUMNS = (
    "count_max", "start_place", "end_place", "from_s", "until_s", "duration_max_s", "length_max_m",
    "fixed_eur", "eur_per_s", "eur_per_m", "load_s", "reloads_max", "break_s", "work_max_s",
)  # fmt: skip


def problem_form(problem: RoutingProblem) -> Iterator[Violation]:
    """Check shapes and ranges of a routing problem."""
    yield from _shapes(problem)
    places, stops, fleet = len(problem.place), problem.stops, problem.fleet
    yield from _range("stops.place", stops.place, 0, places)
    yield from _range("pairs.pickup", problem.pairs.pickup, 0, stops.count)
    yield from _range("pairs.delivery", problem.pairs.delivery, 0, stops.count)
    yield from _range("fleet.start_place", fleet.start_place, 0, places)
    yield from _range("fleet.end_place", fleet.end_place, -1, places)
    for ways in fleet.reload_places:
        yield from _range("fleet.reload_places", np.array(ways, dtype=np.int64), 0, places)
    for profile in fleet.profile:
        if profile not in problem.travel:
            yield Violation(FAMILY, "fleet.profile", f"there is no travel of {profile!r}")
    for name, travel in problem.travel.items():
        yield from _travel(name, travel, places)
    for group, names in (
        (stops, ("deliver", "collect", "service_s", "penalty_eur")),
        (fleet, ("capacity", "load_s", "break_s", "work_max_s", "count_max")),
        (problem.pairs, ("load",)),
    ):
        for name in names:
            if not (np.asarray(getattr(group, name)) >= 0).all():
                yield Violation(FAMILY, name, "it holds figures below zero")


def _shapes(problem: RoutingProblem) -> Iterator[Violation]:
    loads, stops, types = len(problem.load), problem.stops.count, problem.fleet.count
    pairs = len(problem.pairs.pickup)
    wanted: dict[str, tuple[object, str, tuple[int, ...]]] = {
        name: (problem, name, (len(problem.place),)) for name in ("lon", "lat")
    }
    for name in ("place", "service_s", "from_s", "until_s", "released_s", "penalty_eur"):
        wanted[f"stops.{name}"] = (problem.stops, name, (stops,))
    for name in ("deliver", "collect"):
        wanted[f"stops.{name}"] = (problem.stops, name, (stops, loads))
    wanted["pairs.delivery"] = (problem.pairs, "delivery", (pairs,))
    wanted["pairs.load"] = (problem.pairs, "load", (pairs, loads))
    wanted["fleet.capacity"] = (problem.fleet, "capacity", (types, loads))
    for name in TYPE_COLUMNS:
        wanted[f"fleet.{name}"] = (problem.fleet, name, (types,))
    if problem.fleet.serves is not None:
        wanted["fleet.serves"] = (problem.fleet, "serves", (types, stops))
    for where, (group, name, shape) in wanted.items():
        yield from _shape(where, getattr(group, name), shape)
    for name in ("profile", "reload_places"):
        if len(getattr(problem.fleet, name)) != types:
            yield Violation(FAMILY, f"fleet.{name}", f"it is not told for {types} types")


def _travel(name: str, travel: Travel, places: int) -> Iterator[Violation]:
    where = f"travel.{name}"
    if place_count(travel) != places:
        words = f"it knows {place_count(travel)} places and not {places}"
        yield Violation(FAMILY, where, words)
        return
    if isinstance(travel, Plane):
        if travel.rounding not in set(Rounding) or not (
            np.isfinite(travel.x).all() and np.isfinite(travel.y).all()
        ):
            yield Violation(FAMILY, where, "its rounding or a coordinate is none")
        return
    yield from _shape(f"{where}.length_m", travel.length_m, (places, places))
    if isinstance(travel, Matrix | Paced):
        yield from _shape(f"{where}.time_s", travel.time_s, (places, places))
    if isinstance(travel, Paced):
        edges = travel.pace_from_s
        rising = len(edges) > 0 and edges[0] == 0.0 and (np.diff(edges) > 0).all()
        if not (rising and len(travel.pace) == len(edges) and (travel.pace > 0).all()):
            yield Violation(FAMILY, f"{where}.pace", "it is not a pace above 0 from midnight on")
    if isinstance(travel, Hourly):
        yield from _corners(where, travel, places)


def _corners(where: str, travel: Hourly, places: int) -> Iterator[Violation]:
    first, depart, arrive = travel.first, travel.depart_s, travel.arrive_s
    whole = first.shape == (places * places + 1,) and first[0] == 0 and first[-1] == len(depart)
    if not (whole and (np.diff(first) >= 0).all() and len(arrive) == len(depart)):
        yield Violation(FAMILY, where, "its corners are not parted by pair of places")
        return
    inside = np.ones(max(len(depart) - 1, 0), dtype=bool)
    inside[[at - 1 for at in first[1:-1].tolist() if 0 < at < len(depart)]] = False
    if (np.diff(depart)[inside] <= 0).any() or (np.diff(arrive)[inside] < 0).any():
        yield Violation(FAMILY, where, "who leaves later arrives earlier")
    if not (arrive >= depart).all():
        yield Violation(FAMILY, where, "somebody arrives before leaving")


def tours_form(
    problem: RoutingProblem, tours: Tours, skipped: NDArray[np.bool_]
) -> Iterator[Violation]:
    """Check shapes and ranges of tours, and that each goes from START to END."""
    rows, first = len(tours.kind), tours.first
    if skipped.shape != (problem.stops.count,) or skipped.dtype != np.bool_:
        yield Violation(FAMILY, "skipped", "it is not a yes or no for each stop")
    for name in ("stop", "place", "arrive_s", "begin_s", "leave_s"):
        yield from _shape(name, getattr(tours, name), (rows,))
    for name in ("arrive_s", "begin_s", "leave_s"):
        if not np.isfinite(getattr(tours, name)).all():
            yield Violation(FAMILY, name, "it holds moments that are not finite")
    yield from _range("vehicle_type", tours.vehicle_type, 0, problem.fleet.count)
    yield from _range("kind", tours.kind, 0, len(Visit))
    yield from _range("stop", tours.stop, -1, problem.stops.count)
    yield from _range("place", tours.place, 0, len(problem.place))
    ends = first.tolist()
    if first.shape != (tours.count + 1,) or ends[:1] != [0] or ends[-1:] != [rows]:
        yield Violation(FAMILY, "first", "it does not part the visits into tours")
        return
    for rank, (begin, end) in enumerate(pairwise(ends)):
        kinds, marks = tours.kind[begin:end].tolist(), (Visit.START, Visit.END)
        bounded = end - begin >= 2 and (kinds[0], kinds[-1]) == marks
        if not bounded or any(kind in marks for kind in kinds[1:-1]):
            yield Violation(FAMILY, f"tour {rank + 1}", "it does not go from a start to an end")
    if (
        tours.kind.shape == tours.stop.shape
        and ((tours.stop >= 0) != (tours.kind == Visit.STOP)).any()
    ):
        yield Violation(FAMILY, "stop", "a visit of a stop names none, or another visit names one")


def _shape(where: str, array: NDArray[np.generic], shape: tuple[int, ...]) -> Iterator[Violation]:
    if array.shape != shape:
        yield Violation(FAMILY, where, f"it has the shape {array.shape} and not {shape}")


def _range(where: str, array: NDArray[np.generic], low: int, end: int) -> Iterator[Violation]:
    whole = np.asarray(array)
    if whole.dtype.kind not in "iu" or ((whole < low) | (whole >= end)).any():
        yield Violation(FAMILY, where, f"it holds numbers outside {low}..{end - 1}")
