"""Budgets and staffing in the admin: to look at, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from budgets import models


class ReadOnlyAdmin(admin.ModelAdmin):
    """A list and a page of each row without anything to save: plans have one write path."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Budget)
class BudgetAdmin(ReadOnlyAdmin):
    list_display = ["section", "layout", "prior_year"]
    list_select_related = ["section"]


@admin.register(models.BudgetUnit)
class BudgetUnitAdmin(ReadOnlyAdmin):
    list_display = ["section", "position", "unit", "title"]
    list_select_related = ["section"]


@admin.register(models.BudgetLine)
class BudgetLineAdmin(ReadOnlyAdmin):
    list_display = ["section", "unit", "position", "activity", "fte"]
    list_select_related = ["section", "unit"]
    search_fields = ["activity"]


@admin.register(models.MemorandumItem)
class MemorandumItemAdmin(ReadOnlyAdmin):
    list_display = ["section", "unit", "position", "label", "prior", "current"]
    list_select_related = ["section", "unit"]


@admin.register(models.Staffing)
class StaffingAdmin(ReadOnlyAdmin):
    list_display = ["section", "years"]
    list_select_related = ["section"]


@admin.register(models.StaffingUnit)
class StaffingUnitAdmin(ReadOnlyAdmin):
    list_display = ["section", "position", "unit", "title"]
    list_select_related = ["section"]


@admin.register(models.StaffingBand)
class StaffingBandAdmin(ReadOnlyAdmin):
    list_display = ["section", "unit", "position", "label"]
    list_select_related = ["section", "unit"]


@admin.register(models.Posts)
class PostsAdmin(ReadOnlyAdmin):
    list_display = ["band", "year", "fte"]
    list_select_related = ["band"]
