"""Pavilions: options of their designs are open where one stands; placements are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.horizon.case import Years


def check(years: Years) -> Iterator[Violation]:
    """Check the design of every stand, one pavilion an option, and the number of moves."""
    pavilions, stands = years.horizon.pavilions, years.programme.pavilion_option
    for v, name in enumerate(pavilions.id):
        for t, option in enumerate(stands[v].tolist()):
            if option >= 0 and years.design(option) != int(pavilions.design[v]):
                words = f"it is no {years.name(option)}"
                yield Violation("pavilions", f"pavilion {name}, {years.when(t)}", words)
        moves = sum(1 for one in years.placements if one.pavilion == v and not one.first)
        most = int(pavilions.moves_max[v])
        if moves > most:
            words = f"it moves {moves} times, at most {most}"
            yield Violation("pavilions", f"pavilion {name}", words)
    for t, plan in enumerate(years.programme.plans):
        standing = stands[:, t].tolist()
        for option in np.flatnonzero(years.of_pavilion).tolist():
            number, opened = standing.count(option), bool(plan.open_option[option])
            if number != int(opened):
                words = (
                    f"it is {'open' if opened else 'closed'}, and {number} pavilions stand there"
                )
                yield Violation("pavilions", f"{years.name(option)}, {years.when(t)}", words)
