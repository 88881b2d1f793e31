"""Hierarchies that stand ready: in memory for this run, on disk for the next.

Nothing in here may stop a solve: a damaged or unreadable entry is as good as none, and a folder
that cannot be written is left alone. A changed street makes another graph with a name of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import fields
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.folders import cache_folder
from optimizer.travel.hierarchy import Hierarchy, prepare

if TYPE_CHECKING:
    from optimizer.travel.weights import Graph

FORMAT = "1"  # of what is stored; another way of contracting is another format
KEPT = 6  # in memory: a city's profiles in seconds, and some in metres
SMALLEST_STORED = 2000  # below so many nodes preparing is as quick as reading

_memory: dict[str, Hierarchy] = {}
_lock = Lock()


def hierarchy_of(graph: Graph) -> Hierarchy:
    """Return the hierarchy of a graph: the one that stands ready, else a new one, kept."""
    found = ready(graph)
    if found is None:
        found = prepare(graph)
        _keep(graph.name, found)
        if graph.node_count >= SMALLEST_STORED:
            write(graph.name, found)
    return found


def ready(graph: Graph) -> Hierarchy | None:
    """Return the hierarchy of a graph if it stands ready, else None."""
    with _lock:
        found = _memory.get(graph.name)
    if found is None and graph.node_count >= SMALLEST_STORED:
        found = read(graph)
        if found is not None:
            _keep(graph.name, found)
    return found


def read(graph: Graph) -> Hierarchy | None:
    """Return a stored hierarchy, or None if there is none that can be read."""
    try:
        with _path(graph.name).open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {field.name: stored[field.name] for field in fields(Hierarchy)}
            checksum = str(stored["checksum"])
    except Exception:  # noqa: BLE001 - zip and zlib name damage in many ways
        return None
    if checksum != _checksum(arrays) or len(arrays["place"]) != graph.node_count:
        return None
    return Hierarchy(**arrays)


def write(name: str, hierarchy: Hierarchy) -> bool:
    """Store a hierarchy under its name; tell whether that worked."""
    arrays = {field.name: getattr(hierarchy, field.name) for field in fields(Hierarchy)}
    path = _path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    except OSError:
        return False
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, checksum=np.array(_checksum(arrays)), **arrays)
        Path(new).replace(path)
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            Path(new).unlink(missing_ok=True)
    return True


def forget() -> None:
    """Empty the memory of this run; what is on disk stays."""
    with _lock:
        _memory.clear()


def _keep(name: str, hierarchy: Hierarchy) -> None:
    with _lock:
        _memory[name] = hierarchy
        while len(_memory) > KEPT:
            _memory.pop(next(iter(_memory)))


def _path(name: str) -> Path:
    return cache_folder() / "hierarchies" / f"{FORMAT}-{name}.npz"


def _checksum(arrays: dict[str, Any]) -> str:
    state = hashlib.sha256()
    for name in sorted(arrays):
        state.update(np.ascontiguousarray(arrays[name]).data)
    return state.hexdigest()
