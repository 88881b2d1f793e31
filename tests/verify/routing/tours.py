"""Tours written down by a person: a list of visits for each, timed forwards here."""

from __future__ import annotations

import numpy as np

from optimizer.core.routing import Tours, Visit
from optimizer.verify.routing.moments import arrive_s

RELOAD, BREAK = "reload", "break"


def timed(problem, *rows):
    """Return tours; a row is (vehicle type, begin, visits), a visit a stop, RELOAD or BREAK.

    Everybody goes on as soon as possible.
    """
    table, first, types = [], [0], []
    for kind, begin, visits in rows:
        table += _tour(problem, kind, begin, visits)
        first.append(len(table))
        types.append(kind)
    columns = list(zip(*table, strict=True)) if table else [()] * 6
    return Tours(
        np.array(types, dtype=np.int32),
        np.array(first, dtype=np.int64),
        np.array(columns[0], dtype=np.int8),
        np.array(columns[1], dtype=np.int32),
        np.array(columns[2], dtype=np.int32),
        *(np.array(column, dtype=float) for column in columns[3:]),
    )


def _loads(problem, kind, visits):
    """Return whether the trip that these visits begin with delivers something."""
    for visit in visits:
        if visit == RELOAD:
            return 0.0
        if visit != BREAK and problem.stops.deliver[visit].any():
            return float(problem.fleet.load_s[kind])
    return 0.0


def _tour(problem, kind, begin, visits):
    fleet, stops = problem.fleet, problem.stops
    travel = problem.travel[fleet.profile[kind]]
    place = int(fleet.start_place[kind])
    now = begin + _loads(problem, kind, visits)
    rows = [(Visit.START, -1, place, begin, begin, now)]
    for rank, visit in enumerate(visits):
        if visit == BREAK:
            rows.append((Visit.BREAK, -1, place, now, now, now + float(fleet.break_s[kind])))
        elif visit == RELOAD:
            target = fleet.reload_places[kind][0]
            now = arrive_s(travel, place, target, now)
            leave = now + _loads(problem, kind, visits[rank + 1 :])
            rows.append((Visit.RELOAD, -1, target, now, now, leave))
        else:
            target = int(stops.place[visit])
            now = arrive_s(travel, place, target, now)
            start = max(now, float(stops.from_s[visit]))
            leave = start + float(stops.service_s[visit])
            rows.append((Visit.STOP, visit, target, now, start, leave))
        place, now = rows[-1][2], rows[-1][5]
    end = int(fleet.end_place[kind])
    if end >= 0:
        now = arrive_s(travel, place, end, now)
    rows.append((Visit.END, -1, end if end >= 0 else place, now, now, now))
    return rows


def none_left(problem):
    return np.zeros(problem.stops.count, dtype=bool)


def left(problem, *stops):
    skipped = none_left(problem)
    skipped[list(stops)] = True
    return skipped


def families(found):
    return {one.family for one in found}
