"""Pure location problems and their answers, as the literature states them.

One record serves every kind; a field that a kind does not use keeps its default. Weighted costs are
c[i,j] = weight[i] * cost[i,j]; y[j] opens site j, x[i,j] is the share of customer i served from j;
a site covers what it reaches at cost <= radius.

p_median            min sum c x                               at_least <= sum y <= at_most
p_center            min max c[i, nearest open site]           the same
set_cover           min sum fixed_cost y                      every i covered by `fold` open sites
partial_cover       min sum fixed_cost y                      covered weight >= share * all weight
max_cover           max weight covered by `fold` open sites   sum y <= at_most
backup_cover        max weight covered twice or more          every i covered, sum y <= at_most
fixed_charge        min sum fixed_cost y + sum c x            x <= y
capacitated         min sum fixed_cost y + sum c x            min_use y <= demand x <= capacity y
single_source       min sum fixed_cost y + sum c x            the same, x integer
capacitated_median  min sum c x                               the same, sum y as p_median
dispersion          max least cost between open sites         sum y >= at_least
max_capture         max weight nearer to us than to rivals    sum y <= at_most
huff                max sum weight * A / (A + rival)          sum y <= at_most
two_level           min as capacitated, plus hubs             as capacitated; see `Hubs`

Counts and required and forbidden sites hold in every kind. huff: `costs` holds attractions, A is
their sum over open sites. max_capture: a customer whose nearest open site is as near as the rival
gives half its weight (ReVelle 1986, doi:10.1111/j.1467-9787.1986.tb00824.x).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.costs import Costs

KINDS = (
    "p_median",
    "p_center",
    "set_cover",
    "partial_cover",
    "max_cover",
    "backup_cover",
    "fixed_charge",
    "capacitated",
    "single_source",
    "capacitated_median",
    "dispersion",
    "max_capture",
    "huff",
    "two_level",
)
MAXIMISED = frozenset({"max_cover", "backup_cover", "dispersion", "max_capture", "huff"})
SPLIT = frozenset({"capacitated", "two_level"})
OPTIMAL_GAP = 1e-6  # relative gap at which an answer may be called optimal
FEASIBILITY = 1e-6  # relative tolerance on capacities and shares; integer data are checked exactly


@dataclass(frozen=True, eq=False)
class Sizes(Frozen):
    """What may be built: size k stands on site[k]; a site takes at most one of its sizes.

    site : int32, shape (k,), every site at least once. fixed_cost, capacity (inf = none), min_use :
    float64, shape (k,); capacity and min_use in units of demand.
    """

    site: NDArray[np.int32]
    fixed_cost: NDArray[np.float64]
    capacity: NDArray[np.float64]
    min_use: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of sizes over all sites."""
        return len(self.site)


@dataclass(frozen=True, eq=False)
class Hubs(Frozen):
    """Upper level of `two_level`: each open site (delivery point) is supplied by open hubs.

    Flow f[j,h] from hub h to site j: sum over h of f[j,h] = sum over i of demand[i] x[i,j];
    cost sum link[j,h] f[j,h] + sum fixed_cost[h] y[h]; sum over j of f[j,h] <= capacity[h] y[h].

    link : float64, shape (m, hubs), per unit of demand, inf where not allowed.
    """

    link: NDArray[np.float64]
    fixed_cost: NDArray[np.float64]
    capacity: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LocationProblem(Frozen):
    """A pure location problem; see the head of the file for what each kind means.

    costs : n customers x m sites. weight : float64, shape (n,), multiplies costs (or is what
    covering a customer is worth). demand : float64, shape (n,), what it takes of a capacity.
    at_least, at_most : number of open sites. required, forbidden : bool, shape (m,).
    radius : cost up to which a site covers. share : of all weight, in [0, 1]. fold : sites that a
    customer needs in its radius. rival : float64, shape (n,): cost of the nearest competitor
    (max_capture) or total attraction of all competitors (huff).
    """

    kind: str
    costs: Costs
    weight: NDArray[np.float64]
    demand: NDArray[np.float64]
    sizes: Sizes
    required: NDArray[np.bool_]
    forbidden: NDArray[np.bool_]
    at_least: int = 0
    at_most: int | None = None
    radius: float | None = None
    share: float | None = None
    fold: int = 1
    rival: NDArray[np.float64] | None = None
    hubs: Hubs | None = None

    @property
    def maximised(self) -> bool:
        """Whether larger objectives are better."""
        return self.kind in MAXIMISED


@dataclass(frozen=True, eq=False)
class Flows(Frozen):
    """Shares of split customers: share[e] of customer[e] is served from site[e].

    hub_site, hub, hub_flow : two_level only; hub_flow[e] units of demand go from hub[e] to
    hub_site[e].
    """

    customer: NDArray[np.int32]
    site: NDArray[np.int32]
    share: NDArray[np.float64]
    hub_site: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    hub: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    hub_flow: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class LocationResult(Frozen):
    """Answer to a location problem; reason, limit, value and bound are separate.

    status : "plan" | "infeasible" | "no_plan". proof : "optimal" | "gap" | "infeasible" | "none".
    stopped_by : "proof" | "gap" | "time" | "work" | "memory" | "user".
    open : int32, open sites in ascending order. size : int32, same shape, row of `Sizes` built.
    assign : int32, shape (n,), site that serves each customer, -1 = none (not covered, or split).
    flows : split kinds only. open_hubs : two_level only.
    objective, bound : None when unknown; the bound is a lower one, an upper one where maximised.
    statistics : figures of the run, such as iterations, nodes, cuts, seconds by phase.
    """

    status: str
    proof: str
    stopped_by: str
    open: NDArray[np.int32]
    size: NDArray[np.int32]
    assign: NDArray[np.int32]
    objective: float | None
    bound: float | None
    statistics: dict[str, float]
    flows: Flows | None = None
    open_hubs: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    @property
    def gap(self) -> float | None:
        """|objective - bound| / |objective|, or None."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return |objective - bound| / |objective|, 0 where both are 0."""
    return abs(objective - bound) / max(abs(objective), 1e-9)
