"""The admin shows budgets and staffing and changes nothing."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from accounts.models import User
from budgets import models


@pytest.mark.parametrize(
    "model",
    [
        models.Budget,
        models.BudgetUnit,
        models.BudgetLine,
        models.MemorandumItem,
        models.Staffing,
        models.StaffingUnit,
        models.StaffingBand,
        models.Posts,
    ],
)
def test_rows_can_only_be_looked_at(model: type, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = User(email="root@example.org", is_superuser=True, is_active=True)
    page = admin.site._registry[model]

    assert page.get_model_perms(request) == {
        "add": False,
        "change": False,
        "delete": False,
        "view": True,
    }
