"""Every example of instances/RULES.md is read as it stands, and the page leaves no key out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optimizer.scenario import horizon, rules
from optimizer.scenario.base import Block
from optimizer.scenario.city import LandPrices, TowardsCentre
from optimizer.scenario.reader import read_scenario
from tests.scenario.builders import valid_text, write_scenario

PAGE = (Path(__file__).parent.parent.parent / "instances" / "RULES.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
BULLETS = {
    "Land": [
        "Land ledger",
        "Cooperation",
        "Competing uses",
        "Zoning",
        "Displacement",
    ],
    "Money": ["Cash ledger", "Progressive rents", "Land prices"],
    "Time": ["Periods", "Dismantlable pavilions", "Now or later"],
}
FILES = ("town.osm", "firms.csv", "premises.csv", "price_points.csv")
BLOCKS = [
    block
    for room in (horizon, rules)
    for block in vars(room).values()
    if isinstance(block, type) and issubclass(block, Block) and block.__module__ == room.__name__
]
OF_HOTELS = {"apart", "neighbours", "mix", "jobs", "worker_access", "support"}
ELSEWHERE = OF_HOTELS | {
    "land", "purses", "required", "existing", "forbidden", "lon", "lat", "at_most",
}  # fmt: skip
"""Keys that the page has no reason to explain, or that stand in HOTELS.md."""


HORIZON = """\
horizon:
  periods: [{name: soon, first_year: 2026, years: 5}, {name: later, first_year: 2031, years: 20}]
"""
HOTEL = """\
  productive_hotels:
    - {id: hotel, label: Hotel, tenure: buy, footprint_m2: 900, height_m: 12, build_eur: 1,
       docks: 1, running_eur_year: 1, embodied_co2e_kg: 1, lifetime_years: 50, rent_eur_m2_year: 9,
       levels: [{area_m2: 800, load_kg_m2: 500, clear_height_m: 3}]}
channels:
"""


def base_text():
    """Return a scenario with the names that the examples use."""
    text = valid_text().replace("zone: parking", "zone: activity").replace("[micro_hub]", "[hub]")
    zone = text[text.index("    - zone:") : text.index("designs:")]
    text = text.replace(zone, zone + zone.replace("activity", "meadow"))
    text = text.replace("id: hub\n", "id: hub\n      dismantlable: true\n")
    return text + HORIZON


def sections():
    found = {}
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        found[title] = re.findall(r"^### (.*)$", body, flags=re.MULTILINE)
    return found


def test_the_page_has_a_section_with_an_example_for_every_rule():
    assert sections() == BULLETS
    for part in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:]:
        assert "```yaml" in part


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.sub(r"\W+", " ", text)[:40])
def test_an_example_is_read_as_it_stands(tmp_path, example):
    text = base_text().replace("channels:\n", HOTEL)
    write_scenario(tmp_path, text.replace("land:\n", "land:\n  sites: town.osm\n"))
    for name in FILES:
        (tmp_path / name).touch()
    change = tmp_path / "example.yaml"
    change.write_text(f"extends: scenario.yaml\n{example}", encoding="utf-8")
    plain = read_scenario(tmp_path / "scenario.yaml").model_dump()
    stated = read_scenario(change).model_dump()
    assert stated != plain
    assert len(example.splitlines()) <= 7


@pytest.mark.parametrize("block", [*BLOCKS, LandPrices, TowardsCentre], ids=lambda b: b.__name__)
def test_the_page_names_every_key(block):
    for key in set(block.model_fields) - ELSEWHERE:
        assert re.search(rf"\b{key}\b", PAGE), key
