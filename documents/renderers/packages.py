"""Word files and workbooks as packages: a ZIP whose bytes depend on nothing but its parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

from documents.blocks import Document, Imprint
from documents.renderers.markup import describe_document, escape
from documents.renderers.paper import describe_printing

CORE_PROPERTIES = "docProps/core.xml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_EARLIEST = 1980  # the first year that a ZIP knows


def write_package(parts: Mapping[str, bytes], on: date) -> bytes:
    """Return the parts as a ZIP in their order, all of one day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, (max(on.year, _EARLIEST), on.month, on.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            package.writestr(info, data)
    return out.getvalue()


def read_package(data: bytes) -> dict[str, bytes]:
    """Return the parts of a ZIP by name, in its order."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def write_core_properties(document: Document, imprint: Imprint) -> bytes:
    """Return title, author, language and dates as both kinds of file hold them."""
    at = f"{imprint.printed_on.isoformat()}T00:00:00Z"
    return (
        f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(describe_document(document))}</dc:title>"
        f"<dc:subject>{escape(document.subtitle or document.title)}</dc:subject>"
        f"<dc:creator>{escape(document.cover.council)}</dc:creator>"
        f"<dc:description>{escape(describe_printing(imprint))}</dc:description>"
        f"<cp:lastModifiedBy>{escape(document.cover.council)}</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified>'
        f"<dc:language>{escape(document.language)}</dc:language>"
        f"<cp:version>{imprint.version}</cp:version></cp:coreProperties>"
    ).encode()
