"""A suite of cases that go right and wrong in every way; children of the runner import it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.case import Case, Options
from optimizer.core.costs import DenseCosts
from optimizer.core.limits import Limits, Progress
from optimizer.core.location import LocationProblem, Sizes

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = Limits(time_s=20.0, gap=0.0, threads=1)


def fixed_charge() -> LocationProblem:
    """Three customers, two sites: the best opens site 0 alone, for 2 + 1 + 2 + 3 = 8."""
    return LocationProblem(
        kind="fixed_charge",
        costs=DenseCosts(np.array([[1.0, 5.0], [2.0, 4.0], [3.0, 1.0]])),
        weight=np.ones(3),
        demand=np.ones(3),
        sizes=Sizes(np.arange(2, dtype=np.int32), np.full(2, 2.0), np.full(2, np.inf), np.zeros(2)),
        required=np.zeros(2, dtype=bool),
        forbidden=np.zeros(2, dtype=bool),
    )


def broken() -> LocationProblem:
    """Fail as a defect would."""
    raise ValueError("a defect in the reader")


def dying() -> LocationProblem:
    """End the process without a word."""
    os._exit(9)


def sleeping() -> LocationProblem:
    """Never come back, and leave a helper behind that does not either."""
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    time.sleep(600)
    raise AssertionError


def improving(_limits, listener):
    """Tell one improvement, then hang."""
    listener(Progress(0.0, "search", 7.5, 3.0, 0.6))
    time.sleep(600)


def printing(limits, listener):
    """Print on stdout, as solvers do, and answer like somebody else's solver."""
    os.write(1, b"solver banner\n")
    listener(Progress(0.0, "search", 10.0, 9.95, 0.005))
    return {"objective": 10.0, "bound": 9.95, "proof": "gap", "verified": True, "n": 3, "m": 2}


def doubling():
    """Prepare work whose twin takes twice as long."""
    calls = []

    def work():
        calls.append(1)
        return {"ours_s": 0.5, "twin_s": 1.0, "calls": float(len(calls))}

    return work


def cases(_options: Options) -> Iterator[Case]:
    """Yield every trouble, and what is right beside it."""
    hang = Limits(time_s=0.01, gap=0.0)
    yield Case("right", "solved", build=fixed_charge, limits=QUICK, best_known=8.0)
    yield Case("right", "beaten", build=fixed_charge, limits=QUICK, best_known=8.5)
    yield Case("wrong", "bound", build=fixed_charge, limits=QUICK, best_known=7.0)
    yield Case("wrong", "defect", build=broken)
    yield Case("wrong", "dies", build=dying)
    yield Case("wrong", "sleeps", build=sleeping, build_limit_s=2.0)
    yield Case("wrong", "hangs", answer=improving, limits=hang, best_known=7.0, margin_s=3.0)
    yield Case("other", "peer", answer=printing, solver="peer", best_known=10.0)
    yield Case("speed", "twice", prepare=doubling)
