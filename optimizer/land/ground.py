"""What time and clean-up mean for sites: dates, readiness, and how much dearer it may come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.horizon import EVER, Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from optimizer.core.world import Sites
    from optimizer.land.drafts import Draft
    from optimizer.scenario.city import LandBlock


def build_ground(block: LandBlock, drafts: list[Draft], sites: Sites) -> Ground:
    """Return dates, clean-up and deviations of the sites that `drafts` became, arrays (s,).

    What a site does not state comes from its zone: clean_up_eur_m2 of the whole parcel, its share
    as deviation, its delay; the price deviates by `land.prices.deviation_share`. Whole EUR, half to
    even.
    """
    zones = [block.zones[zone] for zone in sites.zone]
    pairs = list(zip(drafts, zones, strict=True))
    clean_up_eur_m2 = np.array([zone.clean_up_eur_m2 for zone in zones], dtype=np.float64)
    clean_up = _stated(drafts, "clean_up_eur", _whole(clean_up_eur_m2 * sites.parcel_m2))
    share = np.array([zone.clean_up_deviation_share for zone in zones], dtype=np.float64)
    price_share = 0.0 if block.prices is None else block.prices.deviation_share
    price_deviation = _whole(price_share * sites.price_eur_m2)
    years = [
        zone.clean_up_years if draft.clean_up_years is None else draft.clean_up_years
        for draft, zone in pairs
    ]
    return Ground(
        free_from_year=_stated(drafts, "free_from_year", np.zeros(len(drafts))).astype(np.int32),
        free_until_year=_stated(drafts, "free_until_year", np.full(len(drafts), EVER)).astype(
            np.int32
        ),
        clean_up_eur=clean_up,
        clean_up_deviation_eur=_stated(drafts, "clean_up_deviation_eur", _whole(share * clean_up)),
        clean_up_years=np.array(years, dtype=np.int32),
        price_deviation_eur_m2=_stated(drafts, "price_deviation_eur_m2", price_deviation),
    )


def _stated(drafts: list[Draft], name: str, otherwise: NDArray[Any]) -> NDArray[np.int64]:
    """Return what sites state themselves, and `otherwise` where they say nothing."""
    values = [getattr(draft, name) for draft in drafts]
    pairs = zip(values, otherwise.tolist(), strict=True)
    return np.array([other if value is None else value for value, other in pairs], dtype=np.int64)


def _whole(amount: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    whole: NDArray[np.int64] = np.rint(amount).astype(np.int64)
    return whole
