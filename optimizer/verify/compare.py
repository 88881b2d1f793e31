"""Compare what a document claims with what was recomputed, leaf by leaf."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optimizer.core.result import Violation
from optimizer.verify.tolerance import close

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True)
class Free:
    """A leaf that cannot be recomputed; `holds` says what it must at least be."""

    holds: Callable[[Any], bool]
    words: str


def compare(expected: Any, claimed: Any, where: str) -> Iterator[Violation]:
    """Yield a violation of the family "claim" for every leaf that differs.

    Whole numbers and texts must be equal, other numbers within the tolerance; keys and lengths of
    lists must be the same.
    """
    if isinstance(expected, Free):
        if not expected.holds(claimed):
            yield Violation("claim", where, f"{claimed!r} is not {expected.words}")
    elif isinstance(expected, dict):
        yield from _objects(expected, claimed, where)
    elif isinstance(expected, list):
        yield from _lists(expected, claimed, where)
    elif not _same(expected, claimed):
        yield Violation("claim", where, f"{claimed!r} is claimed, {expected!r} is right")


def _same(expected: Any, claimed: Any) -> bool:
    if expected is None or isinstance(expected, bool | str):
        return type(claimed) is type(expected) and claimed == expected
    if isinstance(claimed, bool) or not isinstance(claimed, int | float):
        return False
    if isinstance(expected, int):
        return claimed == expected
    return close(float(expected), float(claimed))


def _objects(expected: dict[str, Any], claimed: Any, where: str) -> Iterator[Violation]:
    if not isinstance(claimed, dict):
        yield Violation("claim", where, "it is not an object")
        return
    for key, right in expected.items():
        place = f"{where}.{key}" if where else key
        if key in claimed:
            yield from compare(right, claimed[key], place)
        else:
            yield Violation("claim", place, "it is missing")
    for key in claimed:
        if key not in expected:
            place = f"{where}.{key}" if where else key
            yield Violation("claim", place, "nothing in the problem or the plan stands for it")


def _lists(expected: list[Any], claimed: Any, where: str) -> Iterator[Violation]:
    if not isinstance(claimed, list):
        yield Violation("claim", where, "it is not a list")
        return
    if len(claimed) != len(expected):
        words = f"{len(claimed)} entries are claimed, {len(expected)} are right"
        yield Violation("claim", where, words)
    for rank, (right, claim) in enumerate(zip(expected, claimed, strict=False)):
        yield from compare(right, claim, f"{where}[{rank}]")
