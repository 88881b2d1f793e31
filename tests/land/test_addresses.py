"""Sites without a name on the map are called after the street beside them."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
from shapely import LineString, Point

from optimizer.core.kinds import LandStatus
from optimizer.land.addresses import names_with_street
from optimizer.land.drafts import Draft


def town(*names):
    lines = [LineString([(0, 100 * rank), (500, 100 * rank)]) for rank in range(len(names))]
    return SimpleNamespace(street_lines=gpd.GeoDataFrame({"name": names}, geometry=lines))


def draft(name, y):
    what = "surface car park"
    return Draft(
        "s", name, what, "", "parking", Point(50, y), 100.0, 100.0, LandStatus.ARTIFICIALISED
    )


def test_a_nameless_site_takes_the_nearest_named_street():
    names = names_with_street([draft("surface car park", 60)], town("Quai", "", "Rue"))
    assert names == ("surface car park, Quai",)


def test_a_site_with_a_name_keeps_it():
    assert names_with_street([draft("P+R Etoile", 10)], town("Quai")) == ("P+R Etoile",)


def test_a_site_far_from_every_named_street_stays_as_it_is():
    assert names_with_street([draft("", 900)], town("Quai")) == ("",)
    assert names_with_street([draft("", 0)], town(None)) == ("",)


def test_of_two_streets_at_the_same_distance_the_first_by_name_is_taken():
    names = names_with_street([draft("", 50)], town("Rue B", "Rue A"))
    assert names == ("surface car park, Rue A",)
