"""Read a scenario file: every fault at once, each with file, line and column.

Codes
-----
F100 there are more faults than are told. F101 the file cannot be read (missing, too large, empty,
not UTF-8). F102 it is not YAML 1.2. F103 aliases, anchors, tags, several documents, too deep or
too long. F104 a key stands twice. F105 unknown key. F106 missing key. F107 wrong type. F108 value
out of its range or choices. F109 `extends:` leads nowhere or in a circle. F110 `--set` malformed.
F120 and on: `checks`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from optimizer.core.refusal import Fault, Refusal
from optimizer.scenario.checks import cross_faults
from optimizer.scenario.merge import read_merged
from optimizer.scenario.schema import Scenario
from optimizer.scenario.tree import Node, place_of, plain
from optimizer.scenario.words import schema_faults, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


MOST_FAULTS = 200
SCHEMA_PATH = re.compile(r"[a-z_]+([.\[][a-z_0-9]+\]?)*")


@dataclass(frozen=True)
class Places:
    """Knows where each value of a scenario stands."""

    root: Node

    def of(self, *path: str | int) -> str:
        """Return `file:line:column` of a value, or of the nearest block above it.

        For example ``places.of("rules", "required", 0, "site")``.
        """
        return place_of(self.root, path)

    def located(self, refusal: Refusal) -> Refusal:
        """Return a refusal of a later room with its schema paths turned into places.

        A fault at "rules.required[0]" is told at the line and column where that rule stands; places
        that are no path of the schema stay as they are.
        """
        return Refusal(*(replace(fault, place=self._told(fault.place)) for fault in refusal.faults))

    def _told(self, place: str) -> str:
        written, _, rest = place.partition(" ")
        keys = [key for key in re.split(r"[.\[\]]+", written) if key]
        if not SCHEMA_PATH.fullmatch(written) or keys[0] not in Scenario.model_fields:
            return place
        found = self.of(*(int(key) if key.isdecimal() else key for key in keys))
        return f"{found} {rest}".strip()


def read_scenario(path: Path, overrides: Sequence[str] = ()) -> Scenario:
    """Read a scenario (YAML 1.2 or JSON).

    Parameters
    ----------
    path
        The file; names in it are relative to its folder.
    overrides
        Changes "dotted.path=value" (list entries by number, value in YAML), as of `--set`.

    Raises
    ------
    Refusal
        With every fault of the file.
    """
    return read_with_places(path, overrides)[0]


def read_with_places(path: Path, overrides: Sequence[str] = ()) -> tuple[Scenario, Places]:
    """Read a scenario as `read_scenario` does, and tell where each of its values stands."""
    root, faults = read_merged(path, overrides)
    if not isinstance(root.content, dict):
        cause = f"the file holds {shown(root)}; a scenario is a block of keys"
        raise Refusal(*faults, Fault(root.place, "F107", cause, "begin with `faubourg: 1`"))
    scenario: Scenario | None = None
    known = {fault.place for fault in faults}
    try:
        # JSON mode: strict about types, yet lists become tuples
        scenario = Scenario.model_validate_json(json.dumps(plain(root)))
    except ValidationError as error:
        found = schema_faults(root, error.errors(include_url=False, include_input=False))
        faults.extend(fault for fault in found if fault.place not in known)
    faults.extend(cross_faults(root, path.parent))
    if faults or scenario is None:
        raise Refusal(*_in_order(faults))
    return scenario.placed(path.resolve().parent), Places(root)


def schema_json() -> dict[str, Any]:
    """Return the JSON Schema of the scenario file."""
    schema = Scenario.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Faubourg scenario",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _in_order(faults: list[Fault]) -> list[Fault]:
    """Sort by file (in order of appearance), line and column; without repetitions, not too many."""
    files: dict[str, int] = {}
    unique = {(fault.place, fault.code, fault.cause): fault for fault in faults}

    def rank(fault: Fault) -> tuple[int, int, int]:
        name, line, column = split_place(fault.place)
        return files.setdefault(name, len(files)), line, column

    ordered = sorted(unique.values(), key=rank)
    more = len(ordered) - MOST_FAULTS
    if more <= 0:
        return ordered
    rest = Fault(ordered[MOST_FAULTS].place, "F100", f"{more} more faults", "mend the first ones")
    return [*ordered[:MOST_FAULTS], rest]


def split_place(place: str) -> tuple[str, int, int]:
    """Return file, line and column of a place (0 where it has none)."""
    name, _, rest = place.rpartition(":")
    head, _, line = name.rpartition(":")
    if rest.isdecimal() and line.isdecimal() and head:
        return head, int(line), int(rest)
    return place, 0, 0
