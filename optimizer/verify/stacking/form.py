"""What every check of interiors takes for granted: shapes, types and index ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.plan import Interiors
from optimizer.core.result import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.hotels import Hotels
    from optimizer.core.plan import Plan
    from optimizer.core.problem import Problem


def well_formed(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Yield what is out of form; interiors are there exactly where the problem has hotels."""
    hotels, inside = problem.hotels, plan.interiors
    if hotels is None and inside is not None:
        yield Violation("plan", "interiors", "the problem does not tell hotels in full")
    elif hotels is not None and inside is None:
        yield Violation("plan", "interiors", "they are missing")
    elif hotels is not None and inside is not None:
        broken = list(_columns(problem, hotels, inside))
        yield from broken or _contents(hotels, plan, inside)


def nothing_inside(problem: Problem) -> Interiors | None:
    """Return the interiors of a plan without tenants, None where none are told."""
    hotels = problem.hotels
    if hotels is None:
        return None
    options, nobody = problem.options.count, np.zeros(0, dtype=np.int32)
    return Interiors(
        annex_level=np.full(hotels.annexes.count, -1, dtype=np.int32),
        roof_m2=np.zeros((options, hotels.roofs.count), dtype=np.int64),
        service=np.zeros((options, hotels.services.count), dtype=bool),
        giver=nobody,
        taker=nobody,
        resource=nobody,
        amount=np.zeros(0),
    )


def _columns(problem: Problem, hotels: Hotels, inside: Interiors) -> Iterator[Violation]:
    options, rows = problem.options.count, (len(inside.giver),)
    who = problem.tenants.count + len(hotels.symbiosis.partner_id)
    # shape, kinds of numbers, and range
    right: dict[str, tuple[tuple[int, ...], str, tuple[int, int] | None]] = {
        "annex_level": ((hotels.annexes.count,), "iu", (-1, problem.levels.count)),
        "roof_m2": ((options, hotels.roofs.count), "iu", None),
        "service": ((options, hotels.services.count), "b", None),
        "giver": (rows, "iu", (0, who)),
        "taker": (rows, "iu", (0, who)),
        "resource": (rows, "iu", (0, hotels.symbiosis.count)),
        "amount": (rows, "f", None),
    }
    for name, (shape, kinds, limits) in right.items():
        array, where = getattr(inside, name), f"interiors.{name}"
        if array.shape != shape:
            yield Violation("plan", where, f"it has the shape {array.shape} and not {shape}")
        elif array.dtype.kind not in kinds:
            yield Violation("plan", where, f"it holds values of the type {array.dtype}")
        elif limits and ((array < limits[0]) | (array >= limits[1])).any():
            words = f"it holds numbers outside {limits[0]}..{limits[1] - 1}"
            yield Violation("plan", where, words)
        elif not np.isfinite(array).all():
            yield Violation("plan", where, "it holds figures that are not finite")


def _contents(hotels: Hotels, plan: Plan, inside: Interiors) -> Iterator[Violation]:
    if plan.tenant_option.shape == hotels.businesses.space.shape:
        nowhere = plan.tenant_option[hotels.annexes.tenant] < 0
        if (nowhere & (inside.annex_level >= 0)).any():
            words = "an annex has a place, but its tenant has none"
            yield Violation("plan", "interiors.annex_level", words)
    rows = list(
        zip(inside.giver.tolist(), inside.taker.tolist(), inside.resource.tolist(), strict=True)
    )
    if len(set(rows)) != len(rows):
        yield Violation("plan", "interiors.giver", "an exchange stands twice")
