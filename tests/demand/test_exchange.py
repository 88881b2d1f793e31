"""Who gives what to whom, from two tables."""

from __future__ import annotations

import pytest

from optimizer.core.refusal import Refusal
from optimizer.demand import read_exchange
from optimizer.scenario.hotels import ExchangeBlock, ResourceBlock
from tests.demand.test_growth import tenants


def resource(name):
    return ResourceBlock(
        name=name,
        unit="MWh",
        value_eur=50,
        loss_per_km=0.1,
        reach_m=900,
        link_eur_m_year=2,
        source="by hand",
    )


BLOCK = ExchangeBlock(
    resources=(resource("heat"), resource("wood")), tenants="give.csv", partners="out.csv"
)


def read(tmp_path, inside, outside=()):
    (tmp_path / "give.csv").write_text(
        "\n".join(["tenant,resource,gives,takes", *inside]), encoding="utf-8"
    )
    (tmp_path / "out.csv").write_text(
        "\n".join(["id,lon,lat,resource,gives,takes", *outside]), encoding="utf-8"
    )
    return read_exchange(BLOCK, tenants(10, 20), tmp_path)


def test_amounts_are_numbered_by_tenant_partner_and_resource(tmp_path):
    found = read(
        tmp_path,
        ["b,heat,40,", "a,wood,1,2.5"],
        ["baths,5,45,heat,,100", "mill,5.1,45.1,wood,7,", "baths,5,45,wood,3,"],
    )
    assert found.resource == ("heat", "wood")
    assert found.gives.tolist() == [[0, 1], [40, 0]]
    assert found.takes.tolist() == [[0, 2.5], [0, 0]]
    assert found.partner_id == ("baths", "mill")
    assert found.partner_lon.tolist() == [5, 5.1]
    assert found.partner_gives.tolist() == [[0, 3], [0, 7]]
    assert found.partner_takes.tolist() == [[100, 0], [0, 0]]


def test_without_exchange_there_are_no_resources_and_no_partners(tmp_path):
    found = read_exchange(None, tenants(10, 20), tmp_path)
    assert (found.count, found.partner_id) == (0, ())
    assert found.gives.shape == (2, 0)


@pytest.mark.parametrize(
    ("inside", "outside", "place", "words"),
    [
        (["c,heat,1,"], [], "give.csv:2", "unknown tenant 'c'"),
        (["a,haet,1,"], [], "give.csv:2", "unknown resource 'haet'"),
        (["a,heat,-1,"], [], "give.csv:2", "gives is -1"),
        (["a,heat,1,", "a,heat,,2"], [], "give.csv:3", "stands already in give.csv:2"),
        ([], ["baths,5,45,steam,1,"], "out.csv:2", "unknown resource 'steam'"),
        ([], ["baths,5,45,heat,1,", "baths,5,46,wood,1,"], "out.csv:3", "another position"),
        ([], ["baths,5,45,heat,1,", "baths,5,45,heat,,1"], "out.csv:3", "stands already"),
        ([], ["baths,500,45,heat,1,"], "out.csv:2", "lon is 500"),
    ],
)
def test_a_faulty_row_is_refused_with_its_line(tmp_path, inside, outside, place, words):
    with pytest.raises(Refusal) as caught:
        read(tmp_path, inside, outside)
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == (place, "F322")
    assert words in fault.cause
