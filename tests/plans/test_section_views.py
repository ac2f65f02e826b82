"""The screens of one section: read, edit, decide a clash, rename, say how far it is."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganisationUnit, User
from plans.content import ROW_LIMIT
from plans.models import Draft, Plan, Section
from plans.planfile import read_plan_file
from plans.services import bring_back, remove_section, save_section, store_plan
from tests.factories import NOW
from tests.pages import Page, read_page
from tests.plans.samples import KINDS, content_of, object_of, section_value, store

DEMO = sorted((Path(__file__).parents[2] / "demo" / "plans").glob("*.json"))
CHANGES = {
    "narrative": ("content-body", "Other words."),
    "objectives": ("content-rows-0-targets-0-title", "Fewer visits"),
    "indicators": ("content-rows-0-cells-t0809", "12.5"),
    "activity": ("content-rows-0-cells-c2", "1,440"),
    "budget": ("content-units-0-lines-0-running", "12.0"),
    "staffing": ("content-units-0-bands-0-fte-1", "3.5"),
    "actions": ("content-rows-0-due", "May 2009"),
    "risks": ("content-rows-0-title", "Another risk"),
    "register": ("content-rows-1-cells-name", "Another name"),
}


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> User:
    """The author, signed in."""
    client.force_login(people.author)
    return people.author


def section_of(plan: Plan, kind: str) -> Section:
    return plan.sections.get(key=kind)


def edit_url(section: Section) -> str:
    return reverse("plans:section_edit", args=[section.plan_id, section.pk])


def open_editor(client: Client, section: Section) -> tuple[Page, dict[str, Any]]:
    """Return the edit page and what its form would send."""
    response = client.get(edit_url(section))
    assert response.status_code == 200
    page = read_page(response.content)
    return page, page.form_with("base_revision").data


def type_in(client: Client, section: Section, **typed: str) -> HttpResponse:
    """Open the section, type these texts by field name (with _ for -), and save."""
    _, sent = open_editor(client, section)
    return post(client, section, sent, {name.replace("_", "-"): v for name, v in typed.items()})


def post(
    client: Client, section: Section, sent: dict[str, Any], typed: dict[str, Any] | None = None
) -> HttpResponse:
    typed = typed or {}
    assert set(typed) <= {*sent, "do"} or "do" in typed
    return client.post(edit_url(section), {**sent, **typed})


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def revisions(section: Section) -> int:
    return section.revisions.count()


# --- saving -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("author")
def test_saving_what_was_drawn_makes_no_revision(client: Client, plan: Plan, kind: str) -> None:
    section = section_of(plan, kind)
    before = object_of(section)
    response = type_in(client, section)
    assert (response.status_code, response.url) == (302, section.get_absolute_url())
    assert said(response) == ["Nothing had changed."]
    assert (revisions(section), object_of(section)) == (1, before)


@pytest.mark.slow
@pytest.mark.usefixtures("author")
@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_saving_the_demo_as_it_was_drawn_makes_no_revision(
    client: Client, people: SimpleNamespace, unit: OrganisationUnit, path: Path
) -> None:
    data = read_plan_file(path.read_bytes())
    plan = store_plan(data, organisation_unit=unit, by=people.author, at=NOW)
    statuses = [(s.key, type_in(client, s).status_code) for s in plan.sections.all()]
    assert statuses == [(section.head.key, 302) for section in data.sections]
    changed = plan.sections.filter(revision__gt=1).count()
    print(f"{changed} revisions by {len(statuses)} saves")  # noqa: T201 seen with -rP
    assert changed == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("author")
def test_a_typed_cell_is_saved(client: Client, plan: Plan, kind: str) -> None:
    section = section_of(plan, kind)
    name, text = CHANGES[kind]
    _, sent = open_editor(client, section)
    response = post(client, section, sent, {name: text})
    assert (response.status_code, said(response)) == (302, ["Saved."])
    [revision] = section.revisions.filter(number=2)
    assert len(revision.patch) == 1
    assert text in str(revision.patch[0]["new"])
    assert open_editor(client, section)[1][name] == text


@pytest.mark.usefixtures("author")
def test_save_stays_on_the_page_and_save_and_continue_leaves_it(client: Client, plan: Plan) -> None:
    section = section_of(plan, "register")
    _, sent = open_editor(client, section)
    response = post(client, section, sent, {"caption": "Table 1", "do": "save"})
    assert response.url == edit_url(section)


@pytest.mark.usefixtures("author")
def test_a_save_sent_twice_is_one_save(client: Client, plan: Plan) -> None:
    section = section_of(plan, "budget")
    _, sent = open_editor(client, section)
    typed = {"content-units-0-lines-0-running": "12.0"}
    first, second = (post(client, section, sent, typed) for _ in range(2))
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert (revisions(section), plan.events.filter(action="save").count()) == (2, 1)


@pytest.mark.parametrize("save_id", ["", "x" * 65, "\0", "é", "a b", "<b>"])
@pytest.mark.usefixtures("author")
def test_a_save_without_a_usable_name_is_saved(client: Client, plan: Plan, save_id: str) -> None:
    section = section_of(plan, "register")
    _, sent = open_editor(client, section)
    for text in ("one", "two"):
        sent["caption"] = text
        sent["base_revision"] = str(revisions(section))
        assert post(client, section, sent, {"save_id": save_id}).status_code == 302
    assert object_of(section)["caption"] == "two"


@pytest.mark.usefixtures("author")
def test_the_first_save_puts_a_section_in_progress(client: Client, plan: Plan) -> None:
    section = section_of(plan, "risks")
    Section.objects.update(status=Section.Status.NOT_STARTED)
    type_in(client, section, content_rows_0_title="A risk")
    section.refresh_from_db()
    assert section.status == Section.Status.IN_PROGRESS


# --- rows, without JavaScript -------------------------------------------------------------------


def press(client: Client, section: Section, sent: dict[str, Any], button: str) -> dict[str, Any]:
    """Press a button of a list; return what the page that follows would send."""
    response = post(client, section, sent, {"do": button})
    assert response.status_code == 200
    page = read_page(response.content)
    assert ("do", button) in page.form_with("base_revision").buttons or "remove" in button
    return page.form_with("base_revision").data


@pytest.mark.usefixtures("author")
def test_rows_are_added_moved_and_removed_by_buttons(client: Client, plan: Plan) -> None:
    section = section_of(plan, "budget")
    before = content_of(section)["units"][0]["lines"]
    _, sent = open_editor(client, section)
    sent = press(client, section, sent, "add:content-units-0-lines")
    sent["content-units-0-lines-2-activity"] = "A new line"
    sent["content-units-0-lines-2-employee"] = "5.0"
    sent = press(client, section, sent, "up:content-units-0-lines-2")
    sent = press(client, section, sent, "remove:content-units-0-lines-0")
    assert (revisions(section), content_of(section)["units"][0]["lines"]) == (1, before)
    assert post(client, section, sent).status_code == 302
    after = content_of(section)["units"][0]["lines"]
    assert [line["activity"] for line in after] == ["A new line", "Line 2"]
    assert after[1] == before[1]
    assert after[0]["id"] not in {"", before[0]["id"], before[1]["id"]}
    assert (after[0]["employee"], after[0]["running"]) == ("5.0", "")


@pytest.mark.usefixtures("author")
def test_a_column_and_what_stands_in_it_are_added_and_removed(client: Client, plan: Plan) -> None:
    section = section_of(plan, "register")
    _, sent = open_editor(client, section)
    sent = press(client, section, sent, "add:content-columns")
    sent["content-columns-3-label"] = "Value £"
    assert post(client, section, sent).status_code == 302
    type_in(client, section, **{"content-rows-1-cells-value": "1,200"})
    row = content_of(section)["rows"][1]
    assert row["cells"] == {
        "name": "Contract",
        "ends": "30/09/2018",
        "sort": "Block",
        "value": "1,200",
    }
    _, sent = open_editor(client, section)
    sent = press(client, section, sent, "remove:content-columns-1")
    assert post(client, section, sent).status_code == 302
    row = content_of(section)["rows"][1]
    assert row["cells"] == {"name": "Contract", "sort": "Block", "value": "1,200"}


@pytest.mark.usefixtures("author")
def test_a_page_with_unsaved_rows_says_so(client: Client, plan: Plan) -> None:
    section = section_of(plan, "risks")
    _, sent = open_editor(client, section)
    response = post(client, section, sent, {"do": "add:content-rows"})
    assert response.context["unsaved"] is True
    assert b"not saved yet" in response.content


# --- what cannot be saved -----------------------------------------------------------------------

WRONG = {
    "narrative": ("content-quadrants", None, ""),
    "objectives": ("content-year", "2007/09", "is not a financial year"),
    "indicators": ("content-columns-0-year", "2007-11", "not a financial year"),
    "activity": ("content-columns-2-formula", "c1 +", "formula"),
    "budget": ("content-units-0-lines-1-employee", "12,48.0", "did you mean"),
    "staffing": ("content-units-0-bands-0-fte-0", "-1.0", "negative"),
    "actions": ("content-rows-0-title", "x" * 2001, "2,001 characters long"),
    "risks": ("content-rows-0-current-likelihood", "9", "9"),
    "register": ("content-rows-1-cells-sort", "Rotten", "is not offered"),
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "narrative"])
@pytest.mark.usefixtures("author")
def test_an_error_stands_at_its_cell_and_what_was_typed_is_kept(
    client: Client, plan: Plan, kind: str
) -> None:
    section = section_of(plan, kind)
    name, text, sentence = WRONG[kind]
    before = object_of(section)
    _, sent = open_editor(client, section)
    response = post(client, section, sent, {name: text})
    assert response.status_code == 422
    page = read_page(response.content)
    assert page.form_with("base_revision").data[name] == text
    assert name in page.invalid
    assert f"id_{name}_error" in page.described[name].split()
    assert sentence in page.text
    targets = [href for href, _ in page.summary]
    assert f"#id_{name}" in targets
    assert {href.removeprefix("#") for href in targets} <= set(page.ids)
    assert (revisions(section), object_of(section)) == (1, before)


@pytest.mark.usefixtures("author")
def test_what_cannot_be_saved_waits_as_a_draft_until_it_is_put_right(
    client: Client, plan: Plan
) -> None:
    section = section_of(plan, "budget")
    name = "content-units-0-lines-0-employee"
    _, sent = open_editor(client, section)
    post(client, section, sent, {name: "lots", "caption": "Kept too"})
    page, sent = open_editor(client, section)
    assert (sent[name], sent["caption"]) == ("lots", "Kept too")
    assert "could not be saved" in page.text or "not saved" in page.text
    assert post(client, section, sent, {name: "7.5"}).status_code == 302
    line = content_of(section)["units"][0]["lines"][0]
    assert (line["employee"], object_of(section)["caption"]) == ("7.5", "Kept too")
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("author")
def test_a_page_drawn_without_the_draft_lets_go_only_of_what_it_saves(
    client: Client, plan: Plan
) -> None:
    section = section_of(plan, "budget")
    wrong, right = (f"content-units-0-lines-0-{name}" for name in ("employee", "running"))
    _, other = open_editor(client, section)
    post(client, section, other, {wrong: "lots", right: "many"})
    assert post(client, section, other, {right: "2.5", "save_id": "b"}).status_code == 302
    _, sent = open_editor(client, section)
    assert (sent[wrong], sent[right]) == ("lots", "2.5")
    assert post(client, section, other, {wrong: "7.5", "save_id": "c"}).status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("author")
def test_what_two_pages_of_a_person_cannot_save_is_kept_of_both(client: Client, plan: Plan) -> None:
    section = section_of(plan, "budget")
    wrong, other = (f"content-units-0-lines-0-{name}" for name in ("employee", "running"))
    _, sent = open_editor(client, section)
    post(client, section, sent, {wrong: "lots"})
    refused = read_page(post(client, section, sent, {other: "many", "save_id": "b"}).content)

    _, kept = open_editor(client, section)
    assert (kept[wrong], kept[other]) == ("lots", "many")

    mended = {**refused.form_with("base_revision").data, other: "2.5"}
    assert post(client, section, mended).status_code == 302
    _, kept = open_editor(client, section)
    assert (kept[wrong], kept[other]) == ("lots", "2.5")


@pytest.mark.usefixtures("author")
def test_a_link_to_a_place_shows_the_draft_too(client: Client, plan: Plan) -> None:
    section = section_of(plan, "budget")
    name = "content-units-0-lines-0-employee"
    _, sent = open_editor(client, section)
    post(client, section, sent, {name: "lots"})
    row = content_of(section)["units"][0]["id"]

    at_place = read_page(client.get(edit_url(section), {"at": f"content-units-{row}"}).content)
    as_saved = read_page(client.get(edit_url(section), {"at": "now"}).content)

    assert at_place.form_with("base_revision").data[name] == "lots"
    assert as_saved.form_with("base_revision").data[name] == sent[name]


@pytest.mark.usefixtures("author")
def test_a_draft_is_its_writers_alone_and_can_be_discarded(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "budget")
    name = "content-units-0-lines-0-employee"
    _, sent = open_editor(client, section)
    before = sent[name]
    post(client, section, sent, {name: "lots"})
    other = Client()
    other.force_login(people.planning_officer)
    assert open_editor(other, section)[1][name] == before
    response = client.post(edit_url(section), {"do": "discard"})
    assert response.url == edit_url(section)
    assert open_editor(client, section)[1][name] == before


@pytest.mark.usefixtures("author")
def test_a_new_row_that_cannot_be_saved_is_drawn_again(client: Client, plan: Plan) -> None:
    section = section_of(plan, "staffing")
    _, sent = open_editor(client, section)
    sent = press(client, section, sent, "add:content-units-0-bands")
    typed = {"content-units-0-bands-2-label": "Grade 3", "content-units-0-bands-2-fte-0": "lots"}
    response = post(client, section, sent, typed)
    assert response.status_code == 422
    page = read_page(response.content)
    assert page.invalid == ["content-units-0-bands-2-fte-0"]
    _, sent = open_editor(client, section)
    assert sent["content-units-0-bands-2-label"] == "Grade 3"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "narrative"])
@pytest.mark.usefixtures("author")
def test_a_form_that_was_cut_short_saves_nothing(client: Client, plan: Plan, kind: str) -> None:
    section = section_of(plan, kind)
    before = object_of(section)
    _, sent = open_editor(client, section)
    rows = [name for name in sent if name.endswith("-id")]
    cut = {name: v for name, v in sent.items() if not name.startswith(rows[-1][: -len("id")])}
    response = client.post(edit_url(section), {**cut, "caption": "Half"})
    assert response.status_code == 400
    assert (revisions(section), object_of(section), Draft.objects.count()) == (1, before, 0)


@pytest.mark.parametrize("base", ["", "x", "-1", "0", "2", "999999999", "9" * 40, "²", "1.0"])
@pytest.mark.usefixtures("author")
def test_a_base_that_never_was_is_refused(client: Client, plan: Plan, base: str) -> None:
    section = section_of(plan, "register")
    _, sent = open_editor(client, section)
    response = post(client, section, sent, {"base_revision": base, "caption": "New"})
    assert (response.status_code, revisions(section)) == (400, 1)


@pytest.mark.slow
@pytest.mark.usefixtures("author")
def test_too_many_rows_are_refused_with_a_sentence(client: Client, plan: Plan) -> None:
    section = section_of(plan, "register")
    before = object_of(section)
    _, sent = open_editor(client, section)
    for index in range(ROW_LIMIT + 1):
        sent |= {f"content-rows-{index}-id": "", f"content-rows-{index}-cells-name": "x"}
    sent["content-rows-count"] = str(ROW_LIMIT + 1)
    response = client.post(edit_url(section), sent)
    assert response.status_code == 422
    assert "at most 2,000" in read_page(response.content).text
    assert object_of(section) == before


@pytest.mark.usefixtures("author")
def test_a_request_that_is_too_large_is_refused_with_a_page(
    client: Client, plan: Plan, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    section = section_of(plan, "narrative")
    response = client.post(edit_url(section), {"content-body": "x" * 20_000})
    assert (response.status_code, revisions(section)) == (413, 1)


HOSTILE = {
    "NUL": "a\0b",
    "escape": "\x1b[31m",
    "long": "x" * 3_000,
    "huge": "x" * 250_000,  # in every tenth text: a page of hundreds takes a minute to read
    "markup": '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "brackets": "(" * 500 + ")" * 500,
    "template": "{{ section }} {% load x %} %s %(a)s {0}",
    "signs": "- \n  - \n    - \n" * 40,
    "right to left": "\u202e\u2066abc\u200b",
    "number": "9" * 400,
    "paths": "../../../etc/passwd",
}


@pytest.mark.slow
@pytest.mark.parametrize("sort", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("author")
def test_hostile_texts_are_stored_whole_or_refused_with_sentences(
    client: Client, plan: Plan, kind: str, sort: str
) -> None:
    section = section_of(plan, kind)
    before = object_of(section)
    _, sent = open_editor(client, section)
    kept = ("-id", "-count", "-shown", "-variant", "base_revision", "save_id", "orientation")
    texts = [name for name in sent if not (name.endswith(kept) or name.startswith("csrf"))]
    chosen = texts[:: 10 if sort == "huge" else 1]
    typed = {name: HOSTILE[sort] if name in chosen else value for name, value in sent.items()}
    response = client.post(edit_url(section), typed)
    assert response.status_code == 422
    page = read_page(response.content)
    assert page.summary
    assert {href.removeprefix("#") for href, _ in page.summary} <= set(page.ids)
    assert (revisions(section), object_of(section)) == (1, before)
    assert open_editor(client, section)[1].keys() >= set()


@pytest.mark.usefixtures("author")
def test_rich_text_that_is_typed_never_becomes_markup_of_its_own(
    client: Client, plan: Plan
) -> None:
    section = section_of(plan, "narrative")
    text = "<script>alert(1)</script> [x](javascript:alert(1)) [y](//evil.example) <b onclick=x>"
    assert type_in(client, section, content_body=text).status_code == 302
    body = content_of(section)["body"]
    assert "<script" not in body
    assert "href" not in body
    assert "<b" not in body
    shown = client.get(section.get_absolute_url()).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("narrative", "lead"),
        ("narrative", "content-signatures-0-name"),
        ("activity", "content-rows-0-cells-c1"),
        ("actions", "content-rows-0-title"),
        ("register", "content-rows-1-cells-name"),
    ],
)
@pytest.mark.parametrize(
    "text", ["<blockquote>" * 100, '<span data-figure="x.y" data-style="£m"></span>', "<p>a<p>b"]
)
@pytest.mark.usefixtures("author")
def test_plain_text_that_looks_like_markup_stays_plain_text(
    client: Client, plan: Plan, kind: str, name: str, text: str
) -> None:
    section = section_of(plan, kind)
    assert type_in(client, section, **{name: text}).status_code == 302
    assert open_editor(client, section)[1][name] == text
    pages = [reverse(f"plans:{page}", args=[plan.pk]) for page in ("detail", "preview")]
    pages.append(reverse("plans:section_revisions", args=[plan.pk, section.pk]))
    pages.append(section.get_absolute_url())
    assert [client.get(page).status_code for page in pages] == [200] * 4
    submit = reverse("plans:action", args=[plan.pk, "submit"])
    assert client.post(submit, {"comment": ""}).status_code == 302


# --- two people ---------------------------------------------------------------------------------


def save_as(section: Section, by: User, change: dict[str, Any]) -> None:
    """Save a whole section object on top of what is there."""
    section.refresh_from_db()
    save_section(
        section,
        change,
        base_revision=section.revision,
        save_id=uuid4().hex,
        by=by,
        at=timezone.now(),
    )


@pytest.mark.usefixtures("author")
def test_two_who_change_different_cells_are_merged(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "register")
    _, sent = open_editor(client, section)
    theirs = object_of(section)
    theirs["content"]["rows"][1]["cells"]["ends"] = "soon"
    save_as(section, people.planning_officer, theirs)
    response = post(client, section, sent, {"content-rows-1-cells-name": "Mine"})
    assert said(response) == ["Saved, together with what others changed meanwhile."]
    assert content_of(section)["rows"][1]["cells"] == {
        "name": "Mine",
        "ends": "soon",
        "sort": "Block",
    }


def clash(
    client: Client,
    section: Section,
    by: User,
    *,
    theirs: dict[str, Any],
    mine: dict[str, str],
    remove: str = "",
) -> tuple[Page, HttpResponse]:
    """Let somebody save `theirs` while the author types `mine`; return the page that follows."""
    _, sent = open_editor(client, section)
    if remove:
        sent = press(client, section, sent, f"remove:{remove}")
    save_as(section, by, theirs)
    response = post(client, section, sent, mine)
    assert response.status_code == 409
    return read_page(response.content), response


def choose(client: Client, section: Section, page: Page, side: str) -> HttpResponse:
    """Choose the same side for every place, and send the form as its page has it."""
    form = page.form_to("/resolve/")
    assert all(sorted(offered) == ["mine", "theirs"] for offered in form.radios.values())
    return client.post(form.action, {**form.data, **dict.fromkeys(form.radios, side)})


@pytest.mark.parametrize(("side", "name"), [("theirs", "Theirs"), ("mine", "Mine")])
@pytest.mark.usefixtures("author")
def test_a_clash_shows_three_texts_and_saves_the_one_that_is_chosen(
    client: Client, plan: Plan, people: SimpleNamespace, side: str, name: str
) -> None:
    section = section_of(plan, "register")
    theirs = object_of(section)
    theirs["content"]["rows"][1]["cells"]["name"] = "Theirs"
    theirs["content"]["rows"][1]["cells"]["ends"] = "Theirs alone"
    mine = {"content-rows-1-cells-name": "Mine", "caption": "Mine alone"}
    page, response = clash(client, section, people.planning_officer, theirs=theirs, mine=mine)
    [shown] = response.context["clashes"]
    assert (shown["base"], shown["theirs"], shown["mine"]) == ("Contract", "Theirs", "Mine")
    assert f"{people.planning_officer.name} changed “{section}” too" in page.text
    assert f"Theirs, saved meanwhile by {people.planning_officer.name}" in page.text
    assert content_of(section) == theirs["content"]
    assert choose(client, section, page, side).status_code == 302
    after = object_of(section)
    assert after["content"]["rows"][1]["cells"]["name"] == name
    assert after["content"]["rows"][1]["cells"]["ends"] == "Theirs alone"
    assert after["caption"] == "Mine alone"
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("side", "present"), [("theirs", False), ("mine", True)])
@pytest.mark.usefixtures("author")
def test_a_row_that_they_removed_and_i_changed(
    client: Client, plan: Plan, people: SimpleNamespace, side: str, present: bool
) -> None:
    section = section_of(plan, "risks")
    theirs = object_of(section)
    gone = theirs["content"]["rows"].pop(0)
    page, response = clash(
        client,
        section,
        people.planning_officer,
        theirs=theirs,
        mine={"content-rows-0-title": "Changed"},
    )
    assert response.context["clashes"][0]["theirs"] == "(removed)"
    assert choose(client, section, page, side).status_code == 302
    rows = {row["id"]: row["title"] for row in content_of(section)["rows"]}
    assert (gone["id"] in rows) is present
    assert rows.get(gone["id"]) == ("Changed" if present else None)


@pytest.mark.parametrize(("side", "present"), [("theirs", True), ("mine", False)])
@pytest.mark.usefixtures("author")
def test_a_row_that_i_removed_and_they_changed(
    client: Client, plan: Plan, people: SimpleNamespace, side: str, present: bool
) -> None:
    section = section_of(plan, "risks")
    theirs = object_of(section)
    theirs["content"]["rows"][0]["title"] = "Changed"
    page, response = clash(
        client,
        section,
        people.planning_officer,
        theirs=theirs,
        mine={},
        remove="content-rows-0",
    )
    assert response.context["clashes"][0]["mine"] == "(removed)"
    assert choose(client, section, page, side).status_code == 302
    titles = [row["title"] for row in content_of(section)["rows"]]
    assert titles == (["Changed", "Risk 2"] if present else ["Risk 2"])


@pytest.mark.usefixtures("author")
def test_a_cell_of_a_column_that_they_removed(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "register")
    theirs = object_of(section)
    del theirs["content"]["columns"][1]
    for row in theirs["content"]["rows"][1:]:
        del row["cells"]["ends"]
    mine = {"content-rows-1-cells-ends": "Mine"}
    page, _ = clash(client, section, people.planning_officer, theirs=theirs, mine=mine)
    assert choose(client, section, page, "theirs").status_code == 302
    assert content_of(section) == theirs["content"]
    assert not Draft.objects.exists()


@pytest.mark.parametrize(("side", "body"), [("theirs", "Theirs."), ("mine", "Mine.")])
@pytest.mark.usefixtures("author")
def test_the_same_paragraph_changed_by_two(
    client: Client, plan: Plan, people: SimpleNamespace, side: str, body: str
) -> None:
    section = section_of(plan, "narrative")
    theirs = object_of(section)
    theirs["content"]["body"] = "<p>Theirs.</p><p>Paragraph 2.</p>"
    mine = {"content-body": "Mine.\r\n\r\nParagraph 2."}
    page, _ = clash(client, section, people.planning_officer, theirs=theirs, mine=mine)
    assert choose(client, section, page, side).status_code == 302
    assert content_of(section)["body"] == f"<p>{body}</p><p>Paragraph 2.</p>"


@pytest.mark.usefixtures("author")
def test_a_choice_that_is_missing_or_late_shows_the_clash_again(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "register")
    theirs = object_of(section)
    theirs["content"]["rows"][1]["cells"]["name"] = "Theirs"
    mine = {"content-rows-1-cells-name": "Mine"}
    page, _ = clash(client, section, people.planning_officer, theirs=theirs, mine=mine)
    form = page.form_to("/resolve/")
    assert client.post(form.action, form.data).status_code == 409
    theirs["content"]["rows"][1]["cells"]["name"] = "Later"
    save_as(section, people.planning_officer, theirs)
    late = choose(client, section, page, "mine")
    assert late.status_code == 409
    assert late.context["clashes"][0]["theirs"] == "Later"
    assert choose(client, section, read_page(late.content), "mine").status_code == 302
    assert content_of(section)["rows"][1]["cells"]["name"] == "Mine"


@pytest.mark.usefixtures("author")
def test_deciding_where_nothing_clashed_changes_nothing(client: Client, plan: Plan) -> None:
    section = section_of(plan, "register")
    url = reverse("plans:section_resolve", args=[plan.pk, section.pk])
    response = client.post(url, {"revision": "1", "choice-caption": "mine"})
    assert (response.status_code, said(response), revisions(section)) == (
        302,
        ["There is nothing left to decide here."],
        1,
    )


# --- a plan that was submitted meanwhile --------------------------------------------------------


@pytest.mark.usefixtures("author")
def test_what_was_typed_while_the_plan_was_submitted_comes_back(client: Client, plan: Plan) -> None:
    section = section_of(plan, "register")
    before = object_of(section)
    _, sent = open_editor(client, section)
    Plan.objects.update(state=Plan.State.IN_REVIEW)
    response = post(client, section, sent, {"caption": "Typed meanwhile"})
    assert (response.status_code, response.url) == (302, section.get_absolute_url())
    assert "What you typed is kept" in said(response)[0]
    assert object_of(section) == before
    assert client.get(edit_url(section)).status_code == 302
    Plan.objects.update(state=Plan.State.DRAFT)
    assert open_editor(client, section)[1]["caption"] == "Typed meanwhile"


# --- reading, title, status, revisions ----------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("author")
def test_a_section_reads_as_it_prints(client: Client, plan: Plan, kind: str) -> None:
    response = client.get(section_of(plan, kind).get_absolute_url())
    assert response.status_code == 200
    assert kind.title() in read_page(response.content).text


@pytest.mark.usefixtures("author")
def test_a_section_is_renamed(client: Client, plan: Plan) -> None:
    section = section_of(plan, "risks")
    url = reverse("plans:section_rename", args=[plan.pk, section.pk])
    form = read_page(client.get(url).content).form_with("title")
    assert form.data["title"] == "Risks"
    assert client.post(url, {**form.data, "title": "What may go wrong"}).status_code == 302
    assert (object_of(section)["title"], revisions(section)) == ("What may go wrong", 2)


@pytest.mark.parametrize("title", ["x" * 301, "a\0b", "a\x07b"])
@pytest.mark.usefixtures("author")
def test_a_title_that_cannot_be_kept_is_refused(client: Client, plan: Plan, title: str) -> None:
    section = section_of(plan, "risks")
    url = reverse("plans:section_rename", args=[plan.pk, section.pk])
    response = client.post(url, {"title": title})
    assert (response.status_code, revisions(section)) == (422, 1)
    assert list(response.context["form"].errors) == ["title"]


@pytest.mark.usefixtures("author")
def test_a_status_is_set_and_written_in_the_history(client: Client, plan: Plan) -> None:
    section = section_of(plan, "risks")
    url = reverse("plans:section_status", args=[plan.pk, section.pk])
    response = client.post(url, {"status": "ready"})
    assert said(response) == ["“Risks” is now: Ready for review."]
    section.refresh_from_db()
    assert section.status == Section.Status.READY
    assert plan.events.first().detail == {"title": "Risks", "old": "in_progress", "new": "ready"}


@pytest.mark.usefixtures("author")
def test_revisions_say_what_changed_from_what_to_what(client: Client, plan: Plan) -> None:
    section = section_of(plan, "register")
    type_in(client, section, **{"content-rows-1-cells-name": "Another"})
    url = reverse("plans:section_revisions", args=[plan.pk, section.pk])
    page = read_page(client.get(url).content)
    assert "Contract" in page.text
    assert "Another" in page.text


# --- how much is asked of the database ----------------------------------------------------------


def count_queries(client: Client, section: Section, method: str, name: str, text: str) -> int:
    """Return how many queries opening the editor (GET) or saving one cell (POST) takes."""
    _, sent = open_editor(client, section)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        if method == "GET":
            client.get(edit_url(section))
        else:
            assert client.post(edit_url(section), {**sent, name: text}).status_code == 302
    return len(queries)


QUERIES = {  # to open, and to save
    "narrative": (21, 21),
    "objectives": (22, 27),
    "indicators": (22, 25),
    "activity": (21, 24),
    "budget": (23, 31),
    "staffing": (23, 31),
    "actions": (21, 24),
    "risks": (22, 26),
    "register": (21, 24),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.usefixtures("author")
def test_opening_and_saving_asks_the_same_for_one_row_and_for_three(
    client: Client, people: SimpleNamespace, unit: OrganisationUnit, kind: str, rows: int
) -> None:
    others = [section_value("narrative", key=f"other-{n}") for n in range(rows)]
    plan = store(unit, by=people.author, sections=[section_value(kind, rows=rows), *others])
    section = section_of(plan, kind)
    name, text = CHANGES[kind]
    found = [count_queries(client, section, method, name, text) for method in ("GET", "POST")]
    assert tuple(found) == QUERIES[kind]


def test_what_is_typed_into_a_section_that_was_removed_is_kept(
    client: Client, plan: Plan, author: User
) -> None:
    section = section_of(plan, "narrative")
    _, sent = open_editor(client, section)
    remove_section(section, by=author, at=NOW)
    response = client.post(edit_url(section), {**sent, "content-body": "Typed too late."})
    assert response.status_code == 302
    section.refresh_from_db()
    bring_back(section, by=author, at=NOW)
    assert "Typed too late." in client.get(edit_url(section)).content.decode()
