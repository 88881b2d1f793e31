"""The page over years in headless Chromium: periods switch map and lists, paper shows them all."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.backdrop import Shapes
from optimizer.report import write_result
from tests.report.answers import HOSTILE, background, hostile
from tests.report.test_browser import CONTRAST, DRAWN, opened
from tests.report.years import answer_over_years, town_over_years

pytestmark = pytest.mark.browser
PARTS = ("years", "plan", "hotels", "ledgers", "costs", "sure", "data")
MARKERS = ".leaflet-marker-icon[role=button]"
LABELS = ["2026\u20132030", "2031\u20132035", "2036\u20132045"]
PRINTED = """() => [...document.querySelectorAll('#multiples canvas')].map((one) => {
  const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
  return data.reduce((sum, value) => (sum * 31 + value) % 1000003, 0);
})"""


@pytest.fixture(scope="module")
def screen(browser, years_folder):
    page, seen = opened(browser, years_folder)
    yield page
    page.context.close()
    seen.nothing_wrong()


def expected(problem, result, t):
    """Return how many facilities stand, and how many sites have another use, in period t."""
    programme = result.solution.programme
    return int(programme.plans[t].open_option.sum() + (programme.use[t] >= 0).sum())


def test_periods_switch_the_map_and_the_lists(screen, years_problem, years_result):
    buttons = screen.locator("#periods button")
    assert buttons.count() == 3
    seen = []
    for t in (1, 2, 0):
        buttons.nth(t).click()
        screen.wait_for_timeout(150)
        assert screen.locator(MARKERS).count() == expected(years_problem, years_result, t)
        seen.append(screen.evaluate(DRAWN))
        screen.locator("#tab-plan").click()
        words = screen.locator("#part-plan").inner_text()
        assert LABELS[t] in words
        rows = screen.locator("#part-plan tbody tr").count()
        assert rows == years_result.solution.programme.plans[t].open_option.sum()
        screen.locator("#tab-years").click()
    assert len(set(seen)) == 3


def test_periods_are_chosen_with_the_keyboard(screen):
    screen.locator("#periods button").first.click()
    chosen = []
    for _ in range(3):
        screen.keyboard.press("ArrowRight")
        focused = screen.locator("#periods button:focus")
        assert focused.get_attribute("aria-checked") == "true"
        chosen.append(focused.locator("b").inner_text())
    assert chosen == [*LABELS[1:], LABELS[0]]


def test_bars_fill_what_is_decided_now_and_hatch_what_can_wait(screen, years_result):
    bars = screen.locator(".track .bar")
    later = screen.locator(".track .bar.later")
    titles = [bar.get_attribute("title") for bar in bars.all()]
    assert sum("decide now" in title for title in titles) == bars.count() - later.count()
    assert sum("can wait until 203" in title for title in titles) == later.count()
    assert screen.locator(".badge.now").count() == 14
    moves = [title for title in titles if "then it moves on" in title]
    assert len(moves) == 2


def test_bars_stand_where_their_years_are(screen):
    place = screen.evaluate("""() => [...document.querySelectorAll('.track .bar.later')]
        .map((bar) => [bar.style.left, bar.style.width])""")
    assert {left for left, _ in place} <= {"25%", "50%"}
    assert ["25%", "75%"] in place
    assert ["50%", "50%"] in place


def test_ledgers_show_used_against_budget(screen, years_result):
    screen.locator("#tab-ledgers").click()
    words = screen.locator("#part-ledgers").inner_text().replace("\u202f", " ")
    course = years_result.solution.course
    assert f"{course.land_used_m2[0, 0]:,} used".replace(",", " ") in words
    assert f"{course.land_left_m2[0, 0]:,} left".replace(",", " ") in words
    assert "half of 2011-2021, made up" in words
    widths = screen.evaluate("""() => [...document.querySelectorAll('#part-ledgers .meter div')]
        .map((bar) => parseFloat(bar.style.width))""")
    assert widths[0] == pytest.approx(100 * course.land_used_m2[0, 0] / 1600, abs=0.01)
    building = [-round(value / 1000) for value in course.cash["building"][0].tolist()]
    row = screen.locator("#part-ledgers .book tr", has_text="Building")
    cells = [text.replace("\u202f", "") for text in row.locator("td").all_inner_texts()]
    assert [int(text.replace("\u2212", "-")) for text in cells[1:]] == building
    assert "Who gains what" in words
    screen.locator("#tab-years").click()


def test_a_card_tells_how_long_something_stands(screen):
    screen.locator("#periods button").nth(1).click()
    screen.locator("#tab-plan").click()
    screen.locator("#part-plan td button.go").first.click()
    card = screen.locator(".leaflet-popup-content").inner_text()
    assert "Stands" in card
    assert "2026\u20132045" in card
    assert "decide now" in card
    screen.locator(".leaflet-popup-close-button").click()
    screen.locator("#tab-years").click()


def test_areas_follow_the_period(screen):
    screen.get_by_label("on foot").click()
    seen = set()
    for t in range(3):
        screen.locator("#periods button").nth(t).click()
        screen.wait_for_timeout(150)
        seen.add(screen.evaluate(DRAWN))
    assert len(seen) == 3
    screen.get_by_label("on foot").click()


def test_the_page_fits_the_screen(screen):
    size = screen.evaluate("[document.body.scrollWidth, document.body.scrollHeight]")
    assert size == [1280, 800]
    wide = screen.evaluate("""() => [...document.querySelectorAll('#tabs button')]
        .every((tab) => tab.getBoundingClientRect().right <= 1280)""")
    assert wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(browser, years_folder, scheme):
    page, seen = opened(browser, years_folder, color_scheme=scheme)
    for name in PARTS:
        page.locator(f"#tab-{name}").click()
        ratio, text = page.evaluate(CONTRAST)
        assert ratio >= 4.5, text
    seen.nothing_wrong()
    page.context.close()


def test_paper_shows_a_map_for_every_period(browser, years_folder):
    page, seen = opened(browser, years_folder, color_scheme="dark")
    page.emulate_media(media="print")
    page.locator("#part-years").wait_for(state="visible")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    small = page.locator("#multiples figure")
    assert [one.inner_text()[:9] for one in small.all()] == LABELS
    drawn = page.evaluate(PRINTED)
    assert len(set(drawn)) == 3
    assert all(page.locator(f"#part-{name}").is_visible() for name in PARTS)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert small.count() == 0
    assert page.locator("#periods [aria-checked=true] b").first.text_content() == LABELS[0]
    seen.nothing_wrong()
    page.context.close()


def test_zones_are_drawn_faintly_and_can_be_switched_off(
    browser,
    tmp_path,
    years_problem,
    years_result,
):
    lon, lat = years_problem.streets.lon, years_problem.streets.lat
    ring = Shapes(
        np.array([lon.min(), lon.max(), lon.max(), lon.min(), lon.min()]),
        np.array([lat.min(), lat.min(), lat.max(), lat.max(), lat.min()]),
        np.array([0, 5]),
        np.zeros(1, dtype=np.int8),
    )
    backdrop = background(years_problem).replace(zones=ring, zone_name=("UX",))
    write_result(tmp_path / "zones", years_problem, years_result, backdrop)
    page, seen = opened(browser, tmp_path / "zones")
    before = page.evaluate(DRAWN)
    page.get_by_label("Zones").uncheck()
    page.wait_for_timeout(150)
    assert page.evaluate(DRAWN) < before
    seen.nothing_wrong()
    page.context.close()


def test_hostile_names_are_inert_text_over_years(browser, tmp_path):
    problem = hostile(town_over_years())
    firms = problem.horizon.firms
    names = tuple(HOSTILE[k % len(HOSTILE)] for k in range(firms.count))
    problem = problem.replace(horizon=problem.horizon.replace(firms=firms.replace(name=names)))
    write_result(tmp_path / "bad", problem, answer_over_years(problem), background(problem))
    page, seen = opened(browser, tmp_path / "bad")
    page.locator("#periods button").nth(2).click()
    for name in PARTS:
        page.locator(f"#tab-{name}").click()
    assert page.locator("img").count() == 0
    assert HOSTILE[0] in page.locator("#part-years").inner_text()
    seen.nothing_wrong()
    page.context.close()
