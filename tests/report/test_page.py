from __future__ import annotations

import base64
import hashlib
import json
import re

from optimizer.report.figures import letters
from optimizer.report.page import SCRIPTS, STYLES, safe_json
from optimizer.report.payload import payload
from tests.report.answers import HOSTILE, answer, hostile, infeasible


def page(folder) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def data_of(text: str) -> dict:
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])


def test_the_policy_allows_our_own_scripts_and_nothing_else(folder):
    text = page(folder)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        blocks = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        for block in blocks:
            digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
        assert len(blocks) == {"script": 2, "style": 1}[tag]


def test_nothing_is_fetched_from_anywhere(folder):
    text = page(folder)
    assert not re.search(r"<(link|iframe|img|object|embed|base)\b", text)
    assert not re.search(r"<script[^>]*\bsrc=", text)
    assert not re.search(r"""(@import|url\(\s*["']?(https?:|//))""", text)
    assert "sourceMappingURL" not in text
    own = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    for word in ("fetch(", "XMLHttpRequest", "WebSocket", "import(", "eval(", "innerHTML", "webgl"):
        assert word not in own


def test_a_small_town_is_a_small_file(folder):
    assert (folder / "report.html").stat().st_size < 500_000


def test_json_cannot_leave_its_element():
    text = safe_json({name: name for name in HOSTILE})
    assert "<" not in text
    assert ">" not in text
    assert json.loads(text) == {name: name for name in HOSTILE}


def test_hostile_names_stay_inside_the_data(tmp_path, problem, backdrop):
    from optimizer.report.page import write_page

    bad = hostile(problem)
    write_page(tmp_path / "report.html", bad, answer(bad), backdrop)
    text = page(tmp_path)
    assert text.count("</script>") == 4
    assert "<img" not in text
    assert data_of(text)["name"] == HOSTILE[1]


def test_the_page_holds_what_the_plan_says(folder, problem, result):
    data = data_of(page(folder))
    assert data["headline"].startswith("Five hubs")
    assert [place["tag"] for place in data["open"][:5]] == list("ABCDE")
    assert len(data["points"]["lon"]) == problem.demand.count
    assert data["hotels"][0]["levels"][0]["number"] == 0
    placed = sum(len(level["tenants"]) for level in data["hotels"][0]["levels"])
    assert placed + len(data["homeless"]) == problem.tenants.count
    served = {i for points in data["flows"].values() for i in points}
    assert served == set(result.solution.plan.bike_point) | set(result.solution.plan.pickup_point)


def test_a_conflict_is_told_in_plain_words(problem):
    data = payload(problem, infeasible(problem))
    assert data["conflicts"][0][2] == "at least 40 hubs, but only 12 sites can take one"
    assert data["open"] == []


def test_hubs_are_lettered_like_columns():
    assert [letters(rank) for rank in (0, 25, 26, 27, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AB",
        "ZZ",
        "AAA",
    ]


def test_leaflet_travels_with_its_licence():
    from importlib.resources import files

    assets = files("optimizer.report").joinpath("assets")
    assert "BSD 2-Clause" in assets.joinpath("LEAFLET-LICENSE.txt").read_text(encoding="utf-8")
    for name in (*STYLES, *SCRIPTS):
        assert assets.joinpath(name).is_file()


def test_no_script_takes_a_name_that_another_one_has():
    from importlib.resources import files

    assets = files("optimizer.report").joinpath("assets")
    text = "\n".join(assets.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS)
    names = re.findall(r"^(?:async )?(?:function|const|let|class) (\w+)", text, re.MULTILINE)
    assert len(names) > 100
    assert [name for name in set(names) if names.count(name) > 1] == []


def test_our_own_assets_stay_readable():
    from importlib.resources import files

    for name in (*STYLES, *SCRIPTS):
        if not name.startswith("leaflet"):
            text = files("optimizer.report").joinpath("assets", name).read_text(encoding="utf-8")
            assert len(text.splitlines()) <= 400
