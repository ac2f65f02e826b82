"""What a plan's format asks for, and which pictures are stored, as the checks learn of it."""

from typing import Any

import pytest

from plans.checks.guides import Guide, GuideSection
from plans.models import FormatSection, Picture, PlanFormat
from plans.services.findings import find_guide, find_in_plan, view_working_copy
from tests.factories import NOW
from tests.plans.samples import make_world, section_value, store

pytestmark = pytest.mark.django_db


def make_format() -> None:
    found = PlanFormat.objects.create(slug="short-plan", name="Short plan", checklist=["All read."])
    FormatSection.objects.create(
        format=found, position=0, key="foreword", title="Foreword", kind="narrative", words=[50, 90]
    )


def found_in(**head: Any) -> list[str]:
    world = make_world()
    narrative = section_value("narrative", lead="Manager")
    narrative["content"]["figures"] = [{"name": "map.png", "alt": "A map"}]
    plan = store(world.libraries.unit, by=world.superuser, sections=[narrative], **head)
    return [each.finding.id for each in find_in_plan(plan).found]


def test_a_format_is_read_in_two_queries(django_assert_num_queries: Any) -> None:
    make_format()

    with django_assert_num_queries(2):
        guide = find_guide("short-plan")

    foreword = GuideSection("foreword", "Foreword", "narrative", required=True, words=(50, 90))
    assert guide == Guide("short-plan", sections=(foreword,), checklist=("All read.",))


def test_a_plan_without_a_format_has_no_guide(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert find_guide(None) is None


def test_the_format_of_a_working_copy_is_held_against_it() -> None:
    make_format()

    assert found_in(plan_format="short-plan") == ["plans.E004", "plans.W051", "plans.W080"]


def test_a_format_that_nobody_keeps_is_found() -> None:
    assert found_in(plan_format="long-plan") == ["plans.E004", "plans.W012"]


def test_a_picture_that_is_stored_is_known() -> None:
    world = make_world()
    plan = store(world.libraries.unit, by=world.superuser)
    Picture.objects.create(
        plan=plan,
        name="map.png",
        digest="0" * 64,
        file="pictures/map.png",
        content_type="image/png",
        uploaded_by=world.superuser,
        uploaded_at=NOW,
    )

    assert view_working_copy(plan).pictures == {"map.png"}
