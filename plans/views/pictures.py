"""The pictures of a plan: upload, look, take out."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plans.access import get_draft, get_picture_bytes, get_plan_to_manage, person
from plans.forms import PictureForm
from plans.models import Plan
from plans.permissions import is_open
from plans.services import NotOpen
from plans.services.pictures import NotAPicture, add_picture, remove_picture
from plans.views.lists import form_status
from plans.views.plans import plan_context

PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""What a picture that is opened by itself may do: nothing; a browser styles the page it makes of
it, which is not ours, by lines of its own."""

Response = TypeVar("Response", bound=HttpResponseBase)


def as_picture(response: Response) -> Response:
    """Return an answer that holds a picture with the headers that keep it one."""
    response["Content-Security-Policy"] = PICTURE_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def picture_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan's pictures, where each is used, and a form to add one."""
    return show_pictures(request, get_draft(request, pk), PictureForm())


def show_pictures(request: HttpRequest, plan: Plan, form: PictureForm) -> HttpResponse:
    context = {
        **plan_context(plan, request),
        "form": form,
        "pictures": plan.pictures.select_related("uploaded_by"),
        "used": names_in_use(plan),
    }
    return render(request, "plans/picture_list.html", context, status=form_status(form))


def names_in_use(plan: Plan) -> set[str]:
    """Return the file names that narrative sections of the plan show."""
    sections = plan.sections.present().filter(kind="narrative").select_related("narrative")
    rows: list[Any] = [getattr(section, "narrative", None) for section in sections]
    return {entry["name"] for row in rows if row for entry in row.figures}


@require_POST
def picture_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Store a picture."""
    plan = get_plan_to_manage(request, pk)
    form = PictureForm(request.POST, request.FILES)
    if not is_open(plan):
        messages.error(request, "The plan is not a draft, so its pictures stay as they are.")
        return redirect("plans:pictures", plan.pk)
    if not form.is_valid():
        return show_pictures(request, plan, form)
    file = form.cleaned_data["file"]
    try:
        picture = add_picture(
            plan, name=file.name, data=file.read(), by=person(request), at=timezone.now()
        )
    except NotOpen:
        messages.error(request, "The plan was submitted meanwhile; nothing was stored.")
        return redirect("plans:pictures", plan.pk)
    except NotAPicture as refused:
        form.add_error("file", f"{refused}.")
        return show_pictures(request, plan, form)
    messages.success(request, f"“{picture.name}” is stored. Name it in a text section to print it.")
    return redirect("plans:pictures", plan.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def picture_remove(request: HttpRequest, pk: int, picture_pk: int) -> HttpResponse:
    """Take a picture out of the plan, after asking."""
    plan = get_plan_to_manage(request, pk)
    picture = plan.pictures.filter(pk=picture_pk).first()
    if picture is None:
        raise Http404
    if not is_open(plan):
        messages.error(request, "The plan is not a draft, so its pictures stay as they are.")
        return redirect("plans:pictures", plan.pk)
    if request.method == "POST":
        try:
            remove_picture(picture, by=person(request), at=timezone.now())
        except NotOpen:
            messages.error(request, "The plan was submitted meanwhile; the picture stays.")
        else:
            messages.success(request, f"“{picture.name}” is taken out.")
        return redirect("plans:pictures", plan.pk)
    context = {
        **plan_context(plan, request),
        "picture": picture,
        "is_used": picture.name in names_in_use(plan),
    }
    return render(request, "plans/picture_remove.html", context)


@require_safe
def picture_file(request: HttpRequest, pk: int, digest: str) -> FileResponse:
    """A picture's bytes, to those who may see the plan or edition that shows it."""
    path, content_type = get_picture_bytes(request, pk, digest)
    response = as_picture(FileResponse(default_storage.open(path, "rb"), content_type=content_type))
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
