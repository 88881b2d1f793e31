"""Break one rule over years at a time, by one unit: each must be caught and named."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.kinds import OptionStatus
from optimizer.verify import check_programme
from tests.horizon import ints, whole
from tests.verify import town as t
from tests.verify.horizon import decades as d
from tests.verify.horizon.decades import altered, decades, programme
from tests.verify.town import floats

GOOD = programme()
P1, P2, P3 = "period period 1", "period period 2", "period period 3"
HOTEL, HUB = "hotel on site hall", "hub_in on site hall"
MEADOW, YARD = "pavilion on site meadow", "pavilion on site yard"
KIOSK, KIOSK_L = "locker on site kiosk", "locker_l on site kiosk"


def changed(array, *pairs):
    """Return a copy of `array` with (place, value) pairs set."""
    copy = array.copy()
    for place, value in pairs:
        copy[place] = value
    return copy


def field(name, *pairs):
    """Return the good programme with entries of one decision changed."""
    return programme(**{name: changed(getattr(GOOD, name), *pairs)})


def plan(period, **changes):
    """Return the good programme with one plan changed."""
    plans = list(GOOD.plans)
    plans[period] = plans[period].replace(**changes)
    return programme(plans=tuple(plans))


def timing(name, design, value):
    return altered("timing", **{name: changed(d.part("timing").__dict__[name], (design, value))})


def ground(name, site, value):
    return altered("ground", **{name: changed(d.part("ground").__dict__[name], (site, value))})


def ledger(which, budget_m2):
    return altered("land", budget_m2=changed(d.part("land").budget_m2, (which, budget_m2)))


def purse(**columns):
    return altered("purses", **{name: np.array([value]) for name, value in columns.items()})


def firms(**columns):
    return altered("firms", **columns)


def pavilions(**columns):
    return altered("pavilions", **columns)


def status(option, code):
    problem = decades()
    options = problem.options.replace(status=changed(problem.options.status, (option, code)))
    return problem.replace(options=options)


def parcel(site, m2):
    problem = decades()
    sites = problem.sites
    return problem.replace(sites=sites.replace(parcel_m2=changed(sites.parcel_m2, (site, m2))))


# By name: problem, programme, and the family and place of what must be found.
CASES = {
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
    # uses
    "a zone does not permit a use": (
        altered("uses", permits=np.array([[True, False], [True, True], [True, True]])),
        GOOD,
        "uses",
        f"site post, {P2}",
    ),
    "a site is not free for a use": (
        ground("free_until_year", d.POST, 2039),
        GOOD,
        "uses",
        f"site post, {P3}",
    ),
    "a use is given up": (
        decades(),
        field("use", ((2, d.POST), -1)),
        "uses",
        f"site post, {P3}",
    ),
    "a use lacks a square metre": (
        altered("uses", area_min_m2=whole(6, 0, 0)),
        GOOD,
        "uses",
        f"use health in outer, {P2}",
    ),
    "a use begins a period too late": (
        altered("uses", first_year=ints(2030, 0, 0)),
        field("use", ((1, d.POST), -1)),
        "uses",
        f"use health in outer, {P2}",
    ),
    "hotels lack a square metre of production": (
        altered("uses", area_min_m2=whole(5, 1401, 504)),
        GOOD,
        "uses",
        f"use production in inner, {P1}",
    ),
    "hubs and lockers lack a square metre": (
        altered("uses", area_min_m2=whole(5, 1400, 505)),
        GOOD,
        "uses",
        f"use logistics, {P1}",
    ),
    "a site is built on and goes to another use": (
        decades(),
        field("use", ((2, d.KIOSK), d.SURGERY)),
        "uses",
        f"site kiosk, {P3}",
    ),
    "a site is given to one's own designs": (
        decades(),
        field("use", ((2, d.POST), d.LOGISTICS)),
        "uses",
        f"site post, {P3}",
    ),
    # firms
    "a firm stays where everything is built over": (
        decades(),
        field("firm_leaves", (d.PRINTER, 1)),
        "firms",
        f"site hall, {P1}",
    ),
    "a firm may not stay beside what is built": (
        firms(may_stay=np.array([True, False, True])),
        GOOD,
        "firms",
        f"firm dealer, {P1}",
    ),
    "a parcel lacks a square metre for firm and pavilion": (
        parcel(d.MEADOW, 799),
        GOOD,
        "firms",
        f"site meadow, {P1}",
    ),
    "a firm stays where another use comes": (
        firms(site=ints(d.HALL, d.POST, d.YARD)),
        GOOD,
        "firms",
        f"firm dealer, {P2}",
    ),
    "a firm moves a metre too far": (
        firms(move_max_m=999.0),
        GOOD,
        "firms",
        "firm smith",
    ),
    "premises are a square metre too small": (
        firms(premises_area_m2=whole(49, 500)),
        GOOD,
        "firms",
        "premises shed",
    ),
    "a job too many is lost": (firms(jobs_lost_max=2.0), GOOD, "firms", "jobs"),
    "a firm that stays has new premises": (
        decades(),
        field("firm_premises", (d.DEALER, d.SHED)),
        "firms",
        "firm dealer",
    ),
    # pavilions
    "a pavilion moves once too often": (
        pavilions(moves_max=ints(0)),
        GOOD,
        "pavilions",
        "pavilion p1",
    ),
    "a pavilion comes back from store": (
        decades(),
        field("pavilion_option", ((0, 1), -1)),
        "pavilions",
        f"{YARD}, {P2}",
    ),
    "a pavilion stands where nothing is open": (
        decades(),
        field("pavilion_option", ((0, 1), t.MEADOW_PAVILION)),
        "pavilions",
        f"{MEADOW}, {P2}",
    ),
    "a pavilion stands on an option of another design": (
        decades(),
        field("pavilion_option", ((0, 2), t.MEADOW_BIG_HUB)),
        "pavilions",
        f"pavilion p1, {P3}",
    ),
    "the days of a move are not lost": (
        pavilions(move_days=floats(183)),
        GOOD,
        "throughput",
        f"{P2}: {YARD}",
    ),
    "parcels pass through a pavilion that has just arrived": (
        decades(),
        plan(1, bike_share=floats(0.42, 0.65, 0.181), van_share=floats(0.149, 0.15)),
        "throughput",
        f"{P2}: {YARD}",
    ),
    # cooperation
    "land is transferred without partners": (
        decades(),
        programme(land_transfer_m2=whole(1, 0, -1, 0)),
        "cooperation",
        "land ledgers ENAF to 2030",
    ),
    "money comes from nowhere": (
        decades(),
        field("purse_transfer_eur", ((0, 0), 1)),
        "cooperation",
        f"purses purse, {P1}",
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
    from optimizer.core.rules import PROGRAMME_FAMILIES

    assert set(PROGRAMME_FAMILIES) <= {family for _, _, family, _ in CASES.values()}


@pytest.mark.parametrize(
    "name",
    [name for name, case in CASES.items() if case[1] is GOOD and case[2] not in {"time", "quotas"}],
)
def test_a_limit_one_unit_too_tight_breaks_nothing_but_its_own_family(name):
    problem, decided, family, _ = CASES[name]
    assert {one.family for one in check_programme(problem, decided)} == {family}
