"""The plan file as JSON Schema (2020-12), made from the models that validate it."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from plans.planfile import FORMAT, SECTION_LIMIT, VERSION, PlanHead, SectionHead
from plans.registry import SectionKind, kinds

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def plan_file_schema() -> dict[str, Any]:
    """Return the schema of a plan file with every section kind that is installed."""
    models = [PlanHead, SectionHead, *(kind.schema for kind in kinds())]
    refs, generated = models_json_schema([(model, "validation") for model in models])
    places = {model: ref for (model, _), ref in refs.items()}
    definitions = generated["$defs"]
    head = definitions.pop(SectionHead.__name__)
    return {
        "$schema": DIALECT,
        "title": "Operating plan, format version 1",
        "description": "One whole plan as data. Every key but the required ones has a default.",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "version", "plan", "sections"],
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "plan": places[PlanHead],
            "sections": {
                "type": "array",
                "minItems": 1,
                "maxItems": SECTION_LIMIT,
                "items": {"oneOf": [_section(kind, head, places[kind.schema]) for kind in kinds()]},
            },
        },
        "$defs": definitions,
    }


def _section(kind: SectionKind, head: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a section of one kind: the head that all share, and its content."""
    orientation = {**head["properties"]["orientation"], "default": kind.orientation}
    own = {"kind": {"const": kind.slug}, "orientation": orientation, "content": content}
    return {
        "title": kind.name,
        "description": kind.summary,
        "type": "object",
        "additionalProperties": False,
        "required": [*head["required"], "content"],
        "properties": {**head["properties"], **own},
    }


def write_schema() -> str:
    """Return the schema as the file in docs/ holds it."""
    return json.dumps(plan_file_schema(), indent=2, ensure_ascii=False) + "\n"
