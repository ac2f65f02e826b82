"""The printing process: takes one job from a file, writes one PDF, and may touch nothing else.

Run as `python -m documents.renderers.print_process JOB TARGET CPU MEMORY`. Says "done N" on its
standard output after each step. Knows no Django and no tree: it gets finished markup.
"""

from __future__ import annotations

import base64
import gc
import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from documents.renderers.engine import Job

OUT_OF_MEMORY = 3
"""The exit status that says that the memory was used up."""


def main(arguments: list[str]) -> int:
    source, target, cpu, memory = arguments
    limit_resources(int(cpu), int(memory))
    # Printing makes millions of objects that live until the end: collecting them costs a fifth.
    gc.disable()
    try:
        _print(read_job(Path(source)), Path(target))
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def limit_resources(cpu: int, memory: int) -> None:
    """Limit this process to so many processor seconds and megabytes; it leaves no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 2))
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read_job(source: Path) -> Job:
    from documents.renderers.engine import Job

    raw: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    pictures = {name: base64.b64decode(data) for name, data in raw.pop("pictures").items()}
    return Job(pictures=pictures, **raw)


def _print(job: Job, target: Path) -> None:
    from documents.renderers.engine import MissingCharacters, draw, lay_out, spell_characters

    laid_out = lay_out(job)
    _say_done(2)
    try:
        pdf = draw(laid_out, job)
    except MissingCharacters as missing:
        spelt = spell_characters(job, missing.characters)
        pdf = draw(lay_out(spelt), spelt)
    target.write_bytes(pdf)
    _say_done(3)


def _say_done(step: int) -> None:
    sys.stdout.write(f"done {step}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
