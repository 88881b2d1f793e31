"""What a site offers and costs changes the plan of the town that `instances/tiny` works out."""

from __future__ import annotations

import json

import pytest

from tests.instances.test_tiny import CENT, TINY, best_plan

HOTEL, DEPOT, PURSE = "designs.productive_hotels.0", "land.zones.0", "rules.purses.0.budget_eur"
AS_SHIPPED = (43_487.80, {"hotel@depot", "hub@meadow", "lockers@square"})
NO_HOTEL = (91_896.90, {"hub@depot", "lockers@square"})
NO_LOCKERS = (51_470.80, {"hotel@depot", "hub@meadow"})


def sites_with(folder, **stated):
    """Write the sites of the town, the depot with more columns; return the change."""
    layer = json.loads((TINY / "sites.geojson").read_text(encoding="utf-8"))
    layer["features"][0]["properties"].update(stated)
    (folder / "sites.geojson").write_text(json.dumps(layer))
    return f"land.sites={folder / 'sites.geojson'}"


def expect(answer, changes):
    value, opened = best_plan(*changes)
    assert opened == answer[1]
    assert value == pytest.approx(answer[0], abs=CENT)


def test_coverage_leaves_too_little_land_for_the_hotel():
    expect(AS_SHIPPED, [f"{DEPOT}.coverage_share_max=0.91"])  # 500 of 550 m2, it needs 500
    expect(NO_HOTEL, [f"{DEPOT}.coverage_share_max=0.9"])  # 495 m2


def test_coverage_and_height_leave_too_little_floor_for_the_hotel():
    # two levels of 500 m2; the depot may be covered, and is 550 m2
    limits = [f"{DEPOT}.coverage_share_max=1", f"{DEPOT}.height_max_m=10"]
    expect(AS_SHIPPED, [*limits, f"{DEPOT}.storey_height_m=5"])  # 1,100 m2
    expect(NO_HOTEL, [*limits, f"{DEPOT}.storey_height_m=5.1"])  # 550 m2


def test_a_noisy_hotel_too_near_to_homes_is_not_built(tmp_path):
    homes = sites_with(tmp_path, homes_m=40)
    expect(AS_SHIPPED, [homes, f"{HOTEL}.homes_distance_min_m=40"])
    expect(NO_HOTEL, [homes, f"{HOTEL}.homes_distance_min_m=41"])


def test_a_purse_too_small_to_buy_leases_for_years_or_for_long():
    # the hotel costs 1,000,000, its land 200,000 to buy, or 5,000 a year, or 50,000 for 50 years
    offers = [f"{PURSE}=1110000", f"{DEPOT}.long_lease_eur_m2=100"]
    expect(NO_HOTEL, offers)
    leased = {"hotel.lease@depot", *AS_SHIPPED[1]} - {"hotel@depot"}
    expect((AS_SHIPPED[0] + 5000, leased), [*offers, f"{HOTEL}.tenure=[buy, lease]"])
    held = {"hotel.long_lease@depot", *AS_SHIPPED[1]} - {"hotel@depot"}
    all_ways = f"{HOTEL}.tenure=[buy, lease, long_lease]"
    expect((AS_SHIPPED[0] + 1000, held), [*offers, all_ways])
    expect((AS_SHIPPED[0] + 5000, leased), [offers[0], all_ways])  # no long lease is offered
    dear = f"{DEPOT}.long_lease_rent_eur_m2_year=8.1"  # 1,000 + 4,050 a year
    expect((AS_SHIPPED[0] + 5000, leased), [*offers, all_ways, dear])


def test_a_price_that_rises_towards_the_centre_leaves_no_money_for_lockers():
    # the purse pays for everything to the last EUR; the depot is 20 EUR/m2 dearer in the centre
    centre = "land.prices.towards_centre={{lon: 5.0091572, lat: 45, radius_m: {}, "
    centre += "factor_at_centre: 1.05, source: made up}}"
    expect(NO_LOCKERS, [centre.format(300)])
    away = centre.replace("45,", "45.1,")
    expect(AS_SHIPPED, [away.format(300)])


def test_a_known_price_beside_the_site_leaves_no_money_for_lockers(tmp_path):
    (tmp_path / "prices.csv").write_text("lon,lat,price_eur_m2,zone\n5.0092,45,420,depot\n")
    expect(NO_LOCKERS, [f"land.prices.points={tmp_path / 'prices.csv'}"])
    (tmp_path / "prices.csv").write_text("lon,lat,price_eur_m2,zone\n5.0092,45,420,square\n")
    expect(AS_SHIPPED, [f"land.prices.points={tmp_path / 'prices.csv'}"])
