"""Property tests explore on a developer's machine and repeat themselves in CI."""

from __future__ import annotations

import os
from datetime import UTC, datetime
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


SHARE_OF_SLOW = 3
"""One in so many slow tests runs on a day, another one on the next."""
DAY = int(os.environ.setdefault("SLOW_TESTS_OF_DAY", str(datetime.now(UTC).toordinal())))
"""Told to the processes that share the tests: midnight must not part them."""


def pytest_addoption(parser):
    """Let `--slow` run every slow test."""
    words = f"run every slow test, not one in {SHARE_OF_SLOW}, others each day"
    parser.addoption("--slow", action="store_true", help=words)


def pytest_collection_modifyitems(config, items):
    """Sample slow tests, and put long files first; all else stays in order."""
    if not config.getoption("--slow"):
        slow = sorted(item.nodeid for item in items if item.get_closest_marker("slow"))
        left = {name for rank, name in enumerate(slow) if (rank + DAY) % SHARE_OF_SLOW}
        if len(slow) >= SHARE_OF_SLOW:  # whoever names one of them wants it
            config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left])
            items[:] = [item for item in items if item.nodeid not in left]
    here = Path(__file__).parent
    place = {here / name: rank for rank, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
