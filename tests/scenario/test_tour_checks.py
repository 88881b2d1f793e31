"""Rules of a delivery day: hours in order, shares, a room for every hub; and their page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from optimizer.land.designs import build_designs
from optimizer.prepare.tours import build_day_rules
from optimizer.scenario import tours
from optimizer.scenario.base import Block
from optimizer.scenario.reader import read_scenario
from tests.scenario.builders import faults_of, valid_text, write_scenario

PAGE = (Path(__file__).parent.parent.parent / "instances" / "TOURS.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
DAY = EXAMPLES[0]
BLOCKS = [
    block
    for block in vars(tours).values()
    if isinstance(block, type) and issubclass(block, Block) and block.__module__ == tours.__name__
]


def day_text(*changes):
    """Return the valid scenario with the whole example of the page, changed."""
    text = DAY
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return valid_text() + text


def rules_of(tmp_path, *changes):
    scenario = read_scenario(write_scenario(tmp_path, day_text(*changes)))
    designs, _ = build_designs(scenario.designs)
    return build_day_rules(scenario, designs)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("shift_until_hour: 14", "shift_until_hour: 4", "shift of lorry lasts from 4 to 4"),
        ("until_hour: 12", "until_hour: 8", "window lasts from 9 to 8"),
        ("share: 0.1", "share: 0.97", "promised to 102 % of the stops"),
        ("from_hour: 9, pace: 1", "from_hour: 7, pace: 1", "7 o'clock comes after 7 o'clock"),
        ("break_min: 30, ", "", "van: work_max_h asks for breaks"),
        (", work_max_h: 6", "", "van: break_min without work_max_h"),
        ("{design: hub, storage_parcels: 300, handling_parcels_per_hour: 240}", "", "about 'hub'"),
    ],
)
def test_a_day_that_cannot_hold_is_refused(tmp_path, old, new, words):
    faults = faults_of(write_scenario(tmp_path, day_text((old, new))))
    assert [fault.code for fault in faults] == ["F138"]
    assert words in faults[0].cause
    assert re.search(r"scenario.yaml:\d+:\d+$", faults[0].place)


def test_rooms_name_hubs_once(tmp_path):
    twice = "{design: hub, storage_parcels: 300, handling_parcels_per_hour: 240}"
    found = faults_of(write_scenario(tmp_path, day_text((twice, f"{twice}, {twice}"))))
    assert [fault.code for fault in found] == ["F125"]
    found = faults_of(write_scenario(tmp_path, day_text(("design: hub", "design: hob"))))
    assert {fault.code for fault in found} == {"F126", "F138"}


def test_rules_of_a_day_are_seconds_and_hours(tmp_path):
    rules = rules_of(tmp_path)
    van = rules.crews["van"]
    assert (van.shift_from_s, van.shift_until_s) == (6 * 3600.0, 20 * 3600.0)
    assert (van.shift_max_s, van.break_s, van.work_max_s) == (36000.0, 1800.0, 21600.0)
    assert van.pace.tolist() == [1.0] * 7 + [0.8] * 2 + [1.0] * 15
    assert rules.crews["lorry"].work_max_s == np.inf
    assert rules.crews["cargo_bike"].reloads_max == 5
    assert rules.window_from_s.tolist() == [9 * 3600.0, 17 * 3600.0]
    assert rules.storage_parcels.tolist() == [300.0]
    assert rules.penalty_eur_per_parcel == 30.0


def test_an_hour_with_two_paces_has_their_mean(tmp_path):
    rules = rules_of(tmp_path, ("from_hour: 7, pace: 0.8", "from_hour: 7.5, pace: 0.8"))
    assert rules.crews["van"].pace[6:9].tolist() == pytest.approx([1.0, 0.9, 0.8])


def test_without_a_penalty_every_parcel_must_be_brought(tmp_path):
    rules = rules_of(tmp_path, ("penalty_eur_per_parcel: 30", "penalty_eur_per_parcel: null"))
    assert rules.penalty_eur_per_parcel == np.inf


def test_a_scenario_without_a_day_has_no_rules_of_one(tmp_path):
    scenario = read_scenario(write_scenario(tmp_path, valid_text()))
    assert build_day_rules(scenario, build_designs(scenario.designs)[0]) is None


@pytest.mark.parametrize("example", EXAMPLES[1:], ids=lambda text: re.sub(r"\W+", " ", text)[:40])
def test_an_example_changes_the_whole_day_of_the_page(tmp_path, example):
    write_scenario(tmp_path, day_text())
    change = tmp_path / "example.yaml"
    change.write_text(f"extends: scenario.yaml\n{example}", encoding="utf-8")
    plain = read_scenario(tmp_path / "scenario.yaml").model_dump()
    assert read_scenario(change).model_dump() != plain


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.__name__)
def test_the_page_names_every_key(block):
    for key in set(block.model_fields) - {"constant", "circuity", "source"}:
        assert re.search(rf"\b{key}\b", PAGE), key


def test_room_without_a_design_holds_for_all_hubs_that_no_other_entry_names(tmp_path):
    named = "{design: hub, storage_parcels: 300"
    rules = rules_of(tmp_path, (named, "{storage_parcels: 300"))
    assert rules.storage_parcels.max() == 300.0
    both = rules_of(
        tmp_path, (named, f"{{storage_parcels: 9, handling_parcels_per_hour: 1}}, {named}")
    )
    assert rules.storage_parcels.tolist() == both.storage_parcels.tolist()


def test_two_rooms_without_a_design_are_one_too_many(tmp_path):
    named = "{design: hub, storage_parcels: 300"
    twice = "{storage_parcels: 9, handling_parcels_per_hour: 1}, {storage_parcels: 300"
    faults = faults_of(write_scenario(tmp_path, day_text((named, twice))))
    assert [fault.code for fault in faults] == ["F138"]
    assert "names no design" in faults[0].cause
