"""Blocks of time: periods, changes of zoning, firms on sites, moving pavilions, cooperation."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.scenario.base import Count, Id, Name, NotNegative, Sourced, Year

Factor = Annotated[float, Field(gt=0, le=100)]


class PeriodBlock(Sourced):
    """A span of years; the factors are against the figures of the scenario."""

    name: Name
    first_year: Year
    """Decisions of the period fall on its first day."""
    years: Annotated[int, Field(ge=1, le=100)]
    demand_factor: Factor = 1.0
    """Parcels and stops."""
    land_price_factor: Factor = 1.0
    """Prices of land and premiums of long leases."""
    build_price_factor: Factor = 1.0
    operating_price_factor: Factor = 1.0
    """Vehicles, running cost, handling."""
    rent_factor: Factor = 1.0
    """Rents of tenants and of ground."""


class ZoningChange(Sourced):
    """What a zone permits from a year on, instead of what land.zones says."""

    zone: Id
    from_year: Year
    """Holds in periods that begin in this year or later."""
    permits: tuple[Id, ...]
    """Ids of designs, or kinds; empty = nothing new may stand there."""


class HorizonBlock(Sourced):
    """The years to decide over."""

    periods: Annotated[tuple[PeriodBlock, ...], Field(min_length=1, max_length=60)]
    zoning_changes: tuple[ZoningChange, ...] = ()


class FirmsBlock(Sourced):
    """Firms that stand on sites today: kept, moved to premises, or lost."""

    file: str
    """CSV with the columns id, name, site (or lon, lat), area_m2, jobs, may_stay, move_eur,
    lost_eur."""
    premises: str | None = None
    """CSV with the columns id, lon, lat, area_m2: where a firm could move to."""
    move_max_m: NotNegative = 0.0
    """Farther away is no move, in a straight line."""
    jobs_lost_max: NotNegative | None = None
    """Most jobs lost over the horizon; without it, no limit."""
    job_lost_eur_year: NotNegative = 0.0
    """Weight of a lost job, from its loss on."""


class PavilionBlock(Sourced):
    """A stock of equal dismantlable buildings that move between sites."""

    id: Id
    design: Id
    """A dismantlable design; it stands only where one of its pavilions does."""
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    """How many there are; with more than one they are called id-1, id-2 and so on."""
    moves_max: Count
    """Placements of each after its first one."""
    move_eur: Count
    """Cost of each placement after the first."""
    move_days: Annotated[float, Field(ge=0, le=365)] = 0.0
    """Days out of use in the period of arrival."""


class MemberBlock(Sourced):
    """An authority and the jurisdictions that it answers for."""

    name: Name
    jurisdictions: Annotated[tuple[Name, ...], Field(min_length=1)]


class CooperationBlock(Sourced):
    """Authorities that may pool land and money; none may end worse than alone."""

    members: Annotated[tuple[MemberBlock, ...], Field(min_length=2)]
    """Every jurisdiction belongs to exactly one."""
    trades_land: bool = False
    trades_money: bool = False
