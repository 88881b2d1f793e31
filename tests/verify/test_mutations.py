"""Break one rule at a time in the good plan of the line town: each must be caught and named."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.core.kinds import OptionStatus
from optimizer.verify import check_plan
from tests.verify import town as t
from tests.verify.town import floats, good_plan, ints, town


def changed(array, *pairs):
    """Return a copy of `array` with (place, value) pairs set."""
    copy = array.copy()
    for place, value in pairs:
        copy[place] = value
    return copy


def opened(plan, *options):
    return plan.replace(open_option=changed(plan.open_option, *((o, True) for o in options)))


def closed(plan, *options):
    return plan.replace(open_option=changed(plan.open_option, *((o, False) for o in options)))


def bikes(plan, *shares):
    return plan.replace(bike_share=floats(*shares))


def pickups(plan, *shares):
    return plan.replace(pickup_share=floats(*shares))


def placed(plan, tenant, level, option=t.HALL_HOTEL):
    return plan.replace(
        tenant_option=changed(plan.tenant_option, (tenant, option)),
        tenant_level=changed(plan.tenant_level, (tenant, level)),
    )


def removed(plan, tenant):
    return placed(plan, tenant, -1, option=-1)


def rules(**changes):
    problem = town()
    return problem.replace(rules=problem.rules.replace(**changes))


def sites(**changes):
    problem = town()
    return problem.replace(sites=problem.sites.replace(**changes))


def node(profile, *pairs):
    nodes = town().sites.node
    return sites(node={**nodes, profile: changed(nodes[profile], *pairs)})


def purse(eur):
    return rules(money=town().rules.money.replace(budget=t.whole(eur)))


def soil(m2):
    return rules(land=town().rules.land.replace(budget=t.whole(m2)))


def quota(**changes):
    return rules(quotas=town().rules.quotas.replace(**changes))


def status(option, code):
    problem = town()
    options = problem.options.replace(status=changed(problem.options.status, (option, code)))
    return problem.replace(options=options)


def unpriced():
    problem = town()
    return problem.replace(prices=problem.prices.replace(unserved_eur_per_parcel=None))


def demand_node(profile, *pairs):
    problem = town()
    nodes = problem.demand.node
    changes = {**nodes, profile: changed(nodes[profile], *pairs)}
    return problem.replace(demand=problem.demand.replace(node=changes))


def permits(zone, design):
    problem = town()
    table = changed(problem.zoning.permits, ((zone, design), False))
    return problem.replace(zoning=problem.zoning.replace(permits=table))


def gateways(profile):
    problem = town()
    nodes = {**problem.gateways.node, profile: ints(-1, -1)}
    return problem.replace(gateways=problem.gateways.replace(node=nodes))


GOOD = good_plan()
HOTEL, HUB, PAVILION = "hotel on site hall", "hub_in on site hall", "pavilion on site meadow"
KIOSK, POST = "locker on site kiosk", "locker on site post"
DB, DC = "demand point dB", "demand point dC"
UPPER, GROUND = f"level 1 of {HOTEL}", f"level 0 of {HOTEL}"

# By name: problem, plan, and the family and place of what must be found.
CASES = {
    # service
    "an assignment vanishes": (town(), bikes(GOOD, 0.6, 0.2, 0.0), "service", DC),
    "an assignment moves to a van twice": (
        town(),
        GOOD.replace(van_share=floats(0.25, 0.1)),
        "service",
        DB,
    ),
    "a share is below zero": (
        town(),
        GOOD.replace(van_share=floats(0.25, 0.1), unserved_share=floats(-0.05, 0.0)),
        "service",
        DB,
    ),
    "more parcels go by bike than fit one": (
        town(),
        bikes(GOOD, 0.65, 0.2, 0.5).replace(van_share=floats(0.1, 0.1)),
        "service",
        DB,
    ),
    "more people pick up than accept": (
        town(),
        pickups(GOOD, 0.25, 0.1, 0.1).replace(van_share=floats(0.1, 0.1)),
        "service",
        DB,
    ),
    "two delivery points add up to more people": (
        town(),
        pickups(GOOD, 0.2, 0.25, 0.1).replace(bike_share=floats(0.6, 0.15, 0.4)),
        "service",
        DC,
    ),
    "a van goes where none can": (demand_node("van", (1, -1)), GOOD, "service", DC),
    "vans have no gateway": (gateways("van"), GOOD, "service", DC),
    "parcels stay unserved without a price": (unpriced(), GOOD, "service", DB),
    # throughput
    "a hub is overfull": (
        town(),
        bikes(GOOD, 0.6, 0.25, 0.45),
        "throughput",
        HUB,
    ),
    "a hub has too little to do": (
        town(),
        bikes(GOOD, 0.6, 0.2, 0.4).replace(van_share=floats(0.15, 0.2)),
        "throughput",
        PAVILION,
    ),
    "a peak day is busier": (rules(peak_day_factor=1.6), GOOD, "throughput", KIOSK),
    "lockers are overfull": (
        town(),
        pickups(GOOD, 0.2, 0.12, 0.1).replace(van_share=floats(0.15, 0.08)),
        "throughput",
        KIOSK,
    ),
    "lockers have too little to do": (
        town(),
        pickups(GOOD, 0.2, 0.1, 0.05).replace(van_share=floats(0.15, 0.15)),
        "throughput",
        POST,
    ),
    "parcels pass through a closed hub": (town(), closed(GOOD, 2), "throughput", PAVILION),
    "bikes start at lockers": (
        town(),
        GOOD.replace(bike_option=ints(t.HALL_HUB, t.HALL_HUB, t.POST_LOCKER)),
        "throughput",
        POST,
    ),
    # reach
    "a bike tour is too long": (rules(bike_limit_s=239), GOOD, "reach", DC),
    "a walk is too long": (rules(walk_limit_s=359), GOOD, "reach", DC),
    "nobody accepts the walk": (
        rules(acceptance_walk_s=floats(120, 300)),
        GOOD,
        "reach",
        DC,
    ),
    "people pass the nearest delivery point": (
        rules(pickup_choice="nearest"),
        GOOD,
        "reach",
        DC,
    ),
    "a bike has no way to the point": (demand_node("cargo_bike", (0, -1)), GOOD, "reach", DB),
    # site
    "footprints overlap": (
        sites(area_m2=t.whole(999, 800, 10, 5, 300)),
        GOOD,
        "site",
        "site hall",
    ),
    "two hubs share a site": (town(), opened(GOOD, t.MEADOW_BIG_HUB), "site", "site meadow"),
    "two lockers share a site": (town(), opened(GOOD, t.KIOSK_LOCKER_L), "site", "site kiosk"),
    "a hub inside a hotel stands alone": (
        town(),
        opened(GOOD, t.YARD_HUB_IN),
        "site",
        "hub_in on site yard",
    ),
    # zoning
    "the zone forbids the hotel": (permits(0, 3), GOOD, "zoning", HOTEL),
    "the hotel is too high": (
        sites(height_max_m=floats(11.9, np.inf, 3, 1, np.inf)),
        GOOD,
        "zoning",
        HOTEL,
    ),
    "no lorry reaches the hotel": (node("lorry", (0, -1)), GOOD, "zoning", HOTEL),
    "no lorry reaches the big hub": (
        town(),
        opened(closed(GOOD, t.MEADOW_PAVILION), t.MEADOW_BIG_HUB),
        "zoning",
        "big_hub on site meadow",
    ),
    "no bike reaches the hub": (node("cargo_bike", (1, -1)), GOOD, "zoning", PAVILION),
    "nobody walks to the lockers": (node("walk", (2, -1)), GOOD, "zoning", KIOSK),
    "no van supplies the lockers that exist": (node("van", (3, -1)), GOOD, "zoning", POST),
    "lorries have no gateway": (gateways("lorry"), GOOD, "zoning", HUB),
    # land
    "the land budget is one m2 short": (soil(299), GOOD, "land", "ledger soil"),
    "the parcel counts and not the footprint": (
        rules(land_basis="parcel"),
        GOOD,
        "land",
        "ledger soil",
    ),
    "the hall is a field": (
        sites(land_status=np.array([2, 1, 0, 0, 0], dtype=np.int8)),
        GOOD,
        "land",
        "ledger soil",
    ),
    # money
    "the purse is one euro short": (purse(1_555_999), GOOD, "money", "purse purse"),
    "land costs a euro more": (
        sites(price_eur_m2=t.whole(501, 100, 900, 900, 300)),
        GOOD,
        "money",
        "purse purse",
    ),
    "one more pavilion is built": (
        town(),
        opened(GOOD, t.YARD_PAVILION),
        "money",
        "purse purse",
    ),
    # floors
    "the ground floor is overfull": (town(), placed(GOOD, t.BIG, 0), "floors", GROUND),
    "an upper floor is overfull": (town(), placed(GOOD, t.BIG, 1), "floors", UPPER),
    "a floor bears less": (town(), placed(GOOD, t.HEAVY, 1), "floors", "tenant heavy"),
    "a ceiling is too low": (town(), placed(GOOD, t.TALL, 1), "floors", "tenant tall"),
    "a dock is wanted upstairs": (town(), placed(GOOD, t.DOCKER, 1), "floors", "tenant docker"),
    "docks do not suffice": (
        town(),
        placed(removed(GOOD, t.PRESS), t.DOCKER, 0),
        "floors",
        GROUND,
    ),
    "noise meets silence": (town(), placed(GOOD, t.LOUD, 1), "floors", UPPER),
    "the site allows no noise": (
        sites(noisy_allowed=np.array([False, True, False, False, True])),
        GOOD,
        "floors",
        "tenant press",
    ),
    "a tenant cannot bear the rent": (town(), placed(GOOD, t.POOR, 1), "floors", "tenant poor"),
    "offices crowd out production": (town(), placed(GOOD, t.OFFICE, 1), "floors", HOTEL),
    "the hotel stays empty": (town(), removed(GOOD, t.TAILOR), "floors", HOTEL),
    "a tenant lives in lockers": (
        town(),
        placed(GOOD, t.DOCKER, 0, option=t.KIOSK_LOCKER),
        "floors",
        "tenant docker",
    ),
    "a tenant lives in a closed hotel": (
        town(),
        closed(GOOD, t.HALL_HOTEL),
        "floors",
        "tenant bakery",
    ),
    # quotas
    "a required hotel is closed": (town(), closed(GOOD, t.HALL_HOTEL), "quotas", HOTEL),
    "an existing facility is closed": (town(), closed(GOOD, t.POST_LOCKER), "quotas", POST),
    "a forbidden option is open": (
        town(),
        opened(GOOD, t.YARD_LOCKER),
        "quotas",
        "locker on site yard",
    ),
    "an open option becomes forbidden": (
        status(t.MEADOW_PAVILION, OptionStatus.FORBIDDEN),
        GOOD,
        "quotas",
        PAVILION,
    ),
    "there are too few hubs": (quota(at_least=ints(3, 0, 1)), GOOD, "quotas", "quota hubs"),
    "there are too many lockers": (
        town(),
        opened(GOOD, t.YARD_LOCKER),
        "quotas",
        "quota lockers in the inner town",
    ),
    "no hotel is allowed": (quota(at_most=ints(-1, 1, 0)), GOOD, "quotas", "quota hotels"),
    # plan
    "a flow stands twice": (
        town(),
        GOOD.replace(bike_point=ints(0, 1, 1), bike_option=ints(0, 2, 2)),
        "plan",
        "bike_point",
    ),
    "a flow has no point": (town(), GOOD.replace(bike_point=ints(0, 1, 2)), "plan", "bike_point"),
    "a share is not a number": (town(), bikes(GOOD, 0.6, 0.2, np.nan), "plan", "bike_share"),
    "a column is too short": (town(), GOOD.replace(van_share=floats(1.0)), "plan", "van_share"),
    "a tenant has no level": (town(), placed(GOOD, t.LOUD, -1), "plan", "tenant_level"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_broken_rule_is_named_with_its_place(name):
    problem, plan, family, where = CASES[name]
    found = {(one.family, one.where) for one in check_plan(problem, plan)}
    assert (family, where) in found


def test_a_share_of_an_area_is_taken_as_it_was_written():
    """605 of 1,100 m2 are 0.55 exactly, though the nearest double to 0.55 is a little more."""
    assert check_plan(town(), GOOD) == ()
    tailor = placed(GOOD, t.OFFICE, 1)
    assert [one.family for one in check_plan(town(), tailor)] == ["floors"]


def test_what_exists_is_free_of_zone_height_purse_and_land():
    """The post office's lockers stand too high, on forest soil, where lockers are not permitted."""
    problem = sites(land_status=np.array([0, 1, 0, 3, 0], dtype=np.int8), zone=ints(0, 0, 1, 0, 0))
    permits_none = changed(problem.zoning.permits, ((0, 4), False))
    problem = problem.replace(zoning=problem.zoning.replace(permits=permits_none))
    assert check_plan(problem, GOOD) == ()


def test_the_baseline_opens_nothing_new_and_closes_nothing_old():
    plan = opened(t.baseline_plan(), t.KIOSK_LOCKER)
    assert [one.family for one in check_plan(town(), plan, baseline=True)] == ["quotas"]
    plan = closed(t.baseline_plan(), t.POST_LOCKER)
    found = {one.family for one in check_plan(town(), plan, baseline=True)}
    assert "quotas" in found


def test_the_baseline_may_not_be_made_dear():
    """Leaving parcels at 4 EUR is dearer than the van's 0.76 EUR."""
    plan = t.baseline_plan().replace(van_share=floats(0.5, 0.95), unserved_share=floats(0.5, 0))
    found = check_plan(town(), plan, baseline=True)
    assert [(one.family, one.where) for one in found] == [("service", DB)]


def test_in_nearest_mode_people_may_go_to_any_of_two_equally_near():
    plan = pickups(GOOD, 0.2, 0.0, 0.2)
    problem = rules(pickup_choice="nearest")
    assert check_plan(problem, plan) == ()
