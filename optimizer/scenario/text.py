"""Read one YAML 1.2 (or JSON) text into a tree of places; strict, and safe with hostile files.

Refused: aliases, anchors and tags (a few hundred bytes of aliases can unfold into gigabytes),
duplicate keys, several documents, keys that are not text. Scalars follow the YAML 1.2 core schema
(https://yaml.org/spec/1.2.2/ section 10.3.2): `NO` and `22:30` are text, `1e3` is a number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from optimizer.core.refusal import Fault, Refusal
from optimizer.scenario.tree import Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LARGEST_BYTES = 5_000_000
LARGEST_DEPTH = 50
MOST_VALUES = 100_000
LARGEST_NUMBER = 1e15

SCALARS: tuple[tuple[re.Pattern[str], Callable[[str], Scalar]], ...] = (
    (re.compile(r"~|null|Null|NULL|"), lambda _: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]{1,400}"), int),
    (re.compile(r"0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (
        re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"),
        lambda text: float(text.replace(".", "")),
    ),
)
"""Plain scalars of the YAML 1.2 core schema; everything else is text."""


def read_tree(path: Path, name: str) -> tuple[Node, list[Fault]]:
    """Read a file; `name` is what places call it.

    Returns
    -------
    The tree, and the faults that leave the rest of the file readable.

    Raises
    ------
    Refusal
        F101 where the file cannot be read at all, F102 or F103 where it is not such YAML.
    """
    return parse(_decoded(path, name), name, tabs_are_spaces=path.suffix.lower() == ".json")


def parse(text: str, name: str, *, tabs_are_spaces: bool = False) -> tuple[Node, list[Fault]]:
    """Turn a text into a tree; places are `name:line:column`."""
    reader = _Reader(name, text.replace("\t", " ") if tabs_are_spaces else text)
    try:
        return reader.document(), reader.faults
    except Refusal:
        raise
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark is not None else name
        raise Refusal(_syntax(place, error.problem or error.context or "")) from error
    except YAMLError as error:
        position = getattr(error, "position", None)
        raise Refusal(_syntax(_at(name, text, position), _reason(error))) from error
    except Exception as error:  # any fault of the parser on a text is a fault of that text
        raise Refusal(_syntax(name, type(error).__name__)) from error


class _Reader:
    """Builds nodes from the parser's events and collects the faults on the way."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.count = 0
        self.events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))

    def document(self) -> Node:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent) and root is not None:
                self.fault(self.place(event), "F103", "a second document", "keep one per file")
                break
            if isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
                root = self.node(event, None, 1)
            if isinstance(event, StreamEndEvent):
                break
        if root is None or root.content is None:
            place = f"{self.name}:1:1"
            empty = Fault(place, "F101", "the file is empty", "write a scenario into it")
            raise Refusal(*(self.faults or [empty]))
        return root

    def place(self, event: Any) -> str:
        mark = event.start_mark
        return f"{self.name}:{mark.line + 1}:{mark.column + 1}"

    def fault(self, place: str, code: str, cause: str, action: str) -> None:
        self.faults.append(Fault(place, code, cause, action))

    def node(self, event: Any, key_place: str | None, depth: int) -> Node:
        place = self.place(event)
        if depth > LARGEST_DEPTH:
            raise Refusal(
                Fault(place, "F103", f"nested deeper than {LARGEST_DEPTH}", "flatten the file")
            )
        self.count += 1
        if self.count > MOST_VALUES:
            cause = f"more than {MOST_VALUES:,} values"
            raise Refusal(Fault(place, "F103", cause, "move long tables into CSV or GeoPackage"))
        key_place = key_place or place
        self._only_plain_data(event, place)
        if isinstance(event, AliasEvent):
            return Node(None, place, key_place)
        if isinstance(event, ScalarEvent):
            return Node(self._scalar(event, place), place, key_place)
        if isinstance(event, SequenceStartEvent):
            return Node(self._list(depth), place, key_place)
        return Node(self._mapping(depth), place, key_place)

    def _only_plain_data(self, event: Any, place: str) -> None:
        if isinstance(event, AliasEvent):
            self.fault(place, "F103", f"alias *{event.anchor}", "write the value out")
            return
        if event.anchor is not None:
            self.fault(place, "F103", f"anchor &{event.anchor}", "take it out")
        if event.tag is not None:
            self.fault(place, "F103", f"tag {event.tag}", "take it out; write plain values")

    def _list(self, depth: int) -> list[Node]:
        content = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            content.append(self.node(event, None, depth + 1))
        return content

    def _mapping(self, depth: int) -> dict[str, Node]:
        content: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            key = self.node(event, None, depth + 1)
            value = self.node(next(self.events), key.place, depth + 1)
            if isinstance(event, ScalarEvent):
                self._add(content, event.value, key.place, value)
            else:
                self.fault(key.place, "F102", "a key that is not a word", "write `key: value`")
        return content

    def _add(self, content: dict[str, Node], key: str, place: str, value: Node) -> None:
        if key in content:
            first = content[key].key_place
            self.fault(
                place, "F104", f"key {key!r} stands twice (first at {first})", "keep one of them"
            )
        else:
            content[key] = value

    def _scalar(self, event: Any, place: str) -> Scalar:
        if event.style is not None:
            return self._joined(event.value, place)
        value = resolve(event.value)
        if isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
            self.fault(place, "F108", f"{event.value[:40]} is too large", "check the unit")
            return 0
        if isinstance(value, float) and value != value:  # noqa: PLR0124 - the test for nan
            self.fault(place, "F108", "not a number (.nan)", "give a number")
            return 0
        return self._joined(value, place) if isinstance(value, str) else value

    def _joined(self, value: str, place: str) -> str:
        r"""Join surrogate pairs, which JSON writes as two escapes: \ud83d\ude00."""
        try:
            return value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.fault(place, "F102", "half a character (a lone surrogate)", "write it in UTF-8")
            return ""


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar by the YAML 1.2 core schema."""
    for pattern, value_of in SCALARS:
        if pattern.fullmatch(text):
            return value_of(text)
    return text


def _decoded(path: Path, name: str) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            limit = f"larger than {LARGEST_BYTES // 1_000_000} MB"
            raise Refusal(Fault(name, "F101", limit, "move long tables into CSV or GeoPackage"))
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise Refusal(Fault(name, "F101", "no such file", "check the path")) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "cannot be read"
        raise Refusal(Fault(name, "F101", reason.lower(), "give a readable YAML file")) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fault = Fault(f"{name}:{line}:1", "F101", "not UTF-8 text", "save the file as UTF-8")
        raise Refusal(fault) from error
    if "\0" in text:
        raise Refusal(
            Fault(_at(name, text, text.index("\0")), "F101", "a NUL byte", "save it as UTF-8 text")
        )
    return text


def _at(name: str, text: str, position: object) -> str:
    if not isinstance(position, int):
        return name
    before = text[:position]
    return f"{name}:{before.count(chr(10)) + 1}:{position - before.rfind(chr(10))}"


def _reason(error: YAMLError) -> str:
    return str(getattr(error, "reason", "") or type(error).__name__)


def _syntax(place: str, problem: str) -> Fault:
    if "\\t" in problem:
        return Fault(place, "F102", "a tab where YAML wants spaces", "indent with spaces")
    return Fault(
        place, "F102", f"not YAML: {problem or 'cannot be read'}", "mend the text at this place"
    )
