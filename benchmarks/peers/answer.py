"""The other end, in the peers' own environment: `python -m benchmarks.peers.answer PEER FILE OUT`.

FILE is an .npz of plain arrays (see `ask.py`), OUT gets a JSON object: what the peer says, the
seconds it took to build its model and to solve it (imports are not counted), and its peak memory.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import import_module
from pathlib import Path

import numpy as np

MODULES = {
    "spopt": "spopt_models",
    "spopt-cbc": "spopt_models",
    "pbp-pmedian": "pbp_model",
    "ortools-highs": "ortools_models",
    "ortools-scip": "ortools_models",
    "ortools-cpsat": "cpsat_models",
    "vroom-routing": "vroom_tours",
    "ortools-routing": "ortools_tours",
    "scipy": "routes",
    "networkx": "routes",
    "igraph": "routes",
    "pandana": "routes",
}


def main() -> None:
    """Answer one question."""
    peer, file, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with np.load(file, allow_pickle=False) as stored:
        data = {name: stored[name] for name in stored.files}
    module = import_module(f"benchmarks.peers.{MODULES[peer]}")
    module.load(peer)
    begin = time.perf_counter()
    answer = module.answer(peer, data)
    answer["time_s"] = time.perf_counter() - begin
    answer["peak_mb"] = _peak_mb()
    out.write_text(json.dumps(answer), encoding="utf-8")


def _peak_mb() -> float | None:
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    lines = status.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
