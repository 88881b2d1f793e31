"""Why a stored result is what it is: the rules that clash, or what a site is worth to the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.core import store
from optimizer.core.documents import read_document
from optimizer.core.limits import Cancel, Limits, Listener, silent
from optimizer.core.problem import Problem
from optimizer.core.refusal import Fault, Refusal
from optimizer.study.site_worth import open_sites, site_worth, what_stands
from optimizer.study.stored import stored_result
from optimizer.study.telling import spaced

if TYPE_CHECKING:
    from pathlib import Path

    from optimizer.core.result import Result


def explain(
    folder: Path,
    site: str | None,
    limits: Limits,
    *,
    listener: Listener = silent,
    cancel: Cancel | None = None,
) -> dict[str, Any]:
    """Return the explanation in plain types, words first.

    Raises
    ------
    Refusal
        F909 to F911 as in `stored_result`; F912 when the problem has no such site.
    """
    path = folder / "problem.npz"
    if not path.is_file():
        action = "name a result folder that solve has written"
        raise Refusal(Fault(str(path), "F909", "is missing", action))
    problem, _ = store.load(path)
    if not isinstance(problem, Problem):
        raise Refusal(Fault(str(path), "F901", "holds no problem", "restore it, or solve again"))
    told = read_document(folder / "result.json")
    answer = {"status": told["status"], "conflicts": told["conflicts"], "site": None, "open": []}
    if told["status"] != "plan":
        return {"words": _no_plan_words(told), **answer}
    best = stored_result(folder, problem)
    if site is None:
        rows = [_open_row(problem, best, place) for place in open_sites(problem, best)]
        return {
            "words": f"{len(rows)} sites are open; name one with --site",
            **answer,
            "open": rows,
        }
    if site not in problem.sites.id:
        cause = f"the problem has no site {site!r}"
        raise Refusal(Fault("--site", "F912", cause, "name a site of the result's tables"))
    place = problem.sites.id.index(site)
    row = site_worth(problem, best, place, (limits, listener, cancel or Cancel()))
    return {**answer, "words": row.pop("words"), "site": row}


def _no_plan_words(told: dict[str, Any]) -> str:
    count = len(told["conflicts"])
    if told["status"] != "infeasible":
        return "no plan was found within the limits, and none is proven impossible"
    if count == 1:
        return "there is no plan: one rule asks for what cannot be"
    return f"there is no plan: {count} rules cannot hold together"


def _open_row(problem: Problem, best: Result, place: int) -> dict[str, Any]:
    """Return what stands on a site, and what it serves."""
    return {
        "site": problem.sites.id[place],
        "name": problem.sites.name[place],
        **what_stands(problem, best, place),
    }


def explanation_lines(told: dict[str, Any]) -> list[str]:
    """Return an explanation (of `explain`) as lines for people, the answer first."""
    lines = [f"{told['words']}."]
    for conflict in told["conflicts"]:
        lines.append(f"  {conflict['family']}: {conflict['rule']}: {conflict['words']}")
        if conflict["relaxation"]:
            lines.append(f"    enough on its own: {conflict['relaxation']}")
    lines += [f"  {row['site']}: {', '.join(row['designs'])}: {_use(row)}" for row in told["open"]]
    site = told["site"] or {}
    lines += [
        f"  opens instead: {row['design']} on {row['site']}" for row in site.get("instead", [])
    ]
    for row in site.get("alternatives", []):
        cost = row["cost_in_its_place_eur_per_year"]
        lines.append(
            f"  in its place: {row['design']} on {row['site']}: "
            + ("none was found" if cost is None else f"{spaced(cost)} a year more than the plan")
            + (", nearly equal" if row["nearly_equal"] else "")
        )
    lines += [f"  breaks: {words}" for words in site.get("breaks", [])]
    return lines


def _use(row: dict[str, Any]) -> str:
    told = []
    if row["parcels_per_day"] > 0:
        told.append(f"{spaced(row['parcels_per_day'])} parcels a day")
    if row["tenants"]:
        told.append(f"{row['tenants']} tenants on {spaced(row['let_m2'])} m2")
    return " and ".join(told) or "stands open"
