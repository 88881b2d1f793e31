"""VROOM JSON as a routing problem: vehicles, jobs, shipments, matrices or coordinates.

The format is that of github.com/VROOM-Project/vroom, docs/API.md. What it means here:

    every task is optional; leaving one out costs more than any way saved, and a task of higher
    `priority` more than all tasks of lower ones together of its kind
    `costs` of a vehicle: `fixed`, `per_hour` and `per_km` of travel alone (waiting and service are
    free); hence `length_m` of the problem's travel is what a leg costs in the vehicle's terms,
    and travel under the plain name of the profile holds its seconds and metres
    vehicles that are equal but for their `id` are one type; its id lists theirs
    `max_tasks` is a load of its own ("tasks"), taken along for every job of a tour

Without matrices legs are great circles, `circuity` times as long, at `speed_kph`: assumptions of
the caller. Several windows of a task, breaks, `setup` at a place with several tasks, figures by
type of vehicle, given `steps`, `max_travel_time`, `max_tasks` beside shipments and a missing
`start` are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.routing import Fleet, Pairs, RoutingProblem, Stops
from optimizer.formats.vroom_out import vroom_answer
from optimizer.formats.vroom_reader import Reader, load_json
from optimizer.formats.vroom_travel import TASKS, Ground, Leg, read_ground

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["read_vroom", "vroom_answer"]

TOP = {"jobs", "shipments", "vehicles", "matrices", "matrix"}
JOB = {
    "id", "description", "location", "location_index", "setup", "service", "amount", "delivery",
    "pickup", "skills", "priority", "time_windows", "setup_per_type", "service_per_type",
}  # fmt: skip
SHIPMENT = {"pickup", "delivery", "amount", "skills", "priority"}
STEP = JOB - {"amount", "delivery", "pickup", "skills", "priority"}
VEHICLE = {
    "id", "profile", "description", "start", "start_index", "end", "end_index", "capacity", "costs",
    "skills", "type", "time_window", "breaks", "speed_factor", "max_tasks", "max_travel_time",
    "max_distance", "steps",
}  # fmt: skip
UNPLANNED = {
    "setup_per_type": "give it in `setup`",
    "service_per_type": "give it in `service`",
    "breaks": "leave them out, or part the working hours between two vehicles",
    "steps": "leave them out: tours are planned here, not timed",
    "max_travel_time": "give `time_window` or `max_distance`",
}
PRIORITY_MAX = 100


class Task(NamedTuple):
    """One stop: a job, or one end of a shipment (rank in `shipments`, -1 for jobs)."""

    where: str
    name: str
    place: int
    setup_s: float
    service_s: float
    window: tuple[float, float]
    deliver: list[int]
    collect: list[int]
    skills: frozenset[int]
    priority: int
    shipment: int


class Car(NamedTuple):
    """One vehicle but for its id: equal ones are one type."""

    leg: Leg
    start: int
    end: int
    capacity: tuple[int, ...]
    tasks_max: int
    window: tuple[float, float]
    fixed: float
    length_max: float
    skills: frozenset[int]


def read_vroom(path: Path, *, speed_kph: float = 20.0, circuity: float = 1.3) -> RoutingProblem:
    """Read a VROOM problem.

    Parameters
    ----------
    speed_kph, circuity
        Of travel where the file has coordinates and no matrices.

    Raises
    ------
    Refusal
        F811; F812 for what is not VROOM JSON, F816 for what is not planned here: all at once, with
        the place inside the file.
    """
    reader = Reader(path)
    content = load_json(path)
    reader.known(content, TOP, "")
    ground = read_ground(reader, content, speed_kph=speed_kph, circuity=circuity)
    reader.check()
    tasks = [
        task
        for where, row in reader.rows(content, "jobs")
        for task in [_task(reader, ground, row, where, "job")]
    ]
    loads: list[list[int]] = []
    for rank, (where, row) in enumerate(reader.rows(content, "shipments")):
        tasks += _shipment(reader, ground, row, where, rank)
        loads.append(reader.amounts(row, "amount", where))
    cars: dict[Car, list[int]] = {}
    for where, row in reader.rows(content, "vehicles"):
        car = _car(reader, ground, row, where)
        cars.setdefault(car, []).append(reader.whole(row, "id", where))
    _distinct(reader, tasks, cars)
    _setups(reader, tasks)
    width = _width(reader, tasks, loads, list(cars))
    if not cars:
        reader.fault("vehicles", "there is no vehicle")
    if loads and any(car.tasks_max >= 0 for car in cars):
        action = "leave one of them out, or limit tours by `time_window`"
        reader.unplanned("vehicles", "have max_tasks beside shipments", action)
    reader.check()
    return _problem(path.name.partition(".")[0], ground, tasks, (loads, width), cars)


def _task(reader: Reader, ground: Ground, row: Any, where: str, kind: str) -> Task:
    reader.known(row, JOB if kind == "job" else STEP, where, UNPLANNED)
    old = "amount" if "delivery" not in row else "delivery"
    return Task(
        where=where,
        name=f"{kind} {reader.whole(row, 'id', where)}",
        place=ground.place(reader, row, ("location", "location_index"), where),
        setup_s=reader.number(row, "setup", where, 0.0),
        service_s=reader.number(row, "service", where, 0.0),
        window=_window(reader, row, where),
        deliver=reader.amounts(row, old, where) if kind == "job" else [],
        collect=reader.amounts(row, "pickup", where) if kind == "job" else [],
        skills=reader.skills(row, where),
        priority=reader.whole(row, "priority", where, default=0, most=PRIORITY_MAX),
        shipment=-1,
    )


def _shipment(reader: Reader, ground: Ground, row: Any, where: str, rank: int) -> list[Task]:
    reader.known(row, SHIPMENT, where)
    skills = reader.skills(row, where)
    priority = reader.whole(row, "priority", where, default=0, most=PRIORITY_MAX)
    found = []
    for kind in ("pickup", "delivery"):
        step = reader.inner(row, kind, where)
        task = _task(reader, ground, step, f"{where}.{kind}", kind)
        found.append(task._replace(skills=skills, priority=priority, shipment=rank))
    return found


def _window(reader: Reader, row: dict[str, Any], where: str) -> tuple[float, float]:
    windows = row.get("time_windows")
    if windows is None:
        return (0.0, np.inf)
    if not isinstance(windows, list) or not windows:
        reader.fault(f"{where}.time_windows", "is not a list of [start, end]")
        return (0.0, np.inf)
    if len(windows) > 1:
        action = "keep one of them, or make one task for each of them"
        reader.unplanned(f"{where}.time_windows", f"has {len(windows)} windows", action)
    return reader.span(windows[0], f"{where}.time_windows[0]")


def _car(reader: Reader, ground: Ground, row: Any, where: str) -> Car:
    reader.known(row, VEHICLE, where, UNPLANNED)
    if "start" not in row and "start_index" not in row:
        reader.unplanned(where, "has no start", "name the place where it starts")
    ends = "end" in row or "end_index" in row
    fixed, leg, length_max = ground.leg(reader, row, where)
    window = row.get("time_window")
    return Car(
        leg=leg,
        start=ground.place(reader, row, ("start", "start_index"), where),
        end=ground.place(reader, row, ("end", "end_index"), where) if ends else -1,
        capacity=tuple(reader.amounts(row, "capacity", where)),
        tasks_max=reader.whole(row, "max_tasks", where, default=-1),
        window=(0.0, np.inf) if window is None else reader.span(window, f"{where}.time_window"),
        fixed=fixed,
        length_max=length_max,
        skills=reader.skills(row, where),
    )


def _distinct(reader: Reader, tasks: list[Task], cars: dict[Car, list[int]]) -> None:
    seen: set[str] = set()
    for task in tasks:
        if task.name in seen:
            reader.fault(f"{task.where}.id", f"{task.name} stands twice")
        seen.add(task.name)
    ids = [one for same in cars.values() for one in same]
    for one in sorted({one for one in ids if ids.count(one) > 1}):
        reader.fault("vehicles", f"vehicle {one} stands twice")


def _setups(reader: Reader, tasks: list[Task]) -> None:
    """Refuse setup where it would be spared between two tasks at one place."""
    places = [task.place for task in tasks]
    for task in tasks:
        if task.setup_s > 0 and places.count(task.place) > 1:
            words = "is spared between tasks at one place"
            reader.unplanned(f"{task.where}.setup", words, "add it to `service`")


def _width(reader: Reader, tasks: list[Task], loads: list[list[int]], cars: list[Car]) -> int:
    """Return the number of loads; whatever tells some must tell all of them."""
    told = [(task.where, task.deliver) for task in tasks]
    told += [(task.where, task.collect) for task in tasks]
    told += [(f"shipments[{rank}]", load) for rank, load in enumerate(loads)]
    told += [("vehicles", list(car.capacity)) for car in cars]
    width = max((len(amounts) for _, amounts in told), default=0)
    for where, amounts in told:
        if len(amounts) not in (0, width):
            reader.fault(where, f"has {len(amounts)} amounts where others have {width}")
    if width and any(not car.capacity for car in cars):
        reader.fault("vehicles", f"one of them has no capacity for {width} amounts")
    return width


def _problem(
    name: str,
    ground: Ground,
    tasks: list[Task],
    amounts: tuple[list[list[int]], int],
    cars: dict[Car, list[int]],
) -> RoutingProblem:
    loads, width = amounts
    counted = width == 0 or any(car.tasks_max >= 0 for car in cars)
    names = tuple(f"load {k + 1}" for k in range(width)) + ((TASKS,) if counted else ())
    ends = [
        [rank for rank, task in enumerate(tasks) if task.shipment == shipment]
        for shipment in range(len(loads))
    ]
    pairs = np.array(ends, dtype=np.int32).reshape(-1, 2)
    rows = [_padded(load, width) + [0] * counted for load in loads]
    return RoutingProblem(
        name=name,
        load=names,
        place=ground.names,
        lon=ground.points[:, 0].copy(),
        lat=ground.points[:, 1].copy(),
        stops=_stops(tasks, width, list(cars), counted=counted),
        pairs=Pairs(pairs[:, 0].copy(), pairs[:, 1].copy(), _table(rows, len(names))),
        fleet=_fleet(tasks, cars, width, counted=counted),
        travel={**ground.travel, **{car.leg.key: car.leg.matrix for car in cars}},
    )


def _padded(values: list[int] | tuple[int, ...], width: int) -> list[int]:
    return list(values) if values else [0] * width


def _table(rows: list[list[int]], width: int) -> NDArray[np.int64]:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _stops(tasks: list[Task], width: int, cars: list[Car], *, counted: bool) -> Stops:
    deliver = [_padded(task.deliver, width) + [int(task.shipment < 0)] * counted for task in tasks]
    collect = [_padded(task.collect, width) + [0] * counted for task in tasks]
    dear = max((car.fixed + 3.0 * car.leg.dearest for car in cars), default=0.0) + 1.0
    rank = np.array([1 + task.priority * len(tasks) for task in tasks], dtype=np.float64)
    half = np.array([0.5 if task.shipment >= 0 else 1.0 for task in tasks])
    return Stops(
        id=tuple(task.name for task in tasks),
        place=np.array([task.place for task in tasks], dtype=np.int32),
        deliver=_table(deliver, width + counted),
        collect=_table(collect, width + counted),
        service_s=np.array([task.setup_s + task.service_s for task in tasks], dtype=float),
        from_s=np.array([task.window[0] for task in tasks], dtype=float),
        until_s=np.array([task.window[1] for task in tasks], dtype=float),
        released_s=np.zeros(len(tasks)),
        penalty_eur=np.ceil(dear) * rank * half,
    )


def _fleet(tasks: list[Task], cars: dict[Car, list[int]], width: int, *, counted: bool) -> Fleet:
    rows = list(cars)
    count = len(rows)
    most = [car.tasks_max if car.tasks_max >= 0 else len(tasks) for car in rows]
    capacity = [
        _padded(car.capacity, width) + [limit] * counted
        for car, limit in zip(rows, most, strict=True)
    ]
    needed = any(task.skills for task in tasks)
    serves = np.array([[task.skills <= car.skills for task in tasks] for car in rows], dtype=bool)
    return Fleet(
        id=tuple(" ".join(map(str, ids)) for ids in cars.values()),
        profile=tuple(car.leg.key for car in rows),
        count_max=np.array([len(ids) for ids in cars.values()], dtype=np.int32),
        capacity=_table(capacity, width + counted),
        start_place=np.array([car.start for car in rows], dtype=np.int32),
        end_place=np.array([car.end for car in rows], dtype=np.int32),
        from_s=np.array([car.window[0] for car in rows], dtype=float),
        until_s=np.array([car.window[1] for car in rows], dtype=float),
        duration_max_s=np.full(count, np.inf),
        length_max_m=np.array([car.length_max for car in rows], dtype=float),
        fixed_eur=np.array([car.fixed for car in rows], dtype=float),
        eur_per_s=np.zeros(count),
        eur_per_m=np.array([car.leg.price for car in rows], dtype=float),
        load_s=np.zeros(count),
        reload_places=((),) * count,
        reloads_max=np.zeros(count, dtype=np.int32),
        break_s=np.zeros(count),
        work_max_s=np.full(count, np.inf),
        serves=serves.reshape(count, len(tasks)) if needed else None,
    )
