"""result.json tells units, stages and figures of hotels where the problem tells them in full."""

from __future__ import annotations

import numpy as np

from optimizer.core.result_io import HOTEL_FIGURES, criteria_to_dict, result_to_dict
from optimizer.verify import recompute
from tests.core.plans import bare_interiors
from tests.hotels import with_hotels
from tests.verify.town import STUDIO, baseline_plan, good_plan, result_of, town


def test_figures_of_hotels_are_told_only_where_hotels_are_told_in_full():
    criteria = recompute(town(), good_plan()).replace(
        jobs_by_skill={"manual": 12.0}, noise_share_max=0.25
    )
    assert not set(HOTEL_FIGURES) & set(criteria_to_dict(criteria))
    told = criteria_to_dict(criteria, hotels=True)
    assert told["jobs_by_skill"] == {"manual": 12.0}
    assert told["noise_share_max"] == 0.25
    assert told["exchanged"] == told["sector_m2"] == {}
    plain = result_to_dict(town(), result_of(town(), good_plan(), baseline_plan()))
    assert not set(HOTEL_FIGURES) & (set(plain["criteria"]) | set(plain["baseline"]))
    assert "unit" not in plain["tenants"][0]


def test_tenants_are_told_with_their_unit_and_stage():
    area = np.vstack([town().tenants.area_m2])
    stage = tuple("prototype" if f == STUDIO else "" for f in range(11))
    problem = with_hotels(town(), growth={"area_m2": area, "stage": (stage,)})
    inside = bare_interiors(problem)
    result = result_of(town(), good_plan(), baseline_plan())
    plans = {
        "plan": good_plan().replace(interiors=inside),
        "baseline_plan": baseline_plan().replace(interiors=inside),
    }
    result = result.replace(solution=result.solution.replace(**plans))
    told = result_to_dict(problem, result)
    assert set(HOTEL_FIGURES) <= set(told["criteria"])
    assert told["tenants"][2] == {
        "tenant": "studio",
        "name": "Studio",
        "sector": "crafts",
        "site": "hall",
        "design": "hotel",
        "level": 1,
        "unit": "1-0",
        "area_m2": 495,
        "stage": "prototype",
        "period": 1,
    }
