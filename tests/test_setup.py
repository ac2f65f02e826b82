"""What bin/* do first: steps that are skipped, sentences when one fails, the Chromium chosen."""

import os
import subprocess
from pathlib import Path

import prepare
import pytest
import run_tests
from chromium import find_chromium
from run_tests import Count

from tests.services import copy_server, readable_programs


def write_program(path: Path, text: str) -> None:
    """Write an executable script."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_step_is_made_again_only_when_what_it_is_made_from_changes(tmp_path: Path) -> None:
    made_from, made = tmp_path / "input", []

    def make() -> None:
        prepare.make(
            "step",
            stamp=tmp_path / "stamp",
            inputs=[made_from],
            action=lambda: made.append(made_from.read_text()),
        )

    for text in ("one", "one", "two"):
        made_from.write_text(text)
        make()

    assert made == ["one", "two"]


def test_a_step_that_failed_is_made_again(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"

    def fail() -> None:
        prepare.run(["false"], needs="Something is needed.")

    with pytest.raises(prepare.SetupError):
        prepare.make("step", stamp=stamp, inputs=[], action=fail)

    assert not stamp.exists()


def test_a_failing_command_is_told_with_what_is_needed_last() -> None:
    command = ["sh", "-c", "echo said; echo wrong >&2; exit 3"]

    with pytest.raises(prepare.SetupError) as caught:
        prepare.run(command, needs="Planwright needs a thing.")

    assert str(caught.value).splitlines() == [
        "said",
        "wrong",
        "This failed: sh -c echo said; echo wrong >&2; exit 3",
        "Planwright needs a thing.",
    ]


def test_packages_that_cannot_be_installed_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(prepare.SetupError) as caught:
        prepare.apt_install(["libone", "libtwo"])

    assert str(caught.value) == (
        "Planwright needs these system packages: libone libtwo, which need root to install."
    )


def test_a_chromium_that_is_a_snap_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    write_program(tmp_path / "chromium-browser", 'exec /snap/bin/chromium "$@"')
    write_program(tmp_path / "snap", "exit 0")
    (tmp_path / "chromium").symlink_to(tmp_path / "snap")
    assert find_chromium() is None

    write_program(tmp_path / "google-chrome", "exit 0")
    assert find_chromium() == str(tmp_path / "google-chrome")


def test_a_chromium_of_ones_own_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/opt/browser/chrome")

    assert find_chromium() == "/opt/browser/chrome"


def test_counts_of_a_report_are_read(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" errors="1" failures="2" skipped="3"/></testsuites>'
    )

    assert run_tests.read_count(report) == Count(passed=3, failed=3, skipped=3)


def test_a_run_that_breaks_off_counts_as_a_failure(tmp_path: Path) -> None:
    env = {"DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}

    assert run_tests.run_pytest(["--no-such-option"], env) == Count(failed=1)


@pytest.mark.parametrize(
    ("first", "again", "counted"),
    [
        (Count(90, 2, 1), Count(2, 0), Count(92, 0, 1)),
        (Count(90, 2, 1), Count(1, 1), Count(91, 1, 1)),
        (Count(90, 2, 1), Count(0, 1), Count(90, 2, 1)),
        (Count(90, 9, 1), Count(9, 0), Count(90, 9, 1)),
        (Count(90, 0, 1), Count(9, 0), Count(90, 0, 1)),
    ],
    ids=["passed alone", "one fails alone", "no journey", "too many", "none failed"],
)
def test_journeys_that_failed_are_run_again_alone(
    first: Count, again: Count, counted: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_tests, "run_pytest", lambda arguments, env: again)

    assert run_tests.run_journeys_again(first, {}) == counted


@pytest.mark.slow
def test_only_what_failed_last_is_run_again(tmp_path: Path) -> None:
    test = tmp_path / "test_twice.py"
    test.write_text(
        "from pathlib import Path\n"
        "import pytest\n"
        "def test_good(): pass\n"
        "@pytest.mark.browser\n"
        "def test_slow():\n"
        "    seen = Path(__file__).with_name('seen')\n"
        "    again = seen.exists()\n"
        "    seen.touch()\n"
        "    assert again\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = browser\n")
    env = {**os.environ, "DATA_DIR": str(tmp_path)}
    here = ["-c", str(tmp_path / "pytest.ini"), "--rootdir", str(tmp_path), str(test)]

    first = run_tests.run_pytest(here, env)

    assert first == Count(passed=1, failed=1)
    assert run_tests.run_journeys_again(first, env, here) == Count(passed=2)


def test_a_database_that_does_not_start_counts_as_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))

    assert run_tests.run_on_postgresql({}, full=False) == Count(failed=1)
    assert capsys.readouterr().out.startswith("PostgreSQL failed: ")


def test_postgresql_runs_from_where_it_is_copied(tmp_path: Path) -> None:
    installed = readable_programs(tmp_path / "unused").parents[1]
    initdb = copy_server(installed, tmp_path) / "pginstall" / "bin" / "initdb"

    assert subprocess.check_output([initdb, "--version"]).startswith(b"initdb (PostgreSQL) ")
