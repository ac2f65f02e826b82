"""Pictures of a plan on their page: stored, shown, refused with a sentence, taken out."""

from __future__ import annotations

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import OrganisationUnit
from plans.models import Plan
from tests.plans.samples import section_value, store

pytestmark = pytest.mark.django_db
READS_FILES = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
ASKS_THE_NET = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1/x"/></svg>'


def make_picture(kind: str = "PNG", size: tuple[int, int] = (4, 4)) -> bytes:
    buffer = BytesIO()
    Image.new("P" if kind == "PNG" else "RGB", size).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    return store(unit, by=people.author, sections=[section_value("narrative")])


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def send(browser: Client, plan: Plan, name: str, data: bytes) -> HttpResponse:
    file = SimpleUploadedFile(name, data, content_type="image/png")
    return browser.post(reverse("plans:picture_add", args=[plan.pk]), {"file": file})


def test_a_picture_is_stored_and_shown(author: Client, plan: Plan) -> None:
    assert send(author, plan, "map.png", make_picture()).status_code == 302

    picture = plan.pictures.get()
    page = author.get(reverse("plans:pictures", args=[plan.pk])).content.decode()
    shown = reverse("plans:picture", args=[plan.pk, picture.digest])
    assert f'src="{shown}"' in page
    response = author.get(shown)
    assert response["Content-Type"] == "image/png"
    assert response.getvalue() == make_picture()


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("map.png", b"GIF89a" + bytes(60), "is not a PNG or JPEG picture that can be read"),
        ("map.png", READS_FILES, "is not a PNG or JPEG picture that can be read"),
        ("map.svg", ASKS_THE_NET, "is not a PNG or JPEG picture that can be read"),
        ("map.png", make_picture()[:40], "is not a PNG or JPEG picture that can be read"),
        ("map.png", make_picture("JPEG"), "is a JPEG by its content; name it so"),
        ("map.png", make_picture(size=(10_000, 10_000)), "has more than 40 million points"),
        ("map.png", make_picture() + bytes(10 << 20), "is larger than 10 MB"),
        ("map.png", b"", "The file is empty"),
        ("-.png", make_picture(), "is not a file name"),
    ],
    ids=["gif", "svg of files", "svg of the net", "torn", "false", "huge", "large", "none", "name"],
)
def test_what_cannot_be_printed_is_refused_at_the_field(
    author: Client, plan: Plan, name: str, data: bytes, sentence: str
) -> None:
    response = send(author, plan, name, data)

    assert response.status_code == 422
    assert [sentence in said for said in response.context["form"].errors["file"]] == [True]
    assert sentence in response.content.decode()
    assert not plan.pictures.exists()
