"""Which mapped features become candidate sites, in order of precedence where they overlap.

Tag meanings: OpenStreetMap wiki, pages "Key:landuse", "Key:parking", "Lifecycle prefix",
"Key:building", "Tag:man_made=bridge". OSM land use is a stated proxy of land status, not a survey.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np

from optimizer.core.kinds import LandStatus
from optimizer.demand.places import text_column

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

Tags = dict[str, frozenset[str]]


class Ground(Enum):
    """What of the mapped shape is offered."""

    PAVED = auto()  # what is left of it beside buildings and water: car parks, yards
    OPEN = auto()  # likewise, and main streets through it stay
    GREEN = auto()  # likewise, and all streets, parks, sports grounds and cemeteries stay
    BUILDING = auto()  # the building itself
    BELOW = auto()  # a level below ground: competes with no surface
    BRIDGE = auto()  # the part beneath a bridge where dry land is mapped; likewise


@dataclass(frozen=True)
class Source:
    """One kind of candidate: any of `tags` (key -> values; empty = any value but no) selects it.

    unless : key -> values that exclude. share : of the scenario's usable share that remains.
    least_m2 : smaller mapped shapes are not offered.
    """

    what: str
    zone: str
    ground: Ground
    tags: Tags
    unless: Tags
    status: LandStatus = LandStatus.ARTIFICIALISED
    share: float = 1.0
    least_m2: float = 0.0


def _tags(**keys: str) -> Tags:
    return {key.replace("__", ":"): frozenset(values.split()) for key, values in keys.items()}


NONE: Tags = {}
KERB = _tags(
    parking="lane street_side on_kerb half_on_kerb shoulder layby underground multi-storey"
)
GREEN_M2 = 500.0
"""Smallest shape of natural soil on offer: below lie verges and front gardens (assumption)."""
RAIL_SHARE = 0.3
"""Part of unbuilt railway land beside the tracks, which areas do not show (assumption)."""
BRIDGE_SHARE = 0.5
"""Part of the dry space under a bridge that is high enough (assumption)."""
PLOT_M2 = 10_000.0
"""Most usable land that one derived site offers: a large industrial estate or field is not for
one facility, and a parcel of this size is what would be cut out of it (assumption)."""
POINT_STRUCTURE_M2 = 1000.0
"""Surface of a car park building mapped as a point, about 40 places of 25 m2 (assumption)."""
M2_PER_CAR = 25.0
"""Surface of a parking place with its share of the aisle (assumption)."""

SOURCES = (
    Source("disused building", "brownfield", Ground.BUILDING,
           _tags(disused__building="", abandoned__building="", building="ruins abandoned disused"),
           NONE),
    Source("multi-storey car park", "parking_structure", Ground.BUILDING,
           _tags(parking="multi-storey", building="parking"), _tags(parking="underground")),
    Source("underground car park", "parking_structure", Ground.BELOW,
           _tags(parking="underground"), NONE),
    Source("brownfield", "brownfield", Ground.OPEN, _tags(landuse="brownfield"), NONE),
    Source("surface car park", "parking", Ground.PAVED, _tags(amenity="parking"), KERB),
    Source("fuel station", "commercial", Ground.PAVED, _tags(amenity="fuel"), NONE),
    Source("warehouse", "industrial", Ground.BUILDING,
           _tags(building="warehouse hangar storage"), NONE, least_m2=100.0),
    Source("industrial building", "industrial", Ground.BUILDING,
           _tags(building="industrial manufacture factory"), NONE, least_m2=100.0),
    Source("bus station", "public", Ground.PAVED, _tags(amenity="bus_station"), NONE),
    Source("recycling yard", "public", Ground.PAVED, _tags(amenity="recycling"), NONE,
           least_m2=200.0),
    Source("depot", "public", Ground.PAVED, _tags(landuse="depot"), NONE),
    Source("row of garages", "residential", Ground.BUILDING, _tags(building="garages"), NONE,
           least_m2=100.0),
    Source("garage yard", "residential", Ground.PAVED, _tags(landuse="garages"), NONE),
    Source("land kept for building", "construction", Ground.OPEN, _tags(landuse="greenfield"),
           NONE, status=LandStatus.NATURAL),
    Source("construction land", "construction", Ground.OPEN,
           _tags(landuse="construction"), NONE),
    Source("industrial land", "industrial", Ground.OPEN,
           _tags(landuse="industrial port", man_made="works"), NONE),
    Source("commercial land", "commercial", Ground.OPEN, _tags(landuse="commercial"), NONE),
    Source("retail land", "retail", Ground.OPEN, _tags(landuse="retail"), NONE),
    Source("railway land", "railway", Ground.OPEN, _tags(landuse="railway"), NONE,
           share=RAIL_SHARE),
    Source("space under a bridge", "under_bridge", Ground.BRIDGE, _tags(man_made="bridge"), NONE,
           share=BRIDGE_SHARE, least_m2=100.0),
    Source("farmland", "green", Ground.GREEN,
           _tags(landuse="farmland orchard vineyard meadow greenhouse_horticulture plant_nursery"),
           NONE, status=LandStatus.AGRICULTURAL, least_m2=GREEN_M2),
    Source("wood", "green", Ground.GREEN, _tags(landuse="forest", natural="wood"), NONE,
           status=LandStatus.FOREST, least_m2=GREEN_M2),
    Source("grass or scrub", "green", Ground.GREEN,
           _tags(landuse="grass village_green", natural="scrub grassland heath"), NONE,
           status=LandStatus.NATURAL, least_m2=GREEN_M2),
)  # fmt: skip
"""Sources of hub and hotel sites; an earlier one wins where shapes overlap."""

PROTECTED = _tags(
    leisure="park garden nature_reserve pitch playground golf_course swimming_pool stadium track "
    "sports_centre dog_park marina",
    landuse="cemetery allotments flowerbed military",
    amenity="grave_yard school kindergarten",
)
"""Green and grounds in public use, never offered as natural candidate soil."""
WATER = _tags(
    natural="water wetland bay beach", waterway="riverbank dock", landuse="reservoir basin"
)
DRY = _tags(
    landuse="residential commercial retail industrial grass meadow forest farmland village_green "
    "brownfield construction recreation_ground garages",
    natural="wood scrub grassland",
    amenity="parking",
    leisure="park pitch playground",
)
"""Mapped ground that shows a bridge to stand over land; without it rivers and tracks are likely."""
UNUSED = _tags(disused="yes", abandoned="yes", vacant="yes")
"""Buildings that nobody uses."""
ROOFS = frozenset({"roof", "carport", "no", "ruins", "abandoned", "disused"})
"""Buildings that do not stand in the way of what lies around or under them."""


def having(frame: gpd.GeoDataFrame, tags: Tags) -> NDArray[np.bool_]:
    """Tell which features carry one of the tags, shape (k,)."""
    found = np.zeros(len(frame), dtype=bool)
    for key, values in tags.items():
        column = text_column(frame, key)
        if values:
            found |= np.isin(column, list(values))
        else:
            found |= (column != "") & (column != "no")
    return found


def selected(frame: gpd.GeoDataFrame, source: Source) -> NDArray[np.bool_]:
    """Tell which features a source takes, shape (k,)."""
    found = having(frame, source.tags) & ~having(frame, source.unless)
    if source.zone == "brownfield" and source.ground is Ground.BUILDING:
        found |= having(frame, UNUSED) & (text_column(frame, "building") != "")
    return found
