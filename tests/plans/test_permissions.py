"""Whose eyes a draft is for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from accounts.models import Membership, User
from plans.models import Plan
from plans.permissions import can_read_draft


@pytest.mark.parametrize("holds_role", [True, False])
def test_a_draft_closes_to_its_lead_when_the_role_ends(
    plan: Plan, people: SimpleNamespace, holds_role: bool
) -> None:
    plan.sections.filter(key="budget").update(assigned_to=people.assigned)
    if not holds_role:
        Membership.objects.filter(user=people.assigned).delete()
    lead = User.objects.get(pk=people.assigned.pk)

    assert can_read_draft(lead, plan) is holds_role
    assert Plan.objects.visible_to(lead).exists() is holds_role
    assert Plan.objects.drafts_visible_to(lead).exists() is holds_role
