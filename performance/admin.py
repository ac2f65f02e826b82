"""Indicators, activity and RAG rules in the admin, to look at: services alone write them."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from performance.models import ActivityRow, ActivityTable, Indicator, IndicatorTable, RagRule


@admin.register(RagRule)
class RagRuleAdmin(ReadOnlyAdmin):
    list_display = ["name", "key", "units", "is_default", "changed_by", "changed_at"]
    list_select_related = ["changed_by"]


@admin.register(IndicatorTable)
class IndicatorTableAdmin(ReadOnlyAdmin):
    list_display = ["section"]
    list_select_related = ["section"]


@admin.register(Indicator)
class IndicatorAdmin(ReadOnlyAdmin):
    list_display = ["title", "ref", "unit", "polarity", "section"]
    list_filter = ["polarity"]
    list_select_related = ["section"]
    search_fields = ["ref", "title"]


@admin.register(ActivityTable)
class ActivityTableAdmin(ReadOnlyAdmin):
    list_display = ["section", "label"]
    list_select_related = ["section"]


@admin.register(ActivityRow)
class ActivityRowAdmin(ReadOnlyAdmin):
    list_display = ["label", "key", "kind", "figure", "section"]
    list_filter = ["kind"]
    list_select_related = ["section"]
    search_fields = ["key", "label"]
