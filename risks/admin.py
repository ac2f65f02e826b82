"""Risk schemes and registers in the admin: registers are there to look at, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from risks import models


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list and a page of each row without anything to save: plans have one write path."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.RiskScheme)
class RiskSchemeAdmin(ReadOnlyAdmin):
    list_display = ["key", "name"]


@admin.register(models.RiskRegister)
class RiskRegisterAdmin(ReadOnlyAdmin):
    list_display = ["section", "scheme"]
    list_select_related = ["section"]


@admin.register(models.Risk)
class RiskAdmin(ReadOnlyAdmin):
    list_display = ["section", "position", "ref", "title", "emerging"]
    list_select_related = ["section"]
    list_filter = ["emerging"]
    search_fields = ["ref", "title"]
