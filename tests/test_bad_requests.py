"""Bad requests by the thousand: each is answered with a page, none by a 500, none half saved."""

from __future__ import annotations

import logging
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AccessEvent, OrganisationUnit, User
from plans import workflow
from plans.models import Event, FormatSection, Plan, PlanFormat, SectionRevision
from plans.planfile import read_plan, write_plan_file
from plans.workflow import Action
from tests.factories import make_member
from tests.pages import Form, read_page
from tests.plans.samples import make_world, store

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SEEDS = [0, pytest.param(1, marks=pytest.mark.any_database)]
REQUESTS = (20_000 if os.environ.get("PLANWRIGHT_FULL") else 1_000) // len(SEEDS)
NASTY = (
    "",
    " ",
    "\0",
    "a\0b",
    "\x1b[0m",
    "\x7f\x80\x9f",
    "\ufffe\uffff",
    "\u202e\u2066\u200b",
    "\U0001f6b2" * 50,
    "e\u0301" * 1_000,
    "²",
    "٣",
    "½",
    "-1",
    "0",
    "1",
    "2147483648",
    "9223372036854775808",
    "9" * 400,
    "9" * 5_000,
    "1e309",
    "NaN",
    "-0",
    "0x10",
    "1,23",
    "12,48.0",
    "(-)55,079",
    "£1.2m",
    "68%",
    "null",
    "None",
    "[]",
    "{}",
    '{"id": "x"}',
    "x" * 2_001,
    "x" * 210_000,
    "<script>alert(1)</script>",
    "<p>" * 300,
    "<blockquote>" * 100 + "deep",
    "- \n  - \n    - \n      - x\n" * 60,
    "> " * 500,
    "*" * 3_000,
    "[" * 3_000,
    "{{budget.gross £m}}",
    "{{nothing.at.all words}}",
    "{{" * 500,
    "{% include 'x' %}",
    "%s %d %(a)s {0} {a}",
    "' OR 1=1 --",
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=y",
    "line one\nline two\rline three\r\nline four",
    "31/02/2008",
    "99/99/9999",
    "01/01/0001",
    "2008/09",
    "9999/00",
    "0000/01",
    "c1 / 0",
    "((((c1))))",
    "c1 " * 500,
    "a:b:c",
    "leads:",
    "\n".join(str(n) for n in range(3_000)),
    "Head\n  Two\n      Four | x [y]",
    "draft",
    "save",
    "add:content-rows",
    "remove:content-rows-0",
    "up:content-units-0-lines-1",
    "add:content-units-999999999-lines",
    "discard",
)
STATUSES = {200, 302, 400, 403, 404, 405, 409, 413, 422, 429}


@dataclass(frozen=True, slots=True)
class Target:
    """A form on a page, and who sees it."""

    person: User
    page: str
    form: Form


@pytest.fixture
def quiet(settings: Settings) -> Iterator[None]:
    """Keep thousands of refusals out of the log, and sessions out of the database."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def people(quiet: None) -> list[User]:
    """Those who see a form of every sort, with a draft, a plan in review and a format."""
    world = make_world()
    libraries = world.libraries.people
    unit = world.libraries.unit
    store(unit, by=libraries.author)
    reviewed = store(unit, by=libraries.section_lead, title="In review")
    workflow.perform(reviewed, Action.SUBMIT, by=libraries.author, at=timezone.now())
    plan_format = PlanFormat.objects.create(slug="unit-plan", name="Unit plan")
    FormatSection.objects.create(format=plan_format, position=0, key="a", kind="narrative")
    officer = make_member("Council officer", "planning_officer", world.council)
    return [libraries.author, libraries.approver, officer]


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def find_targets(people: list[User]) -> list[Target]:
    """Follow every link from the list of plans and the profile, and return every POST form."""
    targets = []
    for person in people:
        client, seen = browser_of(person), set()
        waiting = ["/", "/accounts/me/", "/plans/import/", "/plans/start/", "/accounts/people/"]
        while waiting:
            url = waiting.pop()
            seen.add(url)
            response = client.get(url)
            if response.status_code != 200 or "text/html" not in response["Content-Type"]:
                continue
            page = read_page(response.content)
            targets += [Target(person, url, f) for f in page.forms if f.method == "post"]
            links = {href.partition("#")[0] for href, _ in page.links if href.startswith("/")}
            waiting += {x for x in links if "?" not in x and "admin" not in x} - {*seen, *waiting}
    return targets


# --- making a request bad ------------------------------------------------------------------------


def spoil_fields(form: Form, chance: random.Random) -> dict[str, Any]:
    """Return what the form sends with a few fields replaced, doubled, left out or added."""
    sent: dict[str, Any] = dict(form.data)
    sent |= {name: chance.choice(offered) for name, offered in form.radios.items()}
    buttons = [button for button in form.buttons if button[0]]
    if buttons and chance.random() < 0.3:
        name, value = chance.choice(buttons)
        sent[name] = value
    names = list(sent) or ["x"]
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8, 40))):
        name = chance.choice(names)
        match chance.randrange(8):
            case 0:
                sent.pop(name, None)
            case 1:
                sent[name] = [chance.choice(NASTY), chance.choice(NASTY)]
            case 2:
                sent[chance.choice(names) + chance.choice(("-0", "-id", "-count", "x"))] = "1"
            case 3:
                sent[name] = sent.get(chance.choice(names), "")
            case _:
                sent[name] = chance.choice(NASTY)
    for name in form.files:
        if chance.random() < 0.9:
            sent[name] = spoil_file(chance)
    return sent


def spoil_file(chance: random.Random) -> SimpleUploadedFile:
    """Return an upload: a plan file with bytes changed, cut or put in, or bytes of no sort."""
    content = bytearray(write_plan_file(read_plan(Plan.objects.earliest("pk"))))
    match chance.randrange(5):
        case 0:
            content = bytearray(chance.randbytes(chance.randrange(2_000)))
        case 1:
            del content[chance.randrange(len(content)) :]
        case 2:
            word = chance.choice((b'"narrative"', b'"rows": ', b'"id": ', b": ", b'"year"'))
            new = chance.choice((b"null", b'"', b"1", b"[]", b"{}", b'"x"', b"1e999", b'"\\u0000"'))
            content = bytearray(bytes(content).replace(word, new, chance.randrange(1, 4)))
        case _:
            for _ in range(chance.randrange(1, 6)):
                content[chance.randrange(len(content))] = chance.randrange(256)
    start = chance.choice((b"", b"", b"", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
    name = chance.choice(("p.json", "a.png", "x" * 300, "\u202egnp.exe", "a\0b", "../p.json"))
    return SimpleUploadedFile(name, start + bytes(content))


def spoil_address(url: str, chance: random.Random) -> str:
    """Return the address, now and then with another id in it or a query of no sense."""
    if chance.random() < 0.05:
        parts = url.split("/")
        places = [i for i, part in enumerate(parts) if part.isdigit()]
        if places:
            numbers = ("0", "7", "99999999", "9" * 30, "%00", "-1", "²")
            parts[chance.choice(places)] = chance.choice(numbers)
        url = "/".join(parts)
    if chance.random() < 0.05:
        url += chance.choice(("?page=x", "?%00=%ff", "?a[]=1&a=2", "?page=99999999999999999999"))
    return url


def ask(client: Client, target: Target, chance: random.Random) -> int:
    """Send one spoilt request and undo what it changed; a refusal must have changed nothing."""
    url = spoil_address(target.form.action or target.page, chance)
    before = count_changes()
    with transaction.atomic():
        if chance.random() < 0.03:
            body = chance.randbytes(200)
            sort = chance.choice(("application/json", "multipart/form-data; boundary=x", "text/x"))
            response = client.post(url, body, content_type=sort)
        elif chance.random() < 0.05:
            response = client.get(url, {"page": chance.choice(NASTY), "show": chance.choice(NASTY)})
        else:
            response = client.post(url, spoil_fields(target.form, chance))
        if response.status_code >= 400:
            assert count_changes() == before
            assert response.content or response.status_code == 405
        transaction.set_rollback(True)
    return response.status_code


def count_changes() -> tuple[int, ...]:
    return tuple(
        model.objects.count()
        for model in (Event, SectionRevision, Plan, User, OrganisationUnit, AccessEvent)
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_every_bad_request_gets_a_page(people: list[User], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 the same requests every time
    targets = find_targets(people)
    weights = [min(len(target.form.fields), 30) for target in targets]
    browsers = {person.pk: browser_of(person) for person in people}
    statuses, broken = Counter[int](), []
    for number in range(REQUESTS):
        [target] = chance.choices(targets, weights)
        try:
            statuses[ask(browsers[target.person.pk], target, chance)] += 1
        except Exception as error:  # whatever it is would have been a 500
            broken.append(f"{number}: {target.form.action or target.page}: {error!r}"[:300])
    counts = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
    print(f"{len(broken)} broken of {REQUESTS}: {counts}")  # noqa: T201 seen with pytest -rP
    assert broken == []
    assert set(statuses) <= STATUSES
    assert statuses[422] > REQUESTS / 20


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/plans/1%00/",
        "/plans/99999999999999999999999/",
        "/plans/-1/",
        "/plans/²/",
        "/plans/1/versions/99999999999999999999/",
        "/plans/1/actions/%0a/",
        "/plans/1/pictures/" + "f" * 64 + "/",
        "/accounts/people/99999999999999999999/",
        "/%ff%fe/",
        "/" + "a" * 5_000,
        "//evil.example/",
        "/plans/../admin/",
        "/?page=99999999999999999999&unit=99999999999999999999&year=%00&state=%00",
        "/?next=//evil.example",
    ],
)
def test_addresses_of_no_sense_get_a_page(people: list[User], path: str) -> None:
    assert browser_of(people[0]).get(path).status_code in (200, 302, 403, 404)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_COOKIE": "sessionid=\x00\xff; messages=x"},
        {"HTTP_COOKIE": "messages=" + "x" * 4_000},
        {"HTTP_ACCEPT_LANGUAGE": "x" * 5_000},
        {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "\x00"},
        {"HTTP_IF_MODIFIED_SINCE": "yesterday"},
        {"HTTP_RANGE": "bytes=9-1"},
    ],
)
def test_headers_of_no_sense_get_a_page(people: list[User], headers: dict[str, str]) -> None:
    assert browser_of(people[0]).get("/", **headers).status_code in (200, 302)


def test_an_unknown_host_is_refused(people: list[User]) -> None:
    assert browser_of(people[0]).get("/", headers={"host": "evil.example"}).status_code == 400
