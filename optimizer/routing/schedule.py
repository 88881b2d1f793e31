"""When each visit of a tour happens: as late a start as costs nothing, breaks as late as allowed.

With steady travel a tour begins as early as it can and is then put off by the smaller of its
waiting and of what its windows leave (Savelsbergh 1992, DOI 10.1287/ijoc.4.2.146): without breaks
no tour of this order takes less time. With travel that changes with the hour the latest begin is
sought that does not end later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.routing import Tours, Visit
from optimizer.travel.legs import arrivals, is_steady, lengths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from optimizer.core.routing import RoutingProblem
    from optimizer.core.tour_order import TourOrder

HALVINGS = 40
SLACK_S = 1e-6


class Timed(NamedTuple):
    """One tour with its times; each list has one entry per visit."""

    kind: list[int]
    stop: list[int]
    place: list[int]
    arrive_s: list[float]
    begin_s: list[float]
    leave_s: list[float]


class Course(NamedTuple):
    """What a tour visits, start and end included, with what the schedule needs of it."""

    vehicle_type: int
    kind: list[int]
    stop: list[int]
    place: list[int]
    service_s: list[float]
    earliest_s: list[float]
    latest_s: list[float]
    released_s: list[float]


def timed(problem: RoutingProblem, orders: Sequence[TourOrder]) -> Tours | None:
    """Return the tours with their times, or None where one of them cannot keep its windows."""
    schedules = []
    for order in orders:
        schedule = timed_tour(problem, order)
        if schedule is None:
            return None
        schedules.append(schedule)
    return as_tours([order.vehicle_type for order in orders], schedules)


def timed_tour(problem: RoutingProblem, order: TourOrder) -> Timed | None:
    """Return one tour with its times, or None where it cannot keep its windows."""
    course = _course(problem, order)
    travel = problem.travel[problem.fleet.profile[order.vehicle_type]]
    steady = is_steady(travel)
    origin = np.array(course.place[:-1], dtype=np.int32)
    target = np.array(course.place[1:], dtype=np.int32)
    if steady:
        leg_s = arrivals(travel, origin, target, np.zeros(len(origin))).tolist()

        def arrive(leg: int, moment: float) -> float:
            return float(moment + leg_s[leg])
    else:

        def arrive(leg: int, moment: float) -> float:
            at = np.array([moment])
            return float(arrivals(travel, origin[leg : leg + 1], target[leg : leg + 1], at)[0])

    fleet, vehicle = problem.fleet, order.vehicle_type
    first_s = float(fleet.from_s[vehicle])
    free = _pass(problem, course, arrive, first_s, has_breaks=False)
    if free is None:
        return None
    put_off = min(_waiting(free), _slack(course, free))
    begins = [free.begin_s[0] + put_off, first_s] if steady else [first_s]
    tours = [_pass(problem, course, arrive, begin) for begin in begins]
    known = [tour for tour in tours if tour is not None]
    if not known:
        return None
    best = min(known, key=_duration)
    if not steady:
        best = _latest(problem, course, arrive, best)
    return None if _duration(best) > fleet.duration_max_s[vehicle] + SLACK_S else best


def _duration(tour: Timed) -> float:
    return tour.leave_s[-1] - tour.begin_s[0]


def _course(problem: RoutingProblem, order: TourOrder) -> Course:
    stops, fleet, vehicle = problem.stops, problem.fleet, order.vehicle_type
    load_s = float(fleet.load_s[vehicle])
    shift_end = float(fleet.until_s[vehicle])
    course = Course(
        vehicle,
        [Visit.START],
        [-1],
        [int(fleet.start_place[vehicle])],
        [0.0],
        [0.0],
        [shift_end],
        [0.0],
    )
    trip, delivers = 0, False

    def close_trip() -> None:
        if delivers:
            course.service_s[trip] = load_s

    def visit(kind: int, stop: int, place: int, times: tuple[float, float, float]) -> None:
        course.kind.append(kind)
        course.stop.append(stop)
        course.place.append(place)
        for column, value in zip(course[4:], (*times, 0.0), strict=True):
            column.append(float(value))

    for kind, target in zip(order.kind, order.target, strict=True):
        if kind == Visit.RELOAD:
            close_trip()
            visit(kind, -1, target, (0.0, 0.0, shift_end))
            trip, delivers = len(course.kind) - 1, False
            continue
        if kind == Visit.BREAK:
            pause_s = float(fleet.break_s[vehicle])
            visit(kind, -1, course.place[-1], (pause_s, 0.0, shift_end))
            continue
        window = (stops.from_s[target], stops.until_s[target])
        visit(kind, target, stops.place[target], (stops.service_s[target], *window))
        if stops.deliver[target].any():
            delivers = True
            released = float(stops.released_s[target])
            course.released_s[trip] = max(course.released_s[trip], released)
    close_trip()
    end = int(fleet.end_place[vehicle])
    visit(Visit.END, -1, course.place[-1] if end < 0 else end, (0.0, 0.0, shift_end))
    return course


def _pass(
    problem: RoutingProblem,
    course: Course,
    arrive: Callable[[int, float], float],
    begin: float,
    *,
    has_breaks: bool = True,
) -> Timed | None:
    """Return the tour that begins at `begin` and never waits without need."""
    fleet, vehicle = problem.fleet, course.vehicle_type
    break_s, work_max_s = float(fleet.break_s[vehicle]), float(fleet.work_max_s[vehicle])
    fixed = Visit.BREAK in course.kind
    result = Timed([], [], [], [], [], [])
    begin = max(begin, course.released_s[0] - course.service_s[0])
    fresh, leave = begin, begin
    for rank, kind in enumerate(course.kind):
        reached = begin if rank == 0 else arrive(rank - 1, leave)
        start = max(reached, course.earliest_s[rank])
        done = max(start + course.service_s[rank], course.released_s[rank])
        works_too_long = has_breaks and break_s > 0.0 and rank > 0 and kind != Visit.BREAK
        works_too_long = works_too_long and done - fresh > work_max_s + SLACK_S
        if works_too_long and (fixed or leave <= fresh):
            return None
        if works_too_long:
            before = result.place[-1]
            _append(result, (Visit.BREAK, -1, before), (leave, leave, leave + break_s))
            leave += break_s
            fresh = leave
            reached = arrive(rank - 1, leave)
            start = max(reached, course.earliest_s[rank])
            done = max(start + course.service_s[rank], course.released_s[rank])
        if kind in {Visit.RELOAD, Visit.START}:
            start = done - course.service_s[rank]
        late = start > course.latest_s[rank] + SLACK_S or not np.isfinite(start)
        if late or (kind == Visit.END and start > fleet.until_s[vehicle] + SLACK_S):
            return None
        leave = done
        if kind == Visit.BREAK:
            fresh = leave
        _append(result, (kind, course.stop[rank], course.place[rank]), (reached, start, leave))
    return result


def _append(result: Timed, what: tuple[int, int, int], times: tuple[float, float, float]) -> None:
    for column, value in zip(result[:3], what, strict=True):
        column.append(int(value))
    for moments, moment in zip(result[3:], times, strict=True):
        moments.append(float(moment))


def _waiting(tour: Timed) -> float:
    return sum(begin - arrive for begin, arrive in zip(tour.begin_s, tour.arrive_s, strict=True))


def _slack(course: Course, tour: Timed) -> float:
    """Return by how much the begin may be put off without breaking a window (steady travel)."""
    slack, waited = np.inf, 0.0
    for rank in range(len(tour.kind)):
        waited += tour.begin_s[rank] - tour.arrive_s[rank]
        slack = min(slack, waited + course.latest_s[rank] - tour.begin_s[rank])
    return float(slack)


def _latest(
    problem: RoutingProblem,
    course: Course,
    arrive: Callable[[int, float], float],
    earliest: Timed,
) -> Timed:
    """Return the tour of the latest begin that ends no later than `earliest`."""
    end = earliest.leave_s[-1]
    best, low, high = earliest, earliest.begin_s[0], end
    for _ in range(HALVINGS):
        if high - low <= SLACK_S:
            break
        middle = (low + high) / 2.0
        tried = _pass(problem, course, arrive, middle)
        if tried is not None and tried.leave_s[-1] <= end + SLACK_S:
            best, low = tried, middle
        else:
            high = middle
    return best


def as_tours(vehicle_types: Sequence[int], schedules: Sequence[Timed]) -> Tours:
    """Return timed tours in the form of the contract."""
    sizes = [len(schedule.kind) for schedule in schedules]

    def flat(column: int, kind: Any) -> NDArray[Any]:
        return np.array([value for item in schedules for value in item[column]], dtype=kind)

    return Tours(
        vehicle_type=np.array(vehicle_types, dtype=np.int32),
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        kind=flat(0, np.int8),
        stop=flat(1, np.int32),
        place=flat(2, np.int32),
        arrive_s=flat(3, np.float64),
        begin_s=flat(4, np.float64),
        leave_s=flat(5, np.float64),
    )


def objective_eur(problem: RoutingProblem, tours: Tours) -> float:
    """Return what tours and left-out stops cost (the objective of `optimizer.core.routing`)."""
    fleet, stops = problem.fleet, problem.stops
    total = 0.0
    for rank in range(tours.count):
        vehicle = tours.vehicle_type[rank]
        visits = slice(tours.first[rank], tours.first[rank + 1])
        place = tours.place[visits]
        way = lengths(problem.travel[fleet.profile[vehicle]], place[:-1], place[1:]).sum()
        spent = tours.leave_s[visits][-1] - tours.begin_s[visits][0]
        total += fleet.fixed_eur[vehicle] + fleet.eur_per_s[vehicle] * spent
        total += fleet.eur_per_m[vehicle] * way
    return float(total + stops.penalty_eur[skipped(problem, tours)].sum())


def skipped(problem: RoutingProblem, tours: Tours) -> NDArray[np.bool_]:
    """Return which stops no tour visits, bool, (s,)."""
    left = np.ones(problem.stops.count, dtype=bool)
    left[tours.stop[tours.stop >= 0]] = False
    return left
