"""Land: soil that is consumed within the years of a ledger stays within its budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.horizon import COUNTS, NET, WHILE_STANDING
from optimizer.core.kinds import LandBasis, LandStatus
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from optimizer.verify.horizon.case import Years


def check(years: Years) -> Iterator[Violation]:
    """Check every ledger in each of its periods, in whole square metres."""
    ledgers = years.horizon.land
    for b, name in enumerate(ledgers.name):
        transfer = int(years.programme.land_transfer_m2[b])
        budget = int(ledgers.budget_m2[b])
        used, restored = used_m2(years, b), restored_m2(years, b)
        for t in periods_of(years, b):
            if used[t] - restored[t] > budget + transfer:
                words = (
                    f"{used[t]} m2 are used and {restored[t]} m2 restored against a budget of "
                    f"{budget} m2" + (f" and {transfer} m2 from partners" if transfer else "")
                )
                yield Violation("land", f"land ledger {name}, {years.when(t)}", words)


def periods_of(years: Years, ledger: int) -> list[int]:
    """Return the periods that begin within the years of a ledger."""
    ledgers = years.horizon.land
    first, last = int(ledgers.first_year[ledger]), int(ledgers.last_year[ledger])
    return [t for t, year in enumerate(years.first_year) if first <= year <= last]


def used_m2(years: Years, ledger: int) -> list[int]:
    """Return what a ledger counts as used up to each period; 0 outside its years."""
    ledgers, within = years.horizon.land, periods_of(years, ledger)
    basis, temporary = ledgers.basis[ledger], ledgers.temporary[ledger]
    covered = ledgers.covers[ledger][years.problem.sites.jurisdiction]
    soil = soil_m2(years, basis, dismantlable=temporary == COUNTS)
    standing = np.zeros_like(soil)
    if temporary == WHILE_STANDING:
        standing = _for_a_while_m2(years, basis, soil)
    used = [0] * years.count
    for t in within:
        before = soil[within[0] - 1] if within[0] > 0 else np.zeros_like(soil[0])
        used[t] = int((soil[t] - before + standing[t])[covered].sum())
    return used


def soil_m2(years: Years, basis: str, *, dismantlable: bool) -> NDArray[np.int64]:
    """Return the natural soil consumed for good on each site up to each period, shape (t, j).

    dismantlable : whether designs that can be taken away leave a trace.
    """
    which = years.new.copy()
    if not dismantlable:
        which &= ~years.problem.designs.dismantlable[years.problem.options.design]
    taken = years.on_sites(which)
    parcel = years.problem.sites.parcel_m2
    if basis == LandBasis.PARCEL:
        taken = np.where(taken > 0, parcel, 0)
    for t, j in np.argwhere(years.programme.use >= 0).tolist():
        if years.horizon.uses.artificialises[int(years.programme.use[t, j])]:
            taken[t, j] = parcel[j]
    found: NDArray[np.int64] = np.maximum.accumulate(_natural(years, taken), axis=0)
    return found


def _for_a_while_m2(years: Years, basis: str, soil: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what dismantlable designs take while they stand, shape (t, j)."""
    which = years.problem.designs.dismantlable[years.problem.options.design]
    taken = years.on_sites(which)
    if basis == LandBasis.PARCEL:
        taken = np.where((taken > 0) & (soil == 0), years.problem.sites.parcel_m2, 0)
    return _natural(years, taken)


def _natural(years: Years, taken: NDArray[np.int64]) -> NDArray[np.int64]:
    natural = years.problem.sites.land_status != LandStatus.ARTIFICIALISED
    return np.where(natural, taken, 0).astype(np.int64)


def restored_m2(years: Years, ledger: int) -> list[int]:
    """Return what renaturation gives back to a ledger by the end of each of its periods."""
    ledgers, projects = years.horizon.land, years.horizon.renaturation
    found = [0] * years.count
    if ledgers.metric[ledger] != NET:
        return found
    within = periods_of(years, ledger)
    for r in range(projects.count):
        if not ledgers.covers[ledger, int(projects.jurisdiction[r])]:
            continue
        for s in within:
            counts_from = years.first_year[s] + int(projects.years[r])
            for t in within:
                if s <= t and counts_from <= years.first_year[t] + years.years[t]:
                    found[t] += int(years.programme.renaturation_m2[r, s])
    return found
