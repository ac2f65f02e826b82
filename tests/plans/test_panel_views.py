"""What stands beside the editor: last year's text and an example, to those who may read them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Membership
from plans.models import FormatSection, Plan, PlanFormat
from plans.services import freeze
from tests.factories import NOW, make_member
from tests.plans.samples import make_edition, section_value, store

pytestmark = pytest.mark.django_db


def words(body, key="aims", title="Aims"):
    value = section_value("narrative", key=key, title=title)
    value["content"] = {**value["content"], "body": body}
    return value


@pytest.fixture
def years(unit, people):
    """Return this year's plan and the one of the year before, each with its aims."""
    before = store(unit, by=people.author, sections=[words("<p>Old aims.</p>")], year="2007/08")
    now = store(unit, by=people.author, sections=[words("<p>New aims.</p>")])
    return now, before


def last_year(client, plan, user):
    client.force_login(user)
    section = plan.sections.get()
    response = client.get(reverse("plans:section_last_year", args=[plan.pk, section.pk]))
    assert response.status_code == 200
    return response.context["last"]


def test_the_draft_of_the_year_before_is_shown(client, years, people):
    now, before = years

    last = last_year(client, now, people.author)

    assert (last.plan, last.html, last.state) == (before, "<p>Old aims.</p>", "as it stands, draft")
    assert "Old aims." in last.document
    assert last.url == before.sections.get().get_absolute_url()


def test_an_edition_comes_before_the_draft(client, years, people):
    now, before = years
    make_edition(freeze(before, by=people.author, at=NOW), by=people.planning_officer)
    section = before.sections.get()
    section.narrative.body = "<p>Changed since.</p>"
    section.narrative.save()

    last = last_year(client, now, people.approver)

    assert (last.html, last.state) == ("<p>Old aims.</p>", "as published, edition 1")
    assert "Old aims." in last.document


def test_a_section_of_the_same_title_will_do(client, unit, people):
    store(unit, by=people.author, sections=[words("<p>By title.</p>", key="goals")], year="2007/08")
    now = store(unit, by=people.author, sections=[words("")])

    assert last_year(client, now, people.author).html == "<p>By title.</p>"


def test_neither_another_year_nor_another_section_is_taken(client, unit, people):
    store(unit, by=people.author, sections=[words("<p>x</p>")], year="2006/07")
    store(
        unit,
        by=people.author,
        sections=[words("<p>y</p>", key="else", title="Else")],
        year="2007/08",
    )
    now = store(unit, by=people.author, sections=[words("")])

    assert last_year(client, now, people.author) is None


def test_a_draft_that_one_may_not_read_is_not_shown(client, years, people, unit):
    now, before = years
    elsewhere = Plan.objects.get(pk=before.pk)
    elsewhere.organisation_unit = unit.parent
    elsewhere.save()

    assert last_year(client, now, people.author) is None
    officer = make_member("Someone Else", Membership.Role.AUTHOR, unit.parent)
    assert last_year(client, now, officer) is None


def test_the_words_of_a_table_are_not_offered_for_copying(client, unit, people):
    store(unit, by=people.author, sections=[section_value("risks")], year="2007/08")
    now = store(unit, by=people.author, sections=[section_value("risks")])

    last = last_year(client, now, people.author)

    assert (last.html, "Risk 1" in last.document) == ("", True)


def test_the_example_is_that_of_the_sections_own_format(client, years, people):
    now, _ = years
    now.format = PlanFormat.objects.create(slug="f", name="F")
    now.save()
    FormatSection.objects.create(
        format=now.format, position=1, key="aims", kind="narrative", example="<p>In {year} we.</p>"
    )
    client.force_login(people.author)

    page = client.get(reverse("plans:section_example", args=[now.pk, now.sections.get().pk]))

    assert "<p>In 2008/09 we.</p>" in page.content.decode()


def test_rich_text_may_arrive_as_html(client, years, people):
    now, _ = years
    section = now.sections.get()
    client.force_login(people.author)
    url = reverse("plans:section_edit", args=[now.pk, section.pk])
    posted = {
        "base_revision": section.revision,
        "save_id": "one",
        "do": "save",
        "content-body": "<p>**Not** notation <b>x</b> <strong>bold</strong></p>",
        "content-body-html": "1",
    }

    assert client.post(url, posted).status_code == 302
    section.narrative.refresh_from_db()
    assert section.narrative.body == "<p>**Not** notation x <strong>bold</strong></p>"
