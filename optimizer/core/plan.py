"""The decisions, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Interiors(Frozen):
    """How hotels are fitted out; indices refer to the `Problem` and its `Hotels`.

    annex_level : int32, (a,), index into `Levels`; -1 where the tenant has no place.
    roof_m2 : int64, (o, u), roof of each option that serves each use. service : bool, (o, v).
    giver, taker, resource, amount : parallel, one row per exchange: units per year that leave the
        giver. Tenants are numbered 0..f-1, partners outside f..f+e-1.
    """

    annex_level: NDArray[np.int32]
    roof_m2: NDArray[np.int64]
    service: NDArray[np.bool_]
    giver: NDArray[np.int32]
    taker: NDArray[np.int32]
    resource: NDArray[np.int32]
    amount: NDArray[np.float64]


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
        the tenant has no place. With annexes: the main part.
    interiors : None exactly where the problem's `hotels` is None.
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
    interiors: Interiors | None = None
