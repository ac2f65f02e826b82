"""The checklist of a version as it was frozen; asks the database nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from plans.models import Version

register = template.Library()


@register.inclusion_tag("plans/_recorded_checklist.html")
def recorded_checklist(version: Version) -> dict[str, Any]:
    """Show who ticked which line of the checklist before the version was submitted, in a fold."""
    lines = [
        {**row, "at": datetime.fromisoformat(row["at"]) if row["at"] else None}
        for row in version.checklist
    ]
    return {"lines": lines, "open_count": sum(not row["person"] for row in lines)}
