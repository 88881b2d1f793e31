"""Answers that many tests look at, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from optimizer.report import write_result
from tests.report.answers import answer, background, town
from tests.report.years import answer_over_years, town_over_years

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


@pytest.fixture(scope="session")
def years_problem():
    return town_over_years()


@pytest.fixture(scope="session")
def years_result(years_problem):
    return answer_over_years(years_problem)


@pytest.fixture(scope="session")
def years_folder(tmp_path_factory, years_problem, years_result) -> Path:
    path = tmp_path_factory.mktemp("years") / "answer"
    write_result(path, years_problem, years_result, background(years_problem))
    return path
