"""Puts right what WeasyPrint leaves out of the tags of a PDF, or gets wrong.

* The headers of every cell, from the table's real grid: the engine's own are wrong below a head
  that spans rows, and reach only the first column of one that spans columns.
* `/Scope` of every header, and the `/IDTree` that names them.
* `/Summary` of every table, its caption: that of a table over several pages stands on the first
  only, and its figures on the others would not say whose they are.
* A link's `/Contents`, which says where it leads: its words instead of its address.
* `/ActualText` of a cell that says with an arrow what a reader aloud says in words.

It reads boxes of the layout that are not WeasyPrint's public interface; a test guards them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pydyf
from weasyprint.document import Document
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder


def finish(document: Document, pdf: pydyf.PDF, *, prefix: str = "") -> None:
    """Correct the tags of a finished document, before it is written.

    `prefix` begins the ids, so that those of documents that are joined differ.
    """
    names: dict[str, Any] = {}
    for page in document.pages:
        for box in _walk(page._page_box):
            if isinstance(box, boxes.TableBox):
                grid = _Grid(names, prefix)
                grid.read(box)
                _summarise(box, grid.marks, pdf)
            _describe_link(box)
    _add_names(pdf, names)


def _walk(root: Any) -> Iterator[Any]:
    waiting = [root]
    while waiting:
        box = waiting.pop()
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        yield box
        waiting.extend(reversed(getattr(box, "children", ())))


def _summarise(table: Any, marks: list[Any], pdf: pydyf.PDF) -> None:
    """Let the tag above the cells of a table say its caption."""
    caption = None if table.element is None else table.element.find("caption")
    if caption is None or not marks:
        return
    mark = marks[0]
    while mark["S"] != "/Table":
        mark = pdf.objects[int(mark["P"].split()[0])]
    words = " ".join("".join(caption.itertext()).split())
    mark["A"] = pydyf.Dictionary({"O": "/Table", "Summary": pydyf.String(words)})


def _describe_link(box: Any) -> None:
    annotation = getattr(box, "link_annotation", None)
    if not annotation or box.element is None:
        return
    words = box.element.get("title") or " ".join("".join(box.element.itertext()).split())
    if words:
        annotation["Contents"] = pydyf.String(words)


def _say(cell: Any) -> None:
    said = cell.element.get("data-said")
    if said:
        cell.mark["ActualText"] = pydyf.String(said)


def _add_names(pdf: pydyf.PDF, names: dict[str, Any]) -> None:
    root = next((o for o in pdf.objects if _is_structure_root(o)), None)
    if root is None or not names:
        return
    pairs = [part for key in sorted(names) for part in (pydyf.String(key), names[key])]
    tree = pydyf.Dictionary({"Names": pydyf.Array(pairs)})
    pdf.add_object(tree)
    root["IDTree"] = tree.reference


def _is_structure_root(thing: Any) -> bool:
    return isinstance(thing, dict) and thing.get("Type") == "/StructTreeRoot"


@dataclass(slots=True)
class _Grid:
    """The headers met so far in one table: by column, by row, and of the present group of rows."""

    names: dict[str, Any]
    prefix: str
    columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    group: list[str] = field(default_factory=list)
    marks: list[Any] = field(default_factory=list)

    def read(self, table: Any) -> None:
        """Name the headers of a table, then tell every cell its own."""
        cells: list[tuple[Any, range, range, list[str]]] = []
        number = 0
        for row_group in table.children:
            self.group = []
            for row in row_group.children:
                for cell in row.children:
                    if getattr(cell, "mark", None) is None or cell.element is None:
                        continue
                    _say(cell)
                    self.marks.append(cell.mark)
                    across = range(cell.grid_x, cell.grid_x + cell.colspan)
                    down = range(number, number + cell.rowspan)
                    if cell.element_tag == "th":
                        self._name_header(cell, across, down)
                    else:
                        cells.append((cell.mark, across, down, self.group))
                number += 1
        for mark, across, down, group in cells:
            self._point(mark, [*group, *self._over(across), *self._beside(down)])

    def _name_header(self, cell: Any, across: range, down: range) -> None:
        scope = cell.element.get("scope", "col")
        name = f"{self.prefix}h{cell.mark.number}"
        cell.mark["ID"] = pydyf.String(name)
        cell.mark["A"]["Scope"] = "/Row" if scope.startswith("row") else "/Column"
        self.names[name] = cell.mark.reference
        if scope == "rowgroup":
            self.group = [name]
        elif scope == "row":
            self._point(cell.mark, [*self.group, *self._over(across)])
            for place in down:
                self.rows[place].append(name)
        else:
            self._point(cell.mark, self._over(across))
            for place in across:
                self.columns[place].append(name)

    def _over(self, across: range) -> Iterable[str]:
        return [name for place in across for name in self.columns[place]]

    def _beside(self, down: range) -> Iterable[str]:
        return [name for place in down for name in self.rows[place]]

    def _point(self, mark: Any, headers: Iterable[str]) -> None:
        """Set a cell's headers; a cell that has none loses the engine's."""
        names = list(dict.fromkeys(headers))
        if names:
            mark["A"]["Headers"] = pydyf.Array([pydyf.String(name) for name in names])
        else:
            mark["A"].pop("Headers", None)
