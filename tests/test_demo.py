"""bin/demo as a person meets it: it serves the demo until Ctrl-C, and says when a port is taken."""

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180
STOP_SECONDS = 60

pytestmark = [pytest.mark.slow]


def ignore_interrupts() -> None:
    """Start as a program does that a script has put into the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def demo(data_dir: Path, port: int, output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run what bin/demo runs once the environment is prepared; interrupt it in the end."""
    command = [sys.executable, "bin/lib/demo.py", "--port", str(port)]
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir)}
    with output.open("w") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=file, stderr=file, preexec_fn=ignore_interrupts
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
            raise


def wait_for(text: str, output: Path, process: subprocess.Popen[bytes]) -> None:
    """Return when the text is in the output; fail when the process ends first or time is up."""
    deadline = time.monotonic() + START_SECONDS
    while text not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.2)


def status(address: str) -> int:
    """Return the status that the address answers with; 0 when nothing answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_demo_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    port, output = free_port(), tmp_path / "output"
    site = f"http://127.0.0.1:{port}"
    with demo(tmp_path, port, output) as process:
        wait_for(f"Planwright: {site}/", output, process)
        answers = {
            path: status(site + path) for path in ("/healthz", "/", "/static/app.css", "/no")
        }

    assert answers == {"/healthz": 200, "/": 200, "/static/app.css": 200, "/no": 404}
    assert process.returncode == 0
    assert status(f"{site}/healthz") == 0


# Posts a mail as the product does, and prints its job's state, until it is done.
POST = """
import time
import django
django.setup()
from django.utils import timezone
from accounts.models import User
from plans.models import Job, Plan
from plans.services.jobs import add_job
from plans.tasks import queue
at, by, plan = timezone.now(), User.objects.first(), Plan.objects.first()
detail = {"to": "someone@example.org", "subject": "Hello", "body": "A letter"}
job = add_job(Job.Kind.MAIL, by=by, at=at, plan=plan, detail=detail)
queue([job])
while job.state != Job.State.DONE:
    time.sleep(0.2)
    job.refresh_from_db()
print(job.state)
"""


def service_of(process: subprocess.Popen[bytes], name: bytes) -> int:
    """Return the process id of the service that bin/demo started by this name."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    [service] = [child for child, command in commands.items() if name in command]
    return service


def members_of(group: int) -> list[int]:
    """Return the processes of a process group that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, of = stat.read_text().rpartition(") ")[2].split()[:3]
            if int(of) == group and state != "Z":
                found.append(int(stat.parent.name))
    return found


@pytest.fixture
def loaded(prepared_demo: Path, tmp_path: Path) -> Path:
    """Return a DATA_DIR that holds the demo already."""
    return Path(shutil.copytree(prepared_demo, tmp_path / "loaded"))


def test_a_killed_worker_is_started_again_and_does_what_is_queued(
    loaded: Path, tmp_path: Path
) -> None:
    port, output = free_port(), tmp_path / "output"
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(loaded)}
    env["DJANGO_SETTINGS_MODULE"] = "config.settings"
    post = [sys.executable, "-c", POST]
    with demo(loaded, port, output) as process:
        wait_for("Planwright: ", output, process)
        killed = service_of(process, b"celery")
        os.kill(killed, signal.SIGKILL)
        wait_for("The worker ended unasked; it starts again in 1 s.", output, process)
        left = members_of(killed)
        answer = status(f"http://127.0.0.1:{port}/healthz")
        posted = subprocess.run(
            post, cwd=ROOT, env=env, capture_output=True, text=True, timeout=90, check=True
        )

    assert (posted.stdout, answer, left) == ("done\n", 200, [])
    assert "Subject: Hello" in output.read_text()
    assert process.returncode == 0


def test_the_end_of_the_web_server_ends_everything(loaded: Path, tmp_path: Path) -> None:
    port, output = free_port(), tmp_path / "output"
    with demo(loaded, port, output) as process:
        wait_for("Planwright: ", output, process)
        worker = service_of(process, b"celery")
        web = service_of(process, b"gunicorn")
        os.kill(web, signal.SIGTERM)
        process.wait(timeout=STOP_SECONDS)

    assert process.returncode == 1
    assert "The web server ended unasked; see above.\n" in output.read_text()
    assert members_of(worker) == []


def load_program() -> ModuleType:
    """Return bin/lib/demo.py as a module."""
    spec = importlib.util.spec_from_file_location("demo_program", ROOT / "bin/lib/demo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_worker_that_ends_again_and_again_rests_longer_and_is_given_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = load_program()
    service = subprocess.Popen(["true"], start_new_session=True)
    service.wait()
    worker = program.Worker(service)
    pauses = []

    for now in (0, 10, 20, 30, 95, 96, 97, 98):
        program.note_end(worker, now=now)
        pauses.append(worker.rests_until - now)

    assert pauses == [1, 2, 4, 8, 1, 2, 4, 8]
    assert len(capsys.readouterr().err.splitlines()) == 8
    program.note_end(worker, now=99)
    assert worker.rests_until == float("inf")
    assert capsys.readouterr().err == f"{program.GIVEN_UP}\n"


def test_demo_says_that_its_port_is_taken(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with demo(tmp_path, port, output) as process:
            process.wait(timeout=STOP_SECONDS)

    assert process.returncode == 1
    assert output.read_text() == (
        f"Port {port} cannot be used: choose another with bin/demo --port N.\n"
    )
