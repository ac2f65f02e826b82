"""Being in a section together: who is there, and what others changed since a page last asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from plans.access import get_section_to_write, person
from plans.content import Path
from plans.models import Presence, Section
from plans.services.comments import count_open
from plans.services.patching import changes_since
from plans.services.places import name_places
from plans.services.presence import leave, note_presence, others_present
from plans.views.patches import answer_in_json, say, show_other

DEEPEST = 12  # steps of a path
LONGEST_STEP = 200
LONGEST_BODY = 10_000  # bytes


class NotUnderstood(ValueError):
    """What a page said of itself is not as the protocol has it; the message says why."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a page says: which revision it holds, where its person is, or that they leave."""

    revision: int = 0
    path: Path = ()
    is_leaving: bool = False


@require_POST
@answer_in_json
def section_here(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Take note of who is in a section; answer with who else is, and what they changed."""
    section = get_section_to_write(request, pk, section_pk)
    user, at = person(request), timezone.now()
    try:
        word = read_word(request)
    except NotUnderstood as error:
        return say(400, str(error))
    if word.is_leaving:
        leave(section, by=user)
        return JsonResponse({})
    note_presence(section, path=word.path, by=user, at=at)
    return JsonResponse(answer(section, word, by=user, at=at))


def read_word(request: HttpRequest) -> Word:
    """Return what a page said.

    :raises NotUnderstood: if it is not JSON, or anything in it is not as the protocol has it.
    """
    if request.content_type != "application/json":
        raise NotUnderstood("a page says it as application/json")
    body = request.body
    if len(body) > LONGEST_BODY:
        raise NotUnderstood("this is too long")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotUnderstood("this is not JSON") from error
    if sent == {"leaving": True}:
        return Word(is_leaving=True)
    if not isinstance(sent, dict) or sent.keys() != {"revision", "path"}:
        raise NotUnderstood("revision and path are wanted, or leaving")
    revision, path = sent["revision"], sent["path"]
    if type(revision) is not int or not 0 <= revision < 2**31:
        raise NotUnderstood("revision must be the number of a revision")
    if not isinstance(path, list) or len(path) > DEEPEST or not all(map(_is_step, path)):
        raise NotUnderstood(f"path must be a list of at most {DEEPEST} steps")
    return Word(revision, tuple(path))


def _is_step(step: Any) -> bool:
    is_number = type(step) is int and 0 <= step < 10_000
    is_text = isinstance(step, str) and len(step) <= LONGEST_STEP and step.isprintable()
    return is_number or is_text


def answer(section: Section, word: Word, *, by: User, at: datetime) -> dict[str, Any]:
    """Return what the page is told; the section is read only if there is anything to tell."""
    present = others_present(section, but=by, at=at)
    since = changes_since(section, word.revision)
    return {
        "revision": section.revision,
        "others": [show_other(each) for each in since.others],
        "redraw": since.redraw,
        "people": show_people(section, present),
        "comments": count_open(section),
    }


def show_people(section: Section, present: Sequence[Presence]) -> list[dict[str, Any]]:
    """Return who the others are and where, in words; rows are looked up in what is saved."""
    places = name_places(section, [tuple(each.path) for each in present])
    return [show_person(each, place) for each, place in zip(present, places, strict=True)]


def show_person(presence: Presence, place: str) -> dict[str, Any]:
    user = presence.user
    return {"name": user.name, "post": user.post, "place": place, "path": presence.path}
