"""Read the sites that a city has in mind: a CSV or GeoJSON of site ids or points, with designs."""

from __future__ import annotations

import csv
import difflib
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from optimizer.core.problem import Problem

METRES_PER_DEGREE = 111_195.0  # of a great circle on a sphere of 6,371 km radius
SITE_KEYS = ("site", "site_id", "id")


class _Row(NamedTuple):
    """One entry of the file, with the place where it stands."""

    place: str
    site: str
    design: str
    lon: str
    lat: str


def read_choices(path: Path, problem: Problem, *, max_m: float) -> list[tuple[int, int | None]]:
    """Return (site index, design index or None) for every entry of the file.

    CSV columns, or properties of GeoJSON points: `site` (id) or `lon` and `lat` (the nearest
    candidate site within `max_m` metres is meant), and `design` (id; may be left out).

    Raises
    ------
    Refusal
        All faults at once: F601 unreadable or without entries, F602 unknown site, F603 no candidate
        site near enough, F604 unknown design, F605 neither site nor position.
    """
    rows = _rows(path)
    faults: list[Fault] = []
    chosen: list[tuple[int, int | None]] = []
    for row in rows:
        design = _design(row, problem, faults)
        site = _site(row, problem, design, max_m, faults)
        if site is not None:
            chosen.append((site, design))
    if faults:
        raise Refusal(*faults)
    return chosen


def _rows(path: Path) -> list[_Row]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        is_json = text.lstrip().startswith("{")
        rows = _from_geojson(path, text) if is_json else _from_csv(path, text)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, csv.Error) as error:
        cause = f"cannot be read as CSV or GeoJSON: {error or type(error).__name__}"
        action = "give a CSV with columns site (or lon, lat) and design, or GeoJSON points"
        raise Refusal(Fault(str(path), "F601", cause, action)) from error
    if not rows:
        action = "name at least one site, one a line: site,design"
        raise Refusal(Fault(str(path), "F601", "the file names no site", action))
    return rows


def _from_csv(path: Path, text: str) -> list[_Row]:
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = []
    for item in reader:
        values = {str(key).strip().lower(): str(value or "").strip() for key, value in item.items()}
        if any(values.values()):
            rows.append(_row(f"{path}:{reader.line_num}", values))
    return rows


def _from_geojson(path: Path, text: str) -> list[_Row]:
    document = json.loads(text)
    rows = []
    for rank, feature in enumerate(document["features"], start=1):
        values: dict[str, Any] = {
            str(key).lower(): "" if value is None else str(value)
            for key, value in (feature.get("properties") or {}).items()
        }
        geometry = feature.get("geometry")
        if geometry is not None:
            if geometry["type"] != "Point":
                message = f"feature {rank} is a {geometry['type']}, not a Point"
                raise ValueError(message)
            values["lon"], values["lat"] = (str(value) for value in geometry["coordinates"][:2])
        rows.append(_row(f"{path}: feature {rank}", values))
    return rows


def _row(place: str, values: dict[str, Any]) -> _Row:
    site = next((values[key] for key in SITE_KEYS if values.get(key)), "")
    return _Row(place, site, values.get("design", ""), values.get("lon", ""), values.get("lat", ""))


def _design(row: _Row, problem: Problem, faults: list[Fault]) -> int | None:
    if not row.design:
        return None
    if row.design in problem.designs.id:
        return problem.designs.id.index(row.design)
    action = _meant(row.design, problem.designs.id)
    faults.append(Fault(row.place, "F604", f"the design {row.design!r} is not known", action))
    return None


def _site(
    row: _Row, problem: Problem, design: int | None, max_m: float, faults: list[Fault]
) -> int | None:
    if row.site in problem.sites.id:
        return problem.sites.id.index(row.site)
    try:
        lon, lat = _degrees(row.lon), _degrees(row.lat)
    except ValueError:
        if row.site:
            action = _meant(row.site, problem.sites.id)
            cause = f"the site {row.site!r} is not among the candidates"
            faults.append(Fault(row.place, "F602", cause, action))
        else:
            cause = "neither a site id nor a position in degrees"
            faults.append(Fault(row.place, "F605", cause, "fill in site, or lon and lat"))
        return None
    return _nearest(row, problem, design, (lon, lat, max_m), faults)


def _degrees(text: str) -> float:
    value = float(text)
    if not -180.0 <= value <= 180.0:  # nan too
        raise ValueError(text)
    return value


def _nearest(
    row: _Row,
    problem: Problem,
    design: int | None,
    where: tuple[float, float, float],
    faults: list[Fault],
) -> int | None:
    """Return the nearest site that could take the design, else the nearest of all."""
    lon, lat, max_m = where
    east = (problem.sites.lon - lon) * np.cos(np.radians(lat))
    metres = np.hypot(east, problem.sites.lat - lat) * METRES_PER_DEGREE
    near = metres <= max_m
    if not np.any(near):
        least = f"; the nearest is {metres.min():,.0f} m away" if len(metres) else ""
        cause = f"no candidate site within {max_m:,.0f} m{least}"
        action = "move the point, add the site to land.sites, or raise streets.snap_max_m"
        faults.append(Fault(row.place, "F603", cause, action))
        return None
    option = problem.options
    fits = np.zeros(len(metres), dtype=bool)
    fits[option.site if design is None else option.site[option.design == design]] = True
    pool = near & fits if np.any(near & fits) else near
    return int(np.argmin(np.where(pool, metres, np.inf)))


def _meant(word: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    shown = ", ".join(known[:8])
    return f"use one of {shown}{', ...' if len(known) > 8 else ''}"
