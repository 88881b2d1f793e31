"""The scenario file of a drawn city, as a person would write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.hotel_city import terms
from benchmarks.hotel_city.draw import BLOCK_M, DEMAND, GATE, WALK_KPH

if TYPE_CHECKING:
    from benchmarks.hotel_city.draw import Draw, Row

MADE_UP = '"assumption: made up"'
PERIOD_YEARS = 5


def scenario_text(draw: Draw) -> str:
    """Return scenario.yaml."""
    blocks = [
        _head(draw), _world(draw), _designs(draw), _tenants(draw), _channels(), _weights(),
        _horizon(draw), _rules(draw), _exchange(), _services(draw), _roofs(draw), _solve(draw),
    ]  # fmt: skip
    return "\n".join(block for block in blocks if block)


def _head(draw: Draw) -> str:
    return f"""\
# yaml-language-server: $schema=../scenario.schema.json
#
# Openly fictional: a seeded city (seed {draw.seed}) with every rule of productive hotels in use,
# made by `python -m benchmarks.seeded_hotels`; README.md tells what is sourced and what assumed.
faubourg: 1
name: {draw.name}
description: >-
  Songeville does not exist. Its firms look for {DEMAND - 1:.0%} more floor than all its hotels,
  standing and proposed, hold; deliveries are left out.
regime: Hypothetical, made up.
currency: EUR
"""


def _world(draw: Draw) -> str:
    zones = "\n".join(
        f"    - {{zone: {row['id']}, permits: [{row['id']}], price_eur_m2: 600, "
        f"rent_eur_m2_year: {terms.GROUND_RENT_EUR_M2:g}, source: {MADE_UP}}}"
        for row in draw.designs
    )
    return f"""\
streets:
  osm: streets.osm
  crs: EPSG:32631
  snap_max_m: 500
  source: "assumption: a grid of streets {BLOCK_M} m apart"
  congestion: {{source: "assumption: none", motorway: 1, main: 1, minor: 1}}

gateways:
  source: {MADE_UP}
  at:
    - {{id: gate, name: Gate of Songeville, lon: {GATE[0]}, lat: {GATE[1]}, line_haul_min: 20,
       line_haul_km: 15, source: {MADE_UP}}}

demand:
  without_parcels: true
  peak_day_factor: 1
  delivery_days_per_year: 250
  source: "assumption: hotels are decided alone"

land:
  source: "assumption: made-up yards; each may take one design of hotel"
  sites: sites.geojson
  derive: false
  jurisdictions: {{file: districts.geojson, source: {MADE_UP}}}
  zones:
{zones}
"""


def _designs(draw: Draw) -> str:
    hub = "\n".join(
        f"      {key}: {_word(value)}" for key, value in terms.HUB.items() if key != "id"
    )
    stay = {"minimum_stay_years": terms.MINIMUM_STAY_YEARS} if draw.years else {}
    hotels = "\n".join(_hotel({**row, **stay}) for row in draw.designs)
    return f"""\
designs:
  micro_hubs:
    - id: {terms.HUB["id"]}
{hub}
      source: "assumption: as in instances/geneva"
  productive_hotels:
{hotels}
"""


def _hotel(row: Row) -> str:
    plain = "\n".join(
        f"      {key}: {_word(value)}" for key, value in row.items() if key not in {"id", "levels"}
    )
    levels = "\n".join(_level(level) for level in row["levels"])
    return f"""\
    - id: {row["id"]}
{plain}
      source: >-
        build: 2 050 EUR/m2 as in Chapelle International, Paris (44 000 m2 for 91.5 M EUR,
        supplychainmagazine.fr/nl/2018/2732); carbon: assumption, the French limit for new offices
        of 2025 (RE2020, 810 kg/m2); rent: about Lyon's prime 130 EUR/m2/year (jll.com); the rest:
        assumption
      levels:
{levels}"""


def _level(level: Row) -> str:
    area = sum(unit["area_m2"] for unit in level["units"])
    units = "\n".join(f"            - {_flow(_unit(unit))}" for unit in level["units"])
    figures = {key: value for key, value in level.items() if key != "units"}
    plain = ", ".join(f"{key}: {_word(value)}" for key, value in figures.items())
    lines = [f"        - area_m2: {area}", *(f"          {item}" for item in plain.split(", "))]
    return "\n".join([*lines, "          units:", units])


def _unit(unit: Row) -> Row:
    """Return a unit without what says nothing."""
    hybrid = unit["space"] == "hybrid"
    return {
        key: value
        for key, value in unit.items()
        if not (key == "tenants_max" and value < 0) and (hybrid or not key.endswith("_eur_m2"))
    }


def _flow(row: Row) -> str:
    return "{" + ", ".join(f"{key}: {_word(value)}" for key, value in row.items()) + "}"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value)
    return f'"{text}"' if "," in text or "'" in text else text


def _tenants(draw: Draw) -> str:
    growth = f"""\
  growth:
    file: growth.csv
    move_within_eur_m2: {terms.MOVE_WITHIN_EUR_M2:g}
    move_between_eur_m2: {terms.MOVE_BETWEEN_EUR_M2:g}
    source: "assumption: carrying machines to another floor; moving house and fitting out again"
"""
    return f"""\
tenants:
  file: tenants.csv
  annexes: annexes.csv
  source: >-
    assumption: made-up firms; some 12 to a hotel (Paris: about forty industrial hotels with 600
    companies); 16 to 38 m2 a job around the 27 m2 of Paris municipal premises (apur.org 2014);
    shares of sectors are assumed
{growth if draw.years else ""}"""


def _channels() -> str:
    vehicles = "\n".join(_vehicle(name, row) for name, row in terms.VEHICLES.items())
    return f"""\
channels:
  source: "assumption: nobody receives parcels"
  bike_limit_min: 10
  walk_limit_min: 5
  acceptance: [{{walk_min: 0, share: 0.5}}, {{walk_min: 5, share: 0.1}}]

vehicles:
{vehicles}

tours: {{constant: 0.7124, circuity: 1.3, source: "DOI 10.1017/S0305004100034095"}}
"""


def _vehicle(name: str, row: tuple[float, ...]) -> str:
    keys = (
        "eur_per_hour", "eur_per_km", "co2e_kg_per_km", "parcels_per_tour", "park_s", "service_s",
        "drop_s_per_parcel", "tour_speed_kph", "density_share",
    )  # fmt: skip
    lines = [f"    {key}: {value:g}" for key, value in zip(keys, row, strict=True)]
    more = [
        "    co2e_scope: tank-to-wheel",
        '    source: "as in instances/geneva; no parcels here"',
    ]
    return "\n".join([f"  {name}:", *lines, *more])


def _weights() -> str:
    return f"""\
weights:
  co2e_eur_per_t: {terms.CO2E_EUR_T:g}
  discount_rate: {terms.DISCOUNT_RATE:g}
  job_eur_year: {terms.JOB_EUR_YEAR:g}
  walk_eur_per_hour: 0
  source: >-
    carbon: 250 EUR/t in 2030 (France Strategie 2019); discount: 3.2 % (France Strategie 2021); job:
    assumption, as in instances/geneva
"""


def _periods(draw: Draw) -> list[str]:
    return [f"{year}-{year + PERIOD_YEARS - 1}" for year in draw.years]


def _horizon(draw: Draw) -> str:
    if not draw.years:
        return ""
    rows = "\n".join(
        f"    - {{name: {name}, first_year: {year}, years: {PERIOD_YEARS}, source: {MADE_UP}}}"
        for name, year in zip(_periods(draw), draw.years, strict=True)
    )
    return f"""\
horizon:
  source: "assumption: prices stay"
  periods:
{rows}
"""


def _rules(draw: Draw) -> str:
    figures, names = draw.rules, {row["id"]: row for row in draw.designs}
    existing = [
        f"    - {{site: {site['id']}, design: {design}}}"
        for site in draw.sites
        if site["existing"]
        for design in ([terms.HUB["id"]] if site["hub"] else []) + [names[site["zone"]]["id"]]
    ]
    jobs = "\n".join(
        f"    - {{name: {skill} jobs, skill: {skill}, at_least: {figures[f'{skill}_jobs']}, "
        f"source: {MADE_UP}}}"
        for skill in ("manual", "technical")
    )
    apart = "\n".join(
        f"    - {{name: {name}, between: [{one}, {two}], levels: {levels}, "
        f"{'' if far is None else f'distance_m: {far:g}, '}same_hours: {_word(hours)}, "
        f"source: {MADE_UP}}}"
        for name, one, two, levels, far, hours in terms.APART
    )
    return f"""\
rules:
  existing:
{chr(10).join(existing)}
  purses:
{_purse(draw)}
  apart:
{apart}
  neighbours:
    file: neighbours.csv
    within_m: {terms.NOISE_WITHIN_M:g}
    facade_db: {terms.FACADE_DB:g}
    source: >-
      limits: TA Laerm 6.1, residential and mixed areas by day and night, between them in the
      evening; facades, powers and background: assumption
  mix:
{_mix(figures)}
  jobs:
{jobs}
  worker_access:
    file: workers.csv
    within_min: {terms.WITHIN_MIN}
    by: [walk, bike, transit]
    capture_share: {terms.CAPTURE_SHARE:g}
    transit: {{stops: stops.csv, rides: rides.csv, walk_max_min: {terms.WALK_TO_STOP_MIN}}}
    source: "assumption: one tram line, {WALK_KPH:g} km/h on foot; people made up"
  support:
    file: support.csv
    within_min: {terms.SUPPORT_MIN}
    source: {MADE_UP}
"""


def _purse(draw: Draw) -> str:
    opening, grant = draw.purse["opening_eur"], draw.purse["grant_eur"]
    source = '"assumption: eight tenths of all proposed hotels"'
    if not draw.years:
        return f"    - {{name: City purse, budget_eur: {opening + grant}, source: {source}}}"
    grants = ", ".join(f"{{period: {name}, eur: {grant}}}" for name in _periods(draw)[1:])
    source = '"assumption: six tenths of all proposals at once, two more tenths in each period"'
    return f"""\
    - name: City purse
      budget_eur: {opening}
      grants: [{grants}]
      source: {source}"""


def _mix(figures: Row) -> str:
    least, most = (
        f"area_min_m2: {figures['repair_min_m2']}",
        f"area_max_m2: {figures['studio_max_m2']}",
    )
    areas = ("", f"{most}, ", f"{least}, ")
    return "\n".join(
        f"    - {{name: {name}, sectors: [{', '.join(sectors)}], each_hotel: {_word(each)}, "
        f"share_min: {low:g}, share_max: {high:g}, {area}source: {MADE_UP}}}"
        for (name, sectors, each, low, high), area in zip(terms.MIX, areas, strict=True)
    )


def _exchange() -> str:
    rows = "\n".join(
        f"    - {{name: {name}, unit: {unit}, value_eur: {value:g}, loss_per_km: {loss:g}, "
        f"reach_m: {reach:g}, link_eur_m_year: {link:g}, source: {MADE_UP}}}"
        for name, unit, value, loss, reach, link in terms.RESOURCES
    )
    return f"""\
exchange:
  tenants: exchange.csv
  partners: partners.csv
  source: {MADE_UP}
  resources:
{rows}
"""


def _services(draw: Draw) -> str:
    lines = ["services:"]
    for name, lowest, year, tenant, least in terms.SERVICES:
        where = [row["id"] for row in draw.designs if len(row["levels"]) >= lowest]
        lines.append(
            f"  - {{name: {name}, designs: [{', '.join(where)}], eur_year: {year:g}, "
            f"eur_tenant_year: {tenant:g}, tenants_min: {least}, source: {MADE_UP}}}"
        )
    return "\n".join(lines) + "\n"


def _roofs(draw: Draw) -> str:
    lines = ["roofs:"]
    for name, net, least, duty, limited in terms.ROOFS:
        most = f"total_max_m2: {draw.rules['farm_max_m2']}, " if limited else ""
        source = '"duty: French law of 2019; the rest: assumption"' if duty else MADE_UP
        lines.append(
            f"  - {{name: {name}, net_eur_m2_year: {net:g}, plot_min_m2: {least}, "
            f"share_min: {duty:g}, {most}source: {source}}}"
        )
    return "\n".join(lines) + "\n"


def _solve(draw: Draw) -> str:
    return f"""\
solve:
  time_limit_s: 120
  gap: 0.01
  seed: {draw.seed}
  threads: 2
"""
