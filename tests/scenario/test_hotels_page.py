"""The examples of instances/HOTELS.md are read, assembled together, and leave no key out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from optimizer.demand.businesses import FURTHER
from optimizer.land.neighbours import BACKGROUND, LIMITS
from optimizer.prepare.assemble import assemble
from optimizer.scenario import hotels
from optimizer.scenario.base import Block
from optimizer.scenario.reader import read_scenario

INSTANCES = Path(__file__).parent.parent.parent / "instances"
PAGE = (INSTANCES / "HOTELS.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
TABLES = re.findall(r"```csv\n(.*?)```", PAGE, flags=re.DOTALL)
FILES = (
    "businesses.csv", "annexes.csv", "neighbours.csv", "growth.csv", "workers.csv", "stops.csv",
    "rides.csv", "support.csv", "exchange.csv", "partners.csv",
)  # fmt: skip
BLOCKS = [
    block
    for block in vars(hotels).values()
    if isinstance(block, type) and issubclass(block, Block) and block.__module__ == hotels.__name__
]
OF_DESIGNS = {"lift_kg", "units", "lift_trips_per_day", "roof_m2", "inside_docks", "annexes"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write the tiny town with the tables of the page."""
    town = tmp_path_factory.mktemp("page") / "town"
    shutil.copytree(INSTANCES / "tiny", town)
    for name, text in zip(FILES, TABLES, strict=True):
        (town / name).write_text(text, encoding="utf-8")
    return town


@pytest.fixture(scope="module")
def plain(folder):
    """Return what the tiny town says without any example."""
    return read_scenario(folder / "scenario.yaml").model_dump(exclude={"extends"})


def write_chain(folder, examples):
    """Write each example as a change of the one before; return the last one's path."""
    base = "scenario.yaml"
    for rank, example in enumerate(examples):
        name = f"example_{rank}.yaml"
        (folder / name).write_text(f"extends: {base}\n{example}", encoding="utf-8")
        base = name
    return folder / base


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.sub(r"\W+", " ", text)[:40])
def test_an_example_is_read_as_it_stands(folder, plain, example):
    needs_a_roof = EXAMPLES[:1] if example.startswith("roofs:") else []
    path = write_chain(folder, [*needs_a_roof, example])
    stated = read_scenario(path).model_dump(exclude={"extends"})
    assert stated != plain
    assert len(example.splitlines()) <= 8


def test_the_examples_together_make_a_problem_with_every_part(folder):
    problem = assemble(read_scenario(write_chain(folder, EXAMPLES))).problem
    found = problem.hotels
    assert found is not None
    assert problem.tenants.count == 5
    counts = {
        "annexes": found.annexes.count,
        "apart": found.apart.count,
        "neighbours": found.neighbours.count,
        "mix": found.mix.count,
        "jobs": len(found.mix.jobs_name),
        "workers": len(found.access.worker_id),
        "stops": len(found.access.stop_id),
        "support": len(found.access.support_id),
        "resources": found.symbiosis.count,
        "partners": len(found.symbiosis.partner_id),
        "services": found.services.count,
        "roofs": found.roofs.count,
        "periods": len(found.growth.area_m2),
    }
    assert not [name for name, count in counts.items() if count == 0]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_the_page_names_every_key(block):
    for key in block.model_fields:
        assert re.search(rf"\b{key}\b", PAGE), key


@pytest.mark.parametrize("name", [*sorted(OF_DESIGNS), *sorted(FURTHER), *LIMITS, *BACKGROUND])
def test_the_page_names_every_key_of_designs_and_column(name):
    assert re.search(rf"\b{name}\b", PAGE), name
