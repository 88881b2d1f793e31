"""Read tables and map layers that people hand in; every fault named with its place.

Shared with the land room. Tables are UTF-8 CSV (with or without byte order mark) with commas or
semicolons; with semicolons a decimal comma is understood.
"""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

LARGEST_TABLE_BYTES = 500_000_000
ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,79}")


@dataclass
class Rows:
    """Rows of a table as text, each with its place, and the faults found so far."""

    name: str
    code: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    decimal_comma: bool = False

    def fault(self, place: str, cause: str, action: str) -> None:
        """Record a fault."""
        self.faults.append(Fault(place, self.code, cause, action))

    def number(
        self,
        place: str,
        row: dict[str, str],
        column: str,
        default: float | None = None,
        *,
        least: float = -math.inf,
        most: float = math.inf,
    ) -> float:
        """Return a finite number of `row` within [least, most]; nan after recording a fault."""
        text = row.get(column, "").strip()
        if not text and default is not None:
            return default
        try:
            value = float(text.replace(",", ".") if self.decimal_comma else text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            shown = f"{shorten(text)!r}" if text else "empty"
            self.fault(place, f"{column} is {shown}, not a number", "write a plain number")
            return math.nan
        if value < least or value > most:
            limits = f"at least {least:g}" if most == math.inf else f"in {least:g} to {most:g}"
            self.fault(place, f"{column} is {value:g}; it must be {limits}", "correct the value")
            return math.nan
        return value

    def refuse(self) -> None:
        """Raise all recorded faults, if there are any."""
        if self.faults:
            raise Refusal(*self.faults)


def shorten(text: str, length: int = 40) -> str:
    """Return `text` cut to `length` characters, for messages."""
    return text if len(text) <= length else text[: length - 1] + "…"


def clean(text: object, length: int = 200) -> str:
    """Return a name without control characters and surplus blanks, cut to `length`."""
    if text is None or (isinstance(text, float) and math.isnan(text)):
        return ""
    kept = "".join(
        " " if unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else letter
        for letter in str(text)
    )
    return shorten(" ".join(kept.split()), length)


def read_table(path: Path, name: str, code: str, required: tuple[str, ...]) -> Rows:
    """Read a CSV file as text rows; `name` is how messages call the file.

    Raises
    ------
    Refusal
        `code`, when the file cannot be read or lacks a required column.
    """
    text = _decode(path, name, code)
    header_line = text.split("\n", 1)[0]
    comma = header_line.count(",") >= header_line.count(";")
    table = Rows(name=name, code=code, decimal_comma=not comma)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if comma else ";")
    try:
        header = tuple(cell.strip() for cell in next(reader, []))
        _check_header(table, header, required)
        table.columns = header
        for cells in reader:
            place = f"{name}:{reader.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                cause = f"{len(cells)} fields where the header has {len(header)}"
                table.fault(place, cause, "give one field per column; quote text with separators")
                continue
            table.rows.append((place, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        table.fault(f"{name}:{reader.line_num}", f"cannot be read: {error}", "save it as plain CSV")
        table.refuse()
    return table


def _decode(path: Path, name: str, code: str) -> str:
    _check_file(path, name, code)
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig").replace("\x00", "�")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fault = Fault(f"{name}:{line}", code, "is not UTF-8 text", "save the file as CSV UTF-8")
        raise Refusal(fault) from error


def _check_header(table: Rows, header: tuple[str, ...], required: tuple[str, ...]) -> None:
    place = f"{table.name}:1"
    known = f"the header must hold {', '.join(required)}"
    for column in required:
        if column not in header:
            table.fault(place, f"column {column} is missing", known)
    for column in sorted({column for column in header if header.count(column) > 1}):
        table.fault(place, f"column {shorten(column)!r} stands twice", "keep one of them")
    table.refuse()


def _check_file(path: Path, name: str, code: str) -> None:
    try:
        if path.is_dir():
            raise Refusal(Fault(name, code, "is a folder", "name a file"))
        if not path.exists():
            raise Refusal(Fault(name, code, "does not exist", "correct the path in the scenario"))
        if path.stat().st_size > LARGEST_TABLE_BYTES:
            raise Refusal(Fault(name, code, "is larger than 500 MB", "cut it to the study area"))
        with path.open("rb") as stream:
            stream.read(1)
    except OSError as error:
        cause = f"cannot be opened: {error.strerror or error}"
        raise Refusal(Fault(name, code, cause, "check the path and its permissions")) from error


def read_layer(path: Path, name: str, code: str, crs: str) -> gpd.GeoDataFrame:
    """Read the first layer of a GeoPackage or GeoJSON file, brought to the projected `crs`.

    Raises
    ------
    Refusal
        `code`, when the file cannot be read, has no geometry or does not say its CRS.
    """
    import geopandas as gpd

    _check_file(path, name, code)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL's remarks on odd files end in our own faults
        try:
            frame = gpd.read_file(path, engine="pyogrio")
        except Exception as error:  # any damage to the file ends in one clear refusal
            cause = f"cannot be read: {clean(error, 120) or type(error).__name__}"
            action = "give a GeoPackage or GeoJSON file"
            raise Refusal(Fault(name, code, cause, action)) from error
        if not isinstance(frame, gpd.GeoDataFrame):
            raise Refusal(Fault(name, code, "has no geometry", "give a map layer"))
        if frame.crs is None:
            action = "set the CRS when saving the file (GeoPackage keeps it)"
            raise Refusal(Fault(name, code, "does not say its coordinate system", action))
        try:
            return frame.to_crs(crs).reset_index(drop=True)
        except Exception as error:  # a CRS that PROJ cannot bring to the map's
            cause = f"its coordinate system cannot be converted: {clean(error, 80)}"
            raise Refusal(Fault(name, code, cause, "save it in WGS84 (EPSG:4326)")) from error


def layer_rows(frame: gpd.GeoDataFrame, name: str, code: str) -> Rows:
    """Return the attributes of a layer as text rows, so that they are read like a table's."""
    columns = tuple(str(column) for column in frame.columns if column != frame.geometry.name)
    table = Rows(name=name, code=code, columns=columns)
    for rank, values in enumerate(zip(*(frame[column] for column in columns), strict=True)):
        row = {key: _text(value) for key, value in zip(columns, values, strict=True)}
        table.rows.append((f"{name}:feature {rank + 1}", row))
    if not columns:
        table.rows = [(f"{name}:feature {rank + 1}", {}) for rank in range(len(frame))]
    return table


def _text(value: object) -> str:
    # missing values come as None, nan, pandas.NA or NaT; none of them equals itself or is a text
    if value is None or str(value) in {"nan", "<NA>", "NaT", "None"}:
        return ""
    return str(value)
