"""`verify_editions` finds every change of what was published."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connection, connections

from accounts.models import OrganisationUnit
from plans.migrations import _frozen_rows
from plans.models import Edition, EditionFile
from plans.services import freeze
from tests.factories import NOW
from tests.plans.samples import make_edition, section_value, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(unit: OrganisationUnit, people: SimpleNamespace) -> Edition:
    """An edition whose PDF and web page are stored with their hashes."""
    plan = store(unit, by=people.author, sections=[section_value("narrative")])
    edition = make_edition(freeze(plan, by=people.author, at=NOW), by=people.planning_officer)
    page = b"<!DOCTYPE html>"
    form = EditionFile(edition=edition, format="html", digest=hash_of(page), bytes=len(page))
    form.file.save("edition-1.html", ContentFile(page), save=False)
    form.save(force_insert=True)
    name = edition.pdf.storage.save("editions/one.pdf", ContentFile(b"%PDF-1.7"))
    change("plans_edition", "pdf", name)
    change("plans_edition", "pdf_digest", hash_of(b"%PDF-1.7"))
    return Edition.objects.get()


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def change(table: str, column: str, value: str) -> None:
    """Change a frozen row as only somebody could who takes its triggers off."""
    with connection.cursor() as cursor:
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params=None: cursor.execute(sql)
        )
        _frozen_rows.unprotect(None, editor)
        cursor.execute(f"UPDATE {table} SET {column} = %s", [value])  # noqa: S608 named here
        _frozen_rows.protect(None, editor)


def test_nothing_has_changed(edition: Edition, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_editions")

    assert capsys.readouterr().out.splitlines() == [
        "Editions: 1, with as many plan files and trees. Printed files: 2.",
        "Nothing has changed.",
    ]


@pytest.mark.parametrize(
    ("table", "column", "fault"),
    [
        ("plans_version", "tree", "the plan file or tree of version 1 is not what was hashed"),
        ("plans_version", "plan_file", "the plan file or tree of version 1 is not what was hashed"),
        ("plans_edition", "plan_file_digest", "its plan file is not what was published"),
        ("plans_edition", "pdf_digest", "its form “pdf” has been changed since"),
        ("plans_editionfile", "digest", "its form “html” has been changed since"),
    ],
)
def test_a_changed_row_is_found(
    edition: Edition, capsys: pytest.CaptureFixture[str], table: str, column: str, fault: str
) -> None:
    change(table, column, "0")

    with pytest.raises(CommandError, match="Changed since they were published: 1"):
        call_command("verify_editions")

    said = capsys.readouterr()
    assert fault in said.err
    assert "Editions: 1, " in said.out


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_a_changed_or_missing_file_is_found(
    edition: Edition, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    path = Path(edition.pdf.path if form == "pdf" else edition.files.get().file.path)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CommandError):
        call_command("verify_editions")
    path.unlink()
    with pytest.raises(CommandError):
        call_command("verify_editions")

    said = capsys.readouterr().err
    assert f"its form “{form}” has been changed since" in said
    assert f"its form “{form}” is no longer stored" in said


def test_the_command_ends_with_a_code_that_a_timer_can_tell(
    edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "close_all", lambda: None)  # a command line closes them
    change("plans_editionfile", "digest", "0")

    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "verify_editions", "--skip-checks"])

    assert ended.value.code == 1
