"""Reads settings out of environment variables; knows nothing of Django's settings themselves."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from accounts.colours import LEAST_CONTRAST, contrast_with_white

EXAMPLE_SECRET_KEY = "change-me"  # noqa: S105  the value in .env.example, refused in production


def read_flag(name: str, *, default: bool) -> bool:
    """Return whether the variable says yes: 1, true, yes or on, in any case."""
    value = os.environ.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def read_list(name: str, *, default: tuple[str, ...] = ()) -> list[str]:
    """Return the comma-separated parts of the variable, without blanks."""
    parts = [part.strip() for part in os.environ.get(name, "").split(",")]
    return [part for part in parts if part] or list(default)


def read_count(name: str, *, default: int) -> int:
    """Return the variable's whole number, at least 1."""
    value = os.environ.get(name, "").strip() or str(default)
    if not re.fullmatch(r"[0-9]{1,6}", value) or not int(value):
        raise ImproperlyConfigured(f"{name} must be a whole number of at least 1.")
    return int(value)


def read_colour(name: str) -> str:
    """Return the variable's colour as `#rrggbb`, empty if unset; white words must read on it."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return ""
    if not re.fullmatch(r"#[0-9a-f]{6}", value):
        raise ImproperlyConfigured(f"{name} must be a colour such as #00504a.")
    if contrast_with_white(value) < LEAST_CONTRAST:
        raise ImproperlyConfigured(f"{name} is too light for white words: choose a darker colour.")
    return value


def read_secret_key(data_dir: Path, *, production: bool) -> str:
    """Return SECRET_KEY; outside production a missing one is made once and kept in `data_dir`."""
    key = os.environ.get("SECRET_KEY", "")
    if production and (len(key) < 50 or EXAMPLE_SECRET_KEY in key):
        raise ImproperlyConfigured(
            "In production SECRET_KEY must be set to a secret of at least 50 characters."
        )
    return key or _kept_secret_key(data_dir / "secret_key")


def _kept_secret_key(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(get_random_secret_key())
    return path.read_text()


def parse_database_url(url: str) -> dict[str, Any]:
    """Return Django's settings for `postgres://user:password@host:port/name[?host=/socket]`.

    Query parameters other than `host` go to the driver, such as `sslmode=require`.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or postgresql://.")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        **_account(parts),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def parse_email_url(url: str) -> dict[str, Any]:
    """Return the EMAIL_ settings for `smtp://user:password@host:port`.

    `smtp` turns to TLS when the server is reached (STARTTLS), `smtps` speaks TLS from the start,
    `smtp+plain` neither; an empty address prints every message on the console.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"}:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp://, smtps:// or smtp+plain://.")
    account = _account(parts)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[parts.scheme],
        "EMAIL_HOST_USER": account["USER"],
        "EMAIL_HOST_PASSWORD": account["PASSWORD"],
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


def _account(parts: SplitResult) -> dict[str, str]:
    return {"USER": unquote(parts.username or ""), "PASSWORD": unquote(parts.password or "")}
