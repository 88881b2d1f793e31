"""How long a solve may go on, how it is told to stop, and what it says while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

DEFAULT_TIME_S = 120.0
DEFAULT_GAP = 0.01


@dataclass(frozen=True)
class Limits:
    """Limits of one solve.

    time_s : wall time of solving; None = no limit. gap : stop at this relative gap on total cost.
    work : deterministic limit in units of about one millisecond on the yardstick machine; when it
        is given, no decision depends on the clock (the time limit is ignored), so that the same
        seed, the same work and one thread give the same plan.
    memory_gb : refuse to start what would need more.
    """

    time_s: float | None = DEFAULT_TIME_S
    gap: float = DEFAULT_GAP
    seed: int = 0
    threads: int = 2
    work: int | None = None
    memory_gb: float = 16.0


class Cancel:
    """A switch that a signal handler or another thread may throw; solvers look at it often."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        """Ask the solve to stop with the best it has."""
        self.cancelled = True


@dataclass(frozen=True)
class Progress:
    """One line of live progress; value, bound and gap are None while unknown.

    is_milestone : says something once that nobody may miss, and stays on the screen.
    """

    elapsed_s: float
    phase: str
    value: float | None
    bound: float | None
    gap: float | None
    is_milestone: bool = False


Listener = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Listen to nothing."""


@dataclass
class Budget:
    """Counts time and work of one solve against its limits; says when and why to stop."""

    limits: Limits
    cancel: Cancel = field(default_factory=Cancel)
    started: float = field(default_factory=time.monotonic)
    work_done: float = 0.0
    paused_s: float = 0.0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start, without pauses."""
        return time.monotonic() - self.started - self.paused_s

    @contextmanager
    def pause(self) -> Iterator[None]:
        """Stop the clock meanwhile: what is done once per installation is nobody's solving time."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self.paused_s += time.monotonic() - begin

    def spend(self, work: float) -> None:
        """Record deterministic work done."""
        self.work_done += work

    def used(self) -> float:
        """Return the used share of the budget in [0, inf): of work if limited, else of time."""
        if self.limits.work is not None:
            return self.work_done / max(self.limits.work, 1)
        if self.limits.time_s is not None:
            return self.elapsed_s / max(self.limits.time_s, 1e-9)
        return 0.0

    def remaining_s(self) -> float | None:
        """Return the seconds left, or None where time does not decide."""
        if self.limits.work is not None or self.limits.time_s is None:
            return None
        return max(self.limits.time_s - self.elapsed_s, 0.0)

    def stop_reason(self) -> str | None:
        """Return "user", "work" or "time" once the solve has to end, else None."""
        if self.cancel.cancelled:
            return "user"
        if self.limits.work is not None:
            return "work" if self.work_done >= self.limits.work else None
        if self.limits.time_s is not None and self.elapsed_s >= self.limits.time_s:
            return "time"
        return None
