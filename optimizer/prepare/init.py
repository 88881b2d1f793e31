"""Derive a ready-to-solve scenario for any city: streets, demand, gateways, sites, examples."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.refusal import Fault, Refusal
from optimizer.demand import build_demand
from optimizer.demand.files import clean
from optimizer.land import build_sites
from optimizer.network import find_gateways, load_network
from optimizer.prepare.layers import write_demand, write_sites
from optimizer.scenario.city import (
    DemandBlock,
    Estimate,
    GatewaysBlock,
    Jurisdictions,
    LandBlock,
    StreetsBlock,
)
from optimizer.scenario.reader import read_scenario, schema_json
from optimizer.scenario.schema import Scenario

if TYPE_CHECKING:
    from optimizer.core.backdrop import Shapes
    from optimizer.core.problem import AuditLine
    from optimizer.core.world import DemandPoints, Gateways, Sites
    from optimizer.network import Network

COPIED_UP_TO_BYTES = 200_000_000
"""Larger extracts are named where they lie instead of being copied."""
PICKUP_SHARE = 0.7
PARCELS_PER_INHABITANT = 0.08
INHABITANTS_PER_TENANT = 1_000
TENANTS_MIN = 20


@dataclass(frozen=True)
class Town:
    """What was found on the map."""

    network: Network
    gateways: Gateways
    demand: DemandPoints
    lost_parcels_per_day: float
    population: int
    population_words: str
    sites: Sites
    outlines: Shapes


def init_scenario(folder: Path, *, osm: Path | None, place: str | None) -> list[Path]:
    """Write a scenario for the town of an OSM extract, or of a place that is fetched.

    Parameters
    ----------
    folder
        A new or empty folder.
    osm, place
        Exactly one: an extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) or the name of a place.

    Returns
    -------
    The written files, the scenario first.

    Raises
    ------
    Refusal
        F610 unless exactly one source is named; F611 if the folder is not empty; F612 if it cannot
        be written; and what the rooms find wrong with the map.
    """
    _check_request(folder, osm, place)
    town = survey(StreetsBlock(osm=str(osm.resolve()) if osm else None, place=place))
    title = _title(osm, place)
    existed = folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        streets, copied = _street_lines(folder, osm, place)
        written = [_write_scenario(folder, town, title, streets)]
        written += [write_demand(folder / "demand.gpkg", town.demand, PICKUP_SHARE)]
        zones = tuple(zone.zone for zone in example_scenario().land.zones)
        written += [write_sites(folder / "sites.gpkg", town.sites, town.outlines, zones)]
        written += [_write_tenants(folder, town.population)]
        written += [_write_schema(folder)]
    except OSError as error:
        _clear(folder, keep=existed)
        cause = f"cannot be written: {error.strerror or error}"
        raise Refusal(Fault(str(folder), "F612", cause, "choose a folder of yours")) from error
    read_scenario(written[0])
    return [*written, *copied]


def _clear(folder: Path, *, keep: bool) -> None:
    """Remove what was begun, so that the next try finds the folder as it was."""
    shutil.rmtree(folder, ignore_errors=True)
    if keep:
        folder.mkdir(parents=True, exist_ok=True)


def survey(streets: StreetsBlock) -> Town:
    """Look at a map: streets, gateways, estimated demand, candidate sites.

    Parameters
    ----------
    streets
        With an absolute path, or a place.
    """
    here = Path()
    network = load_network(streets, here)
    gateways, _ = find_gateways(network, GatewaysBlock())
    block = DemandBlock(
        estimate=Estimate(parcels_per_inhabitant_day=PARCELS_PER_INHABITANT),
        pickup_share_max=PICKUP_SHARE,
    )
    demand, unserved, audit = build_demand(block, network, here, streets.snap_max_m)
    population, words = _population(audit)
    sites, _, outlines, _, _ = build_sites(_land_block(), network, demand, here, streets.snap_max_m)
    return Town(
        network=network,
        gateways=gateways,
        demand=demand,
        lost_parcels_per_day=math.fsum(each.parcels_per_day for each in unserved),
        population=population,
        population_words=words,
        sites=sites,
        outlines=outlines,
    )


def example_scenario() -> Scenario:
    """Return the template as a scenario, with stand-ins for what a town fills in."""
    from ruamel.yaml import YAML

    words = {
        "title": "Town",
        "name": "Town",
        "streets": "  osm: town.osm",
        "osm_date": "",
        "gateways": "    []",
        "demand_words": "",
        "population": "1",
        "sites_words": "",
        "jurisdiction": "Town",
        "purse": "1",
    }
    text = _template("scenario.yaml").substitute(words)
    data = YAML(typ="safe", pure=True).load(text)
    return Scenario.model_validate_json(json.dumps(data))


def _land_block() -> LandBlock:
    land = example_scenario().land
    return LandBlock(zones=land.zones, derive=True, jurisdictions=Jurisdictions())


def _check_request(folder: Path, osm: Path | None, place: str | None) -> None:
    if (osm is None) == (place is None):
        cause = "name one source of streets"
        action = 'give --osm FILE.osm.pbf or --place "Avignon, France"'
        raise Refusal(Fault("faubourg init", "F610", cause, action))
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            cause = "exists and is not an empty folder"
            raise Refusal(Fault(str(folder), "F611", cause, "name a new folder"))
    except OSError as error:
        cause = f"cannot be looked into: {error.strerror or error}"
        raise Refusal(Fault(str(folder), "F612", cause, "choose a folder of yours")) from error


def _title(osm: Path | None, place: str | None) -> str:
    if osm is None:
        return clean(place, 80) or "Town"
    return clean(osm.name.split(".")[0], 80) or "Town"


def _street_lines(folder: Path, osm: Path | None, place: str | None) -> tuple[str, list[Path]]:
    """Return the lines that name the streets; a small extract is copied into the folder."""
    if osm is None:
        return f"  place: {json.dumps(place)}   # fetched when it is not in the cache", []
    if osm.stat().st_size > COPIED_UP_TO_BYTES:
        return f"  osm: {json.dumps(osm.resolve().as_posix())}", []
    target = folder / osm.name
    shutil.copyfile(osm, target)
    return f"  osm: {json.dumps(osm.name)}", [target]


def _population(audit: tuple[AuditLine, ...]) -> tuple[int, str]:
    for line in audit:
        if line.what == "inhabitants estimated":
            return int(line.count), line.detail
    return 0, ""


def _write_scenario(folder: Path, town: Town, title: str, streets: str) -> Path:
    parcels = math.fsum(town.demand.parcels_per_day.tolist())
    date = town.network.osm_date
    lost = town.lost_parcels_per_day
    demand_words = (
        f"{parcels:,.0f} parcels a day for about {town.population:,} inhabitants".replace(",", " ")
    )
    if lost > 0:
        demand_words += f"; {lost:.0f} more lie too far from a street and were left out"
    text = _template("scenario.yaml").substitute(
        title=title,
        name=json.dumps(title, ensure_ascii=False),
        streets=streets,
        osm_date=f", {date}" if date else "",
        gateways=_gateway_lines(town.gateways),
        demand_words=demand_words,
        population=max(town.population, 1),
        sites_words=f"{town.sites.count} sites and delivery point places found on the map",
        jurisdiction=json.dumps(title, ensure_ascii=False),
        purse=purse_eur(town, parcels),
    )
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def _gateway_lines(gateways: Gateways) -> str:
    rows = zip(
        gateways.id, gateways.name, gateways.lon.tolist(), gateways.lat.tolist(), strict=True
    )
    source = json.dumps("found on the edge of the map; line haul: assumption")
    return "\n".join(
        f"    - id: {json.dumps(identity)}\n"
        f"      name: {json.dumps(clean(name) or identity, ensure_ascii=False)}\n"
        f"      lon: {lon:.7f}\n"
        f"      lat: {lat:.7f}\n"
        f"      line_haul_min: 20\n"
        f"      line_haul_km: 15\n"
        f"      source: {source}"
        for identity, name, lon, lat in rows
    )


def purse_eur(town: Town, parcels_per_day: float) -> int:
    """Return a purse for one three-level hotel, and hubs and lockers for the parcels.

    Rounded up to 100 000; land at the median price of the candidate sites.
    """
    designs = example_scenario().designs
    hotel = min(designs.productive_hotels, key=lambda design: design.build_eur)
    hub = max(designs.micro_hubs, key=lambda design: design.footprint_m2 < hotel.footprint_m2 / 2)
    lockers = designs.delivery_points[0]
    prices = town.sites.price_eur_m2[town.sites.area_m2 >= hotel.footprint_m2]
    price = float(np.median(prices)) if len(prices) else 1_000.0
    hubs = math.ceil(parcels_per_day / hub.capacity_parcels_per_day)
    banks = math.ceil(0.2 * parcels_per_day / lockers.compartments)
    need = hotel.build_eur + price * hotel.footprint_m2
    need += hubs * hub.build_eur + banks * lockers.build_eur
    return math.ceil(need / 100_000) * 100_000


def _write_tenants(folder: Path, population: int) -> Path:
    """Write the first firms of the example list, more for a larger town."""
    lines = (files("optimizer.prepare") / "templates" / "tenants.csv").read_text("utf-8")
    rows = lines.splitlines()
    count = max(TENANTS_MIN, population // INHABITANTS_PER_TENANT)
    path = folder / "tenants.csv"
    path.write_text("\n".join(rows[: count + 1]) + "\n", encoding="utf-8")
    return path


def _write_schema(folder: Path) -> Path:
    path = folder / "scenario.schema.json"
    text = json.dumps(schema_json(), indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _template(name: str) -> Template:
    return Template((files("optimizer.prepare") / "templates" / name).read_text("utf-8"))
