"""Units of hotel levels become rows of `Levels`, each with what it is fit for."""

from __future__ import annotations

from optimizer.core.hotels import Space
from optimizer.land import build_designs, build_units, states_units
from optimizer.scenario.choices import DesignsBlock, HotelDesign, HubDesign, LevelBlock
from optimizer.scenario.hotels import UnitBlock

COMMON = {
    "label": "x",
    "height_m": 9,
    "build_eur": 1,
    "running_eur_year": 1,
    "embodied_co2e_kg": 1,
    "lifetime_years": 9,
}
HUB = HubDesign(
    id="hub",
    tenure="lease",
    footprint_m2=0,
    inside_hotel_m2=50,
    inside_docks=1,
    capacity_parcels_per_day=9,
    handling_eur_per_parcel=1,
    **COMMON,
)
SPLIT = (
    UnitBlock(id="north", area_m2=120, space="hybrid", fit_out_eur_m2=10.5, switch_eur_m2=2),
    UnitBlock(id="south", area_m2=70, position_m=20, wet=False, tenants_max=2),
)


def level(units=(), lift_kg=None):
    return LevelBlock(area_m2=200, load_kg_m2=500, clear_height_m=4, units=units, lift_kg=lift_kg)


def hotel(levels, tenure="buy", **more):
    return HotelDesign(
        id="hotel",
        tenure=tenure,
        footprint_m2=300,
        docks=1,
        rent_eur_m2_year=90,
        levels=levels,
        **COMMON,
        **more,
    )


def test_each_unit_is_a_row_of_levels_and_a_level_without_units_is_one():
    block = DesignsBlock(productive_hotels=(hotel((level(), level(SPLIT, lift_kg=900), level())),))
    _, levels = build_designs(block)
    units, _ = build_units(block)
    assert levels.number.tolist() == [0, 1, 1, 2]
    assert levels.area_m2.tolist() == [200, 120, 70, 200]
    assert units.id == ("0", "north", "south", "2")
    assert units.space.tolist() == [Space.ANY, Space.HYBRID, Space.ANY, Space.ANY]
    assert units.wet.tolist() == [True, True, False, True]
    assert units.lift_kg.tolist() == [0, 900, 900, 0]
    assert units.tenants_max.tolist() == [-1, -1, 2, -1]
    assert units.position_m.tolist() == [0, 0, 20, 0]
    assert units.fit_out_eur.tolist() == [0, 1260, 0, 0]
    assert units.switch_eur.tolist() == [0, 240, 0, 0]


def test_a_hotel_that_may_be_held_in_two_ways_has_its_units_twice():
    block = DesignsBlock(productive_hotels=(hotel((level(SPLIT),), ["buy", "lease"]),))
    designs, levels = build_designs(block)
    units, _ = build_units(block)
    assert designs.id == ("hotel.buy", "hotel.lease")
    assert levels.design.tolist() == [0, 0, 1, 1]
    assert units.id == ("north", "south") * 2


def test_equipment_stands_beside_the_designs():
    block = DesignsBlock(
        micro_hubs=(HUB,),
        productive_hotels=(hotel((level(),), lift_trips_per_day=0, roof_m2=250),),
    )
    _, equipment = build_units(block)
    assert equipment.lift_trips_max.tolist() == [-1, 0]
    assert equipment.inside_docks.tolist() == [1, 0]
    assert equipment.roof_m2.tolist() == [0, 250]


def test_plain_levels_state_nothing():
    def stated(*designs, hubs=()):
        return states_units(DesignsBlock(productive_hotels=designs, micro_hubs=hubs))

    plain = hotel((level(),))
    assert not stated(plain)
    assert stated(plain, hubs=(HUB,))
    assert stated(hotel((level(SPLIT),)))
    assert stated(hotel((level(lift_kg=0),)))
    assert stated(hotel((level(),), lift_trips_per_day=9))
    assert stated(hotel((level(),), roof_m2=1))
