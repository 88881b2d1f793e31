"""Whatever stands in a table about hotels, it is read or refused with a place in that table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.core.refusal import Refusal
from optimizer.demand import (
    read_access,
    read_annexes,
    read_businesses,
    read_exchange,
    read_growth,
    read_tenants,
)
from optimizer.scenario.choices import TenantsBlock
from optimizer.scenario.hotels import ExchangeBlock, GrowthBlock, SupportRule
from tests.demand.test_exchange import resource
from tests.demand.test_growth import periods
from tests.demand.test_people import WORKERS
from tests.demand.town import town
from tests.scenario.test_hotels_page import FILES, TABLES

GROWTH = GrowthBlock(file="growth.csv", move_within_eur_m2=1, move_between_eur_m2=1)
TENANTS = TenantsBlock(file="businesses.csv", annexes="annexes.csv", growth=GROWTH)
EXCHANGE = ExchangeBlock(
    resources=(resource("heat"),), tenants="exchange.csv", partners="partners.csv"
)
SUPPORT = SupportRule(file="support.csv", within_min=5)
STREETS = town().streets
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            "nan",
            "inf",
            "1e999",
            "-1",
            "0",
            "0.5",
            "1",
            "24",
            "25",
            "1e9",
            "yes",
            "heat",
            "smith",
        ]
    ),
    st.floats().map(str),
    st.integers().map(str),
    st.text(st.characters(blacklist_characters=',"\r\n', blacklist_categories=["Cs"]), max_size=6),
)
NAMES = [name for name in FILES if name != "neighbours.csv"]


def read_all(folder):
    """Read every table as `prepare` does."""
    tenants = read_tenants(TENANTS, folder)
    stated = read_businesses(TENANTS, folder)
    annexes = read_annexes(TENANTS, tenants, folder)
    growth = read_growth(TENANTS, tenants, annexes, periods(2026, 2031), folder)
    exchange = read_exchange(EXCHANGE, tenants, folder)
    access, _ = read_access(WORKERS, SUPPORT, stated.skill, STREETS, folder, 1e9)
    return stated.businesses, growth, exchange, access


@pytest.fixture
def folder(tmp_path):
    for name, text in zip(FILES, TABLES, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_tables_to_be_changed_have_no_faults(folder):
    assert read_all(folder)[1].area_m2.shape == (2, 5)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), name=st.sampled_from(NAMES), cell=CELLS)
def test_a_changed_cell_is_read_or_refused_where_it_stands(folder, data, name, cell):
    lines = TABLES[FILES.index(name)].splitlines()
    row = data.draw(st.integers(0, len(lines) - 1))
    cells = lines[row].split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = cell
    changed = [*lines[:row], ",".join(cells), *lines[row + 1 :]]
    (folder / name).write_text("\n".join(changed), encoding="utf-8")
    faults, found = (), None
    try:
        found = read_all(folder)
    except Refusal as refusal:
        faults = refusal.faults
    finally:
        (folder / name).write_text(TABLES[FILES.index(name)], encoding="utf-8")
    assert all(fault.place.partition(":")[0] in FILES for fault in faults)
    assert all(fault.cause and fault.action for fault in faults)
    assert bool(faults) == (found is None)
    if found is not None:
        check(*found)


def check(business, growth, exchange, access):
    """Figures that were read can be worked with."""
    assert not np.isnan(business.noise_db).any()
    assert np.isfinite(business.jobs_by_skill).all()
    assert (business.dock_from < business.dock_until).all()
    assert (growth.area_m2 >= 0).all()
    assert np.isfinite(exchange.gives).all()
    assert np.isfinite(exchange.partner_lon).all()
    assert np.isfinite(access.workers).all()
    assert access.ride_s.min(initial=-1) >= -1
