"""Pages about one's own account, and for planning officers about people and the organisation."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import (
    conditional_page,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts import services
from accounts.access import (
    for_planning_officers,
    get_membership_to_end,
    get_unit_to_change,
    get_user_to_change,
    get_user_to_see,
    visible_units,
    visible_users,
)
from accounts.forms import (
    OrganisationUnitForm,
    OwnProfileForm,
    PersonForm,
    RoleForm,
    UserFilterForm,
    UserForm,
)
from accounts.models import Membership, User
from accounts.permissions import can_change_user, managed_units

PEOPLE_A_PAGE = 25
EVENTS_SHOWN = 20

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@login_not_required
@cache_control(no_cache=True, public=True)  # a colour that was changed is seen at once
@conditional_page
def council_stylesheet(request: HttpRequest) -> HttpResponse:
    """Serve the council's own colour and its logo beside its name."""
    branding = services.find_branding()
    colour = (branding.colour if branding else "") or settings.COUNCIL_COLOUR
    rules = [services.write_colour_rule(":root", colour)] if colour else []
    if branding and branding.logo:
        address = f"{reverse('accounts:council_logo')}?{branding.logo[:12]}"
        rules.append(f'.pw-header__name a::before{{content:"";background-image:url("{address}")}}')
    return HttpResponse("\n".join(rules), content_type="text/css")


@require_safe
@login_not_required
@cache_control(max_age=86400, public=True)
def council_logo(request: HttpRequest) -> HttpResponse:
    """Serve the council's logo; the address that names it changes with it."""
    branding = services.find_branding()
    if branding is None or not branding.logo:
        raise Http404
    with branding.logo_file.open("rb") as file:
        data = file.read()
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return HttpResponse(data, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})


@shows_and_takes
def profile(request: HttpRequest) -> HttpResponse:
    user = request.user
    initial = {"name": user.name, "post": user.post, "comment_mail": user.comment_mail}
    form = OwnProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.change_user(user, **form.cleaned_data, by=user, at=timezone.now())
        messages.success(request, "Your details have been saved.")
        return redirect("accounts:profile")
    memberships = user.memberships.active().select_related("unit")
    return render(request, "accounts/profile.html", {"form": form, "memberships": memberships})


@require_safe
@for_planning_officers
def user_list(request: HttpRequest) -> HttpResponse:
    units = visible_units(request.user)
    form = UserFilterForm(request.GET, units=units)
    form.is_valid()
    users = visible_users(request.user).matching(**form.cleaned_data)
    held = Membership.objects.active().select_related("unit")
    users = users.prefetch_related(Prefetch("memberships", held, to_attr="roles_held"))
    page = Paginator(users, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/user_list.html", {"form": form, "page": page})


@shows_and_takes
@for_planning_officers
def user_add(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST or None, units=visible_units(request.user))
    if request.method == "POST" and form.is_valid():
        new, at = form.cleaned_data, timezone.now()
        if _saved(form, lambda: services.add_person(**new, by=request.user, at=at)):
            user = User.objects.get(email=new["email"])
            _invite(request, user)
            return redirect(user)
    return render(request, "accounts/user_form.html", {"form": form})


@require_safe
@for_planning_officers
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_user_to_see(request.user, pk)
    context = {
        "subject": subject,
        "memberships": subject.memberships.select_related("unit").order_by("-started_at", "-pk"),
        "events": subject.access_events.select_related("by")[:EVENTS_SHOWN],
        "may_change": can_change_user(request.user, subject),
        "managed": managed_units(request.user),
    }
    return render(request, "accounts/user_detail.html", context)


@shows_and_takes
@for_planning_officers
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_user_to_change(request.user, pk)
    initial = {"name": subject.name, "email": subject.email, "post": subject.post}
    form = UserForm(request.POST or None, initial=initial, user=subject)
    if request.method == "POST" and form.is_valid():
        new, at = form.cleaned_data, timezone.now()
        if _saved(form, lambda: services.change_user(subject, **new, by=request.user, at=at)):
            messages.success(request, f"{subject}: details saved.")
            return redirect(subject)
    return render(request, "accounts/user_form.html", {"form": form, "subject": subject})


@require_POST
@for_planning_officers
def user_invite(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_user_to_change(request.user, pk)
    _invite(request, subject)
    return redirect(subject)


@shows_and_takes
@for_planning_officers
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_user_to_change(request.user, pk)
    if request.method == "POST":
        at = timezone.now()
        if _done(request, lambda: services.deactivate_user(subject, by=request.user, at=at)):
            messages.success(request, f"{subject} can no longer sign in.")
        return redirect(subject)
    return render(request, "accounts/user_deactivate.html", {"subject": subject})


@shows_and_takes
@for_planning_officers
def user_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_user_to_change(request.user, pk)
    if request.method == "POST":
        services.reactivate_user(subject, by=request.user, at=timezone.now())
        messages.success(request, f"{subject} can sign in again.")
        return redirect(subject)
    memberships = subject.memberships.active().select_related("unit")
    context = {"subject": subject, "memberships": memberships}
    return render(request, "accounts/user_reactivate.html", context)


@shows_and_takes
@for_planning_officers
def membership_add(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_user_to_see(request.user, pk)
    form = RoleForm(request.POST or None, units=visible_units(request.user))
    if request.method == "POST" and form.is_valid():
        role, unit, at = form.cleaned_data["role"], form.cleaned_data["unit"], timezone.now()
        if _saved(form, lambda: services.give_role(subject, role, unit, by=request.user, at=at)):
            messages.success(request, f"{subject} now has the role at {unit}.")
            return redirect(subject)
    return render(request, "accounts/membership_form.html", {"form": form, "subject": subject})


@shows_and_takes
@for_planning_officers
def membership_end(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_membership_to_end(request.user, pk)
    if request.method == "POST":
        at = timezone.now()
        if _done(request, lambda: services.end_role(membership, by=request.user, at=at)):
            messages.success(request, f"The role of {membership.user} has ended.")
        return redirect(_after_ending(request, membership))
    return render(request, "accounts/membership_end.html", {"membership": membership})


def _after_ending(request: HttpRequest, membership: Membership) -> str:
    """Return where to go next: a planning officer may just have ended their own last role."""
    return "accounts:profile" if membership.user == request.user else membership.user


@require_safe
@for_planning_officers
def organisation_unit_list(request: HttpRequest) -> HttpResponse:
    tree = visible_units(request.user).with_counts().as_tree()
    return render(request, "accounts/organisation_unit_list.html", {"tree": tree})


@shows_and_takes
@for_planning_officers
def organisation_unit_add(request: HttpRequest, pk: int) -> HttpResponse:
    parent = get_unit_to_change(request.user, pk)
    if parent.level_below is None:
        raise Http404
    form = OrganisationUnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, at = form.cleaned_data["name"], timezone.now()
        if _saved(form, lambda: services.add_unit(name, parent=parent, by=request.user, at=at)):
            messages.success(request, f"{name} has been added to {parent}.")
            return redirect("accounts:organisation_unit_list")
    context = {"form": form, "parent": parent}
    return render(request, "accounts/organisation_unit_form.html", context)


@shows_and_takes
@for_planning_officers
def organisation_unit_rename(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_unit_to_change(request.user, pk)
    form = OrganisationUnitForm(request.POST or None, initial={"name": unit.name})
    if request.method == "POST" and form.is_valid():
        name, at = form.cleaned_data["name"], timezone.now()
        if _saved(form, lambda: services.rename_unit(unit, name, by=request.user, at=at)):
            messages.success(request, f"{name} has its new name.")
            return redirect("accounts:organisation_unit_list")
    context = {"form": form, "unit": unit}
    return render(request, "accounts/organisation_unit_form.html", context)


@shows_and_takes
@for_planning_officers
def organisation_unit_remove(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_unit_to_change(request.user, pk)
    if request.method == "POST":
        name, at = unit.name, timezone.now()
        if _done(request, lambda: services.remove_unit(unit, by=request.user, at=at)):
            messages.success(request, f"{name} has been removed.")
        return redirect("accounts:organisation_unit_list")
    return render(request, "accounts/organisation_unit_remove.html", {"unit": unit})


def _invite(request: HttpRequest, user: User) -> None:
    site = request.build_absolute_uri("/")
    at = timezone.now()
    if _done(request, lambda: services.send_invitation(user, site=site, by=request.user, at=at)):
        messages.success(request, f"{user.email} has been sent a link to set a password.")


def _done(request: HttpRequest, change: Callable[[], object]) -> bool:
    """Make a change, or tell the person on the next page why it was refused."""
    try:
        change()
    except services.Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _saved(form: Form, change: Callable[[], object]) -> bool:
    """Make a change, or say on the form why it was refused."""
    try:
        change()
    except services.Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
