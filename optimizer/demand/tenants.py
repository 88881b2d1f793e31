"""Businesses that look for floor space, from a CSV file."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import Noise
from optimizer.core.world import Tenants
from optimizer.demand.files import ID_PATTERN, Rows, clean, read_table, shorten

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import DTypeLike, NDArray

    from optimizer.scenario.choices import TenantsBlock

CODE = "F320"
COLUMNS = (
    "id",
    "name",
    "sector",
    "area_m2",
    "load_kg_m2",
    "clear_height_m",
    "noise",
    "dock",
    "jobs",
    "rent_max_eur_m2_year",
    "productive",
)
LAST_YEAR = 2500
NOISE = {kind.name.lower(): int(kind) for kind in Noise}
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_tenants(block: TenantsBlock | None, folder: Path) -> Tenants:
    """Return the tenants of the file, in its order; none when there is no block.

    Raises
    ------
    Refusal
        F320 for every fault of the file: id, number, noise word (sensitive, neutral, noisy) or
        yes/no that cannot be read.
    """
    if block is None:
        return _arrays([])
    table = read_table(folder / block.file, block.file, CODE, COLUMNS)
    seen: dict[str, str] = {}
    tenants = [_tenant(table, place, row, seen) for place, row in table.rows]
    table.refuse()
    return _arrays(tenants)


def read_founded_years(block: TenantsBlock | None, folder: Path) -> NDArray[np.int32]:
    """Return the year in which each tenant was founded, in the order of the file, shape (f,).

    The column founded_year may be missing or empty: 0.

    Raises
    ------
    Refusal
        F320 for a year that cannot be read.
    """
    if block is None:
        return np.zeros(0, dtype=np.int32)
    table = read_table(folder / block.file, block.file, CODE, COLUMNS)
    years = [_year(table, place, row) for place, row in table.rows]
    table.refuse()
    return np.array(years, dtype=np.int32)


def _year(table: Rows, place: str, row: dict[str, str]) -> float:
    year = table.number(place, row, "founded_year", default=0.0, least=1000, most=LAST_YEAR)
    if math.isfinite(year) and not year.is_integer():
        table.fault(place, f"founded_year is {year:g}, not a year", "write the year alone")
    return year


def _tenant(table: Rows, place: str, row: dict[str, str], seen: dict[str, str]) -> dict[str, Any]:
    identity = row["id"].strip()
    if not ID_PATTERN.fullmatch(identity):
        cause = f"id {shorten(identity)!r} is not an id"
        table.fault(place, cause, "use up to 80 letters, digits and _ . : / -")
    elif identity in seen:
        table.fault(place, f"id {identity!r} stands already in {seen[identity]}", "rename one")
    seen.setdefault(identity, place)
    return {
        "id": identity,
        "name": clean(row["name"]) or identity,
        "sector": clean(row["sector"]) or "other",
        "area_m2": _whole(table, place, row, "area_m2", least=1),
        "load_kg_m2": _whole(table, place, row, "load_kg_m2", least=0),
        "clear_height_m": table.number(place, row, "clear_height_m", least=0, most=100),
        "noise": _word(table, place, row, "noise", NOISE),
        "dock": _word(table, place, row, "dock", YES),
        "jobs": table.number(place, row, "jobs", least=0),
        "rent_max_eur_m2_year": table.number(place, row, "rent_max_eur_m2_year", least=0),
        "productive": _word(table, place, row, "productive", YES),
    }


def _whole(table: Rows, place: str, row: dict[str, str], column: str, least: float) -> int:
    value = table.number(place, row, column, least=least, most=1e9)
    return 0 if math.isnan(value) else math.ceil(value)


def _word(table: Rows, place: str, row: dict[str, str], column: str, words: dict[str, Any]) -> Any:
    text = row[column].strip().lower()
    if text in words:
        return words[text]
    near = difflib.get_close_matches(text, words, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"write one of {', '.join(words)}"
    table.fault(place, f"{column} is {shorten(text)!r}", hint)
    return next(iter(words.values()))


def _arrays(tenants: list[dict[str, Any]]) -> Tenants:
    def column(name: str, dtype: DTypeLike) -> NDArray[Any]:
        return np.array([tenant[name] for tenant in tenants], dtype=dtype)

    return Tenants(
        id=tuple(tenant["id"] for tenant in tenants),
        name=tuple(tenant["name"] for tenant in tenants),
        sector=tuple(tenant["sector"] for tenant in tenants),
        area_m2=column("area_m2", np.int64),
        load_kg_m2=column("load_kg_m2", np.int64),
        clear_height_m=column("clear_height_m", np.float64),
        noise=column("noise", np.int8),
        dock=column("dock", np.bool_),
        jobs=column("jobs", np.float64),
        rent_max_eur_m2_year=column("rent_max_eur_m2_year", np.float64),
        rent_share=np.ones(len(tenants)),
        productive=column("productive", np.bool_),
    )
