"""Streets as arcs in arrays, one set of arcs per vehicle profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.core.frozen import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Arcs(Frozen):
    """Arcs that one profile may use: its largest strongly connected part.

    All arrays have shape (m,). Times are whole seconds >= 1 with congestion already in them; the
    best path is the lexicographic minimum of (time, length), so that both are unique.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    time_s: NDArray[np.int32]
    length_m: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Number of arcs."""
        return len(self.tail)


@dataclass(frozen=True, eq=False)
class Streets(Frozen):
    """Street nodes 0..n-1 shared by all profiles, and the arcs of each profile.

    `lon`, `lat` are WGS84 degrees; `x_m`, `y_m` are metres in the projected `crs`.
    """

    crs: str
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    arcs: dict[str, Arcs]

    @property
    def node_count(self) -> int:
        """Number of street nodes."""
        return len(self.lon)
