"""The plan file: one JSON document that holds one whole plan as data.

Reads it with every fault named by its path, and writes it in one canonical form. The tables of
the database are filled and read through `store_sections` and `read_plan`; the rest is pure.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, groupby
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    SerializerFunctionWrapHandler,
    ValidationError,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from plans.content import (
    Content,
    Fault,
    Faults,
    Field,
    Identified,
    Key,
    Path,
    Plain,
    PlanYear,
    Rich,
    give_ids,
    identified_rows,
    read_faults,
    repeated,
    repeated_ids,
    shorten,
)
from plans.matching import match_ids
from plans.models import Plan, Section
from plans.registry import (
    PlanFacts,
    PlanUnit,
    RagRulesOfPlan,
    SchemesOfPlan,
    council_schemes,
    get_kind,
    kinds,
)

T = TypeVar("T", bound=Content)

FORMAT = "operating-plan"
VERSION = 1
FILE_LIMIT = 20 * 1024 * 1024
DEPTH_LIMIT = 60
SECTION_LIMIT = 200
DIGIT_LIMIT = 100
RAG_RULE_LIMIT = 20
RAG_UNIT_LIMIT = 20  # units of one RAG rule
LEVEL_LIMIT = 9  # characters of a risk scheme's level
# What figures call their own; a unit of this key would make a live figure ambiguous.
PATH_WORDS = frozenset(
    [
        "gross",
        "net",
        "total_cost",
        "fte",
        "employee",
        "running",
        "contracts",
        "external_income",
        "internal_income",
        "prior_net",
        "prior_fte",
        "staffing",
        "non_staffing",
        "grants",
        "total",
        "count",
        "improved",
        "worse",
        "unchanged",
        "on_target",
    ]
)


# --- what the file may hold --------------------------------------------------------------------


class Person(Content):
    role: Plain = ""
    name: Plain = ""
    initials: Plain = ""


class SummaryFact(Content):
    label: Plain
    figure: Plain = ""
    style: Plain = ""
    text: Plain = ""


class UnitEntry(Content):
    key: Key
    name: Plain
    also: list[Plain] = []
    part_of: Key | None = None


def _level(value: Any) -> int | str:
    """Take a level as it is: a whole number, or a short text such as "B"."""
    if isinstance(value, str) and 0 < len(value.strip()) <= LEVEL_LIMIT and value.isprintable():
        return value.strip()
    if type(value) is int and abs(value) < 10**LEVEL_LIMIT:
        return value
    message = f"must be a whole number or a text of at most {LEVEL_LIMIT} characters"
    raise PydanticCustomError("fault", message)  # type: ignore[arg-type]


Level = Annotated[
    int | str,
    BeforeValidator(_level),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 9}]}),
]


class SchemeLevel(Content):
    level: Level
    word: Plain = ""


class SchemeBand(Content):
    word: Plain
    from_: Annotated[int | None, Field(alias="from")] = None
    to: int | None = None
    cells: list[Plain] = []


class SchemeEntry(Content):
    key: Plain
    likelihood: Annotated[list[SchemeLevel], Field(max_length=20)] = []
    impact: Annotated[list[SchemeLevel], Field(max_length=20)] = []
    bands: Annotated[list[SchemeBand], Field(max_length=20)] = []
    tolerance: int | None = None


RagShape = Literal["circle", "triangle", "square", "diamond"]
RagColour = Literal["green", "amber", "red", "blue", "grey"]
_RULE_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


def _rule_number(text: str) -> str:
    if text and not _RULE_NUMBER.fullmatch(text):
        message = "must be a number such as 2 or 0.5, not below 0, or empty"
        raise PydanticCustomError("fault", message)  # type: ignore[arg-type]
    return format(Decimal(text).normalize(), "f") if text else ""


RuleNumber = Annotated[
    Plain,
    AfterValidator(_rule_number),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]{1,12}(\.[0-9]{1,6})?)?$"}),
]


class RagOutcome(Content):
    """How one outcome of a RAG rule is shown: always as word, shape and colour together."""

    word: Annotated[Plain, Field(min_length=1, max_length=60)]
    shape: RagShape
    colour: RagColour


class RagRuleEntry(Content):
    """A RAG rule: when an indicator is on target, near it or off it, and how that is shown."""

    key: Key
    name: Plain = ""
    units: Annotated[list[Plain], Field(max_length=RAG_UNIT_LIMIT)] = []
    default: bool = False
    tolerance: RuleNumber = ""
    tolerance_in: Literal["points", "percent"] = "points"
    floor: RuleNumber = ""
    band: RuleNumber = ""
    on_target: RagOutcome = RagOutcome(word="Green, on target", shape="circle", colour="green")
    near: RagOutcome = RagOutcome(word="Amber, near target", shape="triangle", colour="amber")
    off_target: RagOutcome = RagOutcome(word="Red, off target", shape="square", colour="red")

    @model_validator(mode="after")
    def tell_outcomes_apart(self) -> RagRuleEntry:
        """Refuse outcomes of one word, shape or colour: each has to tell them apart alone."""
        outcomes = (self.on_target, self.near, self.off_target)
        for one, other in combinations(outcomes, 2):
            for name in ("word", "shape", "colour"):
                if getattr(one, name).casefold() == getattr(other, name).casefold():
                    message = f"two outcomes have the same {name}"
                    raise PydanticCustomError("fault", message)  # type: ignore[arg-type]
        return self


class PlanHead(Content):
    """The plan's own facts, beside its sections."""

    title: Plain
    subtitle: Plain = ""
    council: Plain = ""
    directorate: Plain = ""
    unit: Plain = ""
    year: PlanYear
    money_unit: Plain = "£000"
    plan_format: Plain | None = None
    people: Annotated[list[Person], Field(max_length=100)] = []
    summary: Annotated[list[SummaryFact], Field(max_length=50)] = []
    units: Annotated[list[UnitEntry], Field(max_length=200)] = []
    risk_schemes: Annotated[list[SchemeEntry], Field(max_length=20)] = []
    rag_rules: Annotated[list[RagRuleEntry], Field(max_length=RAG_RULE_LIMIT)] = []

    @model_serializer(mode="wrap")
    def dump_without_no_rules(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave `rag_rules` out where there are none, as files do that are older than the key."""
        dumped: dict[str, Any] = dump(self)
        if not dumped.get("rag_rules"):
            dumped.pop("rag_rules", None)
        return dumped


class NoteEntry(Identified):
    mark: Plain
    text: Rich = ""


def _in_order(labels: dict[str, str]) -> dict[str, str]:
    """Sort by name: PostgreSQL keeps no order of its own."""
    return dict(sorted(labels.items()))


Labels = Annotated[dict[Plain, Plain], AfterValidator(_in_order)]


def _each_once(slugs: list[str]) -> list[str]:
    return sorted(set(slugs))


Charts = Annotated[list[Key], Field(max_length=20), AfterValidator(_each_once)]


class SectionHead(Content):
    """A section without its content: everything that is alike in every kind."""

    key: Key
    title: Plain
    kind: Plain
    parent: Key | None = None
    part: Plain | None = None
    unit: Key | None = None
    lead: Plain = ""
    intro: Rich = ""
    closing: Rich = ""
    caption: Plain = ""
    labels: Labels = {}
    numbered: bool = True
    front: bool = False
    notes: Annotated[list[NoteEntry], Field(max_length=500)] = []
    orientation: Literal["portrait", "landscape"] = "portrait"
    charts: Charts = []

    @model_serializer(mode="wrap")
    def dump_without_no_charts(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave `charts` out where there are none, as files do that are older than the key."""
        dumped: dict[str, Any] = dump(self)
        if not dumped.get("charts"):
            dumped.pop("charts", None)
        return dumped


STRUCTURE = ("key", "kind", "parent", "part")  # kept by the plan's structure, not by a section save


@dataclass(frozen=True, slots=True)
class SectionData:
    """One section as data: its head and its validated content."""

    head: SectionHead
    content: Content

    def as_dict(self) -> dict[str, Any]:
        """Return the section object in canonical key order."""
        return {**self.head.model_dump(), "content": self.content.model_dump(by_alias=True)}


@dataclass(frozen=True, slots=True)
class PlanData:
    """A whole plan as data: what a plan file, a working copy and a version have in common.

    `pictures`: names of those stored with the working copy; None of a file, which does not say.
    """

    head: PlanHead
    sections: tuple[SectionData, ...]
    pictures: frozenset[str] | None = field(default=None, compare=False)

    @property
    def facts(self) -> PlanFacts:
        return plan_facts(self.head)

    def as_dict(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "version": VERSION,
            "plan": self.head.model_dump(by_alias=True),
            "sections": [section.as_dict() for section in self.sections],
        }


def plan_facts(head: PlanHead) -> PlanFacts:
    """Return what sections may know of the plan; the council's risk schemes under its own."""
    own = {scheme.key: scheme.model_dump(by_alias=True) for scheme in head.risk_schemes}
    rules = {rule.key: rule.model_dump() for rule in head.rag_rules}
    return PlanFacts(
        year=head.year,
        money_unit=head.money_unit,
        units=tuple(PlanUnit(u.key, u.name, tuple(u.also), u.part_of) for u in head.units),
        schemes=SchemesOfPlan(own),
        rag_rules=RagRulesOfPlan(rules),
    )


# --- reading -----------------------------------------------------------------------------------


class _Object(dict[str, Any]):
    """A JSON object that remembers which keys it was given twice."""

    doubled: tuple[str, ...] = ()


def parse_json(data: bytes) -> Any:
    """Return the JSON value that `data` holds.

    :raises Faults: if it is too large, not UTF-8, not JSON, too deep, holds NaN or a key twice.
    """
    if len(data) > FILE_LIMIT:
        raise Faults([Fault((), "is larger than 20 MB")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Faults([Fault((), f"is not UTF-8 (byte {error.start:,})")]) from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_read_object,
            parse_constant=_refuse_constant,
            parse_int=_read_int,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Faults([Fault((), f"is not JSON: {error.msg} ({where})")]) from error
    except RecursionError as error:
        raise Faults([Fault((), f"is nested deeper than {DEPTH_LIMIT} levels")]) from error
    except _NotJson as error:
        raise Faults([Fault((), str(error))]) from error
    faults = list(_look_for_structure_faults(value))
    if faults:
        raise Faults(faults)
    return value


def _read_object(pairs: list[tuple[str, Any]]) -> _Object:
    result = _Object(pairs)
    if len(result) != len(pairs):
        counts = Counter(name for name, _ in pairs)
        result.doubled = tuple(name for name, count in counts.items() if count > 1)
    return result


class _NotJson(Exception):
    """Python reads it, JSON does not know it; the message says what."""


def _refuse_constant(name: str) -> Any:
    raise _NotJson(f"holds {name}, which is no JSON value")


def _read_int(digits: str) -> int:
    if len(digits) > DIGIT_LIMIT:
        raise _NotJson(f"holds a number of {len(digits):,} digits")
    return int(digits)


def _look_for_structure_faults(value: Any) -> Iterator[Fault]:
    """Yield a fault for each doubled key, in the file's order, or one if it is nested too deep."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, item = waiting.pop()
        if not isinstance(item, dict | list):
            continue
        if len(path) >= DEPTH_LIMIT:
            yield Fault((), f"is nested deeper than {DEPTH_LIMIT} levels")
            return
        if isinstance(item, list):
            waiting.extend(((*path, i), item[i]) for i in reversed(range(len(item))))
            continue
        for name in getattr(item, "doubled", ()):
            yield Fault((*path, name), "this key stands twice in one object")
        waiting.extend(((*path, name), item[name]) for name in reversed(item))


def read_plan_file(data: bytes, *, beside: Mapping[str, Any] | None = None) -> PlanData:
    """Return the plan that a plan file holds; rows without an id have been given one.

    `beside`: section objects by key, which the file's are to stand in for; a row that has no id
    gets that of the row there that it is.

    :raises Faults: listing every fault with its path; nothing of the file may be used then.
    """
    return read_plan_dict(parse_json(data), beside=beside)


def read_plan_dict(value: Any, *, beside: Mapping[str, Any] | None = None) -> PlanData:
    """Return the plan that a plan file's JSON value holds; `beside` as `read_plan_file`.

    :raises Faults: as `read_plan_file`.
    """
    _check_envelope(value)
    faults: list[Fault] = []
    head = validate(PlanHead, value["plan"], ("plan",), faults)
    entries = value["sections"]
    heads = [_read_section_head(entry, ("sections", i), faults) for i, entry in enumerate(entries)]
    facts = None
    if head is not None:
        faults.extend(head_faults(head))
        facts = plan_facts(head)
    faults.extend(_structure_faults(heads))
    sections = [
        _read_section_content(entry, section, facts, ("sections", i), faults, beside or {})
        for i, (entry, section) in enumerate(zip(entries, heads, strict=True))
    ]
    if faults or head is None:
        raise Faults(faults)
    return PlanData(head, tuple(section for section in sections if section))


def _check_envelope(value: Any) -> None:
    """Raise for what makes the rest unreadable."""
    if not isinstance(value, dict):
        raise Faults([Fault((), "is not a plan file: it must hold one JSON object")])
    known = ("format", "version", "plan", "sections")
    faults = [Fault((key,), "is required") for key in known if key not in value]
    if not faults:
        faults += _envelope_faults(value)
    faults += [
        Fault((key,), "is not a key that is known here") for key in value if key not in known
    ]
    if faults:
        raise Faults(faults)


def _envelope_faults(value: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the envelope's own values.

    :raises Faults: with nothing else, if the file was written by a later version.
    """
    version = value["version"]
    if value["format"] != FORMAT:
        yield Fault(("format",), f'must be "{FORMAT}"')
    if type(version) is not int or version < 1:
        yield Fault(("version",), "must be the number of a format version, 1 or more")
    elif version > VERSION:
        message = f"is {version}; this product reads plan files up to version {VERSION}"
        raise Faults([Fault(("version",), message)])
    if not isinstance(value["plan"], dict):
        yield Fault(("plan",), "must be an object")
    if not isinstance(value["sections"], list):
        yield Fault(("sections",), "must be a list")
    else:
        yield from _count_faults(value["sections"])


def _count_faults(sections: Sequence[Any]) -> Iterator[Fault]:
    if not sections:
        yield Fault(("sections",), "may not be empty")
    elif len(sections) > SECTION_LIMIT:
        message = f"has {len(sections):,} sections; at most {SECTION_LIMIT} are kept"
        yield Fault(("sections",), message)


def validate(schema: type[T], value: Any, path: Path, faults: list[Fault]) -> T | None:
    """Return `value` as `schema`, or None with what is wrong added to `faults`."""
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        faults.extend(read_faults(error, path))
        return None


def head_faults(head: PlanHead) -> Iterator[Fault]:
    """Yield what is wrong between the units, people, schemes and RAG rules of the plan."""
    units = ("plan", "units")
    yield from repeated((((*units, i, "key"), u.key) for i, u in enumerate(head.units)), "unit")
    keys = {unit.key for unit in head.units}
    parents = {unit.key: unit.part_of for unit in head.units}
    for i, unit in enumerate(head.units):
        path = (*units, i)
        if unit.key in PATH_WORDS:
            yield Fault((*path, "key"), f'"{unit.key}" is the name of a figure; choose another')
        if unit.part_of is not None and unit.part_of not in keys:
            yield Fault((*path, "part_of"), f'the plan has no unit "{unit.part_of}"')
        elif is_circular(unit.key, parents):
            yield Fault((*path, "part_of"), f'"{unit.key}" is part of itself in the end')
    schemes = (
        (("plan", "risk_schemes", i, "key"), scheme.key)
        for i, scheme in enumerate(head.risk_schemes)
    )
    yield from repeated(schemes, "risk scheme")
    yield from rag_rule_faults(head.rag_rules)


def rag_rule_faults(rules: Sequence[RagRuleEntry]) -> Iterator[Fault]:
    """Yield what leaves open which of the rules is meant: a key, unit or default used twice."""
    top = ("plan", "rag_rules")
    yield from repeated((((*top, i, "key"), rule.key) for i, rule in enumerate(rules)), "RAG rule")
    units = (
        ((*top, i, "units", j), unit.casefold())
        for i, rule in enumerate(rules)
        for j, unit in enumerate(rule.units)
    )
    yield from repeated(units, "unit of a RAG rule")
    defaults = [i for i, rule in enumerate(rules) if rule.default]
    for i in defaults[1:]:
        yield Fault((*top, i, "default"), "another RAG rule is the default already")


def is_circular(key: str, parents: Mapping[str, str | None]) -> bool:
    """Return whether going up from `key` comes back to it."""
    seen = {key}
    above = parents.get(key)
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above == key


def _read_section_head(entry: Any, path: Path, faults: list[Fault]) -> SectionHead | None:
    if not isinstance(entry, dict):
        faults.append(Fault(path, "must be an object"))
        return None
    values = {key: value for key, value in entry.items() if key != "content"}
    if "content" not in entry:
        faults.append(Fault((*path, "content"), "is required"))
    kind = entry.get("kind")
    if "orientation" not in entry and _is_known(kind):
        values["orientation"] = get_kind(kind).orientation
    if isinstance(kind, str) and not _is_known(kind):
        faults.append(Fault((*path, "kind"), f'there is no section kind "{shorten(kind)}"'))
    return validate(SectionHead, values, path, faults)


def _is_known(kind: Any) -> bool:
    return isinstance(kind, str) and kind in {known.slug for known in kinds()}


def _structure_faults(heads: Sequence[SectionHead | None]) -> Iterator[Fault]:
    """Yield repeated keys, and parents that are missing or circular."""
    known = [(i, head) for i, head in enumerate(heads) if head]
    yield from repeated(((("sections", i, "key"), head.key) for i, head in known), "section key")
    keys = {head.key for _, head in known}
    parents = {head.key: head.parent for _, head in known}
    for i, head in known:
        path = ("sections", i, "parent")
        if head.parent is not None and head.parent not in keys and None not in heads:
            yield Fault(path, f'there is no section "{head.parent}"')
        elif is_circular(head.key, parents):
            yield Fault(path, f'"{head.key}" sits under itself in the end')


def _read_section_content(
    entry: Any,
    head: SectionHead | None,
    facts: PlanFacts | None,
    path: Path,
    faults: list[Fault],
    beside: Mapping[str, Any],
) -> SectionData | None:
    """Return the whole section; content is read for its faults even where the head has some."""
    if not isinstance(entry, dict) or "content" not in entry or not _is_known(entry.get("kind")):
        return None
    try:
        head = head or _stand_in(entry["kind"])
        return read_section(head, entry["content"], facts, known=beside.get(head.key))
    except Faults as found:
        faults.extend(Fault((*path, *fault.path), fault.message) for fault in found.faults)
        return None


def _stand_in(kind: str) -> SectionHead:
    """Return a head for reading content whose own head cannot be read."""
    return SectionHead(key="section", title="", kind=kind)


def read_section(
    head: SectionHead,
    content: Any,
    facts: PlanFacts | None,
    *,
    taken: Iterable[str] = (),
    known: Mapping[str, Any] | None = None,
) -> SectionData:
    """Return a section of valid content, every row with an id; paths start at the section.

    Without `facts` only what the plan around it does not decide is checked. A row without an id
    gets that of the row that it is in the section object `known`, else one that is not `taken`.

    :raises Faults: if the content does not fit its kind or the plan.
    """
    kind = get_kind(head.kind)
    faults: list[Fault] = []
    if facts is not None and head.unit is not None and head.unit not in facts.unit_names:
        faults.append(Fault(("unit",), f'the plan has no unit "{head.unit}"'))
    faults.extend(chart_faults(head.kind, head.charts, ("charts",)))
    model = validate(kind.schema, content, ("content",), faults)
    if model is None:
        raise Faults(faults)
    if facts is not None:
        found = kind.faults(model, facts)
        faults.extend(Fault(("content", *fault.path), fault.message) for fault in found)
    section = SectionData(head, model).as_dict()
    faults.extend(repeated_ids(section))
    if faults:
        raise Faults(faults)
    match_ids(section, known)
    give_ids(section, taken={*taken, *(row["id"] for _, row in identified_rows(known))})
    return section_from_dict(section)


def chart_faults(kind: str, charts: Iterable[str], path: Path) -> Iterator[Fault]:
    """Yield a fault for each chart that the kind does not draw."""
    offered = get_kind(kind).charts
    known = f"; it has {' and '.join(offered)}" if offered else ""
    for slug in charts:
        if slug not in offered:
            yield Fault(path, f'the kind "{kind}" has no chart "{shorten(slug)}"{known}')


def section_from_dict(section: Mapping[str, Any]) -> SectionData:
    """Return a section object of the product's own making as data.

    :raises UnknownKind: if the kind is no longer installed.
    """
    values = {key: value for key, value in section.items() if key != "content"}
    kind = get_kind(section["kind"])
    return SectionData(
        SectionHead.model_validate(values), kind.schema.model_validate(section["content"])
    )


def read_section_object(
    section: Mapping[str, Any], facts: PlanFacts, *, taken: Iterable[str] = ()
) -> SectionData:
    """Return an edited section object as data; rows without an id get one that is not `taken`.

    :raises Faults: every fault, with paths from the section object.
    """
    faults: list[Fault] = []
    values = {key: value for key, value in section.items() if key != "content"}
    head = validate(SectionHead, values, (), faults)
    try:
        data = read_section(
            head or _stand_in(section["kind"]), section["content"], facts, taken=taken
        )
    except Faults as found:
        raise Faults([*faults, *found.faults]) from found
    if faults:
        raise Faults(faults)
    return data


# --- writing -----------------------------------------------------------------------------------


def write_plan_file(plan: PlanData) -> bytes:
    """Return `plan` in the one canonical form: the same plan gives the same bytes."""
    text = json.dumps(plan.as_dict(), indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


# --- the database ------------------------------------------------------------------------------


def read_plan(plan: Plan, sections: Sequence[Section] | None = None) -> PlanData:
    """Return the working copy of `plan` as data; a long plan takes no more queries than a short."""
    rows = list(plan.sections.present()) if sections is None else list(sections)
    objects = section_objects(rows, keys=dict(plan.sections.values_list("pk", "key")))
    data = [section_from_dict(objects[row.pk]) for row in rows]
    pictures = frozenset(plan.pictures.values_list("name", flat=True))
    return PlanData(_complete_head(read_head(plan), data), tuple(data), pictures)


def read_head(plan: Plan) -> PlanHead:
    """Return the plan's own facts as its plan file states them."""
    names = ("title", "subtitle", "council", "directorate", "unit", "money_unit")
    lists = ("people", "summary", "units", "risk_schemes", "rag_rules")
    values = {name: getattr(plan, name) for name in (*names, *lists)}
    return PlanHead.model_validate(
        {**values, "year": plan.year, "plan_format": plan.format_slug or None}
    )


def _complete_head(head: PlanHead, sections: Iterable[SectionData]) -> PlanHead:
    """Add the council's risk schemes and RAG rules that sections use and the plan does not carry
    itself."""
    sections = list(sections)
    own = {scheme.key for scheme in head.risk_schemes}
    used = {getattr(section.content, "scheme", None) for section in sections}
    council = council_schemes()
    extra = [
        SchemeEntry.model_validate(council[key]) for key in sorted(council) if key in used - own
    ]
    schemes = [*head.risk_schemes, *extra]
    return head.model_copy(
        update={"risk_schemes": schemes, "rag_rules": _carried_rules(head, sections)}
    )


def _carried_rules(head: PlanHead, sections: Iterable[SectionData]) -> list[RagRuleEntry]:
    """Return the plan's own RAG rules; of a plan without any, those of the council's it uses."""
    if head.rag_rules:
        return head.rag_rules
    facts = plan_facts(head)
    used = {
        key
        for section in sections
        if (find_rules := get_kind(section.head.kind).rag_rules)
        for key in find_rules(section.content, facts)
    }
    council = facts.rag_rules if used else {}
    return [RagRuleEntry.model_validate(council[key]) for key in council if key in used]


def section_objects(
    sections: Sequence[Section], *, keys: Mapping[int, str]
) -> dict[int, dict[str, Any]]:
    """Return the section objects of these rows by primary key: one `dump` for each kind.

    `keys`: section keys by primary key, for naming parents.
    """
    contents: dict[int, dict[str, Any]] = {}
    for slug, group in groupby(sorted(sections, key=lambda s: s.kind), key=lambda s: s.kind):
        contents.update(get_kind(slug).dump(list(group)))
    return {row.pk: put_head(row, contents[row.pk], keys) for row in sections}


def section_object(section: Section) -> dict[str, Any]:
    """Return one section's object as in the plan file."""
    keys = {section.parent_id: section.parent.key} if section.parent else {}
    return section_objects([section], keys=keys)[section.pk]


def put_head(row: Section, content: dict[str, Any], keys: Mapping[int, str]) -> dict[str, Any]:
    """Return a section object: the row's head above `content`; `keys` names its parent."""
    plain = ("title", "kind", "part", "unit", "lead", "intro", "closing", "caption", "labels")
    rest = ("numbered", "front", "notes", "orientation", "charts")
    head = SectionHead.model_validate(
        {
            "key": row.key,
            "parent": keys[row.parent_id] if row.parent_id else None,
            **{name: getattr(row, name) for name in (*plain, *rest)},
        }
    )
    return {**head.model_dump(), "content": content}


def apply_head(section: Section, head: SectionHead) -> None:
    """Copy onto the row what a section save may change; structure is left alone."""
    for name in SectionHead.model_fields:
        if name not in STRUCTURE:
            value = getattr(head, name)
            is_notes = name == "notes"
            setattr(section, name, [note.model_dump() for note in value] if is_notes else value)
