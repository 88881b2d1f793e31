"""The tiny town with every rule over years: east and west, two periods, a firm, two pavilions."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path

TINY = Path(__file__).parent.parent.parent / "instances" / "tiny"
BORDER = 5.0115
OVER_YEARS = """\
extends: scenario.yaml
name: Tiny town over years
horizon:
  source: by hand
  periods:
    - {name: soon, first_year: 2026, years: 5}
    - name: later
      first_year: 2031
      years: 10
      demand_factor: 1.2
      land_price_factor: 1.3
      build_price_factor: 1.1
      operating_price_factor: 1.05
      rent_factor: 1.4
  zoning_changes:
    - {zone: meadow, from_year: 2030, permits: [pavilion], source: by hand}
    - {zone: square, from_year: 2031, permits: [micro_hub, lockers], source: by hand}
land:
  jurisdictions: {file: communes.geojson, source: by hand}
designs:
  micro_hubs:
    - id: hub
      label: Micro-hub
      tenure: [lease, buy]
      footprint_m2: 100
      height_m: 4
      build_eur: 50000
      running_eur_year: 14000
      embodied_co2e_kg: 10000
      lifetime_years: 10
      needs_lorry: true
      capacity_parcels_per_day: 200
      handling_eur_per_parcel: 0.10
      minimum_stay_years: 5
      build_years: 1
      source: by hand
    - id: pavilion
      label: Pavilion
      tenure: lease
      dismantlable: true
      footprint_m2: 50
      height_m: 4
      build_eur: 20000
      running_eur_year: 4000
      embodied_co2e_kg: 1000
      lifetime_years: 10
      capacity_parcels_per_day: 80
      handling_eur_per_parcel: 0.10
      closing_share: 0.1
      resale_share: 0.2
      source: by hand
tenants: {file: tenants.csv, source: by hand}
weights: {long_lease_years: 60}
firms:
  file: firms.csv
  premises: premises.csv
  move_max_m: 500
  jobs_lost_max: 4
  job_lost_eur_year: 300
  source: by hand
pavilions:
  - {id: tent, design: pavilion, count: 2, moves_max: 1, move_eur: 5000, move_days: 20, source: us}
cooperation:
  source: by hand
  trades_land: true
  members:
    - {name: West authority, jurisdictions: [West]}
    - {name: East authority, jurisdictions: [East]}
rules:
  land:
    - {name: soil, past: {consumed_m2: 501, share: 0.5}, last_year: 2030, source: law}
    - name: net
      metric: net_artificialisation
      basis: parcel
      temporary: free
      first_year: 2031
      budget_m2: 300
      guarantee_m2: 200
      source: law
  renaturation:
    - {id: yard, jurisdiction: East, area_m2: 90, eur_m2: 70, years: 2, first_year: 2028}
  purses:
    - name: joint
      budget_eur: 500000
      grants: [{period: later, eur: 7000}, {period: later, eur: 3000}]
      borrow_max_eur: 60000
      debt_end_max_eur: 50000
      interest_rate: 0.03
      gamma: 1
      pays_running: true
      subsidy_max_eur_year: 900
    - {name: east alone, budget_eur: 1, jurisdictions: [East], gets_rents: true}
  rent_stages:
    - {until_age: 1, share: 0.4}
    - {until_age: 3, share: 0.7}
  uses:
    - {name: production, area_min_m2: 100, first_year: 2031}
    - name: nature
      zones: [meadow]
      jurisdiction: East
      area_min_m2: 60
      eur_m2_year: 2
      artificialises: false
      source: by hand
  quotas:
    - {kind: micro_hub, at_least: 1, jurisdiction: East, first_year: 2031}
    - {kind: delivery_point, at_most: 1}
"""


def communes(*names: str) -> str:
    """Return a layer of communes from west to east: the first up to the border."""
    edges = [4.9, *(BORDER + 0.01 * rank for rank in range(len(names) - 1)), 5.1]
    rings = [
        [[west, 44.9], [east, 44.9], [east, 45.1], [west, 45.1], [west, 44.9]]
        for west, east in pairwise(edges)
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in zip(names, rings, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def write_town(folder: Path, text: str = OVER_YEARS) -> Path:
    """Write the town and return the path of its scenario over years."""
    town = folder / "town"
    shutil.copytree(TINY, town, dirs_exist_ok=True)
    (town / "communes.geojson").write_text(communes("West", "East"), encoding="utf-8")
    (town / "firms.csv").write_text(
        "id,name,site,area_m2,jobs,may_stay,move_eur,lost_eur\n"
        "mason,Mason,depot,200,7,yes,3000,40000\n",
        encoding="utf-8",
    )
    (town / "premises.csv").write_text(
        "id,lon,lat,area_m2\nshed,5.0091572,45.0032376,300\n", encoding="utf-8"
    )
    rows = (town / "tenants.csv").read_text(encoding="utf-8").splitlines()
    years = ["founded_year", "2025", "2010", "", "2029", "2031"]
    table = "\n".join(f"{row},{year}" for row, year in zip(rows, years, strict=True))
    (town / "tenants.csv").write_text(table, encoding="utf-8")
    path = town / "over_years.yaml"
    path.write_text(text, encoding="utf-8")
    return path
