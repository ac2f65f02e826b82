"""What a Word file holds besides its text: lists, settings, heads and feet of pages, and its parts
as a package."""

from __future__ import annotations

from collections.abc import Mapping

from documents.blocks import Document, Imprint
from documents.renderers.manuscript import BULLETS, Manuscript
from documents.renderers.markup import escape
from documents.renderers.packages import CORE_PROPERTIES, XML, write_core_properties, write_package
from documents.renderers.paper import TEXT_WIDTH, describe_printing, is_marked
from documents.renderers.word_styles import FONT, NAMESPACES, write_styles

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_LANDSCAPE, _PORTRAIT = "landscape", "portrait"

# Parts of every file: name, kind of content, kind of relationship.
_PARTS = (
    ("styles", f"{_WORD}.styles+xml", "styles"),
    ("numbering", f"{_WORD}.numbering+xml", "numbering"),
    ("settings", f"{_WORD}.settings+xml", "settings"),
    ("header1", f"{_WORD}.header+xml", "header"),
    ("header2", f"{_WORD}.header+xml", "header"),
    ("footer1", f"{_WORD}.footer+xml", "footer"),
    ("footer2", f"{_WORD}.footer+xml", "footer"),
    ("footer3", f"{_WORD}.footer+xml", "footer"),
)
COVER_HEADER, PAGE_HEADER = "rheader1", "rheader2"
COVER_FOOTER = "rfooter1"
PAGE_FOOTERS = {_PORTRAIT: "rfooter2", _LANDSCAPE: "rfooter3"}


def write_file(body: str, script: Manuscript, document: Document, imprint: Imprint) -> bytes:
    """Return the file with this body."""
    charts = script.charts
    word = imprint.state if is_marked(imprint) else ""
    parts = {
        "[Content_Types].xml": _write_content_types(charts),
        "_rels/.rels": _write_package_relations(),
        CORE_PROPERTIES: write_core_properties(document, imprint).decode(),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": _write_relations(script, charts),
        "word/styles.xml": write_styles(document.language, script.palette, imprint.branding.cover),
        "word/numbering.xml": _write_numbering(script),
        "word/settings.xml": _write_settings(document.language),
        "word/header1.xml": _write_header("", word),
        "word/header2.xml": _write_header(_describe_head(document), word),
        "word/footer1.xml": _write_footer("", _PORTRAIT, numbered=False),
        "word/footer2.xml": _write_footer(describe_printing(imprint), _PORTRAIT, numbered=True),
        "word/footer3.xml": _write_footer(describe_printing(imprint), _LANDSCAPE, numbered=True),
        **{f"word/charts/{name}": chart for name, chart in charts.items()},
    }
    files = {name: _as_xml(text) for name, text in parts.items()}
    files |= {f"word/media/{image.name}": image.data for image in script.images.values()}
    return write_package(files, imprint.printed_on)


def _as_xml(text: str) -> bytes:
    return (text if text.startswith("<?xml") else XML + text).encode()


# --- the package --------------------------------------------------------------------------------


def _write_content_types(charts: Mapping[str, str]) -> str:
    parts = [(f"/word/{name}.xml", kind) for name, kind, _ in _PARTS]
    parts += [
        ("/word/document.xml", f"{_WORD}.document.main+xml"),
        (f"/{CORE_PROPERTIES}", "application/vnd.openxmlformats-package.core-properties+xml"),
        *(
            (f"/word/charts/{name}", _CHART)
            for name in charts
        ),
    ]  # fmt: skip
    defaults = {
        "rels": "application/vnd.openxmlformats-package.relationships+xml",
        "xml": "application/xml",
        "png": "image/png",
        "jpeg": "image/jpeg",
    }
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        + "".join([f'<Default Extension="{a}" ContentType="{b}"/>' for a, b in defaults.items()])
        + "".join([f'<Override PartName="{a}" ContentType="{b}"/>' for a, b in parts])
        + "</Types>"
    )


def _write_package_relations() -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="r2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
        f'Target="{CORE_PROPERTIES}"/></Relationships>'
    )


def _write_relations(script: Manuscript, charts: Mapping[str, str]) -> str:
    relations = [(f"r{name}", kind, f"{name}.xml", "") for name, _, kind in _PARTS]
    relations += [
        (f"r{image.name.partition('.')[0]}", "image", f"media/{image.name}", "")
        for image in script.images.values()
    ]
    relations += [(f"r{name.partition('.')[0]}", "chart", f"charts/{name}", "") for name in charts]
    relations += [
        (name, "hyperlink", escape(href), ' TargetMode="External"')
        for href, name in script.addresses.items()
    ]
    written = [
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>'
        for name, kind, target, mode in relations
    ]
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(written)}</Relationships>'


def _write_settings(language: str) -> str:
    """Fields, the contents among them, are brought up to date when the file is opened."""
    return (
        f'<w:settings {NAMESPACES}><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/><w:updateFields w:val="true"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        f'<w:themeFontLang w:val="{escape(language)}"/></w:settings>'
    )


# --- heads and feet of pages ----------------------------------------------------------------------


def _describe_head(document: Document) -> str:
    cover = document.cover
    return ", ".join(text for text in (cover.unit or document.title, cover.year) if text)


def _write_header(words: str, watermark: str) -> str:
    drawn = _draw_watermark(watermark) if watermark else ""
    text = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>' if words else ""
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{text}{drawn}</w:p>'
    return f"<w:hdr {NAMESPACES}>{paragraph}</w:hdr>"


def _draw_watermark(state: str) -> str:
    """Return the state's word across the page, as Word draws watermarks."""
    word = escape(state.upper())
    style = (
        f"position:absolute;margin-left:0;margin-top:0;width:{min(480, 95 * len(state))}pt;"
        "height:130pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;"
        "mso-position-horizontal-relative:margin;mso-position-vertical:center;"
        "mso-position-vertical-relative:margin"
    )
    return (
        '<w:r><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" '
        'adj="10800" path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
        '<v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
        '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
        '<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>'
        '<v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="custom" '
        'o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>'
        '<v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="Watermark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="{word}" '
        f'style="{style}" o:allowincell="f" fillcolor="#eef1f4" stroked="f">'
        f'<v:textpath style="font-family:&quot;{FONT}&quot;;font-size:1pt" string="{word}"/>'
        "</v:shape></w:pict></w:r>"
    )


def _write_footer(words: str, way: str, *, numbered: bool) -> str:
    right = round(TEXT_WIDTH["landscape" if way == _LANDSCAPE else "portrait"] * 20)
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{right}"/></w:tabs>'
    text = f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>' if words else ""
    page = (
        '<w:r><w:tab/></w:r><w:r><w:t xml:space="preserve">Page </w:t></w:r>'
        f'{_write_field("PAGE")}<w:r><w:t xml:space="preserve"> of </w:t></w:r>'
        f"{_write_field('NUMPAGES')}"
    )
    properties = f'<w:pPr><w:pStyle w:val="Footer"/>{tabs}</w:pPr>'
    inner = text + (page if numbered else "")
    return f"<w:ftr {NAMESPACES}><w:p>{properties}{inner}</w:p></w:ftr>"


def _write_field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'


# --- lists ----------------------------------------------------------------------------------------


def _write_numbering(script: Manuscript) -> str:
    """Two shapes of list, and for each numbered list its own count."""
    bullets = [_write_level(depth, "bullet", "•–"[depth % 2]) for depth in range(9)]
    numbers = [
        _write_level(depth, ("decimal", "lowerLetter", "lowerRoman")[depth % 3], f"%{depth + 1}.")
        for depth in range(9)
    ]
    lists = [
        f'<w:num w:numId="{BULLETS + place}"><w:abstractNumId w:val="1"/>'
        + "".join(
            [
                f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/>'
                "</w:lvlOverride>"
                for depth in range(9)
            ]
        )
        + "</w:num>"
        for place, start in enumerate(script.starts, 1)
    ]
    return (
        f"<w:numbering {NAMESPACES}>{_write_shape(0, bullets)}{_write_shape(1, numbers)}"
        f'<w:num w:numId="{BULLETS}"><w:abstractNumId w:val="0"/></w:num>{"".join(lists)}'
        "</w:numbering>"
    )


def _write_shape(place: int, levels: list[str]) -> str:
    return (
        f'<w:abstractNum w:abstractNumId="{place}"><w:multiLevelType w:val="multilevel"/>'
        f"{''.join(levels)}</w:abstractNum>"
    )


def _write_level(depth: int, form: str, sign: str) -> str:
    left = 360 * (depth + 1)
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{sign}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{left}" w:hanging="360"/></w:pPr></w:lvl>'
    )
