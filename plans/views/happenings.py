"""Events of a plan in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plans.models import Event
from plans.services.effects import Effects

WORDS = {
    "start": "started the plan",
    "import": "imported the plan",
    "save": "changed",
    "effects": "changed what else reads otherwise, by what they saved in",
    "section_added": "added",
    "section_removed": "removed",
    "section_brought_back": "brought back",
    "section_moved": "moved",
    "section_assigned": "changed lead and due date of",
    "section_status": "changed the status of",
    "due_date": "changed when the draft is due",
    "facts_changed": "changed the plan's facts",
    "picture_added": "stored the picture",
    "picture_removed": "took out the picture",
    "comment_added": "commented on",
    "comment_answered": "answered a comment on",
    "comment_changed": "changed a comment on",
    "comment_removed": "removed a comment on",
    "comment_resolved": "resolved a comment on",
    "comment_reopened": "reopened a comment on",
    "waive": "waived what was found in",
    "end_waiver": "ended a waiver of what was found in",
    "checklist_ticked": "ticked in the checklist",
    "checklist_unticked": "unticked in the checklist",
    "submit": "submitted the plan for review",
    "withdraw": "withdrew the plan from review",
    "return": "returned the plan",
    "approve": "approved the plan",
    "publish": "asked for publication",
    "published": "published an edition",
    "publishing_cancelled": "cancelled the publishing",
    "amend": "opened the plan for a correction",
    "supersede": "marked the plan as superseded",
    "archive": "archived the plan",
}


MILESTONES = {
    "start": "Started",
    "import": "Imported",
    "submit": "Submitted",
    "withdraw": "Withdrawn",
    "return": "Returned",
    "approve": "Approved",
    "published": "Published",
    "amend": "Opened for a correction",
    "supersede": "Superseded",
    "archive": "Archived",
}
"""What a plan's history marks, and how."""

SORTS = {
    "milestones": ("Milestones", tuple(MILESTONES)),
    "saves": ("Texts and tables", ("save",)),
    "effects": ("What saves changed elsewhere", ("effects",)),
    "structure": (
        "Structure, people and dates",
        (
            "section_added",
            "section_removed",
            "section_brought_back",
            "section_moved",
            "section_assigned",
            "due_date",
            "facts_changed",
        ),
    ),
    "status": ("Status of sections", ("section_status",)),
    "comments": (
        "Comments",
        tuple(action for action in WORDS if action.startswith("comment_")),
    ),
    "pictures": ("Pictures", ("picture_added", "picture_removed")),
    "waivers": ("Waivers", ("waive", "end_waiver")),
    "checklist": ("Checklist", ("checklist_ticked", "checklist_unticked")),
}
"""What the history can be narrowed to: a name and the actions that belong to it."""

SHOWN_FIGURES = 3


@dataclass(frozen=True, slots=True)
class Happening:
    """An event in words: who, did what, to which section, when. `about`: what was found, of a
    waiver."""

    event: Event
    words: str
    title: str
    comment: str
    about: str = ""


def show_events(events: Iterable[Event]) -> list[Happening]:
    return [
        Happening(
            event,
            WORDS.get(event.action, event.action),
            _name_subject(event),
            str(event.detail.get("comment", "")),
            _say_finding(event),
        )
        for event in events
    ]


def _say_finding(event: Event) -> str:
    is_waiver = event.action in ("waive", "end_waiver")
    return str(event.detail.get("message", "")) if is_waiver else ""


def _name_subject(event: Event) -> str:
    """Return the section, picture or line of the checklist that an event is about."""
    if event.action in ("picture_added", "picture_removed"):
        return str(event.detail.get("name", ""))
    if event.action in ("checklist_ticked", "checklist_unticked"):
        return str(event.detail.get("line", ""))
    if event.action in ("waive", "end_waiver"):
        return str(event.detail.get("title", "")) or "the plan as a whole"
    return str(event.detail.get("title", "")) if event.section_id else ""


def say_effects(effects: Effects) -> str:
    """Return in words what saves changed elsewhere: "Gross budget £93.7m → £93.9m; 2 sentences and
    the cover follow; 1 finding settled, 1 new"."""
    count = len(effects.lapsed)
    lapsed = f"{count} waiver{'' if count == 1 else 's'} lapsed" if count else ""
    parts = (_say_figures(effects), _say_followers(effects), _say_findings(effects), lapsed)
    said = "; ".join(part for part in parts if part)
    return said or "in the end all reads as before"


def _say_figures(effects: Effects) -> str:
    shown = [str(figure) for figure in effects.figures[:SHOWN_FIGURES]]
    if more := len(effects.figures) - len(shown):
        shown.append(f"{more} more figure{'' if more == 1 else 's'}")
    return ", ".join(shown)


def _say_followers(effects: Effects) -> str:
    count = effects.sentence_count
    sentences = f"{count} sentence{'' if count == 1 else 's'}"
    if not effects.cover:
        return f"{sentences} follow{'s' if count == 1 else ''}" if count else ""
    return f"{sentences} and the cover follow" if count else "the cover follows"


def _say_findings(effects: Effects) -> str:
    """Return how many findings came, went or say other values; the first number names them."""
    counts = [
        (len(effects.settled), "{} settled"),
        (len(effects.appeared), "new {}"),
        (len(effects.changed), "{} with other values"),
    ]
    said = [(count, words) for count, words in counts if count]
    if not said:
        return ""
    count, words = said[0]
    first = f"{count} {words.format('finding' if count == 1 else 'findings')}"
    return ", ".join([first, *(f"{n} {words.format('').strip()}" for n, words in said[1:])])
