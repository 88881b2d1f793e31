"""Tours by rule: nearest stop next, one trip after another until the shift ends."""

from __future__ import annotations

import numpy as np

from optimizer.core.routing import Tours, Visit


class Crewed:
    """Drives one type's vehicles: nearest stop next, a new trip or tour when nothing fits."""

    def __init__(self, problem, vehicle_type, begin_s) -> None:
        fleet = problem.fleet
        self.p, self.v, self.begin_s = problem, vehicle_type, begin_s
        self.travel = problem.travel[fleet.profile[vehicle_type]]
        self.room = fleet.capacity[vehicle_type]
        self.home = int(fleet.start_place[vehicle_type])
        self.load_s = float(fleet.load_s[vehicle_type])
        self.tours = []
        self.rows = []

    def serve(self, stops) -> list[int]:
        """Serve what can be served in time; return the rest."""
        left, rest = set(stops), []
        while left:
            if not self._trip(left) and not self.rows:
                return rest + sorted(left)
        self._finish()
        return rest

    def _trip(self, left) -> bool:
        """Add one trip to the tour under way, or begin one; False where nothing fits."""
        stops, fleet = self.p.stops, self.p.fleet
        reload = bool(self.rows)
        if reload and self.trips > fleet.reloads_max[self.v]:
            self._finish()
            return True
        start = self.rows[-1][5] if reload else self.begin_s
        if reload:
            start += self.travel.time_s[self.at, self.home]
        rows, room, at = [], self.room.copy(), self.home
        clock = start + self.load_s
        released = 0.0
        for stop in sorted(left, key=lambda s: stops.released_s[s]):
            released = max(released, float(stops.released_s[stop]))
            break
        clock = max(clock, released)
        if not reload:
            start = clock - self.load_s
        while True:
            near = [s for s in left if self._fits(s, room, at, clock, start, released)]
            if not near:
                break
            best = min(near, key=lambda s: (self.travel.time_s[at, stops.place[s]], s))
            arrive = clock + self.travel.time_s[at, stops.place[best]]
            begin = max(arrive, stops.from_s[best])
            clock = begin + stops.service_s[best]
            rows.append((Visit.STOP, best, int(stops.place[best]), arrive, begin, clock))
            room = room - stops.deliver[best]
            at = int(stops.place[best])
            left.discard(best)
        if not rows:
            if reload:
                self._finish()
                return True
            return False
        leave = rows[0][3] - self.travel.time_s[self.home, rows[0][2]]
        kind = Visit.RELOAD if reload else Visit.START
        arrive = start if reload else leave - self.load_s
        begin = leave - self.load_s
        self.rows += [(kind, -1, self.home, arrive, begin, leave), *rows]
        self.trips = self.trips + 1 if reload else 1
        self.at = at
        return True

    def _fits(self, stop, room, at, clock, start, released) -> bool:
        stops, fleet = self.p.stops, self.p.fleet
        place = int(stops.place[stop])
        go, back = self.travel.time_s[at, place], self.travel.time_s[place, self.home]
        if go < 0 or back < 0 or (stops.deliver[stop] > room).any():
            return False
        if stops.released_s[stop] > max(released, 0.0):
            return False
        begin = max(clock + go, stops.from_s[stop])
        end = begin + stops.service_s[stop] + back
        first = self.rows[0][4] if self.rows else start
        in_shift = end <= fleet.until_s[self.v] and end - first <= fleet.duration_max_s[self.v]
        return bool(begin <= stops.until_s[stop] and in_shift)

    def _finish(self) -> None:
        if self.rows:
            end = self.rows[-1][5] + self.travel.time_s[self.at, self.home]
            self.rows.append((Visit.END, -1, self.home, end, end, end))
            self.tours.append((self.v, self.rows))
        self.rows = []


def as_tours(told) -> Tours:
    """Return tours from (vehicle type, rows of kind, stop, place, arrive, begin, leave)."""
    rows = [row for _, visits in told for row in visits]
    column = list(zip(*rows, strict=True)) if rows else [()] * 6
    return Tours(
        vehicle_type=np.array([v for v, _ in told], dtype=np.int32),
        first=np.cumsum([0, *(len(visits) for _, visits in told)]).astype(np.int64),
        kind=np.array(column[0], dtype=np.int8),
        stop=np.array(column[1], dtype=np.int32),
        place=np.array(column[2], dtype=np.int32),
        arrive_s=np.array(column[3], dtype=float),
        begin_s=np.array(column[4], dtype=float),
        leave_s=np.array(column[5], dtype=float),
    )
