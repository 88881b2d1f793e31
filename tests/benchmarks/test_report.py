"""The report says what the rows say: golden tables, drawings of every kind, honest targets."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from benchmarks.case import Case, Options
from benchmarks.figures import TARGETS
from benchmarks.page import FOLDED, page
from benchmarks.plots import (
    COLOURS,
    SHAPES,
    Axis,
    Plot,
    key_of,
    shape_of,
    spread,
    symbol,
    tick_words,
)
from benchmarks.report import draw, write_report
from benchmarks.rows import empty_row
from benchmarks.suites import cases_of
from benchmarks.summary import families, sentence, targets
from benchmarks.tables import Table, family_table, markdown, row_table
from benchmarks.targets import Target, complete, each, faster_than, gap, known, memory, proven
from optimizer.core.limits import Limits

GOLDEN = """## Families

| suite | family | solver | instances | proven | within 0.1 % | worst to published | median gap | \
worst gap | seconds | peak MB | unverified |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| quality | pmedian_orlib | faubourg | 2 | 1 | 1 | +1.00 % | 0.50 % | 1.00 % | 3.0 | 250 |  |
| quality | pmedian_orlib | peer\\|x | 1 | 0 | 0 |  |  |  | 0.0 |  | 1 |
"""


def row(instance="pmed1", **changes):
    case = Case("pmedian_orlib", instance, limits=Limits(time_s=60.0), best_known=1000.0)
    told = {
        "status": "plan",
        "proof": "optimal",
        "objective": 1000.0,
        "bound": 1000.0,
        "gap": 0.0,
        "gap_to_best_known": 0.0,
        "best_known_status": "optimal",
        "beaten": False,
        "verified": True,
        "n": 100,
        "m": 50,
        "time_s": 1.0,
        "peak_mb": 200.0,
        "trace": [[0.1, 1100.0, None], [0.2, 1100.0, 900.0], [1.0, 1000.0, 1000.0]],
        "version": "1.2.3",
        "machine": {"cores": 2, "memory_gb": 8.0, "python": "3.11", "system": "Linux"},
        "date": "2026-01-02",
    }
    return empty_row("quality", case) | told | changes


WORSE = row(
    "pmed2",
    proof="gap",
    objective=1010.0,
    gap=0.01,
    gap_to_best_known=0.01,
    time_s=2.0,
    peak_mb=250.0,
)
FAILED = row(solver="peer|x") | dict.fromkeys(
    ("objective", "bound", "gap", "gap_to_best_known", "time_s", "peak_mb")
)
FAILED |= {"error": "no answer", "verified": False, "proof": "none", "trace": []}
SPEED = row(ratio=12.0, ratios=[11.0, 12.0, 13.0], family="speed_travel_matrix", proof="none")


def peers(*others):
    return [one | {"suite": "peers"} for one in others]


def test_families_are_told_as_a_golden_table():
    assert markdown(family_table(families([row(), WORSE, FAILED]))) == GOLDEN


def test_the_sentence_tells_proofs_checks_and_failures():
    told = targets([row(), WORSE])
    words = sentence([row(), WORSE], told)
    assert words == (
        "0 of 1 figures measured are reached; 1 of 2 plans are proven optimal, "
        "and the checker accepts every one."
    )
    doubtful = [row(verified=False), row(error="it died", verified=False, objective=None)]
    words = sentence(doubtful, targets(doubtful))
    assert "1 are NOT VERIFIED; 1 case has no result" in words


@pytest.mark.parametrize(
    ("judges", "rows", "reached"),
    [
        ((proven,), [row(), row("b")], True),
        ((proven,), [row(), WORSE], False),
        ((complete(2), proven), [row()], None),
        ((complete(2), proven), [WORSE], False),
        ((gap(0.01),), [WORSE], True),
        ((gap(0.009),), [WORSE], False),
        ((gap(0.5),), [row(gap=None)], False),
        ((known(0.01),), [WORSE], True),
        ((known(0.001),), [WORSE], False),
        ((each(1.5),), [WORSE], True),
        ((each(0.9),), [WORSE], False),
        ((each(9.0),), [row(time_s=None)], False),
        ((memory(1.0),), [WORSE], True),
        ((memory(0.2),), [WORSE], False),
        ((proven,), [], None),
    ],
)
def test_a_target_is_reached_only_when_every_part_of_it_is(judges, rows, reached):
    target = Target("work", "reach", "anchor", ("pmedian_orlib",), judges)
    assert target.judge(rows).reached is reached


def test_targets_leave_out_peers_and_the_gate():
    target = Target("work", "reach", "anchor", ("pmedian_orlib",), (proven,))
    assert target.rows([row(suite="ci"), FAILED, WORSE]) == [WORSE]


@pytest.mark.parametrize(
    ("theirs", "reached", "words"),
    [
        (row(solver="spopt", time_s=200.0), True, "200 times"),
        (row(solver="spopt", time_s=20.0), False, "20 times"),
        (row(solver="spopt", time_s=20.0, proof="none"), False, "60 times at least (no peer"),
        (row(solver="other", time_s=20.0), None, "no peer was asked"),
    ],
)
def test_our_time_is_compared_with_the_proof_of_a_peer(theirs, reached, words):
    judge = faster_than(("spopt",), 100)
    finding = judge([row()], [row(), theirs])
    assert finding.reached is reached
    assert finding.words.startswith(words)


def test_what_was_tried_stands_beside_a_figure_that_is_not_reached():
    target = Target("work", "reach", "anchor", ("a",), (proven,), tried="more cuts")
    assert target.judge([]).reached is None
    told = targets([])
    assert len(told) == len(TARGETS)
    assert {one.found for one in told} == {"not measured"}


def test_families_of_the_targets_exist_in_some_suite_or_in_the_full_collection():
    named = {family for target in TARGETS for family in target.families}
    told = ("scale", "speed", "peers", "hotels", "routing")
    ours = [case for suite in told for case in cases_of(suite, Options())]
    suites = {case.family for case in ours}
    collected = ("pmedian_", "pcenter_", "uflp_", "cflp_", "sscflp_", "cpmp_", "mclp_", "lscp_")
    left = {name for name in named - suites if not name.startswith((*collected, "siting_"))}
    assert left == set()


class Reader(HTMLParser):
    """Notes what a page refers to, its headings and its drawings."""

    def __init__(self):
        super().__init__()
        self.tags: list[str] = []
        self.outside: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in {"meta", "link", "br", "line", "circle", "rect", "polygon"}:
            self.open.append(tag)
        self.outside += [value for name, value in attrs if name in {"src", "href"}]

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, _attrs):
        self.tags.append(tag)


def test_the_page_is_one_file_with_every_drawing_and_no_script(tmp_path):
    rows = [row(), WORSE, row("c"), SPEED, *peers(row(), FAILED)]
    text, html = write_report(rows, tmp_path)
    page_text = html.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(page_text)
    assert reader.open == []
    assert reader.outside == []
    assert "script" not in reader.tags
    assert "@import" not in page_text
    assert "url(" not in page_text
    for heading in ("Proven gap against time", "Time against size", "Memory against size",
                    "Ours against peers", "Speed at fixed work", "Figures to reach", "Families",
                    "Every row"):  # fmt: skip
        assert heading in page_text
    assert "12.0 times as fast as the twin" in text.read_text(encoding="utf-8")
    assert "faubourg 1.2.3. 2 cores, 8.0 GB, Linux, Python 3.11. 2026-01-02." in page_text


def test_names_from_files_cannot_break_out_of_the_page(tmp_path):
    hostile = "<script>alert(1)</script>"
    rows = [row(hostile), *peers(row(hostile), row(hostile, solver=hostile))]
    _, html = write_report(rows, tmp_path)
    text = html.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_sections_without_rows_are_left_out():
    drawn = dict(draw([FAILED]))
    assert drawn["Proven gap against time"] == []
    assert drawn["Time against size"] == []
    assert drawn["Speed at fixed work"] == []
    assert "<section><h2>Time against size" not in page(
        "", "", [Table("t", (), ())], draw([FAILED])
    )


def test_long_tables_are_folded():
    rows = [row(f"p{rank}") for rank in range(FOLDED + 1)]
    text = page("", "", [row_table(rows)], [])
    assert f"<summary>Every row ({FOLDED + 1})</summary>" in text


def test_marks_of_proofs_are_filled_and_others_hollow():
    (figure,) = dict(draw([row(), WORSE]))["Time against size"]
    assert len(re.findall(r'class="c0"', figure[2])) == 1
    assert len(re.findall(r'class="c0 hollow"', figure[2])) == 1


@pytest.mark.parametrize(
    ("axis", "value", "place"),
    [
        (Axis("", 1.0, 100.0), 10.0, 0.5),
        (Axis("", 1.0, 100.0), 1e-9, 0.0),
        (Axis("", 1.0, 100.0), 1e9, 1.0),
        (Axis("", 0.0, 4.0, log=False), 1.0, 0.25),
        (Axis("", 2.0, 2.0, log=False), 2.0, 0.0),
    ],
)
def test_values_have_a_place_on_an_axis(axis, value, place):
    assert axis.place(value) == pytest.approx(place)


def test_axes_name_round_values():
    assert Axis("", 0.01, 100.0).ticks() == pytest.approx([0.01, 0.1, 1, 10, 100])
    assert Axis("", 0.0, 5.0, log=False).ticks() == pytest.approx([0, 1, 2, 3, 4, 5])
    assert len(Axis("", 1e-6, 1e12).ticks()) <= 10


def test_spread_takes_whole_decades_and_stays_within_what_can_be_drawn():
    assert spread([3.0, 40.0], 0.01, 1e4) == (1.0, 100.0)
    assert spread([], 0.01, 1e4) == (0.01, 1e4)
    assert spread([10.0], 0.01, 1e4) == (10.0, 100.0)
    assert spread([1e-9, 1e9], 0.01, 1e4) == (0.01, 1e4)


@pytest.mark.parametrize(("value", "words"), [(0.01, "0.01"), (1000.0, "1 000"), (1e-6, "1e-06")])
def test_ticks_are_told_in_plain_numbers(value, words):
    assert tick_words(value) == words


def test_every_series_has_its_own_colour_and_shape():
    key = key_of(["a", "b", "c"])
    assert [part in key for part in ('"c0"', '"c1"', '"c2"')] == [True] * 3
    assert len({symbol(shape, 0, 0) for shape in SHAPES}) == len(SHAPES)
    assert len({(rank % COLOURS, shape_of(rank)) for rank in range(20)}) == 20


def test_a_plot_tells_what_it_is_to_those_who_cannot_see_it():
    plot = Plot("gap & time", Axis("s", 1.0, 10.0), Axis("gap", 0.1, 1.0))
    plot.mark(2.0, 0.5, 0, "here")
    assert 'role="img" aria-label="gap &amp; time"' in plot.svg()
    assert "<title>here</title>" in plot.svg()
