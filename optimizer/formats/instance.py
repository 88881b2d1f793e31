"""Which family is read by which layout, as which problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.formats.cover import read_maximo, read_sjc
from optimizer.formats.cpmp import read_lorena, read_pmedcap
from optimizer.formats.orlib_cap import read_cap
from optimizer.formats.orlib_pmed import read_pmed
from optimizer.formats.sscflp import read_sscflp
from optimizer.formats.text import refuse
from optimizer.formats.tsplib import read_tsplib
from optimizer.formats.ufllib import read_ufllib

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from optimizer.core.location import LocationProblem
    from optimizer.formats.table import Row

    Reader = Callable[[Path, Row], LocationProblem]


def _read_capacitated(path: Path, row: Row) -> LocationProblem:
    capacity = row.parameter("capacity") if "capacity" in row.params else None
    return read_cap(path, "capacitated", capacity)


def _read_max_cover(path: Path, row: Row) -> LocationProblem:
    return read_sjc(path, row.parameter("S"), row.count("p"))


FAMILIES: dict[str, Reader] = {
    "pmedian_orlib": lambda path, _: read_pmed(path, "p_median"),
    "pmedian_tsplib": lambda path, row: read_tsplib(path, row.count("p")),
    "pmedian_seeded": lambda path, row: read_tsplib(path, row.count("p")),
    "pcenter_orlib": lambda path, _: read_pmed(path, "p_center"),
    "cflp_orlib": _read_capacitated,
    "uflp_orlib": lambda path, _: read_cap(path, "fixed_charge"),
    "uflp_m": lambda path, _: read_cap(path, "fixed_charge"),
    "uflp_bildekrarup": lambda path, _: read_ufllib(path),
    "uflp_galvaoraggi": lambda path, _: read_ufllib(path),
    "uflp_koerkelghosh": lambda path, _: read_ufllib(path),
    "sscflp": lambda path, _: read_sscflp(path),
    "cpmp_pmedcap": lambda path, _: read_pmedcap(path),
    "cpmp_lorena": lambda path, _: read_lorena(path),
    "cpmp_seeded": lambda path, _: read_lorena(path),
    "mclp_sjc": _read_max_cover,
    "mclp_seeded": _read_max_cover,
    "mclp_globe": lambda path, row: read_maximo(path, row.parameter("S"), row.count("p")),
    "mclp_maximo": lambda path, row: read_maximo(path, row.parameter("S"), row.count("p")),
    "lscp_seeded": lambda path, row: read_sjc(path, row.parameter("S"), None),
    "lscp_sjc": lambda path, row: read_sjc(path, row.parameter("S"), None),
}
"""Reader of each family; the part before the first `_` alone serves all that have no own entry."""


def reader_of(family: str) -> Reader | None:
    """Return the reader of a family, or None where its layout is not read."""
    return FAMILIES.get(family) or FAMILIES.get(family.split("_", maxsplit=1)[0])


def read_instance(folder: Path, row: Row) -> LocationProblem:
    """Read the instance of a row of `best_known.csv`.

    Raises
    ------
    Refusal
        F811 when its file cannot be read; F812 (with the line) when it is malformed; F813 for a
        family whose layout is not read, such as routing; F814 for a parameter missing or wrong.
    """
    reader = reader_of(row.family)
    if reader is None:
        refuse(row.place, "F813", f"the layout of {row.family} is not yet read")
    path = folder / row.file
    if not path.exists() and path.with_name(path.name + ".xz").exists():
        path = path.with_name(path.name + ".xz")
    return reader(path, row)
