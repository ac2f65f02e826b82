"""One section alone, to be looked at: after a change only the pages of the runs that it is in are
printed (`runs.py`), two at the same time; all of it where they do not fit together any more."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from documents.blocks import Imprint, Part
from documents.renderers import PieceStore, Supplies
from documents.renderers.bundles import pack, unpack
from documents.renderers.paper import write_part_rules
from documents.renderers.pdf import (
    draw_ground,
    find_kept,
    name_task,
    perform,
    print_kept,
    refuse_failed,
    write_print_task,
)
from documents.renderers.pieces import Piece, write_page, write_single_piece
from documents.renderers.print_client import USUAL_LIMITS
from documents.renderers.print_limits import refuse_part
from documents.renderers.runs import (
    Cut,
    Run,
    Section,
    cut_section,
    describe_cuts,
    find_cuts,
    name_light,
    write_runs,
    write_whole_run,
)


def print_part(part: Part, imprint: Imprint, supplies: Supplies, *, lasting: str = "") -> bytes:
    """Return the pages of one section alone, without tags, contents and links that lead anywhere.

    `lasting` is by what the section is known from one preview to the next; with it, what is kept
    of the last one is used for this one.

    :raises PrintFailed: if it is too deep or too large, or took too long.
    """
    refuse_part(part)
    piece = write_single_piece(part, supplies.pictures, imprint.branding)
    section = cut_section(piece.markup, piece.sheet)
    return Preview(piece, section, imprint, supplies, lasting).print()


@dataclass(frozen=True, slots=True)
class Preview:
    """One printing of a section alone."""

    piece: Piece
    section: Section
    imprint: Imprint
    supplies: Supplies
    lasting: str

    @property
    def store(self) -> PieceStore | None:
        """Return where its runs are kept, None if it is not printed in runs."""
        in_runs = self.lasting and not self.piece.has_numbers
        return self.supplies.pieces if in_runs else None

    def print(self) -> bytes:
        """Return the file: the one that is kept, from runs, or printed as a whole."""
        light = [] if self.store is None else name_light(self.section)
        whole = self._write_task(write_whole_run(self.section), light)
        store, key = self.supplies.pieces, name_task(whole)
        kept = None if store is None else find_kept(store, key)
        if kept is not None:
            return unpack(kept).files[0]
        files = self._print_runs() or self._print_whole(whole)
        data = self._append(files)
        if store is not None:
            store.put(key, pack({}, [data]))
        return data

    def _print_runs(self) -> list[bytes]:
        """Return the PDF of each run; none if where they begin is not known or has changed."""
        cuts = self._recall_cuts()
        if not cuts:
            return []
        runs = list(write_runs(self.section, cuts))
        tasks = [
            (replace(self.piece, name=str(number), markup=run.markup), self._write_task(run))
            for number, run in enumerate(runs)
        ]
        files = {}
        for piece, printed in print_kept(tasks, self.supplies, USUAL_LIMITS):
            bundle, run = unpack(printed), runs[int(piece.name)]
            pages = bundle.head["pages"]
            if pages is None or run.pages not in (None, pages):
                return []
            files[int(piece.name)] = bundle.files[0]
        self._keep_cuts(cuts)
        return [files[number] for number in range(len(runs))]

    def _print_whole(self, task: bytes) -> list[bytes]:
        """Return the PDFs of all runs, which are printed in one go and kept for the next time."""
        ending = perform(task, USUAL_LIMITS)
        refuse_failed(ending, self.piece.title, USUAL_LIMITS)
        bundle = unpack(ending.data)
        names = write_whole_run(self.section).names
        cuts = [Cut(names.index(name), page) for name, page in bundle.head["cuts"]]
        self._keep_cuts(cuts)
        if self.store is not None and cuts:
            borders = [0, *[cut.page for cut in cuts], bundle.head["pages"]]
            runs = write_runs(self.section, cuts)
            for run, pages, file in zip(runs, pairwise(borders), bundle.files, strict=True):
                told = {"pages": pages[1] - pages[0], "cuts": []}
                self.store.put(name_task(self._write_task(run)), pack(told, [file]))
        return list(bundle.files)

    def _append(self, files: Sequence[bytes]) -> bytes:
        if len(files) == 1:
            return files[0]
        ending = perform(pack({"task": "append"}, files), USUAL_LIMITS)
        refuse_failed(ending, self.piece.title, USUAL_LIMITS)
        return unpack(ending.data).files[0]

    def _write_task(self, run: Run, cut: Sequence[str] = ()) -> bytes:
        job = {
            "page": write_page("en-GB", "<title>Preview</title>", run.markup),
            "rules": f"{write_part_rules(self.imprint)}\n{run.rules}",
            "watermark": draw_ground(self.imprint),
            "tagged": False,
        }
        told = {"names": run.names, "skipped": run.skipped, "until": run.until, "cut": cut}
        pictures = replace(self.piece, markup=run.markup).pictures
        return write_print_task(job, pictures, self.supplies.pictures, "print_section", told)

    def _recall_cuts(self) -> list[Cut]:
        kept = None if self.store is None else find_kept(self.store, self._key)
        return [] if kept is None else find_cuts(self.section, unpack(kept).head)

    def _keep_cuts(self, cuts: Sequence[Cut]) -> None:
        if self.store is not None:
            told, kept = pack(describe_cuts(self.section, cuts)), self.store.get(self._key)
            if kept != told and (cuts or kept):
                self.store.put(self._key, told)

    @property
    def _key(self) -> str:
        """Return under what it is kept where the runs of the section begin: once for each."""
        return hashlib.sha256(f"runs of {self.lasting} {self.piece.name}".encode()).hexdigest()
