"""What a picture's head says of it, for files that hold pictures as they are."""

from __future__ import annotations

import io
import warnings

from PIL import Image


def measure_image(data: bytes) -> tuple[str, int, int] | None:
    """Return "png" or "jpeg", width and height in pixels; None for what is neither.

    Only the picture's head is read; its pixels are left alone.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                return (image.format or "").lower(), *image.size
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
