"""One editor for every section kind: a kind's grid drawn as a form, and the form read back."""

from plans.editor.drawing import draw_editor
from plans.editor.patches import name_rows
from plans.editor.places import Place, find_place, show_in_words
from plans.editor.reading import (
    Incomplete,
    Operation,
    apply_operation,
    field_name,
    field_path,
    read_operation,
    read_posted,
    section_grid,
)
from plans.editor.targets import Target, find_target, list_targets, one_line

__all__ = [
    "Incomplete",
    "Operation",
    "Place",
    "Target",
    "apply_operation",
    "draw_editor",
    "field_name",
    "field_path",
    "find_place",
    "find_target",
    "list_targets",
    "name_rows",
    "one_line",
    "read_operation",
    "read_posted",
    "section_grid",
    "show_in_words",
]
