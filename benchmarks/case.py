"""The contract between suites and the runner: what one benchmark case is.

A suite is a module `benchmarks/suites/<name>.py` with

    def cases(options: Options) -> Iterable[Case]: ...

It is called in the parent, which needs names alone, and again in the child process of each case, so
it must be cheap, repeat itself exactly, and name every case once (family and instance); whatever is
slow stands in the functions of the case. A case has exactly one of them:

build    returns a `LocationProblem`. The child builds it, warms the kernels up on a small problem
         of the same kind, starts the clock, solves within `limits`, stops the clock, and has the
         answer checked by `optimizer.verify`. Time to build (`build_s`) is not time to solve.
prepare  for speed at fixed work: prepares the data once and returns a function that does the work
         once with our code and once with its twin and returns seconds of both, for example
         `{"ours_s": 0.1, "twin_s": 2.0}`. It is called once to warm up, then five times; the row
         holds `ratio`, the median of twin_s / ours_s, and `ratios`, all five. More figures in the
         same answer (such as `{"checked": 1.0}`) are kept from the last call in `statistics`.
answer   for what is no location problem of ours (siting, other people's solvers): called with the
         limits and a listener, returns fields of the row (`objective`, `bound`, `proof`, `n`, `m`,
         `verified`, `time_s`, `peak_mb`, `statistics`, ...); what it leaves out is measured by the
         child, as far as it can be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.core.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from optimizer.core.limits import Listener
    from optimizer.core.location import LocationProblem

ROOT = Path(__file__).resolve().parent.parent
LITERATURE = ROOT / "instances" / "literature"
TIME_LIMIT_S = 60.0

Work = dict[str, float]


@dataclass(frozen=True)
class Options:
    """What the caller asked for; a suite uses what concerns it.

    instances : folder with a `best_known.csv`. time_limit_s : None = the suite's own. families :
    none = all; the runner leaves the others out, a suite may do so earlier. sample : at most so
    many instances of each family, evenly spread. solvers : none = all. threads : None = the
    suite's own.
    """

    instances: Path = LITERATURE
    time_limit_s: float | None = None
    families: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    sample: int | None = None
    solvers: tuple[str, ...] = ()
    threads: int | None = None

    def limits(self, time_s: float = TIME_LIMIT_S, **others: Any) -> Limits:
        """Return limits that prove (gap 0), with the caller's time limit or else `time_s`."""
        chosen = time_s if self.time_limit_s is None else self.time_limit_s
        threads = {} if self.threads is None else {"threads": self.threads}
        return Limits(**{"time_s": chosen, "gap": 0.0, **threads, **others})


@dataclass(frozen=True)
class Case:
    """One row to be; see the head of the file for build, prepare and answer.

    params : as in `best_known.csv` (`p=5;S=800`), or whatever tells the case from its sisters.
    best_known, status : value to compare with; "optimal", "best-known" or "". rounding : half a
    unit of its last digit. maximised : larger values are better. solver : who solves.
    build_limit_s, margin_s : the child is ended when building takes longer, or solving takes so
    much longer than its limit.
    """

    family: str
    instance: str
    build: Callable[[], LocationProblem] | None = None
    prepare: Callable[[], Callable[[], Work]] | None = None
    answer: Callable[[Limits, Listener], dict[str, Any]] | None = None
    params: str = ""
    limits: Limits = field(default_factory=lambda: Limits(time_s=TIME_LIMIT_S, gap=0.0))
    best_known: float | None = None
    status: str = ""
    rounding: float = 0.0
    maximised: bool = False
    solver: str = "faubourg"
    build_limit_s: float = 600.0
    margin_s: float = 30.0

    @property
    def name(self) -> str:
        """What tells the case from all others of its suite."""
        return f"{self.family}/{self.instance}/{self.solver}"
