"""Risks as tables, each column where any risk fills it, and as a matrix of current scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from documents import values
from documents.blocks import (
    Block,
    Cell,
    Column,
    MatrixCell,
    Paragraph,
    Prose,
    Rating,
    RiskMatrix,
    Row,
    Run,
    Table,
)
from documents.charts import tell_undrawn
from documents.values import BLANK
from plans.content import Content
from plans.registry import Surroundings
from risks.models import Risk
from risks.schemes import (
    Axis,
    Level,
    Scheme,
    Tone,
    find_band,
    list_levels,
    multiply,
    name_level,
    tone_bands,
)

# Headings and captions that a plan or its format may put in its own words.
LABELS = {
    "ref": "Ref",
    "title": "Risk",
    "cause": "Cause",
    "description": "Description",
    "impacts": "Impacts",
    "owners": "Owner",
    "mitigation": "Mitigation",
    "response": "Response",
    "actions": "Actions",
    "review": "Review",
    "inherent": "Before mitigation",
    "current": "Current",
    "target": "Target",
    "likelihood": "Likelihood",
    "impact": "Impact",
    "score": "Score",
    "risks": "Risks",
    "emerging": "Emerging risks",
    "matrix": "Current scores by likelihood and impact",
    "targets": "Target scores by likelihood and impact",
}
UNPLOTTED, TARGETS = "unplotted", "targets"
CHARTS: Mapping[str, str] = {
    TARGETS: "Matrix of target scores",
    UNPLOTTED: "Leave out the matrix of current scores",
}
_WORDS = (
    "ref",
    "title",
    "cause",
    "description",
    "impacts",
    "owners",
    "mitigation",
    "response",
    "actions",
    "review",
)
_RICH = frozenset(["cause", "description", "impacts", "mitigation"])
_STAGES = ("inherent", "current", "target")
_PARTS = ("likelihood", "impact", "score")
_NOTHING_YET = Prose((Paragraph((Run("Nothing is recorded here yet."),)),))


def build_risks(content: Content, surroundings: Surroundings) -> Iterator[Block]:
    """Yield the register, the emerging risks apart, and the matrices of a known scheme."""
    raw = content.model_dump()
    rows: list[dict[str, Any]] = raw["rows"]
    if not rows:
        yield _NOTHING_YET
        return
    scheme = surroundings.plan.schemes.get(raw["scheme"] or "")
    sheet = _Sheet(surroundings, scheme, tone_bands(scheme) if scheme else {})
    known = [row for row in rows if not row["emerging"]]
    emerging = [row for row in rows if row["emerging"]]
    if known:
        caption = surroundings.caption or sheet.label("risks")
        yield _build_table(sheet, known, caption=caption, key="risks")
    if emerging:
        yield _build_table(sheet, emerging, caption=sheet.label("emerging"), key="emerging")
    if UNPLOTTED not in surroundings.charts:
        yield from _build_matrix(sheet, rows, "current")
    if TARGETS in surroundings.charts:
        yield from _build_targets(sheet, rows)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the tables of one register have in common. `scheme` is None where it is not known."""

    around: Surroundings
    scheme: Scheme | None
    tones: Mapping[str, Tone]

    def label(self, name: str) -> str:
        return self.around.label(name, LABELS[name])


# --- tables ------------------------------------------------------------------------------------


def _build_table(
    sheet: _Sheet, rows: Sequence[Mapping[str, Any]], *, caption: str, key: str
) -> Table:
    words = [name for name in _WORDS if name == "title" or any(row[name] for row in rows)]
    scores = [
        (stage, part)
        for stage in _STAGES
        for part in _PARTS
        if any(_has_part(row, stage, part) for row in rows)
    ]
    return Table(
        columns=_columns(sheet, words, scores),
        rows=tuple(_build_row(sheet, row, words, scores) for row in rows),
        caption=caption,
        key=key,
    )


def _has_part(row: Mapping[str, Any], stage: str, part: str) -> bool:
    likelihood, impact = _levels(row, stage)
    if part == "score":
        return likelihood is not None and impact is not None
    return (likelihood if part == "likelihood" else impact) is not None


def _levels(row: Mapping[str, Any], stage: str) -> tuple[Level | None, Level | None]:
    scores = row[stage] or {}
    return scores.get("likelihood"), scores.get("impact")


def _columns(
    sheet: _Sheet, words: Sequence[str], scores: Sequence[tuple[str, str]]
) -> tuple[Column, ...]:
    of_words = [Column(name, sheet.label(name)) for name in words]
    of_scores = [
        Column(
            key=f"{stage}-{part}",
            label=sheet.label(part),
            groups=(sheet.label(stage),),
            align="right",
        )
        for stage, part in scores
    ]
    return (*of_words, *of_scores)


def _build_row(
    sheet: _Sheet,
    row: Mapping[str, Any],
    words: Sequence[str],
    scores: Sequence[tuple[str, str]],
) -> Row:
    cells = [_word_cell(sheet, row, name) for name in words]
    cells += [_score_cell(sheet, row, stage, part) for stage, part in scores]
    return Row(row["id"] or row["ref"] or row["title"], tuple(cells))


def _word_cell(sheet: _Sheet, row: Mapping[str, Any], name: str) -> Cell:
    content = row[name]
    if name in _RICH:
        return Cell(sheet.around.prose(content) if content else BLANK)
    if name in ("owners", "actions"):
        content = (", " if name == "actions" else "; ").join(content)
    if name == "response" and content:
        content = Risk.Response(content).label
    return Cell(values.parse(content), header=name == "title")


def _score_cell(sheet: _Sheet, row: Mapping[str, Any], stage: str, part: str) -> Cell:
    """Return a level as written, or the score with the word of its band."""
    likelihood, impact = _levels(row, stage)
    if part != "score":
        level = likelihood if part == "likelihood" else impact
        return Cell(BLANK if level is None else values.parse(str(level)))
    if likelihood is None or impact is None:
        return Cell(BLANK)
    product = multiply(likelihood, impact)
    if product is None:
        return Cell(values.parse(f"{likelihood}{impact}"), rating=_rate(sheet, likelihood, impact))
    score = values.computed(Decimal(product), 0)
    return Cell(score, rating=_rate(sheet, likelihood, impact))


def _rate(sheet: _Sheet, likelihood: Level, impact: Level) -> Rating | None:
    word = find_band(sheet.scheme, likelihood, impact) if sheet.scheme else ""
    return Rating(word, tone=sheet.tones.get(word, "")) if word else None


# --- the matrix --------------------------------------------------------------------------------


def _build_targets(
    sheet: _Sheet, rows: Sequence[Mapping[str, Any]]
) -> Iterator[RiskMatrix | Prose]:
    """Yield the matrix that was asked for, or why there is none."""
    matrices = list(_build_matrix(sheet, rows, "target"))
    yield from matrices
    if matrices:
        return
    is_scored = any(_has_part(row, "target", "score") for row in rows)
    reason = "no scoring scheme is known" if is_scored else "no risk has a target score"
    yield tell_undrawn(sheet.label("targets"), reason)


def _build_matrix(
    sheet: _Sheet, rows: Sequence[Mapping[str, Any]], stage: str
) -> Iterator[RiskMatrix]:
    """Yield the matrix where a known scheme has two axes and at least one risk is scored."""
    scheme = sheet.scheme
    if scheme is None:
        return
    placed: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        likelihood, impact = _levels(row, stage)
        if likelihood is not None and impact is not None:
            name = row["ref"] or row["title"]
            placed.setdefault((str(likelihood), str(impact)), []).append(name)
    likelihoods, impacts = list_levels(scheme, "likelihood")[::-1], list_levels(scheme, "impact")
    if placed and likelihoods and impacts:
        yield RiskMatrix(
            likelihoods=_name_levels(scheme, "likelihood", likelihoods),
            impacts=_name_levels(scheme, "impact", impacts),
            cells=tuple(
                tuple(_matrix_cell(sheet, down, across, placed) for across in impacts)
                for down in likelihoods
            ),
            caption=sheet.label("matrix" if stage == "current" else "targets"),
        )


def _name_levels(scheme: Scheme, axis: Axis, levels: Sequence[Level]) -> tuple[str, ...]:
    return tuple(name_level(scheme, axis, level) for level in levels)


def _matrix_cell(
    sheet: _Sheet,
    likelihood: Level,
    impact: Level,
    placed: Mapping[tuple[str, str], Sequence[str]],
) -> MatrixCell:
    band = _rate(sheet, likelihood, impact) or Rating("")
    return MatrixCell(band, tuple(placed.get((str(likelihood), str(impact)), ())))
