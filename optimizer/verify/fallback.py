"""The baseline may not be made dearer than it is: what no facility serves takes the cheaper way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import VAN
from optimizer.core.result import Violation
from optimizer.verify.tolerance import TRACE, above
from optimizer.verify.transport import van_legs

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check that each point's rest takes the cheaper of the van and being left unserved.

    Nothing to choose where unserved parcels have no price (rule 1 forbids them then).
    """
    prices, demand = case.problem.prices, case.problem.demand
    unserved_eur = prices.unserved_eur_per_parcel
    if unserved_eur is None:
        return
    van_eur = van_eur_per_parcel(case)
    for i in range(demand.count):
        for name, share, own, other in (
            ("by van", case.plan.van_share[i], van_eur[i], unserved_eur),
            ("unserved", case.plan.unserved_share[i], unserved_eur, van_eur[i]),
        ):
            if share > TRACE and above(own, other):
                words = f"{share:.6g} is {name} at {own:.6g} a parcel, but {other:.6g} is cheaper"
                yield Violation("service", case.point_name(i), words)


def van_eur_per_parcel(case: Case) -> NDArray[np.float64]:
    """Return what one parcel to each demand point costs by van, carbon included."""
    prices = case.problem.prices
    van, carbon = prices.vehicles[VAN], prices.co2e_eur_per_t / 1000.0
    seconds, metres = van_legs(case)
    per_m = (van.eur_per_km + carbon * van.co2e_kg_per_km) / 1000.0
    return van.eur_per_hour / 3600.0 * seconds + per_m * metres
