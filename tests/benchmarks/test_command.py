"""`faubourg bench` runs in a clone, says so elsewhere, and ends with the code of what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import front
from benchmarks.rows import read_rows, write_rows
from optimizer import bench
from optimizer.commands import DOES_NOT_HOLD, DONE, app
from optimizer.core.refusal import Refusal
from tests.benchmarks.test_compare import row

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "instances" / "literature"


def invoke(*arguments):
    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


def test_an_instance_is_solved_checked_and_written(tmp_path):
    out = tmp_path / "rows.json"
    chosen = ("--family", "uflp_galvaoraggi", "--instance", "50.1", "--time-limit", "20")
    done = invoke("run", "--suite", "quality", "--instances", FOLDER, *chosen, "--out", out)
    assert done.exit_code == DONE, done.output
    (found,) = json.loads(out.read_text(encoding="utf-8"))
    assert (found["family"], found["proof"], found["verified"]) == (
        "uflp_galvaoraggi",
        "optimal",
        True,
    )
    assert found["gap_to_best_known"] == pytest.approx(0, abs=1e-6)
    assert "uflp_galvaoraggi" in done.output


def test_a_row_of_ours_without_a_result_ends_with_one(monkeypatch):
    failed = row(error="the process died with 9", verified=False)
    monkeypatch.setattr(front, "run_suite", lambda *_: [failed])
    done = invoke("run", "--suite", "ci")
    assert done.exit_code == DOES_NOT_HOLD
    assert done.output == "pmedian_orlib/pmed1: the process died with 9\n"


def test_a_peer_without_a_result_is_no_failure(monkeypatch):
    failed = row(error="no answer", verified=False, solver="spopt")
    monkeypatch.setattr(front, "run_suite", lambda *_: [failed])
    assert invoke("run", "--suite", "peers").exit_code == DONE


def test_options_reach_the_suite(monkeypatch, tmp_path):
    asked = []

    def run_suite(suite, options, out, say):
        asked.append((suite, options, out))
        return []

    monkeypatch.setattr(front, "run_suite", run_suite)
    chosen = ("--family", "a", "--family", "b", "--instance", "c", "--time-limit", "7")
    out = tmp_path / "x.jsonl"
    invoke("run", "--suite", "scale", "--instances", tmp_path, *chosen, "--out", out)
    ((suite, options, target),) = asked
    assert (suite, target) == ("scale", out)
    assert (options.instances, options.time_limit_s) == (tmp_path, 7.0)
    assert (options.families, options.names) == (("a", "b"), ("c",))


def test_the_report_says_what_it_wrote(tmp_path):
    write_rows(tmp_path / "a.json", [row()])
    write_rows(tmp_path / "b.jsonl", [row(instance="pmed2")])
    done = invoke("report", tmp_path / "a.json", tmp_path / "b.jsonl", "--out", tmp_path / "page")
    assert done.exit_code == DONE, done.output
    assert done.output.split() == [
        str(tmp_path / "page" / "report.md"),
        str(tmp_path / "page" / "report.html"),
    ]
    assert "pmed2" in (tmp_path / "page" / "report.md").read_text(encoding="utf-8")


def test_outside_a_clone_the_command_says_where_it_works(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "__file__", str(tmp_path / "site" / "optimizer" / "bench.py"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refusal, match="F821"):
        bench._benchmarks()


def test_the_benchmarks_of_the_folder_we_stand_in_are_found(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "__file__", str(tmp_path / "site" / "optimizer" / "bench.py"))
    monkeypatch.chdir(ROOT)
    assert bench._benchmarks() is front


def test_a_refusal_ends_with_two_and_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), "bench", "compare", "no.json", "no.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("no.json F822 the file cannot be read")
    assert len(done.stderr.splitlines()) == 1


def test_the_baseline_can_be_read_and_passes_its_own_gate():
    path = ROOT / "benchmarks" / "baseline.json"
    rows = read_rows(path)
    assert {found["suite"] for found in rows} == {"ci"}
    assert all(found["verified"] for found in rows)
    assert invoke("compare", path, path).exit_code == DONE


def test_a_row_names_no_machine():
    name = os.uname().nodename if hasattr(os, "uname") else ""
    text = (ROOT / "benchmarks" / "baseline.json").read_text(encoding="utf-8")
    assert not name or name not in text
    assert str(ROOT) not in text
