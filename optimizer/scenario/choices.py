"""Blocks that describe what can be built and how parcels travel: designs, vehicles, prices."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from optimizer.scenario.base import Block, Count, Id, Name, NotNegative, Positive, Share, Sourced
from optimizer.scenario.hotels import GrowthBlock, UnitBlock  # noqa: TC001 - read at run time

TenureWord = Literal["buy", "lease", "long_lease"]


def _listed(value: object) -> object:
    """Take a single word for a list of one."""
    return tuple(value) if isinstance(value, list) else (value,)


def _once_each(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words or len(set(words)) < len(words):
        message = "the same word stands twice" if words else "it names none"
        raise ValueError(message)
    return words


Tenures = Annotated[
    tuple[TenureWord, ...],
    AfterValidator(_once_each),
    BeforeValidator(_listed, json_schema_input_type=TenureWord | tuple[TenureWord, ...]),
]


class DesignBlock(Sourced):
    """What all designs have."""

    id: Id
    label: Name
    tenure: Tenures
    """How land may be held: buy, lease, long_lease, or a list of these. With several of them the
    plan chooses, and each is a design of its own: `hub.buy`, `hub.lease`, `hub.long_lease`."""
    footprint_m2: Annotated[int, Field(ge=0)]
    """Land it takes, m2."""
    height_m: NotNegative
    build_eur: Annotated[int, Field(ge=0)]
    running_eur_year: NotNegative
    embodied_co2e_kg: NotNegative
    lifetime_years: Positive
    dismantlable: bool = False
    needs_lorry: bool = False
    """Whether the site must be reachable by lorry (otherwise by van)."""
    homes_distance_min_m: NotNegative = 0.0
    """A noisy design keeps so far from the nearest home."""
    minimum_stay_years: Count = 0
    """Once open it stays so long, or to the end of the horizon."""
    build_years: Count = 0
    """From decision to opening; nothing is decided before the horizon begins."""
    closing_share: Share = 0.0
    """Of build_eur, paid on closing (dismantling, what cannot be recovered)."""
    resale_share: Share = 0.0
    """Of build_eur, received on closing."""


class HubDesign(DesignBlock):
    """A micro-hub; with inside_hotel_m2 it lives in the ground floor of a hotel."""

    capacity_parcels_per_day: Positive
    minimum_parcels_per_day: NotNegative = 0.0
    handling_eur_per_parcel: NotNegative
    inside_hotel_m2: Annotated[int, Field(ge=0)] = 0
    inside_docks: Count = 0
    """Docks of the hotel that it takes all day."""


class LevelBlock(Block):
    """One floor of a hotel, ground floor first."""

    area_m2: Annotated[int, Field(gt=0)]
    load_kg_m2: Annotated[int, Field(gt=0)]
    clear_height_m: Positive
    lift_kg: Count | None = None
    """Heaviest piece that a goods lift brings there (above the ground floor); without it none."""
    units: Annotated[tuple[UnitBlock, ...], Field(max_length=40)] = ()
    """Rentable parts, together at most area_m2; without any, the level is one unit."""


class HotelDesign(DesignBlock):
    """A productive hotel."""

    levels: Annotated[tuple[LevelBlock, ...], Field(min_length=1, max_length=40)]
    docks: Count
    rent_eur_m2_year: NotNegative
    productive_share_min: Share = 0.0
    let_share_min: Share = 0.0
    lift_trips_per_day: Count | None = None
    """Trips that the goods lifts can make; without it, no limit."""
    roof_m2: Count = 0
    """Usable roof."""


class DeliveryPointDesign(DesignBlock):
    """A locker bank or a pick-up shop."""

    compartments: Annotated[int, Field(gt=0)]
    """Parcels it can hold at a time."""
    dwell_days: Positive
    """Days a parcel waits on average: capacity per day = compartments / dwell_days."""
    minimum_parcels_per_day: NotNegative = 0.0
    handling_eur_per_parcel: NotNegative


class DesignsBlock(Block):
    """Everything that can be built."""

    micro_hubs: tuple[HubDesign, ...] = ()
    productive_hotels: tuple[HotelDesign, ...] = ()
    delivery_points: tuple[DeliveryPointDesign, ...] = ()


class AcceptancePoint(Block):
    """Share of people who accept a pick-up at this walking time."""

    walk_min: NotNegative
    share: Share


class ChannelsBlock(Sourced):
    """How parcels may reach their receivers."""

    bike_limit_min: Positive
    """Hub to customer and back by bike, riding time only."""
    walk_limit_min: Positive
    """Home to delivery point, one way."""
    acceptance: Annotated[tuple[AcceptancePoint, ...], Field(min_length=1)]
    pickup_choice: Literal["planner", "nearest"] = "planner"
    unserved_eur_per_parcel: NotNegative | None = None
    """Price of leaving a parcel unserved; without it every parcel is served."""


class VehicleBlock(Sourced):
    """One vehicle and its driver."""

    eur_per_hour: NotNegative
    eur_per_km: NotNegative
    co2e_kg_per_km: NotNegative
    co2e_scope: Literal["well-to-wheel", "tank-to-wheel"]
    parcels_per_tour: Positive
    park_s: NotNegative
    """To find a place and park, per stop."""
    service_s: NotNegative
    """To hand over, per stop."""
    drop_s_per_parcel: NotNegative = 4.0
    """Unloading many parcels at a hub or delivery point."""
    tour_speed_kph: Positive
    density_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Share of all stops assumed on this vehicle's tours (sets their gap); below 1 is cautious."""


class VehiclesBlock(Block):
    """The three vehicles."""

    lorry: VehicleBlock
    van: VehicleBlock
    cargo_bike: VehicleBlock


class WeightsBlock(Sourced):
    """Prices and weights of the criteria in the objective."""

    co2e_eur_per_t: NotNegative
    discount_rate: Annotated[float, Field(ge=0, le=0.3)]
    long_lease_years: Annotated[float, Field(ge=1, le=99)] = 50.0
    """Over which the premium of a long lease is spread."""
    job_eur_year: NotNegative = 0.0
    walk_eur_per_hour: NotNegative = 0.0


class TenantsBlock(Sourced):
    """Businesses that look for floor space."""

    file: str
    """CSV with the columns id, name, sector, area_m2, load_kg_m2, clear_height_m, noise (noisy,
    neutral or sensitive), dock, jobs, rent_max_eur_m2_year, productive[, founded_year, space
    (any, workshop or office), wet, vented, lift_kg, lift_trips_per_day, dock_minutes, dock_from,
    dock_until, work_from, work_until, noise_db, needs_support, gives_support, jobs_SKILL]."""
    annexes: str | None = None
    """CSV with the columns tenant, share, load_kg_m2[, space, levels_apart_max]: parts of a tenant
    that may lie apart from its main part; shares are of its area."""
    growth: GrowthBlock | None = None


class SolveBlock(Block):
    """Limits of the solve; the command line overrides them."""

    time_limit_s: Positive = 120.0
    gap: NotNegative = 0.01
    seed: int = 0
    threads: Annotated[int, Field(ge=1, le=256)] = 2
    memory_gb: Positive = 16.0
