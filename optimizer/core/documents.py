"""JSON documents with a digest inside: canonical text, writing, strict reading."""

from __future__ import annotations

import hashlib
import json
import math
from typing import TYPE_CHECKING, Any

from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = "digest"
RESTORE = "restore the file or solve again"


def distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names that differ from each other: a repeated one gains a number ("soil (2)")."""
    found: list[str] = []
    for name in names:
        told, rank = name, 1
        while told in found:
            rank += 1
            told = f"{name} ({rank})"
        found.append(told)
    return tuple(found)


def canonical(content: dict[str, Any]) -> bytes:
    """Return the one text of `content` that its digest is taken of; `digest` itself is left out."""
    rest = {key: value for key, value in content.items() if key != DIGEST}
    return json.dumps(
        rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical text of `content` without its own digest."""
    return hashlib.sha256(canonical(content)).hexdigest()


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """Return `content` with its digest added as the last key."""
    return {**content, DIGEST: digest_of(content)}


def finite(value: float | int, what: str) -> float:  # noqa: PYI041 - says what callers pass
    """Return `value` as a float that JSON can hold.

    Raises
    ------
    ValueError
        If it is NaN or infinite: a defect of whoever computed it.
    """
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{what} is {number}, which is not a figure")
    return number


def to_text(content: dict[str, Any]) -> str:
    """Return `content` as indented JSON text for a file."""
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is out of range")
    return number


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"repeated key {repeated[0]!r}")
    return content


def read_document(path: Path) -> dict[str, Any]:
    """Read one JSON object strictly: UTF-8, no NaN, no repeated keys.

    Raises
    ------
    Refusal
        F903 if the file is not such an object.
    """
    try:
        content = json.loads(
            path.read_text(encoding="utf-8"),
            object_pairs_hook=_no_repeats,
            parse_constant=_no_constant,
            parse_float=_number,
        )
        if not isinstance(content, dict):
            raise TypeError("it does not hold a JSON object")  # noqa: TRY301 - one way out
    except (OSError, ValueError, TypeError, RecursionError) as error:
        fault = Fault(str(path), "F903", f"cannot be read as JSON: {error}", RESTORE)
        raise Refusal(fault) from error
    return content
