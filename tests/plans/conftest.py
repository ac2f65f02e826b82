"""A council with a division and its people, and one plan of every kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, connections

from accounts.models import OrganisationUnit, User
from plans.models import Plan
from tests.factories import make_council, make_unit
from tests.kept import make_once
from tests.plans.samples import Division, make_division, store


@pytest.fixture
def division(db: None) -> Division:
    """Libraries, a division of Communities, with a person in each role."""
    return make_once("division", make_libraries)


def make_libraries() -> Division:
    return make_division("Libraries", parent=make_unit("Communities", parent=make_council()))


@pytest.fixture
def unit(division: Division) -> OrganisationUnit:
    return division.unit


@pytest.fixture
def people(division: Division) -> SimpleNamespace:
    """One person for each role at Libraries, by the role's name; and `assigned`, a section lead."""
    return division.people


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft that holds one section of every kind, two rows in each; the author typed it."""
    return make_once("plan", store_every_kind, unit, people.author)


def store_every_kind(unit: OrganisationUnit, author: User) -> Plan:
    return store(unit, by=author)


@pytest.fixture
def shared_database(data_dir: Path, transactional_db: None) -> Iterator[dict[str, str]]:
    """Let threads and processes share the database; yields the environment of such a process.

    SQLite's is copied from memory into a file, as a council has it.
    """
    env = {**os.environ, "DATA_DIR": str(data_dir), "EMAIL_URL": "", "REDIS_URL": ""}
    settings = connections.databases["default"]
    if connection.vendor == "postgresql":
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{settings['NAME']}")
        yield {**env, "DATABASE_URL": urlunsplit(address)}
        return
    path = str(data_dir / "planwright.sqlite3")
    connection.cursor().execute("VACUUM INTO %s", [path])
    before, memory = dict(settings), connections["default"]
    settings["NAME"] = path
    settings["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    connections["default"] = connections.create_connection("default")
    yield env
    connections["default"].close()
    connections["default"] = memory
    settings.update(before)
