"""Pictures of a Word file: measured, placed at their size or in the room they have, with words."""

from __future__ import annotations

from documents.blocks import Branding, Picture
from documents.renderers.images import measure_image
from documents.renderers.manuscript import (
    Image,
    Manuscript,
    Setting,
    write_caption,
    write_paragraph,
    write_text,
)
from documents.renderers.markup import escape
from documents.renderers.paper import TEXT_HEIGHT, TEXT_WIDTH

_EMU = 12700  # in a point
_PIXEL = 0.75  # points
_LOGO = (200.0, 62.0)  # points, at most, as in print


def write_logo(branding: Branding, script: Manuscript) -> str:
    """Return the council's logo; "" without one, or where its bytes are not at hand."""
    image = _find_image(branding.logo, script) if branding.logo else None
    if image is None:
        return ""
    alt = branding.logo_alt or "The council’s logo"
    return write_paragraph(_draw_image(image, alt, script, *_LOGO), Setting("Logo"))


def write_picture(picture: Picture, script: Manuscript) -> str:
    """A picture that is missing, or is none, is a sentence in its place."""
    alt = picture.alt or picture.caption or f"Picture {picture.name}"
    image = _find_image(picture.digest, script)
    if image is None:
        sentence = f"The picture “{picture.name}” is missing. It shows: {alt}."
        return write_paragraph(write_text(sentence), Setting("Missing"))
    source = f"Source: {picture.source}" if picture.source else ""
    caption = ". ".join(text.rstrip(".") for text in (picture.caption, source) if text)
    widest = TEXT_WIDTH[script.orientation]
    drawn = _draw_image(image, alt, script, widest, TEXT_HEIGHT[script.orientation] - 60)
    return write_caption(caption) + write_paragraph(drawn)


def _find_image(digest: str, script: Manuscript) -> Image | None:
    """Return a picture's part, measured the first time; None for what is no PNG or JPEG."""
    if digest in script.images:
        return script.images[digest]
    data = script.pictures.get(digest)
    measured = measure_image(data) if data else None
    if data is None or measured is None:
        return None
    suffix, width, height = measured
    image = Image(f"image{len(script.images) + 1}.{suffix}", data, width, height)
    script.images[digest] = image
    return image


def _draw_image(
    image: Image, alt: str, script: Manuscript, most_wide: float, most_high: float
) -> str:
    """Return a run with the picture at its size, but no larger than its room in points."""
    scale = min(1.0, most_wide / (image.width * _PIXEL), most_high / (image.height * _PIXEL))
    wide = max(1, round(image.width * _PIXEL * scale * _EMU))
    high = max(1, round(image.height * _PIXEL * scale * _EMU))
    place = script.next_id()
    name = f"rimage{image.name.removeprefix('image').partition('.')[0]}"
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent '
        f'cx="{wide}" cy="{high}"/><wp:docPr id="{place}" name="Picture {place}" '
        f'descr="{escape(alt)}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{place}" name="{image.name}" descr="{escape(alt)}"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/>'
        '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext '
        f'cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
