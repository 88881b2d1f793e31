"""Conflicts of one period: each function puts one into a town of its own and says which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.impossible.seed import PLENTY, REQUIRED, Seeded, Town
from optimizer.core.kinds import Kind, LandBasis, OptionStatus
from optimizer.siting.costs import capital_eur

if TYPE_CHECKING:
    from collections.abc import Callable

HUB, HOTEL, LOCKER = Kind.MICRO_HUB, Kind.PRODUCTIVE_HOTEL, Kind.DELIVERY_POINT


def land_against_required(seed: int) -> Seeded:
    """Put in a land budget smaller than the footprint of what is required on natural land."""
    town = Town(seed)
    option = town.pick(HUB, HOTEL, soil=True)
    town.require(option)
    town.budget("land", town.footprint(option) - town.some(1, 100))
    return Seeded(town.problem, (("land", "land budget 'soil'"), REQUIRED))


def parcels_against_required(seed: int) -> Seeded:
    """Put in a land budget that counts parcels, between the footprint and the parcel."""
    town = Town(seed)
    option = town.pick(HUB, soil=True)
    area = max(int(town.problem.sites.area_m2[town.site(option)]), town.footprint(option) + 2)
    town.site_at("area_m2", town.site(option), area)
    town.site_at("parcel_m2", town.site(option), area)
    town.require(option)
    town.rules(land_basis=LandBasis.PARCEL)
    town.budget("land", area - 1)
    return Seeded(town.problem, (("land", "land budget 'soil'"), REQUIRED))


def purse_against_two_required(seed: int) -> Seeded:
    """Put in a purse that pays for either of two hubs, not for both."""
    town = Town(seed)
    pair = town.pick_two(HUB)
    town.require(*pair)
    town.budget("money", int(capital_eur(town.problem)[list(pair)].sum()) - town.some(1, 5_000))
    return Seeded(town.problem, (("money", "purse 'purse'"), REQUIRED, REQUIRED))


def quota_against_sites(seed: int) -> Seeded:
    """More hotels asked for than there are sites for one."""
    town = Town(seed)
    options = town.problem.options
    mine = town.problem.designs.kind[options.design] == HOTEL
    town.quota(HOTEL, at_least=len(np.unique(options.site[mine])) + town.some(1, 3))
    return Seeded(town.problem, (("quotas", "quota 'hubs', at least"),))


def quota_against_purse(seed: int) -> Seeded:
    """Put in a purse that falls short of the cheapest locker banks that the quota asks for."""
    town = Town(seed)
    options = town.problem.options
    mine = np.flatnonzero(town.problem.designs.kind[options.design] == LOCKER)
    cheapest = np.full(town.problem.sites.count, PLENTY)
    np.minimum.at(cheapest, options.site[mine], capital_eur(town.problem)[mine])
    count = town.some(2, 4)
    town.quota(LOCKER, at_least=count)
    town.budget("money", int(np.sort(cheapest)[:count].sum()) - town.some(1, 999))
    return Seeded(town.problem, (("money", "purse 'purse'"), ("quotas", "quota 'hubs', at least")))


def site_against_required(seed: int) -> Seeded:
    """Put in a site smaller than what is required on it."""
    town = Town(seed)
    option = town.pick(HUB, HOTEL)
    town.require(option)
    town.site_at("area_m2", town.site(option), town.footprint(option) - town.some(1, 50))
    return Seeded(town.problem, (("site", "area of"), REQUIRED))


def quota_against_forbidden(seed: int) -> Seeded:
    """Put in a quota for which one site too many is forbidden."""
    town = Town(seed)
    options = town.problem.options
    mine = np.flatnonzero(town.problem.designs.kind[options.design] == LOCKER)
    places = np.unique(options.site[mine])
    shut = town.dice.choice(places, town.some(1, 3), replace=False)
    town.require(*mine[np.isin(options.site[mine], shut)], status=OptionStatus.FORBIDDEN)
    town.quota(LOCKER, at_least=len(places) - len(shut) + 1)
    forbidden = (("quotas", "forbidden options"),) * len(shut)
    return Seeded(town.problem, (("quotas", "quota 'hubs', at least"), *forbidden))


def at_most_against_required(seed: int) -> Seeded:
    """Two hubs required, one allowed."""
    town = Town(seed)
    town.require(*town.pick_two(HUB))
    town.quota(HUB, at_most=1)
    return Seeded(town.problem, (("quotas", "at most"), REQUIRED, REQUIRED))


def minimum_use_of_one(seed: int) -> Seeded:
    """Put in a required hub that needs more parcels than the whole town has."""
    town = Town(seed)
    option = town.pick(HUB)
    town.require(option)
    total = float(town.problem.demand.parcels_per_day.sum())
    town.design_at("minimum_parcels_per_day", town.design(option), round(total * 1.2) + 1)
    town.design_at("capacity_parcels_per_day", town.design(option), total * 9)
    return Seeded(town.problem, (("throughput", "minimum use"), REQUIRED))


def minimum_use_of_two(seed: int) -> Seeded:
    """Two required hubs that share parcels which suffice for either."""
    town = Town(seed)
    pair = town.pick_two(HUB)
    town.require(*pair)
    total = float((town.problem.demand.parcels_per_day * 0.85).sum())
    for option in pair:
        town.design_at("minimum_parcels_per_day", town.design(option), 0.6 * total)
        town.design_at("capacity_parcels_per_day", town.design(option), total * 9)
    town.rules(bike_limit_s=100_000)
    return Seeded(town.problem, (("throughput", "minimum use"), REQUIRED, REQUIRED))


def let_share_against_tenants(seed: int) -> Seeded:
    """Put in a required hotel that cannot let its share to the few tenants there are."""
    town = Town(seed, firms=town_of_few(seed))
    option = town.pick(HOTEL)
    town.require(option)
    town.design_at("let_share_min", town.design(option), 0.9)
    return Seeded(town.problem, (("floors", "let share"), REQUIRED))


def town_of_few(seed: int) -> int:
    """Return a number of firms that no hotel can live on."""
    return 1 + seed % 4


def productive_share_against_tenants(seed: int) -> Seeded:
    """Put in a required hotel that must let to producers, of whom there are none."""
    town = Town(seed, firms=30)
    option = town.pick(HOTEL)
    town.require(option)
    town.problem = town.problem.replace(
        tenants=town.problem.tenants.replace(productive=np.zeros(30, dtype=bool))
    )
    town.design_at("let_share_min", town.design(option), 0.1)
    town.design_at("productive_share_min", town.design(option), 0.6)
    return Seeded(town.problem, (("floors", "let share"), ("floors", "productive share"), REQUIRED))


def height_against_required(seed: int) -> Seeded:
    """Put in a required hotel higher than its zone allows."""
    town = Town(seed)
    option = town.pick(HOTEL)
    town.require(option)
    high = town.problem.designs.height_m[town.design(option)]
    town.site_at("height_max_m", town.site(option), high - town.some(1, 6))
    return Seeded(town.problem, (("zoning", "height limit"), REQUIRED))


def zone_against_required(seed: int) -> Seeded:
    """Put in a required design that its zone does not permit."""
    town = Town(seed)
    option = town.pick(HUB, HOTEL)
    town.require(option)
    permits = town.problem.zoning.permits.copy()
    permits[town.problem.sites.zone[town.site(option)], town.design(option)] = False
    town.problem = town.problem.replace(zoning=town.problem.zoning.replace(permits=permits))
    return Seeded(town.problem, (("zoning", "zoning of"), REQUIRED))


def homes_against_required(seed: int) -> Seeded:
    """Put in a required noisy design too close to homes."""
    town = Town(seed)
    option = town.pick(HOTEL)
    town.require(option)
    town.site_at("homes_m", town.site(option), 20.0)
    town.design_at("homes_distance_min_m", town.design(option), 50.0)
    return Seeded(town.problem, (("zoning", "zoning of"), REQUIRED))


def zone_against_quota(seed: int) -> Seeded:
    """Put in a quota that the sites outside one zone cannot fill."""
    town = Town(seed)
    options, kind = town.problem.options, town.problem.designs.kind
    permits = town.problem.zoning.permits.copy()
    permits[0, kind == LOCKER] = False
    mine = kind[options.design] == LOCKER
    outside = mine & (town.problem.sites.zone[options.site] != 0)
    town.problem = town.problem.replace(zoning=town.problem.zoning.replace(permits=permits))
    town.quota(LOCKER, at_least=len(np.unique(options.site[outside])) + 1)
    return Seeded(town.problem, (("zoning", "zone 'mixed'"), ("quotas", "at least")))


SEEDS: tuple[Callable[[int], Seeded], ...] = (
    land_against_required,
    parcels_against_required,
    purse_against_two_required,
    quota_against_sites,
    quota_against_purse,
    site_against_required,
    quota_against_forbidden,
    at_most_against_required,
    minimum_use_of_one,
    minimum_use_of_two,
    let_share_against_tenants,
    productive_share_against_tenants,
    height_against_required,
    zone_against_required,
    homes_against_required,
    zone_against_quota,
)
