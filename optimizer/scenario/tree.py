"""What stands in a file, value by value, each with its place: `file:line:column`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Scalar = str | int | float | bool | None
Content = Scalar | dict[str, "Node"] | list["Node"]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Node:
    """One value of a file: `place` is where it begins, `key_place` where its key does."""

    content: Content
    place: str
    key_place: str


def child(node: Node, key: str | int) -> Node | None:
    """Return what stands under a key or index, or None."""
    content = node.content
    if isinstance(content, dict) and isinstance(key, str):
        return content.get(key)
    if isinstance(content, list) and isinstance(key, int) and 0 <= key < len(content):
        return content[key]
    return None


def descend(root: Node, path: Path) -> tuple[Node, int]:
    """Follow a path as far as it exists; return the last node and how many steps were taken."""
    node = root
    for steps, key in enumerate(path):
        below = child(node, key)
        if below is None:
            return node, steps
        node = below
    return node, len(path)


def get(root: Node, *path: str | int) -> Node | None:
    """Return the node at a path; None where it is absent or null."""
    node, steps = descend(root, path)
    return node if steps == len(path) and node.content is not None else None


def items(root: Node, *path: str | int) -> Iterator[Node]:
    """Yield the items of the list at a path (nothing where there is no list)."""
    node = get(root, *path)
    if node is not None and isinstance(node.content, list):
        yield from node.content


def text(root: Node, *path: str | int) -> str | None:
    """Return the text at a path, or None where there is none."""
    node = get(root, *path)
    return node.content if node is not None and isinstance(node.content, str) else None


def number(root: Node, *path: str | int) -> float | None:
    """Return the number at a path, or None where there is none."""
    node = get(root, *path)
    if node is None or isinstance(node.content, bool):
        return None
    return float(node.content) if isinstance(node.content, int | float) else None


def plain(node: Node) -> object:
    """Return the values alone; whole floats become integers, so that 1e6 fits like 1000000."""
    content = node.content
    if isinstance(content, dict):
        return {key: plain(item) for key, item in content.items()}
    if isinstance(content, list):
        return [plain(item) for item in content]
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return content


def place_of(root: Node, path: Path) -> str:
    """Return the place of a value, of a block's key, or of the nearest block that exists."""
    node, steps = descend(root, path)
    found = steps == len(path) and not isinstance(node.content, dict)
    return node.place if found else node.key_place
