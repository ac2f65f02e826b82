"""Makes a file of printed pages: what it says of itself, what travels in it, how it is written.

The same for pages that were printed in pieces and for those printed in one go. Nothing comes from
the clock: dates and the file's id are those of the imprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from documents.renderers import Attachment

PRODUCER = f"Planwright, WeasyPrint {version('weasyprint')}"
_PRINTED = 4  # the flag of an annotation that is also printed
_SRGB = "sRGB2014.icc"


@dataclass(frozen=True, slots=True)
class Binding:
    """What the file says of itself. `day` is as in "2008-04-01"; `identifier` 32 hex digits that
    stand for all it was made from; an archive is PDF/A-3 besides PDF/UA-1."""

    title: str
    author: str
    subject: str
    language: str
    day: str
    identifier: str
    archive: bool = False


def bind(pdf: pikepdf.Pdf, binding: Binding, attachments: Sequence[Attachment]) -> bytes:
    """Return the file, with its metadata and attachments."""
    _describe(pdf, binding)
    _attach(pdf, attachments, binding.day)
    if binding.archive:
        _add_output_intent(pdf)
        _draw_pictures_as_they_are(pdf)
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            annotation.F = _PRINTED
    identifier = bytes.fromhex(binding.identifier)
    pdf.trailer.ID = Array([String(identifier), String(identifier)])
    target = BytesIO()
    pdf.save(
        target,
        deterministic_id=True,
        min_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return target.getvalue()


def _describe(pdf: pikepdf.Pdf, binding: Binding) -> None:
    day = f"D:{binding.day.replace('-', '')}"
    told = {
        "/Title": binding.title,
        "/Author": binding.author,
        "/Subject": binding.subject,
        "/CreationDate": day,
        "/ModDate": day,
        "/Producer": PRODUCER,
    }
    pdf.trailer.Info = pdf.make_indirect(Dictionary({k: String(v) for k, v in told.items() if v}))
    root = pdf.Root
    root.Lang = String(binding.language)
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    stream = pdf.make_stream(_write_metadata(binding).encode())
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    root.Metadata = stream


def _write_metadata(binding: Binding) -> str:
    """Return the metadata as XMP; an archive says what kind it is and explains `pdfuaid`."""
    archive = _ARCHIVE if binding.archive else ""
    subject = (
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(binding.subject)}</rdf:li>'
        "</rdf:Alt></dc:description>"
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" '
        'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
        "<pdfuaid:part>1</pdfuaid:part>"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(binding.title)}</rdf:li>'
        "</rdf:Alt></dc:title>"
        f"<dc:creator><rdf:Seq><rdf:li>{escape(binding.author)}</rdf:li></rdf:Seq></dc:creator>"
        f"{subject if binding.subject else ''}"
        f"<dc:language><rdf:Bag><rdf:li>{escape(binding.language)}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:CreateDate>{binding.day}</xmp:CreateDate>"
        f"<xmp:ModifyDate>{binding.day}</xmp:ModifyDate>"
        f"<pdf:Producer>{PRODUCER}</pdf:Producer>"
        f'</rdf:Description>{archive}</rdf:RDF></x:xmpmeta>\n<?xpacket end="r"?>'
    )


_ARCHIVE = (
    '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
    "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance></rdf:Description>"
    '<rdf:Description rdf:about="" '
    'xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>"
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>"
    '<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
    "<pdfaProperty:name>part</pdfaProperty:name>"
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    "<pdfaProperty:category>internal</pdfaProperty:category>"
    "<pdfaProperty:description>The part of ISO 14289 that the file follows"
    "</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def _attach(pdf: pikepdf.Pdf, attachments: Sequence[Attachment], day: str) -> None:
    """Embed the files, as files that belong to the whole document."""
    if not attachments:
        return
    listed: list[Any] = []
    ordered = sorted(attachments, key=lambda each: each.name)
    for each in ordered:
        listed += [String(each.name), pdf.make_indirect(_write_filespec(pdf, each, day))]
    if Name.Names not in pdf.Root:
        pdf.Root.Names = Dictionary()
    pdf.Root.Names.EmbeddedFiles = Dictionary(Names=Array(listed))
    pdf.Root.AF = Array(listed[1::2])


def _write_filespec(pdf: pikepdf.Pdf, attachment: Attachment, day: str) -> Dictionary:
    stream = pdf.make_stream(attachment.data)
    stream.Type = Name.EmbeddedFile
    stream.Subtype = Name(f"/{attachment.content_type}")
    dated = String(f"D:{day.replace('-', '')}")
    digest = hashlib.md5(attachment.data, usedforsecurity=False).digest()
    stream.Params = Dictionary(
        Size=len(attachment.data), CreationDate=dated, ModDate=dated, CheckSum=String(digest)
    )
    source = attachment.content_type == "application/json"
    return Dictionary(
        Type=Name.Filespec,
        F=String(attachment.name),
        UF=String(attachment.name),
        Desc=String(attachment.description),
        AFRelationship=Name.Source if source else Name.Data,
        EF=Dictionary(F=stream, UF=stream),
    )


def _draw_pictures_as_they_are(pdf: pikepdf.Pdf) -> None:
    """Let no picture of an archived file be smoothed, which each reader would do its own way."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == Name.Image:
            thing.Interpolate = False


def _add_output_intent(pdf: pikepdf.Pdf) -> None:
    """Say what the colours of an archived file mean: sRGB, with its profile."""
    profile = pdf.make_stream(files("weasyprint.pdf").joinpath(_SRGB).read_bytes())
    profile.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB2014"),
        Info=String("sRGB2014"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
