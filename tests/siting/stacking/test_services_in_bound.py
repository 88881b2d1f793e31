"""What services are worth to a hotel with n tenants is bounded by a type and its twin, tightly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.siting.city import HotelType, with_services
from optimizer.siting.stacking.pricing import services_eur
from tests.hotels import busy_hotels
from tests.siting.stacking.test_packing import town

TOWN = busy_hotels(town(3), 3)
DESIGN = int(np.flatnonzero(TOWN.hotels.services.designs.any(axis=0))[0])
KINDS = with_services(TOWN, HotelType(DESIGN, noisy=True, inside_m2=0))


def worth(problem, count):
    """Return what the best services are worth to a hotel with `count` tenants."""
    services = problem.hotels.services
    gain = services.eur_tenant_year * count - services.eur_year
    able = services.designs[:, DESIGN] & (count >= services.tenants_min)
    return float(np.maximum(gain, 0.0)[able].sum())


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), most=st.integers(1, 30))
def test_few_or_all_services_are_worth_at_least_the_best_ones(seed, most):
    rng, services = np.random.default_rng(seed), TOWN.hotels.services
    count = len(services.name)
    services = services.replace(
        eur_year=rng.uniform(0.0, 20_000.0, count),
        eur_tenant_year=rng.uniform(-500.0, 3_000.0, count),
        tenants_min=rng.integers(0, 8, count).astype(np.int32),
    )
    problem = TOWN.replace(hotels=TOWN.hotels.replace(services=services))
    pieces = [services_eur(problem, kind, most) for kind in KINDS]
    for number in range(most + 1):
        bound = max(each * number - cost for each, cost in pieces)
        assert bound >= worth(problem, number) - 1e-6


def test_all_services_are_worth_exactly_that_once_all_of_them_pay():
    (few, nothing), (each, cost) = (services_eur(TOWN, kind, 40) for kind in KINDS)
    assert nothing == 0.0
    assert few < each
    assert each * 40 - cost == pytest.approx(worth(TOWN, 40))


def test_a_hotel_that_can_have_no_services_is_one_type():
    none = TOWN.hotels.services.replace(designs=np.zeros_like(TOWN.hotels.services.designs))
    problem = TOWN.replace(hotels=TOWN.hotels.replace(services=none))
    assert with_services(problem, KINDS[0]) == [KINDS[0]]
    assert services_eur(problem, KINDS[0], 10) == (0.0, 0.0)
