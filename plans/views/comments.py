"""Comments: of a section, of a whole plan; written, answered, resolved and removed.

Each page works without JavaScript; asked for by htmx it answers with the part that changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plans.access import (
    get_comment,
    get_comment_to_change,
    get_draft,
    get_section,
    get_thread,
    person,
)
from plans.editor import field_name, find_target, one_line, section_grid
from plans.forms import CommentForm, NewCommentForm
from plans.models import Comment, Plan, Section
from plans.permissions import (
    can_comment,
    readers_of_draft,
)
from plans.planfile import plan_facts, read_head, section_object
from plans.services.comments import (
    NotAComment,
    Posted,
    add_comment,
    answer_comment,
    change_comment,
    remove_comment,
    reopen_thread,
    resolve_thread,
)
from plans.services.threads import count_open, open_places, read_threads
from plans.tasks import queue
from plans.views.lists import form_status
from plans.views.plans import plan_context
from plans.views.threads import show_threads, threads_context


def is_fragment(request: HttpRequest) -> bool:
    """Whether a page asks for a part of itself."""
    return "HX-Request" in request.headers or "X-Fragment" in request.headers


# --- a section's ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """All that was said about a section, and a form to say more.

    `?at=` and `?quote=` begin a comment on a place or words of it; `?format=json` asks only which
    places are commented on.
    """
    section = get_section(request, pk, section_pk)
    if not can_comment(person(request), section.plan):
        raise PermissionDenied
    if request.method != "POST" and request.GET.get("format") == "json":
        return JsonResponse({"open": count_open(section), "places": open_places(section)})
    form = _new_form(section, sent=request.POST or None, asked=request.GET)
    if form.is_valid():
        posted = _add(request, section, form)
        if posted:
            return _after_adding(request, section, posted)
    return _show_section(request, section, form)


def _new_form(
    section: Section, *, sent: Mapping[str, str] | None, asked: Mapping[str, str]
) -> NewCommentForm:
    """Return the form for a new comment; `asked` may hold the place and words it is about."""
    now = section_object(section)
    grid = section_grid(now, plan_facts(read_head(section.plan)))
    at = asked.get("at", "")
    chosen = find_target(at.split("-"), grid, now) if at else None
    initial = {
        "place": field_name(chosen.path) if chosen else "",
        "quote": one_line(asked.get("quote", "")),
        "occurrence": asked.get("occurrence", ""),
    }
    return NewCommentForm(
        sent,
        plan=section.plan,
        grid=grid,
        section_object=now,
        chosen=chosen,
        asked_in_vain=bool(at) and chosen is None,
        initial=initial,
    )


def _add(request: HttpRequest, section: Section, form: NewCommentForm) -> Posted | None:
    """Store a new thread and queue its mails; None if it was refused, which the form says."""
    data = form.cleaned_data
    try:
        with transaction.atomic():
            posted = add_comment(
                section,
                text=data["text"],
                target=data["target"],
                quote=data["quote"],
                occurrence=data["occurrence"],
                mentions=form.mentions,
                by=person(request),
                at=timezone.now(),
            )
            queue(posted.mails)
    except NotAComment as refused:
        form.add_error(None if form.chosen else "quote", str(refused))
        return None
    return posted


def _after_adding(request: HttpRequest, section: Section, posted: Posted) -> HttpResponse:
    if not is_fragment(request):
        messages.success(request, "Your comment has been added.")
        return redirect(_page_of(posted.comment))
    response = _show_section(request, section, _new_form(section, sent=None, asked={}))
    return _say(response, "Your comment has been added.", posted.comment)


def _show_section(request: HttpRequest, section: Section, form: NewCommentForm) -> HttpResponse:
    context = {
        **threads_context(request, read_threads([section])),
        "plan": section.plan,
        "section": section,
        "form": form,
        "readers": form.fields["people"].queryset,
        "url": reverse("plans:comments", args=[section.plan_id, section.pk]),
        "starts": form.chosen or form.asked_in_vain or form.is_bound,
    }
    if is_fragment(request):
        return render(request, "plans/_comments.html", context, status=form_status(form))
    context |= plan_context(section.plan, request)
    return render(request, "plans/comments.html", context, status=form_status(form))


def _page_of(comment: Comment) -> str:
    """Return the address of a comment on its section's page."""
    section = comment.section
    url = reverse("plans:comments", args=[section.plan_id, section.pk])
    return f"{url}?to={comment.pk}#comment-{comment.pk}"


def _say(response: HttpResponse, words: str, comment: Comment) -> HttpResponse:
    """Let the page say what was done, lead to the comment that it was done to, and mark the
    places that are commented on now."""
    focus = f"comment-{comment.pk}"
    told = {"words": words, "focus": focus, "places": open_places(comment.section)}
    response["HX-Trigger-After-Settle"] = json.dumps({"commented": told})
    return response


# --- a plan's ------------------------------------------------------------------------------------


@require_safe
def plan_comments(request: HttpRequest, pk: int) -> HttpResponse:
    """All that was said about a plan, section by section."""
    plan = get_draft(request, pk)
    if not can_comment(person(request), plan):
        raise PermissionDenied
    context = {
        **plan_context(plan, request),
        **plan_threads(request, plan),
    }
    return render(request, "plans/plan_comments.html", context)


def plan_threads(request: HttpRequest, plan: Plan) -> dict[str, Any]:
    """Return the threads of a plan in the order of its sections, and who can be mentioned."""
    sections = list(plan.sections.present().select_related("parent", "assigned_to"))
    for section in sections:
        section.plan = plan
    order = {section.pk: at for at, section in enumerate(sections)}
    threads = sorted(read_threads(sections), key=lambda t: order[t.first.section_id])
    return {
        **threads_context(request, threads),
        "readers": readers_of_draft(plan),
        "url": reverse("plans:plan_comments", args=[plan.pk]),
    }


# --- one -----------------------------------------------------------------------------------------


@require_safe
def comment(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Lead to a comment on its section's page; a part of a page gets its thread."""
    found = get_comment(request, pk, comment_pk)
    if is_fragment(request):
        return _show_thread(request, found)
    return redirect(_page_of(found))


def _show_thread(
    request: HttpRequest, comment: Comment, *, reply: CommentForm | None = None
) -> HttpResponse:
    """Answer with the thread of a comment; with nothing if nothing is left of it."""
    user = person(request)
    threads = read_threads([comment.section], only=comment.thread_id or comment.pk)
    if not threads:
        return HttpResponse("")
    context = {
        "conversation": show_threads(threads, user)[0],
        "plan": comment.section.plan,
        "readers": readers_of_draft(comment.section.plan),
        "reply": reply,
    }
    status = form_status(reply) if reply else 200
    return render(request, "plans/_comment_thread.html", context, status=status)


@require_POST
def comment_reply(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Answer in a thread."""
    first = get_thread(request, pk, comment_pk)
    form = CommentForm(request.POST, plan=first.section.plan)
    if form.is_valid() and (reply := _post(request, form, partial(answer_comment, first))):
        return _done(request, reply, "Your reply has been added.")
    if is_fragment(request):
        return _show_thread(request, first, reply=form)
    return _show_form(request, first, form, "Reply")


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Change what one wrote."""
    own = get_comment_to_change(request, pk, comment_pk)
    sent = request.POST if request.method == "POST" else None
    ids = f"id_comment_{own.pk}_%s"
    form = CommentForm(sent, plan=own.section.plan, initial={"text": own.text}, auto_id=ids)
    if form.is_valid() and (changed := _post(request, form, partial(change_comment, own))):
        return _done(request, changed, "Your comment has been changed.")
    return _show_form(request, own, form, "Edit your comment")


def _post(request: HttpRequest, form: CommentForm, write: Callable[..., Posted]) -> Comment | None:
    """Write what the form says and tell people of it; None, with the reason at its text, if it is
    refused."""
    try:
        with transaction.atomic():
            posted = write(
                text=form.cleaned_data["text"],
                mentions=form.mentions,
                by=person(request),
                at=timezone.now(),
            )
            queue(posted.mails)
    except NotAComment as refused:
        form.add_error("text", str(refused))
        return None
    return posted.comment


def _show_form(
    request: HttpRequest, comment: Comment, form: CommentForm, title: str
) -> HttpResponse:
    context = {
        "comment": comment,
        "form": form,
        "form_title": title,
        "plan": comment.section.plan,
        "section": comment.section,
        "action": request.path,
    }
    if is_fragment(request):
        return render(request, "plans/_comment_form.html", context, status=form_status(form))
    context |= plan_context(comment.section.plan, request)
    return render(request, "plans/comment_edit.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def comment_remove(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Remove what one wrote, after asking."""
    own = get_comment_to_change(request, pk, comment_pk)
    if request.method == "POST":
        with suppress(NotAComment):  # removed twice is removed
            remove_comment(own, by=person(request), at=timezone.now())
        return _done(request, own, "Your comment has been removed.", is_gone=True)
    context = {"comment": own, "plan": own.section.plan, "section": own.section}
    if is_fragment(request):
        return render(request, "plans/_comment_remove.html", context)
    context |= plan_context(own.section.plan, request)
    return render(request, "plans/comment_remove.html", context)


@require_POST
def comment_resolve(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Say that a thread is dealt with."""
    first = get_thread(request, pk, comment_pk)
    resolve_thread(first, by=person(request), at=timezone.now())
    return _done(request, first, "The comment is resolved.")


@require_POST
def comment_reopen(request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
    """Say that a thread is not dealt with after all."""
    first = get_thread(request, pk, comment_pk)
    reopen_thread(first, by=person(request), at=timezone.now())
    return _done(request, first, "The comment is open again.")


def _done(
    request: HttpRequest, comment: Comment, words: str, *, is_gone: bool = False
) -> HttpResponse:
    """Answer a change: a page goes back to the comment, a part of a page gets its thread anew."""
    head = comment.thread if is_gone and comment.thread else comment
    if is_fragment(request):
        return _say(_show_thread(request, head), words, head)
    messages.success(request, words)
    return redirect(_page_of(head))
