"""Pack lines and rings into few bytes: microdegrees, differences, variable-length integers."""

from __future__ import annotations

import base64
import gzip
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.backdrop import Shapes

DEGREE = 1e6  # 0.000001 degrees are 0.11 m


def varints(values: NDArray[np.uint64]) -> bytes:
    """Return non-negative integers as little-endian groups of seven bits (LEB128)."""
    values = np.asarray(values, dtype=np.uint64)
    groups = np.ones(len(values), dtype=np.int64)
    for bits in range(7, 64, 7):
        groups += values >= np.uint64(1) << np.uint64(bits)
    start = np.cumsum(groups) - groups
    out = np.zeros(int(groups.sum()), dtype=np.uint8)
    for rank in range(int(groups.max(initial=0))):
        has = groups > rank
        byte = (values[has] >> np.uint64(7 * rank)) & np.uint64(127)
        more = groups[has] > rank + 1
        out[start[has] + rank] = byte.astype(np.uint8) | np.where(more, 128, 0).astype(np.uint8)
    return out.tobytes()


def zigzag(values: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return signed integers as unsigned ones, small for small magnitudes."""
    values = np.asarray(values, dtype=np.int64)
    return ((values << 1) ^ (values >> 63)).astype(np.uint64)


def pack(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    start: NDArray[np.int64],
    code: NDArray[np.integer],
) -> bytes:
    """Return shapes as bytes: count; per shape code and length; then x and y differences.

    Differences run on from shape to shape; x of all points come first, then y.
    """
    head = [np.array([len(code)]), np.column_stack([code, np.diff(start)]).ravel()]
    parts = [varints(np.concatenate(head).astype(np.uint64))]
    for values in (lon, lat):
        whole = np.rint(np.asarray(values) * DEGREE).astype(np.int64)
        parts.append(varints(zigzag(np.diff(whole, prepend=0))))
    return b"".join(parts)


def pack_shapes(shapes: Shapes) -> bytes:
    """Return the bytes of one background layer."""
    return pack(shapes.lon, shapes.lat, shapes.start, shapes.code)


def pack_rings(rings: list[NDArray[np.float64]], code: list[int]) -> bytes:
    """Return the bytes of rings, each of shape (k, 2) in degrees, with their codes."""
    points = np.concatenate([np.zeros((0, 2)), *rings])
    start = np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int64)
    return pack(points[:, 0], points[:, 1], start, np.array(code, dtype=np.int64))


def gzipped(content: bytes) -> str:
    """Return bytes as gzip in base64, the same for the same content."""
    return base64.b64encode(gzip.compress(content, compresslevel=9, mtime=0)).decode()
