"""The words that every kind's content is made of: text, rich text, cells, rows with identities.

A kind's schema is a `Content` of these. Validation is strict: an unknown key, a number where
text belongs, or a control character is a fault with its path. Nothing here knows the database.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from documents import values
from plans import prose

CELL_LIMIT = 2_000
RICH_LIMIT = 200_000
ROW_LIMIT = 2_000
COLUMN_LIMIT = 60
KEY_LIMIT = 100
ROW_ID = re.compile(r"[a-z0-9]{1,12}")
# Control characters but the tab and the line end, and halves of characters.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ID_LETTERS = string.ascii_lowercase + string.digits

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read or stored: where, and a sentence."""

    path: Path
    message: str

    def __str__(self) -> str:
        return f"{show_path(self.path) or 'file'}: {printable(self.message)}"


class Faults(ValueError):
    """Content that cannot be taken; `faults` lists every reason. Nothing was stored."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def show_path(path: Path) -> str:
    """Return ("sections", 3, "title") as `sections[3].title`; "" for the whole."""
    steps = [f"[{step}]" if isinstance(step, int) else f".{shorten(step)}" for step in path]
    return "".join(steps).removeprefix(".")


def printable(text: str) -> str:
    """Return `text` on one line, what cannot be printed or sent replaced."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)


def shorten(text: str) -> str:
    """Return at most 60 characters of what somebody wrote, for a sentence about it."""
    text = printable(text)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _fault(message: str) -> PydanticCustomError:
    # Braces would be read as placeholders of the error's template.
    return PydanticCustomError("fault", "{message}", {"message": message})


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    refused = _REFUSED.search(text)
    if refused:
        what = "half a" if refused[0] >= "\ud800" else "a control"
        raise _fault(f"holds {what} character (U+{ord(refused[0]):04X})")
    return text.strip()


def _at_most(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text) > limit:
            raise _fault(f"is {len(text):,} characters long; at most {limit:,} are kept")
        return text

    return AfterValidator(check)


def _rich(text: str) -> str:
    try:
        return prose.clean(text)
    except ValueError as error:
        raise _fault(str(error)) from error


def _amount(text: str) -> str:
    try:
        values.parse_amount(text)
    except values.NotAnAmount as error:
        raise _fault(str(error)) from error
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+", text):
        raise _fault(f'"{shorten(text)}" is not a key: use a to z, 0 to 9 and hyphens')
    return text


def _column_key(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise _fault(f'"{shorten(text)}" is not a column key: a letter, then a to z, 0 to 9 and _')
    return text


def _row_id(text: str) -> str:
    if text and not ROW_ID.fullmatch(text):
        raise _fault(f'"{shorten(text)}" is not a row id: use 1 to 12 of a to z and 0 to 9')
    return text


def _year(text: str) -> str:
    try:
        return read_year(text)
    except ValueError as error:
        raise _fault(str(error)) from error


def read_year(text: str) -> str:
    """Return a financial year as "2008/09", however it is written.

    :raises ValueError: if it is not two consecutive years.
    """
    match = re.fullmatch(r"([12][0-9]{3})\s*[/–-]\s*([0-9]{4}|[0-9]{1,2})", text)
    if not match:
        raise ValueError(f'"{shorten(text)}" is not a financial year such as 2008/09')
    first, second = int(match[1]), match[2]
    expected = str(first + 1)
    if second not in (expected, expected[2:], str(int(expected[2:]))):
        raise ValueError(f'"{shorten(text)}" is not a financial year: {expected} follows {first}')
    return f"{first}/{expected[2:]}"


def read_plan_year(text: str) -> str:
    """Return the year of a plan as `read_year`; the years around it can then be named too.

    :raises ValueError: if it is none, or none of the years 1900/01 to 2199/00.
    """
    year = read_year(text)
    if not "1900" <= year[:4] < "2200":
        raise ValueError(f'"{year}" is no year that a plan can be for')
    return year


def _plan_year(text: str) -> str:
    try:
        return read_plan_year(text)
    except ValueError as error:
        raise _fault(str(error)) from error


def _text(**schema: Any) -> WithJsonSchema:
    """Say in the JSON Schema what the validators beside it refuse."""
    return WithJsonSchema({"type": "string", **schema})


Plain = Annotated[str, AfterValidator(_plain), _at_most(CELL_LIMIT), _text(maxLength=CELL_LIMIT)]
Cell = Plain
Amount = Annotated[
    str,
    AfterValidator(_plain),
    _at_most(CELL_LIMIT),
    AfterValidator(_amount),
    _text(maxLength=CELL_LIMIT, description="A number, or a status such as “to be set”"),
]
Rich = Annotated[
    str,
    AfterValidator(_plain),
    _at_most(RICH_LIMIT),
    AfterValidator(_rich),
    _at_most(RICH_LIMIT),  # cleaning may lengthen: "<" is written as "&lt;"
    _text(maxLength=RICH_LIMIT, contentMediaType="text/html"),
]
LongText = Annotated[str, AfterValidator(_plain), _at_most(RICH_LIMIT), _text(maxLength=RICH_LIMIT)]
Key = Annotated[
    str,
    AfterValidator(_plain),
    _at_most(KEY_LIMIT),
    AfterValidator(_key),
    _text(maxLength=KEY_LIMIT, pattern="^[a-z0-9-]+$"),
]
ColumnKey = Annotated[
    str,
    AfterValidator(_plain),
    _at_most(KEY_LIMIT),
    AfterValidator(_column_key),
    _text(maxLength=KEY_LIMIT, pattern="^[a-z][a-z0-9_]*$"),
]
RowId = Annotated[str, AfterValidator(_row_id), _text(pattern="^[a-z0-9]{0,12}$")]
FinancialYear = Annotated[
    str,
    AfterValidator(_plain),
    AfterValidator(_year),
    _text(pattern="^[12][0-9]{3} *[/–-] *([0-9]{4}|[0-9]{1,2})$"),
]
PlanYear = Annotated[
    str,
    AfterValidator(_plain),
    AfterValidator(_plan_year),
    _text(pattern="^(19|20|21)[0-9]{2} *[/–-] *([0-9]{4}|[0-9]{1,2})$"),
]
RowKind = Literal["row", "group", "subtotal", "total", "of_which"]


class Content(BaseModel):
    """Base of every schema: strict types, no unknown keys, keys dumped in the order declared."""

    model_config = ConfigDict(extra="forbid", strict=True, validate_default=False)


class Identified(Content):
    """Base of every row that bears an id; "" until the product gives it one."""

    id: RowId = ""


def in_column_order(cells: Mapping[str, str], columns: Iterable[str]) -> dict[str, str]:
    """Return the cells of these columns in their order, a missing one as "".

    Cells of other columns are faults, found by `unknown_columns` before.
    """
    return {column: cells.get(column, "") for column in columns}


def unknown_columns(
    cells: Mapping[str, Any], columns: Iterable[str], path: Path
) -> Iterator[Fault]:
    known = set(columns)
    for column in cells:
        if column not in known:
            yield Fault((*path, column), f'there is no column "{column}"')


def repeated(keys: Iterable[tuple[Path, str]], what: str) -> Iterator[Fault]:
    """Yield a fault for each key (with its path) that stood before; "" may stand often."""
    seen: set[str] = set()
    for path, key in keys:
        if key and key in seen:
            yield Fault(path, f'the {what} "{key}" is used twice')
        seen.add(key)


def read_faults(error: ValidationError, path: Path = ()) -> list[Fault]:
    """Return pydantic's errors as faults, in plain words, below `path`."""
    return [
        Fault((*path, *_clean_loc(e["loc"])), _say(e))  # type: ignore[arg-type]
        for e in error.errors(include_url=False)
    ]


def _clean_loc(loc: tuple[str | int, ...]) -> Path:
    return tuple(step for step in loc if not (isinstance(step, str) and "[" in step))


def _say(error: Mapping[str, Any]) -> str:
    kind, shown = error["type"], _show_value(error.get("input"))
    sentences = {
        "missing": "is required",
        "extra_forbidden": "is not a key that is known here",
        "string_type": f"must be text, not {shown}",
        "dict_type": f"must be an object, not {shown}",
        "model_type": f"must be an object, not {shown}",
        "list_type": f"must be a list, not {shown}",
        "bool_type": f"must be true or false, not {shown}",
        "int_type": f"must be a whole number, not {shown}",
        "string_unicode": "holds half a character",
    }
    if kind in sentences:
        return sentences[kind]
    if kind == "literal_error":
        return f"must be {_offer(error['ctx']['expected'])}, not {shown}"
    if kind in ("too_long", "too_short"):
        return _say_length(error)
    message: str = error["msg"]
    return message.removeprefix("Value error, ")


def _offer(expected: str) -> str:
    """Return pydantic's "'a', 'b' or ''" in the words of a sentence."""
    return expected.replace("''", "empty").replace("'", '"')


def _say_length(error: Mapping[str, Any]) -> str:
    context = error["ctx"]
    if error["type"] == "too_short":
        return "may not be empty"
    count = len(error["input"])
    return f"has {count:,} entries; at most {context['max_length']:,} are kept"


def _show_value(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{shorten(value)}"'
        case Mapping():
            return "an object"
        case list():
            return "a list"
        case _:
            return shorten(str(value))


# --- identities ------------------------------------------------------------------------------


def new_id(taken: set[str]) -> str:
    """Return a fresh row id that is not in `taken`, and take it."""
    while (fresh := "".join(secrets.choice(_ID_LETTERS) for _ in range(8))) in taken:
        pass
    taken.add(fresh)
    return fresh


def identified_rows(value: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Walk dumped content and yield every object that bears an "id", with its path."""
    if isinstance(value, dict):
        if "id" in value:
            yield path, value
        for key, item in value.items():
            yield from identified_rows(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from identified_rows(item, (*path, index))


def give_ids(section: dict[str, Any], *, taken: Iterable[str] = ()) -> None:
    """Give every row of a dumped section that lacks one an id, in place; never one of `taken`."""
    used = set(taken) | {row["id"] for _, row in identified_rows(section)}
    for _, row in identified_rows(section):
        if not row["id"]:
            row["id"] = new_id(used)


def repeated_ids(section: Any, path: Path = ()) -> Iterator[Fault]:
    """Yield a fault for each id that stands twice in one section."""
    keys = (((*where, "id"), row["id"]) for where, row in identified_rows(section, path))
    return repeated(keys, "row id")


__all__ = [
    "CELL_LIMIT",
    "COLUMN_LIMIT",
    "RICH_LIMIT",
    "ROW_LIMIT",
    "Amount",
    "Cell",
    "ColumnKey",
    "Content",
    "Fault",
    "Faults",
    "Field",
    "FinancialYear",
    "Identified",
    "Key",
    "LongText",
    "Path",
    "Plain",
    "PlanYear",
    "Rich",
    "RowId",
    "RowKind",
    "give_ids",
    "identified_rows",
    "in_column_order",
    "new_id",
    "read_faults",
    "read_plan_year",
    "read_year",
    "repeated",
    "repeated_ids",
    "show_path",
    "unknown_columns",
]
