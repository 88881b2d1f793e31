from __future__ import annotations

import base64
import gzip

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from optimizer.report.packing import gzipped, pack, pack_rings, varints, zigzag


def read_whole(stream: bytes) -> list[int]:
    values, value, shift = [], 0, 0
    for byte in stream:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value)
            value, shift = 0, 0
    return values


@given(st.lists(st.integers(0, 2**50), max_size=40))
def test_integers_of_any_size_come_back(values):
    assert read_whole(varints(np.array(values, dtype=np.uint64))) == values


@given(st.lists(st.integers(-(2**40), 2**40), max_size=40))
def test_signs_come_back(values):
    folded = zigzag(np.array(values, dtype=np.int64)).tolist()
    assert [raw // 2 if raw % 2 == 0 else -(raw + 1) // 2 for raw in folded] == values


def test_two_shapes_are_packed_as_written_down():
    lon, lat = np.array([0.000001, 0.000002, -0.000001]), np.array([0.0, 0.000003, 0.0])
    packed = pack(lon, lat, np.array([0, 2, 3]), np.array([7, 1]))
    # count; code and length per shape; x: +1 +1 -3; y: 0 +3 -3 (zigzag)
    assert list(packed) == [2, 7, 2, 1, 1, 2, 2, 5, 0, 6, 5]


def test_nothing_is_packed_as_a_zero():
    assert pack_rings([], []) == b"\x00"


def test_the_same_content_gives_the_same_text():
    assert gzipped(b"abc") == gzipped(b"abc")
    assert gzip.decompress(base64.b64decode(gzipped(b"abc"))) == b"abc"
