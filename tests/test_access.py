"""Every address of the site × every role × every method, and foreign ids wherever one is taken.

A new address fails here until it has a line in one of the tables.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils.text import slugify
from pytest_django import Settings

from accounts.models import User
from documents.blocks import Imprint
from documents.codec import dump_imprint
from plans.checks import Finding, Level
from plans.models import Comment, Edition, Job, Picture, Plan, Section, Waiver
from plans.services import add_section, freeze, remove_section
from plans.services.comments import add_comment
from plans.services.findings import dump_finding
from plans.services.imprints import local_day
from plans.views.plans import file_stem
from tests.factories import NOW
from tests.kept import make_once
from tests.plans.samples import Division, World, make_world, section_value, store

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ROLES = (
    "author",
    "section_lead",
    "assigned",
    "approver",
    "cabinet_member",
    "planning_officer",
    "reader",
)
VISITORS = (
    "anonymous",
    "deactivated",
    "nobody",
    "superuser",
    *(f"libraries {role}" for role in ROLES),
    *(f"roads {role}" for role in ROLES),
)
# One of each sort shows on PostgreSQL that every address works there; what a role may is the same.
ON_POSTGRESQL = {"anonymous", "libraries author", "libraries planning_officer", "libraries reader"}
EVERYBODY = [
    pytest.param(visitor, marks=[] if visitor in ON_POSTGRESQL else pytest.mark.any_database)
    for visitor in VISITORS
]
DRAFTERS = frozenset(ROLES) - {"reader"}
MANAGERS = frozenset({"author", "planning_officer"})
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may open an address, and what they get: by GET and by POST of an empty form.

    `locked` is the same of a published plan, (get, post), where it differs. 405 stands for a
    method that the address does not know. `unseen`: what those get who see only the edition.
    """

    who: frozenset[str]
    get: int = 405
    post: int = 405
    locked: tuple[int, int] | None = None
    unseen: int = 403
    of_editions: bool = False  # open to all who sign in, of a plan that has been published
    in_json: bool = False  # for the page's own modules: who is signed out is told so

    def status(self, method: str, *, locked: bool) -> int:
        get, post = self.locked if locked and self.locked else (self.get, self.post)
        return {"GET": get, "HEAD": get, "POST": post}.get(method, 405)


WRITERS = MANAGERS | {"assigned"}
OFFICER = frozenset({"planning_officer"})
# Of a plan of Libraries: its draft, or the published one that has an edition.
PLAN_RULES = {
    "detail": Rule(DRAFTERS, get=200),
    "facts": Rule(MANAGERS, get=200, post=400, locked=(302, 302)),
    "people": Rule(DRAFTERS, get=200),
    "due": Rule(MANAGERS, get=200, post=302),
    "structure": Rule(MANAGERS, get=200, post=422, locked=(302, 302)),
    "history": Rule(DRAFTERS, get=200),
    "findings": Rule(DRAFTERS, get=200),
    "waive": Rule(DRAFTERS, get=302, post=409),  # which finding, it does not say
    "end_waiver": Rule(WRITERS, get=200, post=302, locked=(302, 302)),
    "bind": Rule(WRITERS, get=200, post=302, locked=(302, 302)),
    "annex": Rule(DRAFTERS, get=200, post=302),
    "left": Rule(DRAFTERS, get=200),
    "checklist": Rule(DRAFTERS, get=200),
    "checklist_tick": Rule(MANAGERS, post=422),
    "checklist_untick": Rule(MANAGERS, get=302, post=302),
    "search": Rule(DRAFTERS, get=200),
    "preview": Rule(DRAFTERS, get=200),
    "data": Rule(DRAFTERS, get=200),
    "replace": Rule(MANAGERS, get=200, post=422, locked=(302, 302)),
    "print": Rule(DRAFTERS, post=302),
    "download": Rule(DRAFTERS, get=200),
    "version_download": Rule(DRAFTERS, get=200),
    "section": Rule(DRAFTERS, get=200),
    "section_edit": Rule(WRITERS, get=200, post=400, locked=(302, 400)),
    "section_here": Rule(WRITERS, post=400, in_json=True),
    "section_save": Rule(WRITERS, post=400, in_json=True),
    "section_derived": Rule(WRITERS, post=400, in_json=True),
    "section_findings": Rule(DRAFTERS, get=200),
    "impact": Rule(WRITERS, post=400, in_json=True),
    "section_resolve": Rule(WRITERS, post=302),
    "section_rename": Rule(WRITERS, get=200, post=302),
    "section_status": Rule(WRITERS, post=400),
    "section_revisions": Rule(DRAFTERS, get=200),
    "section_compare": Rule(DRAFTERS, get=200),
    "section_restore": Rule(WRITERS, get=200, post=400, locked=(302, 302)),
    "section_undo": Rule(WRITERS, get=404, post=404),  # nothing stood before the first save
    "section_export": Rule(DRAFTERS, get=200),
    "section_import": Rule(MANAGERS, get=200, post=422, locked=(302, 302)),
    "section_assign": Rule(MANAGERS, get=200, post=302),
    "section_move": Rule(MANAGERS, post=400),
    "section_remove": Rule(MANAGERS, get=200, post=302),
    "section_bring_back": Rule(MANAGERS, post=302),
    "figures": Rule(DRAFTERS, get=200),
    "figure": Rule(DRAFTERS, get=404),  # the register that these plans hold has none
    "section_printed": Rule(DRAFTERS, get=200),
    "section_printed_page": Rule(DRAFTERS, get=404),  # nothing is printed yet
    "section_last_year": Rule(DRAFTERS, get=200),
    "section_example": Rule(DRAFTERS, get=200),
    "comments": Rule(DRAFTERS, get=200, post=422),
    "plan_comments": Rule(DRAFTERS, get=200),
    "comment": Rule(DRAFTERS, get=302),
    "comment_reply": Rule(DRAFTERS, post=422),
    "comment_edit": Rule(frozenset({"author"}), get=200, post=422),  # who wrote it
    "comment_remove": Rule(frozenset({"author"}), get=200, post=302),
    "comment_resolve": Rule(DRAFTERS, post=302),
    "comment_reopen": Rule(DRAFTERS, post=302),
    "pictures": Rule(DRAFTERS, get=200),
    "picture_add": Rule(MANAGERS, post=422, locked=(405, 302)),
    "picture_remove": Rule(MANAGERS, get=200, post=302, locked=(302, 302)),
    "picture": Rule(DRAFTERS, get=200, unseen=404),  # the edition shows none
    "review": Rule(DRAFTERS, get=200),
    "approve": Rule(frozenset({"approver"}), post=400),
    "return": Rule(frozenset({"approver"}), post=422),
    "action submit": Rule(MANAGERS, get=200, post=302),
    "action withdraw": Rule(frozenset({"author"}), get=200, post=302),
    "action publish": Rule(OFFICER, get=200, post=302),
    "action amend": Rule(OFFICER, get=200, post=422),
    "action supersede": Rule(OFFICER, get=200, post=302),
    "action archive": Rule(MANAGERS, get=200, post=302),
    "compare": Rule(DRAFTERS, get=200, locked=(200, 405), of_editions=True),
    "compare_page": Rule(DRAFTERS, get=200, locked=(200, 405), of_editions=True),
    "compare_print": Rule(DRAFTERS, post=302),
    "versions": Rule(DRAFTERS, get=200),
    "version": Rule(DRAFTERS, get=200),
    "version_findings": Rule(DRAFTERS, get=200, post=302),
    "version_data": Rule(DRAFTERS, get=200),
    "version_print": Rule(DRAFTERS, post=302),
    "edition": Rule(DRAFTERS, get=404, locked=(200, 405), of_editions=True),
    "edition_page": Rule(DRAFTERS, get=404, locked=(200, 405), of_editions=True),
    "edition_look": Rule(DRAFTERS, get=404, locked=(200, 405), of_editions=True),
    "edition_file": Rule(DRAFTERS, get=404, locked=(200, 405), of_editions=True),
    "job": Rule(DRAFTERS, get=200),
    "job_file": Rule(DRAFTERS, get=200),
    "job_cancel": Rule(MANAGERS, post=302),  # whose it is, and the officer
    "job_retry": Rule(DRAFTERS, post=302),
}
# What was typed before a removal is kept, so these are still taken in.
TAKEN_OF_REMOVED = ("section_edit", "section_save", "section_derived")
# Of no plan in particular: what those in `who` get, at either division; all others get 403.
SITE_RULES = {
    "plans:list": Rule(frozenset(ROLES), get=200),
    "plans:start": Rule(MANAGERS, get=200, post=422),
    "plans:import": Rule(MANAGERS, get=200, post=422),
    "plans:shortcuts": Rule(frozenset(ROLES), get=200),
    "plans:council": Rule(frozenset(), get=200, post=200),  # of a whole council's officers
    "performance:rule_list": Rule(frozenset(ROLES), get=200),
    "performance:rule_try": Rule(frozenset(ROLES), get=200),
    "performance:rule_add": Rule(frozenset(), get=200, post=422),  # of a whole council's officers
    "accounts:profile": Rule(frozenset(ROLES), get=200, post=200),
    "accounts:user_list": Rule(OFFICER, get=200),
    "accounts:user_add": Rule(OFFICER, get=200, post=200),
    "accounts:organisation_unit_list": Rule(OFFICER, get=200),
}
FOR_ALL_WHO_SIGN_IN = {
    "plans:list",
    "plans:shortcuts",
    "accounts:profile",
    "performance:rule_list",
    "performance:rule_try",
}
# Of one of the council's rules, for its planning officers: none of these visitors is one.
RULE_RULES = {
    "rule_edit": Rule(frozenset(), get=200, post=422),
    "rule_remove": Rule(frozenset(), get=200, post=302),
}
# Of somebody or something at Libraries; the planning officer of Roads gets 404.
PEOPLE_RULES = {
    "user_detail": Rule(OFFICER, get=200),
    "user_edit": Rule(OFFICER, get=200, post=200),
    "user_invite": Rule(OFFICER, post=302),
    "user_deactivate": Rule(OFFICER, get=200, post=302),
    "user_reactivate": Rule(OFFICER, get=200, post=302),
    "membership_add": Rule(OFFICER, get=200, post=200),
    "membership_end": Rule(OFFICER, get=200, post=302),
    "organisation_unit_add": Rule(OFFICER, get=200, post=200),
    "organisation_unit_rename": Rule(OFFICER, get=200, post=200),
    "organisation_unit_remove": Rule(OFFICER, get=200, post=302),
}
# Open to everybody: what GET answers to a stranger and to someone signed in.
OPEN = {
    "healthz": (200, 200),
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_change_password": (302, 302),  # whoever has no password yet is led to set one
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),  # of a wrong key: a page that says so
    "account_reset_password_from_key_done": (200, 200),
    "accounts:council_stylesheet": (200, 200),
    "accounts:council_logo": (404, 404),  # the council has none
}
# Open to everybody, while the council publishes for all: of a plan with an edition, and of a draft.
PUBLIC = {
    "published_list": (200, 200),
    "published_council": (200, 200),
    "published": (200, 404),
    "published_edition": (200, 404),
    "published_look": (200, 404),
    "published_file": (200, 404),
    "published_picture": (404, 404),  # the edition shows none, though the draft does
}


# --- what there is ------------------------------------------------------------------------------


@dataclass
class Place:
    """A division's plans with one of everything that an address names."""

    division: Division
    draft: Plan
    published: Plan

    def ids(self, plan: Plan) -> dict[str, Any]:
        """Return what addresses of `plan` take beside its own id, by the name of the argument."""
        gone = plan.sections.get(removed_at__isnull=False)
        return {
            "section_pk": plan.sections.get(key="narrative").pk,
            "table_pk": plan.sections.get(key="register").pk,
            "removed_pk": gone.pk,
            "number": 1,
            "job_pk": plan.jobs.get(kind=Job.Kind.PRINT).pk,
            "picture_pk": plan.pictures.get().pk,
            "comment_pk": Comment.objects.get(section__plan=plan).pk,
            "waiver_pk": plan.waivers.get().pk,
            "digest": plan.pictures.get().digest,
            "figure": "register.none",
            "fmt": "pdf",
        }


@dataclass
class Everything:
    """A council and its people; and what its two divisions have."""

    world: World
    libraries: Place
    roads: Place


@pytest.fixture
def everything(db: None) -> Everything:
    return make_once("everything to open", make_everything)


@pytest.fixture
def world(everything: Everything) -> World:
    return everything.world


@pytest.fixture
def libraries(everything: Everything) -> Place:
    return everything.libraries


@pytest.fixture
def roads(everything: Everything) -> Place:
    return everything.roads


def make_everything() -> Everything:
    world = make_world()
    return Everything(world, make_place(world.libraries), make_place(world.roads))


def make_place(division: Division) -> Place:
    draft, published = make_plan(division), make_plan(division)
    make_edition(published, by=division.people.planning_officer)
    Plan.objects.filter(pk=published.pk).update(state=Plan.State.PUBLISHED)
    published.refresh_from_db()
    return Place(division, draft, published)


def make_plan(division: Division) -> Plan:
    """Store a plan with a version, a removed section, a printed draft and a picture."""
    author, unit = division.people.author, division.unit
    plan = store(unit, by=author, sections=[section_value("narrative"), section_value("register")])
    section = plan.sections.get(key="narrative")
    Section.objects.filter(pk=section.pk).update(assigned_to=division.people.assigned)
    extra = add_section(plan, kind="narrative", title="Gone", by=author, at=NOW)
    remove_section(extra, by=author, at=NOW)
    freeze(plan, by=author, at=NOW)
    make_print(plan, by=author)
    make_picture(plan, by=author)
    add_comment(plan.sections.get(key="narrative"), text="Why?", by=author, at=NOW)
    make_waiver(plan, by=author)
    return plan


def make_waiver(plan: Plan, *, by: User) -> None:
    section = plan.sections.get(key="narrative")
    finding = Finding("plans.W050", Level.WARNING, section.key, "It is empty.")
    Waiver.objects.create(
        plan=plan,
        section=section,
        fingerprint=finding.fingerprint,
        finding=dump_finding(finding),
        reason="It is written next week.",
        by=by,
        at=NOW,
    )


def make_print(plan: Plan, *, by: User) -> None:
    name = default_storage.save(f"prints/{plan.pk}.pdf", ContentFile(b"%PDF-1.7"))
    Job.objects.create(
        kind=Job.Kind.PRINT,
        plan=plan,
        by=by,
        state=Job.State.DONE,
        detail={"file": name},
        created_at=NOW,
    )


def make_picture(plan: Plan, *, by: User) -> None:
    content = PNG + plan.pk.to_bytes(4, "big")
    picture = Picture(
        plan=plan,
        name="map.png",
        digest=hashlib.sha256(content).hexdigest(),
        content_type="image/png",
        uploaded_by=by,
        uploaded_at=NOW,
    )
    picture.file.save("map.png", ContentFile(content), save=False)
    picture.save()


def make_edition(plan: Plan, *, by: User) -> None:
    version = plan.versions.get()
    imprint = Imprint(
        state="Published",
        version=1,
        printed_on=local_day(NOW),
        digest=version.digest,
        edition=1,
        approvals=(),
        corrections=(),
    )
    edition = Edition(
        plan=plan,
        version=version,
        number=1,
        imprint=dump_imprint(imprint),
        pdf_digest="0" * 64,
        pdf_bytes=8,
        plan_file_digest=hashlib.sha256(version.plan_file.encode()).hexdigest(),
        plan_file_bytes=len(version.plan_file.encode()),
        pages=1,
        published_by=by,
        published_at=NOW,
    )
    edition.pdf.save("edition-1.pdf", ContentFile(b"%PDF-1.7"), save=False)
    edition.save(force_insert=True)


# --- asking -------------------------------------------------------------------------------------


@pytest.fixture
def quiet(settings: Settings) -> Iterator[None]:
    """Keep thousands of refusals out of the log, and sessions out of the database."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def find_person(world: World, visitor: str) -> User | None:
    """Return who a visitor is; None for nobody who can sign in."""
    if visitor == "anonymous":
        return None
    place, _, role = visitor.partition(" ")
    if role:
        return getattr(getattr(world, place).people, role)
    return world.libraries.people.author if visitor == "deactivated" else getattr(world, place)


def open_browser(world: World, visitor: str) -> Client:
    client = Client()
    person = find_person(world, visitor)
    if person:
        client.force_login(person)
    if visitor == "deactivated":
        User.objects.filter(pk=person.pk).update(is_active=False)
    return client


def ask(client: Client, method: str, url: str) -> int:
    """Return the status of one request; what it changed is undone."""
    with transaction.atomic():
        body = {"data": {"sent": "1"}} if method == "POST" else {}
        response = getattr(client, method.lower())(url, **body)
        if response.streaming:
            list(response.streaming_content)  # to its end, which closes the file
        transaction.set_rollback(True)
    return response.status_code


def address(name: str, plan: Plan, ids: dict[str, Any]) -> str:
    """Return the address of one of PLAN_RULES, with the ids that its pattern takes."""
    name, _, action = name.partition(" ")
    takes = {
        "section_bring_back": ["removed_pk"],
        "section_export": ["table_pk"],
        "section_import": ["table_pk"],
        "section_restore": ["section_pk", "number"],
        "section_undo": ["section_pk", "number", "number"],
        "picture_remove": ["picture_pk"],
        "picture": ["digest"],
        "figure": ["figure"],
        "edition_file": ["number", "fmt"],
        "section_printed_page": ["section_pk", "digest", "number"],
        "action": ["action"],
        "impact": ["section_pk"],
        "end_waiver": ["waiver_pk"],
    }.get(name)
    if takes is None:
        kinds = {
            "section": "section_pk",
            "version": "number",
            "edition": "number",
            "job": "job_pk",
            "comments": "section_pk",
            "comment": "comment_pk",
        }
        takes = [arg for stem, arg in kinds.items() if name.split("_")[0] == stem]
    return reverse(f"plans:{name}", args=[plan.pk, *({**ids, "action": action}[a] for a in takes)])


def expected_of_plan(rule: Rule, visitor: str, method: str, *, locked: bool) -> int:
    """Return what a visitor should get from an address of a plan of Libraries."""
    place, _, role = visitor.partition(" ")
    status = rule.status(method, locked=locked)
    if visitor in ("anonymous", "deactivated"):
        return (405 if status == 405 else 401) if rule.in_json else 302
    if status == 405 or (rule.of_editions and locked):
        return status
    is_drafter = place == "libraries" and role in DRAFTERS
    if is_drafter:
        return status if role in rule.who else 403
    return rule.unseen if locked else 404


def find_leaks(
    client: Client, visitor: str, questions: Iterator[tuple[str, str, int]]
) -> list[str]:
    """Ask every (method, address, expected status) and return a line for each wrong answer."""
    asked, leaks = 0, []
    for method, url, expected in questions:
        status = ask(client, method, url)
        asked += 1
        if status != expected:
            leaks.append(f"{visitor} {method} {url}: {status}, not {expected}")
    print(f"{visitor}: {len(leaks)} leaks of {asked}")  # noqa: T201 seen with pytest -rP
    return leaks


# --- tests --------------------------------------------------------------------------------------


def list_addresses() -> set[str]:
    """Return the name of every address but the admin's."""

    def walk(patterns: Any, namespace: str = "") -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield f"{namespace}{pattern.name}"
            elif pattern.namespace != "admin":
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)

    return set(walk(get_resolver().url_patterns))


def test_every_address_has_a_rule() -> None:
    ruled = {f"plans:{name.partition(' ')[0]}" for name in PLAN_RULES}
    ruled |= {f"accounts:{name}" for name in PEOPLE_RULES} | set(SITE_RULES) | set(OPEN)
    ruled |= {f"plans:{name}" for name in PUBLIC} | {f"performance:{name}" for name in RULE_RULES}
    assert list_addresses() == ruled


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("visitor", EVERYBODY)
def test_plans_open_to_whom_they_should(world: World, libraries: Place, visitor: str) -> None:
    def questions() -> Iterator[tuple[str, str, int]]:
        for plan in (libraries.draft, libraries.published):
            locked, ids = plan == libraries.published, libraries.ids(plan)
            for name, rule in PLAN_RULES.items():
                url = address(name, plan, ids)
                for method in ("GET", "HEAD", "POST") if locked else METHODS:
                    expected = expected_of_plan(rule, visitor, method, locked=locked)
                    yield method, url, redirected(name, visitor, expected, method, locked)

    assert find_leaks(open_browser(world, visitor), visitor, questions()) == []


def redirected(name: str, visitor: str, expected: int, method: str, locked: bool) -> int:
    """Readers who open a published plan are led to its edition."""
    is_led = name == "detail" and locked and method in ("GET", "HEAD")
    return 302 if is_led and expected == 403 else expected


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("visitor", EVERYBODY)
def test_people_and_lists_open_to_whom_they_should(
    world: World, libraries: Place, visitor: str
) -> None:
    place, _, role = visitor.partition(" ")

    def questions() -> Iterator[tuple[str, str, int]]:
        for name, rule in SITE_RULES.items():
            for method in METHODS:
                may = name in FOR_ALL_WHO_SIGN_IN or role in rule.who
                yield method, reverse(name), of_site(rule, method, 0 if may else 403)
        for name, rule in PEOPLE_RULES.items():
            url = reverse(f"accounts:{name}", args=[find_subject(world, name)])
            for method in METHODS:
                outside = 404 if role in rule.who else 403
                may = role in rule.who and place == "libraries"
                yield method, url, of_site(rule, method, 0 if may else outside)

        for name, rule in RULE_RULES.items():
            for method in METHODS:
                url = reverse(f"performance:{name}", args=[1])
                yield method, url, of_site(rule, method, 403)

    def of_site(rule: Rule, method: str, refusal: int) -> int:
        if visitor in ("anonymous", "deactivated"):
            return 302
        status = rule.status(method, locked=False)
        return status if status == 405 else refusal or status

    assert find_leaks(open_browser(world, visitor), visitor, questions()) == []


def find_subject(world: World, name: str) -> int:
    """Return the id that an address about Libraries takes."""
    if name.startswith("organisation_unit"):
        parent = world.libraries.unit.parent
        assert parent is not None
        return parent.pk
    lead = world.libraries.people.section_lead
    return lead.memberships.get().pk if name == "membership_end" else lead.pk


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("visitor", VISITORS)
def test_the_rest_is_open_to_everybody(world: World, visitor: str) -> None:
    signed_in = visitor not in ("anonymous", "deactivated")
    key = {"account_reset_password_from_key": {"uidb36": "1", "key": "x-y"}}

    def questions() -> Iterator[tuple[str, str, int]]:
        for name, statuses in OPEN.items():
            url = reverse(name, kwargs=key.get(name))
            yield "GET", url, statuses[signed_in]

    assert find_leaks(open_browser(world, visitor), visitor, questions()) == []


def public_address(name: str, plan: Plan, digest: str) -> str:
    takes = {
        "published_list": [],
        "published_council": [slugify(plan.organisation_unit.ancestors[0].name)],
        "published": [plan.pk, file_stem(plan)],
        "published_edition": [plan.pk, file_stem(plan), 1],
        "published_look": [plan.pk, file_stem(plan), 1],
        "published_file": [plan.pk, file_stem(plan), 1, "pdf"],
        "published_picture": [plan.pk, file_stem(plan), 1, digest],
    }
    return reverse(f"plans:{name}", args=takes[name])


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("is_public", [True, False], ids=["public", "kept to those who sign in"])
@pytest.mark.parametrize("visitor", ["anonymous", "deactivated", "nobody", "libraries author"])
def test_editions_and_nothing_else_are_public(
    world: World, libraries: Place, settings: Settings, visitor: str, is_public: bool
) -> None:
    settings.PUBLIC_EDITIONS = is_public

    def questions() -> Iterator[tuple[str, str, int]]:
        for index, plan in enumerate((libraries.published, libraries.draft)):
            digest = plan.pictures.get().digest
            for name, statuses in PUBLIC.items():
                status = statuses[index] if is_public else 404
                url = public_address(name, plan, digest)
                yield "GET", url, status
                yield "POST", url, 405

    assert find_leaks(open_browser(world, visitor), visitor, questions()) == []


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("visitor", [v for v in VISITORS if v != "superuser"])
def test_the_admin_is_for_superusers(world: World, visitor: str) -> None:
    open_to_all = {reverse("admin:login")}

    def questions() -> Iterator[tuple[str, str, int]]:
        for url in list_admin_addresses():
            if url not in open_to_all:
                yield "GET", url, 302
                yield "POST", url, 302

    client = open_browser(world, visitor)
    assert find_leaks(client, visitor, questions()) == []
    assert client.get(reverse("admin:index")).url.startswith(("/admin/login/", "/accounts/login/"))


def list_admin_addresses() -> list[str]:
    """Return one address for each pattern of the admin."""
    [admin] = [p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "admin"]
    routes = [
        f"{outer.pattern}{inner.pattern}" if inner else str(outer.pattern)
        for outer in admin.url_patterns
        for inner in (getattr(outer, "url_patterns", None) or [None])
    ]
    filled = (
        r.replace("<path:object_id>", "1")
        .replace("<path:content_type_id>", "1")
        .replace("^(?P<app_label>auth|account|mfa|accounts|plans)/$", "plans/")
        for r in routes
        if not r.startswith(("^", "(?P"))
    )
    return [f"/admin/{route}" for route in dict.fromkeys(filled)]


# --- ids of somewhere else ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("visitor", ["libraries planning_officer", "libraries author"])
def test_ids_of_another_plan_are_not_found(
    world: World, libraries: Place, roads: Place, visitor: str
) -> None:
    """Every id that an address takes beside the plan's, taken from a plan of Roads, and from
    another plan of Libraries."""
    freeze(roads.draft, by=roads.division.people.author, at=NOW)  # version 2: Libraries has none

    def questions() -> Iterator[tuple[str, str, int]]:
        for plan, other in (
            (libraries.draft, roads.ids(roads.draft)),
            (libraries.draft, libraries.ids(libraries.published)),
            (roads.draft, libraries.ids(libraries.draft)),
            (libraries.published, roads.ids(roads.published)),
        ):
            foreign = {**other, "number": 2}
            for name, rule in PLAN_RULES.items():
                url = address(name, plan, foreign)
                if url == address(name, plan, {**foreign, **NOWHERE}):
                    continue  # takes no other id
                for method in ("GET", "POST"):
                    known = rule.status(method, locked=plan == libraries.published)
                    yield method, url, 405 if known == 405 else 404

    assert find_leaks(open_browser(world, visitor), visitor, questions()) == []


NOWHERE = {
    "section_pk": 0,
    "table_pk": 0,
    "removed_pk": 0,
    "number": 0,
    "job_pk": 0,
    "picture_pk": 0,
    "comment_pk": 0,
    "digest": "f" * 64,
}


@pytest.mark.usefixtures("quiet")
def test_sections_that_were_removed_are_only_brought_back(world: World, libraries: Place) -> None:
    ids = libraries.ids(libraries.draft)
    gone = ids["removed_pk"]
    swapped = {**ids, "section_pk": gone, "table_pk": gone, "removed_pk": ids["section_pk"]}

    def questions() -> Iterator[tuple[str, str, int]]:
        for name, rule in PLAN_RULES.items():
            if name.startswith(("section", "comments")):
                url = address(name, libraries.draft, swapped)
                for method in ("GET", "POST"):
                    known = rule.status(method, locked=False)
                    keeps = name in TAKEN_OF_REMOVED and method == "POST"
                    yield method, url, known if keeps or known == 405 else 404

    visitor = "libraries planning_officer"
    assert find_leaks(open_browser(world, visitor), visitor, questions()) == []


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("visitor", VISITORS)
def test_the_list_holds_only_what_one_may_know(
    world: World, libraries: Place, roads: Place, visitor: str
) -> None:
    place, _, role = visitor.partition(" ")
    response = open_browser(world, visitor).get(reverse("plans:list"), {"show": "all"})
    if visitor in ("anonymous", "deactivated"):
        assert response.status_code == 302
        return
    known = {libraries.published.pk, roads.published.pk}
    if role in DRAFTERS:
        known.add({"libraries": libraries, "roads": roads}[place].draft.pk)
    assert {plan.pk for plan in response.context["page"]} == known


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", [n for n, rule in PLAN_RULES.items() if rule.post != 405])
def test_every_post_needs_its_token(world: World, libraries: Place, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(libraries.division.people.planning_officer)
    url = address(name, libraries.draft, libraries.ids(libraries.draft))
    response = client.post(url, {"sent": "1"})
    assert (response.status_code, response.templates[0].name) == (403, "403_csrf.html")


# --- ids inside a form --------------------------------------------------------------------------


def test_a_section_cannot_go_under_one_of_another_plan(
    client: Client, libraries: Place, roads: Place
) -> None:
    client.force_login(libraries.division.people.author)
    foreign = roads.draft.sections.get(key="narrative")
    new = {"title": "New", "kind": "narrative", "parent": foreign.pk}
    response = client.post(reverse("plans:structure", args=[libraries.draft.pk]), new)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["parent"]


@pytest.mark.parametrize("stranger", ["author", "assigned", "planning_officer"])
def test_a_section_cannot_be_given_to_somebody_elsewhere(
    client: Client, libraries: Place, roads: Place, stranger: str
) -> None:
    client.force_login(libraries.division.people.author)
    section = libraries.draft.sections.get(key="narrative")
    url = reverse("plans:section_assign", args=[libraries.draft.pk, section.pk])
    person = getattr(roads.division.people, stranger)
    response = client.post(url, {"assigned_to": person.pk})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["assigned_to"]


@pytest.mark.parametrize("role", sorted(MANAGERS))
def test_a_plan_cannot_be_started_for_another_unit(
    client: Client, libraries: Place, roads: Place, role: str
) -> None:
    client.force_login(getattr(libraries.division.people, role))
    new = {"organisation_unit": roads.division.unit.pk, "year": "2009/10", "title": "A plan"}
    response = client.post(reverse("plans:start"), new)
    assert response.status_code == 422
    assert "organisation_unit" in response.context["form"].errors


def test_a_reserved_section_is_its_leads_and_the_officers(world: World, libraries: Place) -> None:
    section = libraries.draft.sections.get(key="narrative")
    Section.objects.filter(pk=section.pk).update(reserved=True)
    url = reverse("plans:section_edit", args=[libraries.draft.pk, section.pk])
    statuses = {
        role: open_browser(world, f"libraries {role}").get(url).status_code for role in ROLES
    }
    assert statuses == {
        "author": 403,
        "section_lead": 403,
        "assigned": 200,
        "approver": 403,
        "cabinet_member": 403,
        "planning_officer": 200,
        "reader": 404,
    }
