"""Orders cut into stops: by promised window, and so small that a vehicle can take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.day import DayRules, Orders

ANY_TIME = -1
SLACK = 1e-9


class Pieces(NamedTuple):
    """Parts of orders that are one routing stop each; shape (p,).

    order : index into `Orders`. window : index into the windows of `DayRules`, -1 = any time.
    parcels, stops : handed over there, and to how many receivers.
    """

    order: NDArray[np.int32]
    window: NDArray[np.int32]
    parcels: NDArray[np.int64]
    stops: NDArray[np.int64]

    def part(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Pieces:
        """Return some of the pieces."""
        return Pieces(self.order[rows], self.window[rows], self.parcels[rows], self.stops[rows])


def cut(orders: Orders, rows: NDArray[np.int64], rules: DayRules, most: int, seed: int) -> Pieces:
    """Cut some orders into pieces.

    Parameters
    ----------
    rows
        Which orders.
    most
        Parcels of the largest piece.
    seed
        Of the draw of windows: each receiver has one of them with its share.
    """
    rng = np.random.default_rng([seed, 1])
    stops, parcels = orders.stops[rows], orders.parcels[rows]
    rest = max(1.0 - float(rules.window_share.sum()), 0.0)
    share = np.append(rules.window_share, rest)
    receivers = rng.multinomial(stops, share / share.sum())
    extra = rng.multinomial(parcels - stops, receivers / np.maximum(stops, 1)[:, None])
    row, window = np.nonzero(receivers)
    held, hands = (receivers + extra)[row, window], receivers[row, window]
    times = -(-held // most)
    piece = np.repeat(np.arange(len(row)), times)
    rank = np.arange(len(piece)) - np.repeat(np.cumsum(times) - times, times)
    windows = np.where(window == len(rules.window_share), ANY_TIME, window)
    return Pieces(
        order=rows[row[piece]].astype(np.int32),
        window=windows[piece].astype(np.int32),
        parcels=_shared(held[piece], times[piece], rank),
        stops=np.maximum(_shared(hands[piece], times[piece], rank), 1),
    )


def _shared(
    total: NDArray[np.int64], times: NDArray[np.int64], rank: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the part of rank `rank` when a total is shared as evenly as whole numbers allow."""
    return total // times + (rank < total % times)


def windows_of(pieces: Pieces, rules: DayRules) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the promised from_s and until_s of each piece."""
    early = np.append(rules.window_from_s, 0.0)
    late = np.append(rules.window_until_s, np.inf)
    return early[pieces.window], late[pieces.window]
