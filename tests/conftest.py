"""What every test stands on: a folder of its own, quick passwords, tasks run at once, a browser."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.sqlite3.base import DatabaseWrapper
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from plans.migrations import _frozen_rows
from tests.journeys.site import prepare_demo

django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django_settings.CELERY_TASK_ALWAYS_EAGER = True
django_settings.CELERY_TASK_EAGER_PROPAGATES = True
django_settings.WHITENOISE_AUTOREFRESH = True
django_settings.PRINT_AHEAD = False

hypothesis.settings.register_profile("planwright", deadline=None)  # it would time the machine
hypothesis.settings.load_profile("planwright")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_OPTIONS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --only-database: the run on a second database repeats only tests that use one."""
    parser.addoption("--only-database", action="store_true", help="only tests that use a database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put quick tests last, so that two processes end together, and those that empty the tables
    after all others, which need what migrations put there; with --only-database deselect tests
    that use none, or that show the same on any."""
    if config.getoption("--only-database"):
        chosen = [item for item in items if uses_database(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
    items.sort(key=lambda item: (empties_tables(item), item.get_closest_marker("slow") is None))


def empties_tables(item: pytest.Item) -> bool:
    """Return whether the test works with transactions of its own, and leaves empty tables."""
    marker = item.get_closest_marker("django_db")
    fixtures = set(getattr(item, "fixturenames", ()))
    is_transaction = bool(marker and marker.kwargs.get("transaction"))
    return is_transaction or bool(fixtures & {"transactional_db", "live_server"})


def uses_database(item: pytest.Item) -> bool:
    """Return whether the test is marked for the database or takes it as a fixture, and may show
    something else on another one."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return not item.get_closest_marker("any_database") and bool(
        item.get_closest_marker("django_db")
        or fixtures & {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
    )


class KeepTogether(LoadScopeScheduling):
    """Hands out tests one by one, but what shares a site or prints in one go to one process."""

    def _split_scope(self, nodeid: str) -> str:
        folder, _, rest = nodeid.removeprefix("tests/").partition("/")
        if folder == "conformance":
            return folder
        return rest.partition("::")[0] if folder == "journeys" else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> KeepTogether:
    """Share the tests out among the processes of a run."""
    return KeepTogether(config, log)


@pytest.fixture(scope="session", autouse=True)
def flush_past_triggers() -> Iterator[None]:
    """Let Django empty the tables after a test of transactions: on SQLite by DELETE, which the
    triggers of frozen rows refuse."""

    def flush(operations: BaseDatabaseOperations, statements: Sequence[str]) -> None:
        with operations.connection.cursor() as cursor:
            editor = SimpleNamespace(
                connection=operations.connection,
                execute=lambda sql, params=None: cursor.execute(sql),
            )
            _frozen_rows.unprotect(None, editor)
            BaseDatabaseOperations.execute_sql_flush(operations, statements)
            _frozen_rows.protect(None, editor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseWrapper.ops_class, "execute_sql_flush", flush, raising=False)
        yield


@pytest.fixture(autouse=True)
def data_dir(settings: Settings) -> Iterator[Path]:
    """Give the test a data folder of its own, uploads and pictures in it."""
    with tempfile.TemporaryDirectory(prefix="planwright-test-") as name:
        settings.DATA_DIR = Path(name)
        settings.MEDIA_ROOT = Path(name) / "media"
        yield Path(name)


@pytest.fixture(scope="session")
def prepared_demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Return a DATA_DIR with the demo, made once for all processes of a run; only to copy."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    folder = shared / "prepared-demo"
    with (shared / "prepared-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            prepare_demo(shared / "half-prepared").rename(folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield the system's Chromium, headless, started once for a run."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            args=CHROMIUM_OPTIONS,
            chromium_sandbox=os.geteuid() != 0,
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Yield a fresh browser page of 1440 by 900 pixels, signed in as nobody."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()
