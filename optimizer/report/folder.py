"""The result folder, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.core import store
from optimizer.core.checksums import SUMS, write_sums
from optimizer.core.day import DayRecord
from optimizer.core.documents import read_document, to_text
from optimizer.core.plan_io import plan_document
from optimizer.core.programme_io import programmes_to_dict
from optimizer.core.refusal import Fault, Refusal
from optimizer.core.result_io import result_to_dict
from optimizer.core.tours_io import DAY, TOURS, save_day, tours_document
from optimizer.report.geopackage import write_geopackage
from optimizer.report.page import write_page
from optimizer.report.tables import add_tables, all_tables, day_tables, write_tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.backdrop import Backdrop
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result
    from optimizer.report.tours import DayTold

KNOWN = {
    "result.json", "plan.json", "problem.npz", "backdrop.npz", "tables", "plan.gpkg",
    "report.html", "certificate.npz", TOURS, DAY, SUMS,
}  # fmt: skip
KEPT = ("result.json", "plan.json", "problem.npz", "backdrop.npz", "certificate.npz", "tables")
"""Of a result, what stays as it is when tours are added."""


def write_result(folder: Path, problem: Problem, result: Result, backdrop: Backdrop | None) -> None:
    """Write result.json, plan.json, problem.npz, tables, GeoPackage and map into `folder`.

    Everything is built in a new folder beside it, brought to disk, and then renamed into place, so
    that a reader never meets half a result; an older result is replaced only after that.

    Raises
    ------
    Refusal
        F904 if the folder cannot be written (full disk, no permission); F908 if `folder` holds
        something that is not a result, which is left alone.
    """
    _replace(Path(folder), lambda fresh: fill(fresh, problem, result, backdrop))


def write_tours(
    folder: Path,
    result: Result,
    told: DayTold,
    backdrop: Backdrop | None,
    source: Path | None = None,
) -> None:
    """Add a day of tours to a result: tours.json, day.npz, tables, layers, and the map anew.

    Parameters
    ----------
    told
        The day, see `optimizer.report.tours.told_day`.
    source
        Folder of the result, `folder` itself by default; all that it holds of the result is kept.

    Raises
    ------
    Refusal
        F904 and F908 as of `write_result`.
    """
    folder = Path(folder)
    old = folder if source is None else Path(source)
    problem = told.problem

    def add(fresh: Path) -> None:
        for name in KEPT:
            if (old / name).is_dir():
                shutil.copytree(old / name, fresh / name)
            elif (old / name).exists():
                shutil.copy2(old / name, fresh / name)
        save_day(fresh / DAY, told.day, told.plan)
        record = DayRecord(told.day, told.plan)
        mark = store.digest(problem)
        document = tours_document(problem, mark, record, told.told, told.reasons)
        _write_text(fresh / TOURS, to_text(document))
        add_tables(fresh / "tables", day_tables(told))
        write_geopackage(fresh / "plan.gpkg", problem, result, backdrop, told)
        write_page(fresh / "report.html", problem, _timed(fresh, result), backdrop, told)
        write_sums(fresh)

    _replace(folder, add)


def _timed(folder: Path, result: Result) -> Result:
    """Return the result with the times that its document tells, which no plan holds."""
    document = folder / "result.json"
    if result.solution.timing_s or not document.is_file():
        return result
    times = read_document(document).get("timing_s", {})
    return result.replace(solution=result.solution.replace(timing_s=times))


def _replace(folder: Path, fill_fresh: Callable[[Path], None]) -> None:
    """Fill a new folder, bring it to disk, and put it in the place of `folder`."""
    _refuse_foreign(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        fresh = scratch / "new"
        fresh.mkdir()
        fill_fresh(fresh)
        _bring_to_disk(fresh)
        _swap(fresh, folder, scratch / "old")
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def fill(folder: Path, problem: Problem, result: Result, backdrop: Backdrop | None) -> None:
    """Write every file of a result into an empty folder."""
    with (folder / "problem.npz").open("wb") as file:
        digest = store.save(file, problem)
    if backdrop is not None:
        with (folder / "backdrop.npz").open("wb") as file:
            store.save(file, backdrop)
    solution = result.solution
    programmes = programmes_to_dict(problem, solution)
    plan = plan_document(problem, digest, solution.plan, solution.baseline_plan, **programmes)
    _write_text(folder / "plan.json", to_text(plan))
    _write_text(folder / "result.json", to_text(result_to_dict(problem, result)))
    write_tables(folder / "tables", all_tables(problem, result))
    write_geopackage(folder / "plan.gpkg", problem, result, backdrop)
    write_page(folder / "report.html", problem, result, backdrop)
    write_sums(folder)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _refuse_foreign(folder: Path) -> None:
    """Refuse to replace a file, or a folder with things in it that no result has."""
    if not folder.exists():
        return
    foreign = [] if folder.is_dir() else [folder.name]
    if folder.is_dir():
        names = {path.name for path in folder.iterdir()}
        foreign = sorted(names - KNOWN) if names and "result.json" not in names else []
    if foreign:
        cause = f"holds something that is not a result: {', '.join(foreign[:3])}"
        raise Refusal(Fault(str(folder), "F908", cause, "name another folder with --out"))


def _swap(fresh: Path, folder: Path, old: Path) -> None:
    moved = folder.exists()
    if moved:
        folder.rename(old)
    try:
        fresh.rename(folder)
    except BaseException:  # a second Ctrl-C too: the older result comes back
        if moved and not folder.exists():
            old.rename(folder)
        raise
    for own in () if not moved else old.iterdir():  # files that the user has put there stay
        if own.name not in KNOWN:
            own.rename(folder / own.name)
    _sync(folder.parent)


def _bring_to_disk(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            _sync(path)
    _sync(folder)


def _sync(folder: Path) -> None:
    """Bring a folder's entries to disk where the system can (Windows cannot)."""
    with suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unwritable(folder: Path, error: OSError) -> Refusal:
    cause = f"cannot be written: {error.strerror or error}"
    action = "free some disk space, or name a folder that you may write with --out"
    return Refusal(Fault(str(folder), "F904", cause, action))
