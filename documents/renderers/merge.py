"""Joins printed pieces to one PDF: pages, tags, anchors, bookmarks, links, and what stands around.

Each piece is tagged PDF as the engine wrote it. Their structure trees become one below one root;
the numbers by which pages and links find their tags are moved on; links into another piece, which
were printed as addresses of nowhere, lead there; running head, foot and watermark are put over and
under each page as artifacts, which a screen reader leaves out.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from documents.renderers.bundles import ELSEWHERE, Bundle
from documents.renderers.paper import NUMBERED, SHEETS, Sheet

_ARTIFACT = b"/Artifact <</Type /Pagination>> BDC q /%s Do Q EMC\n"


class CannotMerge(Exception):
    """The pieces do not fit together; they must be printed in one go."""


@dataclass(slots=True)
class _Joined:
    """What has been gathered from the pieces so far, for the trees of the whole."""

    parents: list[tuple[int, Any]] = field(default_factory=list)
    anchors: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    next_parent: int = 0


def join(pieces: Sequence[Bundle], sheets: Sequence[Sheet], furniture: Furniture) -> pikepdf.Pdf:
    """Return the pieces as one document.

    Each bundle is what `describe_pages` said and one PDF; `sheets` has one for each page of all.

    :raises CannotMerge: if a piece is no tagged PDF as expected.
    """
    try:
        return _join(pieces, sheets, furniture)
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, pikepdf.PdfError) as error:
        raise CannotMerge(f"{type(error).__name__}: {error}") from error


def _join(pieces: Sequence[Bundle], sheets: Sequence[Sheet], furniture: Furniture) -> pikepdf.Pdf:
    whole = pikepdf.open(BytesIO(pieces[0].files[0]))
    joined = _Joined()
    root = whole.Root.StructTreeRoot
    document = root.K[0]
    _take_tree(root, list(whole.pages), joined)
    _take_anchors(whole.Root, joined)
    for piece in pieces[1:]:
        _append(whole, document, piece.files[0], joined)
    _write_trees(whole, joined)
    _write_outline(whole, pieces)
    _add_furniture(whole, sheets, furniture)
    return whole


def _append(whole: pikepdf.Pdf, document: Any, data: bytes, joined: _Joined) -> None:
    """Append the pages of one piece, and its tags below the document's own."""
    source = pikepdf.open(BytesIO(data))
    start = len(whole.pages)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)  # anchors are joined below
        whole.pages.extend(source.pages)
    root = whole.copy_foreign(source.Root.StructTreeRoot)
    _take_tree(root, [whole.pages[at] for at in range(start, len(whole.pages))], joined)
    for element in root.K[0].K:
        element.P = document
        document.K.append(element)
    if Name.Names in source.Root:
        _take_anchors(
            Dictionary(Names=whole.copy_foreign(source.make_indirect(source.Root.Names))), joined
        )


def _take_tree(root: Any, pages: Iterable[pikepdf.Page], joined: _Joined) -> None:
    """Move on the numbers by which pages and links of a piece find their tags, and gather both."""
    offset = joined.next_parent
    for page in pages:
        page.obj.StructParents = int(page.obj.StructParents) + offset
        for annotation in page.obj.get("/Annots", []):
            if Name.StructParent in annotation:
                annotation.StructParent = int(annotation.StructParent) + offset
            _resolve(annotation)
    for number, tags in _pairs(root.ParentTree.Nums):
        joined.parents.append((int(number) + offset, tags))
        joined.next_parent = max(joined.next_parent, int(number) + offset + 1)
    if Name.IDTree in root:
        joined.ids |= {str(name): tag for name, tag in _pairs(root.IDTree.Names)}


def _resolve(annotation: Any) -> None:
    """Turn a link into another piece from an address of nowhere into the name of a place."""
    action = annotation.get("/A")
    address = str(action.get("/URI", "")) if action is not None else ""
    if address.startswith(ELSEWHERE):
        annotation.Dest = String(address.removeprefix(ELSEWHERE))
        del annotation["/A"]


def _take_anchors(root: Any, joined: _Joined) -> None:
    if Name.Names in root and Name.Dests in root.Names:
        for name, place in _pairs(root.Names.Dests.Names):
            joined.anchors.setdefault(str(name), place)


def _pairs(flat: Any) -> Iterable[tuple[Any, Any]]:
    values = list(flat)
    return zip(values[::2], values[1::2], strict=True)


def _write_trees(whole: pikepdf.Pdf, joined: _Joined) -> None:
    root = whole.Root.StructTreeRoot
    root.ParentTree = whole.make_indirect(
        Dictionary(Nums=_flatten(sorted(joined.parents, key=_first)))
    )
    root.ParentTreeNextKey = joined.next_parent
    if joined.ids:
        root.IDTree = whole.make_indirect(Dictionary(Names=_flatten_names(joined.ids)))
    whole.Root.Names = Dictionary(Dests=Dictionary(Names=_flatten_names(joined.anchors)))


def _first(pair: tuple[int, Any]) -> int:
    return pair[0]


def _flatten(pairs: Iterable[tuple[Any, Any]]) -> Array:
    return Array([value for pair in pairs for value in pair])


def _flatten_names(named: Mapping[str, Any]) -> Array:
    return _flatten((String(name), named[name]) for name in sorted(named))


# --- bookmarks -----------------------------------------------------------------------------------


def _write_outline(whole: pikepdf.Pdf, pieces: Sequence[Bundle]) -> None:
    """Write the bookmarks of all pieces, each below the last one of a higher level."""
    with whole.open_outline() as outline:
        outline.root.clear()
        open_items: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
        start = 0
        for piece in pieces:
            for level, label, page, left, top in piece.head["bookmarks"]:
                item = OutlineItem(label, start + page, "XYZ", left=left, top=top, zoom=0)
                while open_items[-1][0] >= level:
                    open_items.pop()
                open_items[-1][1].append(item)
                open_items.append((level, item.children))
            start += len(piece.head["sections"])


# --- what stands around the pages ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands around the pages, as PDFs: what `write_surroundings` tells of, and pages of
    labels for the right of the running head and of the foot; which label each page has, -1 for
    none."""

    surroundings: bytes
    heads: bytes
    numbers: bytes
    labels: Sequence[tuple[int, int]]


def _add_furniture(whole: pikepdf.Pdf, sheets: Sequence[Sheet], furniture: Furniture) -> None:
    """Put each page between the watermark of its sheet and its own running head and foot."""
    if not len(whole.pages) == len(sheets) == len(furniture.labels):
        raise CannotMerge(f"{len(whole.pages)} pages, {len(sheets)} sheets")
    alike = [f"ground-{sheet}" for sheet in SHEETS]
    alike += [f"{place}-{sheet}" for sheet in NUMBERED for place in ("head", "foot")]
    forms = dict(zip(alike, _read_forms(whole, furniture.surroundings), strict=True))
    for kind, data in (("section", furniture.heads), ("number", furniture.numbers)):
        forms |= {f"{kind}-{at}": form for at, form in enumerate(_read_forms(whole, data))}
    for page, sheet, (head, number) in zip(whole.pages, sheets, furniture.labels, strict=True):
        over = []
        if sheet in NUMBERED:
            named = [f"section-{head}"] if head >= 0 else []
            over = [f"head-{sheet}", *named, f"foot-{sheet}", f"number-{number}"]
        under = _add_forms(page, [f"ground-{sheet}"], forms)
        page.contents_add(under + b"q\n", prepend=True)
        page.contents_add(b"\nQ\n" + _add_forms(page, over, forms))


def _read_forms(whole: pikepdf.Pdf, data: bytes) -> list[Any]:
    """Return each page of a PDF as a form of the whole."""
    source = pikepdf.open(BytesIO(data))
    return [whole.copy_foreign(page.as_form_xobject()) for page in source.pages]


def _add_forms(page: pikepdf.Page, names: Iterable[str], forms: Mapping[str, Any]) -> bytes:
    """Return what draws forms on a page as artifacts; pages share the names of their forms."""
    added = [page.add_resource(forms[name], Name.XObject, Name(f"/{name}")) for name in names]
    return b"".join([_ARTIFACT % str(name)[1:].encode() for name in added])
