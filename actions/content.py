"""Objectives and actions as data: the plan file's `content`, its keys, order and defaults."""

from __future__ import annotations

from typing import Annotated

from plans.content import ROW_LIMIT, Content, Field, FinancialYear, Identified, Plain, Rich

Names = Annotated[list[Plain], Field(max_length=ROW_LIMIT)]


class TargetEntry(Identified):
    """A target under an objective as it stands in the plan file."""

    ref: Plain
    title: Plain
    leads: Names = []


class ObjectiveEntry(Identified):
    """An objective, or priority, as it stands in the plan file."""

    ref: Plain
    title: Plain
    statement: Rich = ""
    leads: Names = []
    progress: Rich = ""
    targets: Annotated[list[TargetEntry], Field(max_length=ROW_LIMIT)] = []


class ObjectivesContent(Content):
    """The content of an objectives section; `year` null is the plan's own."""

    framework: Plain = ""
    short: Plain = ""
    year: FinancialYear | None = None
    rows: Annotated[list[ObjectiveEntry], Field(max_length=ROW_LIMIT)] = []


class DeliverableEntry(Identified):
    """What an action will deliver, and by when."""

    text: Rich = ""
    due: Plain = ""


class ActionEntry(Identified):
    """An action as it stands in the plan file."""

    number: Plain
    title: Plain
    leads: Names = []
    links: Names = []
    deliverables: Annotated[list[DeliverableEntry], Field(max_length=ROW_LIMIT)] = []
    due: Plain = ""
    outcome: Rich = ""


class ActionsContent(Content):
    """The content of an actions section."""

    rows: Annotated[list[ActionEntry], Field(max_length=ROW_LIMIT)] = []
