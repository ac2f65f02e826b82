"""The renderers: each turns a whole tree into bytes and knows neither plans nor budgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Told after each step: steps done, steps in all. What it raises ends the rendering."""


class PrintFailed(Exception):
    """The document cannot be put into the format; the message is a sentence for its authors."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the document: the plan file, the tables as a workbook."""

    name: str
    content_type: str
    description: str
    data: bytes


class PieceStore(Protocol):
    """Keeps what was printed, by a key that says all it was made from; it may forget."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, piece: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Supplies:
    """What a rendering may use beside tree and imprint.

    `pictures` are PNG or JPEG files by their SHA-256 in hex, the branding's logo among them.
    `attachments` go into files that can hold others. `pieces` keeps printed sections between
    printings; without it everything is printed anew, to the same bytes.
    """

    pictures: Mapping[str, bytes] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    pieces: PieceStore | None = None
    progress: Progress | None = None

    def tell(self, done: int, of: int) -> None:
        """Tell how far the rendering is, if anybody asked."""
        if self.progress:
            self.progress(done, of)


NOTHING = Supplies()
