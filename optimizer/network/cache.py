"""Prepared networks on disk: one folder per network, named by what went into it.

Nothing in here may stop a solve: a damaged or unreadable entry is as good as none, and a folder
that cannot be written is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core import store
from optimizer.core.folders import cache_folder
from optimizer.core.problem import AuditLine
from optimizer.core.streets import Streets
from optimizer.network.features import Features
from optimizer.network.network import Network
from optimizer.network.profiles import PROFILE_VERSION

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from optimizer.scenario.city import StreetsBlock

FORMAT = "network-1"
CHUNK_BYTES = 1 << 20
FRAMES = ("areas", "points", "lines", "street_lines")


def key_of(block: StreetsBlock, source: Path | None) -> str:
    """Return the name of the network: a hash of the source, the settings and the profiles."""
    settings = block.model_dump(mode="json", exclude={"osm", "graphml", "snap_max_m", "source"})
    settings["congestion"].pop("source", None)
    state = hashlib.sha256(json.dumps([FORMAT, PROFILE_VERSION, settings], sort_keys=True).encode())
    if source is not None:
        state.update("".join(source.suffixes).lower().encode())
        with source.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                state.update(chunk)
    return state.hexdigest()


def read(key: str) -> Network | None:
    """Return a stored network, or None if there is none that can be read."""
    folder = cache_folder() / key
    try:
        streets, digest = store.load(folder / "streets.npz")
        if not isinstance(streets, Streets) or store.digest(streets) != digest:
            return None
        with (folder / "world.npz").open("rb") as file, np.load(file) as stored:
            arrays = {name: stored[name] for name in stored.files}
        return _unpack(streets, arrays)
    except Exception:  # noqa: BLE001 - zip, zlib, JSON and shapely name damage in many ways
        return None


def write(key: str, network: Network) -> bool:
    """Store a network under its name; tell whether that worked."""
    try:
        root = cache_folder()
        root.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".new-", dir=root))
    except OSError:
        return False
    try:
        with (folder / "streets.npz").open("wb") as file:
            store.save(file, network.streets)
        with (folder / "world.npz").open("wb") as file:
            np.savez(file, allow_pickle=False, **_pack(network))
        shutil.rmtree(root / key, ignore_errors=True)  # a damaged entry of this name
        folder.rename(root / key)
    except OSError:
        return False
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(folder, ignore_errors=True)
    return True


def _pack(network: Network) -> dict[str, NDArray[Any]]:
    import shapely

    arrays: dict[str, NDArray[Any]] = {"osm_id": network.osm_id}
    head: dict[str, Any] = {
        "osm_date": network.osm_date,
        "boundary": shapely.to_wkb(network.boundary).hex(),
        "audit": [asdict(line) for line in network.audit],
        "frames": {},
    }
    frames = _frames(network)
    for name in FRAMES:
        head["frames"][name] = _pack_frame(name, frames[name], arrays)
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)
    return arrays


def _frames(network: Network) -> dict[str, gpd.GeoDataFrame]:
    features = network.features
    return {
        "areas": features.areas,
        "points": features.points,
        "lines": features.lines,
        "street_lines": network.street_lines,
    }


def _pack_frame(
    name: str, frame: gpd.GeoDataFrame, arrays: dict[str, NDArray[Any]]
) -> dict[str, Any]:
    """Put a table into arrays: text columns as codes into a list of values, shapes as WKB."""
    import pandas as pd
    import shapely

    columns: dict[str, Any] = {}
    for column in frame.columns.drop("geometry"):
        values = frame[column]
        if values.dtype.kind in "biuf":
            arrays[f"{name}.{column}"] = values.to_numpy()
            columns[column] = None
            continue
        codes, uniques = pd.factorize(values.to_numpy())
        columns[column] = [str(value) for value in uniques]
        if columns[column]:
            arrays[f"{name}.{column}"] = codes.astype(np.int32)
    shapes = shapely.to_wkb(np.asarray(frame.geometry.array, dtype=object))
    arrays[f"{name}.length"] = np.array([len(item) for item in shapes], dtype=np.int64)
    arrays[f"{name}.wkb"] = np.frombuffer(b"".join(shapes), dtype=np.uint8)
    return {"columns": columns, "crs": frame.crs.to_string(), "rows": len(frame)}


def _unpack(streets: Streets, arrays: dict[str, NDArray[Any]]) -> Network:
    import shapely

    head = json.loads(arrays["head"].tobytes().decode())
    frames = {name: _unpack_frame(name, head["frames"][name], arrays) for name in FRAMES}
    return Network(
        streets=streets,
        osm_id=arrays["osm_id"],
        features=Features(frames["areas"], frames["points"], frames["lines"]),
        boundary=shapely.from_wkb(head["boundary"]),
        osm_date=head["osm_date"],
        street_lines=frames["street_lines"],
        audit=tuple(AuditLine(**line) for line in head["audit"]),
    )


def _unpack_frame(
    name: str, head: dict[str, Any], arrays: dict[str, NDArray[Any]]
) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import pandas as pd
    import shapely

    rows = head["rows"]
    table: dict[str, Any] = {}
    for column, values in head["columns"].items():
        if values is None:
            table[column] = arrays[f"{name}.{column}"]
            continue
        known = np.array([*values, None], dtype=object)
        codes = arrays[f"{name}.{column}"] if values else np.full(rows, -1)
        table[column] = pd.Series(known[codes], dtype=object)
    ends = np.cumsum(arrays[f"{name}.length"])
    content = arrays[f"{name}.wkb"].tobytes()
    starts = ends - arrays[f"{name}.length"]
    shapes = shapely.from_wkb(
        [content[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    )
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=shapes, crs=head["crs"])
