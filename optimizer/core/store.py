"""Store immutable data in one .npz file and read it back: arrays as arrays, the rest as JSON."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from optimizer.core import (
    backdrop,
    day,
    facilities,
    fit,
    horizon,
    hotels,
    plan,
    prices,
    problem,
    programme,
    routing,
    rules,
    streets,
    world,
)
from optimizer.core.frozen import Frozen
from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "faubourg-1"


MODULES = (
    backdrop,
    day,
    facilities,
    fit,
    horizon,
    hotels,
    plan,
    prices,
    problem,
    programme,
    routing,
    rules,
    streets,
    world,
)
CLASSES = {
    name: item
    for module in MODULES
    for name, item in vars(module).items()
    if isinstance(item, type) and issubclass(item, Frozen) and is_dataclass(item)
}


def _flatten(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"$array": name}
    if is_dataclass(value) and not isinstance(value, type):
        content = {
            field.name: _flatten(getattr(value, field.name), f"{name}.{field.name}", arrays)
            for field in fields(value)
        }
        return {"$class": type(value).__name__, "fields": content}
    if isinstance(value, dict):
        return {
            "$map": {key: _flatten(item, f"{name}.{key}", arrays) for key, item in value.items()}
        }
    if isinstance(value, tuple):
        return [_flatten(item, f"{name}.{rank}", arrays) for rank, item in enumerate(value)]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    message = f"{name}: cannot store a {type(value).__name__}"
    raise TypeError(message)


def _raise(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, list):
        return tuple(_raise(item, arrays) for item in tree)
    if not isinstance(tree, dict):
        return tree
    if "$array" in tree:
        return arrays[tree["$array"]]
    if "$map" in tree:
        return {key: _raise(item, arrays) for key, item in tree["$map"].items()}
    content = {key: _raise(item, arrays) for key, item in tree["fields"].items()}
    return CLASSES[tree["$class"]](**content)


def digest(item: Frozen) -> str:
    """Return the SHA-256 of everything in `item`, independent of how the file is compressed."""
    arrays: dict[str, np.ndarray] = {}
    tree = _flatten(item, "root", arrays)
    state = hashlib.sha256(json.dumps(tree, sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        state.update(f"{name}:{array.dtype.str}:{array.shape}".encode())
        state.update(array.tobytes())
    return state.hexdigest()


def save(file: BinaryIO, item: Frozen) -> str:
    """Write `item` as compressed .npz with its digest inside; return the digest."""
    arrays: dict[str, np.ndarray] = {}
    tree = _flatten(item, "root", arrays)
    mark = digest(item)
    head = json.dumps({"format": FORMAT, "digest": mark, "tree": tree})
    arrays["head"] = np.frombuffer(head.encode(), dtype=np.uint8)
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return mark


def load(path: Path) -> tuple[Frozen, str]:
    """Read what `save` wrote; return it with the digest that the file claims.

    Raises
    ------
    Refusal
        F901 if the file is missing, truncated, altered beyond reading or of another format.
    """
    try:
        content = io.BytesIO(path.read_bytes())
        with np.load(content, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        head = json.loads(arrays.pop("head").tobytes().decode())
        if head["format"] != FORMAT:
            cause = f"format {head['format']!r} is not {FORMAT!r}"
            raise ValueError(cause)  # noqa: TRY301 - every damage leaves by one door
        item = _raise(head["tree"], arrays)
    except Exception as error:  # any damage to the file ends in one clear refusal
        cause = f"cannot be read: {error or type(error).__name__}"
        fault = Fault(str(path), "F901", cause, "restore the file or solve again")
        raise Refusal(fault) from error
    return item, str(head["digest"])
