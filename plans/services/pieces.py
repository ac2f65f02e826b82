"""Where printed sections are kept between printings: a folder that may be deleted at any time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

FILL = 0.7
"""How much of what it may hold a folder keeps when it was full; the oldest goes."""
LOOKED_AT = 64
"""After so many new pieces the folder is measured."""


class FolderOfPieces:
    """Keeps bytes under keys of hex digits, at most about `most` bytes of them.

    Processes share it: a piece is whole or not there. What cannot be read or written is as if it
    were not kept.
    """

    def __init__(self, root: Path, *, most: int) -> None:
        self._root = root
        self._most = most

    def get(self, key: str) -> bytes | None:
        """Return what was put, None if it was not or is forgotten."""
        path = self._place(key)
        try:
            kept = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        return kept

    def put(self, key: str, piece: bytes) -> None:
        """Keep a piece; one that is too large for the folder is not kept."""
        if len(piece) > self._most * FILL:
            return
        path = self._place(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix="new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(piece)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
        if int(key[-6:], 16) % LOOKED_AT == 0:  # about once in so many pieces
            self.shrink()

    def shrink(self) -> int:
        """Forget what was not used for longest until the folder is within bounds; return how many
        pieces that were."""
        pieces = sorted(self._measure())
        held, gone = sum(size for _, size, _ in pieces), 0
        if held <= self._most:
            return 0
        for _, size, path in pieces:
            if held <= self._most * FILL:
                break
            path.unlink(missing_ok=True)
            held, gone = held - size, gone + 1
        return gone

    def _measure(self) -> list[tuple[float, int, Path]]:
        """Return when each piece was used last, its size and where it is."""
        found = []
        for path in self._root.glob("??/*"):
            with contextlib.suppress(OSError):
                told = path.stat()
                found.append((told.st_mtime, told.st_size, path))
        return found

    def _place(self, key: str) -> Path:
        return self._root / key[:2] / key


def open_pieces() -> FolderOfPieces:
    """Return the folder of this installation."""
    return FolderOfPieces(settings.PIECES_ROOT, most=settings.PIECES_BYTES)
