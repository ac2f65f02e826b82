"""What the filters and tags of the plan screens say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from plans.models import FormatSection, Plan
from plans.templatetags.plan_screens import NextAction, guidance_for, lateness, next_action
from plans.workflow import Action


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, ""),
        (0, ""),
        (1, "1 day late"),
        (2, "2 days late"),
        (59, "59 days late"),
        (60, "2 months late"),
        (800, "2 years late"),
    ],
)
def test_lateness_is_said_in_words(days: int, words: str):
    assert lateness(timezone.localdate() - timedelta(days=days)) == words


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (
            [Action.SUBMIT, Action.ARCHIVE],
            NextAction("Submit for review", "/plans/7/actions/submit/"),
        ),
        ([Action.APPROVE, Action.RETURN], NextAction("Approve or return", "/plans/7/review/")),
        ([Action.PUBLISH, Action.AMEND], NextAction("Publish", "/plans/7/actions/publish/")),
        ([Action.WITHDRAW], None),
        ([], None),
    ],
)
def test_the_bar_offers_one_next_action(actions: list[Action], expected: NextAction | None):
    assert next_action(Plan(pk=7), actions) == expected


def test_guidance_is_cleaned_and_its_years_filled_in():
    section = FormatSection(guidance="<p onclick='x()'>Plan {year}<script>x()</script></p>")
    assert guidance_for(section, "2008/09") == "<p>Plan 2008/09</p>"
