"""Variants: a scenario that `extends:` another one, and changes given by `--set`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.core.refusal import Fault, Refusal
from optimizer.scenario.text import parse, read_tree, resolve
from optimizer.scenario.tree import Node, descend, text

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_CHAIN = 20

FILE_PATHS: tuple[tuple[str, ...], ...] = (
    ("streets", "osm"),
    ("streets", "graphml"),
    ("demand", "file"),
    ("demand", "estimate", "population_grid"),
    ("land", "sites"),
    ("land", "jurisdictions", "file"),
    ("land", "prices", "points"),
    ("land", "layers", "zones"),
    ("land", "layers", "parcels"),
    ("tenants", "file"),
    ("tenants", "annexes"),
    ("tenants", "growth", "file"),
    ("rules", "neighbours", "file"),
    ("rules", "worker_access", "file"),
    ("rules", "worker_access", "transit", "stops"),
    ("rules", "worker_access", "transit", "rides"),
    ("rules", "support", "file"),
    ("exchange", "tenants"),
    ("exchange", "partners"),
    ("firms", "file"),
    ("firms", "premises"),
)
"""Where a scenario names other files, relative to itself."""


def read_merged(path: Path, overrides: Sequence[str] = ()) -> tuple[Node, list[Fault]]:
    """Read a file, what it extends, and the changes; every value keeps the place it came from."""
    root, faults = _chain(path, str(path), ())
    for change in overrides:
        root = _changed(root, change, faults)
    return root, faults


def _chain(path: Path, name: str, above: tuple[Path, ...]) -> tuple[Node, list[Fault]]:
    root, faults = read_tree(path, name)
    base_name = text(root, "extends")
    if base_name is None:
        return root, faults
    place = descend(root, ("extends",))[0].place
    seen = (*above, path.resolve())
    base_path = path.parent / base_name
    if not is_file(base_path):
        faults.append(Fault(place, "F109", f"extends: no file {base_name!r}", "check the path"))
        return root, faults
    if base_path.resolve() in seen or len(seen) > LONGEST_CHAIN:
        faults.append(
            Fault(place, "F109", "extends: the files extend each other", "break the circle")
        )
        return root, faults
    base, base_faults = _chain(base_path, str(base_path), seen)
    base = _moved(base, base_path.parent, path.parent)
    return merge(base, root), base_faults + faults


def is_file(path: Path) -> bool:
    """Tell whether a path names a file; a name that no file can have names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def merge(base: Node, change: Node) -> Node:
    """Return `base` with `change` on top: blocks key by key; lists and values are replaced."""
    if not isinstance(base.content, dict) or not isinstance(change.content, dict):
        return change
    content = {key: item for key, item in base.content.items() if key != "extends"}
    for key, item in change.content.items():
        content[key] = merge(content[key], item) if key in content else item
    return Node(content, change.place, change.key_place)


def _moved(root: Node, here: Path, there: Path) -> Node:
    """Rewrite the file names of a scenario in folder `here` so that they hold in `there`."""
    for path in FILE_PATHS:
        name = text(root, *path)
        if name is None or "\0" in name or Path(name).is_absolute():
            continue
        moved = _relative(here / name, there)
        old = descend(root, path)[0]
        root = replaced(root, path, Node(moved, old.place, old.key_place))
    return root


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def replaced(node: Node, path: Sequence[str | int], value: Node) -> Node:
    """Return the tree with another value at a path (blocks on the way are made).

    Raises
    ------
    LookupError
        Where the path runs through something that is neither a block nor a list.
    """
    if not path:
        return value
    key, rest = path[0], path[1:]
    content = node.content
    if isinstance(content, list):
        if not isinstance(key, int) or not 0 <= key <= len(content):
            raise LookupError(key)
        below = content[key] if key < len(content) else Node(None, value.place, value.key_place)
        return _with(node, [*content[:key], replaced(below, rest, value), *content[key + 1 :]])
    if content is None or isinstance(content, dict):
        block = content or {}
        below = block.get(str(key), Node(None, value.place, value.key_place))
        return _with(node, {**block, str(key): replaced(below, rest, value)})
    raise LookupError(key)


def _with(node: Node, content: dict[str, Node] | list[Node]) -> Node:
    return Node(content, node.place, node.key_place)


def _changed(root: Node, change: str, faults: list[Fault]) -> Node:
    """Apply one `--set key=value`; a malformed one becomes a fault."""
    key, equals, written = change.partition("=")
    place = f"--set {key.strip()}"
    if not equals or not all(part.strip() for part in key.split(".")):
        example = "write --set rules.purses.0.budget_eur=4000000"
        faults.append(Fault(place, "F110", f"{change!r} is not key=value", example))
        return root
    try:
        nothing = resolve(written.strip()) is None  # `null` takes a block out
        value, more = (Node(None, place, place), []) if nothing else parse(written, place)
    except Refusal as refusal:
        faults.extend(Fault(place, "F110", each.cause, each.action) for each in refusal.faults)
        return root
    faults.extend(Fault(place, each.code, each.cause, each.action) for each in more)
    if key.strip() == "extends":
        faults.append(Fault(place, "F110", "extends cannot be changed", "change it in the file"))
        return root
    path = [int(part) if part.isdecimal() else part for part in map(str.strip, key.split("."))]
    try:
        return replaced(root, path, _at(value, place))
    except LookupError as error:
        cause = f"nothing to change at {error.args[0]!r} in {key!r}"
        faults.append(Fault(place, "F110", cause, "name existing blocks; lists count from 0"))
        return root


def _at(node: Node, place: str) -> Node:
    """Return the tree with one place for all its values."""
    content = node.content
    if isinstance(content, dict):
        content = {key: _at(item, place) for key, item in content.items()}
    elif isinstance(content, list):
        content = [_at(item, place) for item in content]
    return Node(content, place, place)
