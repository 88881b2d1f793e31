"""The siting model with every rule at city scale: gap, time and memory of one seeded grid town.

    python -m benchmarks.siting_scale --points 20000 --sites 1000 --time-limit 600

The town (`tests.builders.grid_problem`) has hubs, hubs in hotels, two hotels and two locker banks,
zones, heights, lorry access, land and money ledgers of two jurisdictions, tenants and a quota.
One JSON row on the last line.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time

from optimizer import engine
from optimizer.core.limits import Limits, Listener, Progress
from tests.builders import grid_problem

TELL_EVERY_S = 10.0


def main() -> None:
    """Build the town, solve it, print progress and the row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=20_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--firms", type=int, default=200)
    parser.add_argument("--time-limit", type=float, default=600.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    side = int((1.15 * asked.points) ** 0.5) + 1
    problem = grid_problem(
        columns=side,
        rows=side,
        points=asked.points,
        sites=asked.sites,
        firms=asked.firms,
        parcels_per_point=3.0,
        purse_eur=80_000_000,
        land_m2=6_000,
        at_least_hubs=5,
        seed=asked.seed,
    )
    begin = time.monotonic()
    limits = Limits(time_s=asked.time_limit, threads=asked.threads, seed=asked.seed, gap=1e-4)
    result = engine.solve(problem, limits, listener=_teller(), method="decomposition")
    outcome = result.solution.outcome
    row = {
        "family": "siting",
        "instance": f"grid {asked.points} x {asked.sites}, seed {asked.seed}",
        "objective": outcome.value,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "proof": outcome.proof,
        "verified": result.verified,
        "time_s": round(time.monotonic() - begin, 1),
        "compile_s": result.solution.timing_s.get("compile"),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    sys.stdout.write(json.dumps(row) + "\n")


def _teller() -> Listener:
    told = [-TELL_EVERY_S]

    def tell(line: Progress) -> None:
        if line.elapsed_s - told[0] < TELL_EVERY_S:
            return
        told[0] = line.elapsed_s
        words = f"{line.elapsed_s:7.1f} s {line.phase}: {line.value} >= {line.bound} ({line.gap})"
        sys.stdout.write(words + "\n")
        sys.stdout.flush()

    return tell


if __name__ == "__main__":
    main()
