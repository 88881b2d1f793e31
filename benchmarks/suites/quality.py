"""Every location instance of a folder with published values, each with the same time limit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks.case import Case, Options
from optimizer.formats import read_instance, read_table
from optimizer.formats.instance import reader_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.limits import Limits
    from optimizer.formats import Row


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for every row whose layout is read."""
    for row in read_table(options.instances):
        if reader_of(row.family) is not None:
            yield literature_case(options.instances, row, options.limits())


def literature_case(folder: Path, row: Row, limits: Limits) -> Case:
    """Return the case of one row of `best_known.csv`."""
    return Case(
        family=row.family,
        instance=row.instance,
        build=partial(read_instance, folder, row),
        params=";".join(f"{name}={value}" for name, value in row.params.items()),
        limits=limits,
        best_known=row.value,
        status=row.status,
        rounding=row.rounding,
        maximised=row.family.startswith("mclp"),
    )
