"""Tables of a section as files: sent out, and taken in by steps that save nothing until the last.

The steps need no script: the file's cells travel sealed in the page, with what was chosen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from plans.access import get_section, get_section_to_write, person
from plans.comparison import describe_change
from plans.content import Faults, shorten
from plans.editor import section_grid
from plans.forms import TableFileForm
from plans.models import Draft, Section, SectionRevision
from plans.permissions import is_open
from plans.planfile import plan_facts, read_head, section_object
from plans.services import Conflict, NotOpen, Removed, keep_draft, section_at
from plans.services.table_import import (
    Review,
    import_table,
    make_scene,
    name_import,
    review_import,
)
from plans.tables.blocks import Block, Scene, data_rows, find_blocks, retarget
from plans.tables.headings import ID
from plans.tables.outline import TableList, find_table, list_tables, offered_parents
from plans.tables.placing import Mode
from plans.tables.reading import NotReadable, read_workbook
from plans.tables.sheets import Workbook, cell_name, column_name, dump_workbook, load_workbook
from plans.tables.writing import write_csv, write_workbook
from plans.views.editing import seal_milestone, show_clash_page
from plans.views.lists import form_status
from plans.views.plans import plan_context

SALT = "plans.table-import"
SEALED_SECONDS = 24 * 3600
SHOWN_CHANGES = 200
SHOWN_DIFFERENCES = 100
SAMPLE_ROWS = 3
CHOSEN = ("use-", "head-", "of-", "col-", "as-", "take-")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MODES = (
    (Mode.UPDATE, "Update and add", "Rows that match are changed, others are added at the end."),
    (Mode.REPLACE, "Replace all rows", "Rows that are not in the file are removed."),
    (Mode.ADD, "Only add", "Rows that match are left as they are; others are added at the end."),
)


# --- export --------------------------------------------------------------------------------------


@require_safe
def section_export(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Send every table of a section as a workbook, or one of them as CSV."""
    section = get_section(request, pk, section_pk)
    value = section_object(section)
    grid = section_grid(value, plan_facts(read_head(section.plan)))
    tables = list_tables(grid)
    if not tables:
        raise Http404
    if request.GET.get("as") != "csv":
        return _send(write_workbook(value, grid), f"{section.key}.xlsx", XLSX_TYPE)
    table = find_table(tables, request.GET.get("table", tables[0].name))
    if table is None:
        raise Http404
    name = f"{section.key}-{table.path[-1]}.csv"
    return _send(write_csv(value, grid, table), name, "text/csv; charset=utf-8")


def _send(data: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- import --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in, as it is sealed. `base_revision`: the section's when it was chosen."""

    name: str
    workbook: Workbook
    base_revision: int
    save_id: str

    def seal(self, section: Section) -> str:
        value = {
            "section": section.pk,
            "name": self.name,
            "base": self.base_revision,
            "save": self.save_id,
            "workbook": dump_workbook(self.workbook),
        }
        return signing.dumps(value, salt=SALT, compress=True)


def unseal(text: str, section: Section) -> Upload:
    """Return the upload that was sealed for this section at most a day ago.

    :raises BadSignature: if it is older, was changed, or is another section's.
    """
    value = signing.loads(text, salt=SALT, max_age=SEALED_SECONDS)
    if value["section"] != section.pk:
        raise signing.BadSignature
    return Upload(value["name"], load_workbook(value["workbook"]), value["base"], value["save"])


@require_http_methods(["GET", "HEAD", "POST"])
def section_import(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Choose a file, say what its columns are, look at what would change, then import it."""
    is_post = request.method == "POST"
    section = get_section_to_write(request, pk, section_pk)
    if not is_open(section.plan):
        messages.error(request, "The plan is not a draft now, so nothing can be imported.")
        return redirect(section)
    if Draft.objects.filter(section=section, user=person(request)).exists():
        messages.error(
            request, "You have changes here that are not saved yet. Save or discard them first."
        )
        return redirect("plans:section_edit", pk, section.pk)
    if "sealed" in request.POST:
        return _take_step(request, section)
    form = TableFileForm(request.POST, request.FILES) if is_post else TableFileForm()
    if is_post and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            workbook = read_workbook(file.name, file.read())
        except NotReadable as refused:
            form.add_error("file", str(refused))
        else:
            upload = Upload(shorten(file.name), workbook, section.revision, uuid4().hex)
            return _show_match(request, section, upload)
    return _show_form(request, section, form)


def _show_form(request: HttpRequest, section: Section, form: TableFileForm) -> HttpResponse:
    value = section_object(section)
    tables = list_tables(section_grid(value, plan_facts(read_head(section.plan))))
    if not tables:
        raise Http404
    context = {**plan_context(section.plan, request), "section": section, "form": form}
    context |= {"tables": tables}
    return render(request, "plans/table_import.html", context, status=form_status(form))


def _take_step(request: HttpRequest, section: Section) -> HttpResponse:
    try:
        upload = unseal(request.POST["sealed"], section)
    except signing.BadSignature:
        messages.error(request, "The preview is too old or was changed. Choose the file again.")
        return redirect("plans:section_import", section.plan_id, section.pk)
    match request.POST.get("do"):
        case "preview":
            return _show_preview(request, section, upload)
        case "import":
            return _import(request, section, upload)
        case _:
            return _show_match(request, section, upload)


def _scene(section: Section, upload: Upload) -> Scene:
    """Return what the file is laid over: the section as it was when the file was chosen.

    :raises SectionRevision.DoesNotExist: if its history does not reach so far.
    """
    is_now = upload.base_revision == section.revision
    base = section_object(section) if is_now else section_at(section, upload.base_revision)
    return make_scene(base, plan_facts(read_head(section.plan)))


# --- what was chosen -----------------------------------------------------------------------------


def read_blocks(posted: Mapping[str, str], workbook: Workbook, scene: Scene) -> list[Block]:
    """Return the blocks that were found, as a person corrected them."""
    blocks = [
        _correct(posted, index, block, workbook, scene)
        for index, block in enumerate(find_blocks(workbook, scene))
    ]
    return [_with_columns(posted, block, group, scene) for block, group in group_blocks(blocks)]


def _correct(
    posted: Mapping[str, str], index: int, block: Block, workbook: Workbook, scene: Scene
) -> Block:
    sheet = workbook.sheets[block.sheet]
    name = posted.get(f"use-{index}", block.table)
    table = find_table(scene.tables, name)
    number = posted.get(f"head-{index}", "")
    head = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 6 else -1
    head = head if 0 <= head < len(sheet.rows) else block.head
    if head != block.head or (table.name if table else "") != block.table:
        block = retarget(block, table, sheet, scene, head=head)
    parent = posted.get(f"of-{index}", block.parent)
    offered = dict(offered_parents(table, scene.value)) if table else {}
    return replace(block, parent=parent if parent in offered else "")


def group_blocks(blocks: list[Block]) -> Iterator[tuple[Block, int]]:
    """Yield each block with the number of those that have the same headings and table: their
    columns are matched together."""
    groups: dict[str, int] = {}
    for block in blocks:
        yield block, groups.setdefault(signature(block), len(groups))


def signature(block: Block) -> str:
    words = repr((block.table, block.heads, block.under >= 0))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _with_columns(posted: Mapping[str, str], block: Block, group: int, scene: Scene) -> Block:
    """Return the block with its columns as they were matched, if it was for these headings."""
    table = find_table(scene.tables, block.table)
    if table is None or posted.get(f"as-{group}") != signature(block):
        return block
    known = {target.name for target in scene.targets(table)}
    columns = {
        column: name
        for column in range(len(block.heads))
        if (name := posted.get(f"col-{group}-{column}", "")) in known
    }
    return replace(block, columns=columns)


def read_mode(posted: Mapping[str, str]) -> Mode:
    mode = posted.get("mode", "")
    return Mode(mode) if mode in list(Mode) else Mode.UPDATE


def read_taken(posted: Mapping[str, str]) -> dict[str, str]:
    """Return by the key of a cell the reading of it that was ticked."""
    prefix = "take-"
    return {n.removeprefix(prefix): v for n, v in posted.items() if n.startswith(prefix) and v}


# --- the pages -----------------------------------------------------------------------------------


def _show_match(request: HttpRequest, section: Section, upload: Upload) -> HttpResponse:
    try:
        scene = _scene(section, upload)
    except SectionRevision.DoesNotExist:
        raise Http404 from None
    if not scene.tables:
        raise Http404
    blocks = read_blocks(request.POST, upload.workbook, scene)
    pairs = list(group_blocks(blocks))
    groups = {group: block for block, group in reversed(pairs) if block.table}
    context = {
        **_context(request, section, upload),
        "blocks": [
            _describe(index, block, upload.workbook, scene) for index, block in enumerate(blocks)
        ],
        "groups": [
            _describe_group(number, groups[number], upload.workbook, scene)
            for number in sorted(groups)
        ],
        "tables": scene.tables,
        "modes": MODES,
        "kept": _kept(request, without=("use-", "head-", "of-", "col-", "as-")),
    }
    return render(request, "plans/table_match.html", context)


def _context(request: HttpRequest, section: Section, upload: Upload) -> dict[str, Any]:
    return {
        **plan_context(section.plan, request),
        "section": section,
        "upload": upload,
        "sealed": upload.seal(section),
        "mode": read_mode(request.POST),
    }


def _kept(request: HttpRequest, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Return what was chosen on other steps, to be sent along."""
    names = tuple(name for name in CHOSEN if name not in without)
    return [(name, value) for name, value in request.POST.items() if name.startswith(names)]


def _describe(index: int, block: Block, workbook: Workbook, scene: Scene) -> dict[str, Any]:
    """Return a block as the matching page shows it."""
    sheet = workbook.sheets[block.sheet]
    table = find_table(scene.tables, block.table)
    first = (block.under if block.under >= 0 else block.top) + 1
    return {
        "index": index,
        "sheet": sheet.name,
        "table": block.table,
        "head": block.head + 1,
        "first": first,
        "last": block.last,
        "row_count": sum(1 for _ in data_rows(block, sheet)),
        "total_count": len(block.stated),
        "parents": offered_parents(table, scene.value) if table else [],
        "parent": block.parent,
        "noun": table.above[-1].noun if table and table.above else "",
        "is_by_column": any(name.startswith("@parent") for name in block.columns.values()),
        "is_below": block.under >= 0,
    }


def _describe_group(number: int, block: Block, workbook: Workbook, scene: Scene) -> dict[str, Any]:
    """Return the columns of blocks with the same headings, each with what it can be."""
    table: TableList = next(t for t in scene.tables if t.name == block.table)
    sheet = workbook.sheets[block.sheet]
    rows = list(data_rows(block, sheet))[:SAMPLE_ROWS]
    columns = []
    for column, heads in enumerate(block.heads):
        sample = [sheet.cell(row, column).text for row in rows]
        if any(heads) or any(sample):
            columns.append(
                {
                    "name": f"col-{number}-{column}",
                    "letter": column_name(column),
                    "head": " › ".join(part for part in heads if part),
                    "sample": ", ".join(shorten(text) for text in sample if text.strip()),
                    "target": block.columns.get(column, ""),
                }
            )
    return {
        "number": number,
        "signature": signature(block),
        "title": table.title,
        "columns": columns,
        "targets": [(target.name, target.label) for target in scene.targets(table)],
        "is_ours": ID in block.columns.values(),
        "left_out": sum(1 for each in columns if not each["target"]),
    }


def _show_preview(
    request: HttpRequest, section: Section, upload: Upload, status: int = 200
) -> HttpResponse:
    review = _review(request, section, upload)
    shown, sides = review.patch[:SHOWN_CHANGES], (review.after, review.before)
    context = {
        **_context(request, section, upload),
        "review": review,
        "mode_words": next(words for mode, words, _ in MODES if mode == read_mode(request.POST)),
        "changes": [describe_change(each, review.grid, sides) for each in shown],
        "more": len(review.patch) - len(shown),
        "differences": review.differences[:SHOWN_DIFFERENCES],
        "kept": _kept(request, without=("take-",) if review.bad else ()),
        "bad": [_show_bad(cell, request) for cell in review.bad],
        "is_stale": upload.base_revision != section.revision,
    }
    status = 422 if review.bad else status
    return render(request, "plans/table_preview.html", context, status=status)


def _review(request: HttpRequest, section: Section, upload: Upload) -> Review:
    try:
        scene = _scene(section, upload)
    except SectionRevision.DoesNotExist:
        raise Http404 from None
    return review_import(
        upload.workbook,
        read_blocks(request.POST, upload.workbook, scene),
        scene,
        mode=read_mode(request.POST),
        taken=read_taken(request.POST),
    )


def _show_bad(cell: Any, request: HttpRequest) -> dict[str, Any]:
    origin = cell.origin
    key = f"take-{origin.key}" if origin else ""
    return {
        "place": f"Sheet “{origin.sheet_name}”, cell {cell_name(origin.row, origin.column)}"
        if origin
        else "The table as a whole",
        "column": cell.column,
        "text": shorten(cell.text),
        "reason": cell.reason,
        "name": key,
        "proposals": [(text, text == cell.text) for text in cell.proposals] if key else [],
        "taken": request.POST.get(key, "") if key else "",
    }


# --- the last step -------------------------------------------------------------------------------


def _import(request: HttpRequest, section: Section, upload: Upload) -> HttpResponse:
    review = _review(request, section, upload)
    if review.bad:
        return _show_preview(request, section, upload, status=422)
    user, at = person(request), timezone.now()
    try:
        saved = import_table(
            section,
            review.value,
            file_name=upload.name,
            base_revision=upload.base_revision,
            save_id=upload.save_id,
            by=user,
            at=at,
        )
    except Conflict as clash:
        keep_draft(section, review.value, base_revision=upload.base_revision, by=user, at=at)
        milestone = seal_milestone(name_import(upload.name), section, at=at)
        return show_clash_page(request, section, clash, milestone=milestone)
    except (Faults, NotOpen, Removed) as refused:
        messages.error(request, f"Nothing was imported: {_say_refused(refused)}")
        return redirect("plans:section_import", section.plan_id, section.pk)
    _say_imported(request, upload, review, changed=bool(saved.changed))
    return redirect(reverse("plans:section_edit", args=[section.plan_id, section.pk]))


def _say_refused(refused: Exception) -> str:
    if isinstance(refused, Faults):
        return f"together with what others saved meanwhile it does not fit: {refused.faults[0]}."
    if isinstance(refused, Removed):
        return "the section was taken out of the plan meanwhile."
    return "the plan is not a draft any more."


def _say_imported(request: HttpRequest, upload: Upload, review: Review, *, changed: bool) -> None:
    if not changed:
        messages.info(request, f"Nothing had changed: {upload.name} says what stands here.")
        return
    counts = review.counts
    messages.success(
        request,
        f"Imported {upload.name}: {counts.added} added, {counts.changed} changed, "
        f"{counts.removed} removed. The history of the section can take it back.",
    )
