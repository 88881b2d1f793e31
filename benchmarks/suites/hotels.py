"""Cities of productive hotels, growing: proven gap and time with every rule of hotels in use.

Seeded cities (`benchmarks.seeded_hotels`) of five hotels and 60 firms to a hundred hotels and 1 200
firms, over three periods as `instances/hotels` and for one period alone. n counts firms, m hotels.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks import siting
from benchmarks.case import Case, Options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optimizer.core.limits import Limits, Listener
    from optimizer.core.problem import Problem

SIZES = ((5, 60), (10, 120), (25, 300), (50, 600), (100, 1200))
FAMILIES = {"hotels_years": 3, "hotels_one_period": 1}
SEED, LIMIT_S = 0, 120.0


def cases(options: Options) -> Iterator[Case]:
    """Yield every size over three periods, then for one."""
    for family, periods in FAMILIES.items():
        for buildings, tenants in SIZES:
            build = partial(city, buildings, tenants, periods)
            yield Case(
                family,
                f"{buildings}x{tenants}",
                answer=partial(_answer, build),
                params=f"seed={SEED};periods={periods}",
                limits=options.limits(LIMIT_S, gap=siting.GAP, seed=SEED),
                margin_s=siting.MARGIN_S,
            )


def city(buildings: int, tenants: int, periods: int) -> Problem:
    """Return a seeded city of hotels."""
    from benchmarks.seeded_hotels import hotels_problem

    return hotels_problem(buildings, tenants, SEED, periods)


def _answer(build: partial[Problem], limits: Limits, listener: Listener) -> dict[str, object]:
    problem = build()
    row = siting.answer(lambda: problem, limits, listener, method=None)
    return row | {"n": problem.tenants.count, "m": problem.sites.count}
