"""Vehicle routing of the literature through our tours, and through other people's beside them.

The value is the length of the tours as `optimizer.verify` recomputes it. Where the fewest vehicles
come first (Gehring and Homberger, Li and Lim), lengths are compared with published ones only where
the vehicles are as many; `vehicles` and `vehicles_published` stand in the statistics of each row.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.case import Case, Options
from benchmarks.routing import peers
from optimizer.formats import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from optimizer.core.limits import Limits, Listener
    from optimizer.core.routing import RoutingProblem, RoutingResult
    from optimizer.formats import Row
    from optimizer.verify.routing.figures import TourFigures

PEER_SAMPLE = 3
LARGE_S = 300.0
MARGIN_S = 120.0


@dataclass(frozen=True)
class Family:
    """How a family is read, and how long each instance may take."""

    read: Callable[[Path], RoutingProblem]
    time_s: float = 60.0
    fleet_first: bool = False


def _vrp(path: Path) -> RoutingProblem:
    from optimizer.formats.vrplib import read_vrp

    return read_vrp(path)


def _solomon(path: Path) -> RoutingProblem:
    from optimizer.formats.vrptw import read_vrptw

    return read_vrptw(path, fleet_first=False)


def _homberger(path: Path) -> RoutingProblem:
    from optimizer.formats.vrptw import read_vrptw

    return read_vrptw(path, fleet_first=True)


def _cordeau(path: Path) -> RoutingProblem:
    from optimizer.formats.mdvrp import read_mdvrp

    return read_mdvrp(path)


def _li_lim(path: Path) -> RoutingProblem:
    from optimizer.formats.pdptw import read_pdptw

    return read_pdptw(path)


FAMILIES = {
    "cvrp_x": Family(_vrp),
    "vrptw_solomon": Family(_solomon),
    "vrptw_gehring_homberger": Family(_homberger, fleet_first=True),
    "mdvrp_cordeau": Family(_cordeau),
    "pdptw_lilim": Family(_li_lim, fleet_first=True),
    "cvrp_belgium": Family(_vrp, time_s=LARGE_S),
}


def cases(options: Options) -> Iterator[Case]:
    """Yield ours for every row of these families, and the peers of a few rows of each.

    Peers take as long as ours; they are asked for every row that is chosen by family or name.
    """
    seen: dict[str, int] = {}
    chosen = bool(options.families or options.names or options.sample)
    folder = options.instances
    for row in read_table(folder):
        if row.family not in FAMILIES:
            continue
        limits = options.limits(FAMILIES[row.family].time_s)
        yield our_case(folder, row, limits)
        seen[row.family] = seen.get(row.family, 0) + 1
        if chosen or seen[row.family] <= PEER_SAMPLE:
            for peer in peers.of(row):
                yield _case(row, limits, peer, partial(_peers, folder, row, peer))


def our_case(folder: Path, row: Row, limits: Limits) -> Case:
    """Return our case of a row of `best_known.csv`."""
    return _case(row, limits, "faubourg", partial(_ours, folder, row))


def _case(row: Row, limits: Limits, solver: str, answer: Callable[..., dict[str, Any]]) -> Case:
    return Case(
        family=row.family,
        instance=row.instance,
        answer=answer,
        params=";".join(f"{name}={value}" for name, value in row.params.items()),
        limits=limits,
        best_known=row.value,
        status=row.status,
        rounding=row.rounding,
        solver=solver,
        margin_s=MARGIN_S,
    )


def _ours(folder: Path, row: Row, limits: Limits, listener: Listener) -> dict[str, Any]:
    from optimizer.routing.tours import plan_tours

    begin = time.monotonic()
    problem = FAMILIES[row.family].read(folder / row.file)
    read = time.monotonic()
    result = plan_tours(problem, limits, listener=listener)
    done = time.monotonic()
    told = checked(problem, result, row)
    return told | {"build_s": read - begin, "time_s": done - read}


def _peers(folder: Path, row: Row, peer: str, limits: Limits, _: Listener) -> dict[str, Any]:
    problem = FAMILIES[row.family].read(folder / row.file)
    told = peers.plan(peer, problem, limits)
    if "result" not in told:
        return told
    result: RoutingResult = told.pop("result")
    return checked(problem, result, row) | told


def checked(problem: RoutingProblem, result: RoutingResult, row: Row) -> dict[str, Any]:
    """Return what the checker finds, and the length of the tours as it recomputes it."""
    told = told_of(problem, result)
    if result.tours is None:
        return told
    told["objective"] = float(recomputed(problem, result, told).length_m.sum())
    if FAMILIES[row.family].fleet_first:
        told["statistics"]["vehicles_published"] = row.count("vehicles")
    return told


def told_of(problem: RoutingProblem, result: RoutingResult) -> dict[str, Any]:
    """Return what a result says of itself."""
    return {
        "status": result.status,
        "stopped_by": result.stopped_by,
        "n": problem.stops.count,
        "m": problem.fleet.count,
        "bound": result.bound,
        "statistics": dict(result.statistics),
    }


def recomputed(problem: RoutingProblem, result: RoutingResult, told: dict[str, Any]) -> TourFigures:
    """Return the checker's figures of the tours; what it finds goes to the row."""
    from optimizer.verify import check_tours, recompute_tours

    assert result.tours is not None  # noqa: S101 - the callers have looked
    found = check_tours(problem, result.tours, result.skipped, result.objective)
    told["violations"] = [f"{item.family}: {item.where}: {item.words}" for item in found]
    told["verified"] = not found
    told["statistics"]["vehicles"] = result.tours.count
    return recompute_tours(problem, result.tours, result.skipped)
