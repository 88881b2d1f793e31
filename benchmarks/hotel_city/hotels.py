"""The block of hotels of a drawn city: units, neighbours, mix, access, exchange, roofs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.hotel_city import terms
from benchmarks.hotel_city.draw import DISTRICTS, sectors
from benchmarks.hotel_city.firms import SKILLS
from benchmarks.hotel_city.world import (
    all_designs,
    column,
    great_circle_m,
    level_db,
    nearest,
    units_of,
)
from optimizer.core.hotels import (
    Access,
    Annexes,
    Apart,
    Businesses,
    Equipment,
    Growth,
    Hotels,
    Mix,
    Neighbours,
    RoofUses,
    Services,
    Space,
    Symbiosis,
    Units,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.hotel_city.draw import Draw
    from optimizer.core.streets import Streets

SOURCE = "assumption: made up"


def build_hotels(draw: Draw, streets: Streets) -> Hotels:
    """Return everything that the rules of productive hotels need."""
    return Hotels(
        units=_units(draw),
        equipment=_equipment(draw),
        businesses=_businesses(draw),
        annexes=_annexes(draw),
        apart=_apart(draw),
        neighbours=_neighbours(draw),
        mix=_mix(draw),
        access=_access(draw, streets),
        symbiosis=_symbiosis(draw),
        services=_services(draw),
        roofs=_roofs(draw),
        growth=_growth(draw),
    )


def _units(draw: Draw) -> Units:
    rows = units_of(draw)
    area = column(rows, "area_m2", np.int64)
    return Units(
        id=tuple(row["id"] for row in rows),
        position_m=column(rows, "position_m", float),
        space=np.array([Space[row["space"].upper()] for row in rows], dtype=np.int8),
        wet=column(rows, "wet", bool),
        vented=column(rows, "vented", bool),
        lift_kg=column(rows, "lift_kg", np.int64),
        tenants_max=column(rows, "tenants_max", np.int32),
        fit_out_eur=area * column(rows, "fit_out_eur_m2", np.int64),
        switch_eur=area * column(rows, "switch_eur_m2", np.int64),
    )


def _equipment(draw: Draw) -> Equipment:
    rows = all_designs(draw)
    return Equipment(
        lift_trips_max=column(rows, "lift_trips_per_day", np.int32),
        inside_docks=column(rows, "inside_docks", np.int32),
        roof_m2=column(rows, "roof_m2", np.int64),
    )


def _businesses(draw: Draw) -> Businesses:
    rows = draw.firms
    return Businesses(
        space=np.array([Space[row["space"].upper()] for row in rows], dtype=np.int8),
        lift_kg=column(rows, "lift_kg", np.int64),
        lift_trips=column(rows, "lift_trips_per_day", np.int32),
        **{
            name: column(rows, name, np.int32)
            for name in ("dock_minutes", "dock_from", "dock_until", "work_from", "work_until")
        },
        **{
            name: column(rows, name, bool)
            for name in ("wet", "vented", "needs_support", "gives_support")
        },
        noise_db=np.array([level_db(row) for row in rows]),
        jobs_by_skill=column(rows, "jobs_by_skill", float),
    )


def _annexes(draw: Draw) -> Annexes:
    rows = [{**row["annex"], "tenant": f} for f, row in enumerate(draw.firms) if row["annex"]]
    return Annexes(
        tenant=column(rows, "tenant", np.int32),
        share=column(rows, "share", float),
        space=np.array([Space[row["space"].upper()] for row in rows], dtype=np.int8),
        load_kg_m2=column(rows, "load_kg_m2", np.int64),
        levels_apart_max=column(rows, "levels_apart_max", np.int32),
    )


def _group(draw: Draw, name: str) -> NDArray[np.bool_]:
    known = sectors()
    return np.array([name == row["sector" if name in known else "noise"] for row in draw.firms])


def _apart(draw: Draw) -> Apart:
    rows = terms.APART
    return Apart(
        name=tuple(row[0] for row in rows),
        source=(SOURCE,) * len(rows),
        first=np.array([_group(draw, row[1]) for row in rows]),
        second=np.array([_group(draw, row[2]) for row in rows]),
        levels=np.array([row[3] for row in rows], dtype=np.int32),
        distance_m=np.array([row[4] for row in rows]),
        same_hours=np.array([row[5] for row in rows]),
    )


def _neighbours(draw: Draw) -> Neighbours:
    rows, sites = draw.neighbours, draw.sites
    lon, lat = column(rows, "lon", float), column(rows, "lat", float)
    far = great_circle_m(
        column(sites, "lon", float)[:, None], column(sites, "lat", float)[:, None], lon, lat
    )
    loss = 20 * np.log10(np.maximum(far, 1.0)) + 8 + terms.FACADE_DB
    bands = ("day", "evening", "night")
    return Neighbours(
        id=tuple(row["id"] for row in rows),
        lon=lon,
        lat=lat,
        limit_db=np.array([[row[f"limit_{band}_db"] for band in bands] for row in rows], float),
        background_db=np.array(
            [[row[f"background_{band}_db"] for band in bands] for row in rows], float
        ),
        attenuation_db=np.where(far <= terms.NOISE_WITHIN_M, loss, np.inf),
    )


def _mix(draw: Draw) -> Mix:
    rows, count = terms.MIX, len(terms.MIX)
    places = len(DISTRICTS)
    figures = draw.rules
    return Mix(
        name=tuple(row[0] for row in rows),
        source=(SOURCE,) * count,
        members=np.array([[firm["sector"] in row[1] for firm in draw.firms] for row in rows]),
        covers=np.ones((count, places), dtype=bool),
        each_hotel=np.array([row[2] for row in rows]),
        share_min=np.array([row[3] for row in rows]),
        share_max=np.array([row[4] for row in rows]),
        area_min_m2=np.array([0, 0, figures["repair_min_m2"]], dtype=np.int64),
        area_max_m2=np.array([-1, figures["studio_max_m2"], -1], dtype=np.int64),
        skill=SKILLS,
        jobs_name=("manual jobs", "technical jobs"),
        jobs_source=(SOURCE,) * 2,
        jobs_skill=np.array([0, 2], dtype=np.int32),
        jobs_covers=np.ones((2, places), dtype=bool),
        jobs_min=np.array([figures["manual_jobs"], figures["technical_jobs"]], dtype=float),
    )


def _access(draw: Draw, streets: Streets) -> Access:
    workers, count = nearest(streets, draw.workers), len(draw.stops)
    ids = [row["id"] for row in draw.stops]
    rides = np.full((count, count), -1, dtype=np.int32)
    for row in draw.rides:
        rides[ids.index(row["from"]), ids.index(row["to"])] = 60 * row["minutes"]
    return Access(
        source=SOURCE,
        worker_id=tuple(row["id"] for row in draw.workers),
        node_walk=workers,
        node_bike=workers.copy(),
        workers=np.array(
            [[row[f"workers_{name}"] for name in SKILLS] for row in draw.workers], float
        ),
        limit_s=60 * terms.WITHIN_MIN,
        by=("walk", "bike", "transit"),
        capture_share=terms.CAPTURE_SHARE,
        stop_id=tuple(ids),
        stop_node=nearest(streets, draw.stops),
        ride_s=rides,
        stop_walk_s=60 * terms.WALK_TO_STOP_MIN,
        support_id=tuple(row["id"] for row in draw.support),
        support_node=nearest(streets, draw.support),
        support_limit_s=60 * terms.SUPPORT_MIN,
    )


def _symbiosis(draw: Draw) -> Symbiosis:
    rows, names = terms.RESOURCES, [row[0] for row in terms.RESOURCES]
    nothing = (0.0, 0.0)
    both = np.array(
        [[firm["exchange"].get(name, nothing) for name in names] for firm in draw.firms]
    )
    mine = np.array([[row["resource"] == name for name in names] for row in draw.partners])
    return Symbiosis(
        resource=tuple(names),
        source=(SOURCE,) * len(rows),
        unit=tuple(row[1] for row in rows),
        value_eur=np.array([row[2] for row in rows]),
        loss_per_km=np.array([row[3] for row in rows]),
        reach_m=np.array([row[4] for row in rows]),
        link_eur_m_year=np.array([row[5] for row in rows]),
        gives=both[:, :, 0].copy(),
        takes=both[:, :, 1].copy(),
        partner_id=tuple(row["id"] for row in draw.partners),
        partner_lon=column(draw.partners, "lon", float),
        partner_lat=column(draw.partners, "lat", float),
        partner_gives=mine * column(draw.partners, "gives", float)[:, None],
        partner_takes=mine * column(draw.partners, "takes", float)[:, None],
    )


def _services(draw: Draw) -> Services:
    rows = terms.SERVICES
    floors = np.array([len(row["levels"]) for row in all_designs(draw)])
    return Services(
        name=tuple(row[0] for row in rows),
        source=(SOURCE,) * len(rows),
        designs=np.array([floors >= row[1] for row in rows]),
        eur_year=np.array([row[2] for row in rows]),
        eur_tenant_year=np.array([row[3] for row in rows]),
        tenants_min=np.array([row[4] for row in rows], dtype=np.int32),
    )


def _roofs(draw: Draw) -> RoofUses:
    rows = terms.ROOFS
    most = draw.rules["farm_max_m2"]
    return RoofUses(
        name=tuple(row[0] for row in rows),
        source=(SOURCE,) * len(rows),
        net_eur_m2_year=np.array([row[1] for row in rows]),
        plot_min_m2=np.array([row[2] for row in rows], dtype=np.int64),
        share_min=np.array([row[3] for row in rows]),
        total_max_m2=np.array([most if row[4] else -1 for row in rows], dtype=np.int64),
    )


def _growth(draw: Draw) -> Growth:
    years, firms = draw.years, draw.firms
    if years:
        area = np.array([firm["path_m2"] for firm in firms], dtype=np.int64).T
    else:
        area = np.zeros((0, len(firms)), dtype=np.int64)
    return Growth(
        area_m2=np.ascontiguousarray(area),
        stage=tuple(tuple(firm["stages"][t] for firm in firms) for t in range(len(years))),
        move_within_eur_m2=terms.MOVE_WITHIN_EUR_M2 if years else 0.0,
        move_between_eur_m2=terms.MOVE_BETWEEN_EUR_M2 if years else 0.0,
    )
