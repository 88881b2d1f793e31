"""The command line as people and scripts meet it: exit codes, files, words."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TINY = ROOT / "instances" / "tiny"


def faubourg(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, in a process of its own."""
    return subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *map(str, words)],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("solved") / "answer"
    done = faubourg("solve", TINY / "scenario.yaml", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


def change(path: Path, *keys: str | int, to: object) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    block = content
    for key in keys[:-1]:
        block = block[key]
    block[keys[-1]] = to
    path.write_text(json.dumps(content), encoding="utf-8")


def test_a_solved_town_leaves_a_complete_folder_that_verifies(solved):
    names = {path.name for path in solved.iterdir()}
    assert {"result.json", "plan.json", "problem.npz", "plan.gpkg", "report.html"} <= names
    assert list((solved / "tables").glob("*.csv"))
    result = json.loads((solved / "result.json").read_text(encoding="utf-8"))
    assert result["status"] == "plan"
    assert result["proof"] == "optimal"
    assert result["verified"] is True
    assert result["objective"]["bound"] <= result["objective"]["value"]
    assert {item["kind"] for item in result["open"]} == {
        "micro_hub",
        "productive_hotel",
        "delivery_point",
    }
    done = faubourg("verify", solved)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "keys", "value", "named"),
    [
        ("result.json", ("objective", "value"), 1.0, "objective"),
        ("result.json", ("objective", "bound"), 1.0, "objective.gap"),
        ("result.json", ("criteria", "jobs_hosted"), 1e6, "jobs"),
        ("result.json", ("open", 0, "site"), "elsewhere", "open"),
        ("plan.json", ("plan", "open", 0, "design"), "nothing", "nothing"),
    ],
)
def test_a_changed_claim_is_refused_and_named(solved, tmp_path, file, keys, value, named):
    forged = tmp_path / "forged"
    shutil.copytree(solved, forged)
    change(forged / file, *keys, to=value)
    done = faubourg("verify", forged)
    assert done.returncode == 1
    assert named in done.stdout


def test_an_edited_ledger_table_is_refused_and_named(solved, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(solved, copy)
    table = copy / "tables" / "ledgers.csv"
    table.write_text(table.read_text(encoding="utf-8") + " ", encoding="utf-8")
    done = faubourg("verify", copy)
    assert done.returncode == 1
    assert "tables/ledgers.csv" in done.stdout
    assert "1 claim does not hold" in done.stdout


def test_a_reader_that_leaves_early_does_not_change_the_exit_code(tmp_path):
    words = ["solve", TINY / "scenario.yaml", "--out", tmp_path / "out", "--format", "json"]
    with subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=60) == 0
    assert (tmp_path / "out" / "result.json").is_file()


def test_a_result_folder_verifies_after_its_inputs_have_gone(solved, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(solved, moved)
    done = faubourg("verify", moved, cwd=tmp_path)
    assert done.returncode == 0, done.stdout


def test_json_output_is_the_result_file_without_anything_around_it(tmp_path):
    done = faubourg(
        "solve", TINY / "scenario.yaml", "--out", tmp_path / "answer", "--format", "json"
    )
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    stored = json.loads((tmp_path / "answer" / "result.json").read_text(encoding="utf-8"))
    assert printed["objective"] == stored["objective"]
    assert "\x1b" not in done.stdout + done.stderr


def test_an_impossible_budget_ends_with_three_and_names_the_rules(tmp_path):
    done = faubourg(
        "solve",
        TINY / "scenario.yaml",
        "--out",
        tmp_path / "answer",
        "--set",
        "rules.purses.0.budget_eur=10",
        "--set",
        "rules.quotas=[{kind: productive_hotel, at_least: 1}]",
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "purse" in done.stdout.lower()
    assert "hotel" in done.stdout.lower()
    result = json.loads((tmp_path / "answer" / "result.json").read_text(encoding="utf-8"))
    assert result["status"] == "infeasible"
    assert result["proof"] == "infeasible"
    assert faubourg("verify", tmp_path / "answer").returncode == 0


def test_validate_tells_every_fault_with_line_and_column(tmp_path):
    text = (TINY / "scenario.yaml").read_text(encoding="utf-8")
    faulty = tmp_path / "scenario.yaml"
    text = text.replace("currency: EUR", "currency: euros").replace(
        "snap_max_m: 50", "snap_max: 50"
    )
    faulty.write_text(text, encoding="utf-8")
    done = faubourg("validate", faulty)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert sum("scenario.yaml:" in line and " F1" in line for line in lines) >= 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("solve", "nowhere.yaml"),
        ("validate", "nowhere.yaml"),
        ("verify", "nowhere"),
        ("init", "somewhere", "--osm", "nowhere.osm.pbf"),
        ("evaluate", "nowhere.yaml", "--open", "nowhere.csv"),
    ],
)
def test_a_missing_file_is_one_clear_refusal(words, tmp_path):
    done = faubourg(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "nowhere" in done.stderr


def test_schema_prints_the_shipped_schema():
    done = faubourg("schema")
    assert done.returncode == 0
    shipped = json.loads((ROOT / "instances" / "scenario.schema.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == shipped


def test_the_version_is_told():
    assert faubourg("--version").stdout.startswith("faubourg ")


@pytest.mark.parametrize("stored", [False, True], ids=["solved first", "stored"])
def test_evaluating_the_sites_of_the_plan_gives_the_cost_of_the_plan(solved, tmp_path, stored):
    result = json.loads((solved / "result.json").read_text(encoding="utf-8"))
    choices = tmp_path / "choices.csv"
    lines = [f"{item['site']},{item['design']}" for item in result["open"]]
    choices.write_text("site,design\n" + "\n".join(lines) + "\n", encoding="utf-8")
    done = faubourg(
        "evaluate",
        TINY / "scenario.yaml",
        "--open",
        choices,
        *(("--result", solved) if stored else ()),
        "--out",
        tmp_path / "answer",
        "--format",
        "json",
    )
    assert done.returncode == 0, done.stderr
    again = json.loads((tmp_path / "answer" / "result.json").read_text(encoding="utf-8"))
    assert again["objective"]["value"] == pytest.approx(result["objective"]["value"], rel=1e-9)


def test_a_result_of_another_problem_is_no_measure(solved, tmp_path):
    choices = tmp_path / "choices.csv"
    choices.write_text("site\nmeadow\n", encoding="utf-8")
    done = faubourg(
        "evaluate",
        TINY / "scenario.yaml",
        "--open",
        choices,
        "--result",
        solved,
        "--set",
        "rules.purses.0.budget_eur=1",
    )
    assert done.returncode == 2
    assert "F910" in done.stderr or "F602" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single child")
def test_ctrl_c_keeps_the_best_plan(tmp_path):
    instance = tmp_path / "town"
    done = faubourg(
        "init", instance, "--osm", ROOT / "instances/dreieich/dreieich-sprendlingen.osm.pbf"
    )
    assert done.returncode == 0, done.stderr
    child = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "cli.py"),
            "solve",
            str(instance / "scenario.yaml"),
            "--out",
            str(tmp_path / "answer"),
            "--time-limit",
            "600",
            "--gap",
            "0",
        ],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert child.stderr is not None
    for line in child.stderr:
        if "plan" in line and "search" in line:
            break
    time.sleep(1)
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=120)
    assert child.returncode == 130
    result = json.loads((tmp_path / "answer" / "result.json").read_text(encoding="utf-8"))
    assert result["status"] == "plan"
    assert result["stopped_by"] == "user"
    assert faubourg("verify", tmp_path / "answer").returncode == 0
