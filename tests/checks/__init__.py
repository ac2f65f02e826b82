"""The checks of plans: a case for every sort of finding, and the page that lists them."""

from __future__ import annotations

import importlib
import pkgutil

from tests.checks import cases
from tests.checks.cases import Case


def all_cases() -> list[Case]:
    """Return the cases of every module `cases_<app>` here."""
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("cases_"):
            importlib.import_module(f"{__name__}.{module.name}")
    return cases.CASES
