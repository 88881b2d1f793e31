"""Places of a day are gateways, sites and demand points: they lie where these do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.day.case import DayCase

Point = tuple[float, float]


def check(case: DayCase) -> Iterator[Violation]:
    """Check that longitude and latitude of each place are those of what lies on its street node."""
    known: dict[str, dict[int, set[Point]]] = {}
    for part in case.parts:
        problem = part.tours.problem
        for profile in part.node:
            if profile not in known:
                known[profile] = _points(case, profile)
        points = zip(problem.lon.tolist(), problem.lat.tolist(), strict=True)
        for place, point in enumerate(points):
            nodes = {profile: int(node[place]) for profile, node in part.node.items()}
            there = {profile: node for profile, node in nodes.items() if node >= 0}
            if there and not any(
                point in known[profile].get(node, ()) for profile, node in there.items()
            ):
                where = f"{part.name}, {problem.place[place]}"
                words = "nothing on its street node has this longitude and latitude"
                yield Violation("place", where, words)


def _points(case: DayCase, profile: str) -> dict[int, set[Point]]:
    """Return where the things on each street node lie."""
    found: dict[int, set[Point]] = {}
    for group in (case.problem.gateways, case.problem.sites, case.problem.demand):
        if profile in group.node:
            rows = zip(
                group.node[profile].tolist(), group.lon.tolist(), group.lat.tolist(), strict=True
            )
            for node, lon, lat in rows:
                found.setdefault(node, set()).add((lon, lat))
    return found
