"""Designs of a scenario as arrays: micro-hubs, then productive hotels, then delivery points.

A design that may be held in several ways becomes one variant for each of them, side by side:
`hub.buy`, `hub.lease`, `hub.long_lease`. A design with one tenure keeps its plain id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.facilities import Designs, Levels
from optimizer.core.horizon import Timing
from optimizer.core.kinds import Kind
from optimizer.land.units import unit_rows
from optimizer.land.variants import AnyDesign, column_of, variants_of
from optimizer.scenario.choices import DeliveryPointDesign, HotelDesign, HubDesign

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from optimizer.scenario.choices import DesignsBlock


def build_designs(block: DesignsBlock) -> tuple[Designs, Levels]:
    """Return the designs in the order hubs, hotels, delivery points, and the hotels' levels.

    A delivery point's capacity per day is compartments / dwell_days.
    """
    variants = variants_of(block)
    items = [variant.block for variant in variants]

    def column(name: str, dtype: DTypeLike) -> NDArray[Any]:
        return column_of(items, name, dtype)

    designs = Designs(
        id=tuple(variant.id for variant in variants),
        label=tuple(variant.label for variant in variants),
        tenure=tuple(variant.tenure for variant in variants),
        kind=np.array([_kind(item) for item in items], dtype=np.int8),
        footprint_m2=column("footprint_m2", np.int64),
        gross_floor_m2=np.array([_gross_floor_m2(item) for item in items], dtype=np.int64),
        homes_distance_min_m=column("homes_distance_min_m", np.float64),
        height_m=column("height_m", np.float64),
        inside_hotel_m2=column("inside_hotel_m2", np.int64),
        capacity_parcels_per_day=np.array([_capacity(item) for item in items], dtype=np.float64),
        minimum_parcels_per_day=column("minimum_parcels_per_day", np.float64),
        build_eur=column("build_eur", np.int64),
        running_eur_year=column("running_eur_year", np.float64),
        handling_eur_per_parcel=column("handling_eur_per_parcel", np.float64),
        embodied_co2e_kg=column("embodied_co2e_kg", np.float64),
        lifetime_years=column("lifetime_years", np.float64),
        dismantlable=column("dismantlable", np.bool_),
        needs_lorry=column("needs_lorry", np.bool_),
        docks=column("docks", np.int64),
        productive_share_min=column("productive_share_min", np.float64),
        let_share_min=column("let_share_min", np.float64),
        rent_eur_m2_year=column("rent_eur_m2_year", np.float64),
    )
    return designs, _levels(items)


def build_timing(block: DesignsBlock) -> Timing:
    """Return the time rules of the designs, in the order of `build_designs`."""
    items = [variant.block for variant in variants_of(block)]
    return Timing(
        minimum_stay_years=column_of(items, "minimum_stay_years", np.int32),
        build_years=column_of(items, "build_years", np.int32),
        closing_share=column_of(items, "closing_share", np.float64),
        resale_share=column_of(items, "resale_share", np.float64),
    )


def find_variants(name: str, designs: Designs) -> tuple[int, ...]:
    """Return the design of this id, or all variants of the design that bears it; () if unknown."""
    if name in designs.id:
        return (designs.id.index(name),)
    pairs = zip(designs.id, designs.tenure, strict=True)
    return tuple(rank for rank, (known, held) in enumerate(pairs) if known == f"{name}.{held}")


def _kind(item: AnyDesign) -> Kind:
    if isinstance(item, HubDesign):
        return Kind.MICRO_HUB
    return Kind.PRODUCTIVE_HOTEL if isinstance(item, HotelDesign) else Kind.DELIVERY_POINT


def _gross_floor_m2(item: AnyDesign) -> int:
    """Return the floor area over all levels: the footprint once per level."""
    levels = len(item.levels) if isinstance(item, HotelDesign) else 1
    return item.footprint_m2 * levels


def _capacity(item: AnyDesign) -> float:
    if isinstance(item, HubDesign):
        return item.capacity_parcels_per_day
    if isinstance(item, DeliveryPointDesign):
        return item.compartments / item.dwell_days
    return 0.0


def _levels(items: list[AnyDesign]) -> Levels:
    rows = unit_rows(items)
    return Levels(
        design=np.array([row.design for row in rows], dtype=np.int32),
        number=np.array([row.number for row in rows], dtype=np.int32),
        area_m2=np.array([row.unit.area_m2 for row in rows], dtype=np.int64),
        load_kg_m2=np.array([row.level.load_kg_m2 for row in rows], dtype=np.int64),
        clear_height_m=np.array([row.level.clear_height_m for row in rows], dtype=np.float64),
    )
