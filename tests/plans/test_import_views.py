"""The screens that take a plan file in: as a new plan, or over sections of a draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from plans.content import Fault
from plans.models import Plan
from plans.planfile import read_plan, read_plan_dict, write_plan_file
from plans.views.faults import say_faults
from plans.views.lists import IMPORT_SALT
from tests.factories import make_member
from tests.pages import read_page
from tests.plans.samples import KINDS, every_kind, object_of, plan_value

IMPORT = "/plans/import/"
NAMES = {
    "council": "Exampleshire County Council",
    "directorate": "Communities",
    "unit": "Libraries",
}


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> User:
    """The author, signed in."""
    client.force_login(people.author)
    return people.author


def plan_bytes(**head: Any) -> bytes:
    return json.dumps(plan_value(every_kind(), **{**NAMES, **head})).encode()


def upload(client: Client, content: bytes, url: str = IMPORT, name: str = "p.json") -> HttpResponse:
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


# --- a new plan ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("author")
def test_a_plan_file_is_looked_at_and_then_stored(client: Client, unit: OrganisationUnit) -> None:
    raw = plan_bytes()
    response = upload(client, raw)
    assert (response.status_code, Plan.objects.count()) == (200, 0)
    page = read_page(response.content)
    assert all(kind.title() in page.text for kind in KINDS)
    form = page.form_with("plan_file")
    response = client.post(form.action, {**form.data, "confirm": "1"})
    plan = Plan.objects.get()
    assert (response.url, plan.organisation_unit) == (plan.get_absolute_url(), unit)
    assert said(response) == [f"Imported as a new draft with {len(KINDS)} sections."]
    stored = [s.head.key for s in read_plan(plan).sections]
    assert stored == list(KINDS)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"{", "not JSON"),
        (b"[]", "must hold one JSON object"),
        (b"null", "must hold one JSON object"),
        (b'{"format": "operating-plan", "version": 2, "plan": {}, "sections": []}', "version 1"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "nested deeper"),
        (b"9" * 5000, ""),
        (b'"\\ud800"', ""),
        (b"PK\x03\x04 no zip at all", "ZIP"),
        (b"%PDF-1.7\n%\xe2\xe3", "not UTF-8"),
        (plan_bytes(year="2008"), "The plan's facts › year"),
        (plan_bytes(title="a\0b"), "The plan's facts › title"),
        (plan_bytes(units=[]), "no unit"),
        (b" " * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
    ids=range(18),
)
@pytest.mark.usefixtures("author")
def test_a_file_that_is_no_plan_is_refused_with_a_sentence(
    client: Client, content: bytes, sentence: str
) -> None:
    response = upload(client, content)
    assert (response.status_code, Plan.objects.count()) == (422, 0)
    assert [text for _, text in read_page(response.content).summary] or b"<li>" in response.content
    assert sentence in read_page(response.content).text


def zipped(**members: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        zipped(),
        zipped(**{"other.json": plan_bytes()}),
        zipped(**{"plan.json": plan_bytes(), "../../evil.png": b"x"}),
        zipped(**{"plan.json": plan_bytes(), "pictures/a.png": b"no picture"}),
        zipped(**{"plan.json": b"{"}),
        zipped(**{"plan.json": plan_bytes()})[:-30],
    ],
    ids=["empty", "no plan", "outside", "no picture", "not JSON", "cut short"],
)
@pytest.mark.usefixtures("author")
def test_a_zip_that_is_no_plan_is_refused_with_a_sentence(client: Client, content: bytes) -> None:
    response = upload(client, content, name="plan.zip")
    assert (response.status_code, Plan.objects.count()) == (422, 0)


@pytest.mark.usefixtures("author")
def test_a_plan_in_a_zip_is_stored(client: Client) -> None:
    response = upload(client, zipped(**{"plan.json": plan_bytes()}), name="plan.zip")
    form = read_page(response.content).form_with("plan_file")
    client.post(form.action, {**form.data, "confirm": "1"})
    assert Plan.objects.get().sections.count() == len(KINDS)


@pytest.mark.usefixtures("author")
def test_no_file_at_all_is_said_at_the_field(client: Client) -> None:
    response = client.post(IMPORT, {"sent": "1"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])


def tampered(token: str) -> dict[str, str]:
    payload, rest = token.split(":", 1)
    return {
        "empty": "",
        "cut": token[:-3],
        "other payload": f"{payload[:-2]}AA:{rest}",
        "no token": "{}",
        "other salt": signing.dumps("e30=", salt="other"),
        "no plan": signing.dumps("e30=", salt=IMPORT_SALT),
        "NUL": "\0",
    }


@pytest.mark.parametrize("sort", sorted(tampered("a:b")))
@pytest.mark.usefixtures("author")
def test_a_preview_that_was_changed_is_not_stored(client: Client, sort: str) -> None:
    token = read_page(upload(client, plan_bytes()).content).form_with("plan_file").data["plan_file"]
    sent = {"plan_file": tampered(str(token))[sort], "confirm": "1"}
    response = client.post(IMPORT, sent)
    assert (response.status_code, response.url, Plan.objects.count()) == (302, IMPORT, 0)
    assert said(response) == ["The preview is too old or was changed. Choose the file again."]


@pytest.mark.usefixtures("author")
def test_a_plan_of_another_unit_is_shown_but_not_stored(client: Client, unit: Any) -> None:
    other = OrganisationUnit.objects.create(name="Roads", level="division", parent=unit.parent)
    response = upload(client, plan_bytes(unit="Roads"))
    page = read_page(response.content)
    assert (response.status_code, [f for f in page.forms if "plan_file" in f.data]) == (200, [])
    token = response.context["plan_file"]
    response = client.post(IMPORT, {"plan_file": token, "confirm": "1"})
    assert said(response) == ["You may not start plans for the unit that this file names."]
    assert not other.plans.exists()


@pytest.mark.parametrize("name", ["Forests", "F" * 300])
def test_only_the_councils_officer_makes_a_unit_that_is_missing(
    client: Client, people: SimpleNamespace, name: str
) -> None:
    council = OrganisationUnit.objects.get(level="council")
    officer = make_member("Council officer", "planning_officer", council)
    outcomes = []
    for person in (people.author, people.planning_officer, officer):
        client.force_login(person)
        token = upload(client, plan_bytes(unit=name)).context["plan_file"]
        response = client.post(IMPORT, {"plan_file": token, "confirm": "1"})
        assert response.status_code == 302
        outcomes.append(OrganisationUnit.objects.filter(name=name).exists())
    assert outcomes == [False, False, len(name) <= 200]


def test_no_import_makes_another_council(client: Client, unit: OrganisationUnit) -> None:
    council = OrganisationUnit.objects.get(level="council")
    client.force_login(make_member("Council officer", "planning_officer", council))

    token = upload(client, plan_bytes(council="Elsewhere County Council")).context["plan_file"]
    response = client.post(IMPORT, {"plan_file": token, "confirm": "1"})

    assert said(response) == ["You may not start plans for the unit that this file names."]
    assert list(OrganisationUnit.objects.filter(level="council")) == [council]


# --- over sections of a draft -------------------------------------------------------------------


@pytest.fixture
def changed(plan: Plan) -> Callable[..., bytes]:
    """Return the plan's own file with other captions of these sections."""

    def make(*keys: str) -> bytes:
        value = json.loads(write_plan_file(read_plan(plan)))
        for section in value["sections"]:
            if section["key"] in keys:
                section["caption"] = "From the file"
        return write_plan_file(read_plan_dict(value))

    return make


@pytest.mark.usefixtures("author")
def test_chosen_sections_are_replaced_as_revisions(
    client: Client, plan: Plan, changed: Callable[..., bytes]
) -> None:
    url = reverse("plans:replace", args=[plan.pk])
    response = upload(client, changed("budget", "risks"), url)
    counts = {m.data.head.key: m.change_count for m in response.context["matches"]}
    assert counts == {kind: int(kind in ("budget", "risks")) for kind in KINDS}
    form = read_page(response.content).form_with("plan_file")
    sent = {**form.data, "section": ["budget", "register"], "confirm": "1"}
    response = client.post(url, sent)
    assert said(response) == ["Replaced 1 section, each as a revision."]
    captions = {s.key: object_of(s)["caption"] for s in plan.sections.all()}
    assert captions == {k: "From the file" if k == "budget" else "" for k in KINDS}
    assert dict(plan.sections.values_list("key", "revision"))["budget"] == 2


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"PK\x03\x04", b"\xff"])
@pytest.mark.usefixtures("author")
def test_nothing_is_replaced_from_what_is_no_plan(
    client: Client, plan: Plan, content: bytes
) -> None:
    response = upload(client, content, reverse("plans:replace", args=[plan.pk]))
    assert (response.status_code, plan.sections.filter(revision__gt=1).count()) == (422, 0)


@pytest.mark.parametrize("sort", sorted(tampered("a:b")))
@pytest.mark.usefixtures("author")
def test_nothing_is_replaced_from_a_preview_that_was_changed(
    client: Client, plan: Plan, changed: Callable[..., bytes], sort: str
) -> None:
    url = reverse("plans:replace", args=[plan.pk])
    token = upload(client, changed("budget"), url).context["plan_file"]
    sent = {"plan_file": tampered(token)[sort], "section": "budget", "confirm": "1"}
    response = client.post(url, sent)
    assert (response.url, plan.sections.filter(revision__gt=1).count()) == (url, 0)


@pytest.mark.usefixtures("author")
def test_an_import_that_is_confirmed_twice_is_one_draft(client: Client) -> None:
    form = read_page(upload(client, plan_bytes()).content).form_with("plan_file")
    answers = [client.post(IMPORT, {**form.data, "confirm": "1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url == Plan.objects.get().get_absolute_url()


def test_faults_of_a_file_name_their_place_in_words() -> None:
    raw = b'{"sections": [{"title": "Staffing"}, 5]}'
    faults = [
        Fault(("sections", 0, "content", "units", 1, "bands", 0, "label"), "is required"),
        Fault(("sections", 1), "must be an object, not a number"),
        Fault(("sections", 7, "title"), "is required"),
        Fault(("plan", "money_unit"), "is required"),
        Fault((), "is not a plan file"),
    ]
    assert say_faults(faults, raw) == [
        "Section 1, “Staffing” › units 2 › bands 1 › label: is required",
        "Section 2: must be an object, not a number",
        "Section 8 › title: is required",
        "The plan's facts › money unit: is required",
        "The file: is not a plan file",
    ]
    assert say_faults(faults[:1], b"\xff") == ["Section 1 › units 2 › bands 1 › label: is required"]
