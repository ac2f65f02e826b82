"""Word files as Word reads them: the order of what stands in its elements, tracked changes taken
or refused."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

# The order in which ECMA-376 wants what stands in these; Word refuses a file without it.
_LOOK = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd "
    "fitText vertAlign rtl cs em lang"
)
_EDGES = "top left start bottom right end insideH insideV between bar"
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr "
    "suppressLineNumbers pBdr shd tabs suppressAutoHyphens spacing ind contextualSpacing jc "
    "textAlignment outlineLvl rPr sectPr pPrChange",
    "rPr": f"ins del moveFrom moveTo {_LOOK}",
    "numPr": "ilvl numId",
    "pBdr": _EDGES,
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tblPr": "tblStyle tblpPr tblOverlap tblW jc tblCellSpacing tblInd tblBorders shd tblLayout "
    "tblCellMar tblLook tblCaption tblDescription",
    "tblBorders": _EDGES,
    "tblCellMar": _EDGES,
    "tr": "trPr tc",
    "trPr": "gridBefore gridAfter cantSplit trHeight tblHeader jc hidden ins del trPrChange",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection vAlign hideMark cellIns "
    "cellDel",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar pgBorders "
    "pgNumType cols",
    "sdt": "sdtPr sdtEndPr sdtContent",
    "docPartObj": "docPartGallery docPartCategory docPartUnique",
    "styles": "docDefaults latentStyles style",
    "style": "name aliases basedOn next link uiPriority semiHidden unhideWhenUsed qFormat locked "
    "pPr rPr tblPr trPr tcPr tblStylePr",
    "numbering": "numPicBullet abstractNum num",
    "abstractNum": "nsid multiLevelType tmpl name lvl",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlJc pPr rPr",
    "settings": "view zoom trackRevisions defaultTabStop characterSpacingControl updateFields "
    "footnotePr endnotePr compat rsids themeFontLang decimalSymbol listSeparator",
    "chartSpace": "date1904 lang roundedCorners style chart spPr txPr externalData",
    "chart": "title autoTitleDeleted plotArea legend plotVisOnly dispBlanksAs",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap axId",
    "lineChart": "grouping varyColors ser dLbls marker smooth axId",
    "ser": "idx order tx spPr invertIfNegative marker dPt dLbls cat val smooth",
    "dLbls": "numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent "
    "showBubbleSize",
    "scaling": "logBase orientation max min",
    **dict.fromkeys(
        ("catAx", "valAx"),
        "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark "
        "tickLblPos spPr txPr crossAx crosses auto crossBetween majorUnit",
    ),
}
_OURS = ("wordprocessingml", "drawingml/2006/chart")  # other vocabularies share some names
_PLACES = {name: {each: at for at, each in enumerate(told.split())} for name, told in ORDER.items()}
_UNSPOKEN = {"Gap", "PaperEnd"}  # paragraphs that only keep tables and papers apart


def name_of(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def assert_in_order(element: Any) -> None:
    """Fail where what stands in an element is not in the order that Word wants."""
    for each in element.iter("*"):
        if name_of(each) in _PLACES and any(ours in each.tag for ours in _OURS):
            names = [name_of(child) for child in each]
            places = [_PLACES[name_of(each)][name] for name in names]
            assert places == sorted(places), f"{name_of(each)}: {names}"


def assert_file_in_order(data: bytes) -> int:
    """Fail where a part of the file is out of order; return how many parts there are."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        names = [name for name in package.namelist() if name.startswith("word/")]
        parts = [package.read(name) for name in names if name.endswith(".xml")]
    for part in parts:
        assert_in_order(parse_xml(part))
    return len(parts)


# --- tracked changes ------------------------------------------------------------------------------


def settle(body: Any, *, accept: bool) -> None:
    """Take all tracked changes of a body, or refuse all, as Word does."""
    drop, keep = (qn("w:del"), qn("w:ins"))[:: 1 if accept else -1]
    for row in _find_ended(body, "w:tr", f"{qn('w:trPr')}/{drop}"):
        _remove(row)
    for table in _find_ended(body, "w:tbl", qn("w:tr"), found=False):
        _remove(table)
    for change in _find_around_words(body, drop):
        _remove(change)
    for change in _find_around_words(body, keep):
        _unwrap(change)
    for paragraph in _find_ended(body, "w:p", f"{qn('w:pPr')}/{qn('w:rPr')}/{drop}"):
        _join_with_next(paragraph)


def _find_ended(body: Any, name: str, path: str, *, found: bool = True) -> list[Any]:
    """Return the elements of a name that have something at a path, or have it not."""
    return [each for each in body.iter(qn(name)) if (each.find(path) is not None) == found]


def _find_around_words(body: Any, tag: str) -> list[Any]:
    """Return the changes of words, without the marks of rows and of the ends of paragraphs."""
    changes = list(body.iter(tag))
    return [each for each in changes if name_of(each.getparent()) not in ("rPr", "trPr")]


def _remove(element: Any) -> None:
    if element.getparent() is not None:
        element.getparent().remove(element)


def _unwrap(change: Any) -> None:
    parent = change.getparent()
    at = parent.index(change)
    parent[at : at + 1] = list(change)


def _join_with_next(paragraph: Any) -> None:
    """A paragraph whose end went is one with the next; before a table only an empty one can go."""
    following = paragraph.getnext()
    words = [child for child in paragraph if child.tag != qn("w:pPr")]
    if following is not None and following.tag == qn("w:p"):
        at = 1 if following.find(qn("w:pPr")) is not None else 0
        following[at:at] = words
        _remove(paragraph)
    elif following is not None and not _read(paragraph):
        _remove(paragraph)


def list_lines(body: Any) -> Iterator[str | list[str]]:
    """Yield what a body says, in order: each paragraph's text, of each row of a table the texts of
    those cells that say anything."""
    for element in body:
        if element.tag == qn("w:tbl"):
            yield from filter(None, map(_read_row, element.iter(qn("w:tr"))))
        elif element.tag == qn("w:p") and _style_of(element) not in _UNSPOKEN:
            yield _read(element)


def _read_row(row: Any) -> list[str]:
    cells = (" ".join(filter(None, map(_read, cell.iter(qn("w:p"))))) for cell in row)
    return [text for text in cells if text]


def _read(paragraph: Any) -> str:
    texts = {qn("w:t"), qn("w:delText")}
    return "".join(each.text or "" for each in paragraph.iter() if each.tag in texts)


def _style_of(paragraph: Any) -> str:
    style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if style is None else style.get(qn("w:val"))
