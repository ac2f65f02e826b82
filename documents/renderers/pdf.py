"""PDF/UA and PDF/A: prints the pieces of a plan and joins them, or all in one go where they do not.

What would hang or crash the print engine is refused before, with a sentence that says where; what
takes too much is stopped, with a sentence that names the section.
"""

from __future__ import annotations

import hashlib
import logging
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from documents.blocks import Document, Imprint
from documents.renderers import Attachment, PieceStore, PrintFailed, Supplies
from documents.renderers.brands import write_brand_rules
from documents.renderers.bundles import BrokenBundle, pack, unpack
from documents.renderers.markup import describe_document
from documents.renderers.paper import (
    NUMBERED,
    Label,
    draw_watermark,
    is_marked,
    write_labels,
    write_page_rules,
    write_piece_rules,
    write_surroundings,
)
from documents.renderers.pieces import (
    Piece,
    write_page,
    write_pieces,
    write_whole,
)
from documents.renderers.print_client import USUAL_LIMITS, Ending, Limits, NoPrinter, printer
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.print_server import CANNOT_MERGE, OUT_OF_MEMORY

ROOT = Path(__file__).resolve().parents[2]
NOTHING_TOLD: Mapping[str, Any] = MappingProxyType({})
_ROUNDS = 3  # in which the numbers of pages must settle

# Python raises, the libraries of text abort or crash, when there is no more memory.
_OUT_OF_MEMORY = (OUT_OF_MEMORY, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGTRAP)

logger = logging.getLogger(__name__)


class Unsettled(Exception):
    """The pieces cannot be joined: they do not fit, or the numbers of their pages do not settle."""


def render(
    document: Document, imprint: Imprint, supplies: Supplies, *, limits: Limits = USUAL_LIMITS
) -> bytes:
    """Return the document as PDF/UA-1.

    :raises PrintFailed: if it is too deep or too large, or took too long.
    """
    return Printing(document, imprint, supplies, limits).print()


def render_archive(document: Document, imprint: Imprint, supplies: Supplies) -> bytes:
    """Return the same pages as PDF/A-3a, which is PDF/UA-1 as well.

    :raises PrintFailed: if it is too deep or too large, or took too long.
    """
    return Printing(document, imprint, supplies, archive=True).print()


def draw_pages(pdf: bytes, *, width: int) -> tuple[bytes, ...]:
    """Return the pages of a PDF as PNG, so many pixels wide.

    :raises PrintFailed: if they take too much time or memory to draw.
    """
    ending = perform(pack({"task": "draw", "width": width}, [pdf]), USUAL_LIMITS)
    refuse_failed(ending, "", USUAL_LIMITS)
    return unpack(ending.data).files


# --- one printing --------------------------------------------------------------------------------


@dataclass(slots=True)
class Printing:
    """One printing of a document: its pieces, and what is known of those already printed."""

    document: Document
    imprint: Imprint
    supplies: Supplies
    limits: Limits = USUAL_LIMITS
    archive: bool = False
    pieces: tuple[Piece, ...] = ()
    printed: dict[str, bytes] = field(default_factory=dict)
    heads: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)

    def print(self) -> bytes:
        """Return the file, from pieces or, where they cannot be joined, printed in one go."""
        refuse_unprintable(self.document)
        self.pieces = write_pieces(self.document, self.imprint, self.supplies.pictures)
        try:
            data = self.print_in_pieces()
        except Unsettled as reason:
            logger.warning("A plan is printed in one go: %s", reason)
            data = self.print_whole()
        self.supplies.tell(len(self.pieces) + 1, len(self.pieces) + 1)
        return data

    def print_in_pieces(self) -> bytes:
        """:raises Unsettled: if the pieces cannot be joined."""
        self._print_pieces(self.pieces, None)
        numbered = [piece for piece in self.pieces if piece.has_numbers]
        for _ in range(_ROUNDS):
            before = dict(self.heads)
            self._print_pieces(numbered, self._number_anchors())
            if self._count_pages(before) == self._count_pages(self.heads):
                return self._join()
        raise Unsettled("the numbers of its pages do not settle")

    def print_whole(self) -> bytes:
        """Return the file, printed in one go."""
        names = [digest for piece in self.pieces for digest in piece.pictures]
        job = {
            "page": write_whole(self.document, self.pieces),
            "rules": self._add_brand(write_page_rules(self.document, self.imprint)),
            "watermark": draw_ground(self.imprint),
        }
        head, files = _describe_job(job, names, self.supplies.pictures)
        task = self._write_binding_task({"task": "print_whole", "job": head}, files)
        ending = perform(task, self.limits)
        refuse_failed(ending, "", self.limits)
        return ending.data

    def _print_pieces(self, pieces: Iterable[Piece], numbers: Mapping[str, int] | None) -> None:
        """Print pieces, the longest first, so that none is left for the end alone."""
        ordered = sorted(pieces, key=lambda piece: -len(piece.markup))
        tasks = [(piece, self._write_task(piece, numbers)) for piece in ordered]
        for piece, printed in print_kept(tasks, self.supplies, self.limits):
            self.printed[piece.name] = printed
            self.heads[piece.name] = unpack(printed).head
            if numbers is not None or not piece.has_numbers:
                self.finished.add(piece.name)
                self.supplies.tell(len(self.finished), len(self.pieces) + 1)

    def _write_task(self, piece: Piece, numbers: Mapping[str, int] | None) -> bytes:
        job = {
            "page": piece.write_alone(self.document.language, numbers),
            "rules": write_piece_rules(self.imprint),
            "prefix": f"{piece.name}.",
        }
        measured = numbers is None and piece.has_numbers
        return write_print_task(
            job, piece.pictures, self.supplies.pictures, "measure" if measured else "print"
        )

    def _add_brand(self, rules: str) -> str:
        return f"{rules}\n{write_brand_rules(self.imprint.branding)}"

    def _number_anchors(self) -> dict[str, int]:
        """Return the page of every anchor, 1 for the cover."""
        numbers: dict[str, int] = {}
        start = 1
        for piece in self.pieces:
            for name, page in self.heads[piece.name]["anchors"].items():
                numbers.setdefault(name, start + page)
            start += len(self.heads[piece.name]["sections"])
        return numbers

    def _count_pages(self, heads: Mapping[str, Mapping[str, Any]]) -> list[Any]:
        """Return what of each piece the numbers of pages depend on."""
        return [(heads[p.name]["anchors"], len(heads[p.name]["sections"])) for p in self.pieces]

    def _list_heads(self) -> list[Label]:
        """Return the running head of all pages; a page without a heading is of the section
        before."""
        pages, section = [], ""
        for piece in self.pieces:
            for named in self.heads[piece.name]["sections"]:
                pages.append(Label(piece.sheet, named[0] if named else section))
                section = named[1] if named else section
        return pages

    def _join(self) -> bytes:
        heads = self._list_heads()
        numbers = [
            Label(head.sheet, f"Page {number} of {len(heads)}")
            for number, head in enumerate(heads, 1)
        ]
        around, labels = self._print_furniture(heads, numbers)
        told = {
            "task": "join",
            "pieces": len(self.pieces),
            "sheets": [head.sheet for head in heads],
            "labels": labels,
        }
        files = [self.printed[piece.name] for piece in self.pieces]
        task = self._write_binding_task(told, [*files, *around])
        ending = perform(task, self.limits)
        if ending.status == CANNOT_MERGE:
            raise Unsettled(ending.data.decode(errors="replace")[-2000:])
        refuse_failed(ending, "", self.limits)
        return ending.data

    def _print_furniture(
        self, heads: Sequence[Label], numbers: Sequence[Label]
    ) -> tuple[list[bytes], list[tuple[int, int]]]:
        """Print what stands around the pages: what is alike on all, which changes with every
        version, and by themselves the names of sections and the numbers, which seldom change.

        Returns the three, and for each page which of the names and of the numbers it has.
        """
        names, places = _list_labels(heads), _list_labels(numbers)
        jobs = {
            "around": write_surroundings(self.document, self.imprint),
            "heads": write_labels(names, "top-right"),
            "numbers": write_labels(places, "bottom-right"),
        }
        tasks = [
            (Piece(name, "the running heads", "portrait", ""), self._write_furniture(name, *told))
            for name, told in jobs.items()
        ]
        printed = {
            piece.name: data for piece, data in print_kept(tasks, self.supplies, self.limits)
        }
        labels = [
            (names.get(head, -1), places.get(number, -1))
            for head, number in zip(heads, numbers, strict=True)
        ]
        return [printed[name] for name in jobs], labels

    def _write_furniture(self, name: str, markup: str, rules: str) -> bytes:
        job = {
            "page": write_page(self.document.language, "<title>Plan</title>", markup),
            "rules": rules,
            "watermark": draw_ground(self.imprint) if name == "around" else "",
            "tagged": False,
        }
        return write_print_task(job, (), {})

    def _write_binding_task(self, head: Mapping[str, Any], files: Sequence[bytes]) -> bytes:
        attached = sorted(self.supplies.attachments, key=lambda each: each.name)
        told = {
            **head,
            "binding": self._describe_binding(),
            "attachments": [_describe_attachment(each) for each in attached],
        }
        return pack(told, [*files, *[each.data for each in attached]])

    def _describe_binding(self) -> dict[str, Any]:
        document, imprint = self.document, self.imprint
        rules = self._add_brand(write_page_rules(document, imprint))
        told = f"{write_whole(document, self.pieces)}\n{rules}"
        return {
            "title": describe_document(document),
            "author": document.cover.council,
            "subject": document.subtitle or document.title,
            "language": document.language,
            "day": imprint.printed_on.isoformat(),
            "identifier": hashlib.sha256(told.encode()).hexdigest()[:32],
            "archive": self.archive,
        }


def _list_labels(labels: Iterable[Label]) -> dict[Label, int]:
    """Return each label that is printed, once, with its number from 0."""
    shown = dict.fromkeys([each for each in labels if each.sheet in NUMBERED and each.words])
    return {label: number for number, label in enumerate(shown)}


def _describe_attachment(attachment: Attachment) -> dict[str, str]:
    told = asdict(attachment)
    del told["data"]
    return told


def draw_ground(imprint: Imprint) -> str:
    """Return the watermark as SVG, "" if there is none."""
    return draw_watermark(imprint).decode() if is_marked(imprint) else ""


# --- tasks ---------------------------------------------------------------------------------------


def write_print_task(
    job: Mapping[str, Any],
    names: Iterable[str],
    pictures: Mapping[str, bytes],
    task: str = "print",
    told: Mapping[str, Any] = NOTHING_TOLD,
) -> bytes:
    """Return the task of printing a page with those pictures; `told` is what else it asks for."""
    head, files = _describe_job(job, names, pictures)
    return pack({**told, "task": task, "job": head}, files)


def _describe_job(
    job: Mapping[str, Any], names: Iterable[str], pictures: Mapping[str, bytes]
) -> tuple[dict[str, Any], list[bytes]]:
    used = list(dict.fromkeys(names))
    return {**job, "pictures": used}, [pictures[name] for name in used]


def print_kept(
    tasks: Sequence[tuple[Piece, bytes]], supplies: Supplies, limits: Limits
) -> Iterator[tuple[Piece, bytes]]:
    """Yield each piece as printed: first those that are kept, then the others as they end.

    :raises PrintFailed: if a piece could not be printed, with a sentence that names it.
    """
    store, missing = supplies.pieces, []
    for piece, task in tasks:
        key = name_task(task)
        kept = None if store is None else find_kept(store, key)
        if kept is None:
            missing.append((piece, task, key))
        else:
            yield piece, kept
    try:
        for number, ending in printer.perform_all([task for _, task, _ in missing], limits):
            piece, _, key = missing[number]
            refuse_failed(ending, piece.title, limits)
            if store is not None:
                store.put(key, ending.data)
            yield piece, ending.data
    except NoPrinter as error:
        raise PrintFailed(_GONE) from error


def find_kept(store: PieceStore, key: str) -> bytes | None:
    """Return a kept piece, None if there is none or not all of it."""
    kept = store.get(key)
    try:
        if kept is not None:
            unpack(kept)
        return kept
    except BrokenBundle:
        return None


def name_task(task: bytes) -> str:
    """Return the key of what comes of a task: all that it is made from, and with."""
    return hashlib.sha256(_name_engine() + task).hexdigest()


@cache
def _name_engine() -> bytes:
    """Return a digest of the engine, of what is done to its pages, and of the house's style."""
    told = hashlib.sha256()
    for package in ("weasyprint", "pydyf", "tinycss2", "fonttools"):
        told.update(f"{package} {version(package)}\n".encode())
    here = Path(__file__).parent
    names = ("engine", "accessible", "quickening", "ruling", "print_tasks", "runs")
    made_with = [here / f"{name}.py" for name in names]
    fonts = sorted((ROOT / "build" / "static" / "fonts").glob("*.woff2"))
    for file in (*made_with, ROOT / "static" / "documents" / "print.css", *fonts):
        told.update(hashlib.sha256(file.read_bytes()).digest())
    return told.digest()


def perform(task: bytes, limits: Limits) -> Ending:
    """Have one task done.

    :raises PrintFailed: if the printing process ended and does not come back.
    """
    try:
        return printer.perform(task, limits)
    except NoPrinter as error:
        raise PrintFailed(_GONE) from error


_GONE = (
    "The printing process ended unexpectedly. Try again; if it happens again, tell your support."
)


def refuse_failed(ending: Ending, title: str, limits: Limits) -> None:
    """:raises PrintFailed: if a task ended badly; `title` names what was printed, "" for all."""
    if ending.status:
        said = ending.data.decode(errors="replace")[-2000:]
        logger.warning("Printing %s ended with status %s: %s", title, ending.status, said)
        raise PrintFailed(_explain(ending, title, limits))


def _explain(ending: Ending, title: str, limits: Limits) -> str:
    what = title[0].upper() + title[1:] if title else "The plan"
    if ending.expired or ending.status == -signal.SIGXCPU:
        return (
            f"{what} took longer than {limits.wall if ending.expired else limits.cpu:g} seconds to "
            "print and was stopped. Shorten it, or split its longest section in two."
        )
    if ending.status in _OUT_OF_MEMORY:
        return (
            f"{what} needed more than {limits.memory} MB of memory to print and was stopped. "
            "Use smaller pictures, or split its longest section in two."
        )
    return f"{what} could not be printed. The details are in the log of the printing process."
