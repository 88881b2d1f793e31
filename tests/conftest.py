"""Property tests explore on a developer's machine and repeat themselves in CI."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import settings

settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

LONG = (
    "siting/horizon/test_timetable.py",
    "benchmarks/test_runner.py",
    "siting/horizon/test_rolling.py",
    "siting/horizon/test_bounding.py",
    "siting/test_decomposition.py",
    "instances/test_bondy.py",
    "features/test_commands.py",
    "location/test_single_source.py",
    "location/test_capacitated.py",
    "study/test_cooperation.py",
    "location/test_two_level.py",
    "location/test_max_cover.py",
    "location/test_huff.py",
)
"""Files of ten seconds or more: begun first, so that no process ends long after the other."""


def pytest_collection_modifyitems(items):
    """Put long files first; all others, and the tests within a file, stay in order."""
    here = Path(__file__).parent
    place = {here / name: rank for rank, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
