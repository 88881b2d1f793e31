"""What tenants need and bring beside floor area: further columns of their file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.hotels import BAND_HOURS, BANDS, Businesses, Space
from optimizer.demand.cells import YES, whole, word
from optimizer.demand.files import Rows, read_table, shorten
from optimizer.demand.tenants import CODE, COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import DTypeLike, NDArray

    from optimizer.scenario.choices import TenantsBlock

HOURS = 24
NEEDS = {space.key: int(space) for space in Space if space is not Space.HYBRID}
JOBS = "jobs_"
FURTHER = (
    "space", "wet", "vented", "lift_kg", "lift_trips_per_day", "dock_minutes", "dock_from",
    "dock_until", "work_from", "work_until", "noise_db", "needs_support", "gives_support",
)  # fmt: skip
"""Columns that may be missing or empty, beside jobs_SKILL for any number of skills."""
LOUDEST_DB = 160.0


@dataclass(frozen=True)
class Stated:
    """The businesses of a file, their skills, and the further columns that state anything."""

    businesses: Businesses
    skill: tuple[str, ...]
    columns: tuple[str, ...]


def read_businesses(block: TenantsBlock | None, folder: Path) -> Stated:
    """Return what the further columns say, in the order of the file.

    Empty cells need and bring nothing; a tenant without hours works, and uses its dock, all day.
    Skills are sorted by name.

    Raises
    ------
    Refusal
        F320 for every cell that cannot be read, hours out of order, and dock time that does not
        fit its window.
    """
    if block is None:
        return Stated(_arrays([], ()), (), ())
    table = read_table(folder / block.file, block.file, CODE, COLUMNS)
    skill = _skills(table)
    rows = [_business(table, place, row, skill) for place, row in table.rows]
    table.refuse()
    names = (*FURTHER, *(f"{JOBS}{name}" for name in skill))
    used = [name for name in names if any(row.get(name, "").strip() for _, row in table.rows)]
    return Stated(_arrays(rows, skill), skill, tuple(used))


def _skills(table: Rows) -> tuple[str, ...]:
    found = sorted(name.removeprefix(JOBS) for name in table.columns if name.startswith(JOBS))
    for name in found:
        if not name.replace("_", "").isalnum() or name != name.lower() or not name.isascii():
            cause = f"column {shorten(JOBS + name)!r} names no skill"
            table.fault(f"{table.name}:1", cause, "write jobs_ and a word in small letters")
    return tuple(found)


def _business(
    table: Rows, place: str, row: dict[str, str], skill: tuple[str, ...]
) -> dict[str, Any]:
    dock_from, dock_until = _hours(table, place, row, "dock", HOURS)
    work_from, work_until = _hours(table, place, row, "work", 2 * HOURS)
    minutes = whole(table, place, row, "dock_minutes", 0, most=60 * HOURS)
    if dock_from < dock_until and minutes > 60 * (dock_until - dock_from):
        cause = f"{minutes} minutes at a dock between {dock_from} and {dock_until} o'clock"
        table.fault(place, cause, "shorten dock_minutes or widen the hours")
    power = table.number(place, row, "noise_db", -np.inf, least=0.0, most=LOUDEST_DB)
    return {
        "space": word(table, place, row, "space", NEEDS, Space.ANY),
        "wet": word(table, place, row, "wet", YES, False),  # noqa: FBT003 - the default
        "vented": word(table, place, row, "vented", YES, False),  # noqa: FBT003 - likewise
        "lift_kg": whole(table, place, row, "lift_kg", 0),
        "lift_trips": whole(table, place, row, "lift_trips_per_day", 0, most=100_000),
        "dock_minutes": minutes,
        "dock_from": dock_from,
        "dock_until": dock_until,
        "work_from": work_from,
        "work_until": work_until,
        "noise_db": power_by_band(power, work_from, work_until),
        "jobs": [table.number(place, row, JOBS + name, 0.0, least=0.0) for name in skill],
        "needs_support": word(table, place, row, "needs_support", YES, False),  # noqa: FBT003
        "gives_support": word(table, place, row, "gives_support", YES, False),  # noqa: FBT003
    }


def _hours(table: Rows, place: str, row: dict[str, str], what: str, latest: int) -> tuple[int, int]:
    """Return the hours of `what`_from and `what`_until; both or neither are stated."""
    names = f"{what}_from", f"{what}_until"
    given = [name for name in names if row.get(name, "").strip()]
    if len(given) == 1:
        table.fault(place, f"{given[0]} stands alone", f"give {' and '.join(names)}")
    before = len(table.faults)
    first = whole(table, place, row, names[0], 0, most=HOURS - 1)
    until = whole(table, place, row, names[1], HOURS, least=1, most=latest)
    read = len(given) == 2 and len(table.faults) == before
    if read and not first < until <= first + HOURS:
        night = ", 30 for six in the next morning" if latest > HOURS else ""
        cause = f"{what} from {first} until {until} o'clock"
        table.fault(place, cause, f"give whole hours of one day in their order{night}")
    return first, until


def power_by_band(power_db: float, work_from: int, work_until: int) -> list[float]:
    """Return the sound power in every noise band that the hours of work meet, -inf in others."""
    day = (-HOURS, 0, HOURS)
    return [
        power_db
        if any(work_from + shift < end and first < work_until + shift for shift in day)
        else -np.inf
        for first, end in BAND_HOURS
    ]


def _arrays(rows: list[dict[str, Any]], skill: tuple[str, ...]) -> Businesses:
    def column(name: str, dtype: DTypeLike) -> NDArray[Any]:
        return np.array([row[name] for row in rows], dtype=dtype)

    return Businesses(
        space=column("space", np.int8),
        wet=column("wet", np.bool_),
        vented=column("vented", np.bool_),
        lift_kg=column("lift_kg", np.int64),
        lift_trips=column("lift_trips", np.int32),
        dock_minutes=column("dock_minutes", np.int32),
        dock_from=column("dock_from", np.int32),
        dock_until=column("dock_until", np.int32),
        work_from=column("work_from", np.int32),
        work_until=column("work_until", np.int32),
        noise_db=column("noise_db", np.float64).reshape(len(rows), len(BANDS)),
        jobs_by_skill=column("jobs", np.float64).reshape(len(rows), len(skill)),
        needs_support=column("needs_support", np.bool_),
        gives_support=column("gives_support", np.bool_),
    )
