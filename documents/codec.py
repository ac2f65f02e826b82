"""The document tree as JSON values and back, for storing a version and printing it years later.

Tags and field names are what is stored: renaming one in `blocks` or `values` needs a new SCHEMA
and a reader for the old one. What a field's default says is not written, a plain run or cell is
its text alone, a covered cell null.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, TypeVar

from documents import blocks, values
from documents.blocks import COVERED, Cell, Covered, Document, Imprint, Run

SCHEMA = 1

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Tree = TypeVar("Tree", Document, Imprint)


class UnknownSchema(ValueError):
    """The tree was stored under a schema number that this version of the product cannot read."""


class UnreadableTree(ValueError):
    """What should be a stored tree is not one."""


def dump(document: Document) -> dict[str, Json]:
    """Return a document as JSON values, keys in a fixed order."""
    return {"schema": SCHEMA, "document": _dumped(document)}


def load(data: object) -> Document:
    """Return the document that `dump` gave, whatever has become of the order of its keys.

    :raises UnknownSchema: if it was stored under another schema number.
    :raises UnreadableTree: if it is not a document.
    """
    return _stored(data, "document", Document)


def dump_imprint(imprint: Imprint) -> dict[str, Json]:
    """Return an imprint as JSON values, keys in a fixed order."""
    return {"schema": SCHEMA, "imprint": _dumped(imprint)}


def load_imprint(data: object) -> Imprint:
    """Return the imprint that `dump_imprint` gave; raises as `load` does."""
    return _stored(data, "imprint", Imprint)


def to_json(document: Document) -> bytes:
    """Return a document's canonical bytes: equal trees give equal bytes."""
    text = json.dumps(dump(document), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def from_json(data: bytes) -> Document:
    """Return the document that `to_json` wrote; raises as `load` does."""
    try:
        return load(json.loads(data))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UnreadableTree(f"not JSON: {error}") from error


# --- what is stored ------------------------------------------------------------------------

_NODES: dict[str, type] = {
    "run": blocks.Run,
    "paragraph": blocks.Paragraph,
    "subheading": blocks.SubHeading,
    "quote": blocks.Quote,
    "list": blocks.List,
    "prose": blocks.Prose,
    "value": values.Value,
    "cell_ref": blocks.CellRef,
    "sum": blocks.SumRule,
    "formula": blocks.FormulaRule,
    "rating": blocks.Rating,
    "cell": blocks.Cell,
    "column": blocks.Column,
    "row": blocks.Row,
    "note": blocks.Note,
    "table": blocks.Table,
    "series": blocks.Series,
    "chart": blocks.Chart,
    "post": blocks.Post,
    "org_chart": blocks.OrgChart,
    "matrix_cell": blocks.MatrixCell,
    "risk_matrix": blocks.RiskMatrix,
    "picture": blocks.Picture,
    "heading": blocks.Heading,
    "quadrants": blocks.Quadrants,
    "signatures": blocks.Signatures,
    "part": blocks.Part,
    "person": blocks.Person,
    "cover": blocks.Cover,
    "document": blocks.Document,
    "approval": blocks.Approval,
    "correction": blocks.Correction,
    "branding": blocks.Branding,
    "imprint": blocks.Imprint,
}
_TAGS = {node: tag for tag, node in _NODES.items()}
_FIELDS = {node: tuple((each.name, each.default) for each in fields(node)) for node in _TAGS}


# --- out -----------------------------------------------------------------------------------


def _dumped(node: Any) -> Json:
    match node:
        case None | bool() | int() | float():
            return node
        case str():
            return str(node)
        case tuple():
            return [_dumped(each) for each in node]
        case Decimal():
            return _written(node)
        case datetime():
            return {"is": "time", "at": node.isoformat()}
        case date():
            return {"is": "date", "on": node.isoformat()}
        case Covered():
            return None
        case Run(text) if node == Run(text):
            return text
        case Cell(content) if node == Cell(content):
            return _dumped(content)
        case _:
            return _dumped_fields(node)


def _dumped_fields(node: Any) -> dict[str, Json]:
    dumped: dict[str, Json] = {"is": _TAGS[type(node)]}
    for name, default in _FIELDS[type(node)]:
        value = getattr(node, name)
        if value != default:
            dumped[name] = _dumped(float(value) if isinstance(default, float) else value)
    return dumped


def _written(number: Decimal) -> str:
    """Return a number's digits in full; equal numbers are written alike."""
    digits = format(number, "f")
    short = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return short if number else "0"


# --- in ------------------------------------------------------------------------------------


def _stored(data: object, name: str, kind: type[Tree]) -> Tree:
    if not isinstance(data, dict) or "schema" not in data:
        raise UnreadableTree("a stored tree has a schema number")
    if data["schema"] != SCHEMA:
        raise UnknownSchema(f"schema {data['schema']!r} is not known; this version reads {SCHEMA}")
    try:
        tree = _loaded(data[name])
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise UnreadableTree(f"not a stored {name}: {error}") from error
    if not isinstance(tree, kind):
        raise UnreadableTree(f"not a stored {name}")
    return tree


def _loaded(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_loaded(each) for each in data)
    if not isinstance(data, dict):
        return data
    tag = data["is"]
    if tag == "date":
        return date.fromisoformat(data["on"])
    if tag == "time":
        return datetime.fromisoformat(data["at"])
    node = _NODES[tag]
    loaded = {name: _loaded(value) for name, value in data.items() if name != "is"}
    return node(**{name: _RESTORED.get((tag, name), _same)(each) for name, each in loaded.items()})


def _same(loaded: Any) -> Any:
    return loaded


def _runs(loaded: tuple[Run | str, ...]) -> tuple[Run, ...]:
    return tuple(Run(each) if isinstance(each, str) else each for each in loaded)


def _cells(loaded: tuple[Any, ...]) -> tuple[Cell | Covered, ...]:
    return tuple(_cell(each) for each in loaded)


def _cell(loaded: Any) -> Cell | Covered:
    if loaded is None:
        return COVERED
    return loaded if isinstance(loaded, Cell) else Cell(loaded)


# Fields that JSON alone does not tell apart.
_RESTORED: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("value", "status"): values.Status,
    ("value", "number"): Decimal,
    ("paragraph", "runs"): _runs,
    ("subheading", "runs"): _runs,
    ("row", "cells"): _cells,
}
