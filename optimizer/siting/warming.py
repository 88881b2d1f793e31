"""Compile every kernel once, on a town of one point and one site where nothing is open.

Done before the clock of a solve starts: a cold compilation takes some twenty seconds. The arrays
have the types, dimensions and order of a real town's, so that no kernel is compiled again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.siting.city import Choice, Reach
from optimizer.siting.estimate import serve_all, settle_prices
from optimizer.siting.kernels import add_flows, option_values
from optimizer.siting.local import make_around
from optimizer.siting.proposals import Ground, Moves
from optimizer.siting.search import Best, anneal, worth
from optimizer.siting.tenancy import Tenancy, tenant_bound
from optimizer.siting.ways import Open, Town, make_lanes

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.limits import Cancel


def warm_up(cancel: Cancel) -> bool:
    """Compile, or load from the cache; return whether all kernels are ready.

    A cancelled call ends after the kernel it is at (at most about ten seconds) and returns False.
    """
    steps: tuple[Callable[[], object], ...] = (_tenants, _values, _flows, _estimate, _search)
    for step in steps:
        if cancel.cancelled:
            return False
        step()
    return True


def _ints(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.zeros(shape, dtype=np.int64)


def _nothing(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.full(shape, -1, dtype=np.int64)


def _reach() -> Reach:
    return Reach(
        start=_ints(2),
        point=np.zeros(0, dtype=np.int32),
        gain=np.zeros(0),
        need=np.zeros(0),
        most=np.zeros(0),
        time_s=np.zeros(0, dtype=np.int32),
    )


def _choice() -> Choice:
    return Choice(
        site=_ints(1),
        kind=_ints(1),
        capacity=np.zeros(1),
        minimum=np.zeros(1),
        handling=np.zeros(1),
        fixed=np.zeros(1),
        always=np.zeros(1, dtype=bool),
        hub_start=_ints(2),
        hub_option=_ints(0),
        point_start=_ints(2),
        point_option=_ints(0),
    )


def _town() -> Town:
    one = np.ones(1)
    return Town(
        one,
        one.copy(),
        one.copy(),
        False,  # noqa: FBT003 - a field
        _reach(),
        _reach(),
        _choice(),
        _reach(),
    )


def _open() -> Open:
    return Open(_nothing(1), _nothing(1), *(np.zeros((2, 1)) for _ in range(4)))


def _tenants() -> None:
    one, table = np.zeros(1), np.zeros((1, 1))
    tenancy = Tenancy(_ints(1, 1), table, table.copy(), np.ones(1), one, table, one, one)
    tenant_bound(tenancy, np.zeros(1), np.zeros(1), np.zeros((1, 1)))


def _values() -> None:
    spans = (_ints(2), _ints(0), 0.0)
    prices, cost, near, out = np.zeros((2, 1)), np.zeros(1), np.ones(1), np.zeros(2)
    option_values(_reach(), _choice(), spans, prices, cost, near, out)


def _flows() -> None:
    prices, share = np.zeros((2, 1)), np.zeros((2, 1))
    add_flows(_reach(), _choice(), _ints(0), prices, share, np.zeros(0))


def _estimate() -> None:
    town, opened, lanes = _town(), _open(), make_lanes(1)
    settle_prices(town, opened, lanes, 1, 1.0)
    serve_all(town, opened, lanes)


def _search() -> None:
    town, opened = _town(), _open()
    ground = Ground(
        hotel=_nothing(1),
        area=np.zeros(1),
        footprint=np.zeros(1),
        free=np.zeros(1, dtype=bool),
        locked=np.zeros((2, 1), dtype=bool),
        use_start=_ints(2),
        use_row=_ints(0),
        use=np.zeros(0),
        once_start=_ints(2),
        once_row=_ints(0),
        once=np.zeros(0),
        consumes=np.zeros(1, dtype=bool),
        limit=np.zeros(0),
    )
    moves = Moves(_ints(0), _ints(0), _nothing(1, 1), _nothing(1, 1))
    best = Best(_nothing(1), _nothing(1), np.zeros((2, 1)), np.zeros(1))
    lanes = make_lanes(1), make_lanes(1)
    worth(town, opened, lanes[0], 1.0)
    scratch = (*lanes, make_around(1, 1))
    anneal(town, ground, moves, opened, best, scratch, (0, 1, 1.0, 1, 1.0, 1.0))
