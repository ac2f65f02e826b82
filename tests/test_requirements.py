"""Every package that is imported is asked for by name, is pinned, and has its reason."""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("accounts", "actions", "budgets", "config", "documents", "performance", "plans", "risks")
REASONS = ROOT / "docs" / "decisions" / "0001-stack-and-dependencies.md"
FILES = ("requirements", "requirements-build", "requirements-dev")


def plain(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(*files: str) -> set[str]:
    """Return the names in the .in files."""
    lines = [line for file in files for line in (ROOT / f"{file}.in").read_text().splitlines()]
    names = (re.match(r"[A-Za-z][\w.-]*", line) for line in lines)
    return {plain(name.group()) for name in names if name}


def imported(folders: Iterable[str]) -> set[str]:
    """Return the distributions whose modules are imported below the folders."""
    ours = {path.name for path in ROOT.iterdir()}
    ours |= {path.stem for path in (ROOT / "bin" / "lib").iterdir()}
    owners = packages_distributions()
    modules = {
        module
        for folder in folders
        for file in (ROOT / folder).rglob("*.py")
        for module in modules_of(file)
        if module not in ours and module not in sys.stdlib_module_names
    }
    return {plain(owners[module][0]) for module in modules}


def modules_of(file: Path) -> Iterator[str]:
    """Yield the first part of every absolute import in the file."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_what_the_product_imports_is_asked_for() -> None:
    assert imported(PRODUCT) - asked_for("requirements") == set()


def test_what_the_tests_import_is_asked_for() -> None:
    assert imported(["tests", "bin"]) - asked_for("requirements", "requirements-dev") == set()


@pytest.mark.parametrize("file", FILES)
def test_what_is_asked_for_is_pinned(file: str) -> None:
    pins = re.findall(r"^([\w.-]+)==\S+ \\$", (ROOT / f"{file}.txt").read_text(), re.MULTILINE)

    assert asked_for(file) - {plain(name) for name in pins} == set()


@pytest.mark.parametrize("file", FILES)
def test_what_is_asked_for_has_its_reason(file: str) -> None:
    reasons = set(re.findall(r"[a-z0-9-]+", plain(REASONS.read_text().replace(".", " "))))

    assert asked_for(file) - reasons == set()
