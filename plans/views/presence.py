"""Being in a section together: who is there, and what others changed since a page last asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from plans.access import get_section_to_write, person
from plans.editor.sent import Word, read_word
from plans.models import Presence, Section
from plans.services.patching import changes_since
from plans.services.places import name_places
from plans.services.presence import leave, note_presence, others_present
from plans.services.threads import count_open
from plans.views.patches import answer_in_json, read_json, show_other

LONGEST_WORD = 10_000  # bytes


@require_POST
@answer_in_json
def section_here(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Take note of who is in a section; answer with who else is, and what they changed."""
    section = get_section_to_write(request, pk, section_pk)
    user, at = person(request), timezone.now()
    word = read_word(read_json(request, limit=LONGEST_WORD))
    if word.is_leaving:
        leave(section, by=user)
        return JsonResponse({})
    note_presence(section, path=word.path, by=user, at=at)
    return JsonResponse(answer(section, word, by=user, at=at))


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
