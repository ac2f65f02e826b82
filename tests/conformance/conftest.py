"""What is printed for conformance: once for all of its tests, by one process of the run."""

from __future__ import annotations

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.conformance.press import Printed, set_up

HERE = "tests/conformance"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep these tests out of the run on a second database: what is printed comes from the tree,
    whichever database the plan was read from."""
    own = [item for item in items if HERE in item.path.as_posix()]
    for item in own:
        for mark in (pytest.mark.slow, pytest.mark.django_db):
            item.add_marker(mark)
    if config.getoption("--only-database"):
        config.hook.pytest_deselected(items=own)
        items[:] = [item for item in items if item not in set(own)]


@pytest.fixture(scope="session")
def press(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Printed]:
    """Return what there is to print, by name; nothing stays in the database."""
    with django_db_blocker.unblock(), transaction.atomic():
        found = set_up()
        transaction.set_rollback(True)
    return found
