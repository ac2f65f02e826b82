"""ZIP files of a plan with its pictures: what cannot be unpacked is refused in a sentence."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from plans.content import Faults
from plans.services.archives import read_upload
from tests.plans.samples import every_kind, plan_value

DAMAGED = "file: the ZIP file is damaged, encrypted or of an unknown kind"


def zipped(method: int) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", method) as archive:
        archive.writestr("plan.json", json.dumps(plan_value(every_kind())))
    return target.getvalue()


@pytest.mark.parametrize("method", [ZIP_LZMA, ZIP_BZIP2])
def test_a_compression_that_the_product_does_not_write_is_refused(method: int) -> None:
    with pytest.raises(Faults) as refused:
        read_upload(zipped(method))
    assert str(refused.value) == DAMAGED


@pytest.mark.parametrize("place", range(60, 1000, 47))
def test_a_damaged_member_is_refused(place: int) -> None:
    data = bytearray(zipped(ZIP_DEFLATED))
    data[place : place + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(Faults) as refused:
        read_upload(bytes(data))
    assert str(refused.value) == DAMAGED
