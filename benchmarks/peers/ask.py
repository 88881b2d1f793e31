"""Put a question to a peer: write the arrays, run it in its own environment, check its answer."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.case import ROOT
from benchmarks.peers import environment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.limits import Limits
    from optimizer.core.location import Flows, LocationProblem

MARGIN_S = 15.0
"""What a peer may take to import, and to stop once its time is over."""
SPLIT = ("capacitated",)
CHARGED = ("set_cover", "fixed_charge", "capacitated", "single_source")
"""Kinds whose objective has fixed costs in it."""
SERVED = ("single_source", "capacitated_median")
CLOSE = 1e-6
ROUNDED = 1e-3
"""Relative; what costs rounded to two decimals may add to a sum."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def solve(peer: str, problem: LocationProblem, limits: Limits) -> dict[str, Any]:
    """Return the fields of the row of a location problem; a failure is a row that says so."""
    told = ask(peer, arrays(problem, limits), limits)
    if "error" in told:
        return told
    row = _fields(told) | dict(zip("nm", problem.costs.shape, strict=True))
    if told.get("open") is None:
        return row | {"status": "no_plan", "objective": None, "verified": None}
    return row | check(problem, told)


def ask(peer: str, data: dict[str, NDArray[Any]], limits: Limits) -> dict[str, Any]:
    """Return what a peer says about some arrays, or why it says nothing."""
    python = environment.interpreter()
    if not python.exists():
        return _failed("peers are not installed: run python -m benchmarks.peers.environment")
    limit = (limits.time_s or 0.0) + MARGIN_S
    with tempfile.TemporaryDirectory() as room:
        question, answer = Path(room, "question.npz"), Path(room, "answer.json")
        np.savez(question, allow_pickle=False, **data)
        command = [str(python), "-m", "benchmarks.peers.answer", peer, str(question), str(answer)]
        threads = dict.fromkeys(THREADS, str(limits.threads))
        environ = {**os.environ, **threads, "PYTHONPATH": str(ROOT)}
        try:
            done = subprocess.run(
                command, env=environ, capture_output=True, text=True, timeout=limit, check=False
            )
        except subprocess.TimeoutExpired:
            return _failed(f"no answer within {limit:.0f} s: ended")
        if not answer.exists():
            words = done.stderr.strip().splitlines() or ["no message"]
            return _failed(f"died with {done.returncode}: {words[-1]}"[:300])
        told: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return told


def arrays(problem: LocationProblem, limits: Limits) -> dict[str, NDArray[Any]]:
    """Return a problem as plain arrays; numbers that it does not have are -1."""
    sites = np.arange(problem.costs.shape[1], dtype=np.int32)
    return {
        "kind": np.array(problem.kind),
        "cost": problem.costs.columns(sites),
        "weight": problem.weight,
        "demand": problem.demand,
        "fixed_cost": problem.sizes.fixed_cost * (problem.kind in CHARGED),
        "capacity": np.where(problem.kind in SPLIT + SERVED, problem.sizes.capacity, np.inf),
        "at_most": np.array(-1 if problem.at_most is None else problem.at_most),
        "radius": np.array(-1.0 if problem.radius is None else problem.radius),
        "time_s": np.array(limits.time_s or 0.0),
        "threads": np.array(limits.threads),
        "seed": np.array(limits.seed),
    }


def check(problem: LocationProblem, told: dict[str, Any]) -> dict[str, Any]:
    """Return what our checker makes of a peer's plan.

    A claim worse than its plan (a customer not at its nearest site, rounded costs, a largest
    cost that is only bounded) is no lie; one that is better is.
    """
    from optimizer.core.location import LocationResult
    from optimizer.verify.location import check_location, value_of

    opened = np.array(sorted(told["open"]), dtype=np.int32)
    assign, flows = assignment(problem, opened, told.get("share"))
    result = LocationResult(
        status="plan",
        proof="none",
        stopped_by="time",
        open=opened,
        size=opened,
        assign=assign,
        objective=told["objective"],
        bound=None,
        statistics={},
        flows=flows,
    )
    value = value_of(problem, result)
    slack = CLOSE if told.get("exact", True) else ROUNDED
    sign = -1.0 if problem.maximised else 1.0
    if sign * (told["objective"] - value) >= -slack * max(abs(value), 1.0):
        result = result.replace(objective=value)
    found = [str(violation.words) for violation in check_location(problem, result)]
    return {"status": "plan", "verified": not found, "violations": found}


def assignment(
    problem: LocationProblem, opened: NDArray[np.int32], share: list[list[float]] | None
) -> tuple[NDArray[np.int32], Flows | None]:
    """Return who serves whom: as told where capacities bind, else the nearest open site."""
    from optimizer.core.location import Flows

    customers = problem.costs.shape[0]
    nobody = np.full(customers, -1, dtype=np.int32)
    if share is not None and problem.kind in SERVED:
        return np.array(share).argmax(axis=1).astype(np.int32), None
    if share is not None and problem.kind in SPLIT:
        table = np.clip(np.array(share), 0.0, 1.0)
        customer, site = np.nonzero(table > CLOSE / table.shape[1])
        part = table[customer, site]
        part = part / np.bincount(customer, weights=part, minlength=customers)[customer]
        return nobody, Flows(customer.astype(np.int32), site.astype(np.int32), part)
    if not len(opened):
        return nobody, None
    cost = problem.costs.columns(opened)
    radius = np.inf if problem.radius is None else problem.radius
    served = cost.min(axis=1) <= radius
    return np.where(served, opened[cost.argmin(axis=1)], -1).astype(np.int32), None


def _fields(told: dict[str, Any]) -> dict[str, Any]:
    names = ("objective", "bound", "proof", "time_s", "peak_mb")
    return {name: told.get(name) for name in names} | {"stopped_by": None}


def _failed(reason: str) -> dict[str, Any]:
    return {"status": "failed", "error": reason, "verified": False, "time_s": None}
