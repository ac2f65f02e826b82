"""Indicators and activity in the admin: to be looked at, never changed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import RequestFactory

from accounts.models import User
from performance.models import ActivityRow, ActivityTable, Indicator, IndicatorTable, RagRule
from performance.planfile import load_activity, load_indicators
from performance.sections import ACTIVITY, INDICATORS
from plans.models import Section
from tests.performance.rules import keep_rule


@pytest.mark.parametrize("model", [IndicatorTable, Indicator, ActivityTable, ActivityRow, RagRule])
def test_admin_lists_rows_and_changes_none(
    model: Any,
    measures: dict[str, Any],
    visits: dict[str, Any],
    make_section: Callable[[str], Section],
    rf: RequestFactory,
) -> None:
    load_indicators(make_section("indicators"), INDICATORS.schema.model_validate(measures))
    load_activity(make_section("activity"), ACTIVITY.schema.model_validate(visits))
    keep_rule()
    request = rf.get("/")
    request.user = User.objects.create(email="root@example.org", is_superuser=True, is_staff=True)
    shown = site.get_model_admin(model)
    listed = shown.get_changelist_instance(request).result_list
    assert len(listed) == model.objects.count() > 0
    assert shown.get_model_perms(request) == {
        "add": False,
        "change": False,
        "delete": False,
        "view": True,
    }
