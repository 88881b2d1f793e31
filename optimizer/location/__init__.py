"""Pure location models, each with a proven bound: p-median, covering, fixed charge and kin.

`solve(problem)` answers any `LocationProblem`; the functions below state a problem and solve it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from optimizer.core.limits import Limits, silent

if TYPE_CHECKING:
    from optimizer.core.limits import Cancel, Listener
    from optimizer.core.location import LocationProblem, LocationResult

PROVE = Limits(gap=0.0)
"""Limits where none are given: two minutes, and no gap is good enough to stop before."""

MODULES = {
    "p_median": "median",
    "p_center": "center",
    "set_cover": "set_cover",
    "partial_cover": "max_cover",
    "max_cover": "max_cover",
    "backup_cover": "backup_cover",
    "fixed_charge": "fixed_charge",
    "capacitated": "capacitated",
    "single_source": "single_source",
    "capacitated_median": "single_source",
    "dispersion": "dispersion",
    "max_capture": "capture",
    "huff": "huff",
    "two_level": "two_level",
}
"""Module that solves each kind by its `run(record)`."""

FRONTS = {
    "p_median": "median",
    "p_center": "center",
    "set_cover": "set_cover",
    "partial_cover": "max_cover",
    "max_cover": "max_cover",
    "backup_cover": "backup_cover",
    "fixed_charge": "fixed_charge",
    "capacitated": "capacitated",
    "single_source": "single_source",
    "capacitated_median": "single_source",
    "p_dispersion": "dispersion",
    "max_capture": "capture",
    "huff": "huff",
    "two_level": "two_level",
}

__all__ = ["PROVE", "solve", *FRONTS]  # noqa: PLE0604 - the fronts are loaded when asked for


def solve(
    problem: LocationProblem,
    limits: Limits = PROVE,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> LocationResult:
    """Solve a problem of any kind.

    Returns
    -------
    LocationResult
        The best plan found and the bound proven within the limits; improvements go to `listener`.

    Notes
    -----
    Customers at one street node are merged first where that is exact (`location.merging`).
    """
    from optimizer.core.limits import Cancel
    from optimizer.location.merging import merged, spread
    from optimizer.location.record import Record

    fewer = merged(problem)
    record = Record(fewer[0] if fewer else problem, limits, listener, cancel or Cancel())
    import_module(f"optimizer.location.{MODULES[problem.kind]}").run(record)
    return spread(record.result(), fewer[1]) if fewer else record.result()


def __getattr__(name: str) -> Any:
    """Load a model when its function is first asked for."""
    if name not in FRONTS:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"optimizer.location.{FRONTS[name]}"), name)


class _Fronts(ModuleType):
    """A package whose fronts stay functions where a module of the same name is loaded."""

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse to bind a loaded module over the front of its name."""
        if name not in FRONTS or not isinstance(value, ModuleType):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Fronts
