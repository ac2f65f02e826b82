"""Runs the checks and the tests; bin/test starts it in the project's environment.

    bin/test             every check, every test on SQLite; on PostgreSQL those it may change
    bin/test fast        the checks, and the tests that are neither slow nor in a browser, on SQLite
    bin/test full        like bin/test, with the promised counts at their full size
    bin/test ARGUMENTS   pytest with these arguments

DATABASE_URL, when set, is the PostgreSQL that is used instead of one started here; REDIS_URL
likewise is handed to the tests of the broker. The closing line counts every run together.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree  # reads only the report that pytest wrote

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".venv" / "bin"
sys.path.insert(0, str(ROOT))

from chromium import find_chromium  # noqa: E402

from tests.services import postgresql  # noqa: E402

CHECKS = {  # the longest first, as two run at a time
    "mypy": ["mypy"],
    "import contracts": ["lint-imports"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
}


MOST_AGAIN = 4
"""How many tests may fail for journeys among them to be tried again alone."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many tests of a run passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for; return the exit code."""
    if arguments and arguments != ["fast"] and arguments != ["full"]:
        with environment() as env:
            return subprocess.call([PROGRAMS / "pytest", *arguments], cwd=ROOT, env=env)
    full = arguments == ["full"]
    with environment(full=full) as env:
        broken = failing_checks(env)
        count = run_fast(env) if arguments == ["fast"] else run_everything(env, full=full)
    for name in broken:
        print(f"The check failed: {name}")
    failed = count.failed + len(broken)
    print(f"{count.passed} passed, {failed} failed, {count.skipped} skipped")
    return 1 if failed or not count.passed else 0


@contextlib.contextmanager
def environment(*, full: bool = False) -> Iterator[dict[str, str]]:
    """Yield an environment on SQLite and a data folder of its own, away from the user's."""
    with tempfile.TemporaryDirectory(prefix="planwright-tests-") as folder:
        env = dict(os.environ, DATA_DIR=folder, PLANWRIGHT_FULL="1" if full else "")
        env["TEST_REDIS_URL"] = env.pop("REDIS_URL", "")
        if chromium := find_chromium():
            env["CHROMIUM"] = chromium
        for name in ("DATABASE_URL", "PLANWRIGHT_ENV", "DEBUG", "EMAIL_URL", "HTTPS"):
            env.pop(name, None)
        yield env


def failing_checks(env: dict[str, str]) -> list[str]:
    """Run every check, two at a time, and return the names of those that failed."""
    with ThreadPoolExecutor(2) as pool:
        passed = pool.map(lambda name: check_passes(name, CHECKS[name], env), CHECKS)
        return [name for name, is_passed in zip(CHECKS, passed, strict=True) if not is_passed]


def check_passes(name: str, command: list[str], env: dict[str, str]) -> bool:
    """Run one check, printing how long it took, and its output only when it fails."""
    program, *arguments = command
    started = time.monotonic()
    result = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    print(f"{name}: {'failed' if result.returncode else 'ok'} in {seconds:.1f} s", flush=True)
    if result.returncode:
        print(result.stdout, flush=True)
    return result.returncode == 0


def run_fast(env: dict[str, str]) -> Count:
    """Run the quick tests on SQLite."""
    return run_pytest(["-m", "not slow and not browser and not full"], env)


def run_everything(env: dict[str, str], *, full: bool) -> Count:
    """Run every test on SQLite, then those that use a database again on PostgreSQL."""
    print("On SQLite:", flush=True)
    on_sqlite = run_journeys_again(run_pytest([] if full else ["-m", "not full"], env), env)
    print("On PostgreSQL:", flush=True)
    return on_sqlite + run_on_postgresql(env, full=full)


def run_journeys_again(count: Count, env: dict[str, str], where: Sequence[str] = ()) -> Count:
    """Run journeys that failed beside other tests once more, alone, and count how they ended then.

    A browser shares two cores with the other half of the tests; what fails alone too is a fault.
    More than MOST_AGAIN failures are no matter of load, and stand.
    """
    if not 0 < count.failed <= MOST_AGAIN:
        return count
    print("Journeys that failed beside other tests, once more alone:", flush=True)
    failed = ["--last-failed", "--last-failed-no-failures", "none"]
    again = run_pytest(["-n", "0", "-vv", *failed, "-m", "browser", *where], env)
    print(f"Passed only alone: {again.passed} of {count.failed} failures", flush=True)
    return Count(count.passed + again.passed, count.failed - again.passed, count.skipped)


def run_on_postgresql(env: dict[str, str], *, full: bool) -> Count:
    """Run the tests that use a database; a server that does not start counts as one failure."""
    chosen = "not browser" if full else "not browser and not full"
    try:
        with postgresql_url() as url:
            return run_pytest(["--only-database", "-m", chosen], {**env, "DATABASE_URL": url})
    except (RuntimeError, OSError) as error:
        print(f"PostgreSQL failed: {error}", flush=True)
        return Count(failed=1)


@contextlib.contextmanager
def postgresql_url() -> Iterator[str]:
    """Yield the DATABASE_URL that was set, or that of a server run for as long as needed."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    with postgresql() as url:
        yield url


def run_pytest(arguments: list[str], env: dict[str, str]) -> Count:
    """Run pytest on two processes and count what it did; a crash counts as one failure."""
    report = Path(env["DATA_DIR"]) / "report.xml"
    report.unlink(missing_ok=True)
    command = [
        str(PROGRAMS / "pytest"),
        "-q",
        "-n",
        "2",
        f"--junitxml={report}",
        *arguments,
    ]
    code = subprocess.call(command, cwd=ROOT, env=env)
    if not report.exists():
        print(f"\npytest broke off with {code}", flush=True)
    count = read_count(report) if report.exists() else Count()
    return Count(count.passed, max(count.failed, 1), count.skipped) if code else count


def read_count(report: Path) -> Count:
    """Read the counts out of pytest's JUnit report."""
    suite = ElementTree.parse(report).getroot().find("testsuite")  # noqa: S314  our own file
    if suite is None:
        return Count()
    tests, errors, failures, skipped = (
        int(suite.get(name, 0)) for name in ("tests", "errors", "failures", "skipped")
    )
    failed = errors + failures
    return Count(tests - failed - skipped, failed, skipped)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
