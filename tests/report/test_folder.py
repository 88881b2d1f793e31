from __future__ import annotations

import errno
import json
import sqlite3
from pathlib import Path

import pytest

from optimizer.core import store
from optimizer.core.plan_io import plan_from_dict
from optimizer.core.refusal import Refusal
from optimizer.report import folder as writer
from optimizer.report import geopackage, write_result
from tests.report.answers import infeasible, nothing_found

FILES = {
    "result.json", "plan.json", "problem.npz", "backdrop.npz", "tables", "plan.gpkg", "report.html",
    "SHA256SUMS",
}  # fmt: skip


def test_the_folder_is_complete_in_itself(folder, problem, result):
    assert {path.name for path in folder.iterdir()} == FILES
    stored, claimed = store.load(folder / "problem.npz")
    assert claimed == store.digest(problem)
    told = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    plan = plan_from_dict(stored, told["plan"], "plan.json")
    assert (plan.open_option == result.solution.plan.open_option).all()
    answer = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert answer["status"] == "plan"
    assert answer["problem_digest"] == claimed


@pytest.mark.parametrize("make", [infeasible, nothing_found])
def test_an_end_without_a_plan_has_a_report_too(tmp_path, problem, backdrop, make):
    write_result(tmp_path / "none", problem, make(problem), backdrop)
    assert {path.name for path in (tmp_path / "none").iterdir()} == FILES


def test_without_a_background_there_is_none_in_the_folder(tmp_path, problem, result):
    write_result(tmp_path / "plain", problem, result, None)
    assert {path.name for path in (tmp_path / "plain").iterdir()} == FILES - {"backdrop.npz"}


def test_an_older_result_is_replaced_and_what_the_user_put_there_stays(tmp_path, problem, result):
    target = tmp_path / "out"
    write_result(target, problem, infeasible(problem), None)
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    write_result(target, problem, result, None)
    assert json.loads((target / "result.json").read_text(encoding="utf-8"))["status"] == "plan"
    assert (target / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_leaves_the_older_result_whole(tmp_path, problem, result, monkeypatch):
    target = tmp_path / "out"
    write_result(target, problem, result, None)
    before = (target / "result.json").read_bytes()

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer, "write_page", full)
    with pytest.raises(Refusal, match="F904 cannot be written: No space left") as caught:
        write_result(target, problem, infeasible(problem), None)
    assert "free some disk space" in caught.value.faults[0].action
    assert (target / "result.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "error", [RuntimeError("Failed to commit transaction"), sqlite3.OperationalError("disk full")]
)
def test_a_disk_that_fills_up_under_the_geopackage_is_a_refusal(
    tmp_path, problem, result, monkeypatch, error
):
    def full(*_args):
        raise error

    monkeypatch.setattr(geopackage, "_add_styles", full)
    with pytest.raises(Refusal, match=r"F904 cannot be written: plan\.gpkg"):
        write_result(tmp_path / "out", problem, result, None)
    assert list(tmp_path.iterdir()) == []


def test_a_second_ctrl_c_between_the_renames_keeps_the_older_result(
    tmp_path, problem, result, monkeypatch
):
    target = tmp_path / "out"
    write_result(target, problem, result, None)
    before = (target / "result.json").read_bytes()
    rename = Path.rename

    def interrupted(path, to):
        if path.name == "new":
            raise KeyboardInterrupt
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_result(target, problem, infeasible(problem), None)
    assert (target / "result.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_the_way_is_left_alone(tmp_path, problem, result):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(Refusal, match="F908"):
        write_result(tmp_path / "out", problem, result, None)
    with pytest.raises(Refusal, match="F904"):
        write_result(tmp_path / "out" / "below", problem, result, None)
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_a_folder_of_somebody_else_is_left_alone(tmp_path, problem, result):
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    with pytest.raises(Refusal, match=r"F908 .*thesis\.tex"):
        write_result(tmp_path, problem, result, None)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
