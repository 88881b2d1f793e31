"""A small valid scenario as text, for tests that break it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from optimizer.core.refusal import Refusal
from optimizer.scenario.reader import read_scenario

if TYPE_CHECKING:
    from pathlib import Path

VALID = """\
faubourg: 1
name: Small town
currency: EUR
streets:
  osm: town.osm
demand:
  estimate:
    population: 500
land:
  zones:
    - zone: parking
      permits: [micro_hub]
      price_eur_m2: 100
      rent_eur_m2_year: 5
designs:
  micro_hubs:
    - id: hub
      label: Hub
      tenure: lease
      footprint_m2: 80
      height_m: 3
      build_eur: 70000
      running_eur_year: 1000
      embodied_co2e_kg: 10
      lifetime_years: 12
      capacity_parcels_per_day: 400
      handling_eur_per_parcel: 0.1
channels:
  bike_limit_min: 20
  walk_limit_min: 7
  acceptance:
    - {walk_min: 0, share: 0.6}
    - {walk_min: 5, share: 0.1}
vehicles:
  lorry: &VEHICLE
  van: &VEHICLE
  cargo_bike: &VEHICLE
weights:
  co2e_eur_per_t: 100
  discount_rate: 0.04
"""
VEHICLE = """\
    eur_per_hour: 40
    eur_per_km: 0.4
    co2e_kg_per_km: 0.2
    co2e_scope: tank-to-wheel
    parcels_per_tour: 100
    park_s: 60
    service_s: 100
    tour_speed_kph: 15
"""

OVER_YEARS = """\
horizon:
  periods:
    - {name: soon, first_year: 2026, years: 5, demand_factor: 1.1}
    - {name: later, first_year: 2031, years: 10, land_price_factor: 1.2}
  zoning_changes:
    - {zone: parking, from_year: 2031, permits: [hub, micro_hub]}
rules:
  land:
    - {name: soil, metric: enaf_consumption, last_year: 2030, past: {consumed_m2: 900, share: 0.5}}
    - name: net soil
      metric: net_artificialisation
      first_year: 2031
      last_year: 2040
      budget_m2: 400
      basis: parcel
      temporary: while_standing
      guarantee_m2: 500
      pooled: true
      jurisdictions: [city]
  renaturation:
    - {id: yard, jurisdiction: city, area_m2: 300, eur_m2: 90, years: 2, first_year: 2031}
  purses:
    - name: purse
      budget_eur: 100000
      grants: [{period: later, eur: 50000}]
      borrow_max_eur: 30000
      debt_end_max_eur: 20000
      interest_rate: 0.03
      gamma: 1
      pays_running: true
      gets_rents: true
      subsidy_max_eur_year: 9000
  rent_stages:
    - {until_age: 2, share: 0.5}
    - {until_age: 3, share: 0.8}
  uses:
    - {name: production, area_min_m2: 100}
    - {name: nature, zones: [parking], area_min_m2: 50, jurisdiction: city, artificialises: false}
  quotas:
    - {kind: micro_hub, at_least: 1, first_year: 2031}
firms: {file: town.osm, premises: town.osm, move_max_m: 900, jobs_lost_max: 5}
pavilions:
  - {id: pavilion, design: hub, count: 2, moves_max: 1, move_eur: 5000, move_days: 20}
"""

HOTEL = """\
  productive_hotels:
    - id: hotel
      label: Hotel
      tenure: [buy, lease]
      footprint_m2: 900
      height_m: 12
      build_eur: 1
      running_eur_year: 1
      embodied_co2e_kg: 1
      lifetime_years: 50
      docks: 2
      rent_eur_m2_year: 100
      roof_m2: 700
      lift_trips_per_day: 40
      levels:
        - {area_m2: 800, load_kg_m2: 500, clear_height_m: 3}
        - area_m2: 800
          load_kg_m2: 500
          clear_height_m: 3
          lift_kg: 1500
          units:
            - {id: a, area_m2: 300, space: hybrid, fit_out_eur_m2: 50, switch_eur_m2: 9}
            - {id: b, area_m2: 500, position_m: 20, wet: false, vented: false, tenants_max: 3}
channels:
"""
RULES_OF_HOTELS = """\
  apart: [{name: dust, between: [crafts, sensitive], levels: 1, distance_m: 9, same_hours: true}]
  neighbours: {file: town.osm, within_m: 300, facade_db: 20}
  mix:
    - {name: crafts, sectors: [crafts], share_min: 0.2, share_max: 0.8, each_hotel: true}
    - {name: offices, sectors: [offices], area_min_m2: 9, area_max_m2: 99, jurisdictions: [city]}
  jobs: [{name: manual, skill: manual, at_least: 3, jurisdictions: [city]}]
  worker_access:
    file: town.osm
    within_min: 20
    by: [walk, bike, transit]
    capture_share: 0.2
    transit: {stops: town.osm, rides: town.osm, walk_max_min: 5}
  support: {file: town.osm, within_min: 6}
"""
HOTELS = """\
tenants:
  file: town.osm
  annexes: town.osm
  growth: {file: town.osm, move_within_eur_m2: 10, move_between_eur_m2: 30}
exchange:
  tenants: town.osm
  partners: town.osm
  resources:
    - name: heat
      unit: MWh
      value_eur: 60
      loss_per_km: 0.1
      reach_m: 900
      link_eur_m_year: 2
services:
  - {name: canteen, designs: [hotel], eur_year: 9000, eur_tenant_year: 900, tenants_min: 4}
roofs:
  - {name: solar, net_eur_m2_year: 5, plot_min_m2: 50, share_min: 0.3, total_max_m2: 900}
"""


def hotels_text():
    """Return the text of a scenario without faults that states every rule of hotels, and years."""
    text = over_years_text().replace("channels:\n", HOTEL)
    return text.replace("firms:", f"{RULES_OF_HOTELS}firms:") + HOTELS


def over_years_text():
    """Return the text of a scenario without faults that states every rule over years."""
    text = valid_text().replace("id: hub\n", "id: hub\n      dismantlable: true\n")
    text = text.replace("discount_rate:", "long_lease_years: 60\n  discount_rate:")
    return text + OVER_YEARS


def valid_text() -> str:
    """Return the text of a scenario without faults."""
    return VALID.replace(" &VEHICLE\n", "\n" + VEHICLE)


def write_scenario(folder: Path, text: str | None = None, name: str = "scenario.yaml") -> Path:
    """Write a scenario (by default the valid one) and the street file that it names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "town.osm").write_text("<osm/>", encoding="utf-8")
    path = folder / name
    path.write_text(valid_text() if text is None else text, encoding="utf-8")
    return path


def faults_of(path, overrides=()):
    with pytest.raises(Refusal) as refused:
        read_scenario(path, overrides)
    return refused.value.faults


def fault_lines(path, overrides=()):
    """Return "line:column CODE" of each fault."""
    return [
        f"{fault.place.removeprefix(str(path) + ':')} {fault.code}"
        for fault in faults_of(path, overrides)
    ]


def changed(old, new):
    text = valid_text()
    assert old in text
    return text.replace(old, new, 1)
