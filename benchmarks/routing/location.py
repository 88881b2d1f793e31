"""Location with routes on the literature, in one echelon and two.

Families clrp_prins, clrp_tuzun, clrp_barreto, clrp_akca (one echelon), lrp2e_contardo and cvrp2e
(two). Every row carries a proven bound and is checked by `optimizer.verify`. No peer of this suite
can express them: PyVRP, VROOM and OR-Tools routing know no opening costs, no capacities of depots,
and no second echelon that depends on the first.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.case import Case, Options
from optimizer.formats import read_table
from optimizer.formats.akca import read_akca
from optimizer.formats.clrp import read_clrp
from optimizer.formats.contardo import read_contardo
from optimizer.formats.twoechelon import read_two_echelon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from optimizer.core.limits import Limits, Listener
    from optimizer.core.location_routing import LocationRoutingProblem
    from optimizer.formats import Row

FAMILIES: dict[str, Callable[[Path], LocationRoutingProblem]] = {
    "clrp_prins": read_clrp,
    "clrp_tuzun": read_clrp,
    "clrp_barreto": read_clrp,
    "clrp_akca": read_akca,
    "lrp2e_contardo": read_contardo,
    "cvrp2e": read_two_echelon,
}
WARM_WORK = 5
MARGIN_S = 120.0


def cases(options: Options) -> Iterator[Case]:
    """Yield a case for every row of these families."""
    for row in read_table(options.instances):
        if row.family in FAMILIES:
            yield location_case(options.instances, row, options.limits())


def location_case(folder: Path, row: Row, limits: Limits) -> Case:
    """Return the case of one row of `best_known.csv`."""
    return Case(
        family=row.family,
        instance=row.instance,
        answer=partial(_answer, folder, row),
        limits=limits,
        best_known=row.value,
        status=row.status,
        rounding=row.rounding,
        margin_s=MARGIN_S,
    )


def _answer(folder: Path, row: Row, limits: Limits, listener: Listener) -> dict[str, Any]:
    from optimizer.core.limits import Limits as WarmLimits
    from optimizer.routing.location import solve_location_routing
    from optimizer.verify.location_routing import check_location_routing, cost_of

    begin = time.monotonic()
    problem = FAMILIES[row.family](folder / row.file)
    solve_location_routing(problem, WarmLimits(work=WARM_WORK, threads=1))  # kernels are compiled
    read, cpu = time.monotonic(), time.process_time()
    result = solve_location_routing(problem, limits, listener=listener)
    done, spent = time.monotonic(), time.process_time() - cpu
    found = check_location_routing(problem, result)
    told: dict[str, Any] = {
        name: getattr(result, name)
        for name in ("status", "proof", "stopped_by", "bound", "gap", "statistics")
    }
    return told | {
        "n": problem.customers,
        "m": problem.sites.count,
        "objective": cost_of(problem, result) if result.status == "plan" else None,
        "violations": [f"{one.family}: {one.where}: {one.words}" for one in found],
        "verified": not found,
        "build_s": read - begin,
        "time_s": done - read,
        "cpu_s": spent,
    }
