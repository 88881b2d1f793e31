"""Reads parts of a VROOM file and gathers faults, each with its place inside the file."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from optimizer.core.refusal import Fault, Refusal
from optimizer.formats.text import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEND = "mend it as VROOM's docs/API.md says"


def load_json(path: Path) -> dict[str, Any]:
    """Return the object of a JSON file.

    Raises
    ------
    Refusal
        F811, F812: with line and column.
    """
    try:
        content = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        place = f"{path}:{error.lineno}:{error.colno}"
        raise Refusal(Fault(place, "F812", f"is not JSON: {error.msg}", MEND)) from error
    except RecursionError as error:
        raise Refusal(Fault(str(path), "F812", "is nested too deeply", MEND)) from error
    if not isinstance(content, dict):
        raise Refusal(Fault(str(path), "F812", "is not a JSON object", MEND))
    return content


@dataclass
class Reader:
    """Takes values out of objects; what is wrong is noted, and a harmless value returned."""

    path: Path
    faults: list[Fault] = field(default_factory=list)

    def fault(self, where: str, cause: str) -> None:
        """Note something that is not VROOM JSON."""
        self.faults.append(Fault(f"{self.path} {where}".strip(), "F812", cause, MEND))

    def unplanned(self, where: str, cause: str, action: str) -> None:
        """Note something that VROOM knows and that is not planned here."""
        self.faults.append(Fault(f"{self.path} {where}".strip(), "F816", cause, action))

    def check(self) -> None:
        """Refuse if anything was noted.

        Raises
        ------
        Refusal
            With everything that was.
        """
        if self.faults:
            raise Refusal(*self.faults)

    def known(
        self, row: Any, keys: set[str], where: str, unplanned: dict[str, str] | None = None
    ) -> None:
        """Check that a value is an object with known keys; those not planned here are refused."""
        if not isinstance(row, dict):
            self.fault(where, "is not an object")
            self.check()
        for key in row:
            place = f"{where}.{key}" if where else str(key)
            if key not in keys:
                self.fault(place, "is not a key that is read here")
            elif unplanned and key in unplanned and row[key] not in ([], {}, None):
                self.unplanned(place, "is not planned here", unplanned[key])

    def rows(self, content: dict[str, Any], key: str) -> Iterator[tuple[str, Any]]:
        """Yield where each row of a list stands, and the row."""
        rows = content.get(key, [])
        if not isinstance(rows, list):
            self.fault(key, "is not a list")
            return
        for rank, row in enumerate(rows):
            where = f"{key}[{rank}]"
            if isinstance(row, dict):
                yield where, row
            else:
                self.fault(where, "is not an object")

    def inner(self, row: dict[str, Any], key: str, where: str) -> dict[str, Any]:
        """Return an object inside another."""
        value = row.get(key)
        if isinstance(value, dict):
            return value
        self.fault(f"{where}.{key}", "is missing, or not an object")
        self.check()
        return {}

    def whole(
        self,
        row: dict[str, Any],
        key: str,
        where: str,
        *,
        default: int | None = None,
        most: int = 0,
    ) -> int:
        """Return a whole number from 0 up, at most `most` where one is given."""
        if key not in row and default is not None:
            return default
        value = row.get(key)
        right = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, int) and right and value >= 0 and (not most or value <= most):
            return value
        words = f"from 0 to {most}" if most else "from 0 up"
        self.fault(f"{where}.{key}", f"{value!r} is not a whole number {words}")
        return 0

    def number(self, row: dict[str, Any], key: str, where: str, default: float) -> float:
        """Return a finite number from 0 up."""
        value = row.get(key, default)
        if not is_number(value) or value < 0:
            self.fault(f"{where}.{key}", f"{value!r} is not a number from 0 up")
            return default
        return float(value)

    def amounts(self, row: dict[str, Any], key: str, where: str) -> list[int]:
        """Return a list of whole numbers from 0 up; empty where it is missing."""
        values = row.get(key, [])
        if not isinstance(values, list):
            self.fault(f"{where}.{key}", "is not a list of whole numbers")
            return []
        for rank, value in enumerate(values):
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                words = f"{value!r} is not a whole number from 0 up"
                self.fault(f"{where}.{key}[{rank}]", words)
                return []
        return values

    def skills(self, row: dict[str, Any], where: str) -> frozenset[int]:
        """Return the skills of a task or a vehicle."""
        return frozenset(self.amounts(row, "skills", where))

    def span(self, value: Any, where: str) -> tuple[float, float]:
        """Return start and end of a window."""
        two = isinstance(value, list) and len(value) == 2 and all(map(is_number, value))
        if not two or not 0 <= value[0] <= value[1]:
            self.fault(where, f"{value!r} is not [start, end] with start <= end")
            return (0.0, math.inf)
        return float(value[0]), float(value[1])


def is_number(value: Any) -> bool:
    """Tell whether a value is a finite number."""
    whole = isinstance(value, int | float) and not isinstance(value, bool)
    return whole and math.isfinite(value)
