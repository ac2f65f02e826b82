"""The section kind of this app, and the council's risk schemes for every plan."""

from __future__ import annotations

from plans.registry import SectionKind, register, register_schemes
from risks.document import CHARTS, build_risks
from risks.figures import risk_figures
from risks.forms import risk_grid
from risks.planfile import (
    RISK_ROWS,
    RisksContent,
    dump_risks,
    empty_risks,
    load_risks,
    risk_faults,
    set_up_risks,
)
from risks.schemes import council_schemes

RISKS = SectionKind(
    slug="risks",
    name="Risks",
    summary="What may go wrong, who owns it, what is done about it, and how it scores.",
    schema=RisksContent,
    empty=empty_risks,
    dump=dump_risks,
    load=load_risks,
    faults=risk_faults,
    build=build_risks,
    grid=risk_grid,
    figures=risk_figures,
    orientation="landscape",
    set_up=set_up_risks,
    stores=(RISK_ROWS,),
    charts=CHARTS,
)

register(RISKS)
register_schemes(council_schemes)
