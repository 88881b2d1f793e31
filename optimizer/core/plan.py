"""The decisions, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Plan(Frozen):
    """Decisions of one siting plan; indices refer to the `Problem`.

    open_option : bool, shape (o,).
    bike_point, bike_option, bike_share : parallel, one row per flow: share of the point's parcels
        that arrive by bike from that hub option.
    pickup_point, pickup_option, pickup_share : likewise, share of the point's parcels that people
        pick up at that delivery point option (after acceptance).
    van_share, unserved_share : shape (n,), per demand point.
    tenant_option, tenant_level : shape (f,), the hotel option and the index into `Levels`; -1 where
        the tenant has no place.
    """

    open_option: NDArray[np.bool_]
    bike_point: NDArray[np.int32]
    bike_option: NDArray[np.int32]
    bike_share: NDArray[np.float64]
    pickup_point: NDArray[np.int32]
    pickup_option: NDArray[np.int32]
    pickup_share: NDArray[np.float64]
    van_share: NDArray[np.float64]
    unserved_share: NDArray[np.float64]
    tenant_option: NDArray[np.int32]
    tenant_level: NDArray[np.int32]
