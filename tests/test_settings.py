"""The settings' promises: what production refuses, and how addresses are read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import parse_database_url, parse_email_url, read_count, read_flag, read_list

ROOT = Path(__file__).resolve().parent.parent
SAFE = {
    "PLANWRIGHT_ENV": "production",
    "SECRET_KEY": "3v5LzZ8QmT-xkPq0RbWnYc7JdHs2FgUa9EoXi4KtVyMB6lNw1r",
    "ALLOWED_HOSTS": "plans.example.org",
    "EMAIL_URL": "smtp://mail.example.org",
}


def check(data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `check --deploy` in an environment of these variables alone."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **variables}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    result = check(tmp_path, **SAFE)

    assert result.stdout == "System check identified no issues (0 silenced).\n"
    assert result.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("DEBUG", "1", "In production DEBUG must not be set."),
        ("SECRET_KEY", "", "In production SECRET_KEY must be set"),
        ("SECRET_KEY", "change-me" * 10, "In production SECRET_KEY must be set"),
        ("ALLOWED_HOSTS", " , ", "In production ALLOWED_HOSTS must name the site's hosts."),
    ],
)
def test_production_refuses_to_start_insecurely(
    tmp_path: Path, variable: str, value: str, message: str
) -> None:
    result = check(tmp_path, **{**SAFE, variable: value})

    assert result.returncode == 1
    assert message in result.stderr


@pytest.mark.slow
def test_embedded_default_makes_one_private_secret_key(tmp_path: Path) -> None:
    check(tmp_path)
    kept = tmp_path / "secret_key"
    first = kept.read_text()
    check(tmp_path)

    assert kept.read_text() == first
    assert len(first) == 50
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://ann:s%40fe@db.example.org:5433/plans?sslmode=require",
            ("plans", "ann", "s@fe", "db.example.org", "5433", {"sslmode": "require"}),
        ),
        ("postgresql://ann@/plans?host=/run/pg", ("plans", "ann", "", "/run/pg", "", {})),
    ],
)
def test_parse_database_url_reads_every_part(url: str, expected: tuple[object, ...]) -> None:
    read = parse_database_url(url)

    names = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert tuple(read[name] for name in names) == expected


def test_parse_database_url_refuses_other_databases() -> None:
    with pytest.raises(ImproperlyConfigured, match="must begin with postgres://"):
        parse_database_url("mysql://db/plans")


def test_parse_email_url_tells_the_three_ways_of_encryption_apart() -> None:
    starttls = parse_email_url("smtp://ann:secret@mail.example.org")
    tls = parse_email_url("smtps://mail.example.org")
    plain = parse_email_url("smtp+plain://mail.example.org:2525")

    names = ("EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_HOST_USER")
    assert [tuple(read[name] for name in names) for read in (starttls, tls, plain)] == [
        (587, True, False, "ann"),
        (465, False, True, ""),
        (2525, False, False, ""),
    ]


def test_parse_email_url_prints_on_the_console_without_an_address() -> None:
    assert parse_email_url("") == {
        "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"
    }


def test_parse_email_url_refuses_other_protocols() -> None:
    with pytest.raises(ImproperlyConfigured, match="must begin with smtp://"):
        parse_email_url("http://mail.example.org")


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("Yes", True), ("0", False), ("off", False), ("", True)]
)
def test_read_flag_takes_a_blank_for_the_default(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: bool
) -> None:
    monkeypatch.setenv("A_FLAG", value)

    assert read_flag("A_FLAG", default=True) is expected


def test_read_list_leaves_blanks_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_LIST", "one, two,,")

    assert read_list("A_LIST") == ["one", "two"]


def test_read_count_takes_a_whole_number_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COUNT", raising=False)
    assert read_count("COUNT", default=14) == 14
    monkeypatch.setenv("COUNT", " 30 ")
    assert read_count("COUNT", default=14) == 30
    for wrong in ("0", "-1", "1.5", "a month"):
        monkeypatch.setenv("COUNT", wrong)
        with pytest.raises(ImproperlyConfigured, match="COUNT must be a whole number"):
            read_count("COUNT", default=14)
