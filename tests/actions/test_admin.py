"""Objectives and actions in the admin: to be looked at, never changed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import RequestFactory

from accounts.models import User
from actions.models import Action, Deliverable, Objective, ObjectiveFramework, Target
from actions.planfile import load_actions, load_objectives
from actions.sections import ACTIONS, OBJECTIVES
from plans.models import Section


@pytest.mark.parametrize("model", [ObjectiveFramework, Objective, Target, Action, Deliverable])
def test_admin_lists_rows_and_changes_none(
    model: Any,
    strategy: dict[str, Any],
    projects: dict[str, Any],
    make_section: Callable[[str], Section],
    rf: RequestFactory,
) -> None:
    load_objectives(make_section("objectives"), OBJECTIVES.schema.model_validate(strategy))
    load_actions(make_section("actions"), ACTIONS.schema.model_validate(projects))
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
