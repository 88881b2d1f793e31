"""Rentable units of hotel levels, and what hotels and hubs have beside floors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.hotels import Equipment, Space, Units
from optimizer.land.variants import AnyDesign, column_of, variants_of
from optimizer.scenario.choices import HotelDesign
from optimizer.scenario.hotels import UnitBlock

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from optimizer.scenario.choices import DesignsBlock, LevelBlock

SPACE = {space.key: int(space) for space in Space}


class UnitRow(NamedTuple):
    """A row of `Levels`: design, number of the level, the level and its unit."""

    design: int
    number: int
    level: LevelBlock
    unit: UnitBlock


def unit_rows(items: list[AnyDesign]) -> list[UnitRow]:
    """Return the units of all hotels, level by level; a level without units is one."""
    return [
        UnitRow(design, number, level, unit)
        for design, item in enumerate(items)
        if isinstance(item, HotelDesign)
        for number, level in enumerate(item.levels)
        for unit in (level.units or (UnitBlock(id=str(number), area_m2=level.area_m2),))
    ]


def build_units(block: DesignsBlock) -> tuple[Units, Equipment]:
    """Return units parallel to `Levels` and equipment parallel to `Designs`.

    A level that names no goods lift has none: it brings up 0 kg.
    """
    items = [variant.block for variant in variants_of(block)]
    rows = unit_rows(items)

    def column(name: str, dtype: DTypeLike) -> NDArray[Any]:
        return np.array([getattr(row.unit, name) for row in rows], dtype=dtype)

    def eur(name: str) -> NDArray[np.int64]:
        amounts = [(getattr(row.unit, name) or 0.0) * row.unit.area_m2 for row in rows]
        return np.rint(np.array(amounts, dtype=np.float64)).astype(np.int64)

    units = Units(
        id=tuple(row.unit.id for row in rows),
        position_m=column("position_m", np.float64),
        space=np.array([SPACE[row.unit.space] for row in rows], dtype=np.int8),
        wet=column("wet", np.bool_),
        vented=column("vented", np.bool_),
        lift_kg=np.array([row.level.lift_kg or 0 for row in rows], dtype=np.int64),
        tenants_max=np.array(
            [-1 if row.unit.tenants_max is None else row.unit.tenants_max for row in rows],
            dtype=np.int32,
        ),
        fit_out_eur=eur("fit_out_eur_m2"),
        switch_eur=eur("switch_eur_m2"),
    )
    trips = [getattr(item, "lift_trips_per_day", None) for item in items]
    equipment = Equipment(
        lift_trips_max=np.array([-1 if trip is None else trip for trip in trips], dtype=np.int32),
        inside_docks=column_of(items, "inside_docks", np.int32),
        roof_m2=column_of(items, "roof_m2", np.int64),
    )
    return units, equipment


def states_units(block: DesignsBlock) -> bool:
    """Tell whether designs state anything that only the model of productive hotels minds."""
    return any(
        hotel.lift_trips_per_day is not None
        or hotel.roof_m2 > 0
        or any(level.units or level.lift_kg is not None for level in hotel.levels)
        for hotel in block.productive_hotels
    ) or any(hub.inside_docks > 0 for hub in block.micro_hubs)
