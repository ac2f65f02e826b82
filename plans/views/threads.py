"""Threads as they are shown: filtered, a page at a time, each with the place that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from accounts.models import User
from plans.access import person
from plans.editor import Target, field_name
from plans.models import Comment
from plans.permissions import can_change_comment, can_write, is_open
from plans.services.threads import Thread
from plans.views.lists import read_number
from plans.views.plans import reading_address

PAGE = 25
SHOW = {"": "All", "open": "Open", "resolved": "Resolved", "mine": "To me"}


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment as it is shown: whether it may be changed, and whom it mentions."""

    comment: Comment
    may_change: bool
    mentions: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread as it is shown: its comments, and where its place is seen. `is_folded`: its first
    words alone are seen until it is opened."""

    thread: Thread
    remarks: tuple[Remark, ...]
    place_url: str
    path: str
    is_folded: bool = False

    @property
    def first(self) -> Comment:
        return self.thread.first


def show_threads(threads: Iterable[Thread], user: User) -> list[Conversation]:
    """Return threads as they are shown to somebody."""
    return [
        Conversation(
            thread,
            tuple(_show_comment(comment, user) for comment in thread.comments),
            place_url(thread, user),
            "-".join(map(str, thread.first.path)),
        )
        for thread in threads
    ]


def _show_comment(comment: Comment, user: User) -> Remark:
    return Remark(comment, can_change_comment(user, comment), tuple(comment.mentions.all()))


def place_url(thread: Thread, user: User) -> str:
    """Return where the place of a thread is seen: in the editor, else where it is read.

    A browser that knows text fragments shows the words there; "" if the place is gone.
    """
    section, target = thread.first.section, thread.target
    if target is None:
        return "" if thread.gone else section.get_absolute_url()
    if can_write(user, section) and is_open(section.plan):
        url = reverse("plans:section_edit", args=[section.plan_id, section.pk])
        mark = "id_" if target.field else ""
        at = urlencode({"at": field_name(target.path)})
        return f"{url}?{at}#{mark}{field_name(target.indexed)}"
    words = "" if thread.gone else thread.first.quote or _row_words(target)
    return reading_address(section, named=target.path, counted=target.indexed, words=words)


def _row_words(target: Target) -> str:
    """Return the words by which the row of a target is found on the page that shows it."""
    return target.words[-2] if target.field and len(target.words) > 1 else target.words[-1]


def choose_threads(threads: Sequence[Thread], show: str, user: User) -> list[Thread]:
    """Return the threads that a filter of SHOW leaves."""
    if show == "mine":
        return [thread for thread in threads if thread.is_open and thread.concerns(user)]
    if show in ("open", "resolved"):
        return [thread for thread in threads if thread.is_open == (show == "open")]
    return list(threads)


def threads_context(request: HttpRequest, threads: Sequence[Thread]) -> dict[str, Any]:
    """Return what a page shows of these threads: a filter of them, and of that a page.

    `?to=` and `?place=` ask for the page that holds a comment, or the first thread about a place.
    Where all are shown, those that are resolved are folded.
    """
    user = person(request)
    show = request.GET.get("show", "")
    show = show if show in SHOW else ""
    chosen = choose_threads(threads, show, user)
    filters = [
        {"code": code, "words": words, "count": len(choose_threads(threads, code, user))}
        for code, words in SHOW.items()
    ]
    wanted = _find_wanted(chosen, request.GET)
    page = _turn_to(chosen, wanted, request.GET.get("page"))
    shown = show_threads(page.object_list, user)
    return {
        "conversations": [
            replace(each, is_folded=not (show or each.thread.is_open or each.thread is wanted))
            for each in shown
        ],
        "thread_page": page,
        "filters": filters,
        "show": show,
    }


def _find_wanted(threads: Iterable[Thread], asked: QueryDict) -> Thread | None:
    number, place = read_number(asked.get("to", "")), asked.get("place", "")
    for thread in threads:
        is_at = bool(place) and "-".join(map(str, thread.first.path)) == place
        if is_at or any(comment.pk == number for comment in thread.comments):
            return thread
    return None


def _turn_to(threads: Sequence[Thread], wanted: Thread | None, number: str | None) -> Page[Thread]:
    """Return the page that holds a wanted thread, else that of this number."""
    found = threads.index(wanted) // PAGE + 1 if wanted else number
    return Paginator(threads, PAGE).get_page(found)
