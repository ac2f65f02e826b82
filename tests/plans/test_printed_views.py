"""A section as its printed pages: drawn on demand, kept by what they show, only for its readers."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django import Settings

from documents.formats import PrintFailed
from plans.models import Plan, Section
from plans.services import save_section, section_at
from plans.views.pictures import PICTURE_POLICY
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def pieces(settings: Settings, tmp_path: Any) -> None:
    settings.PIECES_ROOT = tmp_path / "pieces"


def address(section: Section) -> str:
    return reverse("plans:section_printed", args=[section.plan_id, section.pk])


def pictures(page: str) -> list[str]:
    return re.findall(r'<img src="([^"]+)"', page)


@pytest.mark.parametrize("kind", ["narrative", "budget", "indicators"])
def test_the_pages_of_a_section_are_shown(client, plan, people, kind: str) -> None:
    client.force_login(people.author)
    section = plan.sections.filter(kind=kind).first()

    page = client.get(address(section))

    shown = pictures(page.content.decode())
    assert shown
    for picture in shown:
        response = client.get(picture)
        assert response["Content-Type"] == "image/png"
        assert response.content.startswith(PNG)
        assert response["Content-Security-Policy"] == PICTURE_POLICY


def test_the_pages_change_with_the_section(client, plan: Plan, people: SimpleNamespace) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key="narrative")
    before = pictures(client.get(address(section)).content.decode())
    again = pictures(client.get(address(section)).content.decode())
    content = section_at(section, section.revision)
    content["content"]["body"] = "<p>Quite other words.</p>"
    save_section(section, content, base_revision=1, save_id=uuid4().hex, by=people.author, at=NOW)

    after = pictures(client.get(address(section)).content.decode())

    assert before == again != after


def test_pages_that_are_forgotten_are_drawn_again(
    client, plan: Plan, people: SimpleNamespace, settings: Settings
) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key="narrative")
    (picture,) = pictures(client.get(address(section)).content.decode())
    for file in settings.PIECES_ROOT.glob("??/*"):
        if file.read_bytes().startswith(PNG):
            file.unlink()
    assert client.get(picture).status_code == 404

    assert pictures(client.get(address(section)).content.decode()) == [picture]

    assert client.get(picture).content.startswith(PNG)


@pytest.mark.parametrize("damage", [b"", b"many", b"-3", b"\xff", b"9" * 5_000])
def test_a_damaged_count_of_pages_is_counted_again(
    client, plan: Plan, people: SimpleNamespace, settings: Settings, damage: bytes
) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key="narrative")
    before = pictures(client.get(address(section)).content.decode())
    for file in settings.PIECES_ROOT.glob("??/*"):
        if file.read_bytes() == b"1":
            file.write_bytes(damage)

    assert pictures(client.get(address(section)).content.decode()) == before


def test_a_page_is_found_only_under_its_own_section(
    client, plan: Plan, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    section, other = plan.sections.filter(kind__in=["narrative", "budget"])[:2]
    [picture, *_] = pictures(client.get(address(section)).content.decode())

    assert client.get(picture.replace(f"/{section.pk}/", f"/{other.pk}/")).status_code == 404
    assert client.get(re.sub(r"\d+/$", "999/", picture)).status_code == 404
    assert client.get(re.sub(r"\d+/$", "0/", picture)).status_code == 404


def test_what_cannot_be_printed_is_said(
    client, plan: Plan, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **more: Any) -> bytes:
        raise PrintFailed("In “Budget”, one word is too long.")

    monkeypatch.setattr("plans.services.previews.print_part", fail)
    client.force_login(people.author)

    page = client.get(address(plan.sections.first())).content.decode()

    assert "It cannot be printed as it stands." in page
    assert "In “Budget”, one word is too long." in page


def test_editor_that_opens_wakes_the_printing_process(
    client, plan: Plan, people: SimpleNamespace, settings: Settings, monkeypatch: Any
) -> None:
    woken: list[None] = []
    monkeypatch.setattr("plans.services.previews.wake_printer", lambda: woken.append(None))
    client.force_login(people.author)
    section = plan.sections.get(key="narrative")
    editor = reverse("plans:section_edit", args=[plan.pk, section.pk])
    for ahead, times in ((False, 0), (True, 1)):
        settings.PRINT_AHEAD = ahead
        assert client.get(editor).status_code == 200
        assert len(woken) == times
