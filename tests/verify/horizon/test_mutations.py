"""Break one rule over years at a time, by one unit: each must be caught and named."""

from __future__ import annotations

import pytest

from optimizer.core.kinds import OptionStatus
from optimizer.core.rules import PROGRAMME_FAMILIES
from optimizer.verify import check_programme
from tests.horizon import ints, whole
from tests.verify import town as t
from tests.verify.horizon import decades as d
from tests.verify.horizon.decades import altered, decades, programme
from tests.verify.horizon.mutations import (
    GOOD,
    HOTEL,
    KIOSK,
    KIOSK_L,
    MEADOW,
    P1,
    P2,
    P3,
    YARD,
    changed,
    field,
    ground,
    ledger,
    pavilions,
    plan,
    purse,
    status,
    timing,
    without_a_tailor,
)
from tests.verify.horizon.mutations_of_places import PLACES
from tests.verify.town import floats

# By name: problem, programme, and the family and place of what must be found.
CASES = {
    **PLACES,
    # tenants
    "a tenant has a place before it is there": (
        *without_a_tailor(),
        "tenants",
        f"tenant tailor, {P2}",
    ),
    # time
    "a site is free a year too late": (
        ground("free_from_year", d.YARD, 2032),
        GOOD,
        "time",
        f"{YARD}, {P2}",
    ),
    "a site is free a year too short": (
        ground("free_until_year", d.MEADOW, 2029),
        GOOD,
        "time",
        f"{MEADOW}, {P1}",
    ),
    "clean-up takes a year longer": (
        ground("clean_up_years", d.YARD, 6),
        GOOD,
        "time",
        f"{YARD}, {P2}",
    ),
    "building takes a year longer": (
        timing("build_years", d.LOCKER_L, 11),
        GOOD,
        "time",
        f"{KIOSK_L}, {P3}",
    ),
    "clean-up and building add up": (
        timing("build_years", d.PAVILION, 1),
        GOOD,
        "time",
        f"{YARD}, {P2}",
    ),
    "a stay is a year too short": (
        timing("minimum_stay_years", d.LOCKER, 11),
        GOOD,
        "time",
        f"{KIOSK}, {P3}",
    ),
    "a move cuts a pavilion's stay short": (
        timing("minimum_stay_years", d.PAVILION, 6),
        GOOD,
        "time",
        f"{MEADOW}, {P2}",
    ),
    "a required option is closed in one period": (
        status(t.KIOSK_LOCKER, OptionStatus.REQUIRED),
        GOOD,
        "time",
        f"{KIOSK}, {P3}",
    ),
    "a required option never comes": (
        timing("build_years", d.HOTEL, 20),
        GOOD,
        "time",
        HOTEL,
    ),
    # land
    "a ledger that ends lacks a square metre": (
        ledger(d.ENAF, 299),
        GOOD,
        "land",
        f"land ledger ENAF to 2030, {P1}",
    ),
    "a net ledger lacks a square metre": (
        ledger(d.NET, -1),
        GOOD,
        "land",
        f"land ledger net from 2031, {P2}",
    ),
    "a parcel counts while a pavilion stands": (
        ledger(d.STANDING, 799),
        GOOD,
        "land",
        f"land ledger what stands, {P1}",
    ),
    "what is built for good counts when pavilions are free": (
        ledger(d.FREE, 4),
        GOOD,
        "land",
        f"land ledger what stays, {P3}",
    ),
    "soil stays consumed when a pavilion has left": (
        altered("land", last_year=changed(d.part("land").last_year, (d.ENAF, 2040))),
        GOOD,
        "land",
        f"land ledger ENAF to 2030, {P2}",
    ),
    "renaturation does not help a ledger of consumption": (
        altered("land", metric=("enaf_consumption",) * 4),
        GOOD,
        "land",
        f"land ledger net from 2031, {P2}",
    ),
    "renaturation counts a year too late": (
        altered("renaturation", years=ints(6)),
        GOOD,
        "land",
        f"land ledger net from 2031, {P2}",
    ),
    "one square metre too few is restored": (
        decades(),
        field("renaturation_m2", ((0, 1), 4)),
        "land",
        f"land ledger net from 2031, {P2}",
    ),
    # renaturation
    "a project is one square metre too small": (
        altered("renaturation", area_m2=whole(4)),
        GOOD,
        "renaturation",
        "renaturation quarry",
    ),
    "a project starts a year too early": (
        altered("renaturation", first_year=ints(2032)),
        GOOD,
        "renaturation",
        f"renaturation quarry, {P2}",
    ),
    "less than nothing is restored": (
        decades(),
        field("renaturation_m2", ((0, 2), -1)),
        "renaturation",
        f"renaturation quarry, {P3}",
    ),
    # money
    "a EUR too much is borrowed": (
        purse(borrow_max_eur=82_199),
        GOOD,
        "money",
        f"purse purse, {P1}",
    ),
    "a EUR too much is owed at the end": (
        purse(debt_end_max_eur=1_788),
        GOOD,
        "money",
        f"purse purse, {P3}",
    ),
    "a EUR is missing at the start": (
        purse(opening_eur=1_599_999),
        GOOD,
        "money",
        f"purse purse, {P1}",
    ),
    "a EUR of a grant is missing": (
        altered("purses", grant_eur=whole(0, 150_000, 59_999).reshape(1, 3)),
        GOOD,
        "money",
        f"purse purse, {P3}",
    ),
    "the reserve covers one site more": (
        purse(gamma=2, borrow_max_eur=82_200, debt_end_max_eur=1_800),
        GOOD,
        "money",
        f"purse purse, {P3}",
    ),
    "interest is dearer": (
        purse(interest_rate=0.0201),
        GOOD,
        "money",
        f"purse purse, {P3}",
    ),
    "clean-up is a EUR dearer": (
        ground("clean_up_eur", d.HALL, 10_001),
        GOOD,
        "money",
        f"purse purse, {P1}",
    ),
    "a move is a EUR dearer": (
        pavilions(move_eur=whole(1_501)),
        GOOD,
        "money",
        f"purse purse, {P3}",
    ),
    "closing costs more": (
        timing("closing_share", d.LOCKER, 0.501),
        GOOD,
        "money",
        f"purse purse, {P3}",
    ),
    "less is resold": (
        timing("resale_share", d.LOCKER, 0.199),
        GOOD,
        "money",
        f"purse purse, {P3}",
    ),
    # subsidy
    "tenants are spared a EUR too much": (
        purse(subsidy_max_eur_year=12_499),
        GOOD,
        "subsidy",
        f"purse purse, {P1}",
    ),
    # one period's plan, and the form
    "an unavailable option is open": (
        ground("free_until_year", d.KIOSK, 2030),
        GOOD,
        "quotas",
        f"{P2}: {KIOSK}",
    ),
    "a plan is missing": (decades(), programme(plans=GOOD.plans[:2]), "programme", "plans"),
    "a period does not exist": (
        decades(),
        field("firm_leaves", (d.SMITH, 3)),
        "programme",
        "firm_leaves",
    ),
    "a use does not exist": (
        decades(),
        field("use", ((0, 0), 3)),
        "programme",
        "use",
    ),
    "square metres are not whole": (
        decades(),
        programme(renaturation_m2=floats(0, 5, 0).reshape(1, 3)),
        "programme",
        "renaturation_m2",
    ),
    "a table has another shape": (
        decades(),
        programme(land_transfer_m2=whole(0)),
        "programme",
        "land_transfer_m2",
    ),
    "a plan is out of form": (
        decades(),
        plan(1, van_share=floats(1)),
        "programme",
        f"{P2}: van_share",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_rule_is_named(name):
    problem, decided, family, where = CASES[name]
    found = check_programme(problem, decided)
    assert (family, where) in {(one.family, one.where) for one in found}, found


def test_every_family_over_years_is_broken_by_some_case():
    assert set(PROGRAMME_FAMILIES) <= {family for _, _, family, _ in CASES.values()}


@pytest.mark.parametrize(
    "name",
    [name for name, case in CASES.items() if case[1] is GOOD and case[2] not in {"time", "quotas"}],
)
def test_a_limit_one_unit_too_tight_breaks_nothing_but_its_own_family(name):
    problem, decided, family, _ = CASES[name]
    assert {one.family for one in check_programme(problem, decided)} == {family}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "a net ledger lacks a square metre",
            "5 m2 are used and 5 m2 restored against a budget of -1 m2",
        ),
        (
            "a EUR too much is borrowed",
            (
                "with a debt of 77200 EUR and a reserve of 5000 EUR it needs 82200 EUR of credit, "
                "at most 82199 EUR"
            ),
        ),
        ("a use lacks a square metre", "it has 5 m2, at least 6 m2 are asked for"),
        ("premises are a square metre too small", "firms of 50 m2 move into 49 m2"),
        (
            "a site is free a year too late",
            "the site is free from 2032 on, the period begins in 2031",
        ),
        (
            "a stay is a year too short",
            "it opens in 2026 and is closed in 2036, before its minimum stay of 11 years is over",
        ),
    ],
)
def test_a_violation_tells_both_amounts(name, words):
    problem, decided, _, where = CASES[name]
    assert words in {one.words for one in check_programme(problem, decided) if one.where == where}
