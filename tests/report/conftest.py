"""Answers that many tests look at, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from optimizer.report import write_result
from tests.report.answers import answer, background, town

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def problem():
    return town()


@pytest.fixture(scope="session")
def result(problem):
    return answer(problem)


@pytest.fixture(scope="session")
def backdrop(problem):
    return background(problem)


@pytest.fixture(scope="session")
def folder(tmp_path_factory, problem, result, backdrop) -> Path:
    path = tmp_path_factory.mktemp("report") / "answer"
    write_result(path, problem, result, backdrop)
    return path
