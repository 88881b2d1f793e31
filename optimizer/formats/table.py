"""The table of instances and what is known about them: best_known.csv."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.formats.text import read_text, refuse

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "best_known.csv"
COLUMNS = ("family", "instance", "file", "value", "status", "source", "params", "verified", "note")
STATUSES = ("optimal", "best-known")


@dataclass(frozen=True)
class Row:
    """One instance.

    file : path relative to the folder. value : the objective known, None where nothing is.
    rounding : half a unit of the last digit that the table gives of it.
    status : "optimal" (proven), or "best-known". params : what is needed beside the file.
    place : `file:line` of the row.
    """

    family: str
    instance: str
    file: str
    value: float | None
    status: str
    source: str
    params: dict[str, str]
    verified: str
    note: str
    place: str
    rounding: float = 0.0

    def parameter(self, name: str) -> float:
        """Return a parameter.

        Raises
        ------
        Refusal
            F814 when it is missing or not a finite number.
        """
        if name not in self.params:
            refuse(self.place, "F814", f"{self.family} needs the parameter {name}")
        value = _number(self.params[name])
        if value is None:
            refuse(self.place, "F814", f"{name}={self.params[name]} is not a number")
        return value

    def count(self, name: str) -> int:
        """Return a parameter that counts.

        Raises
        ------
        Refusal
            F814 when it is missing or not a whole number from 1 up.
        """
        value = self.parameter(name)
        if value < 1 or value != math.floor(value):
            refuse(self.place, "F814", f"{name}={value:g} is not a whole number from 1 up")
        return int(value)


def read_table(folder: Path) -> tuple[Row, ...]:
    """Read `best_known.csv` of a folder, families of any layout included.

    Raises
    ------
    Refusal
        F810 for columns, values or names that are wrong; F811 when the file cannot be read; F814
        for malformed parameters.
    """
    path = folder / TABLE
    reader = csv.DictReader(io.StringIO(read_text(path), newline=""))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        refuse(f"{path}:1", "F810", f"columns are missing: {', '.join(missing)}")
    rows: list[Row] = []
    seen: set[tuple[str, str]] = set()
    try:
        for cells in reader:
            row = _row(cells, f"{path}:{reader.line_num}")
            if (row.family, row.instance) in seen:
                refuse(row.place, "F810", f"{row.family} {row.instance} stands twice")
            seen.add((row.family, row.instance))
            rows.append(row)
    except csv.Error as error:
        refuse(f"{path}:{reader.line_num}", "F810", f"not a table: {error}")
    return tuple(rows)


def _row(cells: dict[str, str | None], place: str) -> Row:
    if None in cells.values() or None in cells:
        refuse(place, "F810", f"the row does not have {len(COLUMNS)} cells")
    text = {name: (cells[name] or "").strip() for name in COLUMNS}
    if not (text["family"] and text["instance"] and text["file"]):
        refuse(place, "F810", "a row needs family, instance and file")
    value = _number(text["value"]) if text["value"] else None
    if text["value"] and value is None:
        refuse(place, "F810", f"{text['value']!r} is not a value")
    if text["status"] not in STATUSES:
        refuse(place, "F810", f"{text['status']!r} is not one of {', '.join(STATUSES)}")
    params = {}
    for part in filter(None, (part.strip() for part in text["params"].split(";"))):
        name, equals, number = part.partition("=")
        if not equals or not name.strip():
            refuse(place, "F814", f"{part!r} is not key=value")
        params[name.strip()] = number.strip()
    return Row(
        family=text["family"],
        instance=text["instance"],
        file=text["file"],
        value=value,
        status=text["status"],
        source=text["source"],
        params=params,
        verified=text["verified"],
        note=text["note"],
        place=place,
        rounding=0.5 * 10.0 ** -len(text["value"].partition(".")[2]),
    )


def _number(word: str) -> float | None:
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
