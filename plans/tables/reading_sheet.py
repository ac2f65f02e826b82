"""The XML parts of a workbook, read by events: shared strings, small parts, cells of a sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from documents.spreadsheets import GENERAL, is_date_format, show_date, show_number
from plans.tables.keeping import DAMAGED, TOO_MUCH, Keeper, unify_lines
from plans.tables.sheets import (
    BLANK,
    CELL_LIMIT,
    TEXT_LIMIT,
    NotReadable,
    SheetCell,
    cell_name,
)


def local_name(name: str) -> str:
    return name[name.rfind(" ") + 1 :]


class PartReader:
    """What the parser tells of a part; the readers below keep what they need."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, words: str) -> None: ...


class Collector(PartReader):
    """Collects the attributes of elements of some names; `inside`: only within such a one."""

    LIMIT = 70_000

    def __init__(self, names: set[str], inside: Mapping[str, str] | None = None) -> None:
        self._found: dict[str, list[dict[str, str]]] = {name: [] for name in names}
        self._inside, self._open = inside or {}, set[str]()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = local_name(name)
        self._open.add(local)
        if local in self._found and self._inside.get(local, local) in self._open:
            found = self._found[local]
            if len(found) >= self.LIMIT:
                raise NotReadable(TOO_MUCH)
            found.append({local_name(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._open.discard(local_name(name))

    def of(self, name: str) -> list[dict[str, str]]:
        return self._found[name]


class StringReader(PartReader):
    """Reads the texts that the cells of a workbook share; how words sound is left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._wanted = self._sounded = False
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = local_name(name)
        if local == "si":
            self._pieces, self._length = [], 0
        elif local == "rPh":
            self._sounded = True
        elif local == "t":
            self._wanted = not self._sounded

    def end(self, name: str) -> None:
        local = local_name(name)
        if local == "si":
            if len(self.strings) >= TEXT_LIMIT // 4:
                raise NotReadable(TOO_MUCH)
            self.strings.append(_unescape("".join(self._pieces)))
        elif local == "rPh":
            self._sounded = False
        elif local == "t":
            self._wanted = False

    def text(self, words: str) -> None:
        if self._wanted:
            self._length += len(words)
            if self._length > CELL_LIMIT:
                raise NotReadable(TOO_MUCH)
            self._pieces.append(words)


def _unescape(text: str) -> str:
    """Return text with the characters that a workbook spells: _x000D_ is a carriage return."""
    if "_x" not in text:
        return text
    text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves meet, or go
    return unify_lines(text)


class SheetReader(PartReader):
    """Reads one sheet's cells as they show; a formula is its last value."""

    def __init__(
        self,
        keeper: Keeper,
        strings: list[str],
        formats: list[tuple[int, str]],
        *,
        since_1904: bool,
    ) -> None:
        self._keeper, self._strings, self._formats = keeper, strings, formats
        self._since_1904 = since_1904
        self._row = self._column = -1
        self._type = self._style = ""
        self._pieces: list[str] = []
        self._length = 0
        self._wanted = self._is_formula = self._has_value = self._sounded = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = local_name(name)
        if local == "c":
            self._begin_cell(attributes)
        elif local == "row":
            self._row = read_count(attributes.get("r"), self._row + 2) - 1
            self._column = -1
        elif local == "v":
            self._wanted = self._has_value = True
        elif local == "t":
            self._wanted = self._has_value = not self._sounded
        elif local == "f":
            self._is_formula = True
        elif local == "rPh":
            self._sounded = True

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._pieces, self._length = [], 0
        self._is_formula = self._has_value = False
        place = attributes.get("r")
        if place is None:
            self._column += 1
        else:
            self._row, self._column = _read_place(place)

    def end(self, name: str) -> None:
        local = local_name(name)
        if local in ("v", "t"):
            self._wanted = False
        elif local == "rPh":
            self._sounded = False
        elif local == "c":
            self._keeper.keep(self._row, self._column, self._cell())

    def text(self, words: str) -> None:
        if self._wanted:
            self._length += len(words)
            if self._length > CELL_LIMIT:
                raise NotReadable(
                    f"Cell {cell_name(self._row, self._column)} holds more than "
                    f"{CELL_LIMIT:,} characters."
                )
            self._pieces.append(words)

    def _cell(self) -> SheetCell:
        raw = "".join(self._pieces)
        if not raw and not self._has_value:
            return SheetCell(fault=NO_VALUE) if self._is_formula else BLANK
        try:
            return _SHOWN.get(self._type, _show_unknown)(self, raw)
        except (ValueError, IndexError, ArithmeticError, OverflowError):
            return SheetCell(raw[:60], fault="cannot be read; type what it should hold")

    def _show_number(self, raw: str) -> SheetCell:
        if not raw:
            return SheetCell(fault=NO_VALUE) if self._is_formula else BLANK
        style = int(self._style)
        format_id, words = self._formats[style] if style < len(self._formats) else (0, GENERAL)
        if is_date_format(format_id, words):
            return SheetCell(show_date(raw, since_1904=self._since_1904))
        return SheetCell(show_number(raw, words), is_number=True)

    def _show_shared(self, raw: str) -> SheetCell:
        if int(raw) < 0:
            raise IndexError(raw)
        return SheetCell(self._strings[int(raw)])

    def _show_text(self, raw: str) -> SheetCell:
        return SheetCell(_unescape(raw))

    def _show_truth(self, raw: str) -> SheetCell:
        return SheetCell("Yes" if raw.strip() == "1" else "No")

    def _show_error(self, raw: str) -> SheetCell:
        return SheetCell(raw[:60], fault="is an error of the spreadsheet; put its formula right")

    def _show_day(self, raw: str) -> SheetCell:
        year, month, day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d).*", raw.strip()).groups()  # type: ignore[union-attr]
        return SheetCell(f"{day}/{month}/{year}")


def _show_unknown(reader: SheetReader, raw: str) -> SheetCell:
    return SheetCell(raw[:60], fault="is of a sort that is not known; type what it should hold")


_SHOWN: Mapping[str, Callable[[SheetReader, str], SheetCell]] = {
    "n": SheetReader._show_number,
    "s": SheetReader._show_shared,
    "str": SheetReader._show_text,
    "inlineStr": SheetReader._show_text,
    "b": SheetReader._show_truth,
    "e": SheetReader._show_error,
    "d": SheetReader._show_day,
}


def read_count(text: str | None, otherwise: int) -> int:
    """Return a row's number, the following one where the sheet does not say it."""
    if text is None:
        return otherwise
    if not re.fullmatch(r"[0-9]{1,9}", text) or text.strip("0") == "":
        raise NotReadable(DAMAGED)
    return int(text)


def _read_place(place: str) -> tuple[int, int]:
    """Return the row and column, counted from 0, of a cell such as "D14"."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,7})\$?([1-9][0-9]{0,8})", place)
    if not match:
        raise NotReadable(DAMAGED)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


NO_VALUE = "is a formula that was never worked out; open the workbook, save it, and try again"
