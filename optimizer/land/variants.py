"""Designs as they may be held: one variant for each tenure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.core.kinds import Tenure
from optimizer.scenario.choices import DeliveryPointDesign, HotelDesign, HubDesign

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

    from optimizer.scenario.choices import DesignsBlock

AnyDesign = HubDesign | HotelDesign | DeliveryPointDesign
HELD = {Tenure.BUY: "bought", Tenure.LEASE: "leased", Tenure.LONG_LEASE: "on a long lease"}


@dataclass(frozen=True)
class Variant:
    """A design as it is held in one way."""

    id: str
    label: str
    tenure: str
    block: AnyDesign


def variants_of(block: DesignsBlock) -> list[Variant]:
    """Return every design once for each way to hold it: hubs, hotels, delivery points."""
    items: tuple[AnyDesign, ...] = (
        *block.micro_hubs,
        *block.productive_hotels,
        *block.delivery_points,
    )
    return [
        Variant(f"{item.id}.{word}", f"{item.label} ({HELD[Tenure(word)]})", word, item)
        if len(item.tenure) > 1
        else Variant(item.id, item.label, word, item)
        for item in items
        for word in item.tenure
    ]


def column_of(items: list[AnyDesign], name: str, dtype: DTypeLike) -> NDArray[Any]:
    """Return one figure of all designs; 0 where a kind has none."""
    return np.array([getattr(item, name, 0) for item in items], dtype=dtype)
