"""The routing problem and its answer: who is visited, by what, on which way, and when.

Times are seconds and lengths metres wherever streets are meant; literature instances use their own
unit for both and cost 1 per unit of length. A time of day is counted from midnight.

A tour is what one vehicle does between leaving its start place and reaching its end place: one or
several trips, parted by reloads. It is loaded at the start and at each reload with everything that
it delivers until the next one; what it collects leaves it there, and at its end. What a pair loads
is on board from its pickup to its delivery, which lie on one trip in this order.

    leave at start  = begin of the tour + load_s (nothing to load: 0)
    arrive          = leave before + travel time at that moment
    begin           >= max(arrive, from_s);  begin <= until_s;  leave = begin + service_s
    reload          leave = begin + load_s; trips to stops with released_s leave no earlier than it
    break           leave = begin + break_s, at the place of the visit before it
    duration        = end of the tour - begin of the tour (waiting and breaks included)

Objective (EUR): sum over tours of fixed_eur + eur_per_s * duration + eur_per_m * length
               + sum over stops not visited of penalty_eur
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Rounding(StrEnum):
    """How a family of instances turns Euclidean distance into length."""

    REAL = "real"
    NEAREST = "nearest"
    CEIL = "ceil"
    FLOOR = "floor"
    FLOOR_TENTH = "floor_tenth"


class Visit(IntEnum):
    """What happens at one place of a tour."""

    START = 0
    STOP = 1
    RELOAD = 2
    BREAK = 3
    END = 4


@dataclass(frozen=True, eq=False)
class Matrix(Frozen):
    """Travel that does not depend on the hour; shape (n, n), -1 where there is no way."""

    time_s: NDArray[np.int32]
    length_m: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Plane(Frozen):
    """Travel in the plane: rounding(factor * Euclidean distance), time equal to length."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    rounding: str = Rounding.REAL
    factor: float = 1.0


@dataclass(frozen=True, eq=False)
class Paced(Frozen):
    """Travel at one pace for all streets, which changes with the hour (Ichoua et al. 2003).

    time_s : int32, (n, n), -1 = no way, at pace 1; length_m likewise. pace : float64, (h,), > 0,
    holds from pace_from_s[k] to pace_from_s[k + 1] (pace_from_s[0] = 0, the last one to the end):
    who leaves at t arrives at the a with integral of pace over [t, a] = time_s. Whoever leaves
    later arrives later (DOI 10.1016/S0377-2217(02)00147-9).
    """

    time_s: NDArray[np.int32]
    length_m: NDArray[np.int32]
    pace: NDArray[np.float64]
    pace_from_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Hourly(Frozen):
    """Travel with an arrival-time function for each pair of places.

    Pair (i, j) is row r = i * n + j; its corners are first[r]:first[r + 1] of depart_s and
    arrive_s, linear between them, not falling. Departures before the first corner wait for it;
    after the last one the last travel time holds. length_m : int32, (n, n).
    """

    first: NDArray[np.int64]
    depart_s: NDArray[np.float64]
    arrive_s: NDArray[np.float64]
    length_m: NDArray[np.int32]


Travel = Matrix | Plane | Paced | Hourly


@dataclass(frozen=True, eq=False)
class Stops(Frozen):
    """What is to be visited; arrays have shape (s,), loads (s, k).

    place : index into the places. deliver : comes from where the trip was loaded; collect : goes
    to where it ends. service_s : parking and handing over. from_s, until_s : service begins within
    (until_s inf = any time). released_s : a trip that delivers here leaves no earlier.
    penalty_eur : of leaving it out; inf = it must be visited.
    """

    id: tuple[str, ...]
    place: NDArray[np.int32]
    deliver: NDArray[np.int64]
    collect: NDArray[np.int64]
    service_s: NDArray[np.float64]
    from_s: NDArray[np.float64]
    until_s: NDArray[np.float64]
    released_s: NDArray[np.float64]
    penalty_eur: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of stops."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Pairs(Frozen):
    """Goods from stop to stop; shape (r,), load (r, k). Both are visited, or neither."""

    pickup: NDArray[np.int32]
    delivery: NDArray[np.int32]
    load: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Fleet(Frozen):
    """Vehicle types; arrays have shape (v,), capacity (v, k).

    profile : key of the problem's travel. count_max : vehicles at hand. start_place, end_place :
    where tours begin and end (-1 as end: wherever the last stop is). from_s, until_s : tours lie
    within. duration_max_s, length_max_m : of one tour; inf = no limit. load_s : at the start and
    at each reload of a trip that delivers. reload_places : where it may reload, per type;
    reloads_max : of one tour. break_s : 0 = none; a tour with more than work_max_s between its
    begin, its breaks and its end needs a break there (work_max_s inf = never). serves : bool,
    (v, s), which stops a type may visit; None = all.
    """

    id: tuple[str, ...]
    profile: tuple[str, ...]
    count_max: NDArray[np.int32]
    capacity: NDArray[np.int64]
    start_place: NDArray[np.int32]
    end_place: NDArray[np.int32]
    from_s: NDArray[np.float64]
    until_s: NDArray[np.float64]
    duration_max_s: NDArray[np.float64]
    length_max_m: NDArray[np.float64]
    fixed_eur: NDArray[np.float64]
    eur_per_s: NDArray[np.float64]
    eur_per_m: NDArray[np.float64]
    load_s: NDArray[np.float64]
    reload_places: tuple[tuple[int, ...], ...]
    reloads_max: NDArray[np.int32]
    break_s: NDArray[np.float64]
    work_max_s: NDArray[np.float64]
    serves: NDArray[np.bool_] | None = None

    @property
    def count(self) -> int:
        """Number of vehicle types."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class RoutingProblem(Frozen):
    """Visit stops with a fleet; see the head of this file for the model.

    load : names of the k loads ("parcels", "kg", "l"). place : names of the n places; lon, lat :
    float64, (n,), or plane coordinates. travel : by profile.
    """

    name: str
    load: tuple[str, ...]
    place: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    stops: Stops
    pairs: Pairs
    fleet: Fleet
    travel: dict[str, Travel]


@dataclass(frozen=True, eq=False)
class Tours(Frozen):
    """Tours of one routing problem; tour t has the visits first[t]:first[t + 1].

    vehicle_type : int32, (t,). kind : `Visit` codes, int8, (q,); the first of a tour is START, the
    last END. stop : index into `Stops`, -1 elsewhere. place : where it happens. arrive_s, begin_s,
    leave_s : float64, (q,); at START arrive_s = begin_s, at END begin_s = leave_s.
    """

    vehicle_type: NDArray[np.int32]
    first: NDArray[np.int64]
    kind: NDArray[np.int8]
    stop: NDArray[np.int32]
    place: NDArray[np.int32]
    arrive_s: NDArray[np.float64]
    begin_s: NDArray[np.float64]
    leave_s: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of tours."""
        return len(self.vehicle_type)


@dataclass(frozen=True, eq=False)
class RoutingResult(Frozen):
    """Answer to a routing problem; reason, value and bound are separate.

    status : "plan" | "infeasible" | "no_plan". stopped_by : "proof" | "time" | "work" | "user".
    tours, objective : None without a plan. bound : proven lower bound, None where none is known.
    skipped : bool, (s,), optional stops that are not visited. engine : who planned.
    statistics : figures of the run.
    """

    status: str
    stopped_by: str
    tours: Tours | None
    skipped: NDArray[np.bool_]
    objective: float | None
    bound: float | None
    engine: str
    statistics: dict[str, float]
