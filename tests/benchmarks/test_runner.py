"""Each case has a process of its own: what goes wrong costs its own row alone."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from benchmarks import runner
from benchmarks.case import Case, Options
from benchmarks.child import TRACE, Trace, thinned
from benchmarks.published import judge
from benchmarks.rows import FIELDS, empty_row, read_rows, write_rows
from benchmarks.suites import SUITES, cases_of
from benchmarks.warm import sister
from benchmarks.words import HEAD, how, percent, row_words
from optimizer.core.limits import Progress
from optimizer.core.location import KINDS
from optimizer.core.refusal import Refusal
from tests.benchmarks.troubles import cases
from tests.verify.location_answers import make

SUITE = "tests.benchmarks.troubles"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Rows of the whole suite by name, as read back from the file, and what was said."""
    out = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    said = []
    rows = runner.run_suite(SUITE, Options(), out, said.append)
    assert json.loads(json.dumps(rows)) == read_rows(out)
    return {row["instance"]: row for row in rows}, said


def test_a_solved_case_has_every_field_of_the_contract(ran):
    row = ran[0]["solved"]
    assert list(row) == list(FIELDS)
    assert (row["n"], row["m"], row["objective"], row["proof"]) == (3, 2, 8.0, "optimal")
    assert (row["gap_to_best_known"], row["beaten"], row["verified"]) == (0.0, False, True)
    assert row["time_s"] >= 0
    assert row["time_to_1pct_s"] <= row["time_s"] + 1
    assert row["peak_mb"] > 20
    assert row["trace"][-1][1:] == [8.0, 8.0]
    assert set(row["machine"]) == {"cores", "memory_gb", "python", "system"}


def test_a_plan_better_than_published_says_so(ran):
    row = ran[0]["beaten"]
    assert row["beaten"]
    assert row["verified"]
    assert row["gap_to_best_known"] == pytest.approx(-0.5 / 8.5)


def test_a_bound_that_excludes_a_published_plan_is_not_verified(ran):
    row = ran[0]["bound"]
    assert not row["verified"]
    assert "excludes the published value 7.0" in row["violations"][0]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("defect", "ValueError: a defect in the reader"),
        ("dies", "the process died with 9"),
        ("sleeps", "ended after 2 s of building"),
        ("hangs", "ended after 3 s of solving"),
    ],
)
def test_a_case_that_fails_is_a_row_that_says_so(ran, name, error):
    row = ran[0][name]
    assert error in row["error"]
    assert (row["status"], row["proof"], row["verified"]) == ("failed", "none", False)


def test_the_last_improvement_of_a_case_that_was_ended_is_kept(ran):
    row = ran[0]["hangs"]
    assert (row["objective"], row["bound"]) == (7.5, 3.0)
    assert row["gap_to_best_known"] == pytest.approx(0.5 / 7)


def test_what_a_solver_prints_does_not_mix_with_its_row(ran):
    row = ran[0]["peer"]
    assert (row["status"], row["objective"], row["gap"]) == ("plan", 10.0, pytest.approx(0.005))
    assert row["time_to_1pct_s"] is not None


def test_fixed_work_is_measured_five_times_after_one_to_warm_up(ran):
    row = ran[0]["twice"]
    assert (row["ratio"], row["ratios"]) == (2.0, [2.0] * 5)
    assert row["statistics"]["calls"] == 6


def test_failures_name_every_row_of_ours_that_did_not_hold(ran):
    rows, _ = ran
    found = list(runner.failures(list(rows.values())))
    assert [words.split(":")[0] for words in found] == [
        "wrong/bound",
        "wrong/defect",
        "wrong/dies",
        "wrong/sleeps",
        "wrong/hangs",
    ]


def test_a_line_is_said_for_every_row(ran):
    rows, said = ran
    assert len(said) == 1 + len(rows)
    assert said[0] == HEAD
    assert "FAILED: ValueError" in said[4]
    assert "NOT VERIFIED" in said[3]
    assert "2.0 times as fast as the twin" in said[-1]


def test_families_and_instances_choose_cases():
    chosen = runner.chosen_cases(SUITE, Options(families=("right",), names=("beaten", "dies")))
    assert [case.instance for case in chosen] == ["beaten"]


def test_a_sample_is_spread_over_each_family_and_keeps_the_solvers_asked_for():
    cases = list(cases_of("routing", Options(sample=2)))
    chosen = runner.chosen_cases("routing", Options(sample=2, solvers=("faubourg", "pyvrp")))
    assert {case.solver for case in chosen} == {"faubourg", "pyvrp"}
    for family in {case.family for case in cases}:
        every = list(dict.fromkeys(case.instance for case in cases if case.family == family))
        kept = list(dict.fromkeys(case.instance for case in chosen if case.family == family))
        assert kept == [every[i] for i in sorted({len(every) // 4, 3 * len(every) // 4})]


@pytest.mark.parametrize(
    "options",
    [Options(families=("none",)), Options(names=("none",)), Options(solvers=("none",))],
)
def test_choosing_nothing_is_refused(options):
    with pytest.raises(Refusal, match="F823"):
        runner.chosen_cases(SUITE, options)


def test_an_unknown_suite_is_refused():
    with pytest.raises(Refusal, match="F823"):
        runner.chosen_cases("everything", Options())


@pytest.mark.parametrize("suite", SUITES)
def test_every_suite_names_each_case_once_and_says_what_it_does(suite):
    found = list(cases_of(suite, Options()))
    names = [case.name for case in found]
    assert len(names) > 1
    assert len(set(names)) == len(names)
    for case in found:
        assert (case.build, case.prepare, case.answer).count(None) == 2


def test_a_time_limit_reaches_the_cases_of_the_quality_suite():
    found = list(cases_of("quality", Options(time_limit_s=7.0)))
    assert {case.limits.time_s for case in found} == {7.0}


def test_work_limits_are_given_time_for_their_work():
    slow = Case("a", "b", build=make, limits=Options().limits(work=1000))
    assert runner._allowed_s("solving", slow) == pytest.approx(100 + slow.margin_s)


def test_infeasible_is_not_believed_where_a_plan_is_published():
    case = Case("a", "b", best_known=5.0)
    row = empty_row("quality", case) | {"proof": "infeasible", "verified": True}
    judge(row, case)
    assert not row["verified"]


def test_published_values_are_compared_up_to_their_last_digit():
    case = Case("a", "b", best_known=12.3, rounding=0.05)
    row = empty_row("quality", case) | {"objective": 12.34, "bound": 12.34, "verified": True}
    judge(row, case)
    assert row["verified"]
    assert row["beaten"] is False
    better = row | {"objective": 12.26}
    judge(better, case)
    assert better["beaten"] is False


def test_larger_is_better_where_the_problem_says_so():
    case = Case("a", "b", best_known=10.0)
    row = empty_row("quality", case) | {"objective": 11.0, "bound": 9.0, "maximised": True}
    judge(row | {}, case)
    judge(row, case)
    assert row["beaten"]
    assert "excludes" in row["violations"][0]


def test_a_trace_is_thinned_and_keeps_its_ends():
    trace = Trace(lambda _: None)
    trace.start()
    for rank in range(1000):
        trace(Progress(0.0, "search", 1000.0 - rank, 0.0, 1.0))
        trace(Progress(0.0, "search", 1000.0 - rank, 0.0, 1.0))
    points = thinned(trace.points)
    assert len(points) == TRACE
    assert (points[0][1], points[-1][1]) == (1000.0, 1.0)
    values = [point[1] for point in points]
    assert values == sorted(values, reverse=True)


def test_the_first_second_within_one_percent_is_noted():
    trace = Trace(lambda _: None)
    trace.start()
    trace(Progress(0.0, "search", 10.0, 9.0, 0.1))
    assert trace.to_1pct_s is None
    trace(Progress(0.0, "search", 10.0, 9.95, 0.005))
    noted = trace.to_1pct_s
    time.sleep(0.01)
    trace(Progress(0.0, "search", 10.0, 10.0, 0.0))
    assert trace.to_1pct_s == noted


@pytest.mark.parametrize("kind", KINDS)
def test_the_small_sister_of_a_problem_has_its_kind_and_the_fields_it_uses(kind):
    problem = make(kind)
    small = sister(problem)
    assert small.kind == kind
    for name in ("radius", "share", "rival", "hubs", "at_most"):
        assert (getattr(small, name) is None) == (getattr(problem, name) is None)
    assert np.isfinite(small.sizes.capacity).all() == np.isfinite(problem.sizes.capacity).all()
    assert type(small.costs) is type(problem.costs)
    listed = sister(problem.replace(costs=problem.costs.lists()))
    assert type(listed.costs) is not type(problem.costs)


def test_rows_come_back_from_both_kinds_of_file(tmp_path):
    rows = [
        empty_row("ci", case) | {"objective": np.float64(2.0), "gap": float("inf")}
        for case in cases(Options())
    ]
    for name in ("rows.json", "rows.jsonl"):
        write_rows(tmp_path / name, rows)
        read = read_rows(tmp_path / name)
        assert [row["instance"] for row in read] == [row["instance"] for row in rows]
        assert {row["objective"] for row in read} == {2.0}
        assert {row["gap"] for row in read} == {None}
    assert isinstance(json.loads((tmp_path / "rows.json").read_text(encoding="utf-8")), list)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", ""),
        ("[\n]\n", ""),
        ('[\n{"suite": 1}\n]\n', ":2"),
        ("[\n3\n]\n", ":2"),
        ("[\n{,}\n]\n", ":2"),
        ('{"suite":"a","family":"b","instance":"c","solver":"d","proof":"none",\n', ":1"),
    ],
)
def test_broken_rows_are_refused_at_their_line(tmp_path, text, place):
    path = tmp_path / "rows.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as caught:
        read_rows(path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.place) == ("F822", f"{path}{place}")


@pytest.mark.parametrize("value", ['"12"', "true", "[1]"])
def test_a_figure_that_is_no_number_is_refused(tmp_path, value):
    path = tmp_path / "rows.jsonl"
    head = '{"suite":"a","family":"b","instance":"c","solver":"d","proof":"none","verified":true'
    path.write_text(f'{head},"objective":{value}}}\n', encoding="utf-8")
    with pytest.raises(Refusal, match="objective"):
        read_rows(path)


def test_a_missing_file_of_rows_is_refused(tmp_path):
    with pytest.raises(Refusal, match="F822"):
        read_rows(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, ""), (0.0, "0"), (0.12345, "12 %"), (0.0123, "1.23 %"), (5e-5, "0.0050 %")],
)
def test_shares_have_as_many_digits_as_are_meant(share, words):
    assert percent(share) == words


def test_a_row_without_a_result_can_be_told():
    row = empty_row("ci", Case("family", "instance"))
    assert "failed" in row_words(row)
    assert how(row) == "failed"
    assert how(row | {"objective": 3.0}) == "failed, NOT VERIFIED"
