"""Plans in the Django admin: to look at, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from plans import models


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows rows and changes none: there is one write path, `plans.services`."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.PlanYear)
class PlanYearAdmin(ReadOnlyAdmin):
    list_display = ["year", "opens_on", "due_on"]


@admin.register(models.PlanFormat)
class PlanFormatAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "is_offered"]


@admin.register(models.FormatSection)
class FormatSectionAdmin(ReadOnlyAdmin):
    list_display = ["format", "position", "key", "title", "kind", "required"]
    list_filter = ["format"]
    list_select_related = ["format"]


@admin.register(models.Plan)
class PlanAdmin(ReadOnlyAdmin):
    list_display = ["title", "plan_year", "organisation_unit", "state", "correction", "changed_at"]
    list_filter = ["state", "plan_year"]
    list_select_related = ["plan_year", "organisation_unit"]
    search_fields = ["title", "unit"]


@admin.register(models.Section)
class SectionAdmin(ReadOnlyAdmin):
    list_display = ["plan", "position", "key", "title", "kind", "status", "revision", "removed_at"]
    list_filter = ["kind", "status"]
    list_select_related = ["plan__plan_year", "plan__organisation_unit"]
    search_fields = ["key", "title"]


@admin.register(models.SectionRevision)
class SectionRevisionAdmin(ReadOnlyAdmin):
    list_display = ["section", "number", "by", "at", "milestone"]
    list_select_related = ["section", "by"]


@admin.register(models.Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ["section", "user", "base_revision", "at"]
    list_select_related = ["section", "user"]


@admin.register(models.Presence)
class PresenceAdmin(ReadOnlyAdmin):
    list_display = ["section", "user", "at"]
    list_select_related = ["section", "user"]


@admin.register(models.Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ["section", "by", "at", "thread", "resolved_at"]
    list_select_related = ["section", "by", "thread__by", "thread__section"]


@admin.register(models.Reading)
class ReadingAdmin(ReadOnlyAdmin):
    list_display = ["section", "revision", "key"]
    list_select_related = ["section"]


@admin.register(models.Waiver)
class WaiverAdmin(ReadOnlyAdmin):
    list_display = ["plan", "section", "reason", "by", "at", "ended_at"]
    list_select_related = ["plan", "section", "by"]


@admin.register(models.ChecklistTick)
class ChecklistTickAdmin(ReadOnlyAdmin):
    list_display = ["plan", "line", "by", "at"]
    list_select_related = ["plan__plan_year", "plan__organisation_unit", "by"]


@admin.register(models.Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["user", "comment", "created_at", "sent_at"]
    list_select_related = ["user", "comment__by", "comment__section"]


@admin.register(models.Version)
class VersionAdmin(ReadOnlyAdmin):
    list_display = ["plan", "number", "correction", "submitted_by", "submitted_at", "digest"]
    list_select_related = ["plan__plan_year", "plan__organisation_unit", "submitted_by"]


@admin.register(models.Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["version", "step_title", "outcome", "person", "at", "reference"]
    list_filter = ["outcome"]
    list_select_related = ["version__plan__plan_year", "version__plan__organisation_unit"]


@admin.register(models.Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ["plan", "number", "correction", "pages", "published_at", "pdf_digest"]
    list_select_related = ["plan__plan_year", "plan__organisation_unit"]


@admin.register(models.EditionFile)
class EditionFileAdmin(ReadOnlyAdmin):
    list_display = ["edition", "format", "bytes", "digest"]
    list_filter = ["format"]
    list_select_related = ["edition__plan__plan_year", "edition__plan__organisation_unit"]


@admin.register(models.Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "plan", "section", "action", "by"]
    list_filter = ["action"]
    list_select_related = ["plan__plan_year", "plan__organisation_unit", "section", "by"]


@admin.register(models.Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "plan", "state", "attempts", "created_at", "finished_at", "error"]
    list_filter = ["kind", "state"]
    list_select_related = ["plan__plan_year", "plan__organisation_unit"]


@admin.register(models.Picture)
class PictureAdmin(ReadOnlyAdmin):
    list_display = ["name", "plan", "content_type", "uploaded_by", "uploaded_at"]
    list_select_related = ["plan__plan_year", "plan__organisation_unit", "uploaded_by"]


@admin.register(models.Narrative)
class NarrativeAdmin(ReadOnlyAdmin):
    list_display = ["section"]
    list_select_related = ["section"]


@admin.register(models.Register)
class RegisterAdmin(ReadOnlyAdmin):
    list_display = ["section"]
    list_select_related = ["section"]


@admin.register(models.RegisterRow)
class RegisterRowAdmin(ReadOnlyAdmin):
    list_display = ["section", "position", "group"]
    list_select_related = ["section"]
