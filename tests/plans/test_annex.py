"""The annex of findings and waivers: what it says, in which forms, and that it is no part of the
plan."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from documents.blocks import Cell, Document, Heading, Prose, Table
from documents.formats import FORMATS
from documents.values import Value
from plans.models import Job, Plan, Version
from plans.services import freeze, remove_section
from plans.services.annex import TITLE, UNRECORDED, build_annex, export_annex
from plans.services.findings import find_in_plan
from plans.services.records import Record, record_of_draft, record_of_version
from plans.services.tallies import Tally, count_rows
from plans.services.waivers import waive
from plans.tasks import run_job
from tests.documents.pdf_reader import PdfText
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.found import change
from tests.plans.samples import make_edition, section_value, store
from tests.verapdf import check, needs_java

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
WARNED = "budgets.W004"
REASON = "The credit note is booked here [2]"


def negative(activity: str) -> dict[str, Any]:
    return {"activity": activity, "fte": "1.0", "employee": "100.0", "running": "-5.0"}


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft whose budget has two running costs below 0, which is a warning each; the planning
    officer waived the first."""
    budget = section_value("budget", title="Revenue budget")
    budget["content"]["units"][0]["lines"] = [negative("Books"), negative("Vans")]
    plan = store(unit, by=people.author, sections=[section_value("narrative"), budget])
    User.objects.filter(pk=people.planning_officer.pk).update(post="Corporate Planning Officer")
    people.planning_officer.refresh_from_db()
    waive_first(plan, people.planning_officer)
    return plan


def waive_first(plan: Plan, by: User) -> None:
    found = next(f.finding for f in find_in_plan(plan).found if f.finding.id == WARNED)
    waive(plan, found.fingerprint, reason=REASON, by=by, at=LATER)


@pytest.fixture
def version(plan: Plan, people: SimpleNamespace) -> Version:
    return freeze(plan, by=people.author, at=LATER)


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def tables_of(document: Document) -> dict[str, list[list[str]]]:
    """Return the words of the cells of each table by its key."""
    return {
        block.key: [[words_of(cell) for cell in row.cells] for row in block.rows]
        for part in document.parts
        for block in part.blocks
        if isinstance(block, Table)
    }


def words_of(cell: Any) -> str:
    assert isinstance(cell, Cell)
    if isinstance(cell.content, str):
        return cell.content
    if isinstance(cell.content, Value):
        return cell.content.text
    return " / ".join("".join(run.text for run in each.runs) for each in cell.content.elements)


def url_of(plan: Plan, version: Version | None = None, fmt: str = "") -> str:
    if version:
        url = reverse("plans:version_findings", args=[plan.pk, version.number])
    else:
        url = reverse("plans:annex", args=[plan.pk])
    return f"{url}?format={fmt}" if fmt else url


# --- what it says -------------------------------------------------------------------------------


def test_every_finding_stands_in_the_table_of_its_level(version: Version) -> None:
    record = record_of_version(version)
    document = build_annex(record)
    tables = tables_of(document)

    assert record.tally is not None
    assert record.tally.words == "0 errors, 1 warning, 1 waiver"
    assert [row[:2] for row in tables["counts"]] == [
        ["Errors", "0"],
        ["Warnings", "1"],
        ["Advice", "0"],
        ["Rounding", "0"],
    ]
    assert tables["findings-warning"] == [
        [
            "2 Revenue budget",
            f"Units › North Team › Budget lines › {line} › Running costs",
            f"North Team, {line}: “Running costs” is -5.0, below 0. (budgets.W004)",
            "-5.0",
            "",
            waiver,
        ]
        for line, waiver in [
            ("Books", f"{REASON} / Libraries planning_officer, Corporate Planning Officer, "
                      "5 March 2026"),
            ("Vans", ""),
        ]
    ]  # fmt: skip
    headings = [b.text for part in document.parts for b in part.blocks if isinstance(b, Heading)]
    assert headings == ["How much was found", "Warnings"]
    assert (document.title, document.subtitle) == (TITLE, "Annual Operating Plan: version 1")


def test_a_version_keeps_what_was_found_when_it_was_submitted(
    version: Version, plan: Plan, people: SimpleNamespace
) -> None:
    before = build_annex(record_of_version(version))
    plan.waivers.update(reason="Another")
    User.objects.filter(pk=people.planning_officer.pk).update(name="Somebody", post="Else")
    plan.sections.filter(key="budget").update(title="Money")
    again = Version.objects.get(pk=version.pk)

    assert build_annex(record_of_version(again)) == before


def test_the_working_copy_is_told_as_it_stands(plan: Plan) -> None:
    plan.waivers.all().delete()
    record = record_of_draft(plan, at=LATER)

    assert record.tally is not None
    assert record.tally.words == "0 errors, 2 warnings, 0 waivers"
    rows = tables_of(build_annex(record))["findings-warning"]
    assert [row[-1] for row in rows] == ["", ""]


def test_a_version_of_before_the_checks_says_that_none_were_recorded(
    version: Version, author: Client
) -> None:
    old = Version(
        plan=version.plan,
        number=2,
        plan_file=version.plan_file,
        tree=version.tree,
        digest=version.digest,
        submitted_by=version.submitted_by,
        submitted_at=LATER,
    )
    old.save()
    assert record_of_version(old).tally is None
    page = author.get(url_of(version.plan, old)).content.decode()
    assert UNRECORDED in page
    assert "Findings by level" not in page
    assert json.loads(author.get(url_of(version.plan, old, "json")).content) == []


def run_at(plan: Plan, cost: str, *, by: User) -> None:
    """Type the running costs of the books, which are below 0 and waived so."""

    def edit(content: dict[str, Any]) -> None:
        content["units"][0]["lines"][0]["running"] = cost

    change(plan, "budget", edit, by=by)


def test_waivers_that_lapsed_are_listed_with_what_is_found_now(
    plan: Plan, people: SimpleNamespace
) -> None:
    run_at(plan, "-6.0", by=people.author)
    draft, version = record_of_draft(plan, at=LATER), freeze(plan, by=people.author, at=LATER)
    frozen = record_of_version(version)

    for record in (draft, frozen):
        tables = tables_of(build_annex(record))
        assert tables["lapsed"] == [
            [
                "2 Revenue budget",
                "North Team, Books: “Running costs” is -5.0, below 0. (budgets.W004)",
                f"{REASON} / Libraries planning_officer, Corporate Planning Officer, 5 March 2026",
                "The values have changed since: "
                "North Team, Books: “Running costs” is -6.0, below 0.",
            ]
        ]
        assert [row[-1] for row in tables["findings-warning"]] == ["", ""]
        assert record.tally == Tally(warnings=2) == count_rows(version.findings)
    assert "1 waiver has lapsed" in words_of(Cell(summary_of(frozen)))


def summary_of(record: Record) -> Prose:
    """Return the sentences with which an annex begins."""
    return next(block for block in build_annex(record).parts[0].blocks if isinstance(block, Prose))


def test_a_lapsed_waiver_stays_listed_once_nothing_is_found_or_its_section_is_gone(
    plan: Plan, people: SimpleNamespace
) -> None:
    run_at(plan, "5.0", by=people.author)
    found_no_more = tables_of(build_annex(record_of_draft(plan, at=LATER)))["lapsed"]
    remove_section(plan.sections.get(key="budget"), by=people.author, at=LATER)
    gone = tables_of(build_annex(record_of_draft(plan, at=LATER)))["lapsed"]
    plan.waivers.update(ended_at=LATER)
    let_go = tables_of(build_annex(record_of_draft(plan, at=LATER)))

    assert [(row[0], row[-1]) for row in (*found_no_more, *gone)] == [
        ("2 Revenue budget", "This is not found there any more."),
        ("A section that the plan has no more", "This is not found there any more."),
    ]
    assert "lapsed" not in let_go


def test_the_checklist_stands_at_the_end(version: Version) -> None:
    ticked = {"line": "Figures agreed", "person": "A Name", "post": "Finance Partner"}
    open_line = {"line": "Risks read", "person": "", "post": "", "at": "", "note": ""}
    ticked |= {"at": LATER.isoformat(), "note": "By letter"}
    version.checklist = [ticked, open_line]

    assert tables_of(build_annex(record_of_version(version)))["checklist"] == [
        ["Figures agreed", "A Name, Finance Partner, 5 March 2026", "By letter"],
        ["Risks read", "Open", ""],
    ]


# --- its forms ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", ["docx", "xlsx", "csv", "html"])
def test_a_form_is_had_at_once(plan: Plan, version: Version, author: Client, fmt: str) -> None:
    for state, stem in ((None, "draft"), (version, "version-1")):
        response = author.get(url_of(plan, state, fmt))
        assert response["Content-Type"] == FORMATS[fmt].content_type
        name = f'attachment; filename="libraries-2008-09-{stem}-findings{FORMATS[fmt].suffix}"'
        assert response["Content-Disposition"] == name
        assert response.content


def test_the_sheet_holds_every_finding(plan: Plan, version: Version, author: Client) -> None:
    book = openpyxl.load_workbook(BytesIO(author.get(url_of(plan, version, "xlsx")).content))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert sum("below 0. (budgets.W004)" in words for words in cells) == 2
    assert sum(REASON in words for words in cells) == 1


def test_the_data_are_rows_as_check_plan_gives_them(
    plan: Plan, version: Version, author: Client
) -> None:
    for state in (None, version):
        rows = json.loads(author.get(url_of(plan, state, "json")).content)
        assert [row["id"] for row in rows] == [WARNED, WARNED]
        assert [row["waiver"] and row["waiver"]["reason"] for row in rows] == [REASON, None]
        assert rows == version.findings


@pytest.mark.parametrize("fmt", ["pdf", "exe", "json2"])
def test_no_other_form_is_had_at_once(plan: Plan, author: Client, fmt: str) -> None:
    assert author.get(url_of(plan, None, fmt)).status_code == 400


@pytest.mark.slow
@needs_java
def test_the_pdf_is_made_as_a_job_and_breaks_no_rule(
    plan: Plan, version: Version, author: Client, tmp_path: Path
) -> None:
    job_page = author.post(url_of(plan, version))
    job = Job.objects.get(plan=plan)
    assert (job.kind, job.version_id, job_page.status_code) == (Job.Kind.PRINT, version.pk, 302)
    assert run_job(job.pk) == "done"
    told = "Findings and waivers: version 1 of the plan"
    assert told in author.get(job_page.url).content.decode()
    made = author.get(reverse("plans:job_file", args=[plan.pk, job.pk]))
    name = 'attachment; filename="libraries-2008-09-version-1-findings.pdf"'
    assert made["Content-Disposition"] == name
    content = b"".join(made.streaming_content)
    assert content == export_annex(record_of_version(version), "pdf")

    text = PdfText(content)
    headings = [tag.words() for tag in text.tree().all("H1", "H2")]
    assert "Warnings" in headings
    words = text.tree().words()
    assert REASON in words
    assert "Record of findings, version 1, 5 March 2026" in words
    assert "DRAFT" not in " ".join(text.pages)
    (tmp_path / "annex.pdf").write_bytes(content)
    report = check(tmp_path / "annex.pdf", "ua1")
    assert (dict(report.failed), report.checks > 1000) == ({}, True)


def test_a_print_of_it_is_not_listed_among_those_of_the_plan(
    plan: Plan, author: Client, people: SimpleNamespace
) -> None:
    for detail in ({"format": "pdf"}, {"format": "pdf", "annex": {"words": "Findings"}}):
        Job.objects.create(
            kind=Job.Kind.PRINT,
            plan=plan,
            by=people.author,
            state=Job.State.DONE,
            detail=detail,
            created_at=NOW,
            finished_at=datetime.now(UTC),
        )
    made = author.get(reverse("plans:download", args=[plan.pk])).context["made"]
    assert [job.detail for job, _ in made] == [{"format": "pdf"}]


# --- its page -----------------------------------------------------------------------------------


def test_the_page_shows_the_same_with_its_downloads(
    plan: Plan, version: Version, author: Client
) -> None:
    for state in (None, version):
        page = author.get(url_of(plan, state)).content.decode()
        assert page.count("below 0. (budgets.W004)") == 2
        assert '<p class="govuk-body pw-measure">This record' in page
        assert "Corporate Planning Officer, 5 March 2026" in page
        links = [href for href, _ in read_page(page).links if href.startswith("?format=")]
        assert links == [f"?format={fmt}" for fmt in ("docx", "xlsx", "csv", "html", "json")]


def test_it_is_never_part_of_what_is_published(
    plan: Plan, version: Version, people: SimpleNamespace
) -> None:
    make_edition(version, by=people.planning_officer)
    for person in (None, people.reader):
        browser = Client()
        if person:
            browser.force_login(person)
        expected = 403 if person else 302
        for url in (url_of(plan), url_of(plan, version), url_of(plan, version, "json")):
            assert browser.get(url).status_code == expected
            assert browser.post(url).status_code == expected
    assert REASON not in version.plan_file
    assert REASON not in version.tree
