"""What every check of a location answer gets, and how it says what it found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from optimizer.core.location import Flows, LocationProblem, LocationResult
    from optimizer.verify.location.prices import Prices

NAMED = 3
"""Customers or sites that one violation names; the rest is counted."""

EXACT = 1e-9
"""Relative; sums of the same numbers in another order."""


@dataclass(frozen=True)
class Case:
    """One answer to one problem under examination."""

    problem: LocationProblem
    result: LocationResult
    prices: Prices

    @cached_property
    def served(self) -> NDArray[np.int64]:
        """Customers that one site serves."""
        return np.flatnonzero(self.result.assign >= 0)

    @cached_property
    def served_cost(self) -> NDArray[np.float64]:
        """Cost of each of `served` at the site that serves it; inf not allowed, nan unknown."""
        return self.prices.pairs(self.served, self.result.assign[self.served])

    @cached_property
    def flow_cost(self) -> NDArray[np.float64]:
        """Cost of each flow's pair."""
        flows = self.flows
        return self.prices.pairs(flows.customer, flows.site)

    @property
    def flows(self) -> Flows:
        """Flows of an answer that has been found to have them."""
        flows = self.result.flows
        assert flows is not None  # noqa: S101 - the shape check comes first
        return flows

    @cached_property
    def load(self) -> NDArray[np.float64]:
        """Demand served from each site, shape (m,)."""
        demand, result = self.problem.demand, self.result
        if result.flows is None:
            return totals(result.assign[self.served], demand[self.served], self.site_count)
        flows = result.flows
        return totals(flows.site, demand[flows.customer] * flows.share, self.site_count)

    @property
    def site_count(self) -> int:
        """Number of sites."""
        return self.problem.costs.shape[1]

    @property
    def customer_count(self) -> int:
        """Number of customers."""
        return self.problem.costs.shape[0]


def totals(
    place: NDArray[np.int32], amount: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    """Return the exactly rounded sum of the amounts of each place 0..count-1."""
    order = np.argsort(place, kind="stable")
    ranked, amounts = place[order], amount[order]
    answer = np.zeros(count)
    ends = np.searchsorted(ranked, np.arange(count + 1))
    for one in np.unique(ranked):
        answer[one] = math.fsum(amounts[ends[one] : ends[one + 1]].tolist())
    return answer


def violation(rule: str, where: str, words: str) -> Violation:
    """Return a violation of a rule of location models."""
    return Violation(f"location: {rule}", where, words)


def named(what: str, which: Iterable[int]) -> str:
    """Name the first few of them."""
    numbers = [int(number) for number in which]
    told = ", ".join(map(str, numbers[:NAMED]))
    more = f" and {len(numbers) - NAMED} more" if len(numbers) > NAMED else ""
    return f"{what} {told}{more}"
