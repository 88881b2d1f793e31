"""A solver run in a process of its own, which can be ended at any moment.

HiGHS behind MathOpt cannot be interrupted, and a thread that still computes at exit would abort the
interpreter. The parent sends a pickled request on stdin; the child answers on stdout.
"""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from optimizer.core.refusal import Fault, Refusal
from optimizer.solvers.milp import Milp, MilpAnswer

if TYPE_CHECKING:
    from optimizer.core.limits import Cancel

LOOK_S = 0.1  # how often the cancel switch is looked at
OVERRUN_S = 3.0  # a child needs about a second to start


def solve_apart(model: Milp, request: dict[str, Any], cancel: Cancel) -> MilpAnswer:
    """Run `solve_milp(model, **request)` in a child; a cancelled one answers "unknown", "user".

    HiGHS looks at its clock rarely in some phases: a child that overruns its time is ended.

    Raises
    ------
    Refusal
        What the child refused, or F591 when it died.
    """
    given = request.get("time_s")
    end = time.monotonic() + (math.inf if given is None else given + OVERRUN_S)
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as sent:
        pickle.dump((model, request), sent)
        sent.seek(0)
        child = subprocess.Popen(
            [sys.executable, "-c", "from optimizer.solvers.apart import serve; serve()"],
            stdin=sent,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
        )
        try:
            while True:
                try:
                    output, _ = child.communicate(timeout=LOOK_S)
                    break
                except subprocess.TimeoutExpired:
                    if cancel.cancelled:
                        return MilpAnswer("unknown", "user", None, None, None)
                    if time.monotonic() > end:
                        return MilpAnswer("unknown", "time", None, None, None)
        finally:
            child.kill()
            child.communicate()
        if child.returncode != 0:
            errors.seek(0)
            raise Refusal(_died(child.returncode, errors.read().decode(errors="replace")))
    answer: MilpAnswer | Refusal = pickle.loads(output)  # noqa: S301 - written by our own child
    if isinstance(answer, Refusal):
        raise answer
    return answer


def serve() -> None:
    """Answer one request from stdin on stdout (the child's side)."""
    import os
    import signal

    from optimizer.solvers.mathopt import solve_milp

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interruption means
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a solver prints must not mix with the answer
    model, request = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
    answer: MilpAnswer | Refusal
    try:
        answer = solve_milp(model, **request)
    except Refusal as refusal:
        answer = refusal
    pickle.dump(answer, answers)
    answers.close()


def _environment() -> dict[str, str]:
    """Return the environment with the paths of this process: the child finds the package."""
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _died(code: int, errors: str) -> Fault:
    cause = f"the solver's process ended with {code}: {errors.strip()[-300:] or 'no message'}"
    return Fault("solver", "F591", cause, "give it more memory, or a smaller problem")
