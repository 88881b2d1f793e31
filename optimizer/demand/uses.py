"""What stands behind a building or point tag: share of homes, jobs per floor area, jobs.

Parcels for businesses are spread in proportion to jobs, because goods movements are: about one
movement per job and week (Freturb surveys, freturb.laet.science). Where a figure has no source it
is an assumption and says so.
"""

from __future__ import annotations

HOME_SHARE = {
    # assumption: shares of floor area lived in; ground floors of blocks hold shops and entrances
    "apartments": 0.9,
    "residential": 0.9,
    "dormitory": 0.9,
    "house": 1.0,
    "detached": 1.0,
    "semidetached_house": 1.0,
    "semi": 1.0,
    "terrace": 1.0,
    "bungalow": 1.0,
    "cabin": 0.5,
    "villa": 1.0,
    "static_caravan": 1.0,
    "houseboat": 1.0,
    "farm": 0.7,
    "mixed_use": 0.6,
    "mixed": 0.6,
    "yes": 0.7,
}
"""Share of a building's floor area that is homes, by value of `building`; others hold none."""

HOME_SHARE_BY_LANDUSE = {
    # assumption: an untagged building on such land is rarely a home
    "industrial": 0.0,
    "railway": 0.0,
    "port": 0.0,
    "depot": 0.0,
    "military": 0.0,
    "quarry": 0.0,
    "construction": 0.0,
    "farmyard": 0.3,
    "commercial": 0.2,
    "retail": 0.2,
    "education": 0.0,
    "allotments": 0.0,
    "cemetery": 0.0,
    "religious": 0.0,
}
"""Share for `building=yes` that stands on land of that use."""

NOT_HOMES = ("amenity", "shop", "office", "craft", "tourism", "leisure", "man_made", "railway")
"""A building tagged `yes` that also carries one of these keys is that thing, and no home."""

SMALLEST_HOME_M2 = 35.0
"""Footprint below which an untagged building is taken for a shed (assumption)."""

LEVELS_AT_MOST = {
    # assumption: single-family houses without building:levels have two floors at most
    "house": 2.0,
    "detached": 2.0,
    "semidetached_house": 2.0,
    "semi": 2.0,
    "villa": 2.0,
    "terrace": 2.0,
    "farm": 2.0,
    "bungalow": 1.0,
    "cabin": 1.0,
    "static_caravan": 1.0,
    "houseboat": 1.0,
    "industrial": 1.0,
    "warehouse": 1.0,
    "hangar": 1.0,
    "supermarket": 1.0,
    "kiosk": 1.0,
}
"""Cap on the default number of levels, by value of `building`."""

LEVEL_HEIGHT_M = 3.0
"""Height of one level, where only `height` is mapped (OSM wiki, Simple 3D Buildings: 3 m)."""

LIVING_M2_PER_INHABITANT = 42.0
"""Living area per person: 41.8 m2 in the canton of Geneva, 46 m2 in Switzerland (Federal
Statistical Office, buildings and dwellings statistic 2019); used only without a population."""

LIVING_SHARE_OF_FLOOR = 0.75
"""Living area over gross floor area: walls, stairs, vacant flats (assumption)."""

FLOOR_M2_PER_JOB = {
    # Employment Density Guide, 3rd edition (Homes & Communities Agency, November 2015): offices
    # 10-13, retail 15-20, light industry 47, industry 36, storage 70-95 m2 per job; gross floor
    # area is taken as 1.25 times the net area. Others: assumption.
    "office": 16.0,
    "commercial": 25.0,
    "retail": 25.0,
    "supermarket": 25.0,
    "kiosk": 15.0,
    "industrial": 50.0,
    "manufacture": 50.0,
    "warehouse": 90.0,
    "hotel": 100.0,
    "hospital": 60.0,
    "university": 80.0,
    "college": 80.0,
    "school": 120.0,
    "public": 50.0,
    "civic": 50.0,
    "government": 30.0,
    "transportation": 120.0,
    "train_station": 120.0,
    "mixed_use": 60.0,
    "mixed": 60.0,
}
"""Gross floor area per job by value of `building`, for buildings used for work."""

JOBS = {
    # assumption: typical staff of an establishment that is mapped as a point or area
    "shop": {"supermarket": 20.0, "mall": 60.0, "department_store": 80.0, "kiosk": 1.0}
    | {"furniture": 10.0, "doityourself": 20.0, "car": 10.0, "convenience": 4.0}
    | {"vacant": 0.0, "*": 3.0},
    "office": {"government": 30.0, "diplomatic": 12.0, "company": 15.0, "it": 10.0, "*": 8.0}
    | {"coworking": 20.0, "vacant": 0.0},
    "craft": {"*": 4.0},
    "amenity": {"restaurant": 7.0, "fast_food": 6.0, "cafe": 4.0, "bar": 4.0, "pub": 4.0}
    | {"pharmacy": 6.0, "bank": 8.0, "clinic": 20.0, "hospital": 300.0, "doctors": 4.0}
    | {"dentist": 4.0, "veterinary": 4.0, "post_office": 8.0, "school": 30.0, "fuel": 3.0}
    | {"university": 100.0, "college": 40.0, "kindergarten": 10.0, "library": 6.0}
    | {"townhall": 40.0, "police": 25.0, "theatre": 15.0, "cinema": 8.0, "car_rental": 3.0},
    "tourism": {"hotel": 25.0, "hostel": 8.0, "museum": 12.0, "guest_house": 3.0},
    "healthcare": {"doctor": 4.0, "dentist": 4.0, "laboratory": 8.0, "clinic": 20.0}
    | {"physiotherapist": 3.0, "centre": 8.0},
    "industrial": {"*": 20.0},
}
"""Jobs of an establishment by tag key and value; `*` stands for any other value, and a key
without `*` counts the listed values only."""
