"""Risks as data: the plan file's `content`, read into rows and written from them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from plans.content import ROW_LIMIT, Content, Fault, Identified, Plain, Rich
from plans.models import Section
from plans.registry import PlanFacts, RowStore
from plans.rows import sync_one, sync_rows
from risks import models
from risks.schemes import Axis, Level, Scheme, has_level

STAGES = ("inherent", "current", "target")
AXES: tuple[Axis, ...] = ("likelihood", "impact")
_LARGEST_LEVEL = 999


def read_level(value: Any) -> Level | None:
    """Return a level as stored: a number, a short word or letter, or None for "" and null."""
    if value is None or value == "":
        return None
    text = str(value).strip() if isinstance(value, int | str) else ""
    if not isinstance(value, bool):
        if re.fullmatch(r"[0-9]{1,3}", text):
            return int(text)
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9 ]{0,19}", text):
            return text
    shown = json.dumps(value, ensure_ascii=False, default=str)[:60]
    message = f"{shown} is not a level: a number up to {_LARGEST_LEVEL} or a letter"
    raise PydanticCustomError("fault", "{message}", {"message": message})


WrittenLevel = Annotated[
    Any,
    PlainValidator(read_level),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}]}),
]


class Scores(Content):
    likelihood: WrittenLevel = None
    impact: WrittenLevel = None


def _null_if_unscored(scores: Scores | None) -> Scores | None:
    return None if scores == Scores() else scores


StageScores = Annotated[Scores | None, AfterValidator(_null_if_unscored)]


class Risk(Identified):
    """One risk, scored before mitigation (`inherent`), now, and as it should become (`target`)."""

    ref: Plain
    title: Plain = ""
    cause: Rich = ""
    description: Rich = ""
    impacts: Rich = ""
    mitigation: Rich = ""
    owners: list[Plain] = []
    response: Literal["treat", "tolerate", "transfer", "terminate", ""] = ""
    actions: list[Plain] = []
    review: Plain = ""
    emerging: bool = False
    inherent: StageScores = None
    current: StageScores = None
    target: StageScores = None


class RisksContent(Content):
    scheme: Plain | None = None
    rows: Annotated[list[Risk], Field(max_length=ROW_LIMIT)] = []


def empty_risks(plan: PlanFacts) -> dict[str, Any]:
    """Return a new register: by the one scheme there is, unscored where there is a choice."""
    only = next(iter(plan.schemes)) if len(plan.schemes) == 1 else None
    return RisksContent(scheme=only).model_dump()


def risk_faults(content: RisksContent, plan: PlanFacts) -> Iterator[Fault]:
    """Yield levels that a known scheme lacks; an unknown scheme is no fault."""
    scheme = plan.schemes.get(content.scheme or "")
    if scheme is None:
        return
    for i, risk in enumerate(content.rows):
        for stage in STAGES:
            for axis, message in _foreign_levels(getattr(risk, stage), scheme, content.scheme):
                yield Fault(("rows", i, stage, axis), message)


def _foreign_levels(
    scores: Scores | None, scheme: Scheme, key: str | None
) -> Iterator[tuple[Axis, str]]:
    for axis in AXES:
        level = getattr(scores, axis, None)
        if level is not None and not has_level(scheme, axis, level):
            yield axis, f'{level} is not a level of {axis} in the scheme "{key}"'


# --- rows --------------------------------------------------------------------------------------


def load_risks(section: Section, content: RisksContent) -> None:
    """Make the section's rows read like `content`; only what changed is written."""
    sync_one(
        models.RiskRegister.objects.filter(section=section),
        models.RiskRegister(section=section, scheme=content.scheme),
    )
    wanted = [_row(section, risk, position) for position, risk in enumerate(content.rows)]
    sync_rows(models.Risk.objects.filter(section=section), wanted)


def _row(section: Section, risk: Risk, position: int) -> models.Risk:
    return models.Risk(section=section, row_id=risk.id, position=position, **_columns_of(risk))


def _columns_of(risk: Risk) -> dict[str, Any]:
    words = risk.model_dump(exclude={"id", *STAGES})
    levels = {
        f"{stage}_{axis}": _stored_level(getattr(getattr(risk, stage), axis, None))
        for stage in STAGES
        for axis in AXES
    }
    return {**words, **levels}


def _stored_level(level: Level | None) -> str | None:
    return None if level is None else str(level)


def dump_risks(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    """Return the contents of risk sections by primary key, in two queries."""
    registers = models.RiskRegister.objects.filter(section__in=sections)
    schemes = {register.section_id: register.scheme for register in registers}
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for risk in models.Risk.objects.filter(section__in=sections):
        rows[risk.section_id].append(_dump_risk(risk))
    return {s.pk: {"scheme": schemes.get(s.pk), "rows": rows[s.pk]} for s in sections}


def _dump_risk(risk: models.Risk) -> dict[str, Any]:
    return {
        "id": risk.row_id,
        "ref": risk.ref,
        "title": risk.title,
        "cause": risk.cause,
        "description": risk.description,
        "impacts": risk.impacts,
        "mitigation": risk.mitigation,
        "owners": risk.owners,
        "response": risk.response,
        "actions": risk.actions,
        "review": risk.review,
        "emerging": risk.emerging,
        **{stage: _dump_scores(risk, stage) for stage in STAGES},
    }


def _dump_scores(risk: models.Risk, stage: str) -> dict[str, Level | None] | None:
    scores = {axis: read_level(getattr(risk, f"{stage}_{axis}")) for axis in AXES}
    return None if all(level is None for level in scores.values()) else scores


def set_up_risks(section: Section) -> dict[str, Any]:
    """Return the content of a register without its risks."""
    register = models.RiskRegister.objects.filter(section=section).first()
    return {"scheme": register.scheme if register else None, "rows": []}


RISK_ROWS = RowStore(
    path=("rows",),
    model=models.Risk,
    alone=frozenset(Risk.model_fields) - {"id"},
    dump=lambda row, content: _dump_risk(row),
    columns=_columns_of,
)
