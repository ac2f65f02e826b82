"""The list of keyboard shortcuts; what each does is in the modules of `static/js/`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SHORTCUTS = (
    (
        "On every page",
        (
            (("?",), "Open this list"),
            (("/",), "Go to the search box of a plan"),
            (("Tab",), "Go to the next link, button or field; with Shift to the one before"),
        ),
    ),
    (
        "In a section",
        (
            (("Alt+Shift+←",), "Go to the section before; while editing, the one you may write"),
            (("Alt+Shift+→",), "Go to the section after"),
        ),
    ),
    (
        "In what changed",
        ((("F8", "Shift+F8"), "Go to the next change, to the one before"),),
    ),
    (
        "Saving",
        (
            (("Ctrl+S",), "Save now and stay"),
            (("Ctrl+Enter",), "Save and go on to the reading page"),
        ),
    ),
    (
        "In a table",
        (
            (("Arrow keys",), "Go to the next cell"),
            (("Enter", "Shift+Enter"), "Go down, go up"),
            (("Tab", "Shift+Tab"), "Go on, go back"),
            (("Home", "End"), "Go to the first or last cell of the row; with Ctrl, of the table"),
            (("Page Up", "Page Down"), "Go a screen up or down"),
            (("Ctrl+arrow keys",), "Go to the end of what is filled in"),
            (("F2",), "Edit the cell, as starting to type does; Escape puts back what stood there"),
            (("Alt+Enter",), "A new line in a cell of several lines; or take a proposed reading"),
            (("F8",), "Go to the next questioned number; Alt+↓ to its readings"),
            (("Alt+Backspace",), "Leave a questioned number as it is"),
            (("Shift+arrow keys",), "Select a block"),
            (("Ctrl+Space", "Shift+Space"), "Select the columns, the rows"),
            (("Ctrl+A",), "Select the table"),
            (
                ("Ctrl+C", "Ctrl+X", "Ctrl+V"),
                "Copy, cut, paste, also from and to a spreadsheet: rows are added as needed",
            ),
            (("Ctrl+D", "Ctrl+R"), "Fill down, fill right"),
            (("Delete",), "Empty what is selected"),
            (("Ctrl+Shift++",), "Insert rows above"),
            (("Ctrl+-",), "Remove rows"),
            (("Alt+Shift+↑", "Alt+Shift+↓"), "Move rows up, down"),
            (("Ctrl+Z", "Ctrl+Y"), "Undo, do again"),
        ),
    ),
    (
        "In text",
        (
            (("Alt+F10",), "Go to the toolbar; Escape goes back to the text"),
            (("Ctrl+B", "Ctrl+I"), "Bold, italic"),
            (("Ctrl+Alt+3", "Ctrl+Alt+4"), "Heading, subheading"),
            (("Ctrl+Shift+8", "Ctrl+Shift+7"), "Bullets, numbered list"),
            (("Ctrl+Shift+B",), "Quotation"),
            (("Ctrl+.", "Ctrl+,"), "Superscript, subscript"),
            (("Ctrl+K",), "Link"),
            (("Ctrl+Shift+F",), "Live figure"),
            (("Ctrl+\\",), "Clear formatting"),
            (("Ctrl+Z", "Ctrl+Shift+Z"), "Undo, do again"),
        ),
    ),
    (
        "Comments",
        (
            (("Ctrl+Alt+M",), "Comment on the cell or words where you are"),
            (("Escape",), "Go back from the comments to the place"),
        ),
    ),
)
"""Groups of shortcuts: a name, and for each the keys that do it and what they do."""


@require_safe
def shortcut_list(request: HttpRequest) -> HttpResponse:
    """Every key that does something, by where it works."""
    return render(request, "plans/shortcuts.html", {"groups": SHORTCUTS})
