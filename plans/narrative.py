"""Sections of words: text, a scorecard, pictures, signatures, a structure chart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from documents.blocks import (
    Block,
    OrgChart,
    Picture,
    Post,
    Quadrants,
    Signatures,
)
from plans.content import (
    ROW_LIMIT,
    Content,
    Fault,
    Field,
    Identified,
    Key,
    Path,
    Plain,
    Rich,
    repeated,
)
from plans.grid import Codec, FieldType, Grid, RowList
from plans.grid import Field as GridField
from plans.models import Narrative, Section
from plans.registry import Figure, PlanFacts, RowStore, Surroundings
from plans.rows import sync_one

POSTS_DEEP = 8  # levels of a structure chart that the editor and the page can hold


class Quadrant(Identified):
    title: Plain
    body: Rich = ""


class PictureEntry(Identified):
    name: Plain
    alt: Plain = ""
    caption: Plain = ""
    source: Plain = ""


class Signature(Content):
    name: Plain = ""
    post: Plain = ""


class PostEntry(Content):
    post: Plain
    name: Plain = ""
    unit: Key | None = None
    reports: list[PostEntry] = []


class NarrativeContent(Content):
    body: Rich = ""
    quadrants: Annotated[list[Quadrant], Field(max_length=ROW_LIMIT)] = []
    figures: Annotated[list[PictureEntry], Field(max_length=ROW_LIMIT)] = []
    signatures: Annotated[list[Signature], Field(max_length=100)] = []
    chart: PostEntry | None = None


def empty(facts: PlanFacts) -> dict[str, Any]:
    return NarrativeContent().model_dump()


def dump(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    stored = {row.section_id: row for row in Narrative.objects.filter(section__in=sections)}
    return {section.pk: _dump_one(stored.get(section.pk)) for section in sections}


def _dump_one(row: Narrative | None) -> dict[str, Any]:
    if row is None:
        return NarrativeContent().model_dump()
    values = {name: getattr(row, name) for name in NarrativeContent.model_fields}
    return NarrativeContent.model_validate(values).model_dump()


def load(section: Section, content: Content) -> None:
    sync_one(
        Narrative.objects.filter(section=section),
        Narrative(section=section, **content.model_dump()),
    )


def set_up(section: Section) -> dict[str, Any]:
    """Return the whole content, which is one record."""
    return _dump_one(Narrative.objects.filter(section=section).first())


RECORD = RowStore(
    path=(),
    model=Narrative,
    alone=frozenset({"body", "quadrants", "figures"}),
    dump=lambda row, content: dict(content),
    columns=lambda content: content.model_dump(include={"body", "quadrants", "figures"}),
)


def faults(content: NarrativeContent, facts: PlanFacts) -> Iterator[Fault]:
    if content.chart:
        yield from _chart_faults(content.chart, ("chart",), facts, depth=1)
    names = ((("figures", i, "name"), entry.name) for i, entry in enumerate(content.figures))
    yield from repeated(names, "picture")


def _chart_faults(post: PostEntry, path: Path, facts: PlanFacts, *, depth: int) -> Iterator[Fault]:
    if post.unit is not None and post.unit not in facts.unit_names:
        yield Fault((*path, "unit"), f'the plan has no unit "{post.unit}"')
    if depth > POSTS_DEEP:
        yield Fault(path, f"a structure chart has at most {POSTS_DEEP} levels")
        return
    for index, report in enumerate(post.reports):
        yield from _chart_faults(report, (*path, "reports", index), facts, depth=depth + 1)


# --- print -------------------------------------------------------------------------------------


def build(content: NarrativeContent, around: Surroundings) -> Iterator[Block]:
    if content.body:
        yield around.prose(content.body)
    if content.quadrants:
        yield Quadrants(tuple((box.title, around.prose(box.body)) for box in content.quadrants))
    for entry in content.figures:
        yield Picture(name=entry.name, alt=entry.alt, caption=entry.caption, source=entry.source)
    if content.signatures:
        yield Signatures(tuple((person.name, person.post) for person in content.signatures))
    if content.chart:
        names = around.plan.unit_names
        caption = around.caption or around.label("chart", "Structure chart")
        yield OrgChart(root=_post(content.chart, names), caption=caption)


def _post(entry: PostEntry, names: Mapping[str, str]) -> Post:
    return Post(
        title=entry.post,
        name=entry.name,
        unit=names.get(entry.unit or "", ""),
        reports=tuple(_post(report, names) for report in entry.reports),
    )


def pictures(content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield path and file name of each picture that is to be shown."""
    for index, entry in enumerate(content.get("figures") or ()):
        yield ("figures", index, "name"), entry.get("name") or ""


def figures(content: NarrativeContent, facts: PlanFacts) -> Iterable[Figure]:
    return ()


# --- edit --------------------------------------------------------------------------------------


def grid(content: Mapping[str, Any], facts: PlanFacts) -> Grid:
    body = GridField(("body",), "Text", FieldType.RICH, width="wide")
    chart = GridField(
        ("chart",),
        "Structure chart",
        FieldType.LONG,
        hint=OUTLINE_HINT,
        codec=Codec(show=show_outline, read=read_outline),
        folded=True,
    )
    return Grid(fields=(body, chart), lists=_lists(facts.pictures))


def _lists(stored: Sequence[str]) -> tuple[RowList, ...]:
    return (
        RowList(
            path=("quadrants",),
            title="Scorecard boxes",
            noun="box",
            fields=(
                GridField(("title",), "Title", required=True),
                GridField(("body",), "Text", FieldType.RICH),
            ),
            new={"title": "", "body": ""},
            label_path=("title",),
            layout="cards",
            folded=True,
        ),
        RowList(
            path=("figures",),
            title="Pictures",
            noun="picture",
            fields=(
                _picture_field(stored),
                GridField(("alt",), "What it shows, in words", required=True),
                GridField(("caption",), "Caption"),
                GridField(("source",), "Source"),
            ),
            new={"name": "", "alt": "", "caption": "", "source": ""},
            label_path=("name",),
            layout="cards",
            folded=True,
        ),
        RowList(
            path=("signatures",),
            title="Signatures",
            noun="signature",
            fields=(GridField(("name",), "Name"), GridField(("post",), "Post")),
            new={"name": "", "post": ""},
            label_path=("name",),
            identified=False,
            folded=True,
        ),
    )


def _picture_field(stored: Sequence[str]) -> GridField:
    """Return the field that names a picture: a choice where it is known which are stored."""
    if not stored:
        hint = "As it is stored under Pictures"
        return GridField(("name",), "File name", hint=hint, required=True)
    choices = tuple((name, name) for name in stored)
    hint = "One of those stored under Pictures"
    return GridField(
        ("name",), "Picture", FieldType.CHOICE, hint=hint, choices=choices, required=True
    )


def show_outline(chart: Mapping[str, Any] | None, depth: int = 0) -> str:
    """Return a structure chart as an outline: a post a line, two spaces in for each level."""
    if not chart:
        return ""
    unit = f" [{chart['unit']}]" if chart.get("unit") else ""
    name = f" | {chart['name']}" if chart.get("name") else ""
    lines = [f"{'  ' * depth}{chart['post']}{name}{unit}"]
    lines += [show_outline(report, depth + 1) for report in chart.get("reports", ())]
    return "\n".join(lines)


def read_outline(text: str) -> dict[str, Any] | None:
    """Return the structure chart that an outline describes; None for an empty one.

    :raises ValueError: if a second post stands outermost, or a line is indented too far.
    """
    path: list[dict[str, Any]] = []
    head = None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        depth = (len(line) - len(line.lstrip(" "))) // 2
        post = _read_post(line.strip())
        if depth > len(path) or (head is not None and depth == 0):
            problem = "is indented further than the post above it" if depth else "is a second head"
            raise ValueError(f"line {number} {problem}; indent by two spaces for each level")
        del path[depth:]
        if path:
            path[-1]["reports"].append(post)
        else:
            head = post
        path.append(post)
    return head


def _read_post(line: str) -> dict[str, Any]:
    match = re.fullmatch(r"(?P<rest>.*?)(?:\s*\[(?P<unit>[a-z0-9-]+)\])?", line)
    rest, unit = (match["rest"], match["unit"]) if match else (line, None)
    post, _, name = rest.partition(" | ")
    return {"post": post.strip(), "name": name.strip(), "unit": unit, "reports": []}


OUTLINE_HINT = (
    "One post a line, two spaces further in for each level: “Director | Name [team key]”. "
    "Name and team may be left out."
)
