"""What land costs at once, by the way it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import Tenure

if TYPE_CHECKING:
    from optimizer.core.problem import Problem


def land_price_eur_m2(problem: Problem, site: int, design: int) -> int:
    """Return the price, the premium of a long lease, or 0 for land leased by the year."""
    match Tenure(problem.designs.tenure[design]):
        case Tenure.BUY:
            return int(problem.sites.price_eur_m2[site])
        case Tenure.LONG_LEASE:
            return int(problem.sites.long_lease_eur_m2[site])
        case Tenure.LEASE:
            return 0
