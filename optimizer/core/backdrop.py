"""What a map shows behind the decisions: ragged lines and rings in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Shapes(Frozen):
    """k lines or rings: shape j is points start[j]:start[j + 1]; start has shape (k + 1,).

    code : class of the shape (streets: 0 main, 1 middle, 2 small; rings: 0). Holes are left out.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    start: NDArray[np.int64]
    code: NDArray[np.int8]

    @property
    def count(self) -> int:
        """Number of shapes."""
        return len(self.code)


@dataclass(frozen=True, eq=False)
class Backdrop(Frozen):
    """Background layers; `sites` has one ring per site of the problem (may have no points).

    zones, parcels : rings of the land-use plan (code: index into `zone_name`, of which many may be
        alike) and of the cadastre, None where nobody gave them.
    """

    streets: Shapes
    buildings: Shapes
    water: Shapes
    green: Shapes
    sites: Shapes
    credit: str
    zones: Shapes | None = None
    parcels: Shapes | None = None
    zone_name: tuple[str, ...] = ()
