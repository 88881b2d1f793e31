"""Cells of a table that may stay empty, and words with a suggestion when they are mistyped."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any

from optimizer.demand.files import ID_PATTERN, shorten

if TYPE_CHECKING:
    from optimizer.demand.files import Rows

YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def maybe(table: Rows, place: str, row: dict[str, str], column: str) -> float | None:
    """Return a number of at least 0, or None for an empty cell or after a fault."""
    if not row.get(column, "").strip():
        return None
    value = table.number(place, row, column, least=0, most=1e9)
    return None if math.isnan(value) else value


def maybe_whole(table: Rows, place: str, row: dict[str, str], column: str) -> int | None:
    """Return a number rounded to a whole one, or None as `maybe` does."""
    value = maybe(table, place, row, column)
    return None if value is None else round(value)


def word(
    table: Rows, place: str, row: dict[str, str], column: str, words: dict[str, Any], *default: Any
) -> Any:
    """Return what the word of a cell means; an empty cell means the default, if there is one."""
    text = row.get(column, "").strip()
    if not text and default:
        return default[0]
    for key in (text, text.lower()):
        if key in words:
            return words[key]
    near = difflib.get_close_matches(text, words, n=1)
    known = shorten(", ".join(words), 200)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {known}"
    table.fault(place, f"{column} is {shorten(text)!r}", hint)
    return default[0] if default else None


def identity(table: Rows, place: str, row: dict[str, str], seen: dict[str, str]) -> str:
    """Return the id of a row; a fault if it is none, or stands already in a row of `seen`."""
    text = row["id"].strip()
    if not ID_PATTERN.fullmatch(text):
        cause = f"id {shorten(text)!r} is not an id"
        table.fault(place, cause, "use up to 80 letters, digits and _ . : / -")
    elif text in seen:
        cause = f"id {shorten(text)!r} stands already in {seen[text]}"
        table.fault(place, cause, "give every row an id of its own")
    seen.setdefault(text, place)
    return text


def whole(
    table: Rows,
    place: str,
    row: dict[str, str],
    column: str,
    default: int | None = None,
    *,
    least: int = 0,
    most: int = 1_000_000_000,
) -> int:
    """Return a whole number of a cell; an empty cell means the default, if there is one.

    Anything else is a fault, and 0.
    """
    otherwise = None if default is None else float(default)
    value = table.number(place, row, column, otherwise)
    if math.isnan(value):
        return 0
    if value == default:
        return default
    if not value.is_integer():
        table.fault(place, f"{column} is {value:g}, not a whole number", "write a whole number")
        return 0
    if not least <= value <= most:
        cause = f"{column} is {value:g}; it must be in {least} to {most}"
        table.fault(place, cause, "correct the value")
        return 0
    return int(value)


def position(table: Rows, place: str, row: dict[str, str]) -> tuple[float, float]:
    """Return lon and lat of a row, in degrees; nan after a fault."""
    lon = table.number(place, row, "lon", least=-180, most=180)
    return lon, table.number(place, row, "lat", least=-90, most=90)


def known(
    table: Rows, place: str, row: dict[str, str], column: str, ranks: dict[str, int]
) -> int | None:
    """Return the number of the thing that a cell names, or None after a fault."""
    name = row[column].strip()
    if name in ranks:
        return ranks[name]
    near = difflib.get_close_matches(name, ranks, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there is no such {column}"
    table.fault(place, f"unknown {column} {shorten(name)!r}", hint)
    return None
