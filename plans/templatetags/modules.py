"""The import map of the product's JavaScript modules, which bears the page's CSP nonce.

Served names carry a hash in production, so that a module cannot name another by its file.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

MODULES = {
    "django-prose-editor/editor": "django_prose_editor/editor.js",
    "planwright/blocks": "js/blocks.js",
    "planwright/cells": "js/cells.js",
    "planwright/clashes": "js/clashes.js",
    "planwright/clipboard": "js/clipboard.js",
    "planwright/comments": "js/comments.js",
    "planwright/derived": "js/derived.js",
    "planwright/figures": "js/figures.js",
    "planwright/findings": "js/findings.js",
    "planwright/formulas": "js/formulas.js",
    "planwright/grid": "js/grid.js",
    "planwright/grid-keys": "js/grid-keys.js",
    "planwright/grid-pointer": "js/grid-pointer.js",
    "planwright/grid-tools": "js/grid-tools.js",
    "planwright/guard": "js/guard.js",
    "planwright/guard-questions": "js/guard-questions.js",
    "planwright/history": "js/history.js",
    "planwright/impact": "js/impact.js",
    "planwright/margin": "js/margin.js",
    "planwright/panel": "js/panel.js",
    "planwright/places": "js/places.js",
    "planwright/redraw": "js/redraw.js",
    "planwright/reveal": "js/reveal.js",
    "planwright/rich-text": "js/rich-text.js",
    "planwright/row-folds": "js/row-folds.js",
    "planwright/rows": "js/rows.js",
    "planwright/rules": "js/rules.js",
    "planwright/save-buttons": "js/save-buttons.js",
    "planwright/saving": "js/saving.js",
    "planwright/saving-state": "js/saving-state.js",
    "planwright/selection": "js/selection.js",
    "planwright/steps": "js/steps.js",
    "planwright/table-rules": "js/table-rules.js",
    "planwright/text-choosers": "js/text-choosers.js",
    "planwright/text-schema": "js/text-schema.js",
    "planwright/text-toolbar": "js/text-toolbar.js",
    "planwright/together": "js/together.js",
    "planwright/values": "js/values.js",
    "planwright/word-paste": "js/word-paste.js",
    "planwright/words": "js/words.js",
}


@register.simple_tag(takes_context=True)
def module_map(context: dict[str, Any]) -> SafeString:
    """Return the import map as a script element; it must stand before the first module."""
    words = json.dumps({"imports": {name: static(path) for name, path in MODULES.items()}})
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context["CSP_NONCE"],
        mark_safe(words.replace("<", "\\u003c")),  # noqa: S308 JSON of the product's own paths
    )


EDITOR_PARTS = (
    "planwright/together",
    "planwright/grid",
    "planwright/guard",
    "planwright/row-folds",
    "planwright/findings",
    "planwright/impact",
)
"""What `js/editor.js` starts."""
IMPORT = re.compile(r'^(?:import|export|\}).* from "(planwright/[a-z-]+)";$', re.MULTILINE)


@register.simple_tag
def preload_editor() -> SafeString:
    """Return links that fetch an editor's modules at once; else each waits for what names it."""
    links = ((static(MODULES[name]),) for name in editor_modules())
    return format_html_join("", '<link rel="modulepreload" href="{}">', links)


@cache
def editor_modules() -> tuple[str, ...]:
    """Return the modules that an editor's parts import, themselves first."""
    names = list(EDITOR_PARTS)
    for name in names:
        text = Path(finders.find(MODULES[name])).read_text(encoding="utf-8")
        names.extend(each for each in dict.fromkeys(IMPORT.findall(text)) if each not in names)
    return tuple(names)
