"""How a solve ended and what the answer is worth."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from optimizer.core.plan import Plan
    from optimizer.core.programme import Alliance, Course, Programme

TERMS = (
    "land",  # interest on bought land, rent of leased land
    "building",  # annuity of build cost
    "running",
    "handling",  # at hubs and delivery points, per parcel
    "line_haul",  # gateway to hub
    "bike_tours",
    "resupply",  # gateway to delivery point, per parcel and per daily visit
    "van_tours",  # gateway to customer
    "rent_income",  # negative
    "fit_out",  # annuity of hybrid units that serve as workshops (over years: see "switching")
    "services",  # negative: shared services, net
    "symbiosis",  # negative: exchange between tenants and partners, net of links
    "roofs",  # negative: net of what roofs serve
    "jobs",  # negative: weight of hosted jobs
    "walking",  # weight of people's time
    "co2e_transport",
    "co2e_building",
    "unserved",
)
"""Terms of the objective, EUR per year; they add up to it."""

WEIGHT_TERMS = ("jobs", "walking", "co2e_transport", "co2e_building", "unserved")
"""Terms that weigh something other than money spent; the criterion cost leaves them out."""


@dataclass(frozen=True)
class Outcome(Frozen):
    """How a solve ended: reason, limit, value and bound are separate.

    status : "plan" | "infeasible" | "no_plan". proof : "optimal" | "gap" | "infeasible" | "none".
    stopped_by : "proof" | "gap" | "time" | "work" | "memory" | "user".
    value, bound : EUR per year; None when unknown.
    method : "mip" or "decomposition".
    """

    status: str
    proof: str
    stopped_by: str
    value: float | None
    bound: float | None
    method: str

    @property
    def gap(self) -> float | None:
        """(value - bound) / |value|, or None."""
        if self.value is None or self.bound is None:
            return None
        return max(self.value - self.bound, 0.0) / max(abs(self.value), 1e-9)

    def gap_of_saving(self, baseline: float) -> float | None:
        """Return (value - bound) / (baseline - bound), None when nothing can be saved."""
        if self.value is None or self.bound is None or baseline - self.bound <= 0:
            return None
        return max(self.value - self.bound, 0.0) / (baseline - self.bound)


@dataclass(frozen=True)
class Conflict(Frozen):
    """A rule that takes part in a proven conflict, in plain words with amounts.

    relaxation : the smallest change of this rule alone, the others as they are, that makes the
        scenario feasible ("raise it to 6,500 m2"); empty where no change of it suffices or none
        was found in time. allowed, needed : the same as figures, in `unit`; None where it is no
        amount.
    """

    family: str
    rule: str
    words: str
    relaxation: str = ""
    allowed: float | None = None
    needed: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Violation(Frozen):
    """Something that the checker found not to hold: rule family, where, by how much."""

    family: str
    where: str
    words: str


@dataclass(frozen=True)
class Criteria(Frozen):
    """Every figure that a plan is judged by; see `TERMS` for the terms.

    Mappings: vehicle profile (lorry, van, cargo_bike) -> km per mean day; channel -> share of the
    problem's parcels (bike, pickup, van, unserved); jurisdiction -> m2 or EUR, all of them present.
    served_share : 1 - share unserved, over the demand points of the problem.
    walk_min_mean : minutes one way on foot, mean over parcels picked up; 0 where there are none.
    co2e_kg_per_year : transport and a straight-line year of what is built.
    land_consumption_m2, acquisition_eur : by the land basis; purchase and building of new options.
    Of `Problem.hotels`, empty without, else every skill, sector and resource is present:
    jobs_by_skill; sector_m2, let area by sector; exchanged, units delivered per year by resource;
    noise_share_max, the loudest neighbour and band as a share
    of the energy that its limit leaves to hotels.
    """

    objective: float
    terms: dict[str, float]
    cost_eur_per_year: float
    co2e_kg_per_year: float
    vehicle_km_per_day: dict[str, float]
    share_by_channel: dict[str, float]
    served_share: float
    walk_min_mean: float
    land_consumption_m2: dict[str, float]
    acquisition_eur: dict[str, float]
    jobs_hosted: float
    floor_area_let_m2: float
    jobs_by_skill: dict[str, float] = field(default_factory=dict)
    sector_m2: dict[str, float] = field(default_factory=dict)
    exchanged: dict[str, float] = field(default_factory=dict)
    noise_share_max: float = 0.0


@dataclass(frozen=True, eq=False)
class Solution(Frozen):
    """What the siting rooms return: outcome, plan with criteria, baseline, conflicts if any.

    With a horizon: programme and course tell all of it, plan is that of the first period (what has
    to be decided now), criteria and baseline are those of the whole horizon (yearly, weighted),
    baseline_plan serves the first period, baseline_programme all of them (`programme.resting` of
    the baseline plans). alliance : where authorities cooperate.
    """

    outcome: Outcome
    plan: Plan | None
    criteria: Criteria | None
    baseline_plan: Plan
    baseline: Criteria
    conflicts: tuple[Conflict, ...]
    timing_s: dict[str, float]
    programme: Programme | None = None
    course: Course | None = None
    alliance: Alliance | None = None
    baseline_programme: Programme | None = None


@dataclass(frozen=True, eq=False)
class Result(Frozen):
    """A verified solution with its provenance; `verified` is False only where there is no plan."""

    solution: Solution
    verified: bool
    violations: tuple[Violation, ...]
    provenance: dict[str, str]
