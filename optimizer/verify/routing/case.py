"""What the checks of tours get: the problem, its tours as trips and visits, and words for them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from optimizer.core.routing import Visit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem, Tours, Travel


class Halt(NamedTuple):
    """One visit of a tour: row in `Tours`, and what stands there."""

    row: int
    kind: int
    stop: int
    place: int
    arrive_s: float
    begin_s: float
    leave_s: float


class Tour(NamedTuple):
    """One tour: its rank, its vehicle type, its visits from START to END."""

    rank: int
    vehicle_type: int
    halts: tuple[Halt, ...]

    @property
    def trips(self) -> list[tuple[Halt, ...]]:
        """Visits from each START or RELOAD to the last one before the next RELOAD, or the END."""
        marks = [rank for rank, halt in enumerate(self.halts) if halt.kind in LOADING]
        ends = [*marks[1:], len(self.halts)]
        return [self.halts[mark:end] for mark, end in zip(marks, ends, strict=True)]


LOADING = (int(Visit.START), int(Visit.RELOAD))


@dataclass(frozen=True)
class ToursCase:
    """Tours of one routing problem under examination."""

    problem: RoutingProblem
    tours: Tours
    skipped: NDArray[np.bool_]

    @cached_property
    def all(self) -> list[Tour]:
        """All tours, with plain numbers in them."""
        return trace(self.tours)

    @cached_property
    def delivers(self) -> list[bool]:
        """Whether something has to be loaded for a stop, shape (s,)."""
        return [any(row) for row in (self.problem.stops.deliver > 0).tolist()]

    def travel(self, tour: Tour) -> Travel:
        """Return how the vehicle of a tour travels."""
        return self.problem.travel[self.problem.fleet.profile[tour.vehicle_type]]

    def name(self, tour: Tour) -> str:
        """Return words for a tour."""
        return f"tour {tour.rank + 1} ({self.problem.fleet.id[tour.vehicle_type]})"

    def where(self, tour: Tour, halt: Halt) -> str:
        """Return words for a visit."""
        if halt.stop >= 0:
            return f"{self.name(tour)}, stop {self.problem.stops.id[halt.stop]}"
        return f"{self.name(tour)}, {Visit(halt.kind).name.lower()}"

    def loads_s(self, trip: tuple[Halt, ...], vehicle_type: int) -> float:
        """Return how long it takes to load a trip: nothing where it delivers nothing."""
        full = any(halt.stop >= 0 and self.delivers[halt.stop] for halt in trip)
        return float(self.problem.fleet.load_s[vehicle_type]) if full else 0.0


def trace(tours: Tours) -> list[Tour]:
    """Return tours as tuples of plain numbers."""
    rows = list(
        zip(
            range(len(tours.kind)),
            tours.kind.tolist(),
            tours.stop.tolist(),
            tours.place.tolist(),
            tours.arrive_s.tolist(),
            tours.begin_s.tolist(),
            tours.leave_s.tolist(),
            strict=True,
        )
    )
    first = tours.first.tolist()
    return [
        Tour(rank, kind, tuple(Halt(*row) for row in rows[first[rank] : first[rank + 1]]))
        for rank, kind in enumerate(tours.vehicle_type.tolist())
    ]
