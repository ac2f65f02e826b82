"""Reads a tagged PDF back: the text of pages and of tags, the headers of cells."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

_PAIRS = re.compile(rb"<([0-9a-f]+)>\s*<([0-9a-f]+)>", re.IGNORECASE)


@dataclass
class Tag:
    """A node of the structure tree: its kind, its own text and what is below it."""

    kind: str
    node: Any
    text: str = ""
    children: list[Tag] = field(default_factory=list)

    def walk(self):
        yield self
        for child in self.children:
            yield from child.walk()

    def words(self) -> str:
        return " ".join("".join(each.text for each in self.walk()).split())

    def all(self, *kinds: str) -> list[Tag]:
        return [each for each in self.walk() if each.kind in kinds]


class PdfText:
    """The text of a PDF by page, and by the number of each marked piece of content."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(data))
        self._maps: dict[Any, dict[int, str]] = {}
        self.marked: dict[tuple[Any, int], str] = defaultdict(str)
        self.artifacts: dict[int, str] = defaultdict(str)
        self.pages = [self._read_page(number, page) for number, page in enumerate(self.pdf.pages)]

    def _read_page(self, number: int, page: Any) -> str:
        read = self._read_content(page, page.Resources, number, page.objgen)
        return " ".join("".join(read).split())

    def _read_content(self, content: Any, resources: Any, number: int, page: Any) -> list[str]:
        font: dict[int, str] = {}
        marks: list[int | None] = []
        read: list[str] = []
        for operands, operator in pikepdf.parse_content_stream(content):
            match str(operator):
                case "Tf":
                    font = self._read_font(resources.Font[operands[0]])
                case "BMC":
                    marks.append(None)
                case "BDC":
                    marks.append(int(operands[1].get("/MCID", -1)))
                case "EMC":
                    marks.pop()
                case "Tj" | "TJ":
                    text = "".join(self._decode(each, font) for each in _strings(operands[0]))
                    self._keep(text, marks, number, page)
                    read.append(text)
                case "ET":
                    read.append(" ")
                case "Do":
                    form = resources.XObject[operands[0]]
                    if form.get("/Subtype") == "/Form":
                        read.extend(self._read_content(form, form.Resources, number, page))
        return read

    def _keep(self, text: str, marks: list[int | None], number: int, page: Any) -> None:
        if marks and marks[-1] is not None:
            self.marked[(page, marks[-1])] += text
        else:
            self.artifacts[number] += text

    def _read_font(self, font: Any) -> dict[int, str]:
        if font.objgen not in self._maps:
            table = bytes(font.ToUnicode.read_bytes())
            self._maps[font.objgen] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
                for code, text in _PAIRS.findall(table.partition(b"beginbfchar")[2])
            }
        return self._maps[font.objgen]

    def _decode(self, raw: bytes, font: dict[int, str]) -> str:
        codes = [raw[at] << 8 | raw[at + 1] for at in range(0, len(raw), 2)]
        return "".join(font.get(code, "") for code in codes)

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
                piece = Tag("text", None, self.marked[(node.Pg.objgen, int(kid))] + " ")
                tag.children.append(piece)
        return tag

    def headers_of(self, tree: Tag) -> dict[str, list[str]]:
        """Return for every data cell with text, by "page table row column": its headers' words."""
        names = {str(each.node.ID): each.words() for each in tree.all("TH")}
        found = {}
        for each in tree.all("TD"):
            headers = each.node.A.get("/Headers", [])
            found[each.words()] = [names[str(name)] for name in headers]
        return found


def _strings(operand: Any) -> list[bytes]:
    if isinstance(operand, pikepdf.Array):
        return [bytes(each) for each in operand if isinstance(each, pikepdf.String)]
    return [bytes(operand)]
