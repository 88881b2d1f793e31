"""Rule 13, nuisance: who keeps apart from whom in a hotel, and noise at neighbours.

Noise is judged twice: in whole millionths of the energy that a limit allows, as the model counts,
and as a plain sum of energies.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.hotels import BANDS, noise_millionths, noise_room
from optimizer.core.result import Violation
from optimizer.verify.stacking.layout import hotels_of, placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.hotels import Apart
    from optimizer.verify.case import Case

RELATIVE = 1e-9
"""Of the energy that a limit allows."""
DAY_HOURS = 24


def check(case: Case) -> Iterator[Violation]:
    """Check pairs of tenants in every hotel, then every neighbour in every band."""
    apart = hotels_of(case).apart
    for option, tenants in sorted(case.tenants_in.items()):
        for p in range(apart.count):
            for f in tenants:
                for g in tenants:
                    if f != g and apart.first[p, f] and apart.second[p, g]:
                        yield from _pair(case, apart, p, (option, f, g))
    for sound in sounds(case):
        yield from _neighbour(case, sound)


def _pair(case: Case, apart: Apart, p: int, who: tuple[int, int, int]) -> Iterator[Violation]:
    option, f, g = who
    if apart.same_hours[p] and not work_together(case, f, g):
        return
    units, level = hotels_of(case).units, case.plan.tenant_level
    number = case.problem.levels.number
    levels = abs(int(number[level[f]]) - int(number[level[g]]))
    metres = abs(float(units.position_m[level[f]]) - float(units.position_m[level[g]]))
    if levels < int(apart.levels[p]) and metres < float(apart.distance_m[p]):
        first, second = case.problem.tenants.id[f], case.problem.tenants.id[g]
        words = (
            f"{first} and {second} are {levels} levels and {metres:g} m apart, {apart.name[p]} "
            f"asks for {int(apart.levels[p])} levels or {float(apart.distance_m[p]):g} m"
        )
        yield Violation("nuisance", case.name(option), words)


def work_together(case: Case, f: int, g: int) -> bool:
    """Tell whether hours of work overlap on the clock; touching is no overlap."""
    one = hotels_of(case).businesses
    start, end = int(one.work_from[f]), int(one.work_until[f])
    for days in (-2, -1, 0, 1, 2):
        other = int(one.work_from[g]) + days * DAY_HOURS
        until = int(one.work_until[g]) + days * DAY_HOURS
        if max(start, other) < min(end, until):
            return True
    return False


class Sound(NamedTuple):
    """What hotels make at a neighbour in a band.

    millionths, room : whole millionths of the energy that the limit allows. energy : sum of
    10^(dB / 10) over sources.
    """

    neighbour: int
    band: int
    millionths: int
    room: int
    energy: float


def sounds(case: Case) -> list[Sound]:
    """Return the sound at every neighbour in every band."""
    hotels, tenants = hotels_of(case), placed(case)
    near = hotels.neighbours
    sites = case.problem.options.site[case.plan.tenant_option[tenants]]
    power, less = hotels.businesses.noise_db[tenants], near.attenuation_db[sites]
    loud, hears = np.isfinite(power), np.isfinite(less)
    found = []
    for r in range(near.count):
        for b in range(len(BANDS)):
            limit = float(near.limit_db[r, b])
            who = loud[:, b] & hears[:, r]
            heard = list(zip(power[who, b].tolist(), less[who, r].tolist(), strict=True))
            found.append(
                Sound(
                    neighbour=r,
                    band=b,
                    millionths=sum(noise_millionths(*source, limit) for source in heard),
                    room=noise_room(limit, float(near.background_db[r, b])),
                    energy=math.fsum(10.0 ** ((made - lost) / 10.0) for made, lost in heard),
                )
            )
    return found


def share_max(case: Case) -> float:
    """Return the greatest share that hotels make of what a limit leaves to them."""
    shares = [
        one.millionths / one.room if one.room else math.inf
        for one in sounds(case)
        if one.millionths
    ]
    return max(shares, default=0.0)


def _neighbour(case: Case, sound: Sound) -> Iterator[Violation]:
    near, r, b = hotels_of(case).neighbours, sound.neighbour, sound.band
    limit, background = float(near.limit_db[r, b]), float(near.background_db[r, b])
    allowed = 10.0 ** (limit / 10.0)
    before = 10.0 ** (background / 10.0) if np.isfinite(background) else 0.0
    too_loud = sound.energy > max(0.0, allowed - before) + RELATIVE * allowed
    if sound.millionths > sound.room or too_loud:
        level = 10.0 * math.log10(sound.energy + before) if sound.energy + before else -math.inf
        words = f"{level:.2f} dB(A) by {BANDS[b]} where {limit:g} are allowed"
        yield Violation("nuisance", f"neighbour {near.id[r]}", words)
