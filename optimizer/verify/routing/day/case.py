"""What the checks of a day get: the siting problem, its plan, the day, its tours, and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.verify.routing.case import ToursCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Day, DayPlan, Ways
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem

LOADS = ("parcels", "g", "ml")


class Part(NamedTuple):
    """One routing problem of the day: supply, or the last mile of a hub (rank, -1 = supply).

    parcels : of each stop. visited : stops that some tour visits. node : street node of each
    place, by profile.
    """

    hub: int
    name: str
    tours: ToursCase
    parcels: list[int]
    visited: set[int]
    node: dict[str, NDArray[np.int32]]
    ways: Ways


@dataclass(frozen=True)
class DayCase:
    """One day of a plan under examination."""

    problem: Problem
    plan: Plan
    day: Day
    day_plan: DayPlan

    @cached_property
    def supply(self) -> Part:
        """The first echelon."""
        day, plan = self.day, self.day_plan
        tours = ToursCase(day.supply, plan.supply, _left(day.supply.stops.count, plan.supply.stop))
        return _part(-1, "supply", tours, day.supply_node, plan.supply_ways)

    @cached_property
    def miles(self) -> list[Part]:
        """The second echelon, one part for each hub."""
        found = []
        rows = zip(
            self.day.last_mile,
            self.day_plan.last_mile,
            self.day.last_mile_node,
            self.day_plan.last_mile_ways,
            strict=True,
        )
        for hub, (problem, tours, node, ways) in enumerate(rows):
            case = ToursCase(problem, tours, _left(problem.stops.count, tours.stop))
            found.append(_part(hub, f"hub {self.day.hubs.id[hub]}", case, node, ways))
        return found

    @property
    def parts(self) -> list[Part]:
        """Supply, then the last mile of each hub."""
        return [self.supply, *self.miles]

    def site(self, option: int) -> int:
        """Return the site of an option."""
        return int(self.problem.options.site[option])

    def kind(self, option: int) -> int:
        """Return the kind of an option's design."""
        return int(self.problem.designs.kind[int(self.problem.options.design[option])])

    def stop(self, part: Part, stop: int) -> str:
        """Return words for a stop."""
        return f"{part.name}, stop {part.tours.problem.stops.id[stop]}"


def _left(stops: int, visited: NDArray[np.int32]) -> NDArray[np.bool_]:
    left = np.ones(stops, dtype=bool)
    left[visited[(visited >= 0) & (visited < stops)]] = False
    return left


def _part(
    hub: int, name: str, tours: ToursCase, node: dict[str, NDArray[np.int32]], ways: Ways
) -> Part:
    parcels = [int(value) for value in tours.problem.stops.deliver[:, 0]]
    visited = set(tours.tours.stop.tolist()) - {-1}
    return Part(hub, name, tours, parcels, visited, node, ways)
