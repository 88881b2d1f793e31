"""Rule 4, site: what is open on a site fits it and may stand together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.core.kinds import Kind
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.verify.case import Case


def check(case: Case) -> Iterator[Violation]:
    """Check footprints against the area, one of each kind, and hubs that need a hotel."""
    designs = case.problem.designs
    for site, options in sorted(case.opened_on.items()):
        where = f"site {case.problem.sites.id[site]}"
        used = sum(int(designs.footprint_m2[case.design(option)]) for option in options)
        area = int(case.problem.sites.area_m2[site])
        if used > area:
            yield Violation("site", where, f"footprints of {used} m2 stand on {area} m2")
        kinds = [case.kind(option) for option in options]
        for kind in Kind:
            if kinds.count(kind) > 1:
                words = f"{kinds.count(kind)} facilities of the kind {kind.words} share it"
                yield Violation("site", where, words)
        for option in options:
            inside = int(designs.inside_hotel_m2[case.design(option)])
            if inside > 0 and Kind.PRODUCTIVE_HOTEL not in kinds:
                words = "lives inside a productive hotel, but none is open there"
                yield Violation("site", case.name(option), words)
