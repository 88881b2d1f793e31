"""What changes over the years, and the rules of land and money that only years can express.

A problem with a horizon is decided period by period on the same numbered sites, designs, options
and demand points; `optimizer.core.timeline` derives each period's problem, and the model that joins
them is stated in `optimizer.siting.horizon`. Years are calendar years; a period covers the years
first_year ... first_year + years - 1 and decisions fall on its first day. Ranges of years include
both ends. Amounts of money are whole EUR (of the problem's currency) at constant prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EVER = 9999
"""Last year of what has no end."""
NET, CONSUMPTION = "net_artificialisation", "enaf_consumption"
"""Land metrics: renaturation offsets the first and not the second."""
COUNTS, WHILE_STANDING, FREE = "counts", "while_standing", "free"
"""How a land ledger treats dismantlable designs: like any other, only while they stand, never."""
PRODUCTION, LOGISTICS = "production", "logistics"
"""Uses that the engine's own designs provide; every other use takes whole sites."""


@dataclass(frozen=True, eq=False)
class Periods(Frozen):
    """Consecutive spans of the horizon; arrays have shape (t,).

    first_year, years : calendar; first_year[t + 1] = first_year[t] + years[t].
    demand_factor : parcels and stops against the problem's figures.
    land_price_factor, build_price_factor, operating_price_factor, rent_factor : against the
        problem's prices (operating: vehicles, running, handling; rent: tenants' rents and ground
        rents).
    """

    name: tuple[str, ...]
    first_year: NDArray[np.int32]
    years: NDArray[np.int32]
    demand_factor: NDArray[np.float64]
    land_price_factor: NDArray[np.float64]
    build_price_factor: NDArray[np.float64]
    operating_price_factor: NDArray[np.float64]
    rent_factor: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of periods."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Timing(Frozen):
    """Time rules of designs; arrays have shape (d,).

    minimum_stay_years : an opening lasts at least so long, or to the end of the horizon.
    build_years : from decision to opening; nothing is decided before the horizon begins.
    closing_share : of build cost, paid on closing (dismantling, what cannot be recovered).
    resale_share : of build cost, received by the purse on closing.
    """

    minimum_stay_years: NDArray[np.int32]
    build_years: NDArray[np.int32]
    closing_share: NDArray[np.float64]
    resale_share: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground(Frozen):
    """What time and clean-up mean for sites; arrays have shape (s,).

    free_from_year, free_until_year : new options stand only within these years (EVER: no end).
    clean_up_eur : paid once, when the first new option with a footprint, or another use, comes.
    clean_up_deviation_eur, price_deviation_eur_m2 : how much more it may cost (robust purses).
    clean_up_years : delay before the first opening, beside building.
    """

    free_from_year: NDArray[np.int32]
    free_until_year: NDArray[np.int32]
    clean_up_eur: NDArray[np.int64]
    clean_up_deviation_eur: NDArray[np.int64]
    clean_up_years: NDArray[np.int32]
    price_deviation_eur_m2: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LandLedgers(Frozen):
    """Budgets of soil over years; arrays have shape (b,).

    metric : NET or CONSUMPTION. basis : "footprint" or "parcel". temporary : COUNTS,
    WHILE_STANDING or FREE, for dismantlable designs. covers : (b, g). budget_m2 : what may be used
    from first_year to last_year; guarantees and pooling are in it already.
    """

    name: tuple[str, ...]
    metric: tuple[str, ...]
    basis: tuple[str, ...]
    temporary: tuple[str, ...]
    source: tuple[str, ...]
    covers: NDArray[np.bool_]
    budget_m2: NDArray[np.int64]
    first_year: NDArray[np.int32]
    last_year: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of land ledgers."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Renaturation(Frozen):
    """Artificialised soil that could be given back; arrays have shape (r,).

    area_m2 : at most. eur_m2 : whole EUR per m2. years : from start until it counts.
    first_year : earliest start.
    """

    id: tuple[str, ...]
    source: tuple[str, ...]
    jurisdiction: NDArray[np.int32]
    area_m2: NDArray[np.int64]
    eur_m2: NDArray[np.int64]
    years: NDArray[np.int32]
    first_year: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of renaturation projects."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Purses(Frozen):
    """Cash by period; arrays have shape (b,) unless said.

    covers : (b, g). opening_eur : at the start. grant_eur : (b, t), whole EUR.
    borrow_max_eur : debt at any time; debt_end_max_eur : debt left after the last period.
    interest_rate : per year on debt. gamma : how many sites may turn out dearer by their deviation.
    pays_running : running cost and ground rents leave the purse. gets_rents : tenants' rents enter.
    subsidy_max_eur_year : rent that tenants in their first years are spared; -1 = no limit.
    """

    name: tuple[str, ...]
    source: tuple[str, ...]
    covers: NDArray[np.bool_]
    opening_eur: NDArray[np.int64]
    grant_eur: NDArray[np.int64]
    borrow_max_eur: NDArray[np.int64]
    debt_end_max_eur: NDArray[np.int64]
    interest_rate: NDArray[np.float64]
    gamma: NDArray[np.int32]
    pays_running: NDArray[np.bool_]
    gets_rents: NDArray[np.bool_]
    subsidy_max_eur_year: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Number of purses."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Rents(Frozen):
    """Progressive rents: the share of the asked rent by age of the firm.

    until_age : ascending, years, shape (k,). share : (k,), in (0, 1]; a firm younger than
    until_age[0] pays share[0], and so on; from until_age[-1] on it pays the whole rent.
    founded_year : shape (f,); 0 where unknown (pays the whole rent).
    """

    until_age: NDArray[np.int32]
    share: NDArray[np.float64]
    founded_year: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Uses(Frozen):
    """Uses that compete for sites; arrays have shape (u,).

    area_min_m2 : at least so much from period first_year on (whole sites count their parcel_m2;
    PRODUCTION counts the level area of open hotels, LOGISTICS footprints and inside_hotel_m2 of
    hubs and delivery points). jurisdiction : -1 = everywhere. permits : (u, z).
    eur_m2_year : net yearly cost to the public per m2 of site, >= 0.
    artificialises : whether it consumes soil that is still natural.
    """

    name: tuple[str, ...]
    source: tuple[str, ...]
    jurisdiction: NDArray[np.int32]
    area_min_m2: NDArray[np.int64]
    first_year: NDArray[np.int32]
    permits: NDArray[np.bool_]
    eur_m2_year: NDArray[np.float64]
    artificialises: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """Number of uses."""
        return len(self.name)


@dataclass(frozen=True, eq=False)
class Firms(Frozen):
    """Firms that stand on sites today, and premises that they could move to.

    Firms, shape (k,): site; area_m2 of ground; jobs; may_stay beside what is built if the parcel
    has room for both; move_eur, lost_eur : one-off cost of moving, of closing it down.
    Premises, shape (p,): area_m2. move_m : (k, p) metres. move_max_m : farther is no move.
    jobs_lost_max : -1 = no limit. job_lost_eur_year : weight of a lost job, from its loss on.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    site: NDArray[np.int32]
    area_m2: NDArray[np.int64]
    jobs: NDArray[np.float64]
    may_stay: NDArray[np.bool_]
    move_eur: NDArray[np.int64]
    lost_eur: NDArray[np.int64]
    premises: tuple[str, ...]
    premises_area_m2: NDArray[np.int64]
    move_m: NDArray[np.float64]
    move_max_m: float
    jobs_lost_max: float
    job_lost_eur_year: float

    @property
    def count(self) -> int:
        """Number of firms."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Pavilions(Frozen):
    """A stock of dismantlable buildings that move between sites; arrays have shape (v,).

    design : what it is; options of such a design are open only where a pavilion stands.
    moves_max : placements after its first one. move_eur : cost of each. move_days : out of use in
    the period of arrival, in days (not for its first placement).
    """

    id: tuple[str, ...]
    design: NDArray[np.int32]
    moves_max: NDArray[np.int32]
    move_eur: NDArray[np.int64]
    move_days: NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of pavilions."""
        return len(self.id)


@dataclass(frozen=True, eq=False)
class Cooperation(Frozen):
    """Authorities that may pool land and money; each must end no worse than alone.

    member : names, shape (c,). covers : (c, g), every jurisdiction in exactly one member.
    trades_land, trades_money : whether budgets may pass between ledgers and purses of members.
    demand_jurisdiction : shape (n,), who answers for each demand point.
    """

    member: tuple[str, ...]
    covers: NDArray[np.bool_]
    trades_land: bool
    trades_money: bool
    demand_jurisdiction: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Horizon(Frozen):
    """Periods, and what holds over them; see `optimizer.siting.horizon` for every rule.

    permits : bool, shape (t, z, d), zoning by period; `Problem.zoning` permits what some period
    does. quota_first_year : (q,), quotas of `Rules.quotas` hold in periods that begin in that year
    or later. The land ledgers and purses of `Rules` are empty in a problem with a horizon: those
    here take their place.
    """

    periods: Periods
    permits: NDArray[np.bool_]
    timing: Timing
    ground: Ground
    land: LandLedgers
    renaturation: Renaturation
    purses: Purses
    rents: Rents
    uses: Uses
    firms: Firms
    pavilions: Pavilions
    quota_first_year: NDArray[np.int32]
    cooperation: Cooperation | None
