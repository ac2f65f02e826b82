"""The styles of a Word file: what its headings, tables, notes and covers look like."""

from __future__ import annotations

from documents.renderers.manuscript import DEEPEST_HEADING
from documents.renderers.markup import escape
from documents.renderers.palette import LINK, QUIET, RULE, TEXT, Palette
from documents.renderers.paper import TEXT_WIDTH
from documents.renderers.widths import SIZES

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:o="urn:schemas-microsoft-com:office:office"'
)
FONT = "Calibri"


def write_styles(language: str, palette: Palette, cover: str) -> str:
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
        f'<w:color w:val="{TEXT}"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        f'<w:lang w:val="{escape(language)}"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
        '<w:spacing w:after="140" w:line="271" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        f"</w:docDefaults>{''.join(_list_styles(palette, cover))}</w:styles>"
    )


def _list_styles(palette: Palette, cover: str) -> list[str]:
    quiet = f'<w:color w:val="{QUIET}"/>'
    colour = palette.colour
    styles = [
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>",
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>',
        '<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/>'
        f'<w:rPr><w:color w:val="{LINK}"/><w:u w:val="single"/></w:rPr></w:style>',
        *_list_cover_styles(colour, cover),
        _style("TOCHeading", "TOC Heading", f"<w:keepNext/>{_space(0, 200)}",
               f"<w:b/>{_ink(colour)}{_size(20)}"),
        _style("Caption", "caption", f"<w:keepNext/>{_space(200, 80)}",
               f"<w:b/>{_ink(colour)}{_size(10.5)}"),
        _style("CaptionSmall", "Caption beside others", f"<w:keepNext/>{_space(60, 40)}",
               f"<w:b/>{_ink(colour)}{_size(9.5)}"),
        _style("Drawing", "Drawing", f"{_space(0, 60)}", ""),
        _style("Note", "Table note", _space(0, 40), _size(8.5)),
        _style("Told", "Drawing in words", _space(40, 120), f"{quiet}{_size(9)}"),
        _style("Gap", "Table gap", '<w:spacing w:before="0" w:after="60" w:line="120" '
               'w:lineRule="exact"/>', _size(4)),
        _style("PaperEnd", "Paper end", '<w:spacing w:before="0" w:after="0" w:line="20" '
               'w:lineRule="exact"/>', _size(1)),
        _style(
            "Statement",
            "Statement",
            f'<w:keepLines/><w:pBdr><w:top w:val="single" w:sz="6" w:space="6" '
            f'w:color="{colour}"/></w:pBdr>{_space(480, 0)}',
            quiet,
        ),
        _style("Quote", "Quote", _margins(500), "<w:i/>"),
        _style("ListParagraph", "List Paragraph", _space(0, 70), ""),
        _style("Missing", "Missing picture", _space(0, 140), f"<w:i/>{quiet}"),
        _style("Header", "header", _space(0, 0), f"{quiet}{_size(8.5)}"),
        _style("Footer", "footer", _space(0, 0), f"{quiet}{_size(8.5)}"),
    ]  # fmt: skip
    for level in range(1, DEEPEST_HEADING + 1):
        styles += _list_heading_styles(level, colour)
    for level in range(1, 4):
        indent = f'<w:ind w:left="{240 * (level - 1)}"/>'
        strong = "<w:b/>" if level == 1 else ""
        above = 120 if level == 1 else 30
        paragraph = f"{_TO_PAGE}{_space(above, 30)}{indent}"
        styles.append(_style(f"TOC{level}", f"toc {level}", paragraph, strong))
    styles += [
        _style(
            f"Cell{size * 10:.0f}",
            f"Table text {size:g}",
            '<w:spacing w:before="0" w:after="0" w:line="245" w:lineRule="auto"/>',
            _size(size),
        )
        for size in SIZES
    ]
    return [*styles, _write_table_style(colour)]


def _list_cover_styles(colour: str, cover: str) -> list[str]:
    """Return how the cover's lines look: on a band of the council's colour, or plain on paper."""
    quiet = f'<w:color w:val="{QUIET}"/>'
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'
        for side, size, space in (("top", 96, 0), ("left", 48, 8), ("bottom", 96, 0))
    )
    edge = f"<w:pBdr>{edges}</w:pBdr>"
    ground = f'{edge}<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/>'
    band, ink = (ground, _ink("FFFFFF")) if cover == "band" else ("", _ink(colour))
    around = _margins(240) if cover == "band" else ""

    def line(key: str, name: str, before: int, after: int, look: str) -> str:
        paragraph = f"<w:keepNext/>{band}{_space(before, after)}{around}"
        return _style(key, name, paragraph, look)

    return [
        _style("Logo", "Cover logo", _space(0, 160), ""),
        _style("Council", "Cover council", _space(0, 40), f"<w:b/>{_ink(colour)}{_size(18)}"),
        _style("Directorate", "Cover directorate", _space(0, 1800), f"{quiet}{_size(13)}"),
        line("Unit", "Cover unit", 240, 60, f"{ink}{_size(19)}"),
        line("Title", "Title", 0, 120, f"<w:b/>{ink}{_size(36)}"),
        line("Subtitle", "Subtitle", 0, 60, f"{ink}{_size(15)}"),
        line("Year", "Cover year", 0, 240, f"{ink}{_size(22)}"),
        _style("CoverGap", "Cover gap", _space(0, 360), ""),
        _style("Fact", "Cover fact", _space(60, 60), _size(11)),
        _style("Printing", "Cover printing", _space(480, 0), quiet),
    ]


_TO_PAGE = (
    '<w:tabs><w:tab w:val="right" w:leader="dot" '
    f'w:pos="{TEXT_WIDTH["portrait"] * 20:.0f}"/></w:tabs>'
)
_HEADING_SIZES = (20.0, 15.0, 12.5, 11.5)


def _list_heading_styles(level: int, colour: str) -> list[str]:
    """A level's heading, and the same for headings within a section, out of the contents."""
    size = _HEADING_SIZES[min(level, len(_HEADING_SIZES)) - 1]
    outline = f'<w:outlineLvl w:val="{level - 1}"/>'
    paragraph = f"<w:keepNext/><w:keepLines/>{_space(360 if level < 3 else 240, 120)}{outline}"
    look = f"<w:b/>{_ink(colour)}{_size(size)}"
    smaller = f"<w:b/>{_ink(colour)}{_size(min(size, 12.0))}"
    return [
        _style(f"Heading{level}", f"heading {level}", paragraph, look, follows="Normal"),
        _style(f"Within{level}", f"Heading {level} within", paragraph, smaller, follows="Normal"),
    ]


def _style(key: str, name: str, paragraph: str, run: str, *, follows: str = "") -> str:
    following = f'<w:next w:val="{follows}"/>' if follows else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="Normal"/>{following}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _space(before: int, after: int) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}"/>'


def _margins(left: int) -> str:
    return f'<w:ind w:left="{left}" w:right="{left}"/>'


def _size(points: float) -> str:
    return f'<w:sz w:val="{points * 2:.0f}"/><w:szCs w:val="{points * 2:.0f}"/>'


def _ink(colour: str) -> str:
    return f'<w:color w:val="{colour}"/>'


def _write_table_style(colour: str) -> str:
    line = f'w:val="single" w:sz="4" w:space="0" w:color="{RULE}"'
    strong = f'w:val="single" w:sz="8" w:space="0" w:color="{colour}"'
    return (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name '
        'w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        '</w:style><w:style w:type="table" w:styleId="PlanTable"><w:name w:val="Plan table"/>'
        '<w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>'
        f"<w:top {strong}/><w:bottom {strong}/><w:insideH {line}/><w:insideV {line}/>"
        '</w:tblBorders><w:tblCellMar><w:top w:w="30" w:type="dxa"/><w:left w:w="60" '
        'w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )
