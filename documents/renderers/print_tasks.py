"""What a printing process does with one bundle: print, join, bind, draw. Knows no Django."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import pairwise
from typing import Any

from documents.renderers import Attachment
from documents.renderers.bundles import Bundle, pack, unpack


def perform_task(data: bytes) -> bytes:
    """Return what the task in a bundle asks for."""
    bundle = unpack(data)
    return _TASKS[bundle.head["task"]](bundle)


def load_everything() -> None:
    """Load the engine, its fonts and stylesheet, and print a little, so that all is ready."""
    import pypdfium2  # noqa: F401, a child that loads it by itself takes longer
    from PIL import PngImagePlugin  # noqa: F401

    from documents.renderers import binding, merge  # noqa: F401
    from documents.renderers.engine import Job, print_job

    kinds = ("portrait", "contents", "cover", "notes", "size-90", "size-85", "size-80")
    inside = "".join(
        f'<h{level} id="a{level}">1 Ready</h{level}><p>To <em>print</em> <strong>each</strong> '
        '<a href="#a2">piece</a>.</p><ul><li>A</li></ul>'
        for level in range(1, 6)
    )
    table = (
        '<table><colgroup><col/></colgroup><thead><tr><th scope="col">A</th></tr></thead>'
        '<tbody><tr class="total"><td class="figure">1.0</td></tr></tbody></table>'
    )
    parts = "".join([f'<div class="{kind}">{inside}{table}</div>' for kind in kinds])
    page = f'<html lang="en"><head><title>Ready</title></head><body>{parts}</body></html>'
    print_job(Job(page, ""))


def _print(bundle: Bundle) -> bytes:
    """Print a piece: what joining must know of it, and the PDF."""
    from documents.renderers.engine import describe_pages, print_job

    laid_out, pdf = print_job(_read_job(bundle))
    return pack(describe_pages(laid_out), [pdf])


def _measure(bundle: Bundle) -> bytes:
    """Lay a piece out and return what joining must know of it, without drawing its pages."""
    from documents.renderers.engine import describe_pages, lay_out

    return pack(describe_pages(lay_out(_read_job(bundle))))


def _print_section(bundle: Bundle) -> bytes:
    """Print a run of a section's blocks: how many pages it has and which blocks begin runs of
    them, and a PDF for each of these; nothing but that if the next run would begin elsewhere."""
    from documents.renderers.engine import find_starts, print_runs
    from documents.renderers.runs import space_out

    told, found = bundle.head, {}

    def choose(laid_out: Any) -> list[slice]:
        starts = find_starts(laid_out, frozenset(told["names"]))
        end = starts.get(told["until"]) if told["until"] else len(laid_out.pages)
        found["pages"] = None if end is None else end - told["skipped"]
        allowed = [(name, page) for name, page in starts.items() if name in told["cut"]]
        cuts = space_out(allowed, len(laid_out.pages))
        found["cuts"] = cuts
        borders = [told["skipped"], *[page for _, page in cuts], end]
        return [] if end is None else [slice(*pair) for pair in pairwise(borders)]

    _, files = print_runs(_read_job(bundle), choose)
    return pack(found, files)


def _append(bundle: Bundle) -> bytes:
    """Put the pages of PDFs that are only looked at one after the other."""
    import pikepdf

    whole = pikepdf.open(BytesIO(bundle.files[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)  # links need not lead anywhere
        for file in bundle.files[1:]:
            whole.pages.extend(pikepdf.open(BytesIO(file)).pages)
    target = BytesIO()
    whole.save(target, deterministic_id=True)
    return pack({}, [target.getvalue()])


def _print_whole(bundle: Bundle) -> bytes:
    """Print everything in one go, and bind it."""
    import pikepdf

    from documents.renderers.binding import Binding, bind
    from documents.renderers.engine import print_job

    _, pdf = print_job(_read_job(bundle))
    told = bundle.head["binding"]
    attachments = _read_attachments(bundle.head["attachments"], bundle.files)
    return bind(pikepdf.open(BytesIO(pdf)), Binding(**told), attachments)


def _join(bundle: Bundle) -> bytes:
    """Join pieces with their furniture, and bind them."""
    from documents.renderers.binding import Binding, bind
    from documents.renderers.merge import Furniture, join

    count = bundle.head["pieces"]
    pieces = [unpack(file) for file in bundle.files[:count]]
    around = [unpack(file).files[0] for file in bundle.files[count : count + 3]]
    furniture = Furniture(around[0], around[1], around[2], bundle.head["labels"])
    attachments = _read_attachments(bundle.head["attachments"], bundle.files)
    whole = join(pieces, bundle.head["sheets"], furniture)
    return bind(whole, Binding(**bundle.head["binding"]), attachments)


def _draw(bundle: Bundle) -> bytes:
    """Draw the pages of a PDF as PNG."""
    import pypdfium2

    drawn = []
    for page in pypdfium2.PdfDocument(bundle.files[0]):
        picture = page.render(scale=bundle.head["width"] / page.get_width()).to_pil()
        target = BytesIO()
        picture.save(target, "PNG", compress_level=1)
        drawn.append(target.getvalue())
    return pack({}, drawn)


def _read_job(bundle: Bundle) -> Any:
    from documents.renderers.engine import Job

    told = dict(bundle.head["job"])
    names = told.pop("pictures")
    return Job(**told, pictures=dict(zip(names, bundle.files, strict=False)))


def _read_attachments(told: list[dict[str, str]], files: tuple[bytes, ...]) -> list[Attachment]:
    """Return the attachments, whose bytes are the last files."""
    data = files[len(files) - len(told) :]
    return [Attachment(**each, data=file) for each, file in zip(told, data, strict=True)]


_TASKS: Mapping[str, Callable[[Bundle], bytes]] = {
    "measure": _measure,
    "print": _print,
    "print_section": _print_section,
    "append": _append,
    "print_whole": _print_whole,
    "join": _join,
    "draw": _draw,
}
