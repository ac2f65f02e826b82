"""Reads a tagged PDF back: the text of pages and of tags, where it stands, the headers of cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

from tests.documents.pdf_content import Fonts, Painter, Spot


@dataclass
class Tag:
    """A node of the structure tree: its kind, its own text, where that stands, what is below."""

    kind: str
    node: Any
    text: str = ""
    spots: list[Spot] = field(default_factory=list)
    children: list[Tag] = field(default_factory=list)

    def walk(self) -> Iterator[Tag]:
        yield self
        for child in self.children:
            yield from child.walk()

    def words(self) -> str:
        return " ".join("".join(each.text for each in self.walk()).split())

    def all(self, *kinds: str) -> list[Tag]:
        return [each for each in self.walk() if each.kind in kinds]

    def places(self) -> list[Spot]:
        """Return where its words stand, blanks left out."""
        return [spot for each in self.walk() for spot in each.spots if spot.text.strip()]

    def pages(self) -> list[int]:
        """Return the pages that its words stand on, from 0, in order, each once."""
        return sorted({spot.page for spot in self.places()})


class PdfText:
    """The text of a PDF by page, and by the number of each marked piece of content."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(data))
        self.spots: list[Spot] = []
        self._marked: dict[tuple[Any, int], list[Spot]] = defaultdict(list)
        fonts: Fonts = {}
        self.pages = [self._read(page, n, fonts) for n, page in enumerate(self.pdf.pages)]

    def _read(self, page: Any, number: int, fonts: Fonts) -> str:
        painter = Painter(number, fonts)
        painter.paint(page, page.Resources)
        self.spots.extend(painter.spots)
        for spot in painter.spots:
            if spot.mark is not None:
                self._marked[(page.objgen, spot.mark)].append(spot)
        return " ".join("".join(painter.text).split())

    def artifacts(self, page: int) -> str:
        """Return what stands on a page, from 0, and belongs to no tag: running head and foot."""
        texts = [each.text for each in self.spots if each.page == page and each.mark is None]
        return " ".join(" ".join(texts).split())

    # --- structure ------------------------------------------------------------------------

    def tree(self) -> Tag:
        return self._read_tag(self.pdf.Root.StructTreeRoot.K[0])

    def _read_tag(self, node: Any) -> Tag:
        tag = Tag(str(node.S)[1:], node)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                if kid.get("/Type") == "/StructElem":
                    tag.children.append(self._read_tag(kid))
            else:
                spots = self._marked[(node.Pg.objgen, int(kid))]
                text = "".join(spot.text for spot in spots) + " "
                tag.children.append(Tag("text", None, text, spots))
        return tag

    def headers_of(self, tree: Tag) -> dict[str, list[str]]:
        """Return for every data cell with text, by its text: its headers' words."""
        names = {str(each.node.ID): each.words() for each in tree.all("TH")}
        found = {}
        for each in tree.all("TD"):
            headers = each.node.A.get("/Headers", [])
            found[each.words()] = [names[str(name)] for name in headers]
        return found
