"""The rooms keep to DESIGN: imports go down, back-ends have one door, files stay readable."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from optimizer.core.rules import FAMILIES, PROGRAMME_FAMILIES

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "optimizer").rglob("*.py"))
DOORS = {
    "ortools": ("solvers",),
    "osmnx": ("network",),
    "osmium": ("network",),
    "networkx": ("network",),
}
HEAVY = {
    "numpy",
    "ortools",
    "osmnx",
    "geopandas",
    "pandas",
    "scipy",
    "numba",
    "pydantic",
    "shapely",
}


def imported_packages(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


def test_imports_go_down_only():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", sorted(DOORS))
def test_a_back_end_is_imported_in_its_own_room_only(package):
    inside = [path for path in SOURCES if package in imported_packages(path)]
    rooms = {path.relative_to(ROOT / "optimizer").parts[0] for path in inside}
    assert rooms == set(DOORS[package])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_at_most_four_hundred_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_median_file_has_at_most_two_hundred_lines():
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES)
    assert lengths[len(lengths) // 2] <= 200


@pytest.mark.parametrize("room", ["siting", "verify"])
def test_every_rule_family_has_a_module_of_its_name(room):
    here = ROOT / "optimizer" / room
    names = {path.stem for path in (*here.glob("*.py"), *(here / "stacking").glob("*.py"))}
    names |= {path.name for path in here.iterdir() if path.is_dir()}  # "stacking" is a package
    assert set(FAMILIES) <= names


@pytest.mark.parametrize("room", ["siting", "verify"])
def test_every_rule_family_over_years_has_a_module_of_its_name(room):
    names = {path.stem for path in (ROOT / "optimizer" / room / "horizon").glob("*.py")}
    assert set(PROGRAMME_FAMILIES) <= names


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from optimizer.commands import app\n"
        "result = CliRunner().invoke(app, ['--help'])\n"
        "assert result.exit_code == 0, result.output\n"
        f"heavy = {sorted(HEAVY)!r}\n"
        "print(','.join(name for name in heavy if name in sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_the_wheel_takes_the_package_alone():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'packages = ["optimizer"]' in text
    assert (ROOT / "cli.py").exists()
