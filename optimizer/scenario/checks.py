"""What a scenario must hold beyond types and ranges: references, order, contradictions.

The checks read the tree rather than the validated scenario, so that they speak up together with the
faults of the schema; a value of a wrong type is passed over here.

Codes
-----
F120 not exactly one source of streets. F121 a box or CRS that cannot be. F122 a named file is
missing. F123 not exactly one source of demand or population. F124 no source of sites. F125 an id
or name stands twice. F126 a name that nothing bears (design, kind, jurisdiction). F127 the
acceptance table is out of order. F128 a design that cannot work. F129 a quota that cannot hold.
F130 a rule about a site is incomplete. F131 two rules contradict each other. F132 and on:
`horizon_checks`, `hotel_checks`, `tour_checks`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from optimizer.core.kinds import Kind
from optimizer.core.refusal import Fault
from optimizer.scenario.design_checks import (
    DESIGN_LISTS,
    all_designs,
    design_faults,
    design_ids,
    variants,
)
from optimizer.scenario.horizon_checks import horizon_faults
from optimizer.scenario.hotel_checks import hotel_faults
from optimizer.scenario.merge import FILE_PATHS, is_file
from optimizer.scenario.naming import repeated, suggest, twice, unknown
from optimizer.scenario.tour_checks import tour_faults
from optimizer.scenario.tree import Node, get, items, number, text
from optimizer.scenario.words import dotted_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KINDS = tuple(kind.key for kind in Kind)
STREET_SOURCES = ("osm", "graphml", "place", "bbox")
CRS = re.compile(r"auto|EPSG:\d{4,6}", re.IGNORECASE)
DEFAULT_JURISDICTION = "city"


def cross_faults(root: Node, folder: Path) -> list[Fault]:
    """Return the faults of all checks; `folder` is where named files are looked for."""
    return [
        *_one_street_source(root),
        *_boxes_and_crs(root),
        *_files_exist(root, folder),
        *_one_demand_source(root),
        *_some_sites(root),
        *_names_are_unique(root),
        *_zones_permit_known_designs(root),
        *_acceptance_falls(root),
        *design_faults(root),
        *_quotas_can_hold(root),
        *_jurisdictions_are_known(root),
        *_site_rules_are_complete(root),
        *_site_rules_agree(root),
        *horizon_faults(root),
        *hotel_faults(root),
        *tour_faults(root),
    ]


def _one_street_source(root: Node) -> Iterator[Fault]:
    block = get(root, "streets")
    if block is None or not isinstance(block.content, dict):
        return
    given = [key for key in STREET_SOURCES if get(block, key) is not None]
    if len(given) != 1:
        cause = f"streets come from {' and '.join(given) if given else 'nowhere'}"
        action = "give exactly one of osm, graphml, place, bbox"
        yield Fault(block.key_place, "F120", cause, f"{action} (null takes an inherited one out)")


def _boxes_and_crs(root: Node) -> Iterator[Fault]:
    for key in ("bbox", "clip"):
        box = get(root, "streets", key)
        west, south, east, north = (number(root, "streets", key, rank) for rank in range(4))
        if box is None or west is None or south is None or east is None or north is None:
            continue
        if west >= east or south >= north:
            cause = f"streets.{key} has no inside"
            yield Fault(box.place, "F121", cause, "give [west, south, east, north] in degrees")
    crs = get(root, "streets", "crs")
    if crs is not None and isinstance(crs.content, str) and not CRS.fullmatch(crs.content):
        cause = f"streets.crs is {crs.content[:40]!r}"
        yield Fault(crs.place, "F121", cause, 'write "auto" or a code such as EPSG:2154')


def _files_exist(root: Node, folder: Path) -> Iterator[Fault]:
    for path in FILE_PATHS:
        node = get(root, *path)
        if node is None or not isinstance(node.content, str):
            continue
        name = node.content
        if not name or not is_file(folder / name):
            cause = f"{dotted_path(path)}: no file {name[:120]!r}"
            yield Fault(node.place, "F122", cause, f"names are relative to {folder}")


def _one_demand_source(root: Node) -> Iterator[Fault]:
    block = get(root, "demand")
    if block is None or not isinstance(block.content, dict):
        return
    given = [key for key in ("file", "estimate") if get(block, key) is not None]
    without = get(block, "without_parcels")
    if without is not None and without.content is True:
        given.append("without_parcels")
    if len(given) != 1:
        cause = f"demand has {' and '.join(given)}" if given else "demand has no source"
        action = "give file, estimate or without_parcels: true (null takes one out)"
        yield Fault(block.key_place, "F123", cause, action)
    grid = get(block, "estimate", "population_grid")
    if grid is not None and get(block, "estimate", "population") is not None:
        cause = "demand.estimate has both population and population_grid"
        yield Fault(grid.key_place, "F123", cause, "keep one: the grid already adds up")


def _some_sites(root: Node) -> Iterator[Fault]:
    block = get(root, "land")
    if block is None or get(block, "sites") is not None:
        return
    derive = get(block, "derive")
    if derive is not None and derive.content is False:
        cause = "land has no sites: derive is off and no file is named"
        yield Fault(derive.key_place, "F124", cause, "name a file under land.sites or set derive")
    elif get(root, "streets", "graphml") is not None:
        cause = "a GraphML file holds streets alone, so that no site can be derived"
        yield Fault(block.key_place, "F124", cause, "name a file under land.sites")


def _names_are_unique(root: Node) -> Iterator[Fault]:
    named = ((get(block, "id"), name) for block in all_designs(root) for name in variants(block))
    yield from repeated("design", named)
    yield from twice("zone", "zone", items(root, "land", "zones"))
    yield from twice("gateway", "id", items(root, "gateways", "at"))
    yield from twice("land budget", "name", items(root, "rules", "land"))
    yield from twice("purse", "name", items(root, "rules", "purses"))


def _zones_permit_known_designs(root: Node) -> Iterator[Fault]:
    known = {*design_ids(root), *KINDS}
    for zone in items(root, "land", "zones"):
        for node in items(zone, "permits"):
            yield from unknown(f"zone {text(zone, 'zone')!r} permits unknown", node, known)


def _acceptance_falls(root: Node) -> Iterator[Fault]:
    points = list(items(root, "channels", "acceptance"))
    for before, after in pairwise(points):
        walk = number(before, "walk_min"), number(after, "walk_min")
        share = number(before, "share"), number(after, "share")
        if walk[0] is not None and walk[1] is not None and walk[0] >= walk[1]:
            cause = f"acceptance: {walk[1]:g} min comes after {walk[0]:g} min"
            yield Fault(after.place, "F127", cause, "sort by walk_min, each time once")
        if share[0] is not None and share[1] is not None and share[0] < share[1]:
            cause = f"acceptance rises from {share[0]:g} to {share[1]:g} with a longer walk"
            yield Fault(after.place, "F127", cause, "let the share fall or stay")


def _quotas_can_hold(root: Node) -> Iterator[Fault]:
    for quota in items(root, "rules", "quotas"):
        least, most = number(quota, "at_least") or 0, number(quota, "at_most")
        if most is not None and least > most:
            cause = f"quota: at least {least:g} and at most {most:g}"
            yield Fault(quota.place, "F129", cause, "lower at_least or raise at_most")
        kind = text(quota, "kind")
        if kind in KINDS and least > 0 and not list(items(root, "designs", DESIGN_LISTS[kind])):
            cause = f"quota asks for {kind}, but designs has none"
            yield Fault(quota.place, "F129", cause, f"add designs.{DESIGN_LISTS[kind]}")


def _jurisdictions_are_known(root: Node) -> Iterator[Fault]:
    """Without files of polygons and sites there is one jurisdiction, and its name is known here."""
    if any(
        get(root, "land", *path) is not None for path in (("jurisdictions", "file"), ("sites",))
    ):
        return
    known = text(root, "land", "jurisdictions", "name") or DEFAULT_JURISDICTION
    for node in named_jurisdictions(root):
        if isinstance(node.content, str) and node.content != known:
            cause = f"unknown jurisdiction {node.content[:80]!r}"
            action = f"the only one is {known!r} (land.jurisdictions.file would bring more)"
            yield Fault(node.place, "F126", cause, action)


def named_jurisdictions(root: Node) -> Iterator[Node]:
    """Yield every value that names a jurisdiction."""
    for key in ("land", "purses", "mix", "jobs"):
        for budget in items(root, "rules", key):
            yield from items(budget, "jurisdictions")
    for key in ("quotas", "renaturation", "uses"):
        for rule in items(root, "rules", key):
            node = get(rule, "jurisdiction")
            if node is not None:
                yield node
    for member in items(root, "cooperation", "members"):
        yield from items(member, "jurisdictions")


def _site_rules(root: Node) -> Iterator[tuple[str, Node]]:
    for key in ("required", "existing", "forbidden"):
        for rule in items(root, "rules", key):
            if isinstance(rule.content, dict):
                yield key, rule


def _site_rules_are_complete(root: Node) -> Iterator[Fault]:
    known = design_ids(root)
    for key, rule in _site_rules(root):
        by_id = get(rule, "site") is not None
        given = [name for name in ("lon", "lat") if get(rule, name) is not None]
        if by_id == bool(given) or len(given) == 1:
            cause = f"rules.{key}: the site is not clear"
            yield Fault(rule.place, "F130", cause, "give either site, or lon and lat")
        design = get(rule, "design")
        if design is None and key != "forbidden":
            cause = f"rules.{key} names no design"
            yield Fault(rule.place, "F130", cause, suggest("", known))
        yield from unknown(f"rules.{key}: unknown design", design, known)


def _site_rules_agree(root: Node) -> Iterator[Fault]:
    wanted = {
        (text(rule, "site"), design): rule.place
        for key, rule in _site_rules(root)
        if key != "forbidden"
        for design in (text(rule, "design"), None)
    }
    for key, rule in _site_rules(root):
        pair = text(rule, "site"), text(rule, "design")
        if key == "forbidden" and pair[0] is not None and pair in wanted:
            cause = f"site {pair[0]!r} is forbidden here and wanted at {wanted[pair]}"
            yield Fault(rule.place, "F131", cause, "keep one of the two rules")
