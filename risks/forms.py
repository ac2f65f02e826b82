"""What the editor shows of risks: the scheme, then a card for each risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plans.content import Path
from plans.grid import Field, FieldType, Grid, RowList
from plans.registry import PlanFacts
from risks.models import Risk
from risks.planfile import AXES, STAGES
from risks.schemes import Axis, Scheme, find_band, list_levels, multiply, name_level, tone_bands

_STAGE_TITLES = {"inherent": "Before mitigation", "current": "Now", "target": "Target"}
_AXIS_TITLES = {"likelihood": "Likelihood", "impact": "Impact"}


def risk_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of a register: its scheme, then its risks with their scores."""
    key = content.get("scheme")
    scheme = plan.schemes.get(key) if isinstance(key, str) else None
    return Grid(
        fields=(_scheme_field(key, plan),),
        lists=(_risks(scheme),),
        derived=_scores(content, scheme),
    )


def _scheme_field(key: Any, plan: PlanFacts) -> Field:
    known = dict.fromkeys([*plan.schemes, *([key] if isinstance(key, str) and key else [])])
    return Field(
        ("scheme",),
        "Scoring scheme",
        FieldType.CHOICE,
        hint="How likelihood and impact are scored. Save to see its levels.",
        choices=(("", "Not scored"), *((each, each) for each in known)),
        empty_as_null=True,
    )


def _risks(scheme: Scheme | None) -> RowList:
    return RowList(
        path=("rows",),
        title="Risks",
        noun="risk",
        fields=(*_word_fields(), *_score_fields(scheme)),
        new={
            "id": "",
            "ref": "",
            "title": "",
            "cause": "",
            "description": "",
            "impacts": "",
            "mitigation": "",
            "owners": [],
            "response": "",
            "actions": [],
            "review": "",
            "emerging": False,
            "inherent": None,
            "current": None,
            "target": None,
        },
        label_path=("title",),
        layout="cards",
    )


def _word_fields() -> tuple[Field, ...]:
    return (
        Field(("ref",), "Reference", hint="Its number in the register.", width="narrow"),
        Field(("title",), "Risk", width="wide"),
        Field(
            ("emerging",),
            "Emerging risk",
            FieldType.CHECK,
            hint="Not in the register yet; printed in a table of its own.",
        ),
        Field(("cause",), "Cause", FieldType.RICH),
        Field(("description",), "Description", FieldType.RICH),
        Field(("impacts",), "Impacts", FieldType.RICH, hint="What would follow if it happened."),
        Field(("owners",), "Owners", FieldType.LINES, hint="Posts, one a line."),
        Field(("mitigation",), "Mitigation", FieldType.RICH, hint="What is done about it."),
        Field(
            ("response",),
            "Response",
            FieldType.CHOICE,
            choices=(("", "Not decided"), *Risk.Response.choices),
        ),
        Field(("actions",), "Actions", FieldType.LINES, hint="Numbers of actions, one a line."),
        Field(("review",), "Review", hint="When it is looked at again."),
    )


def _score_fields(scheme: Scheme | None) -> Iterator[Field]:
    for stage in STAGES:
        for axis in AXES:
            yield _level_field(stage, axis, scheme)
        group = (_STAGE_TITLES[stage],)
        yield Field(
            (stage, "score"),
            "Score",
            FieldType.DERIVED,
            groups=group,
            width="narrow",
            rule=_score_rule(stage, scheme),
            tones=tone_bands(scheme) if scheme else None,
        )


def _score_rule(stage: str, scheme: Scheme | None) -> Mapping[str, Any] | None:
    """Return how the page scores a stage; None where levels are not told apart by their look."""
    if scheme is None or not all(_is_plain_axis(scheme, axis) for axis in AXES):
        return None
    paths = [f"{stage}-{axis}" for axis in AXES]
    return {"score": paths, "bands": list(scheme.get("bands") or ())}


def _is_plain_axis(scheme: Scheme, axis: Axis) -> bool:
    """Whether the levels of an axis are listed, and all numbers or all words."""
    levels = list_levels(scheme, axis)
    words = [level for level in levels if isinstance(level, str)]
    return bool(levels) and (not words or len(words) == len(levels)) and not _any_digits(words)


def _any_digits(words: Iterable[str]) -> bool:
    return any(word.lstrip("-").isdecimal() for word in words)


def _level_field(stage: str, axis: Axis, scheme: Scheme | None) -> Field:
    """Return a choice among the scheme's levels; without a known scheme any level is typed."""
    levels = list_levels(scheme, axis) if scheme else []
    numbers = bool(levels) and all(isinstance(level, int) for level in levels)
    offered = [(str(level), name_level(scheme, axis, level)) for level in levels] if scheme else []
    return Field(
        (stage, axis),
        _AXIS_TITLES[axis],
        FieldType.CHOICE if levels else FieldType.TEXT,
        choices=(("", "Not scored"), *offered) if levels else (),
        groups=(_STAGE_TITLES[stage],),
        parse="int" if numbers else "text",
        empty_as_null=True,
        width="narrow",
    )


def _scores(content: Mapping[str, Any], scheme: Scheme | None) -> Mapping[Path, str]:
    """Return what each stage of each risk scores: "20 High"; nothing where it is not scored."""
    rows = content.get("rows")
    return {
        ("rows", place, stage, "score"): _show_score(row.get(stage), scheme)
        for place, row in enumerate(rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping)
        for stage in STAGES
    }


def _show_score(scores: Any, scheme: Scheme | None) -> str:
    if not isinstance(scores, Mapping):
        return ""
    likelihood, impact = scores.get("likelihood"), scores.get("impact")
    product = multiply(likelihood, impact)
    word = find_band(scheme, likelihood, impact) if scheme else ""
    return f"{'' if product is None else product} {word}".strip()
