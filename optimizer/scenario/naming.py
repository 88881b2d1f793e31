"""Names in a scenario: which stand twice, which are known, which was meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from optimizer.core.refusal import Fault
from optimizer.scenario.tree import Node, get, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def twice(what: str, key: str, blocks: Iterable[Node]) -> Iterator[Fault]:
    """Yield a fault for every block whose name under `key` stands already in an earlier one."""
    yield from repeated(what, ((get(block, key), text(block, key)) for block in blocks))


def repeated(what: str, names: Iterable[tuple[Node | None, str | None]]) -> Iterator[Fault]:
    """Yield a fault for every name that stands already; nodes say where."""
    first: dict[str, str] = {}
    for node, name in names:
        if name is None or node is None:
            continue
        if name in first:
            cause = f"{what} {name[:80]!r} stands twice (first at {first[name]})"
            yield Fault(node.place, "F125", cause, "give it another name")
        first.setdefault(name, node.place)


def unknown(words: str, node: Node | None, known: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault where the text of `node` is not among the known names."""
    choices = set(known)
    if node is not None and isinstance(node.content, str) and node.content not in choices:
        cause = f"{words} {node.content[:80]!r}"
        yield Fault(node.place, "F126", cause, suggest(node.content, choices))


def suggest(name: str, known: Iterable[str]) -> str:
    """Return what somebody could do who wrote a name that is not known."""
    choices = sorted(known)
    near = get_close_matches(name, choices, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known: {', '.join(choices[:20])}" if choices else "define it first"
