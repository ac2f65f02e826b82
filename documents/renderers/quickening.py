"""Does quickly what the print engine does slowly: the same file comes out.

WeasyPrint finds the font of each line of text anew, calculates the sides of each box anew, and
tries the rules of footnotes and forms on every element. This replaces functions that are not its
public interface; the version is pinned, and `tests/documents/test_quickening.py` compares the
files to the byte. What is not as simple as nearly everything is, is left to the engine's own.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pydyf
from weasyprint import CSS
from weasyprint.css import functions
from weasyprint.css.counters import CounterStyle
from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes
from weasyprint.html import UA
from weasyprint.layout import page, percent
from weasyprint.text import fonts, line_break
from weasyprint.text.ffi import ffi, gobject, pango

_COMPRESSION = 6  # of zlib: 9 takes twice as long for a hundredth of the size
_NEVER_MATH = frozenset({str, int, float, bool, type(None), Dimension})
_NOT_OF_ONE_LINE = re.compile("[\t\n\r\u2028\u2029]")
_SIDES = ("top", "right", "bottom", "left")
_CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")
_SQUARE = {f"border_{corner}_radius": (0, 0) for corner in _CORNERS}
_SIZES = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *(f"{limit}{way}" for limit in ("", "min_", "max_") for way in ("width", "height")),
)
_FEATURES = (
    "font_kerning",
    *(
        f"font_variant_{kind}"
        for kind in ("ligatures", "position", "caps", "numeric", "alternates", "east_asian")
    ),
    "font_feature_settings",
)
_MEASURES = (
    "ascent",
    *(
        f"{line}_{what}"
        for line in ("underline", "strikethrough")
        for what in ("position", "thickness")
    ),
)


def quicken() -> None:
    """Have this process print so from now on."""
    _replace(functions.check_math, _check_math)
    _replace(percent.resolve_percentages, _resolve_percentages)
    _replace(percent.resolve_radii_percentages, _resolve_radii)
    _replace(page.set_page_type_computed_styles, _style_page)
    _replace(line_break._font_style_cache_key, _name_font)
    layout = line_break.Layout
    layout.setup, layout.set_text = _set_up, _set_text
    layout.deactivate, layout.reactivate = _let_go, _take_up
    pydyf._to_bytes = _to_bytes
    pydyf.Dictionary.data = property(_write_dictionary)
    pydyf.Stream.data = property(_write_stream)


def _replace(old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Put a function in the place of another wherever the engine has imported it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint") and getattr(module, old.__name__, None) is old:
            setattr(module, old.__name__, new)


# --- rules and sizes -----------------------------------------------------------------------------


@cache
def load_usual_rules() -> CSS:
    """Return the engine's own stylesheet without what a plan never has: notes, forms, and words at
    the sides and the middle of a margin."""
    forms = r"input|select|textarea|button|fieldset|:is\(input"
    margins = r" *@(footnote|note-area|\w+-\w+-corner|\w+-center|(left|right)-\w+) "
    rules = re.sub(rf"^(::(foot)?note|{forms}|{margins}).*\n", "", UA, flags=re.MULTILINE)
    rules = rules.replace("\n::marker", "\nli::marker")
    return CSS(string=rules, counter_style=CounterStyle())


_style_any_page = page.set_page_type_computed_styles


def _style_page(page_type: Any, html: Any, style_for: Any) -> None:
    """Find the styles of a page, without looking through those of all the pages before."""
    style_for.get_cascaded_styles().clear()
    _style_any_page(page_type, html, style_for)


_check_any_math = functions.check_math


def _check_math(token: Any) -> Any:
    """Say whether a value has to be calculated."""
    if token.__class__ in _NEVER_MATH:
        return None
    if token.__class__ is tuple:
        return any(_check_math(each) for each in token if each.__class__ not in _NEVER_MATH)
    return _check_any_math(token)


_calculate_sizes = percent.resolve_percentages


def _resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set the sizes of a box, which are those of the last with its style in as large a block."""
    style = box.style
    if isinstance(box, boxes.PageBox) or style["border_collapse"] == "collapse":
        _calculate_sizes(box, containing_block)
        return
    if isinstance(containing_block, boxes.Box):
        around = containing_block.width, containing_block.height
    else:
        around = tuple(containing_block)
    known = style.__dict__.setdefault("known_sizes", {})
    sizes = known.get(around)
    if sizes is None:
        _calculate_sizes(box, containing_block)
        known[around] = {name: box.__dict__[name] for name in _SIZES}
    else:
        box.__dict__.update(sizes)


_calculate_radii = percent.resolve_radii_percentages


def _resolve_radii(box: Any) -> None:
    """Set the rounding of a box's corners, mostly none."""
    told = box.style.__dict__
    if told.get("is_square"):
        box.__dict__.update(_SQUARE)
        return
    _calculate_radii(box)
    told["is_square"] = all((0, "px") in box.style[name] for name in _SQUARE)


# --- text ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Font:
    """What lines of text of one style share; `measures` are for lines under and through them."""

    context: Any
    language: Any
    description: Any
    features: Any
    measures: Mapping[str, float | None]


def _find_font(style: Any) -> _Font:
    """Return the font of a style, found once for all styles that are alike in it."""
    font: _Font | None = style.__dict__.get("known_font")
    if font is None:
        name = _name_font(style, include_size=True)
        decorated = style["text_decoration_line"] != "none"
        key = (name, style["direction"], style["font_kerning"], decorated)
        known = style.font_config.__dict__.setdefault("known_fonts", {})
        font = known.get(key)
        if font is None:
            font = known[key] = _describe_font(style)
        style.known_font = font
    return font


_name_font_slowly = line_break._font_style_cache_key


def _name_font(style: Any, include_size: bool = False) -> str:
    """Return what the engine keeps the measures of a font under."""
    names = style.__dict__.setdefault("known_names", {})
    name: str | None = names.get(include_size)
    if name is None:
        name = names[include_size] = _name_font_slowly(style, include_size)
    return name


_set_up_slowly = line_break.Layout.setup


def _describe_font(style: Any) -> _Font:
    """Find what the engine itself finds for a line of text."""
    layout = line_break.Layout.__new__(line_break.Layout)
    _set_up_slowly(layout, style)
    context = ffi.gc(
        pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref
    )
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, line_break.PANGO_DIRECTION[style["direction"]])
    if style["lang"] or style["font_language_override"] != "normal":
        pango.pango_context_set_language(context, layout.language)
    features = fonts.font_features(*[style[each] for each in _FEATURES])
    named = ",".join([f"{key} {value}" for key, value in features.items()]).encode()
    return _Font(
        context,
        layout.language,
        fonts.get_font_description(style),
        style.font_config.font_features.get(named),
        {name: told for name, told in layout.__dict__.items() if name in _MEASURES},
    )


def _set_up(layout: Any, style: Any) -> None:
    """Make a line of text ready for being set."""
    font = _find_font(style)
    layout.style, layout.first_line_direction, layout.language = style, 0, font.language
    layout.__dict__.update(font.measures)
    layout.layout = ffi.gc(pango.pango_layout_new(font.context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, font.description)
    if font.features is not None:
        listed = pango.pango_attr_list_new()
        pango.pango_attr_list_insert(listed, font.features)
        pango.pango_layout_set_attributes(layout.layout, listed)


_set_any_text = line_break.Layout.set_text


def _set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Set the words of a line, as it will be drawn if it can be."""
    layout.is_line = not _NOT_OF_ONE_LINE.search(text) and not layout.justification_spacing
    pango.pango_layout_set_single_paragraph_mode(layout.layout, layout.is_line)
    _set_any_text(layout, text, justify)


_let_any_go = line_break.Layout.deactivate


def _let_go(layout: Any) -> None:
    """Keep a line that was set until it is drawn: setting it again takes as long."""
    if not layout.is_line or "layout" not in layout.__dict__:
        _let_any_go(layout)


_take_any_up = line_break.Layout.reactivate


def _take_up(layout: Any, style: Any) -> None:
    if "layout" not in layout.__dict__:
        _take_any_up(layout, style)


# --- the file ------------------------------------------------------------------------------------


_write_any = pydyf._to_bytes


def _to_bytes(item: Any) -> bytes:
    """Return a value as it stands in the file."""
    kind = item.__class__
    if kind is bytes:
        return item  # type: ignore[no-any-return]
    if kind is str:
        return item.encode("ascii")  # type: ignore[no-any-return]
    if kind is float and not item.is_integer():
        return f"{item:f}".rstrip("0").encode("ascii")
    return _write_any(item)  # type: ignore[no-any-return]


def _write_dictionary(dictionary: pydyf.Dictionary) -> bytes:
    told = [b"/%b %b" % (_to_bytes(key), _to_bytes(value)) for key, value in dictionary.items()]
    return b"<<%b>>" % b"".join(told)


def _write_stream(stream: pydyf.Stream) -> bytes:
    data = b"\n".join([_to_bytes(item) for item in stream.stream])
    extra = pydyf.Dictionary(stream.extra)
    if stream.compress:
        extra["Filter"] = "/FlateDecode"
        data = zlib.compress(data, _COMPRESSION)
    extra["Length"] = len(data)
    return b"\n".join((extra.data, b"stream", data, b"endstream"))
