"""What a change that is still being typed would touch elsewhere, shown to its writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import User
from documents.diff import Piece
from plans.access import get_section_to_write, person
from plans.checks import Finding, Level
from plans.checks.impact import FigureChange, Impact, Mention, list_sentences
from plans.content import Path
from plans.editor import field_name
from plans.editor.sent import read_patch
from plans.models import Plan, Section
from plans.permissions import can_manage, can_write, is_open
from plans.services.impact import foresee
from plans.views.findings import SIGNS, tone_in_draft
from plans.views.patches import answer_in_json, read_json

BODY_LIMIT = 1024 * 1024  # what was typed since the last save, never a whole table


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that reads otherwise: where it stands in words, its address, old and new marked."""

    place: str
    url: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Turned:
    """A finding that comes or goes, and the address of its place."""

    finding: Finding
    place: str
    url: str

    @property
    def level(self) -> str:
        return tone_in_draft(self.finding).word

    @property
    def sign(self) -> str:
        return SIGNS[tone_in_draft(self.finding)]


@dataclass(frozen=True, slots=True)
class Touched:
    """An impact as it is shown. `words` say it in a sentence or two; they are read out."""

    words: str
    sentences: Sequence[Change]
    cover: Sequence[Change]
    figures: Sequence[Change]
    appeared: Sequence[Turned]
    settled: Sequence[Turned]


@require_POST
@answer_in_json
def section_impact(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Say what a patch would touch outside the cells it changes; 204 if it is nothing."""
    section = get_section_to_write(request, pk, section_pk)
    patch = read_patch(read_json(request, limit=BODY_LIMIT), is_saved=False)
    touched = show_impact(section.plan, foresee(section, patch), user=person(request))
    if touched is None:
        return HttpResponse(status=204)
    return render(request, "plans/_impact.html", {"touched": touched})


def show_impact(plan: Plan, impact: Impact, *, user: User) -> Touched | None:
    """Return an impact with its places in words; None if nobody has to look at anything."""
    address = _addresses(plan, user)
    sentences = [
        Change(*address(each.section, each.path), each.pieces)
        for each in list_sentences(impact.mentions)
    ]
    cover = [
        Change(*address("", ()), _mention_pieces(each))
        for each in impact.mentions
        if not each.section
    ]
    figures = [_show_figure(plan, each) for each in impact.figures if not each.is_typed]
    appeared, settled = _turning(impact)
    if not (sentences or cover or figures or appeared or settled):
        return None
    return Touched(
        say_impact(len(sentences), bool(cover), len(figures), len(appeared), len(settled)),
        sentences,
        cover,
        figures,
        *([Turned(f, *address(f.section, f.path)) for f in side] for side in (appeared, settled)),
    )


def _addresses(plan: Plan, user: User) -> Callable[[str, Path], tuple[str, str]]:
    """Return a function from a place to what its section is called and to its address."""
    sections = {row.key: row for row in plan.sections.present().select_related("parent")}
    facts = "plans:facts" if can_manage(user, plan) and is_open(plan) else "plans:detail"

    def address(key: str, path: Path) -> tuple[str, str]:
        section = sections.get(key)
        if section is None:
            return "Cover", reverse(facts, args=[plan.pk])
        section.plan = plan
        return str(section), _address(section, path, user)

    return address


def _address(section: Section, path: Path, user: User) -> str:
    if not (can_write(user, section) and is_open(section.plan)):
        return section.get_absolute_url()
    page = reverse("plans:section_edit", args=[section.plan_id, section.pk])
    return f"{page}?{urlencode({'at': field_name(path)})}" if path else page


def _mention_pieces(mention: Mention) -> tuple[Piece, ...]:
    pieces = [
        Piece("same", mention.lead),
        Piece("removed", mention.before),
        Piece("added", mention.after),
        Piece("same", mention.rest),
    ]
    return tuple(piece for piece in pieces if piece.text)


def _show_figure(plan: Plan, change: FigureChange) -> Change:
    url = reverse("plans:figure", args=[plan.pk, change.name])
    pieces = [Piece("removed", change.before), Piece("added", change.after)]
    return Change(change.label, url, tuple(piece for piece in pieces if piece.text))


def _turning(impact: Impact) -> tuple[list[Finding], list[Finding]]:
    """Return the findings that come and that go; one that stays with other values does neither,
    and roundings are not worth a look."""
    appeared, settled = _worth_a_look(impact.appeared), _worth_a_look(impact.settled)
    return (
        [each for name, each in appeared.items() if name not in settled],
        [each for name, each in settled.items() if name not in appeared],
    )


def _worth_a_look(findings: Iterable[Finding]) -> Mapping[tuple[str, str, Path], Finding]:
    return {f.place: f for f in findings if f.level > Level.ROUNDING}


# --- in words ------------------------------------------------------------------------------------


def say_impact(sentences: int, cover: bool, figures: int, appeared: int, settled: int) -> str:
    """Return what a change touches: "This changes 1 sentence. It brings 1 finding."."""
    changed = [
        *([_count(sentences, "sentence")] if sentences else ()),
        *(["the cover"] if cover else ()),
        *([_count(figures, "figure")] if figures else ()),
    ]
    turned = [
        *([f"brings {_count(appeared, 'finding')}"] if appeared else ()),
        *([f"settles {_count(settled, 'finding')}"] if settled else ()),
    ]
    said = [f"changes {_list(changed)}"] if changed else []
    said += [" and ".join(turned)] if turned else []
    return " ".join(f"{who} {each}." for who, each in zip(("This", "It"), said, strict=False))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _list(words: Sequence[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last
