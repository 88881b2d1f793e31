"""Blocks that describe the city: streets, gateways, demand, land."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer.scenario.base import (
    Count,
    Id,
    Lat,
    Lon,
    Name,
    NotNegative,
    Positive,
    Share,
    Sourced,
)


class Congestion(Sourced):
    """Factors on free-flow driving time (vans and lorries) by road class, on a working day."""

    motorway: Annotated[float, Field(ge=1, le=5)] = 1.3
    """Motorways and trunk roads."""
    main: Annotated[float, Field(ge=1, le=5)] = 1.6
    """Primary and secondary roads."""
    minor: Annotated[float, Field(ge=1, le=5)] = 1.4
    """Tertiary, residential and all other streets."""


class StreetsBlock(Sourced):
    """Where the streets come from; give exactly one of osm, graphml, place, bbox."""

    osm: str | None = None
    """Path of a .osm.pbf, .osm, .osm.gz or .osm.bz2 file, relative to this file."""
    graphml: str | None = None
    """Path of a GraphML file saved by OSMnx (streets only: sites and demand need files)."""
    place: str | None = None
    """Name of a place that OSMnx geocodes and fetches (needs a connection)."""
    bbox: tuple[Lon, Lat, Lon, Lat] | None = None
    """West, south, east, north in degrees, fetched by OSMnx (needs a connection)."""
    clip: tuple[Lon, Lat, Lon, Lat] | None = None
    """West, south, east, north: use only this part of the file."""
    crs: str = "auto"
    """Projected CRS for metres, for example EPSG:2154; "auto" takes the UTM zone."""
    snap_max_m: Positive = 200.0
    """Largest distance from a point or site to its street node."""
    congestion: Congestion = Congestion()


class GatewayBlock(Sourced):
    """One place where goods enter the area."""

    id: Id
    name: Name
    lon: Lon
    lat: Lat
    line_haul_min: NotNegative
    """One way from the depot to this point, minutes."""
    line_haul_km: NotNegative
    """One way from the depot to this point, kilometres."""


class GatewaysBlock(Sourced):
    """Gateways: a list, or found where main roads cross the edge."""

    at: tuple[GatewayBlock, ...] = ()
    """Stated gateways; when empty they are found on the edge of the area."""
    at_most: Annotated[int, Field(ge=1, le=50)] = 6
    """How many gateways to find at most."""
    line_haul_min: NotNegative = 20.0
    """Line haul beyond gateways that were found, one way, minutes."""
    line_haul_km: NotNegative = 15.0
    """Line haul beyond gateways that were found, one way, kilometres."""


class Estimate(Sourced):
    """Demand estimated from buildings, shops and a population."""

    population: Annotated[int, Field(ge=1)] | None = None
    """Inhabitants of the area; the estimate adds up to it exactly."""
    population_grid: str | None = None
    """File of grid cells with a count each (GeoJSON or GeoPackage); replaces `population`."""
    population_field: Name = "population"
    """Name of the count in the grid file."""
    parcels_per_inhabitant_day: Positive = 0.08
    """All parcels (business and export included) per inhabitant and working day."""
    business_share: Share = 0.4
    """Share of all parcels that goes to shops, offices and workplaces."""
    parcels_per_stop_home: Annotated[float, Field(ge=1)] = 1.2
    parcels_per_stop_business: Annotated[float, Field(ge=1)] = 2.5
    levels_default: Annotated[float, Field(ge=1, le=60)] = 3.0
    """Levels of a building without building:levels."""


class DemandBlock(Sourced):
    """Parcels: from a file, estimated, or none at all; give one of the three."""

    file: str | None = None
    """CSV (lon, lat), GeoJSON or GeoPackage: points, parcels_per_day[, parcels_per_stop, id]."""
    estimate: Estimate | None = None
    without_parcels: bool = False
    """Nobody receives anything: hotels and their tenants are decided alone."""
    peak_day_factor: Annotated[float, Field(ge=1, le=10)] = 1.3
    """Parcels of the peak day over the mean day; capacities hold on the peak day."""
    delivery_days_per_year: Annotated[int, Field(ge=1, le=366)] = 300
    bike_share_max: Share = 0.85
    """Largest share of parcels that fit a cargo bike."""
    pickup_share_max: Share = 0.7
    """Share of home parcels whose receiver could pick up (business parcels: none)."""


class Zone(Sourced):
    """One zone: what may be built, at what price, how high. Sites carry a zone name."""

    zone: Id
    permits: tuple[Id, ...]
    """Ids of designs, or kinds (micro_hub, productive_hotel, delivery_point)."""
    price_eur_m2: Annotated[int, Field(ge=0)]
    rent_eur_m2_year: NotNegative
    height_max_m: Positive | None = None
    noisy: bool = True
    """Whether noisy tenants may come."""
    coverage_share_max: Annotated[float, Field(gt=0, le=1)] | None = None
    """Largest share of a parcel that may be built on (French *emprise au sol*)."""
    storey_height_m: Positive | None = None
    """Height of a storey; turns coverage_share_max and height_max_m into a largest floor area."""
    long_lease_eur_m2: Annotated[int, Field(ge=0)] | None = None
    """Premium of a long lease; a zone without it offers none."""
    long_lease_rent_eur_m2_year: NotNegative = 0.0
    """Yearly rent of a long lease, beside the premium."""
    clean_up_eur_m2: NotNegative = 0.0
    """Cost of making a site ready, per m2 of parcel (brownfields)."""
    clean_up_deviation_share: NotNegative = 0.0
    """How much more clean-up may cost, as a share of it."""
    clean_up_years: Count = 0
    """Delay of the first opening by clean-up, beside building."""


class Jurisdictions(Sourced):
    """Communes: one name for all, or polygons from a file."""

    name: Name = "city"
    file: str | None = None
    """GeoJSON or GeoPackage of polygons."""
    name_field: Name = "name"


class TowardsCentre(Sourced):
    """Prices rise towards a centre: a factor, linear from the centre to 1 at the radius."""

    lon: Lon
    lat: Lat
    radius_m: Positive
    factor_at_centre: Positive


class LandPrices(Sourced):
    """How land prices differ within zones, and how sure they are."""

    towards_centre: TowardsCentre | None = None
    """Factor on prices that no site states itself: purchase, lease and long lease."""
    points: str | None = None
    """CSV of known purchase prices (lon, lat, price_eur_m2): the three nearest, weighted by the
    inverse of their distance, take the place of the zone's price."""
    deviation_share: NotNegative = 0.0
    """How much more a purchase may cost, as a share of the price (purses with gamma)."""


class PlanLayers(Sourced):
    """Layers that the map shows behind the sites; nothing is decided by them."""

    zones: str | None = None
    """GeoPackage or GeoJSON of the polygons of the land-use plan."""
    zone_field: Name = "zone"
    """Field with the name of a zone."""
    parcels: str | None = None
    """GeoPackage or GeoJSON of the parcels of the cadastre."""


class LandBlock(Sourced):
    """Sites and the land-use plan."""

    sites: str | None = None
    """GeoPackage or GeoJSON of sites (polygons or points) with id, zone[, name, what, origin,
    area_m2, parcel_m2, land_status, jurisdiction, noisy, height_max_m, homes_m, price_eur_m2,
    price_deviation_eur_m2, rent_eur_m2_year, long_lease_eur_m2, long_lease_rent_eur_m2_year,
    free_from_year, free_until_year, clean_up_eur, clean_up_deviation_eur, clean_up_years]."""
    derive: bool = True
    """Derive candidate sites from OSM (in addition to `sites`)."""
    delivery_points_at_most: Count = 400
    """How many derived delivery point sites to keep, spread over the area."""
    area_min_m2: Positive = 40.0
    """Smaller derived sites are left out (delivery points need 1 m2)."""
    usable_share: Share = 0.6
    """Share of a derived site's surface that can be built on or used."""
    zones: Annotated[tuple[Zone, ...], Field(min_length=1)]
    prices: LandPrices | None = None
    layers: PlanLayers | None = None
    jurisdictions: Jurisdictions = Jurisdictions()
