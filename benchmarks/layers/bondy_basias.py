"""What BASIAS says about Bondy: firms at work today, brownfields to clean up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    import geopandas as gpd

ACTIVE, ENDED = "En activité", "Activité terminée"
CLEAN_UP_EUR_M2 = 120
"""Assumption: soil of a garage, foundry or depot, a third of it excavated to one metre."""
CLEAN_UP_SHARE = 0.6
"""Assumption: it may cost this share more."""
CLEAN_UP_YEARS = 2
CLEAN_UP_LARGEST_M2 = 6000
"""Assumption: no more than this much of a parcel is polluted."""
KINDS = (
    ("e40.3", "heating plant", 3, 350),
    ("g50.1", "car dealer", 24, 1600),
    ("g50.2", "garage", 7, 450),
    ("g50.5", "filling station", 4, 500),
    ("dj", "metal workshop", 14, 700),
    ("", "workshop", 8, 400),
)
"""Activity code of BASIAS (first that fits), words, jobs, ground m2: assumptions by kind."""
MOVE_EUR_M2, MOVE_EUR_JOB = 250, 6000
LOST_EUR_JOB = 25000
"""Assumptions: removal and fitting out; closing down, paid once by the town."""
PREMISES = (
    ("premises-north", 2.4852, 48.9152, 1500),
    ("premises-canal", 2.4812, 48.9078, 2500),
    ("premises-station", 2.4806, 48.8945, 1200),
    ("premises-east", 2.4958, 48.9012, 900),
)
"""Assumption: where halls to let are likely; id, longitude, latitude, m2."""


def clean_up(polluted_m2: int) -> dict[str, int]:
    """Return cost, deviation and delay of making former industrial land ready."""
    cost = CLEAN_UP_EUR_M2 * min(polluted_m2, CLEAN_UP_LARGEST_M2)
    return {
        "clean_up_eur": cost,
        "clean_up_deviation_eur": round(CLEAN_UP_SHARE * cost),
        "clean_up_years": CLEAN_UP_YEARS,
    }


def firms_of(
    found: gpd.GeoDataFrame, basias: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the active sites of BASIAS as firms on candidate parcels, and premises to let."""
    rows = []
    for parcel in found.itertuples():
        active = [rank for rank in parcel.basias if basias["etat_occup_site"][rank] == ACTIVE]
        rows += [_firm(parcel, basias.loc[rank], len(active)) for rank in active]
    rows.sort(key=lambda row: row["id"])
    return pd.DataFrame(rows), pd.DataFrame(PREMISES, columns=["id", "lon", "lat", "area_m2"])


def _firm(parcel: Any, row: pd.Series, sharing: int) -> dict[str, Any]:
    codes = str(row["code_activite"])
    words, jobs, ground = next(
        kind[1:] for kind in KINDS if re.search(rf"\b{re.escape(kind[0])}", codes)
    )
    area = min(ground, int(0.8 * parcel.contenance / sharing))
    heating = words == "heating plant"
    return {
        "id": row["identifiant"],
        "name": f"{row['raison_soc_ent'].split(' , ')[0].strip()} ({words})",
        "site": parcel.id,
        "area_m2": area,
        "jobs": jobs,
        "may_stay": "yes",
        "move_eur": MOVE_EUR_M2 * area + MOVE_EUR_JOB * jobs,
        "lost_eur": (4_000_000 if heating else 0) + LOST_EUR_JOB * jobs,
    }
