"""Replacing sections of a draft: rows keep their ids, drafts stay, and a late save is met."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plans.models import Draft, Plan
from plans.planfile import read_plan, write_plan_file
from plans.services import keep_draft
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.samples import KINDS, object_of


def without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_ids(item) for key, item in value.items() if key != "id"}
    return [without_ids(item) for item in value] if isinstance(value, list) else value


def replace_all(client: Client, plan: Plan, value: Any) -> None:
    url = reverse("plans:replace", args=[plan.pk])
    file = SimpleUploadedFile("plan.json", json.dumps(value).encode())
    page = read_page(client.post(url, {"file": file}).content)
    sent = {**page.form_with("plan_file").data, "section": list(KINDS), "confirm": "1"}
    assert client.post(url, sent).status_code == 302


def test_rows_of_a_file_without_ids_stay_the_rows_that_they_are(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    before = {section.key: object_of(section) for section in plan.sections.all()}
    value = without_ids(json.loads(write_plan_file(read_plan(plan))))
    value["sections"][KINDS.index("risks")]["content"]["rows"][0]["title"] = "From the file"

    replace_all(client, plan, value)

    before["risks"]["content"]["rows"][0]["title"] = "From the file"
    assert {section.key: object_of(section) for section in plan.sections.all()} == before
    assert plan.sections.filter(revision__gt=1).get().key == "risks"


def test_what_was_typed_but_not_saved_waits_on(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key="risks")
    keep_draft(section, object_of(section), base_revision=1, by=people.author, at=NOW)
    value = json.loads(write_plan_file(read_plan(plan)))
    value["sections"][KINDS.index("risks")]["caption"] = "From the file"

    replace_all(client, plan, value)

    assert object_of(section)["caption"] == "From the file"
    assert Draft.objects.filter(section=section, user=people.author).count() == 1
