"""Answers that many tests look at, made once."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from optimizer.report import write_result
from tests.report.answers import answer, background, town
from tests.report.houses import hotels_answer, hotels_over_years, town_with_hotels
from tests.report.years import answer_over_years, town_over_years

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
)  # fmt: skip


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


@pytest.fixture(scope="session")
def houses_problem():
    return town_with_hotels()


@pytest.fixture(scope="session")
def houses_result(houses_problem):
    return hotels_answer(houses_problem)


@pytest.fixture(scope="session")
def houses_folder(tmp_path_factory, houses_problem, houses_result) -> Path:
    path = tmp_path_factory.mktemp("houses") / "answer"
    write_result(path, houses_problem, houses_result, background(houses_problem))
    return path


@pytest.fixture(scope="session")
def growing_problem():
    return town_with_hotels(years=3)


@pytest.fixture(scope="session")
def growing_result(growing_problem):
    return hotels_over_years(growing_problem)


@pytest.fixture(scope="session")
def growing_folder(tmp_path_factory, growing_problem, growing_result) -> Path:
    path = tmp_path_factory.mktemp("growing") / "answer"
    write_result(path, growing_problem, growing_result, None)
    return path


def chromium() -> str:
    found = os.environ.get("FAUBOURG_CHROMIUM") or next(
        filter(None, map(shutil.which, NAMES)), None
    )
    assert found, "Chromium is needed: install it, or name it in FAUBOURG_CHROMIUM"
    return found


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield opened
        opened.close()
