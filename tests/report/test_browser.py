"""The page in headless Chromium: offline, without WebGL, by mouse and by keyboard."""

from __future__ import annotations

import pytest

from optimizer.report import write_result
from tests.report.answers import HOSTILE, answer, background, hostile, infeasible

pytestmark = pytest.mark.browser
DRAWN = """() => {
  let sum = 0;
  for (const canvas of document.querySelectorAll('canvas.leaflet-tile, canvas.paper')) {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    for (let k = 0; k < pixels.length; k += 5) sum += pixels[k] >>> 24;
  }
  return Math.round(sum / 255);
}"""
CONTRAST = """() => {
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
      .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
      .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const worst = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !node.getClientRects().length) continue;
    if (node.closest('script, svg, noscript')) continue;
    const [a, b] = [numbers(getComputedStyle(node).color), behind(node)].map(light)
        .sort((x, y) => y - x);
    worst.push([(a + 0.05) / (b + 0.05), walker.currentNode.textContent.slice(0, 40)]);
  }
  return worst.sort((x, y) => x[0] - y[0])[0];
}"""


class Seen:
    """What a page asked for and complained about while it was open."""

    def __init__(self, page, address: str) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.goto(address)
        page.wait_for_selector("html[data-ready=yes]")
        page.wait_for_timeout(150)
        self.address = address

    def nothing_wrong(self) -> None:
        assert self.requests == [self.address]
        assert self.complaints == []


def opened(browser, folder, **options):
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    page = context.new_page()
    return page, Seen(page, (folder / "report.html").as_uri())


@pytest.fixture(scope="module")
def screen(browser, folder):
    page, seen = opened(browser, folder)
    yield page
    page.context.close()
    seen.nothing_wrong()


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory, problem):
    path = tmp_path_factory.mktemp("hostile") / "answer"
    bad = hostile(problem)
    write_result(path, bad, answer(bad), background(bad))
    return path


def test_the_map_is_drawn_without_a_request_or_an_error(browser, folder):
    page, seen = opened(browser, folder)
    assert page.evaluate(DRAWN) > 10_000
    assert page.locator(".leaflet-marker-icon[role=button]").count() == 15
    seen.nothing_wrong()
    page.context.close()


def test_the_answer_stands_at_the_top_and_fits_the_screen(screen):
    assert screen.locator("h1").inner_text().startswith("Five hubs")
    size = screen.evaluate("[document.body.scrollWidth, document.body.scrollHeight]")
    assert size == [1280, 800]


def test_switches_change_the_map(screen):
    for words in ("Catchments", "on foot", "Closed"):
        before = screen.evaluate(DRAWN)
        screen.get_by_label(words).click()
        screen.wait_for_timeout(150)
        assert screen.evaluate(DRAWN) != before
        screen.get_by_label(words).click()
    screen.get_by_label("Hubs (5)").uncheck()
    assert screen.locator(".leaflet-marker-icon[role=button]").count() == 10
    screen.get_by_label("Hubs (5)").check()


def test_a_facility_in_the_list_opens_its_card_on_the_map(screen):
    screen.locator("td button.go").first.click()
    card = screen.locator(".leaflet-popup-content").inner_text()
    assert "Micro-hub A" in card
    assert "Parcels a day" in card
    screen.locator(".leaflet-popup-close-button").click()


def test_every_part_opens_with_the_keyboard(screen):
    screen.locator("#tab-plan").focus()
    shown = []
    for _ in range(6):
        screen.keyboard.press("ArrowRight")
        shown.append(screen.locator("[role=tabpanel]:not([hidden])").get_attribute("id"))
    assert shown == [
        f"part-{name}" for name in ("hotels", "ledgers", "costs", "sure", "data", "plan")
    ]


def test_a_marker_opens_with_the_keyboard(screen):
    marker = screen.get_by_label("Micro-hub B", exact=False).first
    marker.focus()
    screen.keyboard.press("Enter")
    assert "Micro-hub B" in screen.locator(".leaflet-popup-content").inner_text()
    screen.keyboard.press("Escape")


def test_hotels_are_drawn_floor_by_floor(screen):
    screen.locator("#tab-hotels").click()
    assert screen.locator(".floor").count() == 5
    assert screen.locator(".floor .number").last.inner_text() == "G"
    wide = screen.evaluate(
        "[...document.querySelectorAll('.rooms')].every((r) => r.scrollWidth <= r.clientWidth + 1)"
    )
    assert wide
    screen.locator("#tab-plan").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(browser, folder, scheme):
    page, seen = opened(browser, folder, color_scheme=scheme)
    page.locator("td button.go").first.click()
    for name in ("hotels", "ledgers", "costs", "sure", "data", "plan"):
        page.locator(f"#tab-{name}").click()
        ratio, text = page.evaluate(CONTRAST)
        assert ratio >= 4.5, text
    seen.nothing_wrong()
    page.context.close()


def test_the_theme_can_be_switched_by_hand(browser, folder):
    page, _ = opened(browser, folder, color_scheme="light")
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator("#theme").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.context.close()


def test_hostile_names_are_inert_text(browser, hostile_folder):
    page, seen = opened(browser, hostile_folder)
    page.locator("td button.go").first.click()
    for name in ("hotels", "ledgers", "costs", "sure", "data"):
        page.locator(f"#tab-{name}").click()
    assert page.locator("img").count() == 0
    assert page.locator("#parts").inner_text()
    assert HOSTILE[0] in page.locator("#part-plan").inner_html().replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    seen.nothing_wrong()
    page.context.close()


def test_a_proven_conflict_has_a_page_too(browser, tmp_path, problem, backdrop):
    write_result(tmp_path / "none", problem, infeasible(problem), backdrop)
    page, seen = opened(browser, tmp_path / "none")
    assert "No plan can keep all the rules" in page.locator("h1").inner_text()
    assert "at least 40 hubs" in page.locator("#part-plan").inner_text()
    assert page.evaluate(DRAWN) > 10_000
    seen.nothing_wrong()
    page.context.close()


def test_paper_shows_every_part_and_the_map(browser, folder):
    page, seen = opened(browser, folder, color_scheme="dark")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("[role=tabpanel] h2.title").count() == 6
    assert all(page.locator("[role=tabpanel]").nth(k).is_visible() for k in range(6))
    assert page.locator("canvas.paper").count() == 1
    assert page.evaluate(DRAWN) > 10_000
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("canvas.paper").count() == 0
    seen.nothing_wrong()
    page.context.close()
