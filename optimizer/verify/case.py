"""What every check of a rule family gets: problem, plan, street times, and words for places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import CARGO_BIKE, WALK, OptionStatus
from optimizer.verify.stacking.layout import Part, parts_of, tenants_by_option

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem
    from optimizer.verify.paths import Paths


class Flows(NamedTuple):
    """Flows of one channel, row by row: point, option, share, parcels per mean day."""

    point: NDArray[np.int32]
    option: NDArray[np.int32]
    share: NDArray[np.float64]
    parcels: NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One plan of one problem under examination.

    baseline : the plan shows today's facilities and vans: quotas, required options and minimum
        use do not apply to it.
    capacity_share : of each option's capacity that is in use, shape (o,); None = all of it.
    """

    problem: Problem
    plan: Plan
    paths: Paths
    baseline: bool = False
    capacity_share: NDArray[np.float64] | None = None

    @cached_property
    def opened(self) -> list[int]:
        """Options that are open."""
        return [int(option) for option in np.flatnonzero(self.plan.open_option)]

    @cached_property
    def opened_on(self) -> dict[int, list[int]]:
        """Open options by site, for sites where something is open."""
        found: dict[int, list[int]] = {}
        for option in self.opened:
            found.setdefault(self.site(option), []).append(option)
        return found

    @cached_property
    def parts(self) -> list[Part]:
        """Parts of all placed tenants, where the problem tells hotels in full."""
        return parts_of(self.problem, self.plan)

    @cached_property
    def parts_in(self) -> dict[tuple[int, int], list[Part]]:
        """Parts by option and unit, for units that have some."""
        found: dict[tuple[int, int], list[Part]] = {}
        for part in self.parts:
            found.setdefault((part.option, part.unit), []).append(part)
        return found

    @cached_property
    def tenants_in(self) -> dict[int, list[int]]:
        """Tenants by option, for options that have some."""
        return tenants_by_option(self.plan)

    @cached_property
    def bike(self) -> Flows:
        """Flows by bike from hubs."""
        plan = self.plan
        return self._flows(plan.bike_point, plan.bike_option, plan.bike_share)

    @cached_property
    def pickup(self) -> Flows:
        """Flows picked up at delivery points."""
        plan = self.plan
        return self._flows(plan.pickup_point, plan.pickup_option, plan.pickup_share)

    def _flows(
        self, point: NDArray[np.int32], option: NDArray[np.int32], share: NDArray[np.float64]
    ) -> Flows:
        return Flows(point, option, share, self.problem.demand.parcels_per_day[point] * share)

    @cached_property
    def bike_trips(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Seconds and metres there and back for every bike flow."""
        return self.paths.round_trips(CARGO_BIKE, *self._ends(self.bike, CARGO_BIKE))

    @cached_property
    def walks_s(self) -> NDArray[np.float64]:
        """Seconds on foot to the delivery point for every pick-up flow."""
        return self.paths.pairs(WALK, *self._ends(self.pickup, WALK), reverse=True)[0]

    def _ends(self, flows: Flows, profile: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        sites = self.problem.options.site[flows.option]
        nodes = self.problem.demand.node[profile]
        return self.problem.sites.node[profile][sites], nodes[flows.point]

    def site(self, option: int) -> int:
        """Return the site of an option."""
        return int(self.problem.options.site[option])

    def design(self, option: int) -> int:
        """Return the design of an option."""
        return int(self.problem.options.design[option])

    def kind(self, option: int) -> int:
        """Return the kind of an option."""
        return int(self.problem.designs.kind[self.design(option)])

    def capacity_per_day(self, option: int) -> float:
        """Return the parcels that may pass through an option on the peak day."""
        share = 1.0 if self.capacity_share is None else float(self.capacity_share[option])
        return share * float(self.problem.designs.capacity_parcels_per_day[self.design(option)])

    def is_new(self, option: int) -> bool:
        """Tell whether the option still has to be bought or leased and built."""
        return int(self.problem.options.status[option]) != OptionStatus.EXISTING

    def name(self, option: int) -> str:
        """Return words for an option."""
        design = self.problem.designs.id[self.design(option)]
        return f"{design} on site {self.problem.sites.id[self.site(option)]}"

    def point_name(self, point: int) -> str:
        """Return words for a demand point."""
        return f"demand point {self.problem.demand.id[point]}"


def acceptance(problem: Problem, walk_s: float) -> float:
    """Return the share of people who accept a pick-up at that walking time."""
    at, share = problem.rules.acceptance_walk_s.tolist(), problem.rules.acceptance_share.tolist()
    if not at or walk_s > at[-1]:
        return 0.0
    if walk_s <= at[0]:
        return float(share[0])
    right = next(rank for rank, end in enumerate(at) if walk_s <= end)
    part = (walk_s - at[right - 1]) / (at[right] - at[right - 1])
    return float(share[right - 1] + part * (share[right] - share[right - 1]))
