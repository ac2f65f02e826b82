"""The section kinds that the core itself offers: words, and registers."""

from plans import narrative, register
from plans.registry import SectionKind
from plans.registry import register as register_kind

register_kind(
    SectionKind(
        slug="narrative",
        name="Text",
        summary="Words: paragraphs, lists, a scorecard, pictures, signatures, a structure chart.",
        schema=narrative.NarrativeContent,
        empty=narrative.empty,
        dump=narrative.dump,
        load=narrative.load,
        faults=narrative.faults,
        build=narrative.build,
        grid=narrative.grid,
        figures=narrative.figures,
        set_up=narrative.set_up,
        stores=(narrative.RECORD,),
        pictures=narrative.pictures,
    )
)
register_kind(
    SectionKind(
        slug="register",
        name="Register",
        summary="A list with columns of your own: contracts, consultations, services.",
        schema=register.RegisterContent,
        empty=register.empty,
        dump=register.dump,
        load=register.load,
        faults=register.faults,
        build=register.build,
        grid=register.grid,
        figures=register.figures,
        set_up=register.set_up,
        stores=(register.ROWS,),
    )
)
