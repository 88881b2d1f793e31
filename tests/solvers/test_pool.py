"""Work side by side: every answer comes, refusals and deaths are told, a stop keeps the best."""

from __future__ import annotations

import os
import time

import pytest

from optimizer.core.limits import Cancel, Progress
from optimizer.core.refusal import Fault, Refusal
from optimizer.solvers.pool import Task, side_by_side

HERE = "tests.solvers.test_pool"


def squared(number, listener, cancel):
    listener(Progress(0.0, f"squared {number}", float(number), None, None))
    return number * number


def refuse(listener, cancel):
    raise Refusal(Fault("here", "F000", "no", "never"))


def die(listener, cancel):
    os._exit(7)


def until_stopped(listener, cancel):
    listener(Progress(0.0, "begun", None, None, None))
    while not cancel.cancelled:
        time.sleep(0.01)
    return "the best so far"


def test_every_task_is_answered_and_progress_comes_through():
    told = []
    tasks = [Task(f"{HERE}:squared", {"number": number}) for number in range(5)]
    answers = dict(side_by_side(tasks, processes=2, listener=told.append))
    assert answers == {number: number * number for number in range(5)}
    assert sorted(progress.value for progress in told) == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_no_task_needs_no_process():
    assert list(side_by_side([])) == []


def test_a_refusal_of_a_task_is_raised():
    with pytest.raises(Refusal) as caught:
        list(side_by_side([Task(f"{HERE}:refuse", {})]))
    assert caught.value.faults[0].code == "F000"


def test_a_child_that_dies_is_told_by_its_code():
    with pytest.raises(Refusal) as caught:
        list(side_by_side([Task(f"{HERE}:die", {})]))
    assert caught.value.faults[0].code == "F592"
    assert "ended with 7" in caught.value.faults[0].cause


def test_a_stop_begins_nothing_more_and_keeps_what_runs():
    cancel = Cancel()
    tasks = [Task(f"{HERE}:until_stopped", {})] * 3
    answers = dict(
        side_by_side(tasks, processes=1, listener=lambda _: cancel.cancel(), cancel=cancel)
    )
    assert answers == {0: "the best so far"}
