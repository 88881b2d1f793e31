"""Suites: modules with `cases(options: Options) -> Iterable[Case]`; see `benchmarks/case.py`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.case import Case, Options

SUITES = ("ci", "quality", "scale", "speed", "peers", "hotels", "routing")


def cases_of(suite: str, options: Options) -> Iterable[Case]:
    """Return the cases of a suite by name, or of any module named in full."""
    module = suite if "." in suite else f"benchmarks.suites.{suite}"
    found: Iterable[Case] = import_module(module).cases(options)
    return found
