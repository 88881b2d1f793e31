"""Whether an answer can be read at all: its words, its arrays, its numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.location import SPLIT
from optimizer.verify.location.case import named, violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.location import LocationProblem, LocationResult
    from optimizer.core.result import Violation

WORDS = {
    "status": ("plan", "infeasible", "no_plan"),
    "proof": ("optimal", "gap", "infeasible", "none"),
    "stopped_by": ("proof", "gap", "time", "work", "memory", "user"),
}


def check_shape(problem: LocationProblem, result: LocationResult) -> Iterator[Violation]:
    """Yield what makes an answer unreadable; the other checks need it to be readable."""
    yield from _check_vocabulary(result)
    if result.status != "plan":
        return
    customers, sites = problem.costs.shape
    yield from _check_open(problem, result, sites)
    if result.assign.shape != (customers,):
        yield violation("shape", "assign", f"shape {result.assign.shape}, not ({customers},)")
    elif customers and not (-1 <= result.assign.min() <= result.assign.max() < sites):
        yield violation("shape", "assign", f"a site outside -1..{sites - 1}")
    if problem.kind in SPLIT:
        yield from _check_flows(problem, result)
    elif result.flows is not None:
        yield violation("shape", "flows", f"a {problem.kind} answer has none")


def _check_vocabulary(result: LocationResult) -> Iterator[Violation]:
    for name, words in WORDS.items():
        if getattr(result, name) not in words:
            yield violation("words", name, f"{getattr(result, name)!r} is none of {words}")
    for name in ("objective", "bound"):
        value = getattr(result, name)
        if value is not None and not math.isfinite(value):
            yield violation("words", name, f"{value} is no number; what is unknown is None")
    if result.status == "plan" and result.objective is None:
        yield violation("words", "objective", "a plan without an objective")


def _check_open(
    problem: LocationProblem, result: LocationResult, sites: int
) -> Iterator[Violation]:
    opened, size = result.open, result.size
    if opened.ndim != 1 or size.shape != opened.shape:
        yield violation("shape", "open, size", f"shapes {opened.shape} and {size.shape}")
        return
    if not len(opened):
        return
    if opened.min() < 0 or opened.max() >= sites:
        yield violation("shape", "open", f"a site outside 0..{sites - 1}")
        return
    if np.any(np.diff(opened) <= 0):
        yield violation("shape", "open", "sites are not in ascending order, each once")
    if size.min() < 0 or size.max() >= problem.sizes.count:
        yield violation("shape", "size", f"a size outside 0..{problem.sizes.count - 1}")
        return
    wrong = opened[problem.sizes.site[size] != opened]
    if len(wrong):
        yield violation("sizes", named("site", wrong), "the size built belongs to another site")


def _check_flows(problem: LocationProblem, result: LocationResult) -> Iterator[Violation]:
    flows = result.flows
    customers, sites = problem.costs.shape
    if flows is None:
        yield violation("shape", "flows", f"a {problem.kind} answer needs them")
        return
    yield from _check_rows(
        "flows", {"customer": customers, "site": sites}, vars(flows), flows.share
    )
    if problem.hubs is not None:
        hubs = problem.hubs.link.shape[1]
        yield from _check_rows(
            "hub flows", {"hub_site": sites, "hub": hubs}, vars(flows), flows.hub_flow
        )
        opened = result.open_hubs
        if opened.ndim != 1 or (len(opened) and not 0 <= opened.min() <= opened.max() < hubs):
            yield violation("shape", "open_hubs", f"a hub outside 0..{hubs - 1}")
        elif np.any(np.diff(opened) <= 0):
            yield violation("shape", "open_hubs", "hubs are not in ascending order, each once")


def _check_rows(
    where: str,
    columns: dict[str, int],
    given: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.int32]]],
    amount: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> Iterator[Violation]:
    for name, count in columns.items():
        column = given[name]
        if column.shape != amount.shape or column.ndim != 1:
            yield violation("shape", where, f"{name} has shape {column.shape}")
        elif len(column) and not 0 <= column.min() <= column.max() < count:
            yield violation("shape", where, f"a {name} outside 0..{count - 1}")
    if not np.isfinite(amount).all() or (amount < 0).any():
        yield violation("shares", where, "a share or flow is negative or no number")
