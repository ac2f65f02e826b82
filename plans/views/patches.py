"""Saving as one types: patches in, answers out, as `docs/editing-protocol.md` has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from plans.access import get_section_to_save, person
from plans.content import Faults
from plans.editor import field_name
from plans.editor.sent import NotUnderstood, read_patch
from plans.planfile import parse_json
from plans.services import NotOpen, Removed, keep_patch, save_patch, work_out
from plans.services.meeting import Elsewhere, PatchClash, PatchSaved
from plans.services.patching import TotalRow
from plans.tasks import queue_snapshot

BODY_LIMIT = 10 * 1024 * 1024
NOT_OPEN = (
    "The plan was submitted while you wrote. What you typed is kept, and comes back here if the "
    "plan is returned."
)
REMOVED = (
    "This section was taken out of the plan while you wrote. What you typed is kept, and comes "
    "back if the section is brought back on the Structure page."
)
View = Callable[..., HttpResponse]


def answer_in_json(view: View) -> View:
    """Let a view for the page's own modules say why it refuses as {"message"}, never as a page.

    A database that is busy answers 503: the page tries again with the same `save_id`.
    """

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return say(401, "You are signed out. Sign in again in another tab, then go on here.")
        try:
            return view(request, *args, **kwargs)
        except NotUnderstood as problem:
            return say(400, str(problem))
        except RequestDataTooBig:
            return say(413, "This is too much to save at once.")
        except PermissionDenied:
            return say(403, "You may not write this section.")
        except Http404:
            return say(404, "This section is not there any more.")
        except OperationalError as error:
            return _say_busy(error)

    return login_not_required(answering)


def say(status: int, message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def _say_busy(error: OperationalError) -> HttpResponse:
    """Answer 503 where another try may do: SQLite is locked, PostgreSQL ended a circle of waits.

    :raises OperationalError: if it is anything else.
    """
    if not any(word in str(error) for word in ("locked", "deadlock", "lock timeout")):
        raise error
    answer = say(503, "The site is busy. This is tried again.")
    answer["Retry-After"] = "1"
    return answer


def read_json(request: HttpRequest, *, limit: int = BODY_LIMIT) -> Any:
    """Return the JSON value that a page sent, of at most `limit` bytes.

    :raises NotUnderstood: if it sent anything else.
    :raises RequestDataTooBig: if it is more.
    """
    if request.content_type != "application/json":
        raise NotUnderstood("this is to be sent as application/json")
    if len(request.body) > limit:
        raise RequestDataTooBig
    try:
        return parse_json(request.body)
    except Faults as found:
        raise NotUnderstood(str(found)) from found


@require_POST
@answer_in_json
def section_save(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Save a patch of a section; what cannot be saved is in the answer, and in a draft."""
    section = get_section_to_save(request, pk, section_pk)
    patch = read_patch(read_json(request))
    user, at = person(request), timezone.now()
    try:
        saved = save_patch(section, patch, by=user, at=at)
    except (NotOpen, Removed) as problem:
        keep_patch(section, patch, by=user, at=at)
        return say(409, REMOVED if isinstance(problem, Removed) else NOT_OPEN)
    queue_snapshot(section, revision=saved.revision)
    return JsonResponse(show_saved(saved, at=timezone.localtime(at)))


@require_POST
@answer_in_json
def section_derived(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Work out what a section's rules give, as if a patch of it had been saved."""
    section = get_section_to_save(request, pk, section_pk)
    derived = work_out(section, read_patch(read_json(request), is_saved=False))
    cells = [{"path": path, "text": text} for path, text in derived.cells.items()]
    return JsonResponse(
        {
            "derived": cells,
            "totals": [_show_total(total) for total in derived.totals],
            "faults": [asdict(each) for each in derived.faults],
        }
    )


def _show_total(total: TotalRow) -> dict[str, Any]:
    texts = {field_name(path): text for path, text in total.values.items()}
    return {"path": total.path, "row": total.place, "texts": texts}


def show_saved(saved: PatchSaved, *, at: Any) -> dict[str, Any]:
    """Return the answer to a patch as the page reads it."""
    return {
        "revision": saved.revision,
        "saved_at": f"{at:%H:%M}",
        "changed": saved.changed,
        "others": [show_other(each) for each in saved.others],
        "faults": [asdict(each) for each in saved.faults],
        "clashes": [_show_clash(each) for each in saved.clashes],
        "redraw": saved.redraw,
    }


def show_other(other: Elsewhere) -> dict[str, Any]:
    html = {"html": True} if other.is_html else {}
    return {"path": other.path, "text": other.text, **html}


def _show_clash(clash: PatchClash) -> dict[str, Any]:
    shown = asdict(clash)
    return {**shown, "html": True} if shown.pop("is_html") else shown
