"""What was only put there for now: placeholders, and what is called a draft or provisional."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents import values
from documents.values import Status
from plans.checks.findings import Finding
from plans.checks.registry import check_plans, check_sections, define
from plans.checks.running import PlanView, SectionView
from plans.checks.wording import Wording, holds_any, name_place
from plans.planfile import PlanHead

PLACEHOLDER = define(
    "plans.W052",
    "A placeholder was left standing",
    "Put what belongs there in its place.",
)
NOT_FINAL = define(
    "plans.W053",
    "Something is called a draft or provisional",
    "Before approval put the final figure or text there, and take the word out.",
    at_approval=True,
)

_PLACEHOLDER = re.compile(
    r"""
    \b(?:(?i:lorem\s+ipsum)|TB[CAD]|tb[ca]|t\.b\.[ca]\.|TODO|XX+|FIXME)(?!\w)
  | (?:£|\b)[xX]{2,}(?:%|\b)
  | \bto\ be\ (?:confirmed|completed|inserted|added\ (?:here|later))\b
  | \[\s*(?:insert|add|enter|name|date|amount|figure|number|text|title|details|x+|(?i:tb[ca]))\b
    [^\[\]]*\]
  | \[\s*to\ be\b[^\[\]]*\]
  | <\s*(?:insert|add|enter|name|date|amount|figure)\b[^<>]*>
  | \b(?i:insert|enter|type)\s+(?:(?:your|the)\s+)?(?:text|name|date|figure|title|details)\s+here\b
  | \b(?i:insert)\s+here\b
  | \b(?i:your\ text|placeholder\ text|text\ to\ follow|details\ to\ follow)\b
  | \b(?i:click)\s+(?:or\s+tap\s+)?(?:here\s+)?to\s+(?:enter|add)\s+(?:text|a\s+title|a\s+date)\b
  | \b(?:dd|DD)/(?:mm|MM)/(?:yy|YY){1,2}\b
  | \#(?:REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!)
  | \bError!\ [A-Z][a-z]+[^.]{0,40}\bnot\ (?:defined|found)\b
  | \?{3,}
  | _{4,}
  | \.{6,}
    """,
    re.VERBOSE,
)
_PLACEHOLDER_HINTS = (
    *(
        "orem",
        "OREM",
        "TB",
        "tb",
        "t.b.",
        "TODO",
        "FIXME",
        "XX",
        "xx",
        "[",
        "<",
        " here",
        "to enter",
    ),
    *("to be confirmed", "to be completed", "to be inserted", "to be added", "to add", "to follow"),
    *("dd/mm", "DD/MM", "???", "____", "......", "our text", "OUR TEXT", "lacehold", "#", "Error!"),
)
_FIGURES = (
    r"(?:budgets?|figures?|allocations?|outturn|targets?|amounts?|totals?|estimates?|forecasts?)"
)
_NOT_FINAL = re.compile(
    rf"""
    # a mark on the text itself: DRAFT, Draft 3, (draft), "Final draft for approval"
    \bDRAFT\b(?!\s+[A-Z]{{2,}})
  | \bDRAFT\s+(?:[A-Z]+\s+)?(?:PLAN|BUDGET(?!\s+BOOK)|FIGURES|VERSION|TARGETS)\b
  | [(\[](?i:draft|provisional|indicative)[)\]]
  | ^(?:(?i:first|second|third|final|working|early|latest)\s+)?[Dd]raft
    (?:\s+(?:v(?:ersion)?\.?\s*)?\d|\s+(?:for\s+(?:comment|approval|discussion)|as\s+(?:at|of))\b|\s*[:–—]|$)
  | \b(?i:this)\s+(?:plan\s+|section\s+|version\s+|document\s+|table\s+)?(?:is|remains)\s+
    (?:still\s+)?(?:(?:a|an|the|in)\s+)?(?:(?:first|early|working|final)\s+)?draft\b
    (?!\s+(?!for\b|and\b|until\b|that\b|which\b|only\b)[A-Za-z])
    # figures that are not final
  | \b(?i:provisional|indicative)\s+(?:(?:total|gross|net|budget)\s+)?{_FIGURES}\b
  | \b(?i:{_FIGURES})\s+(?:is|are|remains?)\s+(?:(?:still|only|all)\s+)?
    (?:provisional|indicative|subject\s+to\s+(?:change|confirmation|audit|revision))\b
  | \b(?i:taken|drawn|based|come|comes)\s+(?:from|on)\s+(?:the|a)\s+draft\s+budget\b
  | \b(?i:draft)\s+(?:(?:annual|operating|business|final|service)\s+)?
    (?:plan|budget(?!\s+book)|figures?|version|targets?)\b
  | \bwill\s+be\s+(?:updated|revised|confirmed|finalised|completed)\s+
    (?:prior\s+to|before|ahead\s+of)\s+(?:publication|approval)\b
    """,
    re.VERBOSE | re.MULTILINE,
)
_NOT_FINAL_HINTS = (
    *("DRAFT", "draft", "Draft", "rovisional", "ndicative", "ROVISIONAL", "subject to"),
    *("will be ", "publication", "approval"),
)
# Words of a sentence that tells what happened to a draft: "the draft plan went to consultation".
_TOLD_OF = re.compile(
    r"\b(?i:consult|comment(?:s|ed)\s+on|respon(?:d|se)|read\b|scrutin|went\s+to)"
)
# Keys of a row that hold people, dates and names, which are no cells.
_NAMES = frozenset({"lead", "leads", "owners", "due", "title", "label", "activity", "review"})


@check_sections()
def nothing_is_a_placeholder(section: SectionView) -> Iterator[Finding]:
    """A cell that is "to be set" is no placeholder: it says so in the way the product reads."""
    for wording in section.wordings:
        hinted = holds_any(wording.words, _PLACEHOLDER_HINTS)
        match = _PLACEHOLDER.search(wording.words) if hinted else None
        if match and not is_status(wording):
            place = name_place(section.raw, wording.path)
            message = f"{place} still says “{match[0]}”."
            yield PLACEHOLDER.at(section.key, wording.path, message, stated=match[0])


def is_status(wording: Wording) -> bool:
    """Whether a text is a cell's own way to say that its value is still to come."""
    is_cell = wording.path[0] == "content" and not wording.rich
    named = any(step in _NAMES for step in wording.path if isinstance(step, str))
    return is_cell and not named and _is_pending(wording.words)


def _is_pending(text: str) -> bool:
    return (
        text[:1] in ("t", "T") and len(text) < 60 and values.parse(text).status is Status.TO_BE_SET
    )


@check_sections()
def nothing_is_provisional(section: SectionView) -> Iterator[Finding]:
    for wording in section.wordings:
        if words := _find_not_final(wording.words):
            place = name_place(section.raw, wording.path)
            message = f"{place} speaks of “{words}”."
            yield NOT_FINAL.at(section.key, wording.path, message, stated=words)


def _find_not_final(text: str) -> str:
    """Return the first words that call this text or its figures a draft; "" if none do.

    A sentence that tells of a consultation on a draft, or of who read one, calls nothing so.
    """
    if holds_any(text, _NOT_FINAL_HINTS):
        for match in _NOT_FINAL.finditer(text):
            sentence = _sentence_around(text, match.start(), match.end())
            is_told_of = match[0].startswith(("draft ", "Draft ")) and _TOLD_OF.search(sentence)
            if not is_told_of:
                return " ".join(match[0].split())
    return ""


def _sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence, or the line, in which a stretch of text stands."""
    first = max(text.rfind(mark, 0, start) for mark in (". ", "; ", "\n"))
    ends = (text.find(mark, end) for mark in (". ", "; ", "\n"))
    return text[first + 1 : min((at for at in ends if at >= 0), default=len(text))]


@check_plans
def cover_is_final(plan: PlanView) -> Iterator[Finding]:
    """The cover's own words are held to what sections are: no placeholder, and no draft."""
    for name, words in _cover_words(plan.head):
        if match := _PLACEHOLDER.search(words):
            message = f"The cover's {name} still says “{match[0]}”."
            yield PLACEHOLDER.at("", (), message, stated=match[0])
        elif found := _find_not_final(words):
            yield NOT_FINAL.at("", (), f"The cover's {name} says “{found}”.", stated=found)


def _cover_words(head: PlanHead) -> Iterator[tuple[str, str]]:
    """Yield what the cover says, each with what it is called."""
    for name in ("title", "subtitle", "directorate", "unit"):
        yield name, getattr(head, name)
    for person in head.people:
        yield f"“{person.role or person.name}”", person.name
    for fact in head.summary:
        yield f"“{fact.label}”", fact.text
