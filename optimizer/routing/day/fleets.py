"""Vehicle types and travel of a day, from prices and crews."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import CARGO_BIKE
from optimizer.core.routing import Fleet, Matrix, Paced
from optimizer.travel.haul import rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import Crew, DayRules
    from optimizer.core.problem import Problem
    from optimizer.core.routing import Travel
    from optimizer.routing.day.base import Table

LOADS = ("parcels", "g", "ml")
THOUSAND = 1000.0
HOUR_S = 3600.0
SPARE = 10


class Kind(NamedTuple):
    """One vehicle type: its name, its profile, where it starts, and how many stops may need it."""

    id: str
    profile: str
    place: int
    count_max: int


def loads_of(parcels: NDArray[np.int64], rules: DayRules) -> NDArray[np.int64]:
    """Return the loads of some parcels, shape (s, 3): parcels, grams, millilitres."""
    unit = [1, round(rules.parcel_kg * THOUSAND), round(rules.parcel_l * THOUSAND)]
    return parcels[:, None] * np.array(unit, dtype=np.int64)


def capacity_of(problem: Problem, rules: DayRules, profile: str) -> NDArray[np.int64]:
    """Return the capacity of a vehicle, shape (3,): parcels, grams, millilitres."""
    crew = rules.crews[profile]
    parcels = problem.prices.vehicles[profile].parcels_per_tour
    whole = np.array([parcels, crew.capacity_kg * THOUSAND, crew.capacity_l * THOUSAND])
    return np.floor(whole + 1e-9).astype(np.int64)


def room_of(problem: Problem, rules: DayRules, profile: str) -> int:
    """Return the parcels that one trip can take by number, weight and volume; at least 1."""
    unit = loads_of(np.ones(1, dtype=np.int64), rules)[0]
    return max(int((capacity_of(problem, rules, profile) // unit).min()), 1)


def fleet_of(
    problem: Problem, rules: DayRules, kinds: list[Kind], serves: NDArray[np.bool_] | None
) -> Fleet:
    """Return the fleet of these types; serves : bool, (types, stops)."""
    crews = [rules.crews[kind.profile] for kind in kinds]
    price = [rates(problem.prices, kind.profile) for kind in kinds]
    capacity = [capacity_of(problem, rules, kind.profile) for kind in kinds]
    place = np.array([kind.place for kind in kinds], dtype=np.int32)
    reloads = [
        crew.reloads_max if kind.profile == CARGO_BIKE else 0
        for crew, kind in zip(crews, kinds, strict=True)
    ]

    def column(name: str) -> NDArray[np.float64]:
        return np.array([getattr(crew, name) for crew in crews], dtype=np.float64)

    return Fleet(
        id=tuple(kind.id for kind in kinds),
        profile=tuple(kind.profile for kind in kinds),
        count_max=np.array([kind.count_max for kind in kinds], dtype=np.int32),
        capacity=np.array(capacity, dtype=np.int64).reshape(len(kinds), len(LOADS)),
        start_place=place,
        end_place=place.copy(),
        from_s=column("shift_from_s"),
        until_s=column("shift_until_s"),
        duration_max_s=column("shift_max_s"),
        length_max_m=np.full(len(kinds), np.inf),
        fixed_eur=np.zeros(len(kinds)),
        eur_per_s=np.array([rate.eur_per_s for rate in price], dtype=np.float64),
        eur_per_m=np.array([rate.eur_per_m + rate.carbon_eur_per_m for rate in price], dtype=float),
        load_s=column("load_s"),
        reload_places=tuple(
            (kind.place,) if most else () for kind, most in zip(kinds, reloads, strict=True)
        ),
        reloads_max=np.array(reloads, dtype=np.int32),
        break_s=column("break_s"),
        work_max_s=column("work_max_s"),
        serves=serves,
    )


def travel_of(table: Table, crew: Crew) -> Travel:
    """Return travel at the crew's pace."""
    if np.all(crew.pace == 1.0):
        return Matrix(table.time_s, table.length_m)
    hours = HOUR_S * np.arange(len(crew.pace), dtype=np.float64)
    return Paced(table.time_s, table.length_m, crew.pace, hours)


def vehicles_at_most(parcels: int, service_s: float, stops: int, room: int, crew: Crew) -> int:
    """Return so many vehicles as no sensible plan would need more of."""
    by_load = 3 * -(-parcels // room)
    by_time = int(3.0 * service_s / max(crew.shift_max_s, 1.0))
    return max(min(by_load + by_time + SPARE, stops), 1)
