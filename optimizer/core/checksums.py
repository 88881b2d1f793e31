"""A list of SHA-256 sums beside the files of a folder, as `sha256sum --check` reads it.

It tells that a file was altered by accident or by hand; whoever alters the list as well is met by
the checks that recompute.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUMS = "SHA256SUMS"
LEFT_OUT = {SUMS, "plan.gpkg"}
"""QGIS writes into a GeoPackage that it merely shows."""
LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def write_sums(folder: Path) -> None:
    """Write the sums of all files of a folder, sorted by name."""
    lines = [f"{_sum(path)}  {name}\n" for name, path in sorted(_files(folder).items())]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")


def altered(folder: Path) -> tuple[str, ...]:
    """Return the names of files that are no longer what was written.

    Files that were taken away, put there later, or stand in no list are not named.
    """
    try:
        text = (folder / SUMS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError):
        return (SUMS,)
    found = [LINE.fullmatch(line) for line in text.splitlines()]
    if not found or None in found:
        return (SUMS,)
    files = _files(folder)
    stated = {match[2]: match[1] for match in found if match is not None}
    return tuple(name for name in stated if name in files and _sum(files[name]) != stated[name])


def _files(folder: Path) -> dict[str, Path]:
    return {
        name: path
        for path in folder.rglob("*")
        if path.is_file() and (name := path.relative_to(folder).as_posix()) not in LEFT_OUT
    }


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
