"""What a figure was measured on, and how much memory a process and its helpers use."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

PROC = Path("/proc")


def describe() -> dict[str, Any]:
    """Return cores, memory, Python and system; nothing that names the machine."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, OSError, ValueError):  # not every system tells
        memory = 0.0
    return {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "memory_gb": round(memory, 1) or None,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def own_peak_mb() -> float | None:
    """Return the peak of resident memory of this process since it began."""
    # ru_maxrss is inherited from the parent through fork and exec; VmHWM is not
    for line in _read(PROC / "self" / "status").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    try:
        import resource
    except ImportError:
        return None
    unit = 2**20 if platform.system() == "Darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def tree_mb(process: int) -> float:
    """Return the resident memory of a process and all below it at this moment, 0 if unknown."""
    total = 0.0
    for line in _read(PROC / str(process) / "status").splitlines():
        if line.startswith("VmRSS:"):
            total += int(line.split()[1]) / 1024
    for children in (PROC / str(process) / "task").glob("*/children"):
        total += sum(tree_mb(int(child)) for child in _read(children).split())
    return total


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # the process has ended meanwhile, or the system has no /proc
        return ""
