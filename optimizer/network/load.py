"""From the scenario's `streets` block to a network: cache, file, or online source."""

from __future__ import annotations

import contextlib
import gc
from typing import TYPE_CHECKING

from optimizer.core.refusal import Fault, Refusal
from optimizer.network import cache as store
from optimizer.network.network import prepare
from optimizer.network.read_osm import ENDINGS, check_file, read_osm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.network.network import Network
    from optimizer.scenario.city import StreetsBlock

GRAPHML_ENDINGS = (".graphml", ".graphml.xml", ".xml")


def load_network(block: StreetsBlock, folder: Path, *, cache: bool = True) -> Network:
    """Return the network that a scenario in `folder` asks for, from the cache where it is there.

    Raises
    ------
    Refusal
        F2xx: the source is missing, damaged, without streets, or cannot be reached.
    """
    _check_choice(block)
    key = store.key_of(block, _source_file(block, folder)) if cache else None
    if key is not None:
        stored = store.read(key)
        if stored is not None:
            return stored
    with _without_cycle_search():
        network = _load(block, folder)
    if key is not None:
        store.write(key, network)
    return network


@contextlib.contextmanager
def _without_cycle_search() -> Iterator[None]:
    """Pause Python's search for reference cycles: a graph is millions of objects without any.

    It takes a quarter off the time of a cold load.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _check_choice(block: StreetsBlock) -> None:
    given = [
        name for name in ("osm", "graphml", "place", "bbox") if getattr(block, name) is not None
    ]
    if len(given) != 1:
        said = " and ".join(given) if given else "none"
        cause = f"give exactly one of osm, graphml, place, bbox; given: {said}"
        raise Refusal(Fault("streets", "F200", cause, "keep one of them"))


def _source_file(block: StreetsBlock, folder: Path) -> Path | None:
    """Return the file that the streets come from, None for online sources."""
    if block.osm is not None:
        path = folder / block.osm
        check_file(path, ENDINGS)
        return path
    if block.graphml is not None:
        path = folder / block.graphml
        check_file(path, GRAPHML_ENDINGS)
        return path
    return None


def _load(block: StreetsBlock, folder: Path) -> Network:
    if block.osm is not None:
        path = folder / block.osm
        return prepare(read_osm(path), block, str(path))
    if block.graphml is not None:
        from optimizer.network.graphml import load_graphml

        return load_graphml(folder / block.graphml, block)
    from optimizer.network.online import fetch

    return fetch(block)
