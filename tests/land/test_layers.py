import geopandas as gpd
import pytest

from optimizer.core.refusal import Refusal
from optimizer.land import read_layers
from optimizer.prepare.backdrop import build_backdrop
from optimizer.scenario.city import PlanLayers
from tests.demand.town import CRS, dot, square, town
from tests.land.blocks import land, sites_of


def write(folder, rows, name):
    frame = gpd.GeoDataFrame(
        {"code": [code for _, code in rows]}, geometry=[shape for shape, _ in rows], crs=CRS
    )
    frame.to_crs("EPSG:4326").to_file(folder / name)
    return name


def layers_of(folder, zones, field="code"):
    name = write(folder, zones, "zones.geojson")
    parcels = write(folder, [(square(0, 0, 20), "1"), (square(20, 0, 20), "2")], "parcels.gpkg")
    block = land(layers=PlanLayers(zones=name, zone_field=field, parcels=parcels))
    return read_layers(block, folder, CRS)


def test_zones_and_parcels_come_to_the_map_with_the_names_of_the_zones(tmp_path):
    zones = [
        (square(0, 0, 100), "UA"),
        (square(100, 0, 100), "N"),
        (square(200, 0, 100), "UA"),
        (dot(0, 0), "UA"),  # no area
        (square(5000, 0, 100), "N"),  # out of town
    ]
    layers = layers_of(tmp_path, zones)
    assert layers.zone_name == ("UA", "N")
    network = town()
    _, outlines, _, _ = sites_of(network)
    backdrop = build_backdrop(network, outlines, layers)
    assert backdrop.zone_name == ("UA", "N")
    assert backdrop.zones.code.tolist() == [0, 1, 0]
    assert backdrop.zones.start.tolist() == [0, 5, 10, 15]
    assert backdrop.parcels.count == 2


def test_without_layers_the_map_has_none(tmp_path):
    network = town()
    _, outlines, _, _ = sites_of(network)
    for block in (land(), land(layers=PlanLayers())):
        backdrop = build_backdrop(network, outlines, read_layers(block, tmp_path, CRS))
        assert (backdrop.zones, backdrop.parcels, backdrop.zone_name) == (None, None, ())


def test_layers_without_the_field_or_with_too_many_names_are_refused(tmp_path):
    with pytest.raises(Refusal, match=r"F450 has no field 'zone'.*fields: code"):
        layers_of(tmp_path, [(square(0, 0, 9), "UA")], "zone")
    many = [(square(rank, 0, 1), f"zone {rank}") for rank in range(128)]
    with pytest.raises(Refusal, match="F450 code has 128 different values"):
        layers_of(tmp_path, many)
    assert len(layers_of(tmp_path, many[:127]).zone_name) == 127
