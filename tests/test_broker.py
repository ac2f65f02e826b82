"""A task sent by one process is run by a real worker, over the folder and over Redis."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services import redis_server

ROOT = Path(__file__).resolve().parent.parent
TASK = "plans.tasks.sweep_jobs"
WAIT_SECONDS = 40

pytestmark = [pytest.mark.slow]


@contextlib.contextmanager
def redis_url() -> Iterator[str]:
    """Yield the Redis that was set, or one run for as long as needed."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield url
        return
    with redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a DATA_DIR with the tables, and nothing in them; only to copy."""
    folder = tmp_path_factory.mktemp("migrated")
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)}
    run_python(env, "manage.py", "migrate", "--verbosity", "0")
    return folder


@pytest.fixture
def data(migrated: Path, tmp_path: Path) -> Path:
    """Return a DATA_DIR of the test's own."""
    return Path(shutil.copytree(migrated, tmp_path / "data"))


@contextlib.contextmanager
def worker(env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Celery worker that writes to the log file; yield its process."""
    command = [sys.executable, "-m", "celery", "--quiet", "-A", "config", "worker"]
    command += ["--concurrency", "1", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    with log.open("a") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=WAIT_SECONDS)


def run_python(env: dict[str, str], *arguments: str) -> None:
    """Run Python in the project's folder and fail with its output when it fails."""
    result = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def ask_python(env: dict[str, str], script: str) -> str:
    """Return what a script prints that Django is set up for."""
    lines = f"import django\ndjango.setup()\n{script}"
    result = subprocess.run(
        [sys.executable, "-c", lines],
        cwd=ROOT,
        env={**env, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.strip()


def writes(text: str, log: Path, process: subprocess.Popen[bytes]) -> bool:
    """Return whether the process, while it runs, writes the text to the log in time."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if text in log.read_text():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("broker", ["folder", "redis"])
def test_worker_runs_a_task_that_another_process_sent(
    data: Path, tmp_path: Path, broker: str
) -> None:
    log = tmp_path / "worker.log"
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(redis_url()) if broker == "redis" else ""
        env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "REDIS_URL": url}
        process = stack.enter_context(worker(env, log))
        send = f"from config import celery_app; celery_app.send_task({TASK!r})"
        run_python(env, "-c", send)
        finished = writes(" succeeded in ", log, process)

    assert finished, log.read_text()
    assert f"Task {TASK}[" in log.read_text()


# Posts a mail as the product does; prints its job's number.
POST = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from plans.models import Job
from plans.services.jobs import add_job
from plans.tasks import queue
by = User.objects.create(email="a@example.org", name="Author")
detail = {"to": "someone@example.org", "subject": "Hello", "body": "A letter"}
at = timezone.now() - timedelta(minutes=1)
job = add_job(Job.Kind.MAIL, by=by, at=at, detail=detail)
queue([job])
print(job.pk)
"""
SWEEP = f"from config import celery_app; celery_app.send_task({TASK!r})"
STATE = "from plans.models import Job; print(Job.objects.get().state)"


def test_a_job_whose_message_vanished_is_taken_up_by_the_sweep(data: Path, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data)}
    log = tmp_path / "worker.log"
    pk = ask_python(env, POST)
    [message] = (data / "broker" / "messages").iterdir()
    message.unlink()
    run_python(env, "-c", SWEEP)

    with worker(env, log) as process:
        done = writes(" succeeded in ", log, process) and writes("'done'", log, process)

    assert done, log.read_text()
    assert (pk, ask_python(env, STATE)) == ("1", "done")


def test_a_message_that_cannot_be_read_does_not_end_the_worker(data: Path, tmp_path: Path) -> None:
    taken, log = tmp_path / "taken", tmp_path / "worker.log"
    taken.mkdir()
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "TMPDIR": str(taken)}
    with worker(env, log) as process:
        run_python(env, "-c", SWEEP)
        first = writes(" succeeded in ", log, process)
        shutil.rmtree(taken)  # as if somebody tidied: what is moved there cannot be read there
        run_python({**env, "TMPDIR": str(tmp_path)}, "-c", SWEEP)
        failed = writes("Cannot read file", log, process)
        taken.unlink()
        taken.mkdir()
        log.write_text("")
        run_python(env, "-c", SWEEP)
        second = writes(" succeeded in ", log, process)
        ended = process.poll()

    assert (first, failed, second, ended) == (True, True, True, None), log.read_text()
