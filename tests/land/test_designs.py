import numpy as np

from optimizer.core.kinds import Kind
from optimizer.land import build_designs, build_zoning
from optimizer.scenario.choices import DesignsBlock
from tests.land.blocks import designs, land, zone


def test_designs_come_as_hubs_hotels_and_delivery_points_with_their_levels():
    table, levels = designs()
    assert table.id == ("hub", "inside", "hotel", "lockers")
    assert table.kind.tolist() == [0, 0, 1, 2]
    assert table.capacity_parcels_per_day.tolist() == [400, 400, 0, 40]  # 60 / 1.5 days
    assert table.footprint_m2.tolist() == [150, 0, 900, 4]
    assert table.inside_hotel_m2.tolist() == [0, 200, 0, 0]
    assert table.needs_lorry.tolist() == [False, False, True, False]
    assert levels.design.tolist() == [2, 2]
    assert levels.number.tolist() == [0, 1]
    assert levels.area_m2.tolist() == [800, 700]


def test_no_design_at_all_makes_empty_arrays():
    table, levels = build_designs(DesignsBlock())
    assert (table.count, levels.count) == (0, 0)
    assert build_zoning(land(), table).permits.shape == (14, 0)


def test_a_zone_permits_by_design_or_by_kind():
    table, _ = designs()
    zoning = build_zoning(
        land(
            [zone("a", ("hub", "delivery_point")), zone("b", ("productive_hotel",)), zone("c", ())]
        ),
        table,
    )
    assert zoning.zone == ("a", "b", "c")
    expected = [[True, False, False, True], [False, False, True, False], [False] * 4]
    assert np.array_equal(zoning.permits, expected)
    assert Kind.DELIVERY_POINT.key == "delivery_point"
