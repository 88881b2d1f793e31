"""What tours of a delivery day need, as arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.day import Crew, DayRules
from optimizer.core.kinds import CARGO_BIKE, LORRY, VAN, Kind
from optimizer.land.designs import find_variants

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.facilities import Designs
    from optimizer.scenario.schema import Scenario
    from optimizer.scenario.tours import CrewBlock

HOUR_S = 3600.0
MINUTE_S = 60.0
HOURS = 24


def build_day_rules(scenario: Scenario, designs: Designs) -> DayRules | None:
    """Return the rules of a delivery day; None where the scenario states none."""
    block = scenario.tours.day
    if block is None:
        return None
    storage, handling = np.zeros(designs.count), np.zeros(designs.count)
    for room in sorted(block.hubs, key=lambda room: room.design is not None):
        hubs = np.flatnonzero(designs.kind == Kind.MICRO_HUB).tolist()
        which = hubs if room.design is None else list(find_variants(room.design, designs))
        storage[which] = room.storage_parcels
        handling[which] = room.handling_parcels_per_hour
    crews, penalty = block.crews, block.penalty_eur_per_parcel
    return DayRules(
        crews={
            LORRY: _crew(crews.lorry),
            VAN: _crew(crews.van),
            CARGO_BIKE: _crew(crews.cargo_bike),
        },
        parcel_kg=block.parcel_kg,
        parcel_l=block.parcel_l,
        window_from_s=np.array([item.from_hour * HOUR_S for item in block.windows], dtype=float),
        window_until_s=np.array([item.until_hour * HOUR_S for item in block.windows], dtype=float),
        window_share=np.array([item.share for item in block.windows], dtype=float),
        storage_parcels=storage,
        handling_parcels_per_hour=handling,
        drop_parcels_max=block.drop_parcels_max,
        penalty_eur_per_parcel=float("inf") if penalty is None else penalty,
    )


def _crew(block: CrewBlock) -> Crew:
    work_max_h = block.work_max_h
    return Crew(
        capacity_kg=block.capacity_kg,
        capacity_l=block.capacity_l,
        shift_from_s=block.shift_from_hour * HOUR_S,
        shift_until_s=block.shift_until_hour * HOUR_S,
        shift_max_s=block.shift_max_h * HOUR_S,
        break_s=block.break_min * MINUTE_S,
        work_max_s=float("inf") if work_max_h is None else work_max_h * HOUR_S,
        load_s=block.load_min * MINUTE_S,
        reloads_max=block.reloads_max,
        pace=_pace(block),
    )


def _pace(block: CrewBlock) -> NDArray[np.float64]:
    """Return the pace of each hour, shape (24,); an hour with several steps has their mean."""
    edges = [0.0, *(step.from_hour for step in block.pace), float(HOURS)]
    paces = [1.0, *(step.pace for step in block.pace)]
    hours = np.arange(HOURS, dtype=float)
    total = np.zeros(HOURS)
    for begin, end, pace in zip(edges[:-1], edges[1:], paces, strict=True):
        total += pace * np.clip(np.minimum(end, hours + 1.0) - np.maximum(begin, hours), 0.0, 1.0)
    return total
