"""How a council's documents look: who may change it, what is refused, what an edition keeps."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from accounts.models import DEFAULT_STATEMENT, AccessEvent, Branding, Membership, OrganisationUnit
from accounts.services import give_role
from documents import codec
from documents.blocks import Branding as PrintedBranding
from documents.blocks import Imprint
from documents.formats import PrintFailed, Supplies, render
from plans.models import Plan
from plans.services import freeze, plan_document
from plans.services.branding import NewLogo, save_branding
from plans.services.imprints import branding_of, draft_imprint, make_imprint, version_imprint
from plans.services.pictures import NotAPicture, read_pictures
from tests.factories import NOW, make_user
from tests.plans.samples import World, make_edition, make_world, section_value, store

pytestmark = pytest.mark.django_db

SENT = {
    "colour": "#00504A",
    "cover": "plain",
    "logo_alt": "",
    "statement": "Ask for large print.",
    "contact": "01234 567890",
    "do": "save",
}


def make_png(size: tuple[int, int] = (60, 20), colour: str | int = "red") -> bytes:
    buffer = BytesIO()
    Image.new("P", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def council(world: World) -> OrganisationUnit:
    return OrganisationUnit.objects.get(level=OrganisationUnit.Level.COUNCIL)


@pytest.fixture
def officer(council: OrganisationUnit) -> Client:
    user = make_user("look@example.org")
    give_role(user, Membership.Role.PLANNING_OFFICER, council, by=user, at=NOW)
    browser = Client()
    browser.force_login(user)
    return browser


def save(council: OrganisationUnit, **more: Any) -> Branding:
    user = make_user(f"{len(more)}-{more.get('colour', '')[1:]}@example.org")
    values = {name: SENT[name] for name in ("cover", "statement", "contact", "logo_alt")}
    values |= {"colour": "#00504a"}
    return save_branding(council, **{**values, **more}, by=user, at=NOW)


def test_look_is_saved_with_its_logo(officer: Client, council: OrganisationUnit) -> None:
    png = make_png()
    file = SimpleUploadedFile("logo.png", png)
    sent = {**SENT, "logo": file, "logo_alt": "The council"}
    response = officer.post(reverse("plans:council"), sent, follow=True)
    assert response.status_code == 200
    branding = Branding.objects.get(council=council)
    assert (branding.colour, branding.cover, branding.contact) == (
        "#00504a",
        "plain",
        "01234 567890",
    )
    assert branding.logo == hashlib.sha256(png).hexdigest()
    assert AccessEvent.objects.get(action="branding_changed").unit == council
    styles = Client().get(reverse("accounts:council_stylesheet"))
    assert styles.content.decode().splitlines() == [
        ":root{--govuk-brand-colour:#00504a}",
        '.pw-header__name a::before{content:"";background-image:'
        f'url("{reverse("accounts:council_logo")}?{branding.logo[:12]}")}}',
    ]
    logo = Client().get(reverse("accounts:council_logo"))
    assert (logo["Content-Type"], logo.content) == ("image/png", png)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"colour": "teal"}, "Enter a colour as # and six digits or letters a to f"),
        ({"colour": "#ffcc00"}, "White words cannot be read on #ffcc00: its contrast is 1.5 to 1"),
        ({"logo": b"\x89PNG not", "logo_alt": "x"}, "is not a PNG or JPEG picture"),
        ({"logo": make_png() + bytes(10 << 20), "logo_alt": "x"}, "is larger than 10 MB"),
        ({"logo": make_png((8000, 8000)), "logo_alt": "x"}, "has more than 40 million points"),
        ({"logo": b"GIF89a" + bytes(60), "logo_alt": "x"}, "is not a PNG or JPEG picture"),
        ({"logo": make_png()}, "Say the logo in words"),
        ({"logo": make_png(), "logo_alt": "  "}, "Say the logo in words"),
        ({"cover": "gold"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(
    officer: Client, sent: dict[str, Any], sentence: str
) -> None:
    if "logo" in sent:
        sent = {**sent, "logo": SimpleUploadedFile("logo.png", sent["logo"])}
    response = officer.post(reverse("plans:council"), {**SENT, **sent})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Branding.objects.exists()


def test_sample_shows_what_is_typed_and_stores_nothing(officer: Client) -> None:
    response = officer.post(reverse("plans:council"), {**SENT, "do": "show"})
    assert response.status_code == 200
    assert 'stroke="#00504a"' in response.content.decode()
    assert not Branding.objects.exists()


def test_only_officers_of_the_whole_council_open_it(world: World) -> None:
    browser = Client()
    browser.force_login(world.libraries.people.planning_officer)
    assert browser.get(reverse("plans:council")).status_code == 403


def test_a_logo_without_words_is_not_stored(council: OrganisationUnit) -> None:
    with pytest.raises(IntegrityError):
        Branding.objects.create(council=council, logo="0" * 64)


def test_a_logo_is_kept_until_it_is_taken_away(council: OrganisationUnit) -> None:
    logo = NewLogo("logo.png", make_png())
    first = save(council, colour="#111111", logo=logo, logo_alt="The council")
    assert save(council, colour="#222222", logo_alt="The council").logo == first.logo
    assert save(council, colour="#333333", removes_logo=True).logo == ""
    with pytest.raises(NotAPicture):
        save(council, colour="#444444", logo=NewLogo("logo.gif", make_png()), logo_alt="x")


def make_plan(world: World) -> Plan:
    division = world.libraries
    return store(division.unit, by=division.people.author, sections=[section_value("narrative")])


def test_every_imprint_has_the_councils_look(world: World, council: OrganisationUnit) -> None:
    plan = make_plan(world)
    assert draft_imprint(plan, at=NOW).branding == PrintedBranding(statement=DEFAULT_STATEMENT)
    save(council)
    look = PrintedBranding(
        "#00504a", statement="Ask for large print.", contact="01234 567890", cover="plain"
    )
    version = freeze(plan, by=plan.created_by, at=NOW)
    assert draft_imprint(plan, at=NOW).branding == look
    assert version_imprint(version).branding == look
    assert make_imprint(version, at=NOW, reason="").branding == look


def test_an_imprint_keeps_its_look_when_the_council_changes_it(
    world: World, council: OrganisationUnit
) -> None:
    plan = make_plan(world)
    first = save(council, colour="#111111", logo=NewLogo("l.png", make_png()), logo_alt="Arms")
    imprint = draft_imprint(plan, at=NOW)
    before = print_page(plan, imprint)
    save(council, colour="#222222", logo=NewLogo("l.png", make_png(colour="blue")), logo_alt="New")
    assert imprint.branding.logo == first.logo
    assert print_page(plan, imprint) == before
    assert print_page(plan, draft_imprint(plan, at=NOW)) != before


def print_page(plan: Plan, imprint: Imprint) -> bytes:
    document = plan_document(plan)
    pictures = read_pictures(document, imprint.branding)
    return render(document, "html", imprint, Supplies(pictures))


def test_page_shows_colour_logo_and_statement(world: World, council: OrganisationUnit) -> None:
    plan = make_plan(world)
    save(council, logo=NewLogo("l.png", make_png()), logo_alt="Arms of the council")
    page = print_page(plan, draft_imprint(plan, at=NOW)).decode()
    assert 'class="cover plain"' in page
    assert 'alt="Arms of the council"' in page
    assert "<p>Ask for large print.</p><p>01234 567890</p>" in page
    assert "#1d3f5e" not in page.partition("</style>")[0]


def test_a_logo_that_is_gone_stops_the_printing(world: World) -> None:
    document = plan_document(make_plan(world))
    with pytest.raises(PrintFailed, match="The council’s logo is no longer stored"):
        read_pictures(document, PrintedBranding(logo="0" * 64))


def test_the_sites_colour_stands_in(world: World, settings: Settings) -> None:
    settings.COUNCIL_COLOUR = "#00504a"
    unit = make_plan(world).organisation_unit
    assert branding_of(unit).colour == "#00504a"


def test_a_published_version_has_the_imprint_of_its_edition(world: World) -> None:
    plan = make_plan(world)
    draft, published = (freeze(plan, by=plan.created_by, at=NOW) for _ in range(2))
    edition = make_edition(published, by=plan.created_by)

    assert version_imprint(draft).state == "Draft"
    assert version_imprint(published) == codec.load_imprint(edition.imprint)
