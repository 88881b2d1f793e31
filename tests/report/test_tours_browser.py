"""Tours in headless Chromium: on the map, as a sheet, by keyboard, on paper."""

from __future__ import annotations

import pytest

from optimizer.report.page import write_page
from tests.report.answers import answer, background, hostile
from tests.report.days import town_day
from tests.report.test_browser import CONTRAST, opened

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def told(problem, result):
    return town_day(problem, result.solution.plan)


@pytest.fixture(scope="module")
def tours_page(tmp_path_factory, told, result, backdrop):
    folder = tmp_path_factory.mktemp("tours")
    write_page(folder / "report.html", told.problem, result, backdrop, told)
    return folder


@pytest.fixture(scope="module")
def page(browser, tours_page):
    page, seen = opened(browser, tours_page)
    page.locator("#tab-tours").click()
    yield page
    page.context.close()
    seen.nothing_wrong()


def text_of(page, where) -> str:
    return page.locator(where).inner_text().replace("\u202f", " ")


def in_list(page, tour):
    return page.locator(f".tour-list td button.go[title='{tour.id}']")


def seen_map(page) -> bytes:
    return page.locator("#map").screenshot()


def test_the_part_says_the_day_and_draws_every_tour(page, told):
    text = text_of(page, "#day")
    assert text.startswith(f"{len(told.tours)} tours")
    for words in ("10.0 % more", "not used for fitting", "proven gap of 20 %", "Hubs by the hour"):
        assert words in text, words
    assert "NaN" not in text
    assert "undefined" not in text
    assert page.locator(".times .tour-bar").count() == len(told.tours)
    assert page.locator(".hub-days .chart").count() == len(told.day.hubs.id)


def test_a_click_on_a_line_chooses_its_tour(page):
    box = page.locator("#map").bounding_box()
    for step in range(0, 200, 5):  # outwards from the middle until a line is under the pointer
        spot = (box["x"] + box["width"] / 2 + step, box["y"] + box["height"] / 2 + step / 3)
        page.mouse.move(*spot)
        page.wait_for_timeout(60)
        if page.locator(".leaflet-tooltip").count():
            break
    page.mouse.click(*spot)
    assert page.locator("#sheet-title").inner_text().strip().startswith("Tour ")
    page.get_by_role("button", name="All tours").click()


def test_the_map_shows_tours_only_while_their_part_is_open(page):
    page.wait_for_timeout(150)
    with_tours = seen_map(page)
    assert page.get_by_label("Tours of vans", exact=False).is_checked()
    page.get_by_label("Tours of cargo bikes", exact=False).uncheck()
    page.wait_for_timeout(100)
    assert seen_map(page) != with_tours
    page.locator("#tab-plan").click()
    assert not page.get_by_label("Tours of vans", exact=False).is_checked()
    assert page.locator("#legend select").input_value() == "channel"
    page.locator("#tab-tours").click()
    assert page.locator("#legend select").input_value() == "off"


def test_a_tour_is_chosen_read_and_left_with_the_keyboard(page, told):
    rank = next(k for k, tour in enumerate(told.tours) if tour.trips > 1)
    tour = told.tours[rank]
    in_list(page, tour).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sheet-title"
    assert tour.id in text_of(page, "#sheet")
    assert page.locator("#sheet .trip").count() == tour.trips
    numbers = [int(text) for text in page.locator("#sheet .stop-number").all_inner_texts()]
    assert numbers == list(range(1, tour.stops + 1))
    page.locator("#sheet-next").focus()
    page.keyboard.press("Enter")
    assert told.tours[rank + 1].id in text_of(page, "#sheet")
    assert page.evaluate("document.activeElement.id") == "sheet-next"
    page.get_by_role("button", name="All tours").click()
    assert page.locator("#day").is_visible()
    assert not page.locator("#sheet").is_visible()


def test_a_stop_of_the_sheet_opens_on_the_map(page, told):
    in_list(page, told.tours[0]).click()
    page.locator("#sheet td button.go").first.click()
    card = text_of(page, ".leaflet-popup-content")
    first = told.tours[0].first + 1
    assert "Stop 1 of S1" in card
    assert f"{int(told.visits.metres[first])} m" in card.replace(" ", "").replace("m", " m")
    assert page.locator(".stop-number.chosen").count() == 1
    page.keyboard.press("Escape")
    page.get_by_role("button", name="All tours").click()


def test_one_hub_can_be_looked_at_alone(page):
    before = seen_map(page)
    hub = page.locator(".hub-days td button.go").first
    hub.click()
    page.wait_for_timeout(150)
    assert hub.get_attribute("aria-pressed") == "true"
    assert seen_map(page) != before
    hub.click()
    assert hub.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tours_can_be_read(browser, tours_page, scheme):
    page, seen = opened(browser, tours_page, color_scheme=scheme)
    page.locator("#tab-tours").click()
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.locator(".hub-days td button.go").first.click()
    ratio, text = page.evaluate(CONTRAST)
    assert ratio >= 4.5, text
    page.locator(".tour-list td button.go").last.click()
    page.locator("#sheet td button.go").first.click()
    ratio, text = page.evaluate(CONTRAST)
    assert ratio >= 4.5, text
    wide = page.evaluate("[document.body.scrollWidth, document.body.scrollHeight]")
    assert wide == [1280, 800]
    seen.nothing_wrong()
    page.context.close()


def test_paper_has_a_map_of_tours_and_a_sheet_can_be_printed_alone(browser, tours_page):
    page, seen = opened(browser, tours_page)
    page.locator("#tab-tours").click()
    page.locator(".tour-list td button.go").first.click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".tour-map canvas").count() == 1
    assert page.locator("#day").is_visible()
    assert not page.locator("#sheet").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".tour-map").count() == 0
    page.evaluate("document.documentElement.classList.add('sheet-only')")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#sheet").is_visible()
    assert page.locator("canvas.paper").count() == 1
    for hidden in ("#day", "header", "#legend", "#part-plan"):
        assert not page.locator(hidden).is_visible(), hidden
    seen.nothing_wrong()
    page.context.close()


def test_names_in_tours_are_inert_text(browser, tmp_path, problem):
    bad = hostile(problem)
    result = answer(bad)
    told = town_day(bad, result.solution.plan)
    write_page(tmp_path / "report.html", told.problem, result, background(bad), told)
    page, seen = opened(browser, tmp_path)
    page.locator("#tab-tours").click()
    page.locator(".tour-list td button.go").first.click()
    page.locator("#sheet td button.go").first.click()
    assert page.locator("img").count() == 0
    assert "onerror" in page.locator("#parts").inner_text()
    seen.nothing_wrong()
    page.context.close()
