import numpy as np
import pytest
from pydantic import ValidationError

from optimizer.core.kinds import Kind
from optimizer.land import build_designs, build_timing, build_zoning
from optimizer.scenario.choices import DesignsBlock, HubDesign
from tests.land.blocks import design_block, designs, land, zone


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


def held(**tenures):
    """Return the designs of the land tests, some of them held in other ways."""
    return build_designs(design_block(**tenures))


def test_a_design_held_in_several_ways_is_one_design_for_each_with_its_levels():
    table, levels = held(hub=["buy", "lease"], hotel=["lease", "long_lease"])
    assert table.id == ("hub.buy", "hub.lease", "inside", "hotel.lease", "hotel.long_lease",
                        "lockers")  # fmt: skip
    assert table.label[:2] == ("Hub (bought)", "Hub (leased)")
    assert table.tenure == ("buy", "lease", "lease", "lease", "long_lease", "lease")
    assert table.footprint_m2.tolist() == [150, 150, 0, 900, 900, 4]
    assert table.gross_floor_m2.tolist() == [150, 150, 0, 1800, 1800, 4]
    assert levels.design.tolist() == [3, 3, 4, 4]
    assert levels.area_m2.tolist() == [800, 700, 800, 700]
    assert held(hub=["long_lease"])[0].id[0] == "hub"


def test_a_zone_that_permits_a_design_permits_it_however_it_is_held():
    table, _ = held(hub=["buy", "lease"])
    zones = [zone("a", ("hub",)), zone("b", ("hub.lease",)), zone("c", ("micro_hub",))]
    assert build_zoning(land(zones), table).permits.tolist() == [
        [True, True, False, False, False],
        [False, True, False, False, False],
        [True, True, True, False, False],
    ]


def test_a_zone_without_a_premium_offers_no_long_lease():
    table, _ = held(hub=["buy", "long_lease"])
    zones = [zone("a", ("hub",)), zone("b", ("hub",), long_lease_eur_m2=30)]
    permits = build_zoning(land(zones), table).permits
    assert permits[:, :2].tolist() == [[True, False], [True, True]]


def test_stay_delay_and_shares_follow_every_variant():
    block = design_block(hub=["buy", "lease"])
    hub = block.micro_hubs[0].model_copy(
        update={"minimum_stay_years": 9, "build_years": 2, "closing_share": 0.1,
                "resale_share": 0.4}
    )  # fmt: skip
    timing = build_timing(block.model_copy(update={"micro_hubs": (hub,)}))
    assert timing.minimum_stay_years.tolist() == [9, 9, 0, 0]
    assert timing.build_years.tolist() == [2, 2, 0, 0]
    assert timing.closing_share.tolist() == [0.1, 0.1, 0, 0]
    assert timing.resale_share.tolist() == [0.4, 0.4, 0, 0]


def test_one_word_is_a_list_of_one_and_every_word_stands_once():
    text = design_block().micro_hubs[0].model_dump_json()
    assert HubDesign.model_validate_json(text).tenure == ("lease",)
    for wrong in ("[]", '["buy", "buy"]', '"rent"', "3"):
        with pytest.raises(ValidationError, match="tenure"):
            HubDesign.model_validate_json(text.replace('["lease"]', wrong))
