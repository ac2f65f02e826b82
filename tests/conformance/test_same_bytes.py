"""The same version gives the same bytes: twice, in another process, with and without pieces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from documents import codec
from documents.formats import FORMATS
from tests.conformance.press import Kept, Printed, digest_of

ROOT = Path(__file__).resolve().parents[2]
DJANGO = {"DJANGO_SETTINGS_MODULE": "config.settings"}
PLACES = [
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "POSIX", "LANG": "de_DE"},
]


@pytest.fixture(scope="module")
def plan(press: dict[str, Printed]) -> Printed:
    return press["10-pages"]


@pytest.fixture(scope="module")
def digests(plan: Printed) -> dict[str, str]:
    return {fmt: digest_of(plan.render(fmt)) for fmt in FORMATS}


def test_other_processes_give_the_same_bytes(
    plan: Printed, digests: dict[str, str], tmp_path: Path
) -> None:
    given = tmp_path / "plan.json"
    told = {
        "tree": codec.to_json(plan.document).decode(),
        "imprint": codec.dump_imprint(plan.imprint),
        "plan_file": (plan.plan_file or b"").decode(),
    }
    given.write_text(json.dumps(told), encoding="utf-8")
    command = [sys.executable, "-m", "tests.conformance.render_all", str(given)]
    for place in PLACES:
        ended = subprocess.run(
            command, cwd=ROOT, env=os.environ | DJANGO | place, capture_output=True, check=True
        )
        assert json.loads(ended.stdout) == digests
    print(f"{len(digests)} formats alike in {len(PLACES) + 1} processes")  # noqa: T201


@pytest.mark.parametrize("fmt", ["pdf", "pdfa"])
def test_kept_pieces_change_no_byte(plan: Printed, digests: dict[str, str], fmt: str) -> None:
    kept = Kept()
    assert digest_of(plan.render(fmt, kept)) == digests[fmt]
    assert len(kept) > 5
    assert digest_of(plan.render(fmt, kept)) == digests[fmt]


@pytest.mark.parametrize("fmt", ["html", "docx", "xlsx", "csv"])
def test_twice_gives_the_same_bytes(plan: Printed, digests: dict[str, str], fmt: str) -> None:
    assert digest_of(plan.render(fmt)) == digests[fmt]
