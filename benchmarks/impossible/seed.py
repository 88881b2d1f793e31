"""What a seeded scenario is, and towns in which nothing clashes before something is put in."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.core.kinds import Kind, LandStatus, OptionStatus
from tests.builders import grid_problem
from tests.horizon import with_horizon

if TYPE_CHECKING:
    from optimizer.core.problem import Problem

PLENTY = 10**9
SIZES = ((5, 8, 6), (6, 20, 12), (8, 40, 20), (12, 90, 40))
"""Nodes along a side, demand points, sites."""


class Seeded(NamedTuple):
    """A problem and the rules that clash in it: (family, part of the rule's title) each."""

    problem: Problem
    clash: tuple[tuple[str, str], ...]


REQUIRED = ("quotas", "required option")


def _has_room(town: Problem) -> bool:
    """Return whether a town has a site for a hotel and three for the smaller hub."""
    hotel = town.designs.kind[town.options.design] == Kind.PRODUCTIVE_HOTEL
    return bool(np.any(hotel) and np.sum(town.options.design == 0) >= 3)


class Town:
    """A seeded town of a size that the seed chooses, and dice."""

    def __init__(self, seed: int, *, firms: int = 6, periods: int = 0) -> None:
        """Make the town; `periods` > 0 gives it a horizon of five years each."""
        side, points, sites = SIZES[seed % (3 if periods else len(SIZES))]
        self.dice = np.random.default_rng(seed)
        towns = (
            grid_problem(
                columns=side, rows=side, points=points, sites=sites, firms=firms,
                purse_eur=PLENTY, land_m2=PLENTY, seed=seed + 1_000 * again,
            )
            for again in count()
        )  # fmt: skip
        town = next(town for town in towns if _has_room(town))
        none = np.zeros(town.designs.count)
        town = town.replace(
            designs=town.designs.replace(
                minimum_parcels_per_day=none, let_share_min=none, productive_share_min=none
            )
        )
        self.problem = with_horizon(town, periods) if periods else town

    def pick(self, *kinds: Kind, soil: bool = False, tenure: str = "") -> int:
        """Return an option of a kind that stands on its own ground; `soil`: on natural land."""
        mine = np.flatnonzero(self._own_ground(kinds, tenure))
        option = int(self.dice.choice(mine))
        if soil:
            self.on_soil(option)
        return option

    def pick_two(self, kind: Kind) -> tuple[int, int]:
        """Return options of one kind on two sites."""
        mine = np.flatnonzero(self._own_ground((kind,), ""))
        first = int(self.dice.choice(mine))
        other = mine[self.problem.options.site[mine] != self.problem.options.site[first]]
        return first, int(self.dice.choice(other))

    def _own_ground(self, kinds: tuple[Kind, ...], tenure: str) -> np.ndarray:
        design = self.problem.options.design
        designs = self.problem.designs
        mine = np.isin(designs.kind[design], kinds) & (designs.footprint_m2[design] > 0)
        if tenure:
            mine &= np.array([designs.tenure[which] == tenure for which in design])
        return mine

    def on_soil(self, option: int) -> None:
        """Let the site of an option be natural land."""
        status = self.problem.sites.land_status.copy()
        status[self.site(option)] = LandStatus.NATURAL
        self.sites(land_status=status)

    def require(self, *options: int, status: int = OptionStatus.REQUIRED) -> None:
        """State the status of options."""
        codes = self.problem.options.status.copy()
        codes[list(options)] = status
        self.problem = self.problem.replace(options=self.problem.options.replace(status=codes))

    def sites(self, **columns: np.ndarray) -> None:
        """Change columns of the sites."""
        self.problem = self.problem.replace(sites=self.problem.sites.replace(**columns))

    def site_at(self, field: str, site: int, value: float) -> None:
        """Change one figure of one site."""
        column = getattr(self.problem.sites, field).copy()
        column[site] = value
        self.sites(**{field: column})

    def design_at(self, field: str, design: int, value: float) -> None:
        """Change one figure of one design."""
        column = getattr(self.problem.designs, field).copy()
        column[design] = value
        self.problem = self.problem.replace(designs=self.problem.designs.replace(**{field: column}))

    def rules(self, **parts: object) -> None:
        """Change parts of the rules."""
        self.problem = self.problem.replace(rules=self.problem.rules.replace(**parts))

    def budget(self, family: str, amount: int) -> None:
        """Set the only land budget or purse."""
        ledger = getattr(self.problem.rules, family)
        self.rules(**{family: ledger.replace(budget=np.array([amount]))})

    def quota(self, kind: Kind, at_least: int = 0, at_most: int = -1) -> None:
        """Set the only quota, over all jurisdictions."""
        old = self.problem.rules.quotas
        self.rules(
            quotas=old.replace(
                kind=np.array([kind], dtype=np.int8),
                at_least=np.array([at_least], dtype=np.int32),
                at_most=np.array([at_most], dtype=np.int32),
            )
        )

    def years(self, **parts: object) -> None:
        """Change parts of the horizon."""
        self.problem = self.problem.replace(horizon=self.problem.horizon.replace(**parts))

    def year_at(self, part: str, field: str, rank: int, value: float) -> None:
        """Change one figure of a part of the horizon."""
        block = getattr(self.problem.horizon, part)
        column = getattr(block, field).copy()
        column[rank] = value
        self.years(**{part: block.replace(**{field: column})})

    def site(self, option: int) -> int:
        """Return the site of an option."""
        return int(self.problem.options.site[option])

    def design(self, option: int) -> int:
        """Return the design of an option."""
        return int(self.problem.options.design[option])

    def footprint(self, option: int) -> int:
        """Return the footprint of an option."""
        return int(self.problem.designs.footprint_m2[self.design(option)])

    def some(self, low: int, high: int) -> int:
        """Return a random whole number, both ends included."""
        return int(self.dice.integers(low, high + 1))
