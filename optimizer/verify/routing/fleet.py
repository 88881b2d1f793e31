"""What a vehicle type allows: number, places, shift, duration, length, reloads, breaks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from optimizer.core.result import Violation
from optimizer.core.routing import Visit
from optimizer.verify.routing.figures import length_m
from optimizer.verify.routing.moments import after

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.routing.case import Tour, ToursCase


def check(case: ToursCase) -> Iterator[Violation]:
    """Check the limits of each vehicle type."""
    yield from _counts(case)
    for tour in case.all:
        yield from _places(case, tour)
        yield from _spans(case, tour)
        yield from _reloads(case, tour)
        yield from _breaks(case, tour)


def _counts(case: ToursCase) -> Iterator[Violation]:
    fleet = case.problem.fleet
    used = [0] * fleet.count
    for tour in case.all:
        used[tour.vehicle_type] += 1
    for name, number, most in zip(fleet.id, used, fleet.count_max.tolist(), strict=True):
        if number > most:
            yield Violation("fleet", name, f"{number} tours, but {most} vehicles")


def _places(case: ToursCase, tour: Tour) -> Iterator[Violation]:
    fleet, names = case.problem.fleet, case.problem.place
    start, end = int(fleet.start_place[tour.vehicle_type]), int(fleet.end_place[tour.vehicle_type])
    if end < 0:
        end = tour.halts[-2].place
    for halt, right, what in ((tour.halts[0], start, "starts"), (tour.halts[-1], end, "ends")):
        if halt.place != right:
            words = f"it {what} at {names[halt.place]} and not at {names[right]}"
            yield Violation("fleet", case.name(tour), words)


def _spans(case: ToursCase, tour: Tour) -> Iterator[Violation]:
    fleet, kind = case.problem.fleet, tour.vehicle_type
    begin, end = tour.halts[0].begin_s, tour.halts[-1].leave_s
    where, length = case.name(tour), length_m(case, tour)
    limits = (
        (float(fleet.from_s[kind]), begin, "begins before the shift", "s"),
        (end, float(fleet.until_s[kind]), "ends after the shift", "s"),
        (end - begin, float(fleet.duration_max_s[kind]), "lasts too long", "s"),
        (length, float(fleet.length_max_m[kind]), "is too long", "m"),
    )
    for rank, (value, limit, what, unit) in enumerate(limits):
        if after(value, limit):
            told, right = (limit, value) if rank == 0 else (value, limit)
            words = f"it {what}: {told:.6f} against {right:.6f} {unit}"
            yield Violation("shift" if rank < 2 else "limit", where, words)


def _reloads(case: ToursCase, tour: Tour) -> Iterator[Violation]:
    fleet = case.problem.fleet
    reloads = [halt for halt in tour.halts if halt.kind == Visit.RELOAD]
    most, allowed = int(fleet.reloads_max[tour.vehicle_type]), fleet.reload_places
    if len(reloads) > most:
        words = f"it reloads {len(reloads)} times, at most {most} are allowed"
        yield Violation("reload", case.name(tour), words)
    for halt in reloads:
        if halt.place not in allowed[tour.vehicle_type]:
            words = f"it may not reload at {case.problem.place[halt.place]}"
            yield Violation("reload", case.where(tour, halt), words)


def _breaks(case: ToursCase, tour: Tour) -> Iterator[Violation]:
    fleet = case.problem.fleet
    rest, most = float(fleet.break_s[tour.vehicle_type]), float(fleet.work_max_s[tour.vehicle_type])
    breaks = [halt for halt in tour.halts if halt.kind == Visit.BREAK]
    if rest == 0.0:
        if breaks:
            yield Violation("break", case.name(tour), "vehicles of this type take no breaks")
        return
    if math.isinf(most):
        return
    since = [tour.halts[0].begin_s, *(halt.leave_s for halt in breaks)]
    until = [*(halt.begin_s for halt in breaks), tour.halts[-1].leave_s]
    for begin, end in zip(since, until, strict=True):
        if after(end - begin, most):
            words = f"{end - begin:.6f} s without a break, at most {most:.6f} are allowed"
            yield Violation("break", case.name(tour), words)
