"""Constants of the tour estimate, fitted to planned tours; `optimizer.siting` states the formulas.

The estimate of a vehicle's tours has parts: the way out and back (trip), the way between
neighbouring stops (gap), parking and handing over (stop). Tours that were planned say how long
each part really is; loading, breaks and waiting, which the estimate leaves out, are told as seconds
per parcel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen
from optimizer.core.kinds import CARGO_BIKE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TourConstants(Frozen):
    """Factors on the parts of one vehicle's estimate; arrays of shape (a,), one per area.

    trip_s, trip_m : on seconds and metres of the way out and back. gap_s, gap_m : on those between
    stops. stop : on parking, handing over and unloading. parcel_s : seconds per parcel on top.
    """

    trip_s: NDArray[np.float64]
    trip_m: NDArray[np.float64]
    gap_s: NDArray[np.float64]
    gap_m: NDArray[np.float64]
    stop: NDArray[np.float64]
    parcel_s: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TourFit(Frozen):
    """Constants by vehicle; vehicles that are not named keep the formula as it is.

    constants : the areas of cargo bikes are the sites of their hubs, (s,); those of vans and
        lorries are the whole city, (1,).
    own : bool, (s,), sites whose constants come from tours of a hub there; the others carry those
        of the city.
    days : how many days were used.
    """

    constants: dict[str, TourConstants]
    own: NDArray[np.bool_]
    days: int

    def areas(self, vehicle: str) -> int:
        """Return how many areas the constants of a vehicle have."""
        return len(self.own) if vehicle == CARGO_BIKE else 1
