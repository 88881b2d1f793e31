"""Blocks of rules: land and money budgets, uses, quotas, and what is said about single sites.

Keys that speak of years hold in scenarios with a `horizon:` block only; `horizon_checks` refuses
them elsewhere.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from optimizer.scenario.base import (
    Block,
    Count,
    Id,
    Lat,
    Lon,
    Name,
    NotNegative,
    Sourced,
    Year,
)
from optimizer.scenario.hotels import (  # noqa: TC001 - pydantic reads them at run time
    ApartRule,
    JobsRule,
    MixRule,
    NeighboursRule,
    SupportRule,
    WorkerAccessRule,
)

ENAF = "consumption of natural, agricultural and forest land"


class SiteRule(Block):
    """Something said about one site, by id or by position."""

    site: Id | None = None
    """Id of the site."""
    lon: Lon | None = None
    lat: Lat | None = None
    """Position of the site (nearest candidate within snap_max_m), instead of an id."""
    design: Id | None = None
    """Id of the design; may be left out for `forbidden` (all designs) only."""


class PastConsumption(Sourced):
    """A budget stated as a share of what was consumed before."""

    consumed_m2: Count
    """Soil consumed in the years of reference, by the same metric."""
    share: Annotated[float, Field(ge=0, le=10)]
    """Share of it that the budget is, rounded down to whole m2."""


class LandBudget(Sourced):
    """At most so many m2 of soil that is not yet artificialised; give budget_m2 or past."""

    name: Name
    jurisdictions: tuple[Name, ...] = ()
    """Jurisdictions it covers together; empty = all."""
    budget_m2: Count | None = None
    past: PastConsumption | None = None
    metric: Name = ENAF
    """With a horizon: enaf_consumption, or net_artificialisation (renaturation offsets it)."""
    basis: Literal["footprint", "parcel"] | None = None
    """What it counts; without it, what rules.land_basis says."""
    temporary: Literal["counts", "while_standing", "free"] = "counts"
    """How dismantlable designs count: like any other, only while they stand, or never."""
    first_year: Year | None = None
    last_year: Year | None = None
    """Years of the budget, both included; without them, the whole horizon."""
    guarantee_m2: Count | None = None
    """Every jurisdiction may use so much, whatever the budget says. Not pooled, each jurisdiction
    has a ledger of its own: an equal part of the budget, or the guarantee where that is more."""
    pooled: bool = False
    """Jurisdictions put their guarantees together: one ledger, budget or sum of guarantees."""


class RenaturationBlock(Sourced):
    """Artificialised soil that could be given back, in whole m2."""

    id: Id
    jurisdiction: Name
    area_m2: Annotated[int, Field(gt=0)]
    """At most so much."""
    eur_m2: Count
    years: Count = 0
    """From the start until it counts."""
    first_year: Year | None = None
    """Earliest start; without it, the first year of the horizon."""


class Grant(Block):
    """Money that a purse receives at the beginning of a period."""

    period: Name
    eur: Count


class Purse(Sourced):
    """At most so much money for purchases and building; with a horizon, cash by period."""

    name: Name
    jurisdictions: tuple[Name, ...] = ()
    """Jurisdictions it pays for; empty = all."""
    budget_eur: Annotated[int, Field(ge=0)]
    """What is in it at the beginning."""
    grants: tuple[Grant, ...] = ()
    borrow_max_eur: Count = 0
    """Most debt at any time."""
    interest_rate: Annotated[float, Field(ge=0, le=0.3)] = 0.0
    """Per year, on debt."""
    debt_end_max_eur: Count = 0
    """Most debt after the last period."""
    gamma: Count = 0
    """On so many sites at once, clean-up and land may turn out dearer by their deviation."""
    pays_running: bool = False
    """Whether running cost and ground rents leave the purse."""
    gets_rents: bool = False
    """Whether the rents of tenants enter the purse."""
    subsidy_max_eur_year: Count | None = None
    """Most rent per year that young firms are spared (rent_stages); without it, no limit."""


class RentStage(Sourced):
    """Share of the asked rent that firms younger than an age pay."""

    until_age: Annotated[int, Field(gt=0, le=200)]
    """Years since founding, not included."""
    share: Annotated[float, Field(gt=0, le=1)]


class UseBlock(Sourced):
    """A use that competes for sites; production and logistics are provided by designs."""

    name: Name
    jurisdiction: Name | None = None
    """Where the minimum is counted; without it, everywhere."""
    area_min_m2: Count = 0
    first_year: Year | None = None
    """The minimum holds in periods that begin in this year or later."""
    zones: tuple[Id, ...] = ()
    """Zones where a whole site may go to this use."""
    eur_m2_year: NotNegative = 0.0
    """Net yearly cost to the public per m2 of site."""
    artificialises: bool = True
    """Whether it consumes soil that is still natural."""


class Quota(Sourced):
    """At least / at most so many facilities of a kind."""

    kind: Literal["micro_hub", "productive_hotel", "delivery_point"]
    jurisdiction: Name | None = None
    at_least: Count = 0
    at_most: Count | None = None
    first_year: Year | None = None
    """Holds in periods that begin in this year or later."""


class RulesBlock(Block):
    """Budgets, uses, quotas, and what is said about single sites."""

    land: tuple[LandBudget, ...] = ()
    land_basis: Literal["footprint", "parcel"] = "footprint"
    """Whether a land budget counts the footprint of what is built or the whole parcel."""
    renaturation: tuple[RenaturationBlock, ...] = ()
    purses: tuple[Purse, ...] = ()
    rent_stages: tuple[RentStage, ...] = ()
    """Progressive rents by age of the firm, youngest first; older firms pay the whole rent."""
    uses: tuple[UseBlock, ...] = ()
    quotas: tuple[Quota, ...] = ()
    required: tuple[SiteRule, ...] = ()
    existing: tuple[SiteRule, ...] = ()
    forbidden: tuple[SiteRule, ...] = ()
    apart: tuple[ApartRule, ...] = ()
    neighbours: NeighboursRule | None = None
    mix: tuple[MixRule, ...] = ()
    jobs: tuple[JobsRule, ...] = ()
    worker_access: WorkerAccessRule | None = None
    support: SupportRule | None = None
