"""The commands: import_plan, export_plan and load_demo, as an administrator types them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader
from pytest_django import Settings

from accounts.models import Membership, OrganisationUnit, User
from accounts.permissions import has_role
from plans.content import Faults
from plans.management import demo
from plans.models import Edition, Job, Plan, PlanFormat, Section
from plans.planfile import read_plan, write_plan_file
from plans.services import start_plan
from plans.services.findings import find_in_plan
from plans.services.formats import read_format, store_format
from plans.workflow import Action, perform
from tests.factories import NOW
from tests.plans.samples import plan_value, section_value, store

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
FORMATS = sorted((ROOT / "demo" / "formats").glob("*.json"))


def run(*arguments: str) -> tuple[str, str, int]:
    """Run a command; return what it printed, what it complained of, and its exit status."""
    out, err = StringIO(), StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(end.code or 0)
    return out.getvalue(), err.getvalue(), 0


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Any], str]:
    """Return a function that writes a plan file and returns its path."""

    def write_file(value: Any) -> str:
        path = tmp_path / "plan.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return str(path)

    return write_file


def small(**head: Any) -> dict[str, Any]:
    return plan_value([section_value("narrative"), section_value("budget")], **head)


# --- import_plan -------------------------------------------------------------------------------


def test_an_imported_plan_is_a_draft_and_its_id_alone_is_printed(
    db: None, write: Callable[[Any], str]
) -> None:
    path = write(small(council="C", directorate="D", unit="U"))

    out, err, status = run("import_plan", path)

    plan = Plan.objects.get()
    assert (out, err, status) == (f"{plan.pk}\n", "", 0)
    assert (plan.state, plan.correction) == (Plan.State.DRAFT, 0)
    assert [unit.name for unit in plan.organisation_unit.ancestors] == ["C", "D", "U"]
    assert [s.status for s in plan.sections.all()] == [Section.Status.IN_PROGRESS] * 2
    assert plan.created_by.name == "Command line"
    assert not plan.created_by.is_active
    assert not plan.created_by.has_usable_password()


def test_importing_again_is_another_draft_of_the_same_unit(
    unit: OrganisationUnit, people: SimpleNamespace, write: Callable[[Any], str]
) -> None:
    names = [ancestor.name for ancestor in unit.ancestors]
    council, directorate, name = names[0].upper(), names[1], names[2]
    path = write(small(council=council, directorate=directorate, unit=name))

    first, _, _ = run("import_plan", path, "--by", people.author.email.upper())
    second, _, _ = run("import_plan", path, "--by", people.author.email)

    assert first != second
    plans = Plan.objects.all()
    assert {plan.organisation_unit for plan in plans} == {unit}
    assert {plan.created_by for plan in plans} == {people.author}


def test_a_dry_run_stores_nothing(db: None, write: Callable[[Any], str]) -> None:
    out, err, status = run("import_plan", write(small(council="C")), "--dry-run")

    assert (out, err, status) == ("", "", 0)
    assert not Plan.objects.exists()
    assert not OrganisationUnit.objects.exists()
    assert not User.objects.exists()


def test_faults_are_printed_one_a_line_with_status_2(db: None, write: Callable[[Any], str]) -> None:
    value = small(year="2007/09")
    value["sections"][1]["content"]["units"][0]["lines"][0]["employee"] = "12,48.0"
    value["sections"][0]["title"] = "a\nb\x00"

    out, err, status = run("import_plan", write(value))

    assert (out, status) == ("", 2)
    assert err.splitlines() == [
        'plan.year: "2007/09" is not a financial year: 2008 follows 2007',
        "sections[0].title: holds a control character (U+0000)",
        'sections[1].content.units[0].lines[0].employee: "12,48.0" is not a number; '
        "did you mean 1,248.0 or 12,480.0?",
    ]
    assert not Plan.objects.exists()


@pytest.mark.parametrize("fmt", ["docx", "xlsx", "csv"])
def test_a_plan_is_exported_for_other_programs(fmt: str, stored: Plan, tmp_path: Path) -> None:
    data = export(stored, fmt, tmp_path / f"plan.{fmt}")

    with zipfile.ZipFile(BytesIO(data)) as package:
        words = b"".join(package.read(name) for name in package.namelist())
    assert b"1,200.0" in words or b"1200" in words


@pytest.mark.slow
@pytest.mark.parametrize("fmt", ["pdf", "pdfa"])
def test_a_pdf_holds_the_plan_file_and_the_tables(fmt: str, stored: Plan, tmp_path: Path) -> None:
    data = export(stored, fmt, tmp_path / "plan.pdf")

    with pikepdf.open(BytesIO(data)) as pdf:
        held = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    assert set(held) == {"plan.json", "tables.xlsx"}
    assert held["plan.json"] == export(stored, "json", tmp_path / "plan.json")
    assert held["tables.xlsx"] == export(stored, "xlsx", tmp_path / "plan.xlsx")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.json"], "There is no file nowhere.json."),
        (["--by", "no@example.org"], "Nobody with the address no@example.org has an account."),
    ],
)
def test_import_plan_says_what_it_cannot_do(
    arguments: list[str], message: str, db: None, write: Callable[[Any], str]
) -> None:
    if arguments[0] == "--by":
        arguments = [write(small()), *arguments]

    with pytest.raises(CommandError, match=message) as raised:
        run("import_plan", *arguments)

    assert raised.value.returncode == 2
    assert not Plan.objects.exists()


def test_a_file_without_a_council_goes_to_the_only_one(
    unit: OrganisationUnit, write: Callable[[Any], str]
) -> None:
    run("import_plan", write(small()))

    assert Plan.objects.get().organisation_unit.name == "Exampleshire County Council"


# --- check_plan --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "message"),
    [("nowhere.json", "There is no file nowhere.json."), (".", ". cannot be read: Is a directory")],
)
def test_check_plan_names_a_file_that_it_cannot_read(given: str, message: str) -> None:
    with pytest.raises(CommandError) as raised:
        run("check_plan", "--file", given)
    assert (str(raised.value), raised.value.returncode) == (message, 2)


# --- export_plan -------------------------------------------------------------------------------


@pytest.fixture
def stored(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    sections = [section_value("narrative"), section_value("budget")]
    return store(unit, by=people.section_lead, sections=sections)


def export(plan: Plan, fmt: str, path: Path, *arguments: str) -> bytes:
    run("export_plan", str(plan.pk), "--format", fmt, "--output", str(path), *arguments)
    return path.read_bytes()


def test_the_working_copy_is_exported_as_its_plan_file(stored: Plan, tmp_path: Path) -> None:
    data = export(stored, "json", tmp_path / "plan.json")

    assert data == write_plan_file(read_plan(stored))


def test_a_plan_file_is_written_to_standard_output(stored: Plan) -> None:
    out = TextIOWrapper(BytesIO())

    call_command("export_plan", str(stored.pk), "--format", "json", "--output", "-", stdout=out)

    assert out.buffer.getvalue() == write_plan_file(read_plan(stored))


def test_a_version_is_exported_as_it_was_submitted(
    stored: Plan, people: SimpleNamespace, tmp_path: Path
) -> None:
    perform(stored, Action.SUBMIT, by=people.author, at=NOW)
    version = stored.versions.get()
    Plan.objects.filter(pk=stored.pk).update(title="Changed since")

    data = export(stored, "json", tmp_path / "plan.json", "--version", "1")

    assert data.decode() == version.plan_file
    assert b"Changed since" not in data


def test_a_plan_is_exported_as_a_web_page(stored: Plan, tmp_path: Path) -> None:
    page = export(stored, "html", tmp_path / "plan.html").decode()

    assert page.startswith("<!DOCTYPE html>")
    assert "Annual Operating Plan" in page
    assert "1,200.0" in page


@pytest.mark.slow
def test_a_plan_is_exported_as_a_pdf(stored: Plan, people: SimpleNamespace, tmp_path: Path) -> None:
    perform(stored, Action.SUBMIT, by=people.author, at=NOW)

    working = export(stored, "pdf", tmp_path / "plan.pdf")
    version = export(stored, "pdf", tmp_path / "version.pdf", "--version", "1")

    for pdf in (working, version):
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
        assert "1,200.0" in text
    assert version == export(stored, "pdf", tmp_path / "again.pdf", "--version", "1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["99999", "--format", "json", "--output", "-"], "There is no plan 99999."),
        (["{pk}", "--format", "json", "--output", "-", "--version", "3"],
         "Plan {pk} has no version 3."),
        (["{pk}", "--format", "doc", "--output", "-"], "invalid choice: 'doc'"),
        (["{pk}", "--format", "json"], "--output"),
        (["{pk}", "--format", "json", "--output", "/nowhere/plan.json"],
         "/nowhere/plan.json cannot be written: No such file or directory"),
    ],
)  # fmt: skip
def test_export_plan_says_what_it_cannot_do(
    arguments: list[str], message: str, stored: Plan
) -> None:
    with pytest.raises(CommandError, match=message.format(pk=stored.pk)):
        run("export_plan", *(argument.format(pk=stored.pk) for argument in arguments))


# --- formats -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.stem)
@pytest.mark.parametrize("year", ["2008/09", "1999/00", "2025/26"])
def test_a_plan_can_be_started_from_each_format(
    path: Path, year: str, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    plan_format = store_format(read_format(path.read_bytes()))

    plan = start_plan(
        plan_format, organisation_unit=unit, year=year, title="Plan", by=people.author, at=NOW
    )

    names = {section.key for section in plan_format.sections.all()}
    assert {section.key for section in plan.sections.all()} == names
    assert {section.status for section in plan.sections.all()} == {Section.Status.NOT_STARTED}
    assert (plan.year, plan.format) == (year, plan_format)
    assert "{year" not in write_plan_file(read_plan(plan)).decode()


def test_a_format_read_again_takes_the_place_of_the_first(db: None) -> None:
    data = json.loads(FORMATS[0].read_bytes())
    store_format(read_format(json.dumps(data).encode()))
    data["name"], data["sections"] = "Renamed", data["sections"][:2]

    store_format(read_format(json.dumps(data).encode()))

    plan_format = PlanFormat.objects.get()
    assert plan_format.name == "Renamed"
    assert plan_format.sections.count() == 2


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"slug": "Not a slug"},
         'slug: "Not a slug" is not a key: use a to z, 0 to 9 and hyphens'),
        ({"colour": "red"}, "colour: is not a key that is known here"),
        ({"numbering": {"levels": ["Z"]}}, "numbering.levels[0]: must be "),
        ({"approval_steps": [{"role": "reader", "title": "x"}]},
         'approval_steps[0].role: must be "approver" or "cabinet_member", not "reader"'),
        ({"sections": []}, "sections: may not be empty"),
        ({"sections": [{"key": "a", "title": "", "kind": "poem"}]},
         'sections[0].kind: there is no section kind "poem"'),
        ({"sections": [{"key": "a", "title": "", "kind": "risks", "parent": "b"}]},
         'sections[0].parent: no section "b" stands before this one'),
        ({"sections": [{"key": "a", "title": "", "kind": "risks"}] * 2},
         'sections[1].key: the section key "a" is used twice'),
        ({"sections": [{"key": "a", "title": "", "kind": "risks", "words": [1]}]},
         "sections[0].words: "),
    ],
)  # fmt: skip
def test_a_format_that_cannot_be_read_says_why(change: dict[str, Any], fault: str) -> None:
    data = {**json.loads(FORMATS[0].read_bytes()), **change}

    with pytest.raises(Faults) as raised:
        read_format(json.dumps(data).encode())

    [found] = [str(f) for f in raised.value.faults]
    assert found.startswith(fault)


# --- load_demo ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_demo_is_loaded_whole_and_once(db: None, settings: Settings) -> None:
    settings.SITE_ADDRESS = "http://demo.example"
    out, err, status = run("load_demo")
    before = {model: model.objects.count() for model in (Plan, User, Membership, Edition, Job)}

    again, _, _ = run("load_demo")

    assert (err, status) == ("", 0)
    assert again == out
    assert {model: model.objects.count() for model in before} == before
    assert dict(Plan.objects.values_list("plan_year__year", "state")) == {
        "2007/08": Plan.State.PUBLISHED,
        "2008/09": Plan.State.DRAFT,
        "2017/18": Plan.State.IN_REVIEW,
    }
    assert f"http://demo.example/  Everyone's password is {demo.PASSWORD}" in out
    for person in demo.read_people():
        assert person["email"] in out
        assert User.objects.get(email=person["email"]).check_password(demo.PASSWORD)
    edition = Edition.objects.get()
    assert [d.person for d in edition.version.decisions.all()] == [
        "Helen Marchmont",
        "Rashid Calloway",
    ]
    assert not Job.objects.filter(kind=Job.Kind.MAIL).exists()


@pytest.mark.slow
def test_the_demos_draft_is_half_written_by_its_leads(db: None) -> None:
    demo.load()

    draft = Plan.objects.get(state=Plan.State.DRAFT)
    sections = list(draft.sections.select_related("assigned_to"))
    leads = {section.key: section.assigned_to.email.split("@")[0] for section in sections}
    statuses = {section.status for section in sections}
    assert statuses == {Section.Status.IN_PROGRESS, Section.Status.READY}
    assert all(section.due_on for section in sections)
    assert (leads["budget"], leads["staffing"], leads["indicators"]) == (
        "finance",
        "hr",
        "performance",
    )
    for section in sections:
        assert has_role(section.assigned_to, draft.organisation_unit, "section_lead", "author")


@pytest.mark.slow
def test_some_findings_of_the_demo_are_waived_by_its_people(db: None) -> None:
    demo.load()

    holding = {
        year: {f.waiver.by.email.split("@")[0]: f.finding.id for f in found if f.waiver}
        for year, found in ((plan.year, find_in_plan(plan).found) for plan in Plan.objects.all())
    }
    assert holding == {
        "2007/08": {},
        "2008/09": {"hr": "budgets.W016"},
        "2017/18": {"commissioning": "plans.W033", "performance": "performance.W103"},
    }
    [submitted] = Plan.objects.get(plan_year__year="2017/18").versions.all()
    assert [f["id"] for f in submitted.findings if f["waiver"]] == [
        "plans.W033",
        "performance.W103",
    ]


def test_the_demo_is_refused_in_production(db: None, settings: Settings) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="not for production"):
        run("load_demo")

    assert not User.objects.exists()


def test_sign_ins_are_printed_without_loading(db: None) -> None:
    out, _, _ = run("load_demo", "--print-sign-ins")

    assert "planning@wealdshire.example" in out
    assert not User.objects.exists()
