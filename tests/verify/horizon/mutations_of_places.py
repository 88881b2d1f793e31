"""One broken rule each: uses, firms, pavilions, and transfers between partners."""

from __future__ import annotations

import numpy as np

from tests.horizon import ints, whole
from tests.verify import town as t
from tests.verify.horizon import decades as d
from tests.verify.horizon.decades import altered, decades, programme
from tests.verify.horizon.mutations import (
    GOOD,
    MEADOW,
    P1,
    P2,
    P3,
    YARD,
    field,
    firms,
    ground,
    parcel,
    pavilions,
    plan,
)
from tests.verify.town import floats

# By name: problem, programme, and the family and place of what must be found.
PLACES = {
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
}
