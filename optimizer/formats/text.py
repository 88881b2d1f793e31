"""Text files of numbers, compressed or not; a fault is told with its line."""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MOST_BYTES = 1 << 30
"""No instance of the literature is near a gigabyte; what unpacks to more is no instance."""


def read_text(path: Path) -> str:
    """Return the text of a file; `.xz` is unpacked.

    Raises
    ------
    Refusal
        F811 when the file is missing, damaged, empty, too large or not text.
    """
    try:
        if path.suffix == ".xz":
            with lzma.open(path) as file:
                data = file.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            refuse(str(path), "F811", "the file has more than a gigabyte of text")
        text = data.decode("utf-8-sig")
    except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
        refuse(str(path), "F811", f"the file cannot be read: {error}")
    if not text.strip():
        refuse(str(path), "F811", "the file is empty")
    return text


@dataclass
class Numbers:
    """Reads numbers one after the other; blanks and line ends only separate them.

    lines : the lines that are read. first : number of their first line in the file, from 1.
    """

    path: Path
    lines: list[str]
    first: int = 1

    def __post_init__(self) -> None:
        """Split the lines into words."""
        self._words = " ".join(self.lines).split()
        self._next = 0

    def take(self, count: int, what: str) -> NDArray[np.float64]:
        """Return the next `count` numbers; `what` names them in faults.

        Raises
        ------
        Refusal
            F812 when there are fewer, or one of them is not a finite number.
        """
        begin, end = self._next, self._next + count
        words = self._words[begin:end]
        if len(words) < count:
            cause = f"the file ends after {len(words)} of {count} numbers: {what}"
            self.refuse(len(self._words) - 1, cause)
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError:
            values = np.array([_number(word) for word in words])
        if not np.isfinite(values).all():
            bad = int(np.flatnonzero(~np.isfinite(values))[0])
            self.refuse(begin + bad, f"{words[bad][:40]!r} is not a number: {what}")
        self._next = end
        return values

    def counts(self, count: int, what: str, *, least: int = 1) -> list[int]:
        """Return whole numbers, each at least `least`."""
        begin = self._next
        values = self.take(count, what)
        for rank, value in enumerate(values):
            if value != np.floor(value) or not least <= value <= np.iinfo(np.int32).max:
                cause = f"{value:g} is not a whole number from {least} up: {what}"
                self.refuse(begin + rank, cause)
        return [int(value) for value in values]

    def table(self, rows: int, columns: int, what: str) -> NDArray[np.float64]:
        """Return the next rows x columns numbers as a table."""
        if rows * columns > len(self._words) - self._next:  # before anything of that size is made
            left = len(self._words) - self._next
            cause = f"{left} of {rows} x {columns} numbers are there: {what}"
            self.refuse(len(self._words) - 1, cause)
        return self.take(rows * columns, what).reshape(rows, columns)

    def amounts(self, count: int, what: str) -> NDArray[np.float64]:
        """Return the next `count` numbers, none of them negative."""
        begin = self._next
        values = self.take(count, what)
        if (values < 0).any():
            bad = int(np.flatnonzero(values < 0)[0])
            self.refuse(begin + bad, f"{values[bad]:g} is negative: {what}")
        return values

    def end(self) -> None:
        """Refuse what is left over: the counts at the head do not fit the file."""
        if self._next < len(self._words):
            cause = f"{self._words[self._next][:40]!r} and what follows is more than the head says"
            self.refuse(self._next, cause)

    def refuse(self, word: int, cause: str) -> NoReturn:
        """Refuse at the line of a word."""
        seen = 0
        for number, line in enumerate(self.lines, self.first):
            seen += len(line.split())
            if seen > word >= 0:
                refuse(f"{self.path}:{number}", "F812", cause)
        refuse(f"{self.path}:{self.first + max(len(self.lines) - 1, 0)}", "F812", cause)


def numbers(path: Path) -> Numbers:
    """Open a file that holds nothing but numbers."""
    return Numbers(path, read_text(path).splitlines())


def section(path: Path, lines: list[str], name: str) -> int:
    """Return the index of the line after the heading `name`.

    Raises
    ------
    Refusal
        F812 when there is no such heading.
    """
    found = (at for at, line in enumerate(lines) if line.partition(":")[0].strip() == name)
    index = next(found, None)
    if index is None:
        refuse(f"{path}:{len(lines)}", "F812", f"there is no heading {name}")
    return index + 1


def heading(path: Path, lines: list[str], name: str) -> int:
    """Return the count behind the heading `name` (`DIMENSION : 1060`).

    Raises
    ------
    Refusal
        F812 when it is missing or not a whole number from 1 up.
    """
    index = section(path, lines, name) - 1
    value = _number(lines[index].partition(":")[2])
    if not (value >= 1 and value == np.floor(value) and value <= np.iinfo(np.int32).max):
        refuse(f"{path}:{index + 1}", "F812", f"{name} is not a whole number from 1 up")
    return int(value)


def refuse(place: str, code: str, cause: str) -> NoReturn:
    """Refuse an instance file.

    Raises
    ------
    Refusal
        Always.
    """
    actions = {
        "F810": "give a best_known.csv as benchmarks/README.md describes it",
        "F811": "fetch the file again, or check the path in best_known.csv",
        "F812": "fetch the file again; the head of the reader describes the layout",
        "F813": "choose a family of optimizer/formats, or leave it out with --family",
        "F814": "write key=value, joined by semicolons, in the column params",
    }
    raise Refusal(Fault(place, code, cause, actions[code])) from None


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")
