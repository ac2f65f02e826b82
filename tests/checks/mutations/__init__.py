"""Single faults put into plans, as data, to see whether the checks find them.

A fault must be one: what it changes is said, counted or pointed at somewhere else in the plan too,
or can never be (a date in month 13, fewer than no children). Where it may be put is told by the
plan's structure alone: each sort says it in its docstring, and none asks the checks. A figure that
nothing adds up or repeats is left alone, as nobody could see what became of it.

A fault is found if a finding appears that the plan did not have, on one of the places that the
fault is about: what was changed, or what says the same in another place. A finding of the level
rounding counts only where the change is itself as small as a rounding.
"""

from tests.checks.mutations import arithmetic, dates, references
from tests.checks.mutations.faults import CLASSES, Fault, Subject, draw_faults, list_faults

__all__ = [
    "CLASSES",
    "Fault",
    "Subject",
    "arithmetic",
    "dates",
    "draw_faults",
    "list_faults",
    "references",
]
