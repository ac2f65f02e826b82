"""Objectives and actions in the admin, to look at: a section is written by its services only."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from actions.models import Action, Deliverable, Objective, ObjectiveFramework, Target


@admin.register(ObjectiveFramework)
class ObjectiveFrameworkAdmin(ReadOnlyAdmin):
    list_display = ["framework", "short", "year", "section"]
    list_select_related = ["section"]


@admin.register(Objective)
class ObjectiveAdmin(ReadOnlyAdmin):
    list_display = ["title", "ref", "section"]
    list_select_related = ["section"]
    search_fields = ["ref", "title"]


@admin.register(Target)
class TargetAdmin(ReadOnlyAdmin):
    list_display = ["title", "ref", "objective", "section"]
    list_select_related = ["objective", "section"]
    search_fields = ["ref", "title"]


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin):
    list_display = ["title", "number", "due", "section"]
    list_select_related = ["section"]
    search_fields = ["number", "title"]


@admin.register(Deliverable)
class DeliverableAdmin(ReadOnlyAdmin):
    list_display = ["text", "due", "action", "section"]
    list_select_related = ["action", "section"]
    search_fields = ["text"]
