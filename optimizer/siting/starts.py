"""Where searches start: which hotels, with whom, and a first set of hubs and delivery points.

The master programme picks one combination per site at the prices of the bound, with packings as
columns; it is asked once for every plausible number of hotels, because each leaves another purse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optimizer.siting.hotels import Effort, pack
from optimizer.siting.knapsack import Choices, Column, Master, choose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.siting.bounding import Bounding

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HOTELS_AROUND = 3


class Start(NamedTuple):
    """Hub, hotel and delivery point per site (option or -1), and the tenants.

    hotel_value : tenants less the fixed cost of the hotels, EUR per year.
    """

    hub: Ints
    hotel: Ints
    point: Ints
    tenant_option: Ints
    tenant_level: Ints
    hotel_value: float


def master_starts(
    bounding: Bounding, bare: Floats, effort: Effort, slack: float
) -> list[Start]:
    """Return starts for the best number of hotels and its neighbours, best first.

    bare : worth of combinations without tenants. slack : worth it makes no sense to lose.
    """
    every = np.flatnonzero(np.isfinite(bare))
    tenants = bounding.problem.tenants.count
    columns = bounding.columns

    def ask(hotels: tuple[int, int] | None) -> Choices | None:
        master = Master(every, bare[every], columns, hotels)
        found = choose(bounding.city, master, effort, tenants)
        return found if found is not None and len(found.chosen) else None

    first = ask(None)
    if first is None:
        return []
    found = [first]
    if bounding.city.types:
        middle = int(np.sum(bounding.city.combos.hotel[first.chosen] >= 0))
        for way in (1, -1):
            for far in range(1, HOTELS_AROUND + 1):
                number = middle + way * far
                other = ask((number, number)) if number >= 0 else None
                if other is None or other.value < first.value - slack:
                    break
                found.append(other)
    starts = [read_start(bounding, item, columns, effort) for item in found]
    return [start for start in starts if start is not None]


def read_start(
    bounding: Bounding, found: Choices, columns: list[Column], effort: Effort
) -> Start | None:
    """Turn the master's choice into a start; the tenants of all hotels are packed together."""
    city, combos = bounding.city, bounding.city.combos
    hub, hotel, point = (np.full(city.site_count, -1, dtype=np.int64) for _ in range(3))
    hub[combos.site[found.chosen]] = combos.hub[found.chosen]
    hotel[combos.site[found.chosen]] = combos.hotel[found.chosen]
    point[combos.site[found.chosen]] = combos.point[found.chosen]
    mine = found.chosen[combos.hotel[found.chosen] >= 0]
    tenant_option = np.full(bounding.problem.tenants.count, -1, dtype=np.int64)
    tenant_level = tenant_option.copy()
    if not len(mine):
        return Start(hub, hotel, point, tenant_option, tenant_level, 0.0)
    options, types = combos.hotel[mine], combos.type[mine]
    value = _place_columns(columns, found, options, types, (tenant_option, tenant_level))
    kinds = [city.types[kind] for kind in types]
    free = np.zeros(bounding.problem.tenants.count)
    joint = pack(bounding.problem, bounding.data, kinds, free, effort)
    if joint is not None and joint.value > value:
        tenant_option = np.where(joint.hotel >= 0, options[joint.hotel], -1)
        tenant_level, value = joint.level, joint.value
    if not np.isfinite(value):
        return None
    fixed = float(np.sum(city.choice.fixed[options]))
    return Start(hub, hotel, point, tenant_option, tenant_level, value - fixed)


def _place_columns(
    columns: list[Column],
    found: Choices,
    options: Ints,
    types: Ints,
    tenants: tuple[Ints, Ints],
) -> float:
    """Give each hotel a packing of its type that the master chose; return their value."""
    waiting = [columns[rank] for rank in found.packings]
    value = 0.0
    for option, kind in zip(options, types, strict=True):
        rank = next((at for at, item in enumerate(waiting) if item.type == kind), None)
        if rank is None:
            return -np.inf
        column = waiting.pop(rank)
        inside = column.level >= 0
        tenants[0][inside], tenants[1][inside] = option, column.level[inside]
        value += column.value
    return value
