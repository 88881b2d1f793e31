"""What the page shows, as one JSON object; the page itself computes nothing but positions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core.kinds import Kind
from optimizer.core.programme import ONE_OFF_TERMS
from optimizer.core.result import TERMS
from optimizer.core.result_io import stages, unserved
from optimizer.report.figures import ledger_lines, open_order, plan_figures, stated_lines
from optimizer.report.interiors_payload import inside_payload
from optimizer.report.interiors_scene import first_scene
from optimizer.report.interiors_stock import stock_payload
from optimizer.report.plan_payload import criteria_payload, degrees, plan_payload, quota_lines
from optimizer.report.words import NOUN, TERM_WORDS, counts_by_kind, headline, proof_words
from optimizer.report.years_payload import years_payload

if TYPE_CHECKING:
    from optimizer.core.problem import Problem
    from optimizer.core.result import Result, Solution
    from optimizer.report.figures import LedgerLine

UNSERVED_SHOWN = 300
FIGURE_WORDS = {
    "lorry": "Lorries",
    "van": "Vans",
    "cargo_bike": "Cargo bikes",
    "bike": "By cargo bike from a hub",
    "pickup": "Picked up at a delivery point",
    "unserved": "Not served",
}


def payload(problem: Problem, result: Result) -> dict[str, Any]:
    """Return everything that the page shows beside the background geometry."""
    solution = result.solution
    plan = solution.plan
    content: dict[str, Any] = {
        "name": problem.name,
        "description": problem.provenance.get("description", ""),
        "regime": problem.provenance.get("regime", ""),
        "currency": problem.prices.currency,
        "status": solution.outcome.status,
        "headline": headline(problem, result),
        "counts": {kind.key: n for kind, n in counts_by_kind(problem, result).items()},
        "nouns": {kind.key: NOUN[kind] for kind in Kind},
        "walkMin": problem.rules.walk_limit_s / 60,
        "proof": _proof(problem, result),
        "criteria": None if solution.criteria is None else criteria_payload(solution.criteria),
        "baseline": criteria_payload(solution.baseline),
        "termWords": {name: TERM_WORDS[name] for name in (*TERMS, *ONE_OFF_TERMS)},
        "figureWords": FIGURE_WORDS,
        "ledgers": [
            {
                "name": line.name,
                "metric": line.metric.replace("_", " "),
                "unit": "m²" if line.unit == "m2" else line.unit,
                "covers": line.covers,
                "budget": line.budget,
                "used": line.used,
                "left": line.left,
                "source": line.source,
            }
            for line in _ledgers(problem, solution)
        ],
        "quotas": quota_lines(problem, result.solution.plan),
        "conflicts": [
            [item.family, item.rule, item.words, item.relaxation] for item in solution.conflicts
        ],
        "violations": [[item.family, item.where, item.words] for item in result.violations],
        "assumptions": [[item.key, item.value, item.source] for item in problem.assumptions],
        "audit": [
            [item.room, item.what, item.count, item.unit, item.detail] for item in problem.audit
        ],
        "provenance": _provenance(problem, result),
        **_unserved(problem, result),
        **_gateways(problem),
    }
    if problem.hotels is not None:
        content["stock"] = stock_payload(problem)
    if solution.programme is not None:
        return content | years_payload(problem, result)
    if problem.hotels is not None and plan is not None:
        scene = first_scene(problem, plan, stages(problem, 0))
        order = open_order(problem, plan, plan_figures(problem, plan))
        content["inside"] = inside_payload(scene, order)
    return content | plan_payload(problem, plan)


def _ledgers(problem: Problem, solution: Solution) -> list[LedgerLine]:
    """Return ledgers as one plan uses them; over years `years` tells them, if there is a plan."""
    stated = stated_lines(problem) if solution.programme is None else []
    return [*ledger_lines(problem, solution.criteria), *stated]


def _proof(problem: Problem, result: Result) -> dict[str, Any]:
    outcome = result.solution.outcome
    return {
        "words": proof_words(problem, result),
        "value": outcome.value,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "gapOfSaving": outcome.gap_of_saving(result.solution.baseline.objective),
        "baseline": result.solution.baseline.objective,
        "proof": outcome.proof,
        "verified": result.verified,
    }


def _provenance(problem: Problem, result: Result) -> list[list[str]]:
    merged = {**problem.provenance, **result.provenance}
    hidden = {"description", "regime"}
    rows = [[key.replace("_", " "), str(value)] for key, value in merged.items() if value]
    rows = [row for row in rows if row[0] not in hidden]
    times = result.solution.timing_s.items()
    return rows + [[f"time: {step.replace('_', ' ')}", f"{value:.1f} s"] for step, value in times]


def _unserved(problem: Problem, result: Result) -> dict[str, Any]:
    everyone = unserved(problem, result)
    everyone.sort(key=lambda item: -item["parcels_per_day"])
    return {
        "unservedCount": len(everyone),
        "unservedParcels": sum(item["parcels_per_day"] for item in everyone),
        "unserved": everyone[:UNSERVED_SHOWN],
    }


def _gateways(problem: Problem) -> dict[str, Any]:
    gateways = problem.gateways
    return {
        "gateways": [
            [gateways.name[g], degrees(gateways.lon[g]), degrees(gateways.lat[g])]
            for g in range(gateways.count)
        ]
    }
