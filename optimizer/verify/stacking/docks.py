"""Rule 12, docks: a time table in which every tenant gets its dock minutes within its hours.

Built hour by hour, the minutes with the earliest deadline first: for work that can be interrupted
and spread over docks this finds a time table wherever there is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import Kind
from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case

HOURS = 24
MINUTES = 60


def check(case: Case) -> Iterator[Violation]:
    """Check the docks of every open hotel."""
    for option in case.opened:
        if case.kind(option) != Kind.PRODUCTIVE_HOTEL:
            continue
        docks = int(case.problem.designs.docks[case.design(option)])
        taken = taken_all_day(case, option)
        if taken > docks:
            words = f"{taken} docks are taken all day and there are {docks}"
            yield Violation("docks", case.name(option), words)
            continue
        late = _late(_wanted(case, option), docks - taken)
        for f, minutes in late:
            tenant = case.problem.tenants.id[f]
            words = f"tenant {tenant} lacks {minutes} minutes at a dock within its hours"
            yield Violation("docks", case.name(option), words)


def taken_all_day(case: Case, option: int) -> int:
    """Return the docks that hubs inside and tenants with a dock to themselves take."""
    equipment, minutes = hotels_of(case).equipment, hotels_of(case).businesses.dock_minutes
    designs = case.problem.designs
    hubs = sum(
        int(equipment.inside_docks[case.design(other)])
        for other in case.opened_on[case.site(option)]
        if int(designs.inside_hotel_m2[case.design(other)]) > 0
    )
    own = [
        f
        for f in case.tenants_in.get(option, [])
        if case.problem.tenants.dock[f] and int(minutes[f]) == 0
    ]
    return hubs + len(own)


def _wanted(case: Case, option: int) -> list[tuple[int, int, int, int]]:
    """Return deadline, first hour, minutes and tenant of all dock time by the minute."""
    one = hotels_of(case).businesses
    return [
        (int(one.dock_until[f]), int(one.dock_from[f]), int(one.dock_minutes[f]), f)
        for f in case.tenants_in.get(option, [])
        if int(one.dock_minutes[f]) > 0
    ]


def _late(wanted: list[tuple[int, int, int, int]], docks: int) -> list[tuple[int, int]]:
    """Return tenants with the minutes that find no dock in time."""
    left = {f: minutes for _, _, minutes, f in wanted}
    for hour in range(HOURS):
        room = docks * MINUTES
        for until, start, _, f in sorted(wanted):
            if start <= hour < until:
                given = min(room, left[f])
                left[f] -= given
                room -= given
    return [(f, minutes) for f, minutes in left.items() if minutes > 0]
