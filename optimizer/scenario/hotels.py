"""Blocks of productive hotels: units, growth, neighbours, mix, people, exchange, services, roofs.

Any of these keys, or a column of the tenants' file that only they use, turns on the model of
`optimizer.siting.stacking`; `hotel_checks` holds what types and ranges cannot.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.scenario.base import Block, Count, Id, Name, NotNegative, Positive, Share, Sourced

Group = Name
Skill = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]


class UnitBlock(Block):
    """A rentable part of a level; a level without units is one unit with the level's number."""

    id: Id
    """Unique within the design."""
    area_m2: Annotated[int, Field(gt=0)]
    position_m: Annotated[float, Field(ge=-10_000, le=10_000)] = 0.0
    """Where along the level its middle lies (rules.apart measures with it)."""
    space: Literal["any", "workshop", "office", "hybrid"] = "any"
    wet: bool = True
    """Water and drain."""
    vented: bool = True
    """Extraction to the roof."""
    tenants_max: Annotated[int, Field(ge=1)] | None = None
    """Parts of tenants in it; without it, any number."""
    fit_out_eur_m2: NotNegative | None = None
    """Hybrid units: what being a workshop rather than an office costs at first."""
    switch_eur_m2: NotNegative | None = None
    """Hybrid units, over years: each later change between the two."""


class GrowthBlock(Sourced):
    """How tenants grow from period to period, and what a move costs them."""

    file: str | None = None
    """CSV with the columns tenant, first_year, area_m2[, stage]: the area from a year on (0 = not
    there). A tenant with rows is not there before its first one; others keep their area."""
    move_within_eur_m2: NotNegative
    """To another unit of the hotel, per m2 before the move."""
    move_between_eur_m2: NotNegative
    """To another hotel, or out, per m2 before the move."""


class ApartRule(Sourced):
    """Two groups of tenants that keep apart inside a hotel."""

    name: Name
    between: tuple[Group, Group]
    """Each a sector of the tenants' file, or noisy, or sensitive."""
    levels: Annotated[int, Field(ge=1, le=100)]
    """So many levels apart suffice."""
    distance_m: NotNegative | None = None
    """Or so far along the building; without it, no distance suffices."""
    same_hours: bool = False
    """Only while both work."""


class NeighboursRule(Sourced):
    """Noise of all tenants together at places around, below the limit of each."""

    file: str
    """CSV with the columns id, lon, lat, limit_day_db, limit_evening_db, limit_night_db[,
    background_day_db, background_evening_db, background_night_db], dB(A)."""
    within_m: Positive
    """Farther away, a hotel is not heard."""
    facade_db: NotNegative
    """What the hotel's own walls keep in."""


class MixRule(Sourced):
    """Area of some sectors: a share of what is let, or m2."""

    name: Name
    sectors: Annotated[tuple[Name, ...], Field(min_length=1)]
    jurisdictions: tuple[Name, ...] = ()
    """Hotels in these; empty = all."""
    each_hotel: bool = False
    """The shares hold in every hotel by itself, rather than over all."""
    share_min: Share = 0.0
    share_max: Share = 1.0
    area_min_m2: Count = 0
    """Over all hotels."""
    area_max_m2: Count | None = None


class JobsRule(Sourced):
    """At least so many jobs of a skill (column jobs_SKILL of the tenants' file)."""

    name: Name
    skill: Skill
    jurisdictions: tuple[Name, ...] = ()
    at_least: NotNegative


class TransitBlock(Block):
    """A time table: how long rides take, waiting included; its source is the rule's."""

    stops: str
    """CSV with the columns id, lon, lat."""
    rides: str
    """CSV with the columns from, to (ids of stops), minutes."""
    walk_max_min: NotNegative
    """At most, to the first stop and from the last one."""


class WorkerAccessRule(Sourced):
    """Enough people with the right skill live near enough to each hotel."""

    file: str
    """CSV with the columns id, lon, lat and workers_SKILL for every skill of the tenants' file."""
    within_min: Positive
    """Door to door, one way."""
    by: Annotated[tuple[Literal["walk", "bike", "transit"], ...], Field(min_length=1)]
    capture_share: Annotated[float, Field(gt=0, le=1)]
    """Share of the workers in reach who would take such a job."""
    transit: TransitBlock | None = None


class SupportRule(Sourced):
    """Tenants with needs_support have support near: a place, or a tenant with gives_support."""

    file: str | None = None
    """CSV with the columns id, lon, lat: incubators, workshops to share, advisers."""
    within_min: NotNegative
    """On foot, one way."""


class ResourceBlock(Sourced):
    """Something that one gives and another takes: heat, water, waste, material."""

    name: Name
    unit: Name
    value_eur: NotNegative
    """Per unit that arrives."""
    loss_per_km: NotNegative
    """Share of what is sent that a kilometre takes."""
    reach_m: NotNegative
    """Farther apart, nothing is exchanged."""
    link_eur_m_year: NotNegative
    """For a link between two places, per metre."""


class ExchangeBlock(Sourced):
    """What tenants give to each other and to partners outside."""

    resources: Annotated[tuple[ResourceBlock, ...], Field(min_length=1)]
    tenants: str
    """CSV with the columns tenant, resource, gives, takes: units a year at the tenant's area."""
    partners: str | None = None
    """CSV with the columns id, lon, lat, resource, gives, takes: units a year."""


class ServiceBlock(Sourced):
    """Something that the tenants of a hotel share, and that pays with enough of them."""

    name: Name
    designs: tuple[Id, ...] = ()
    """Hotels where it can be; empty = all."""
    eur_year: NotNegative
    """What it costs a hotel."""
    eur_tenant_year: NotNegative
    """What each tenant of the hotel is better off by it."""
    tenants_min: Count = 0
    """Fewer cannot keep it up."""


class RoofBlock(Sourced):
    """What a part of a hotel's roof may serve."""

    name: Name
    net_eur_m2_year: float
    """Earned; negative: a cost."""
    plot_min_m2: Count = 0
    """Smallest piece on one roof."""
    share_min: Share = 0.0
    """Of every new hotel's roof: a duty."""
    total_max_m2: Count | None = None
    """Over all roofs."""
