"""Renders a document in every format and prints the digests: run in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from documents import codec  # noqa: E402
from documents.formats import FORMATS  # noqa: E402
from tests.conformance.press import Printed, digest_of  # noqa: E402


def main(path: str) -> None:
    given = json.loads(Path(path).read_text(encoding="utf-8"))
    plan = Printed(
        "given",
        codec.from_json(given["tree"].encode()),
        codec.load_imprint(given["imprint"]),
        given["plan_file"].encode(),
    )
    sys.stdout.write(json.dumps({fmt: digest_of(plan.render(fmt)) for fmt in FORMATS}))


if __name__ == "__main__":
    main(sys.argv[1])
