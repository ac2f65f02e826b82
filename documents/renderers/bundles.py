"""A head of plain values and some files as one run of bytes: what goes to the printing process,
what comes back, and what is kept of a printed piece."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ELSEWHERE = "https://elsewhere.invalid/#"
"""Stands in a piece for what is in another; joining the pieces resolves it."""


class BrokenBundle(ValueError):
    """The bytes are no bundle, or end early."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`head` is what JSON can say; `files` are in the order the head speaks of them."""

    head: Mapping[str, Any]
    files: tuple[bytes, ...] = ()


def pack(head: Mapping[str, Any], files: Sequence[bytes] = ()) -> bytes:
    """Return a bundle as bytes; the same values give the same bytes."""
    told = {"head": head, "sizes": [len(file) for file in files]}
    line = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return b"".join([line, b"\n", *files])


def unpack(data: bytes) -> Bundle:
    """Return the bundle that `pack` wrote.

    :raises BrokenBundle: if it did not write these bytes, or not all of them are there.
    """
    line, _, rest = data.partition(b"\n")
    try:
        told = json.loads(line)
        head, sizes = told["head"], told["sizes"]
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenBundle("the first line is none of a bundle") from error
    files, at = [], 0
    for size in sizes:
        files.append(rest[at : at + size])
        at += size
    if at != len(rest):
        raise BrokenBundle(f"{len(rest)} bytes follow the first line, not {at}")
    return Bundle(head, tuple(files))
