"""Prepares the database, loads the demo and runs the web server and the worker until Ctrl-C.

bin/demo starts it in the project's environment.
"""

import argparse
import contextlib
import math
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".venv" / "bin"
HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 30
PAUSES = (1, 2, 4, 8)  # seconds before a worker that ended is started again, by its recent ends
ENDS_LIMIT = 5  # within ENDS_SECONDS; what ends more often has a lasting cause
ENDS_SECONDS = 60
GIVEN_UP = (
    f"The worker ended {ENDS_LIMIT} times within {ENDS_SECONDS} s and is not started again. "
    "Plans can be written, but nothing is printed or posted until Planwright is started again."
)

Service = subprocess.Popen[bytes]


@dataclass(slots=True)
class Worker:
    """The worker as it runs now. `ends`: when the ones before it ended; `rests_until`: when the
    next is due. Both in seconds of the monotonic clock; `rests_until` is None while one runs."""

    service: Service
    ends: list[float] = field(default_factory=list)
    rests_until: float | None = None


def main(arguments: list[str]) -> int:
    """Prepare and, unless told to stop there, serve; return the exit code."""
    options = read_options(arguments)
    os.chdir(ROOT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ.setdefault("COUNCIL_NAME", "Wealdshire County Council")
    os.environ.setdefault("SITE_ADDRESS", f"http://{HOST}:{options.port}")
    sys.path.insert(0, str(ROOT))
    if not options.prepare and not is_free(options.port):
        return refuse(options.port)
    prepare()
    return 0 if options.prepare else serve(options.port)


def read_options(arguments: list[str]) -> argparse.Namespace:
    """Read --prepare and --port."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Start Planwright's demo.")
    parser.add_argument("--prepare", action="store_true", help="stop before starting anything")
    parser.add_argument("--port", type=int, default=8000, help="port of the site (8000)")
    return parser.parse_args(arguments)


def is_free(port: int) -> bool:
    """Return whether the site can listen on the port."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def refuse(port: int) -> int:
    """Say that the port is taken; return the exit code."""
    print(f"Port {port} cannot be used: choose another with bin/demo --port N.", file=sys.stderr)
    return 1


def prepare() -> None:
    """Bring the database up to date and load the demo, unless it is there."""
    import django
    from django.core.management import call_command

    django.setup()
    started = time.monotonic()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_demo")
    print(f"Database and demo: {time.monotonic() - started:.1f} s", flush=True)


def serve(port: int) -> int:
    """Run the web server and the worker until Ctrl-C or until the web server ends."""
    stop_on_signals()
    web, worker = start_web(port), Worker(start_worker())
    try:
        wait_until_alive(port, web)
        print(f"\nPlanwright: http://{HOST}:{port}/   (Ctrl-C stops it)\n", flush=True)
        keep_running(web, worker)
        print("The web server ended unasked; see above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        stop([web, worker.service])


def stop_on_signals() -> None:
    """Let SIGTERM, and SIGINT even where a script ignores it, stop everything as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def start_web(port: int) -> Service:
    """Start gunicorn; connections outlive the pages' polling, so no POST meets a closed one."""
    options = ["--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"]
    options += ["--keep-alive", "75", "--no-control-socket", "--log-level", "warning"]
    return start([PROGRAMS / "gunicorn", "config.wsgi", *options])


def start_worker() -> Service:
    """Start Celery's worker with its scheduler inside.

    kombu's folder broker moves a message into the folder for temporary files, then opens it, then
    removes it. Where that folder is the machine's, another program may tidy it in between, and on
    another disk a move is a copy that two workers may both begin. So it is one beside the messages.
    """
    from django.conf import settings

    schedule = settings.DATA_DIR / "celerybeat-schedule"
    taken = settings.DATA_DIR / "broker" / "taken"
    taken.mkdir(parents=True, exist_ok=True)
    options = ["--beat", "--schedule", schedule, "--concurrency", "2", "--loglevel", "WARNING"]
    options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    celery = ["-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "config"]
    return start([PROGRAMS / "python", *celery, "worker", *options], TMPDIR=str(taken))


def start(command: list[str | Path], **variables: str) -> Service:
    """Start a service in a session of its own, so that Ctrl-C reaches only this program."""
    env = {**os.environ, **variables}
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)


def wait_until_alive(port: int, web: Service) -> None:
    """Return when the site answers; give up loudly when it does not in time."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and web.poll() is None:
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5),
        ):
            return
        time.sleep(0.1)
    sys.exit("The site did not start; see above.")


def keep_running(web: Service, worker: Worker) -> None:
    """Start the worker again whenever it ends; return when the web server has ended."""
    while web.poll() is None:
        look_after(worker, now=time.monotonic())
        time.sleep(0.5)


def look_after(worker: Worker, *, now: float) -> None:
    """Take note that the worker ended, and start it again once it is due.

    What it left undone are rows, which the sweep of the next one takes up.
    """
    if worker.rests_until is None:
        if worker.service.poll() is not None:
            note_end(worker, now=now)
    elif now >= worker.rests_until:
        worker.service, worker.rests_until = start_worker(), None


def note_end(worker: Worker, *, now: float) -> None:
    """Say on the console when the worker is started again, later each time; or that it is not."""
    end_group(worker.service)
    worker.ends = [*(end for end in worker.ends if end > now - ENDS_SECONDS), now]
    if len(worker.ends) >= ENDS_LIMIT:
        worker.rests_until = math.inf
        print(GIVEN_UP, file=sys.stderr, flush=True)
        return
    pause = PAUSES[len(worker.ends) - 1]
    worker.rests_until = now + pause
    print(f"The worker ended unasked; it starts again in {pause} s.", file=sys.stderr, flush=True)


def end_group(service: Service) -> None:
    """End what a service left behind: a killed worker leaves its scheduler and its processes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(service.pid, signal.SIGKILL)


def stop(services: list[Service]) -> None:
    """Ask every service to finish what it is doing; end what does not within STOP_SECONDS."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for service in services:
        service.terminate()
    for service in services:
        try:
            service.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            end_group(service)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
