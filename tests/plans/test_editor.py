"""The editor of every kind: what is drawn, sent back by a browser and read is what it was."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from plans.content import Fault
from plans.editor import (
    Incomplete,
    apply_operation,
    draw_editor,
    field_name,
    read_operation,
    read_posted,
    section_grid,
)
from plans.grid import RowList, value_at
from plans.merge import changes
from plans.planfile import PlanData, read_plan_dict, read_plan_file, read_section_object
from plans.registry import PlanFacts
from plans.templatetags.modules import editor_modules
from tests.pages import Page, read_fields, read_page
from tests.plans.samples import CONTENTS, KINDS, plan_value, section_value

pytestmark = pytest.mark.django_db

DEMO = sorted((Path(__file__).parents[2] / "demo" / "plans").glob("*.json"))
Sent = dict[str, Any]


def one_section(kind: str, **head: Any) -> tuple[dict[str, Any], PlanFacts]:
    plan = read_plan_dict(plan_value([section_value(kind, **head)]))
    return plan.sections[0].as_dict(), plan.facts


def draw(section: dict[str, Any], facts: PlanFacts, *faults: Fault) -> str:
    errors = {field_name(fault.path): fault.message for fault in faults}
    return draw_editor(section, section_grid(section, facts), errors)


def send(section: dict[str, Any], facts: PlanFacts, sent: Sent) -> dict[str, Any]:
    """Return what is read of a form that was drawn of `section` and sends this."""
    return read_posted(sent, section, lambda value: section_grid(value, facts))


def press(section: dict[str, Any], facts: PlanFacts, button: str) -> dict[str, Any]:
    """Return the section after a button of a list, and no save."""
    typed = send(section, facts, read_fields(draw(section, facts)))
    grid = section_grid(typed, facts)
    operation = read_operation(button, grid)
    assert operation is not None, button
    apply_operation(typed, operation, grid)
    return typed


def patch(section: dict[str, Any], *steps: tuple[tuple[Any, ...], Any]) -> dict[str, Any]:
    """Return a copy with these values at these paths of its content."""
    result = deepcopy(section)
    for path, value in steps:
        here = result["content"]
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = value
    return result


# --- nothing is typed, nothing changes ----------------------------------------------------------


def read_demo(path: Path) -> PlanData:
    return read_plan_file(path.read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_every_section_of_the_demo_comes_back_as_it_was(path: Path) -> None:
    plan = read_demo(path)
    wrong = []
    for data in plan.sections:
        section = data.as_dict()
        sent = read_fields(draw(section, plan.facts))
        assert [name for name, value in sent.items() if isinstance(value, list)] == []
        typed = send(section, plan.facts, sent)
        after = read_section_object(typed, plan.facts).as_dict()
        wrong += [(section["key"], change) for change in changes(section, after)]
        wrong += [(section["key"], "order of keys")] * (json.dumps(section) != json.dumps(after))
    print(f"{len(wrong)} changes in {len(plan.sections)} sections")  # noqa: T201 seen with -rP
    assert wrong == []
    assert len(plan.sections) >= 16


def test_the_demo_has_every_kind() -> None:
    kinds = {section.head.kind for path in DEMO for section in read_demo(path).sections}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("rows", [0, 1, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_a_section_comes_back_as_it_was(kind: str, rows: int) -> None:
    section, facts = one_section(
        kind,
        rows=rows,
        intro="<p>Before</p>",
        closing="<p>After</p>",
        caption="Table 1",
        unit="north",
        labels={"leads": "Accountable: manager"},
        notes=[{"mark": "1", "text": "<p>A note.</p>"}],
    )
    assert send(section, facts, read_fields(draw(section, facts))) == section


AWKWARD = {
    "activity": [
        (("rows", 0, "label"), "Two\nlines"),
        (("rows", 0, "cells", "c1"), "10\n[note 1]"),
        (("columns", 0, "groups"), ["One\nbroken heading", "Two"]),
    ],
    "actions": [
        (("rows", 0, "leads"), ["A post\nof two lines", "Another"]),
        (("rows", 0, "title"), "\"Quoted\" <b> & 'so'"),
        (("rows", 0, "outcome"), "<ul><li><p>One</p><ol><li>Two</li></ol></li></ul>"),
    ],
    "narrative": [
        (("body",), '<p>See <a href="#budget">the budget</a>.<br>- no list</p>'),
        (
            ("chart",),
            {
                "post": "Director | Head [x]",
                "name": "",
                "unit": "north",
                "reports": [{"post": "Two\nlines", "name": "", "unit": None, "reports": []}],
            },
        ),
    ],
    "register": [
        (("rows", 1, "cells", "name"), "\\ * ~ {{not a figure}}"),
        (("rows", 1, "cells", "sort"), "No longer offered"),
        (("rows", 0, "group"), ""),
    ],
    "indicators": [
        (("rows", 0, "ratings", "a0607"), 9),
        (("rows", 0, "cells", "a0607"), "<10% or >25%"),
        (("rows", 0, "title"), "Übergrößen – 日本語 🚲"),
    ],
    "risks": [
        (("rows", 0, "current", "likelihood"), 99),
        (("scheme",), "a scheme nobody knows"),
    ],
    "objectives": [(("rows", 0, "targets", 0, "leads"), ["  spaced\n", "b"])],
    "staffing": [(("units", 0, "bands", 0, "fte"), ["nil", "(1.0)"])],
    "budget": [(("units", 0, "unit"), "a unit that is gone")],
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_awkward_values_come_back_as_they_were(kind: str) -> None:
    section, facts = one_section(kind)
    section = patch(section, *AWKWARD[kind])
    assert send(section, facts, read_fields(draw(section, facts))) == section


# --- typing -------------------------------------------------------------------------------------

CELLS = {
    "narrative": ("content-signatures-0-name", ("signatures", 0, "name"), "B Name"),
    "objectives": ("content-rows-1-targets-0-title", ("rows", 1, "targets", 0, "title"), "Fewer"),
    "indicators": ("content-rows-0-cells-t0809", ("rows", 0, "cells", "t0809"), "12.5%"),
    "activity": ("content-rows-1-cells-c2", ("rows", 1, "cells", "c2"), "1,440"),
    "budget": ("content-units-0-lines-1-running", ("units", 0, "lines", 1, "running"), "-102.9"),
    "staffing": ("content-units-0-bands-0-fte-1", ("units", 0, "bands", 0, "fte", 1), "3.5"),
    "actions": ("content-rows-0-deliverables-0-due", ("rows", 0, "deliverables", 0, "due"), "May"),
    "risks": ("content-rows-0-target-impact", ("rows", 0, "target"), "3"),
    "register": ("content-rows-2-cells-ends", ("rows", 2, "cells", "ends"), "soon"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_one_typed_cell_changes_that_cell_alone(kind: str) -> None:
    section, facts = one_section(kind)
    name, path, text = CELLS[kind]
    sent = read_fields(draw(section, facts))
    assert name in sent
    typed = send(section, facts, {**sent, name: f" {text} "})
    value = {"impact": 3} if kind == "risks" else text
    assert typed == patch(section, (path, value))


RICH = {
    "narrative": ("content-body", ("body",)),
    "objectives": ("content-rows-0-statement", ("rows", 0, "statement")),
    "actions": ("content-rows-0-deliverables-0-text", ("rows", 0, "deliverables", 0, "text")),
    "risks": ("content-rows-0-mitigation", ("rows", 0, "mitigation")),
}


@pytest.mark.parametrize("kind", RICH)
def test_rich_text_is_typed_as_plain_text(kind: str) -> None:
    section, facts = one_section(kind)
    name, path = RICH[kind]
    sent = read_fields(draw(section, facts))
    typed = send(section, facts, {**sent, name: "First **words**\r\n\r\n- one\r\n- two"})
    html = "<p>First <strong>words</strong></p><ul><li>one</li><li>two</li></ul>"
    assert typed == patch(section, (path, html))


def test_two_paragraphs_put_into_one_are_a_change() -> None:
    section, facts = one_section("narrative")
    sent = read_fields(draw(section, facts))
    assert sent["content-body"] == "Paragraph 1.\r\n\r\nParagraph 2."
    typed = send(section, facts, {**sent, "content-body": "Paragraph 1.Paragraph 2."})
    assert typed["content"]["body"] == "<p>Paragraph 1.Paragraph 2.</p>"


def test_a_list_of_posts_is_one_a_line() -> None:
    section, facts = one_section("actions")
    sent = read_fields(draw(section, facts))
    typed = send(section, facts, {**sent, "content-rows-0-leads": " One \r\n\r\nTwo\r\n"})
    assert typed == patch(section, (("rows", 0, "leads"), ["One", "Two"]))


def test_a_box_that_is_not_ticked_is_no() -> None:
    section, facts = one_section("risks")
    sent = read_fields(draw(section, facts))
    ticked = send(section, facts, {**sent, "content-rows-0-emerging": "on"})
    assert ticked == patch(section, (("rows", 0, "emerging"), True))
    sent = read_fields(draw(ticked, facts))
    assert sent.pop("content-rows-0-emerging") == "on"
    assert send(ticked, facts, sent) == section


def test_fields_that_nobody_drew_change_nothing() -> None:
    section, facts = one_section("budget")
    foreign = {
        "content-rows-0-title": "x",
        "content-units-0-lines-0-gross": "1.0",
        "content-units-0-lines-0-nonsense": "x",
        "key": "other",
        "kind": "risks",
        "parent": "other",
        "content": "x",
        "": "x",
        "content-units-7-title": "x",
    }
    assert send(section, facts, {**read_fields(draw(section, facts)), **foreign}) == section


# --- rows ---------------------------------------------------------------------------------------

LISTS = {
    "objectives": ("content-rows", ("rows",)),
    "indicators": ("content-rows", ("rows",)),
    "activity": ("content-rows", ("rows",)),
    "budget": ("content-units-0-lines", ("units", 0, "lines")),
    "staffing": ("content-units-0-bands", ("units", 0, "bands")),
    "actions": ("content-rows", ("rows",)),
    "risks": ("content-rows", ("rows",)),
    "register": ("content-rows", ("rows",)),
}


def rows_of(section: dict[str, Any], path: tuple[Any, ...]) -> list[Any]:
    here = section["content"]
    for step in path:
        here = here[step]
    return here


@pytest.mark.parametrize("kind", LISTS)
def test_rows_move_and_go_by_the_buttons(kind: str) -> None:
    section, facts = one_section(kind, rows=3)
    name, path = LISTS[kind]
    rows = rows_of(section, path)
    first, second, *rest = rows
    for button, expected in (
        (f"down:{name}-0", [second, first, *rest]),
        (f"up:{name}-1", [second, first, *rest]),
        (f"up:{name}-0", rows),
        (f"down:{name}-{len(rows) - 1}", rows),
        (f"remove:{name}-1", [first, *rest]),
    ):
        after = press(section, facts, button)
        assert after == patch(section, (path, expected)), button
        assert send(section, facts, read_fields(draw(after, facts))) == after


@pytest.mark.parametrize("kind", LISTS)
def test_an_added_row_is_kept_from_page_to_page(kind: str) -> None:
    section, facts = one_section(kind)
    name, path = LISTS[kind]
    after = press(section, facts, f"add:{name}")
    rows = rows_of(after, path)
    assert rows[:-1] == rows_of(section, path)
    assert rows[-1]["id"] == ""
    again = send(section, facts, read_fields(draw(after, facts)))
    assert len(rows_of(again, path)) == len(rows)
    assert rows_of(again, path)[:-1] == rows[:-1]


@pytest.mark.parametrize(
    ("kind", "button", "row"),
    [
        ("register", "add:content-rows:0", {"id": "", "group": ""}),
        (
            "activity",
            "add:content-rows:0",
            {"id": "", "key": "activity", "label": "", "kind": "group", "cells": {}},
        ),
    ],
)
def test_a_heading_row_stays_one_when_it_is_sent_back(
    kind: str, button: str, row: dict[str, Any]
) -> None:
    section, facts = one_section(kind)
    after = press(section, facts, button)
    again = send(section, facts, read_fields(draw(after, facts)))
    found = again["content"]["rows"][-1]
    assert {k: found.get(k) for k in row if k != "key"} == {
        k: v for k, v in row.items() if k != "key"
    }
    assert "cells" not in found or not any(found["cells"].values())


def test_a_new_column_gets_a_key_of_its_own() -> None:
    section, facts = one_section("register")
    after = press(section, facts, "add:content-columns")
    sent = read_fields(draw(after, facts))
    typed = send(section, facts, {**sent, "content-columns-3-label": "Name"})
    assert typed["content"]["columns"][3]["key"] == "name2"
    stored = read_section_object(typed, facts).as_dict()
    assert stored["content"]["rows"][1]["cells"] == {
        "name": "Contract",
        "ends": "30/09/2018",
        "sort": "Block",
        "name2": "",
    }


def test_a_removed_column_takes_its_cells_with_it() -> None:
    section, facts = one_section("indicators")
    after = press(section, facts, "remove:content-columns-0")
    typed = send(section, facts, read_fields(draw(after, facts)))
    assert [row["cells"] for row in typed["content"]["rows"]] == [{"t0809": "to be set"}] * 2
    assert [row["ratings"] for row in typed["content"]["rows"]] == [{}, {}]
    assert read_section_object(typed, facts).as_dict()["content"]["columns"] == [
        section["content"]["columns"][1]
    ]


@pytest.mark.parametrize(
    "button",
    [
        "add:content-units-99-lines",
        "add:content-units-999999999-lines",
        "remove:content-units-0-lines-99",
        "up:content-units-99",
        "down:content-units-0-lines-99",
    ],
)
def test_a_button_of_a_row_that_is_not_there_does_nothing(button: str) -> None:
    section, facts = one_section("budget")
    assert press(section, facts, button) == section


@pytest.mark.parametrize(
    "button",
    [
        "",
        "save",
        "add:",
        "add:content",
        "remove:content-units",
        "burn:content-units-0",
        "add:x-y",
        "add:content-units-0",
        "up:content-units-0-unit",
        "add:" + "content-" * 500,
    ],
)
def test_a_button_of_no_list_is_none(button: str) -> None:
    section, facts = one_section("budget")
    assert read_operation(button, section_grid(section, facts)) is None


def every_list(lists: tuple[RowList, ...], value: Any) -> list[tuple[RowList, list[Any]]]:
    """Return each list of a grid with the rows that stand in it, lists within rows too."""
    found = []
    for rows in lists:
        here = value_at(value, rows.path) or []
        found.append((rows, here))
        for row in here:
            found += every_list(rows.lists, row)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_lists_say_whether_their_rows_bear_ids(kind: str) -> None:
    section, facts = one_section(kind, notes=[{"mark": "1", "text": "<p>A note.</p>"}])
    for rows, here in every_list(section_grid(section, facts).lists, section):
        for row in here:
            assert ("id" in row) == rows.identified, rows.title


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_the_page_adds_is_drawn_like_one_of_the_server(kind: str) -> None:
    section, facts = one_section(kind, rows=0)
    for rows in section_grid(section, facts).lists:
        name = field_name(rows.path)
        added = press(section, facts, f"add:{name}")
        index = len(value_at(added, rows.path)) - 1
        drawn = read_fields(draw(added, facts))
        new = read_fields(new_row(draw(section, facts), name).replace("__new__", str(index)))
        own = {key: value for key, value in drawn.items() if key.startswith(f"{name}-{index}-")}
        assert {key: new[key] for key in own} == own, rows.title


def new_row(html: str, name: str) -> str:
    """Return what stands in the plain template of the list of this name."""
    depth, drawn = 0, ""
    for part in re.split(r"(<template[^>]*>|</template>)", html):
        begins = not drawn and re.match(rf'<(tr|details class="pw-card") id="{name}-__new__"', part)
        if begins:
            depth = 1
        depth += part.startswith("<template") if depth else 0
        depth -= part == "</template>" if depth else 0
        drawn += part if depth else ""
    return drawn


# --- what does not arrive whole -----------------------------------------------------------------


@pytest.mark.parametrize("kind", LISTS)
def test_rows_that_were_cut_off_are_not_taken_as_removed(kind: str) -> None:
    section, facts = one_section(kind, rows=3)
    name, path = LISTS[kind]
    sent = read_fields(draw(section, facts))
    last = f"{name}-{len(rows_of(section, path)) - 1}-"
    cut = {key: value for key, value in sent.items() if not key.startswith(last)}
    assert len(cut) < len(sent)
    with pytest.raises(Incomplete):
        send(section, facts, cut)


@pytest.mark.parametrize("count", ["-1", "x", "", "²", "99999", "1e3", "9" * 5000, "٣"])
def test_a_count_of_rows_that_is_no_count_is_refused(count: str) -> None:
    section, facts = one_section("budget")
    sent = {**read_fields(draw(section, facts)), "content-units-count": count}
    with pytest.raises(Incomplete):
        send(section, facts, sent)


def test_a_list_that_did_not_arrive_at_all_stays() -> None:
    section, facts = one_section("budget")
    assert send(section, facts, {"caption": "New"}) == {**section, "caption": "New"}


def test_a_row_of_a_foreign_id_is_a_new_row() -> None:
    section, facts = one_section("budget")
    sent = {**read_fields(draw(section, facts)), "content-units-0-lines-0-id": "abc123"}
    line = send(section, facts, sent)["content"]["units"][0]["lines"][0]
    assert (line["id"], line["activity"]) == ("", "Line 1")


# --- errors -------------------------------------------------------------------------------------


def page_of(section: dict[str, Any], facts: PlanFacts, path: tuple[Any, ...]) -> Page:
    fault = Fault(("content", *path), 'is "wrong" & <so>')
    return read_page(f"<form>{draw(section, facts, fault)}</form>")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "risks"])
def test_an_error_stands_at_its_control(kind: str) -> None:
    section, facts = one_section(kind)
    name, path, _ = CELLS[kind]
    page = page_of(section, facts, path)
    assert page.invalid == [name]
    assert f"id_{name}_error" in page.described[name].split()
    assert f"id_{name}_error" in page.ids
    assert page.text.count('is "wrong" & <so>') == 1


def test_an_error_within_a_list_of_lines_stands_at_the_list() -> None:
    section, facts = one_section("actions")
    page = page_of(section, facts, ("rows", 0, "leads", 0))
    assert page.invalid == ["content-rows-0-leads"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_id_stands_once_and_everything_named_is_there(kind: str) -> None:
    section, facts = one_section(kind, notes=[{"mark": "1", "text": "<p>A note.</p>"}])
    html = draw(section, facts)
    page = read_page(f"<form>{html}</form>")
    assert len(page.ids) == len(set(page.ids))
    for attribute in ("aria-labelledby", "aria-describedby", "for"):
        named = {
            name
            for part in html.split(f' {attribute}="')[1:]
            for name in part.split('"')[0].split()
        }
        assert {name for name in named if "__new__" not in name} - set(page.ids) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_people_wrote_is_markup(kind: str) -> None:
    section, facts = one_section(kind)
    hostile = "\"><script>alert(1)</script><b x='"
    for step in CONTENTS[kind](2):
        assert step in section["content"]
    marked = fill(section, hostile)
    page = draw_editor(marked, section_grid(marked, facts), {"caption": hostile})
    assert "<script" not in page
    assert "<b x=" not in page


def fill(value: Any, text: str, key: str = "") -> Any:
    """Return the value with `text` at the end of every text but those that the product reads."""
    if isinstance(value, dict):
        return {k: fill(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, text, key) for v in value]
    fixed = ("id", "key", "kind", "layout", "scheme", "parent", "orientation")
    return value + text if isinstance(value, str) and key not in fixed else value


# --- columns that describe the rows --------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["content-rows-1-cells-c2", "content-rows-1-unit"])
def test_what_describes_the_rows_stands_last_and_is_shown_where_it_is_wrong(wrong: str) -> None:
    value, facts = one_section("activity")
    html = str(draw_editor(value, section_grid(value, facts), {wrong: "Not this."}))

    box = re.search(r'<input class="pw-set-up"[^>]*>', html)
    assert box
    assert (" checked" in box[0]) == wrong.endswith("unit")
    for row in re.findall(r"<tr id=\"content-rows-.*?</tr>", html, re.DOTALL):
        hidden = ["is-set-up" in cell for cell in re.findall(r'<t[hd][^>]* class="([^"]*)"', row)]
        assert hidden == [*sorted(hidden[:-1]), False]
        assert sum(hidden) == 7


def test_an_editor_names_its_modules_beforehand() -> None:
    """What a module imports is known from its own words; each is there once."""
    names = editor_modules()
    assert {"planwright/grid", "planwright/values", "planwright/formulas"} <= set(names)
    assert "planwright/rich-text" not in names
    assert len(names) == len(set(names))
