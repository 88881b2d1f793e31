"""Hotels floor by floor in headless Chromium: on the screen, over years, on paper."""

from __future__ import annotations

import pytest

from optimizer.report.page import write_page
from tests.report.answers import HOSTILE, hostile
from tests.report.houses import hotels_answer
from tests.report.test_browser import CONTRAST, opened

pytestmark = pytest.mark.browser
SHEET = (695, 1017)  # A4 without margins, CSS pixels
FIT = """() => [...document.querySelectorAll('.house')].map((house) => [
  house.getBoundingClientRect().height, house.scrollWidth - house.clientWidth])"""

ROOMS = """() => {
  const section = document.querySelector('.section');
  return [...section.querySelectorAll(':scope > svg svg')].map((room) =>
    [room.querySelector('title').textContent, Number(room.getAttribute('width'))]);
}"""


@pytest.fixture(scope="module")
def page(browser, houses_folder):
    page, seen = opened(browser, houses_folder)
    page.locator("#tab-hotels").click()
    yield page
    page.context.close()
    seen.nothing_wrong()


def test_every_floor_and_every_part_of_a_tenant_is_drawn(page, houses_result):
    plan = houses_result.solution.plan
    drawn = int((plan.tenant_option >= 0).sum() + (plan.interiors.annex_level >= 0).sum())
    assert page.locator(".section rect[fill^='url(#sector']").count() == drawn
    levels = page.locator(".house").first.locator("text.level").all_text_contents()
    assert levels == ["4", "3", "2", "1", "G"]
    assert page.locator(".house .docks").count() >= 1
    text = page.locator("#part-hotels").inner_text()
    for words in ("workshops", "Goods lift", "Roof", "Shared service", "Exchange", "Loudest"):
        assert words in text, words
    assert "NaN" not in text
    assert "undefined" not in text


def test_blocks_are_as_wide_as_the_area_they_stand_for(page):
    pairs = page.evaluate(ROOMS)
    scale = []
    for words, width in pairs:
        parts = words.replace("\u202f", "").replace(": ", ", ").split(", ")
        metres = next(part for part in parts if part.endswith(" m²"))
        if parts[0] != "Free":  # of what is free, whole m2 are told
            scale.append(width / float(metres.removesuffix(" m²")))
    assert len(scale) > 20
    assert max(scale) / min(scale) < 1.0001


def test_the_map_has_neighbours_and_exchanges_to_switch_off(page):
    for hue, words, count in (("trade", "Exchange", 3), ("noise", "Neighbours", 3)):
        lines = page.locator(f"path.leaflet-interactive[stroke='var(--{hue})']")
        assert lines.count() >= count
        page.get_by_label(words, exact=False).uncheck()
        assert lines.count() == 0
        page.get_by_label(words, exact=False).check()


def test_another_period_draws_other_hotels(browser, growing_folder):
    page, seen = opened(browser, growing_folder)
    page.locator("#tab-hotels").click()
    assert "No productive hotel is open in these years" in page.locator("#part-hotels").inner_text()
    page.locator("#periods button").nth(1).click()
    assert page.locator(".house").count() == 2
    page.locator("#periods button").nth(2).click()
    assert page.locator(".house").count() == 3
    text = page.locator("#part-hotels").inner_text()
    assert "Since the years before, businesses have moved" in text
    assert "moved from unit" in text
    assert page.evaluate(CONTRAST)[0] >= 4.5
    seen.nothing_wrong()
    page.context.close()


def test_a_building_fits_on_a_sheet_and_paper_has_every_period(browser, growing_folder):
    page, seen = opened(browser, growing_folder)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET[0], "height": SHEET[1]})
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    sizes = page.evaluate(FIT)
    assert len(sizes) == 5  # none, two and three hotels
    for height, beyond in sizes:
        assert height <= SHEET[1]
        assert beyond <= 1
    assert page.locator(".othertime").count() == 2
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".othertime").count() == 0
    seen.nothing_wrong()
    page.context.close()


def test_hostile_names_inside_hotels_are_inert_text(browser, tmp_path, houses_problem):
    bad = hostile(houses_problem)
    hotels = bad.hotels
    partners = tuple(HOSTILE[: len(hotels.symbiosis.partner_id)])
    bad = bad.replace(
        hotels=hotels.replace(
            units=hotels.units.replace(id=tuple(f"{HOSTILE[0]}{u}" for u in hotels.units.id)),
            symbiosis=hotels.symbiosis.replace(resource=HOSTILE[:2], partner_id=partners),
            neighbours=hotels.neighbours.replace(id=partners),
            roofs=hotels.roofs.replace(name=HOSTILE[4:6]),
        )
    )
    write_page(tmp_path / "report.html", bad, hotels_answer(bad), None)
    page, seen = opened(browser, tmp_path)
    page.locator("#tab-hotels").click()
    assert page.locator("img").count() == 0
    assert HOSTILE[1] in page.locator("#part-hotels").inner_text()
    seen.nothing_wrong()
    page.context.close()
