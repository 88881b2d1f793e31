"""The second opinion on the tours of a result folder: day.npz, tours.json and their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core import store
from optimizer.core.documents import DIGEST, digest_of, read_document
from optimizer.core.refusal import Refusal
from optimizer.core.result import Violation
from optimizer.core.tours_io import DAY, TOURS, load_day
from optimizer.verify.compare import compare
from optimizer.verify.routing.day.case import DayCase
from optimizer.verify.routing.day.check import check_day
from optimizer.verify.routing.day.tables import check_tables
from optimizer.verify.routing.day.told import expected_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem


def check_tours_folder(path: Path, problem: Problem, plan: Plan | None) -> Iterator[Violation]:
    """Check the tours of a result folder; nothing to check where it has neither file.

    Parameters
    ----------
    plan
        The plan of the folder (with a horizon: of the first period); None = there is none.
    """
    there = [name for name in (DAY, TOURS) if (path / name).is_file()]
    if not there:
        return
    if len(there) < 2:
        yield Violation("tours", there[0], f"it stands here without {DAY} or {TOURS}")
        return
    if plan is None:
        yield Violation("tours", TOURS, "there is no plan that its tours could belong to")
        return
    try:
        record, mark = load_day(path / DAY)
        told = read_document(path / TOURS)
    except Refusal as refusal:
        yield from (Violation("file", fault.place, fault.cause) for fault in refusal.faults)
        return
    if store.digest(record) != mark:
        yield Violation("digest", DAY, "it was altered after it was written")
    if told.get(DIGEST) != digest_of(told):
        yield Violation("digest", TOURS, "it was altered after it was written")
    found = check_day(problem, plan, record.day, record.plan)
    yield from found
    if not any(one.family in ("form", "day") for one in found):
        case = DayCase(problem, plan, record.day, record.plan)
        for one in compare(expected_document(case, told), told, ""):
            yield Violation(one.family, f"{TOURS} {one.where}", one.words)
        yield from check_tables(path / "tables", case)
