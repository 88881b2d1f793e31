"""How far proven bounds on tours are below the best known: `python -m benchmarks.routing.bounds`.

python -m benchmarks.routing.bounds best_known.csv cvrp_x [--steps 200] [--instance NAME]
"""

from __future__ import annotations

import argparse
import csv
import time
from pathlib import Path

from optimizer.formats.vrplib import read_vrp
from optimizer.routing.bounds import bound_tours

PROOFS = ("radial", "assignment", "q-routes")


def main() -> None:
    """Print a row for each instance of a family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("best_known", type=Path)
    parser.add_argument("family")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--instance")
    asked = parser.parse_args()
    with asked.best_known.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["family"] == asked.family]
    print("instance, best known, CPU seconds, per cent below it:", *PROOFS)
    for row in rows:
        if asked.instance in {None, row["instance"]}:
            best, begin = float(row["value"]), time.process_time()
            problem = read_vrp(asked.best_known.parent / row["file"])
            found = bound_tours(problem, steps=asked.steps)
            spent = time.process_time() - begin
            below = [100.0 * (1.0 - found.by.get(name, 0.0) / best) for name in PROOFS]
            told = "  ".join(f"{gap:6.2f}" for gap in below)
            print(f"{row['instance']:14s} {best:10.0f} {spent:8.1f}  {told}", flush=True)


if __name__ == "__main__":
    main()
