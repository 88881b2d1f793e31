"""Hotels to draw: two units a level, firms of six sectors, heat and wood, docks, noise, hybrids."""

from __future__ import annotations

import numpy as np

from optimizer.core.facilities import Levels
from optimizer.core.hotels import Space, annex_m2, main_m2
from optimizer.core.kinds import Kind
from optimizer.core.plan import Interiors
from optimizer.core.result import Outcome, Result, Solution
from optimizer.core.timeline import period_problem, period_weights
from optimizer.verify import recompute
from tests.core.plans import bare_interiors
from tests.core.programmes import blended, some_course
from tests.hotels import busy_hotels
from tests.report.answers import made_plan, opened, town, vans_alone
from tests.report.years import programme_over_years, town_over_years

SECTORS = ("food", "metal", "wood", "printing", "repair", "design", "software", "textile", "glass")
PLACES = ("Atelier", "Manufacture", "Maison", "Studio", "Fabrique", "Etablissements")
SPLIT = (0.45, 0.55)


def town_with_hotels(years=0, hotels_seed=3, firms=44, **sizes):
    """Return the grid town with hotels told in full, over three periods if `years`."""
    problem = (town_over_years if years else town)(firms=firms, **sizes)
    rng = np.random.default_rng(hotels_seed)
    levels, tenants = problem.levels, problem.tenants
    twice = np.repeat(np.arange(levels.count), len(SPLIT))
    share = np.tile(SPLIT, levels.count)
    sector = tuple(rng.choice(SECTORS, tenants.count, p=weights(len(SECTORS))).tolist())
    problem = problem.replace(
        levels=Levels(
            design=levels.design[twice],
            number=levels.number[twice],
            area_m2=np.rint(levels.area_m2[twice] * share).astype(np.int64),
            load_kg_m2=levels.load_kg_m2[twice],
            clear_height_m=levels.clear_height_m[twice],
        ),
        tenants=tenants.replace(
            sector=sector,
            name=tuple(
                f"{PLACES[f % len(PLACES)]} {sector[f]} {f + 1}" for f in range(tenants.count)
            ),
        ),
    )
    problem = busy_hotels(problem, hotels_seed, periods=3 if years else 0)
    hotels = problem.hotels
    space = np.where(problem.levels.number >= 2, Space.HYBRID, Space.ANY).astype(np.int8)
    hotels = hotels.replace(
        units=hotels.units.replace(
            id=tuple(
                f"{number}{'ab'[rank % 2]}" for rank, number in enumerate(problem.levels.number)
            ),
            position_m=np.where(np.arange(problem.levels.count) % 2, 30.0, 10.0),
            space=space,
        )
    )
    if years:
        words = (("prototype", "", "workshop"), ("first series", "", "workshop"), ("plant", "", ""))
        stage = tuple(tuple(row[f % 3] for f in range(tenants.count)) for row in words)
        hotels = hotels.replace(growth=hotels.growth.replace(stage=stage))
    return problem.replace(hotels=hotels)


def weights(count):
    share = 1.0 / np.arange(1, count + 1)
    return share / share.sum()


def furnish(problem, plan, before=None):
    """Return `plan` with tenants on units that are large enough, annexes, roofs and exchanges."""
    hotels, levels, options = problem.hotels, problem.levels, problem.options
    kind = problem.designs.kind[options.design]
    houses = np.flatnonzero(plan.open_option & (kind == Kind.PRODUCTIVE_HOTEL))
    room = {
        (int(o), int(u)): int(levels.area_m2[u])
        for o in houses
        for u in np.flatnonzero(levels.design == options.design[o])
    }
    main, apart = main_m2(problem), annex_m2(problem)
    option = np.full(problem.tenants.count, -1, dtype=np.int32)
    level = option.copy()
    annex = np.full(hotels.annexes.count, -1, dtype=np.int32)
    for f in range(problem.tenants.count):
        wanted = list(room)
        if before is not None and before.tenant_option[f] >= 0:
            was = (int(before.tenant_option[f]), int(before.tenant_level[f]))
            wanted = [was, *[place for place in wanted if place[0] == was[0]], *wanted]
        for place in wanted:
            heavy = problem.tenants.load_kg_m2[f] > levels.load_kg_m2[place[1]]
            if 0 < main[f] <= room.get(place, 0) and not heavy:
                option[f], level[f] = place
                room[place] -= int(main[f])
                break
    for a, f in enumerate(hotels.annexes.tenant.tolist()):
        for place in [p for p in room if p[0] == option[f]]:
            if apart[a] <= room[place]:
                annex[a] = place[1]
                room[place] -= int(apart[a])
                break
    inside = bare_interiors(problem)
    roof, service = inside.roof_m2.copy(), inside.service.copy()
    roof[houses], service[houses] = (300, 150), (True, False)
    plan = plan.replace(tenant_option=option, tenant_level=level)
    resource, giver, taker, amount = _traded(problem, option)
    return plan.replace(interiors=Interiors(annex, roof, service, giver, taker, resource, amount))


def _traded(problem, option):
    """Each giver's surplus goes to the next that takes it, partners outside among them."""
    traded, rows = problem.hotels.symbiosis, []
    gives = np.vstack([np.where(option[:, None] >= 0, traded.gives, 0), traded.partner_gives])
    takes = np.vstack([np.where(option[:, None] >= 0, traded.takes, 0), traded.partner_takes])
    for q in range(traded.count):
        givers, takers = np.flatnonzero(gives[:, q]), np.flatnonzero(takes[:, q])
        for giver, taker in zip(givers, takers, strict=False):
            if giver != taker and min(giver, taker) < len(option):
                rows.append((q, giver, taker, min(gives[giver, q], takes[taker, q])))
    columns = np.array(rows).reshape(-1, 4).T
    return (*columns[:3].astype(np.int32), columns[3].copy())


def hotels_answer(problem, hotels=3):
    """Return a result with a plan of furnished hotels."""
    plan = furnish(problem, made_plan(problem, opened(problem, hotels=hotels)))
    idle = vans_alone(problem).replace(interiors=bare_interiors(problem))
    criteria = recompute(problem, plan)
    value = criteria.objective
    return Result(
        solution=Solution(
            outcome=Outcome("plan", "gap", "gap", value, 0.99 * value, "decomposition"),
            plan=plan,
            criteria=criteria,
            baseline_plan=idle,
            baseline=recompute(problem, idle),
            conflicts=(),
            timing_s={"solve": 2.0},
        ),
        verified=True,
        violations=(),
        provenance=dict(problem.provenance),
    )


def hotels_over_years(problem):
    """Return a result with furnished hotels in every period."""
    bare = problem.replace(hotels=None)
    plain = programme_over_years(bare)
    plans, criteria = [], []
    for t, plan in enumerate(plain.plans):
        year = period_problem(problem, t).replace(options=problem.options)
        plans.append(furnish(year, plan, plans[-1] if plans else None))
        criteria.append(recompute(year, plans[-1]))
    programme = plain.replace(plans=tuple(plans))
    idle = vans_alone(problem).replace(interiors=bare_interiors(problem))
    whole = blended(criteria, period_weights(problem))
    value = whole.objective
    return Result(
        solution=Solution(
            outcome=Outcome("plan", "gap", "gap", value, 0.99 * value, "decomposition"),
            plan=plans[0],
            criteria=whole,
            baseline_plan=idle,
            baseline=recompute(problem, idle),
            conflicts=(),
            timing_s={"solve": 2.0},
            programme=programme,
            course=some_course(problem, criteria),
        ),
        verified=True,
        violations=(),
        provenance=dict(problem.provenance),
    )
