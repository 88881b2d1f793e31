"""The line town over three periods of five years, every rule over years at its edge.

2026  The hotel rises on the hall's ground with its hub, and a locker bank at the kiosk. The printer
      there is lost. A pavilion stands on the meadow, which is free until 2030, beside the dealer:
      300 + 500 m2 of 800 m2.
2031  The pavilion moves to the yard, free from 2031 on; half a year of the five is lost, so that
      90 % of its capacity is left. The smith moves from the yard into the shed. The 5 m2 of the
      post office go to a surgery; 5 m2 of the quarry are given back.
2036  Larger lockers replace those at the kiosk. Land and building have become dearer by a fifth,
      running by a tenth.

Money has no interest but on debt (2 % a year), so that all years weigh the same.
"""

from __future__ import annotations

import numpy as np

from optimizer.core.horizon import (
    EVER,
    Firms,
    Ground,
    LandLedgers,
    Pavilions,
    Renaturation,
    Rents,
    Timing,
    Uses,
)
from optimizer.core.kinds import Tenure
from optimizer.core.programme import Programme
from tests.horizon import ints, periods, purse, whole, with_horizon
from tests.verify import town as t
from tests.verify.town import floats

HALL, MEADOW, KIOSK, POST, YARD = range(5)
HUB_IN, PAVILION, BIG_HUB, HOTEL, LOCKER, LOCKER_L = range(6)
PRINTER, DEALER, SMITH = range(3)
SURGERY, PRODUCTION, LOGISTICS = range(3)
ENAF, NET, STANDING, FREE = range(4)
SHED, FAR_SHED = range(2)


def town():
    """Return the line town with lifetimes and tenures that show over years."""
    problem = t.town()
    tenure = [str(Tenure.LEASE)] * 6
    tenure[HOTEL], tenure[LOCKER], tenure[LOCKER_L] = "buy", "buy", "long_lease"
    status = problem.sites.land_status.copy()
    status[POST] = 2
    minimum = problem.designs.minimum_parcels_per_day.copy()
    minimum[PAVILION] = 10
    return problem.replace(
        designs=problem.designs.replace(
            tenure=tuple(tenure),
            minimum_parcels_per_day=minimum,
            lifetime_years=floats(15, 20, 10, 60, 10, 10),
        ),
        sites=problem.sites.replace(land_status=status),
        prices=problem.prices.replace(discount_rate=0.0),
    )


def _ledgers():
    return LandLedgers(
        name=("ENAF to 2030", "net from 2031", "what stands", "what stays"),
        metric=(
            "enaf_consumption",
            "net_artificialisation",
            "enaf_consumption",
            "enaf_consumption",
        ),
        basis=("footprint", "footprint", "parcel", "footprint"),
        temporary=("counts", "counts", "while_standing", "free"),
        source=("by hand",) * 4,
        covers=np.ones((4, 2), dtype=bool),
        budget_m2=whole(300, 0, 800, 5),
        first_year=ints(2021, 2031, 0, 0),
        last_year=ints(2030, EVER, EVER, EVER),
    )


def _parts(problem):
    return {
        "periods": periods(
            3,
            land_price_factor=floats(1, 1, 1.2),
            build_price_factor=floats(1, 1, 1.2),
            operating_price_factor=floats(1, 1, 1.1),
        ),
        "timing": Timing(
            minimum_stay_years=ints(15, 5, 0, 15, 10, 5),
            build_years=ints(0, 0, 0, 0, 0, 10),
            closing_share=floats(0, 0.05, 0, 0, 0.5, 0),
            resale_share=floats(0, 0.1, 0, 0, 0.2, 0),
        ),
        "ground": Ground(
            free_from_year=ints(0, 0, 0, 0, 2031),
            free_until_year=ints(EVER, 2030, EVER, EVER, EVER),
            clean_up_eur=whole(10_000, 0, 0, 60, 400),
            clean_up_deviation_eur=whole(2_000, 0, 0, 0, 100),
            clean_up_years=ints(0, 0, 0, 0, 5),
            price_deviation_eur_m2=whole(3, 0, 0, 0, 0),
        ),
        "land": _ledgers(),
        "renaturation": Renaturation(
            id=("quarry",),
            source=("by hand",),
            jurisdiction=ints(1),
            area_m2=whole(5),
            eur_m2=whole(30),
            years=ints(5),
            first_year=ints(2031),
        ),
        "purses": purse(
            problem,
            1_600_000,
            3,
            grant_eur=whole(0, 150_000, 60_000).reshape(1, 3),
            borrow_max_eur=whole(82_200),
            debt_end_max_eur=whole(1_789),
            interest_rate=floats(0.02),
            gamma=ints(1),
            pays_running=np.array([True]),
            subsidy_max_eur_year=whole(12_500),
        ),
        "rents": Rents(ints(3), floats(0.5), ints(2025, *[0] * 10)),
        "uses": Uses(
            name=("health", "production", "logistics"),
            source=("by hand",) * 3,
            jurisdiction=ints(1, 0, -1),
            area_min_m2=whole(5, 1400, 504),
            first_year=ints(2031, 2026, 2026),
            permits=np.array([[False, True], [True, True], [True, True]]),
            eur_m2_year=floats(2.5, 0, 0),
            artificialises=np.array([True, False, False]),
        ),
        "firms": Firms(
            id=("printer", "dealer", "smith"),
            name=("Printer", "Dealer", "Smith"),
            site=ints(HALL, MEADOW, YARD),
            area_m2=whole(40, 500, 50),
            jobs=floats(3, 20, 4),
            may_stay=np.array([True, True, True]),
            move_eur=whole(500, 600, 700),
            lost_eur=whole(900, 9_000, 1_900),
            premises=("shed", "far shed"),
            premises_area_m2=whole(50, 500),
            move_m=np.array([[900.0, 1100.0], [1000.0, 1500.0], [1000.0, 2000.0]]),
            move_max_m=1000.0,
            jobs_lost_max=3.0,
            job_lost_eur_year=1000.0,
        ),
        "pavilions": Pavilions(
            id=("p1",),
            design=ints(PAVILION),
            moves_max=ints(1),
            move_eur=whole(1_500),
            move_days=floats(182.5),
        ),
    }


def decades(**changes):
    """Return the problem; parts of its horizon may be changed."""
    problem = town()
    return with_horizon(problem, **{**_parts(problem), **changes})


def part(name):
    """Return one part of the horizon as it stands."""
    return getattr(decades().horizon, name)


def altered(name, /, **columns):
    """Return the problem with other columns in one part of its horizon."""
    return decades(**{name: part(name).replace(**columns)})


def plans():
    """Return the plans of the three periods."""
    first = t.good_plan()
    opened = first.open_option.copy()
    opened[[t.MEADOW_PAVILION, t.YARD_PAVILION]] = False, True
    moved = first.replace(
        open_option=opened,
        bike_point=ints(0, 1, 0),
        bike_option=ints(t.HALL_HUB, t.HALL_HUB, t.YARD_PAVILION),
        bike_share=floats(0.42, 0.65, 0.18),
        van_share=floats(0.15, 0.15),
    )
    exchanged = opened.copy()
    exchanged[[t.KIOSK_LOCKER, t.KIOSK_LOCKER_L]] = False, True
    settled = moved.replace(
        open_option=exchanged,
        bike_share=floats(0.4, 0.7, 0.2),
        pickup_option=ints(t.KIOSK_LOCKER_L, t.KIOSK_LOCKER_L, t.POST_LOCKER),
        van_share=floats(0.15, 0.1),
    )
    return first, moved, settled


def programme(**changes):
    """Return the programme that the text above tells."""
    use = np.full((3, 5), -1, dtype=np.int8)
    use[1:, POST] = SURGERY
    fields = {
        "plans": plans(),
        "renaturation_m2": whole(0, 5, 0).reshape(1, 3),
        "land_transfer_m2": whole(0, 0, 0, 0),
        "purse_transfer_eur": np.zeros((1, 3), dtype=np.int64),
        "use": use,
        "firm_leaves": ints(0, -1, 1),
        "firm_premises": ints(-1, -1, SHED),
        "pavilion_option": ints(t.MEADOW_PAVILION, t.YARD_PAVILION, t.YARD_PAVILION).reshape(1, 3),
    }
    return Programme(**{**fields, **changes})
