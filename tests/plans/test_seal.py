"""A file that may be chosen may also be confirmed."""

import os

import pytest
from django.conf import settings

from plans.planfile import FILE_LIMIT
from plans.views.lists import seal, unseal


@pytest.mark.slow
def test_the_largest_file_fits_the_form_that_confirms_it() -> None:
    raw = os.urandom(FILE_LIMIT)  # as a ZIP of pictures, which does not shrink
    sealed = seal(raw)
    assert len(sealed) + 10_000 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    assert unseal(sealed) == raw
