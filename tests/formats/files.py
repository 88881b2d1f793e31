"""Hand-made instance files of every layout, small enough to check by eye."""

from __future__ import annotations

import lzma
from typing import TYPE_CHECKING

from optimizer.formats import Row

if TYPE_CHECKING:
    from pathlib import Path

PMED = "4 5 2\n1 2 3\n2 3 4\n3 4 1\n1 4 9\n2 1 5\n"
TSPLIB = (
    "NAME : corner\nTYPE : TSP\nDIMENSION : 3\nEDGE_WEIGHT_TYPE : EUC_2D\n"
    "NODE_COORD_SECTION\n1 0 0\n2 3.0e+00 4\n3 1 1\nEOF\n"
)
CAP = " 2 3\n 10 7.5 \n 20 0.\n 4 1.5 2.5\n 5\n 3 4\n 6 5.25 6\n"
CAPA = " 2 2\n capacity 7.5 \n capacity 8.\n 4 1.5 2.5\n 5 3 4\n"
UFLLIB = "FILE: small\n2 3 0\n1 10 1 2 3\n2 20 4 5 6\n"
SSCFLP = "2 3\n10 20\n7 8\n1 2 3\n1 2\n3 4\n5 6\n"
PMEDCAP = " 1 713\n 3 2 120\n 1 0 0 10\n 2 1 1 20\n 3 3 4 30\n"
LORENA = "3 2\n 0 0 720 5\n 1 1 710 6\n 3 4 700 7\n"
SJC = "3\t9999\tp\tS\n0 0 5\n3 4 6\n30 40 7\n"
MAXIMO = (
    "NAME : Quarter\nTYPE : MCLP\nEDGE_WEIGHT_TYPE : COORD\nDIMENSION : 3\nNODE_COORD_SECTION\t\n"
    "40.0 -074.0\n40.0 -074.001\n41.0 -074.0\nDEMAND_SECTION\n5\n6\n7\nEOF"
)


def row_of(family: str, file: str, params: dict[str, str] | None = None) -> Row:
    return Row(family, "one", file, None, "optimal", "", params or {}, "", "", "best_known.csv:2")


def write(folder: Path, text: str, name: str = "one.txt") -> str:
    path = folder / name
    if name.endswith(".xz"):
        path.write_bytes(lzma.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return name
