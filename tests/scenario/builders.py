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
