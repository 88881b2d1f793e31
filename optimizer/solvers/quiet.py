"""HiGHS prints debugging lines that no option silences; they must not mix with our own output.

It writes them through the C library's `stdout`, a variable that may be set to another stream
(glibc: "Standard Streams"; macOS: `__stdoutp`). Python writes to the file descriptor itself, so
other threads go on printing meanwhile. Where there is no such variable nothing is changed.
"""

from __future__ import annotations

import ctypes
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = threading.Lock()
_inside = 0
_shown: int | None = None
_sink: int | None = None


@contextmanager
def quiet() -> Iterator[None]:
    """Let whatever C code prints on `stdout` vanish; any number of threads may be inside."""
    global _inside, _shown  # noqa: PLW0603 - the stream is one per process, too
    stream = _stream()
    with _lock:
        if stream is not None and _inside == 0:
            _shown, stream.value = stream.value, _null()
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if stream is not None and _inside == 0:
                stream.value = _shown


def _stream() -> ctypes.c_void_p | None:
    if os.name != "posix":
        return None
    program = ctypes.CDLL(None)
    for name in ("stdout", "__stdoutp"):
        try:
            return ctypes.c_void_p.in_dll(program, name)
        except ValueError:
            continue
    return None


def _null() -> int | None:
    """Return a stream into nothing, opened once and never closed."""
    global _sink  # noqa: PLW0603 - as above
    if _sink is None:
        open_stream = ctypes.CDLL(None).fopen
        open_stream.restype = ctypes.c_void_p
        _sink = open_stream(os.devnull.encode(), b"w")
    return _sink
