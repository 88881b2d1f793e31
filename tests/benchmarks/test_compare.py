"""The gate lets through what is as good, and stops every kind of regression."""

from __future__ import annotations

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from benchmarks.case import Case
from benchmarks.compare import regressions
from benchmarks.rows import empty_row, write_rows
from optimizer.commands import DOES_NOT_HOLD, DONE
from optimizer.core.limits import Limits

WORK = Limits(work=500, threads=1, gap=0.0)


def row(**changes):
    case = Case("pmedian_orlib", "pmed1", limits=WORK)
    told = {"objective": 1000.0, "bound": 1000.0, "proof": "optimal", "status": "plan"}
    return empty_row("ci", case) | told | {"maximised": False, "verified": True} | changes


def speed(*ratios):
    return row(objective=None, bound=None, proof="none", ratios=list(ratios), ratio=1.0)


def limits(**changes):
    return row()["limits"] | changes


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (row(), row(verified=False, violations=["location: bound"]), "verification"),
        (row(), row(proof="gap"), "proof"),
        (row(), row(proof="none"), "proof"),
        (row(proof="gap"), row(proof="none"), "proof"),
        (row(proof="infeasible"), row(proof="gap"), "proof"),
        (row(), row(objective=1001.1), "objective"),
        (row(), row(objective=None), "objective"),
        (row(maximised=True), row(maximised=True, objective=998.9), "objective"),
        (row(objective=-1000.0), row(objective=-998.9), "objective"),
        (row(), row(error="the process died with 9"), "row"),
        (speed(10, 11, 12, 13, 14), speed(8.9, 8.9, 8.9, 30, 30), "speed"),
        (speed(10, 11, 12, 13, 14), row(objective=None, proof="none"), "speed"),
        (row(), row(instance="pmed2"), "row"),
    ],
)
def test_each_kind_of_regression_fails(before, after, what):
    (found,) = regressions([before], [after])
    assert found.what == what
    assert str(found).startswith("ci/pmedian_orlib/pmed1/faubourg: ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (row(), row()),
        (row(), row(objective=1000.9)),
        (row(), row(objective=900.0)),
        (row(maximised=True), row(maximised=True, objective=1100.0)),
        (row(proof="gap"), row(proof="optimal")),
        (row(proof="optimal"), row(proof="infeasible", objective=1000.0)),
        (row(verified=False), row(verified=True)),
        (row(error="it died"), row(error="it died")),
        (row(time_s=1.0), row(time_s=9.0)),
        (speed(10, 11, 12, 13, 14), speed(9.1, 9.1, 9.1, 1, 99)),
        (row(limits=limits(work=500)), row(limits=limits(work=900), objective=2000.0)),
        (row(limits=limits(work=None)), row(limits=limits(work=None), objective=2000.0)),
        (row(limits=limits(threads=1)), row(limits=limits(threads=2), objective=2000.0)),
    ],
)
def test_what_is_as_good_or_not_comparable_passes(before, after):
    assert regressions([before], [after]) == []


def test_new_rows_are_no_regression():
    assert regressions([row()], [row(instance="pmed2"), row()]) == []


def test_every_regression_of_a_row_is_told():
    found = regressions([row()], [row(verified=False, proof="gap", objective=1100.0)])
    assert [one.what for one in found] == ["verification", "proof", "objective"]
    assert "10.00% worse" in found[-1].words
    assert replace(found[0], words="").what == "verification"


def compare(tmp_path, old, new):
    from optimizer.commands import app

    write_rows(tmp_path / "old.json", [old])
    write_rows(tmp_path / "new.jsonl", [new])
    files = [str(tmp_path / "old.json"), str(tmp_path / "new.jsonl")]
    return CliRunner().invoke(app, ["bench", "compare", *files])


def test_the_command_ends_with_zero_when_nothing_is_worse(tmp_path):
    done = compare(tmp_path, row(), row())
    assert (done.exit_code, done.output) == (DONE, "nothing has become worse\n")


def test_the_command_ends_with_one_and_the_place_of_every_reason(tmp_path):
    done = compare(tmp_path, row(), row(proof="gap"))
    assert done.exit_code == DOES_NOT_HOLD
    assert "ci/pmedian_orlib/pmed1/faubourg: proof: optimal before, gap now" in done.output
