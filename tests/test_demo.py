"""bin/demo as a person meets it: it serves the demo until Ctrl-C, and says when a port is taken."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

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
