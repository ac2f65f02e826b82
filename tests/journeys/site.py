"""The demo's site as people meet it: gunicorn, a Celery worker on a folder, and their post."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.mailbox import Mailbox, mail_server
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Site:
    """A running site. `output`: the file that its web server and worker write to."""

    address: str
    mailbox: Mailbox
    output: Path


def prepare_demo(folder: Path) -> Path:
    """Make a DATA_DIR with the demo in it, as `bin/demo --prepare` does; return it."""
    folder.mkdir()
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)}
    command = [sys.executable, "bin/lib/demo.py", "--prepare"]
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@contextlib.contextmanager
def run_site(demo: Path, folder: Path) -> Iterator[Site]:
    """Start what bin/demo starts, on a copy of the prepared demo; stop it in the end."""
    shutil.copytree(demo, folder)
    port, output = free_port(), folder / "output.txt"
    with mail_server() as (mailbox, email_url), output.open("w") as file:
        env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "EMAIL_URL": email_url}
        command = [sys.executable, "bin/lib/demo.py", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=file)
        site = Site(f"http://127.0.0.1:{port}", mailbox, output)
        try:
            _wait_until_up(site, process)
            yield site
        finally:
            process.terminate()
            process.wait(timeout=STOP_SECONDS)
    written = output.read_text()
    assert "Internal Server Error" not in written, written
    assert "failed in attempt" not in written, written


def _wait_until_up(site: Site, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while f"Planwright: {site.address}/" not in site.output.read_text():
        assert process.poll() is None, site.output.read_text()
        assert time.monotonic() < deadline, site.output.read_text()
        time.sleep(0.1)
