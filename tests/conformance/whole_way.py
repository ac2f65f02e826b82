"""Takes plan files the whole way, in a process of its own: read, checked, built, rendered.

    python -m tests.conformance.whole_way FOLDER

For each plan file of the folder one line of JSON: what was said, what was printed, what it took.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

django.setup()

from documents.blocks import Document, Picture  # noqa: E402
from documents.formats import PrintFailed, Supplies, render  # noqa: E402
from documents.renderers.print_client import printer  # noqa: E402
from plans.checks import run_checks  # noqa: E402
from plans.content import Faults  # noqa: E402
from plans.document import build_document  # noqa: E402
from plans.planfile import PlanData, read_plan_file  # noqa: E402
from tests.conformance.press import DRAFT  # noqa: E402
from tests.documents.pdf_reader import PdfText  # noqa: E402

OTHERS = ("html", "docx", "xlsx", "csv")
CHILDREN, SELF = resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF


def main(folder: Path) -> None:
    for path in sorted(folder.glob("*.json")):
        sys.stdout.write(json.dumps({"name": path.stem, **take(path)}) + "\n")


def take(path: Path) -> dict[str, Any]:
    """Return faults, findings, pages and refusals of a file; seconds of processor and clock, and
    megabytes that the printing processes had at most so far."""
    cpu, clock = use_cpu(), time.monotonic()
    told: dict[str, Any] = {"faults": [], "findings": [], "pages": [], "refused": {}}
    try:
        data = replace(read_plan_file(path.read_bytes()), pictures=stored(path))
        told["findings"] = [str(finding.message) for finding in run_checks(data)]
        told |= render_all(data, path.with_suffix(".picture"))
    except Faults as faults:
        told["faults"] = [str(fault) for fault in faults.faults]
    printer.stop()
    told |= {"cpu": use_cpu() - cpu, "wall": time.monotonic() - clock}
    return told | {"memory": resource.getrusage(CHILDREN).ru_maxrss // 1024}


def stored(path: Path) -> frozenset[str]:
    """Return the names of the pictures that the plan has: its `.picture` is its map."""
    return frozenset({"map.png"} if path.with_suffix(".picture").exists() else ())


def use_cpu() -> float:
    used = [resource.getrusage(whose) for whose in (SELF, CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def render_all(data: PlanData, beside: Path) -> dict[str, Any]:
    """Render every format; `beside` is what stands in the place of the plan's pictures."""
    document, supplies = build_document(data), Supplies()
    if beside.exists():
        picture = beside.read_bytes()
        digest = hashlib.sha256(picture).hexdigest()
        document, supplies = show(document, digest), Supplies({digest: picture})
    pages, refused = [], {}
    for fmt in ("pdf", *OTHERS):
        try:
            made = render(document, fmt, DRAFT, supplies)
        except PrintFailed as failed:
            refused[fmt] = str(failed)
        else:
            pages = PdfText(made).pages if fmt == "pdf" else pages
    return {"pages": pages, "refused": refused}


def show(document: Document, digest: str) -> Document:
    parts = [
        replace(
            part,
            blocks=tuple(
                replace(block, digest=digest) if isinstance(block, Picture) else block
                for block in part.blocks
            ),
        )
        for part in document.parts
    ]
    return replace(document, parts=tuple(parts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
