"""Say in plain words, with a place, what the schema finds wrong with a value."""

from __future__ import annotations

import types
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from optimizer.core.refusal import Fault
from optimizer.scenario.schema import Scenario
from optimizer.scenario.tree import Node, Path, descend, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

WANTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of a sensible size",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "tuple_type": "a list",
    "list_type": "a list",
    "model_type": "a block of keys",
    "model_attributes_type": "a block of keys",
    "dict_type": "a block of keys",
    "none_required": "nothing",
}
LIMITS = {
    "greater_than": ("gt", "must be more than {}"),
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than": ("lt", "must be less than {}"),
    "less_than_equal": ("le", "must be at most {}"),
    "too_short": ("min_length", "needs at least {} entries"),
    "too_long": ("max_length", "takes at most {} entries"),
    "string_too_short": ("min_length", "needs at least {} characters"),
    "string_too_long": ("max_length", "takes at most {} characters"),
}
PATTERNS = {
    r"^[A-Z]{3}$": "three capital letters, such as EUR or CHF",
}
ID_WORDS = "letters, digits and _ . : / -, beginning with a letter or digit, at most 80"


def schema_faults(root: Node, errors: Iterable[ErrorDetails]) -> list[Fault]:
    """Return one fault for each error of the schema, at the place of the value or key."""
    return [_fault(root, error) for error in errors if not _echo(root, error)]


def _echo(root: Node, error: ErrorDetails) -> bool:
    """Whether a list is called too short only because its entries are faulty themselves."""
    node, _ = descend(root, error["loc"])
    return (
        error["type"] == "too_short"
        and isinstance(node.content, list)
        and len(node.content) >= int(error["ctx"]["min_length"])
    )


def _fault(root: Node, error: ErrorDetails) -> Fault:
    path, kind = error["loc"], error["type"]
    node, steps = descend(root, path)
    dotted = dotted_path(path)
    if kind == "extra_forbidden":
        return _unknown_key(node.key_place, path)
    if kind == "missing":
        return _missing_key(node.key_place, path)
    place = node.place if steps == len(path) else node.key_place
    cause, action = _cause_and_action(error, dotted, node)
    return Fault(place, "F107" if kind in WANTED else "F108", cause, action)


def _cause_and_action(error: ErrorDetails, dotted: str, node: Node) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    cause = f"{dotted} is {shown(node)}"
    if kind in WANTED:
        return f"{cause}; it must be {WANTED[kind]}", _hint(node, WANTED[kind])
    if kind == "literal_error":
        return cause, f"choose {context['expected']}"
    if kind == "string_pattern_mismatch":
        return cause, f"use {PATTERNS.get(str(context['pattern']), ID_WORDS)}"
    if kind in LIMITS:
        key, words = LIMITS[kind]
        limit = context[key]
        limit = f"{limit:g}" if isinstance(limit, int | float) else limit
        return f"{cause}; it {words.format(limit)}", "change the value"
    return f"{cause}: {error['msg']}", "change the value"


def _unknown_key(place: str, path: Path) -> Fault:
    key = str(path[-1])
    block = block_at(path[:-1])
    known = list(block.model_fields) if block is not None else []
    near = get_close_matches(key, known, n=1, cutoff=0.6)
    above = dotted_path(path[:-1]) or "the scenario"
    if near:
        action = f"did you mean {near[0]!r}?"
    else:
        action = f"keys of {above}: {', '.join(known)}" if known else "take it out"
    return Fault(place, "F105", f"unknown key {key[:80]!r} in {above}", action)


def _missing_key(place: str, path: Path) -> Fault:
    block = block_at(path[:-1])
    key = str(path[-1])
    field = block.model_fields.get(key) if block is not None else None
    about = f" ({field.description})" if field is not None and field.description else ""
    above = dotted_path(path[:-1]) or "the scenario"
    return Fault(place, "F106", f"{above} has no {key!r}", f"add `{key}:`{about}")


def block_at(path: Path) -> type[BaseModel] | None:
    """Return the schema of the block at a path, or None where there is no block."""
    found: Any = Scenario
    for key in path:
        if isinstance(key, int):
            found = next(iter(get_args(found)), None)
        elif isinstance(found, type) and issubclass(found, BaseModel) and key in found.model_fields:
            found = found.model_fields[key].annotation
        else:
            return None
        found = _bare(found)
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """Strip Annotated and Optional."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in {Union, types.UnionType}:
        some = [each for each in get_args(annotation) if each is not type(None)]
        return _bare(some[0]) if len(some) == 1 else None
    return annotation


def dotted_path(path: Path) -> str:
    """Return a path the way `--set` takes it: rules.purses.0.budget_eur."""
    return ".".join(str(key) for key in path)


def shown(node: Node) -> str:
    """Return a value as a person wrote it, shortened."""
    value = plain(node)
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value if not isinstance(value, str) else value[:60])


def _hint(node: Node, wanted: str) -> str:
    value = node.content
    if isinstance(value, str) and "number" in wanted:
        return "write the number without quotes, spaces or unit"
    if wanted == "text":
        return "put it in quotes"
    if wanted == "a list":
        return "write [a, b] or one `- entry` a line"
    return f"write {wanted}"
