"""People and the organisation in the Django admin, to look at; nothing changes here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.models import AccessEvent, Branding, Membership, OrganisationUnit, User


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none: there is one write path, `accounts.services`."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["name", "email", "post", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["name", "email", "post"]
    exclude = ["password"]


@admin.register(OrganisationUnit)
class OrganisationUnitAdmin(ReadOnlyAdmin):
    list_display = ["name", "level", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    search_fields = ["name"]


@admin.register(Branding)
class BrandingAdmin(ReadOnlyAdmin):
    list_display = ["council", "colour", "cover"]
    list_select_related = ["council"]


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ["user", "role", "unit", "started_at", "ended_at"]
    list_filter = ["role"]
    list_select_related = ["user", "unit"]
    search_fields = ["user__name", "user__email", "unit__name"]


@admin.register(AccessEvent)
class AccessEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "action", "user", "detail"]
    list_filter = ["action"]
    list_select_related = ["by", "user"]
    search_fields = ["user__name", "user__email", "detail"]
