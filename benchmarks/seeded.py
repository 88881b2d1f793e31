"""Instances of our own in the layouts of the literature, for families that nobody may pass on.

Usage: python -m benchmarks.seeded FOLDER

Writes every file again, exactly as shipped, and solves each with HiGHS (as scipy carries it) to
say the rows of `best_known.csv`. 85 % of the nodes stand in Gaussian clusters, as people do.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE_M = 10_000
CLUSTERED = 0.85
CLUSTERS = 12


def main() -> None:
    """Write every file, then solve and print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    from benchmarks.seeded_values import rows

    for row in rows(folder):
        print(row, flush=True)


def files() -> dict[str, str]:
    """Return the text of every file by its path."""
    texts = {}
    for seed, nodes in enumerate((150, 300)):
        texts[f"pmedian_seeded/town{nodes}.tsp"] = tsplib(f"town{nodes}", seed, nodes)
    for seed, (sites, customers) in enumerate(((15, 60), (25, 100), (30, 150)), 10):
        texts[f"sscflp_seeded/s{sites}x{customers}.txt"] = sscflp(seed, sites, customers)
    for seed, (nodes, medians) in enumerate(((50, 6), (80, 10)), 20):
        texts[f"cpmp_seeded/c{nodes}.dat"] = lorena(seed, nodes, medians)
    for seed, nodes in enumerate((300, 700), 30):
        texts[f"mclp_seeded/m{nodes}.txt"] = sjc(seed, nodes)
    texts["mclp_globe/g400.txt"] = maximo(40, 400)
    return texts


def nodes_of(rng: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Return places on whole metres, no two the same, shape (count, 2)."""
    centres = rng.uniform(0, SIDE_M, (CLUSTERS, 2))
    found: dict[tuple[int, int], None] = {}
    while len(found) < count:
        near = centres[rng.integers(CLUSTERS)] + rng.normal(0, SIDE_M / 20, 2)
        place = near if rng.random() < CLUSTERED else rng.uniform(0, SIDE_M, 2)
        x, y = np.clip(np.rint(place), 0, SIDE_M).astype(int)
        found[int(x), int(y)] = None
    return np.array(list(found))


def tsplib(name: str, seed: int, nodes: int) -> str:
    """Return coordinates in the TSPLIB layout."""
    places = nodes_of(np.random.default_rng(seed), nodes)
    lines = [f"{rank} {x} {y}" for rank, (x, y) in enumerate(places, 1)]
    head = f"NAME : {name}\nTYPE : TSP\nDIMENSION : {nodes}\nEDGE_WEIGHT_TYPE : EUC_2D\n"
    return head + "NODE_COORD_SECTION\n" + "\n".join(lines) + "\nEOF\n"


def sscflp(seed: int, sites: int, customers: int) -> str:
    """Return facilities and customers; total capacity is five times the demand."""
    rng = np.random.default_rng(seed)
    there, here = nodes_of(rng, sites), nodes_of(rng, customers)
    demand = rng.integers(5, 36, customers)
    capacity = rng.integers(80, 121, sites)
    capacity = np.rint(capacity * 5.0 * demand.sum() / capacity.sum()).astype(int)
    fixed_cost = rng.integers(0, 90, sites) + np.rint(110 * np.sqrt(capacity)).astype(int)
    metres = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    costs = np.rint(metres * demand[:, None] / 500).astype(int)
    blocks = [[(sites, customers)], [capacity], [fixed_cost], [demand], costs]
    return "".join(" ".join(map(str, row)) + "\n" for block in blocks for row in block)


def lorena(seed: int, nodes: int, medians: int) -> str:
    """Return nodes with capacities; the medians can hold 1.15 times the demand."""
    rng = np.random.default_rng(seed)
    places, demand = nodes_of(rng, nodes), rng.integers(1, 21, nodes)
    capacity = int(np.ceil(1.15 * demand.sum() / medians))
    rows = zip(places, demand, strict=True)
    lines = [f"{x} {y} {capacity} {amount}" for (x, y), amount in rows]
    return f"{nodes} {medians}\n" + "\n".join(lines) + "\n"


def sjc(seed: int, nodes: int) -> str:
    """Return nodes with demands in the layout of Lorena & Pereira."""
    rng = np.random.default_rng(seed)
    places, demand = nodes_of(rng, nodes), rng.integers(1, 101, nodes)
    lines = [f"{x}\t{y}\t{amount}" for (x, y), amount in zip(places, demand, strict=True)]
    return f"{nodes}\t9999\tp\tS\n" + "\n".join(lines) + "\n"


def maximo(seed: int, nodes: int) -> str:
    """Return latitudes and longitudes in the layout of Maximo et al."""
    rng = np.random.default_rng(seed)
    places, demand = nodes_of(rng, nodes), rng.integers(1, 2001, nodes)
    degrees = [(40.7 + y / 111_000, -74.0 + x / 84_000) for x, y in places]
    lines = [f"{latitude:.7f} {longitude:.7f}" for latitude, longitude in degrees]
    head = f"NAME : g{nodes}\nTYPE : MCLP\nEDGE_WEIGHT_TYPE : COORD\nDIMENSION : {nodes}\n"
    demands = "\n".join(map(str, demand))
    return head + "NODE_COORD_SECTION\n" + "\n".join(lines) + f"\nDEMAND_SECTION\n{demands}\nEOF\n"


if __name__ == "__main__":
    main()
