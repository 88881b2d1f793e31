"""The GeoPackage over years: layers tell their period, openings whether they are decided now."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest

from optimizer.core.backdrop import Shapes
from optimizer.report.geopackage import write_geopackage
from optimizer.report.qgis import STYLES
from tests.report.answers import background
from tests.report.test_geopackage import LAYERS, styles

JOINED = {"openings", "firms"}
BACKGROUND = {"zones", "parcels"}
TOURS = {"tours", "tour_stops"}
INTERIORS = {"exchanges", "hotel_units", "tenant_parts", "neighbours"}


def layer(folder, name):
    return pyogrio.read_dataframe(folder / "plan.gpkg", layer=name)


def test_every_layer_over_years_has_a_style(years_folder):
    assert set(styles(years_folder / "plan.gpkg")) == LAYERS | JOINED
    assert set(STYLES) == LAYERS | JOINED | BACKGROUND | INTERIORS | TOURS


def test_every_layer_of_hotels_has_a_style(growing_folder):
    assert set(styles(growing_folder / "plan.gpkg")) >= INTERIORS


def test_layers_of_a_plan_tell_their_period(years_folder, years_result, years_problem):
    opened = layer(years_folder, "open_facilities")
    names = years_problem.horizon.periods.name
    for name, plan in zip(names, years_result.solution.programme.plans, strict=True):
        assert (opened["period"] == name).sum() == plan.open_option.sum()
    assert opened["build_eur"].sum() == years_result.solution.course.cash["building"].sum()
    assert set(layer(years_folder, "demand_points")["period"]) == set(names)
    assert set(layer(years_folder, "flows")["first_year"]) == {2026, 2031, 2036}
    assert set(layer(years_folder, "catchments")["last_year"]) == {2030, 2035, 2045}
    reach = layer(years_folder, "walking_reach")
    assert (reach["period"] == names[2]).sum() == 12


def test_openings_and_firms_are_told_once(years_folder):
    openings = layer(years_folder, "openings")
    assert set(openings["now"]) == {"yes", "no"}
    assert set(openings["kind"]) == {
        "micro_hub", "productive_hotel", "delivery_point", "other_use",
    }  # fmt: skip
    assert layer(years_folder, "firms")["fate"].tolist() == ["moved", "lost", "kept", "kept"]


def test_zones_and_parcels_are_layers_where_somebody_gave_them(
    tmp_path, years_problem, years_result
):
    square = Shapes(
        np.array([6.1, 6.11, 6.11, 6.1, 6.1]),
        np.array([46.2, 46.2, 46.21, 46.21, 46.2]),
        np.array([0, 5]),
        np.zeros(1, dtype=np.int8),
    )
    backdrop = background(years_problem).replace(zones=square, parcels=square, zone_name=("UX",))
    write_geopackage(tmp_path / "plan.gpkg", years_problem, years_result, backdrop)
    zones = layer(tmp_path, "zones")
    assert zones["name"].tolist() == ["UX"]
    assert zones.to_crs("EPSG:4326").geometry[0].bounds == pytest.approx((6.1, 46.2, 6.11, 46.21))
    assert len(layer(tmp_path, "parcels")) == 1
