"""What every check over years gets: problem, programme, each period's case, and derived events."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import OptionStatus, Tenure
from optimizer.core.timeline import horizon_of, period_problem
from optimizer.verify.case import Case
from optimizer.verify.money import build_eur, purchase_eur

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.horizon import Horizon
    from optimizer.core.problem import Problem
    from optimizer.core.programme import Programme
    from optimizer.verify.paths import Paths

DAYS_PER_YEAR = 365


class Placement(NamedTuple):
    """A pavilion arrives on an option at the start of a period; `first`: it was never placed."""

    pavilion: int
    period: int
    option: int
    first: bool


@dataclass(frozen=True)
class Years:
    """One programme of one problem under examination; `baseline` as in `verify.case.Case`."""

    problem: Problem
    programme: Programme
    paths: Paths
    baseline: bool = False

    @property
    def horizon(self) -> Horizon:
        """The horizon of the problem."""
        return horizon_of(self.problem)

    @property
    def count(self) -> int:
        """Number of periods."""
        return self.horizon.periods.count

    @cached_property
    def first_year(self) -> list[int]:
        """First calendar year of each period."""
        return [int(year) for year in self.horizon.periods.first_year]

    @cached_property
    def years(self) -> list[int]:
        """Years of each period."""
        return [int(years) for years in self.horizon.periods.years]

    @property
    def end_year(self) -> int:
        """First year after the horizon."""
        return self.first_year[-1] + self.years[-1]

    @cached_property
    def cases(self) -> list[Case]:
        """Each period's plan on the problem of its period; street searches are shared."""
        return [
            Case(period_problem(self.problem, t), plan, self.paths.sibling(), self.baseline, share)
            for t, (plan, share) in enumerate(
                zip(self.programme.plans, self._capacity_shares(), strict=True)
            )
        ]

    @cached_property
    def new(self) -> NDArray[np.bool_]:
        """Options that do not exist yet, shape (o,)."""
        found: NDArray[np.bool_] = self.problem.options.status != OptionStatus.EXISTING
        return found

    @cached_property
    def footprint_m2(self) -> NDArray[np.int64]:
        """Footprint of each option, shape (o,)."""
        return self.problem.designs.footprint_m2[self.problem.options.design]

    @cached_property
    def bought(self) -> NDArray[np.bool_]:
        """New options whose land is bought, shape (o,)."""
        tenure = np.array([one == Tenure.BUY for one in self.problem.designs.tenure], dtype=bool)
        found: NDArray[np.bool_] = tenure[self.problem.options.design] & self.new
        return found

    @cached_property
    def stands(self) -> NDArray[np.bool_]:
        """New options that are open, shape (t, o)."""
        opened = np.array([plan.open_option for plan in self.programme.plans], dtype=bool)
        return opened & self.new

    @cached_property
    def starts(self) -> NDArray[np.bool_]:
        """start[t, o]: a new option opens at the start of t."""
        before = np.vstack([np.zeros_like(self.stands[:1]), self.stands[:-1]])
        return self.stands & ~before

    @cached_property
    def stops(self) -> NDArray[np.bool_]:
        """stop[t, o]: a new option has closed at the start of t."""
        before = np.vstack([np.zeros_like(self.stands[:1]), self.stands[:-1]])
        return before & ~self.stands

    @cached_property
    def takes_m2(self) -> NDArray[np.int64]:
        """M[t, j]: footprints of the new options that are open on a site."""
        return self.on_sites(np.ones(self.problem.options.count, dtype=bool))

    def on_sites(self, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the footprints of those of the options `which` that stand, shape (t, j)."""
        taken = np.zeros((self.count, self.problem.sites.count), dtype=np.int64)
        for t in range(self.count):
            opened = np.flatnonzero(self.stands[t] & which)
            np.add.at(taken[t], self.problem.options.site[opened], self.footprint_m2[opened])
        return taken

    @cached_property
    def touched(self) -> NDArray[np.bool_]:
        """touched[t, j]: a new footprint or another use has come to j in t or before."""
        now = (self.takes_m2 > 0) | (self.programme.use >= 0)
        return np.logical_or.accumulate(now, axis=0)

    @cached_property
    def first_touched(self) -> NDArray[np.bool_]:
        """first[t, j]: that happens in t for the first time."""
        before = np.vstack([np.zeros_like(self.touched[:1]), self.touched[:-1]])
        return self.touched & ~before

    @cached_property
    def of_pavilion(self) -> NDArray[np.bool_]:
        """Options whose design is that of a pavilion, shape (o,)."""
        return np.isin(self.problem.options.design, self.horizon.pavilions.design)

    @cached_property
    def placements(self) -> list[Placement]:
        """Arrivals of pavilions: on another option than before, or back from store."""
        found = []
        for v, row in enumerate(self.programme.pavilion_option.tolist()):
            placed = False
            for t, option in enumerate(row):
                if option >= 0 and (t == 0 or row[t - 1] != option):
                    found.append(Placement(v, t, option, not placed))
                    placed = True
        return found

    def _capacity_shares(self) -> list[NDArray[np.float64]]:
        """Return the share of its capacity that each option has in each period."""
        shares = [np.ones(self.problem.options.count) for _ in range(self.count)]
        for one in self.placements:
            if not one.first:
                days = float(self.horizon.pavilions.move_days[one.pavilion])
                left = 1.0 - days / (DAYS_PER_YEAR * self.years[one.period])
                shares[one.period][one.option] *= max(0.0, left)
        return shares

    def left(self, firm: int, period: int) -> bool:
        """Tell whether a firm has left its site by a period."""
        leaves = int(self.programme.firm_leaves[firm])
        return 0 <= leaves <= period

    def lost(self, firm: int) -> bool:
        """Tell whether a firm leaves without premises to go to."""
        leaves = int(self.programme.firm_leaves[firm])
        return leaves >= 0 and int(self.programme.firm_premises[firm]) < 0

    def land_eur(self, option: int, period: int) -> int:
        """Return what an option's land costs at once in a period."""
        return purchase_eur(self.cases[period], option)

    def build_eur(self, option: int, period: int) -> int:
        """Return what an option costs to build in a period."""
        return build_eur(self.cases[period], option)

    def price_eur_m2(self, site: int, period: int) -> int:
        """Return the purchase price of land in a period."""
        return int(self.cases[period].problem.sites.price_eur_m2[site])

    def jurisdiction(self, site: int) -> int:
        """Return the jurisdiction of a site."""
        return int(self.problem.sites.jurisdiction[site])

    def site(self, option: int) -> int:
        """Return the site of an option."""
        return int(self.problem.options.site[option])

    def design(self, option: int) -> int:
        """Return the design of an option."""
        return int(self.problem.options.design[option])

    def name(self, option: int) -> str:
        """Return words for an option."""
        design = self.problem.designs.id[self.design(option)]
        return f"{design} on site {self.site_name(self.site(option))}"

    def site_name(self, site: int) -> str:
        """Return the id of a site."""
        return self.problem.sites.id[site]

    def when(self, period: int) -> str:
        """Return words for a period."""
        return f"period {self.horizon.periods.name[period]}"
