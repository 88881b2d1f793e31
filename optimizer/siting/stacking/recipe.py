"""Everything about the interiors of hotels in one integer programme, called rule by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from optimizer.siting.stacking.access import add_people_can_come
from optimizer.siting.stacking.docks import add_docks_suffice_at_all_hours
from optimizer.siting.stacking.houses import build_houses
from optimizer.siting.stacking.hybrids import add_hybrids_are_workshop_or_office
from optimizer.siting.stacking.mix import add_mix_of_sectors_and_jobs
from optimizer.siting.stacking.nuisance import add_nuisance_stays_away
from optimizer.siting.stacking.places import add_places, hubs_of
from optimizer.siting.stacking.roofs import add_roofs_are_shared_out
from optimizer.siting.stacking.services import add_services_serve_enough_tenants
from optimizer.siting.stacking.symbiosis import Hosts, add_exchange
from optimizer.siting.stacking.units import add_parts_fit_in_units

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from optimizer.core.problem import Problem
    from optimizer.siting.data import SitingData
    from optimizer.siting.stacking.houses import Houses
    from optimizer.siting.stacking.places import Places
    from optimizer.solvers import Builder

    Ints = NDArray[np.int64]


class InteriorColumns(NamedTuple):
    """Parts in units, and the column of each unit that may be a workshop by choice (n,), or -1."""

    houses: Houses
    places: Places
    workshop: Ints


def add_interiors(
    builder: Builder, problem: Problem, data: SitingData, opened: Ints, *, minima: bool = True
) -> InteriorColumns:
    """Add columns and rows of all hotels; `opened` holds the columns of all options.

    minima : what must be reached (let share, mix, jobs) binds; not so for the baseline.
    """
    houses = build_houses(problem, data)
    mine = opened[houses.option]
    places = add_places(builder, houses, mine, hubs_of(problem, data, houses, opened))
    places = places._replace(minima=minima)
    workshop = add_rules_of_tenants(builder, problem, houses, places)
    add_exchange_of_tenants(builder, problem, data, houses, places)
    add_roofs_are_shared_out(builder, problem, houses.option, mine)
    return InteriorColumns(houses, places, workshop)


def add_rules_of_tenants(
    builder: Builder, problem: Problem, houses: Houses, places: Places
) -> Ints:
    """Add the rows of families 11 to 16 and 18; return the columns of workshops."""
    add_parts_fit_in_units(builder, problem, houses, places)
    add_docks_suffice_at_all_hours(builder, houses, places)
    add_nuisance_stays_away(builder, problem, houses, places)
    workshop = add_hybrids_are_workshop_or_office(builder, problem, houses, places)
    add_mix_of_sectors_and_jobs(builder, problem, houses, places)
    add_people_can_come(builder, houses, places)
    add_services_serve_enough_tenants(builder, problem, houses, places)
    return workshop


def add_exchange_of_tenants(
    builder: Builder, problem: Problem, data: SitingData, houses: Houses, places: Places
) -> None:
    """Add family 17 over the sites of the houses."""
    if data.nearness is None:
        return
    column, tenant, house = places.mains()
    place = data.nearness.rank(houses.site[house])
    add_exchange(builder, problem, data.nearness, Hosts(column, tenant, place))


def interior_columns(problem: Problem, data: SitingData) -> int:
    """Return about how many columns `add_interiors` adds, without building the model."""
    hotels = problem.hotels
    if hotels is None or data.nearness is None:
        return 0
    houses = build_houses(problem, data)
    count, symbiosis = len(houses.option), hotels.symbiosis
    places = len(data.nearness.site) + len(symbiosis.partner_id)
    pairs = data.nearness.distance_m[:, :, None] <= symbiosis.reach_m[None, None, :]
    flows = int(pairs.sum()) if places else 0
    per_house = 2 * hotels.services.count + 2 * hotels.roofs.count
    return int(houses.fits.sum()) + len(houses.unit) + count * per_house + flows
