"""The folder of printed pieces: whole or not there, bounded, no loss when it is deleted."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plans.services.pieces import FolderOfPieces

KEYS = [f"{number:064x}" for number in range(1, 11)]


@pytest.fixture
def folder(tmp_path: Path) -> FolderOfPieces:
    return FolderOfPieces(tmp_path / "pieces", most=1_000)


def test_what_is_put_is_got(folder: FolderOfPieces) -> None:
    folder.put(KEYS[0], b"page")

    assert folder.get(KEYS[0]) == b"page"
    assert folder.get(KEYS[1]) is None


def test_a_deleted_folder_is_an_empty_one(folder: FolderOfPieces, tmp_path: Path) -> None:
    folder.put(KEYS[0], b"page")
    shutil.rmtree(tmp_path / "pieces")

    assert folder.get(KEYS[0]) is None
    folder.put(KEYS[0], b"again")
    assert folder.get(KEYS[0]) == b"again"


def test_a_full_folder_forgets_what_was_not_used_for_longest(
    folder: FolderOfPieces, tmp_path: Path
) -> None:
    for age, key in enumerate(reversed(KEYS)):
        folder.put(key, bytes(150))
        [path] = (tmp_path / "pieces").glob(f"*/{key}")
        os.utime(path, (age, age))
    folder.get(KEYS[-1])  # the oldest, used now

    assert folder.shrink() == 6
    assert [key for key in KEYS if folder.get(key)] == [*KEYS[:3], KEYS[-1]]


def test_a_piece_that_fills_the_folder_is_not_kept(folder: FolderOfPieces) -> None:
    folder.put(KEYS[0], bytes(900))

    assert folder.get(KEYS[0]) is None


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "pieces").write_text("a file, no folder")
    folder = FolderOfPieces(tmp_path / "pieces", most=1_000)
    folder.put(KEYS[0], b"page")

    assert folder.get(KEYS[0]) is None


def test_two_who_put_the_same_piece_leave_it_whole(folder: FolderOfPieces, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: folder.put(KEYS[0], b"page" * 50), range(200)))

    assert folder.get(KEYS[0]) == b"page" * 50
    assert len(list((tmp_path / "pieces").glob("*/*"))) == 1
