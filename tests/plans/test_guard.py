"""The number guard on the server: what it questions, and where it says so without a script."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit
from plans import guard
from plans.editor import section_grid
from plans.planfile import read_plan_dict
from tests.pages import read_page
from tests.plans.samples import content_of, plan_value, section_value, store

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "holds", "readings"),
    [
        ("12,48.0", "money", ("1,248.0", "12,480.0")),
        ("(-)55,079", "money", ("-55,079",)),
        ("£1.2m", "money", ("1,200",)),
        ("£1.2m", "unit:£000", ("1,200",)),
        ("68%", "unit:number", ("68",)),
        ("68%", "fte", ("68",)),
        ("£5", "fte", ("5",)),
        ("1,23", "row", ("123", "1,230", "1.23")),
        ("1.234.567,00", "number", ("1,234,567.00",)),
        ("12 345", "number", ("12,345",)),
        ("O.5", "number", ("0.5",)),
        ("1l", "money", ("11", "1")),
        ("--5", "number", ("-5",)),
        ("5-", "number", ("-5",)),
        ("(12", "number", ("-12", "12")),
        ("12,5", "number", ("125", "12,500", "12.5")),
        ("c. 500", "money", ("500",)),
        ("12,48.0 [note 1]", "row", ("1,248.0", "12,480.0")),
    ],
)
def test_a_cell_that_is_nearly_a_number_is_questioned(
    text: str, holds: str, readings: tuple[str, ...]
) -> None:
    question = guard.ask(text, holds)

    assert question is not None
    assert question.readings == readings


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("1,248.0", "money"),
        ("£1,248", "money"),
        ("(24.0)", "money"),
        ("to be set", "money"),
        ("nil", "fte"),
        ("See note 1", "money"),
        ("", "money"),
        ("68%", "unit:%"),
        ("68%", "number"),
        ("Level 3", "unit:number"),
        ("310 days", "unit:days"),
        ("£2.3M", "number"),
        ("<10% or >25%", "row"),
        ("14.3.2008", "number"),
        ("2007/08", "row"),
        ("01322 555 0100", "row"),
        ("12 of 15 schools", "row"),
        ("March 2008", "row"),
        ("12,48.0", ""),
    ],
)
def test_what_can_stand_is_not(text: str, holds: str) -> None:
    assert guard.ask(text, holds) is None


def test_the_unit_of_a_row_says_what_its_cells_count() -> None:
    assert guard.ask("68%", "row", row_unit="%") is None
    assert guard.ask("68%", "row", row_unit="Number") is not None
    assert guard.ask("5 km", "row", row_unit="km") is None
    assert guard.ask("£5", "row", row_unit="per cent") is not None


def test_a_question_reads_as_sentences() -> None:
    assert str(guard.ask("12,48.0", "money")) == (
        "is not written as a number. Did you mean 1,248.0 or 12,480.0?"
    )
    assert str(guard.ask("68%", "unit:number")) == (
        "has “%”, which does not belong here. Did you mean 68?"
    )


def test_a_section_is_looked_at_in_every_list() -> None:
    value = section_value("indicators", rows=2)
    value["content"]["rows"][1]["cells"]["a0607"] = "6,5%"
    plan = read_plan_dict(plan_value([value]))
    section = plan.sections[0].as_dict()

    found = list(guard.questions(section, section_grid(section, plan.facts), "£000"))

    assert [(each.path, each.text) for each in found] == [
        (("content", "rows", 1, "cells", "a0607"), "6,5%")
    ]


def test_without_a_script_the_cell_is_named_after_saving_and_stays_as_it_is(
    client: Client, people: SimpleNamespace, unit: OrganisationUnit
) -> None:
    plan = store(unit, by=people.author, sections=[section_value("indicators")])
    section = plan.sections.get()
    address = reverse("plans:section_edit", args=[plan.pk, section.pk])
    client.force_login(people.author)
    typed = read_page(client.get(address).content).form_with("base_revision").data
    typed["content-rows-1-cells-a0607"] = "12,48.0"

    saved = client.post(address, typed)
    page = client.get(address).content.decode()

    words = [str(message) for message in get_messages(saved.wsgi_request)]
    assert any(each.startswith("1 cell needs a look") for each in words)
    assert "1 cell needs a look" in page
    assert 'href="#id_content-rows-1-cells-a0607"' in page
    assert "“12,48.0” is not written as a number. Did you mean 1,248.0 or 12,480.0?" in page
    assert content_of(section)["rows"][1]["cells"]["a0607"] == "12,48.0"
