"""What stands around the parts of a Word file: the cover, the contents and the page of record.

The contents are Word's own field, so that Word numbers its pages and takes up new headings. Where
its pages break is known to Word alone: a number written here would be that of other pages, and so
none is. The file asks Word to bring its fields up to date when it is opened; until then, and in
programs that do not ask, the field lists the headings as links, under a line that says how to get
the numbers. The line is part of what the field holds: with the update it is gone.
"""

from __future__ import annotations

from documents.blocks import Branding, Document, Heading, Imprint
from documents.renderers.covers import list_headings
from documents.renderers.manuscript import (
    Manuscript,
    Setting,
    write_caption,
    write_heading,
    write_paragraph,
    write_text,
)
from documents.renderers.markup import spell_date
from documents.renderers.paper import describe_printing
from documents.renderers.word_boxes import write_plain_table
from documents.renderers.word_pictures import write_logo
from documents.values import split_notes

_HOW_TO_NUMBER = (
    "Page numbers are added when this list is updated: when Word asks whether to update the "
    "fields, answer Yes, or right-click the list and choose Update."
)


def write_cover(document: Document, imprint: Imprint, script: Manuscript) -> str:
    """Return logo, names and title, the summary, and what this printing is."""
    cover = document.cover
    lines = [
        ("Council", cover.council),
        ("Directorate", cover.directorate),
        ("Unit", cover.unit),
        ("Title", document.title),
        ("Subtitle", document.subtitle),
        ("Year", cover.year),
    ]
    written = [write_paragraph(write_text(text), Setting(key)) for key, text in lines if text]
    facts = [*cover.facts, *((person.role, person.name) for person in cover.people)]
    if facts:
        summary = write_plain_table(facts, (45, 55), script, caption="Summary", style="Fact")
        written.append(write_paragraph("", Setting("CoverGap")) + summary)
    printing = write_paragraph(write_text(describe_printing(imprint)), Setting("Printing"))
    return write_logo(imprint.branding, script) + "".join(written) + printing


# --- contents -----------------------------------------------------------------------------------


def write_contents(document: Document, script: Manuscript) -> str:
    """Return the contents, filled with links to the headings; "" if there are none."""
    lines = [_write_entry(heading, script) for heading in list_headings(document)]
    if not lines:
        return ""
    opened = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    closed = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    hint = write_paragraph(opened + write_text(_HOW_TO_NUMBER), Setting("Told"))
    lines[-1] = f"{lines[-1].removesuffix('</w:p>')}{closed}</w:p>"
    title = write_paragraph(write_text("Contents"), Setting("TOCHeading"))
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>{title}{hint}{''.join(lines)}"
        "</w:sdtContent></w:sdt>"
    )


def _write_entry(heading: Heading, script: Manuscript) -> str:
    anchor = script.name_bookmark(heading.key)
    changed = f" ({heading.change})" if heading.change else ""
    words = write_text(f"{heading.number} {split_notes(heading.text)[0]}".strip() + changed)
    linked = f'<w:hyperlink w:anchor="{anchor}" w:history="1">{words}</w:hyperlink>'
    return write_paragraph(linked, Setting(f"TOC{heading.level}"))


# --- the page of record --------------------------------------------------------------------------


def write_record(imprint: Imprint, script: Manuscript) -> str:
    """Return who approved the plan and when, its corrections and its hash; "" before that."""
    if not imprint.approvals:
        return ""
    script.orientation = "portrait"
    approvals = [
        (each.step, each.person, each.post, spell_date(each.at), each.reference)
        for each in imprint.approvals
    ]
    heads = ("Decision", "By", "Post", "On", "Reference")
    heading = Heading("Record of approval", 1, "record-of-approval")
    written = [
        write_heading(heading, script),
        write_caption("Decisions"),
        write_plain_table(
            approvals, (24, 20, 26, 16, 14), script, caption="Decisions", heads=heads
        ),
    ]
    if imprint.corrections:
        corrections = [
            (str(each.number), spell_date(each.published_on), each.reason)
            for each in imprint.corrections
        ]
        named = ("Number", "Published on", "Reason")
        written.append(write_caption("Corrections"))
        written.append(
            write_plain_table(corrections, (12, 22, 66), script, caption="Corrections", heads=named)
        )
    return "".join(written) + _write_digest(imprint) + write_statement(imprint.branding)


def _write_digest(imprint: Imprint) -> str:
    if not imprint.digest:
        return ""
    grouped = " ".join(imprint.digest[at : at + 8] for at in range(0, len(imprint.digest), 8))
    told = (
        "The plan as approved has this SHA-256 hash. It is that of its data and its text, not of "
        "this file."
    )
    return write_paragraph(write_text(told)) + write_paragraph(write_text(grouped))


def write_statement(branding: Branding) -> str:
    """Return what stands at the end: in which other formats the plan may be had, and from whom."""
    told = "\n".join(filter(None, (branding.statement.strip(), branding.contact.strip())))
    return write_paragraph(write_text(told), Setting("Statement")) if told else ""
