"""VRPLIB: vehicle routing in the manner of TSPLIB, `.vrp` or `.vrp.xz`.

Lines `NAME : value`, then sections, each a line `NAME_SECTION` and rows of numbers, until `EOF`.
Node numbers run from 1 to DIMENSION; the nodes of DEPOT_SECTION (closed by -1) are depots, the
others are customers, each to be visited once. Read are

    CAPACITY, VEHICLES     load of a tour; tours at most (of one depot; free where it is missing)
    DISTANCE               longest tour, time at stops counted in; without SERVICE_TIME or beside
                           time windows: driving alone
    SERVICE_TIME           time at each customer, or SERVICE_TIME_SECTION: node, time
    EDGE_WEIGHT_TYPE       EUC_2D (to the nearest whole number), CEIL_2D, FLOOR_2D, or EXPLICIT with
                           EDGE_WEIGHT_FORMAT FULL_MATRIX, LOWER_ROW, UPPER_ROW, LOWER_DIAG_ROW,
                           UPPER_DIAG_ROW: whole numbers
    DEMAND_SECTION, TIME_WINDOW_SECTION, RELEASE_TIME_SECTION, VEHICLES_DEPOT_SECTION

Time and length are one. G. Reinelt, ORSA J. Computing 3 (1991), doi:10.1287/ijoc.3.4.376; E. Uchoa
et al., EJOR 257 (2017), doi:10.1016/j.ejor.2016.08.012; vrplib.readthedocs.io.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from optimizer.core.routing import Matrix, Rounding
from optimizer.formats.text import Numbers, read_text, refuse
from optimizer.formats.visits import PROFILE, customers, plane_problem, vehicles
from optimizer.formats.vrplib_out import read_sol, write_sol, write_vrp

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from optimizer.core.routing import Fleet, RoutingProblem

    Reals = NDArray[np.float64]

__all__ = ["read_sol", "read_vrp", "write_sol", "write_vrp"]

TYPES = ("CVRP", "VRP", "DVRP", "DCVRP", "ACVRP", "VRPTW", "CVRPTW", "MDVRP", "MDVRPTW", "TSP")
PLANE = {"EUC_2D": Rounding.NEAREST, "CEIL_2D": Rounding.CEIL, "FLOOR_2D": Rounding.FLOOR}
SPECIFICATIONS = {
    "NAME", "COMMENT", "TYPE", "DIMENSION", "EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_FORMAT",
    "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE", "CAPACITY", "DISTANCE", "SERVICE_TIME", "VEHICLES",
}  # fmt: skip
SECTIONS = {
    "NODE_COORD", "DISPLAY_DATA", "EDGE_WEIGHT", "DEMAND", "DEPOT", "TIME_WINDOW", "SERVICE_TIME",
    "RELEASE_TIME", "VEHICLES_DEPOT",
}  # fmt: skip
LARGEST = np.iinfo(np.int32).max


@dataclass
class Layout:
    """The parts of a file: value and line (from 0) of each name, first and end line of sections."""

    path: Path
    lines: list[str]
    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    sections: dict[str, tuple[int, int]] = field(default_factory=dict)

    def refuse(self, line: int, cause: str) -> NoReturn:
        """Refuse what stands on a line (from 0)."""
        refuse(f"{self.path}:{min(line, len(self.lines) - 1) + 1}", "F812", cause)

    def text(self, name: str, default: str) -> str:
        """Return what is said behind a name."""
        return self.said.get(name, (default, 0))[0]

    def number(self, name: str, default: float) -> float:
        """Return the number behind a name, not negative."""
        if name not in self.said:
            return default
        value, line = self.said[name]
        return float(Numbers(self.path, [value], line + 1).amounts(1, name)[0])

    def count(self, name: str) -> int | None:
        """Return the whole number from 1 up behind a name, None where it is missing."""
        if name not in self.said:
            return None
        value, line = self.said[name]
        return Numbers(self.path, [value], line + 1).counts(1, name)[0]

    def given(self, name: str) -> Numbers:
        """Return the numbers of a section.

        Raises
        ------
        Refusal
            F812 when there is none.
        """
        if name not in self.sections:
            self.refuse(len(self.lines), f"there is no {name}_SECTION")
        first, end = self.sections[name]
        return Numbers(self.path, self.lines[first:end], first + 1)

    def rows(self, name: str, columns: int, nodes: int, what: str) -> Reals:
        """Return a section with one row for each node, shape (nodes, columns), by node."""
        given = self.given(name)
        for number, line in enumerate(given.lines, given.first):
            count = len(line.split())
            if count not in (0, 1 + columns):
                cause = f"{count} numbers are not {1 + columns}: node, {what}"
                self.refuse(number - 1, cause)
        table = given.table(nodes, 1 + columns, f"node, {what}")
        given.end()
        order = np.argsort(table[:, 0], kind="stable")
        wrong = np.flatnonzero(table[order, 0] != np.arange(1, nodes + 1))
        if len(wrong):
            row = int(order[wrong[0]])
            cause = f"the nodes are not 1 to {nodes}, each once (node {table[row, 0]:g})"
            given.refuse(row * (1 + columns), cause)
        return np.ascontiguousarray(table[order, 1:])


def read_vrp(path: Path) -> RoutingProblem:
    """Read a file as tours from depots to customers; stops bear the numbers of their nodes.

    Raises
    ------
    Refusal
        F811, F812.
    """
    layout = _layout(path)
    nodes = layout.count("DIMENSION")
    if nodes is None:
        layout.refuse(0, "there is no DIMENSION")
    depots = _depots(layout, nodes)
    clients = np.setdiff1d(np.arange(nodes), depots)
    demand = _demand(layout, nodes, depots)
    window = np.tile([0.0, np.inf], (nodes, 1))
    if "TIME_WINDOW" in layout.sections:
        window = layout.rows("TIME_WINDOW", 2, nodes, "from, until")
    service = np.full(nodes, layout.number("SERVICE_TIME", 0.0))
    if "SERVICE_TIME" in layout.sections:
        service = layout.rows("SERVICE_TIME", 1, nodes, "time at the stop")[:, 0]
    names = [str(node + 1) for node in range(nodes)]
    stops = customers(
        clients,
        [names[node] for node in clients],
        demand[clients],
        service=service[clients],
        window=window[clients],
    )
    if "RELEASE_TIME" in layout.sections:
        released = layout.rows("RELEASE_TIME", 1, nodes, "time of release")[:, 0]
        stops = stops.replace(released_s=released[clients])
    fleet = _fleet(layout, depots, len(clients), float(demand.sum()))
    fleet = fleet.replace(from_s=window[depots, 0].copy(), until_s=window[depots, 1].copy())
    name = layout.text("NAME", path.name.partition(".")[0])
    return _travel(layout, nodes, plane_problem(name, names, _points(layout, nodes), stops, fleet))


def _layout(path: Path) -> Layout:
    layout = Layout(path, read_text(path).splitlines())
    opened: str | None = None
    for number, line in enumerate(layout.lines):
        head = line.lstrip()
        if not head[:1].isalpha() or (opened and head[:3].lower() in ("nan", "inf")):
            if head and opened is None:
                layout.refuse(number, f"{head[:40]!r} stands in no section")
            continue
        if opened is not None:
            layout.sections[opened] = (layout.sections[opened][0], number)
            opened = None
        if head.strip() == "EOF":
            break
        opened = _heading(layout, number, head.strip())
    if opened is not None:
        layout.sections[opened] = (layout.sections[opened][0], len(layout.lines))
    return layout


def _heading(layout: Layout, number: int, head: str) -> str | None:
    """Note a heading; return the section that it opens."""
    name, colon, value = (part.strip() for part in head.partition(":"))
    name = name.upper()
    section = name.removesuffix("_SECTION")
    if name != section:
        if section not in SECTIONS:
            layout.refuse(number, f"{name} is not read here")
        if section in layout.sections:
            layout.refuse(number, f"{name} stands twice")
        layout.sections[section] = (number + 1, number + 1)
        return section
    if not colon or name not in SPECIFICATIONS:
        layout.refuse(number, f"{head[:40]!r} is not a NAME : value that is read here")
    if name in layout.said:
        layout.refuse(number, f"{name} stands twice")
    layout.said[name] = (value.strip('"').strip(), number)
    if name == "TYPE" and layout.said[name][0].upper() not in TYPES:
        layout.refuse(number, f"TYPE {value} is not one of {', '.join(TYPES)}")
    return None


def _depots(layout: Layout, nodes: int) -> NDArray[np.int32]:
    given = layout.given("DEPOT")
    found: list[int] = []
    while (node := float(given.take(1, "depots, closed by -1")[0])) != -1:
        if not (node == np.floor(node) and 1 <= node <= nodes) or node - 1 in found:
            given.refuse(len(found), f"depot {node:g} is not a node of 1..{nodes}, or stands twice")
        found.append(int(node) - 1)
    given.end()
    if not found or len(found) == nodes:
        given.refuse(len(found), "there is no depot, or no customer")
    return np.array(found, dtype=np.int32)


def _demand(layout: Layout, nodes: int, depots: NDArray[np.int32]) -> Reals:
    if "DEMAND" not in layout.sections and layout.text("TYPE", "") == "TSP":
        return np.zeros(nodes)
    demand = layout.rows("DEMAND", 1, nodes, "demand")[:, 0]
    wrong = (demand < 0) | (demand != np.floor(demand)) | (demand > LARGEST)
    wrong[depots] |= demand[depots] != 0
    if wrong.any():
        node = int(np.flatnonzero(wrong)[0])
        first = layout.sections["DEMAND"][0]
        cause = f"the demand of node {node + 1} is {demand[node]:g}: whole, and 0 at depots"
        layout.refuse(first + node, cause)
    return demand


def _fleet(layout: Layout, depots: NDArray[np.int32], clients: int, total: float) -> Fleet:
    capacity = layout.number("CAPACITY", total)
    counts = [clients] * len(depots)
    vehicle_count = layout.count("VEHICLES")
    if "VEHICLES_DEPOT" in layout.sections:
        if vehicle_count is None:
            layout.refuse(layout.sections["VEHICLES_DEPOT"][0], "there is no VEHICLES")
        given = layout.given("VEHICLES_DEPOT")
        rows = given.table(vehicle_count, 2, "vehicle, depot")
        given.end()
        counts = [int((rows[:, 1] == depot + 1).sum()) for depot in depots]
        if sum(counts) != vehicle_count:
            given.refuse(0, "a vehicle belongs to no depot")
    elif vehicle_count is not None and len(depots) > 1:
        cause = "VEHICLES of several depots need a VEHICLES_DEPOT_SECTION"
        layout.refuse(layout.said["VEHICLES"][1], cause)
    elif vehicle_count is not None:
        counts = [vehicle_count]
    longest = np.full(len(depots), layout.number("DISTANCE", np.inf))
    fleet = vehicles(depots.tolist(), np.full(len(depots), capacity), counts)
    timed = "SERVICE_TIME" in layout.said or "SERVICE_TIME" in layout.sections
    if timed and "TIME_WINDOW" not in layout.sections:
        return fleet.replace(duration_max_s=longest)
    return fleet.replace(length_max_m=longest)


def _points(layout: Layout, nodes: int) -> Reals:
    for name in ("NODE_COORD", "DISPLAY_DATA"):
        if name in layout.sections:
            return layout.rows(name, 2, nodes, "x, y")
    return np.zeros((nodes, 2))


def _travel(layout: Layout, nodes: int, problem: RoutingProblem) -> RoutingProblem:
    """Return the problem with the edge weights of the file."""
    kind, line = layout.said.get("EDGE_WEIGHT_TYPE", ("EUC_2D", 0))
    if kind in PLANE:
        if "NODE_COORD" not in layout.sections:
            layout.refuse(line, f"{kind} needs a NODE_COORD_SECTION")
        plane = problem.travel[PROFILE].replace(rounding=PLANE[kind])
        return problem.replace(travel={PROFILE: plane})
    if kind != "EXPLICIT":
        known = ", ".join([*PLANE, "EXPLICIT"])
        layout.refuse(line, f"EDGE_WEIGHT_TYPE {kind} is not one of {known}")
    weight = _explicit(layout, nodes)
    return problem.replace(travel={PROFILE: Matrix(weight, weight.copy())})


def _explicit(layout: Layout, nodes: int) -> NDArray[np.int32]:
    shape, line = layout.said.get("EDGE_WEIGHT_FORMAT", ("FULL_MATRIX", 0))
    triangles = {
        "LOWER_ROW": np.tril_indices(nodes, -1),
        "LOWER_DIAG_ROW": np.tril_indices(nodes),
        "UPPER_ROW": np.triu_indices(nodes, 1),
        "UPPER_DIAG_ROW": np.triu_indices(nodes),
    }
    if shape != "FULL_MATRIX" and shape not in triangles:
        known = ", ".join(["FULL_MATRIX", *triangles])
        layout.refuse(line, f"EDGE_WEIGHT_FORMAT {shape} is not one of {known}")
    given = layout.given("EDGE_WEIGHT")
    count = nodes * nodes if shape == "FULL_MATRIX" else len(triangles[shape][0])
    values = given.amounts(count, "edge weights")
    given.end()
    wrong = np.flatnonzero((values != np.floor(values)) | (values > LARGEST))
    if len(wrong):
        cause = f"{values[wrong[0]]:g} is not a whole number: edge weights"
        given.refuse(int(wrong[0]), cause)
    if shape == "FULL_MATRIX":
        return values.reshape(nodes, nodes).astype(np.int32)
    table = np.zeros((nodes, nodes), dtype=np.int32)
    table[triangles[shape]] = values
    return np.maximum(table, table.T)
