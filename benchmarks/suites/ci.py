"""The gate: a few instances of each family under deterministic work limits, and speed ratios.

One thread, a fixed seed and a work limit make each answer repeatable on any machine, so that an
objective that is worse is a change of ours; ratios to twins are measured in the same run. The whole
suite takes less than four minutes on two cores.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.case import LITERATURE, Case, Options
from benchmarks.routing import vehicles
from benchmarks.suites import speed
from benchmarks.suites.quality import literature_case
from optimizer.core.limits import Limits
from optimizer.formats import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

WORK = 2_000
"""Units of about a millisecond."""

TOUR_WORK = 400
TOURS = {"cvrp_x": ("X-n106-k14",), "vrptw_solomon": ("R101",)}

CHOSEN = {
    "pmedian_orlib": ("pmed3", "pmed8", "pmed11", "pmed15"),
    "pmedian_seeded": ("town300_p15",),
    "pcenter_orlib": ("pmed2", "pmed9"),
    "uflp_orlib": ("cap72",),
    "uflp_bildekrarup": ("B1.2", "D10.3"),
    "uflp_galvaoraggi": ("50.1", "100.1"),
    "uflp_koerkelghosh": ("gs250a-1",),
    "uflp_m": ("MO1",),
    "cflp_orlib": ("cap61", "cap102", "cap132"),
    "sscflp_seeded": ("s15x60", "s25x100"),
    "cpmp_pmedcap": ("pmedcap01", "pmedcap13"),
    "cpmp_seeded": ("c50",),
    "mclp_seeded": ("m300_p12_S800", "m700_p25_S500"),
    "mclp_globe": ("g400_p20_S600",),
    "lscp_seeded": ("m300_S1200", "m700_S900"),
}


def cases(options: Options) -> Iterator[Case]:
    """Yield the chosen instances of the shipped folder, then the speed ratios."""
    limits = Limits(gap=0.0, seed=0, threads=1, work=WORK)
    rows = read_table(LITERATURE)
    for row in rows:
        if row.instance in CHOSEN.get(row.family, ()):
            yield literature_case(LITERATURE, row, limits)
    for row in rows:
        if row.instance in TOURS.get(row.family, ()):
            yield vehicles.our_case(LITERATURE, row, replace(limits, work=TOUR_WORK))
    for case in speed.cases(options):
        yield replace(case, limits=replace(case.limits, threads=1))
