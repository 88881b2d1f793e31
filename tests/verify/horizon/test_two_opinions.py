"""The deciding room and the checker, written apart, tell the same figures of random programmes."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.core.timeline import period_problem
from optimizer.siting.data import build_data
from optimizer.siting.horizon.course import course_of
from optimizer.verify import recompute_programme
from tests.verify.horizon.decades import decades, programme
from tests.verify.horizon.tight import random_years, tighten


def differences(first, second, path=""):
    """Yield the paths of figures that are not the same."""
    if isinstance(first, dict):
        assert first.keys() == second.keys()
        for key, value in first.items():
            yield from differences(value, second[key], f"{path}.{key}")
    elif isinstance(first, tuple):
        for rank, (one, other) in enumerate(zip(first, second, strict=True)):
            yield from differences(one, other, f"{path}[{rank}]")
    elif hasattr(first, "__dataclass_fields__"):
        for field in fields(first):
            one, other = getattr(first, field.name), getattr(second, field.name)
            yield from differences(one, other, f"{path}.{field.name}")
    elif np.shape(first) != np.shape(second) or not np.allclose(first, second, 1e-9, 1e-6):
        yield path


def compared(problem, decided):
    datas = tuple(
        build_data(period_problem(problem, t)) for t in range(problem.horizon.periods.count)
    )
    course = course_of(problem, datas, decided)
    return list(differences(recompute_programme(problem, decided), course))


def test_the_line_town_has_one_set_of_figures():
    assert compared(decades(), programme()) == []


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_random_towns_have_one_set_of_figures(seed):
    assert compared(*tighten(*random_years(seed), seed)) == []
