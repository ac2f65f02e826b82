"""Saving a section: merged, refused with three texts, answered twice alike, and never lost."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from accounts.models import User
from plans.content import Faults
from plans.models import Draft, Event, Plan, Section, SectionRevision
from plans.planfile import read_plan, section_object, write_plan_file
from plans.services import (
    Conflict,
    NotOpen,
    Saved,
    drop_draft,
    keep_draft,
    rename_section,
    save_section,
    save_with_choices,
    section_at,
)
from plans.services.saving import SNAPSHOT_EVERY
from tests.factories import NOW
from tests.plans.samples import KINDS, make_world, object_of, store

pytestmark = pytest.mark.django_db

Edit = Callable[[dict[str, Any]], object]


def section_of(plan: Plan, kind: str) -> Section:
    return plan.sections.get(kind=kind)


def save(
    section: Section,
    edit: Edit,
    *,
    by: User,
    base: int | None = None,
    save_id: str = "",
) -> Saved:
    """Save what `edit` makes of the section as revision `base` had it, by default the present."""
    section = Section.objects.get(pk=section.pk)
    number = base or section.revision
    change = section_at(section, number)
    edit(change)
    name = save_id or f"save-{random.getrandbits(64):x}"
    return save_section(section, change, base_revision=number, save_id=name, by=by, at=NOW)


def set_title(row: int, title: str) -> Edit:
    return lambda change: change["content"]["rows"][row].update(title=title)


def titles(section: Section) -> list[str]:
    return [row["title"] for row in object_of(section)["content"]["rows"]]


# --- one save ----------------------------------------------------------------------------------


def test_a_save_is_stored_counted_and_noted(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")

    saved = save(section, set_title(0, "Renamed"), by=people.author)

    section.refresh_from_db()
    revision = section.revisions.get(number=2)
    event = Event.objects.get(plan=plan, action="save")
    row_id = saved.section_object["content"]["rows"][0]["id"]
    patch = [
        {"path": ["content", "rows", row_id, "title"], "old": "Action 1", "new": "Renamed"},
    ]
    assert (saved.revision, section.revision, revision.by) == (2, 2, people.author)
    assert list(saved.changed) == revision.patch == patch
    assert (saved.merged, saved.repeated) == (False, False)
    assert titles(section) == ["Renamed", "Action 2"]
    assert event.detail == {"revision": 2, "changes": 1, "title": "Actions"}
    assert (event.section, event.by, event.at) == (section, people.author, NOW)


def test_a_save_that_changes_nothing_leaves_no_trace(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "budget")

    saved = save(section, lambda change: None, by=people.author)

    assert (saved.revision, saved.changed) == (1, ())
    assert section.revisions.count() == 1
    assert not Event.objects.filter(action="save").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_saves_what_its_own_object_says(
    kind: str, plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, kind)

    saved = save(section, lambda change: change.update(intro="<p>New</p>"), by=people.author)

    assert [change["path"] for change in saved.changed] == [["intro"]]
    assert object_of(section) == saved.section_object


def test_key_kind_parent_and_part_are_not_a_saves_to_change(
    plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "actions")
    foreign = {"key": "stolen", "kind": "risks", "parent": "budget", "part": "Part X"}

    saved = save(section, lambda change: change.update(foreign), by=people.author)

    assert saved.changed == ()
    assert saved.section_object["key"] == "actions"


def test_content_that_does_not_validate_is_refused_whole(
    plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "budget")

    def edit(change: dict[str, Any]) -> None:
        [unit] = change["content"]["units"]
        unit["lines"][0].update(activity="Kept?", employee="12,48.0")
        unit["lines"][1].update(running="lots")

    with pytest.raises(Faults) as raised:
        save(section, edit, by=people.author)

    assert [str(fault) for fault in raised.value.faults] == [
        'content.units[0].lines[0].employee: "12,48.0" is not a number; '
        "did you mean 1,248.0 or 12,480.0?",
        'content.units[0].lines[1].running: "lots" is not a number',
    ]
    assert object_of(section)["content"]["units"][0]["lines"][0]["activity"] == "Line 1"
    assert section.revisions.count() == 1


def test_rows_keep_their_ids_and_their_database_rows(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    before = {row["id"]: row["title"] for row in object_of(section)["content"]["rows"]}
    keys = set(section.actions.values_list("pk", flat=True))

    def edit(change: dict[str, Any]) -> None:
        rows = change["content"]["rows"]
        rows.reverse()
        rows[0].update(title="Renamed", number="99")
        rows.append({"number": "3", "title": "Added"})

    saved = save(section, edit, by=people.author)

    first, second, added = saved.section_object["content"]["rows"]
    assert [first["id"], second["id"]] == [*reversed(before)]
    assert added["id"]
    assert added["id"] not in before
    assert keys < set(section.actions.values_list("pk", flat=True))


# --- merging -----------------------------------------------------------------------------------


def test_a_stale_save_of_other_cells_is_merged(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    save(section, set_title(0, "Theirs"), by=people.planning_officer)

    saved = save(section, set_title(1, "Mine"), by=people.author, base=1)

    assert (saved.revision, saved.merged) == (3, True)
    assert titles(section) == ["Theirs", "Mine"]
    assert len(section.revisions.get(number=3).patch) == 1


def test_a_true_clash_is_refused_with_three_texts(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    save(section, set_title(0, "Theirs"), by=people.planning_officer)

    with pytest.raises(Conflict) as raised:
        save(section, set_title(0, "Mine"), by=people.author, base=1)

    [clash] = raised.value.clashes
    assert (clash.base, clash.theirs, clash.mine) == ("Action 1", "Theirs", "Mine")
    assert clash.path == (
        "content",
        "rows",
        object_of(section)["content"]["rows"][0]["id"],
        "title",
    )
    assert raised.value.revision == 2
    sides = (raised.value.base, raised.value.theirs, raised.value.mine)
    assert [side["content"]["rows"][0]["title"] for side in sides] == ["Action 1", "Theirs", "Mine"]
    assert titles(section) == ["Theirs", "Action 2"]


def test_a_clash_is_settled_by_choosing(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    save(section, set_title(0, "Theirs"), by=people.planning_officer)
    with pytest.raises(Conflict) as raised:
        save(section, set_title(0, "Mine"), by=people.author, base=1)

    name = "-".join(raised.value.clashes[0].path)
    settled = save_with_choices(
        section,
        raised.value.mine,
        base_revision=1,
        seen_revision=2,
        choices={name: "mine"},
        by=people.author,
        at=NOW,
    )

    assert settled.revision == 3
    assert titles(section) == ["Mine", "Action 2"]


def test_a_base_that_never_was_is_refused(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    change = object_of(section)

    for number in (0, 7):
        with pytest.raises(Faults, match="older than this section's history"):
            save_section(
                section, change, base_revision=number, save_id="a", by=people.author, at=NOW
            )


def test_a_save_sent_twice_is_answered_alike(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    first = save(section, set_title(0, "Once"), by=people.author, base=1, save_id="retry")
    save(section, set_title(0, "Later"), by=people.planning_officer)

    again = save(section, set_title(0, "Once"), by=people.author, base=1, save_id="retry")

    assert again.repeated
    assert (again.revision, list(again.changed)) == (first.revision, list(first.changed))
    assert again.section_object == first.section_object
    assert titles(section) == ["Later", "Action 2"]
    assert section.revisions.count() == 3


def test_a_save_sent_again_after_submission_is_still_answered(
    plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "actions")
    save(section, set_title(0, "Once"), by=people.author, base=1, save_id="retry")
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.IN_REVIEW)

    again = save(section, set_title(0, "Once"), by=people.author, base=1, save_id="retry")

    assert (again.repeated, again.revision) == (True, 2)


def test_a_page_that_is_gone_back_to_and_changed_is_saved_again(
    plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "actions")
    save(section, set_title(0, "First"), by=people.author, base=1, save_id="page")

    again = save(section, set_title(1, "Second"), by=people.author, base=1, save_id="page")

    assert (again.repeated, again.merged, again.revision) == (False, True, 3)
    assert titles(section) == ["First", "Second"]


def test_two_people_may_name_their_saves_alike(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    save(section, set_title(0, "Alike"), by=people.author, base=1, save_id="page")

    other = save(section, set_title(0, "Alike"), by=people.planning_officer, base=1, save_id="page")

    assert (other.repeated, other.changed) == (False, ())


# --- who and when ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in Plan.State if state != Plan.State.DRAFT])
def test_a_plan_that_is_no_draft_takes_no_save(
    state: Plan.State, plan: Plan, people: SimpleNamespace
) -> None:
    Plan.objects.filter(pk=plan.pk).update(state=state)

    with pytest.raises(NotOpen):
        save(section_of(plan, "actions"), set_title(0, "x"), by=people.author)


@pytest.mark.parametrize(
    ("person", "assigned", "reserved", "may"),
    [
        ("author", False, False, True),
        ("author", True, False, True),
        ("author", True, True, False),
        ("planning_officer", True, True, True),
        ("section_lead", False, False, False),
        ("assigned", True, False, True),
        ("assigned", True, True, True),
        ("assigned", False, False, False),
        ("approver", False, False, False),
        ("cabinet_member", False, False, False),
        ("reader", False, False, False),
    ],
)
def test_who_may_save(
    person: str, assigned: bool, reserved: bool, may: bool, plan: Plan, people: SimpleNamespace
) -> None:
    section = section_of(plan, "actions")
    section.assigned_to = people.assigned if assigned else None
    section.reserved = reserved
    section.save()
    by = getattr(people, person)

    if may:
        assert save(section, set_title(0, "x"), by=by).revision == 2
    else:
        with pytest.raises(PermissionDenied):
            save(section, set_title(0, "x"), by=by)


def test_a_stranger_may_not_save() -> None:
    world = make_world()
    plan = store(world.libraries.unit, by=world.libraries.people.author)

    for by in (world.roads.people.author, world.nobody, world.superuser):
        with pytest.raises(PermissionDenied):
            save(section_of(plan, "actions"), set_title(0, "x"), by=by)


def test_a_removed_section_takes_no_save(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    Section.objects.filter(pk=section.pk).update(removed_at=NOW)

    with pytest.raises(PermissionDenied):
        save(section, set_title(0, "x"), by=people.author)


# --- history -----------------------------------------------------------------------------------


def random_edit(chance: random.Random) -> Edit:
    def edit(change: dict[str, Any]) -> None:
        rows = change["content"]["rows"]
        what = chance.randrange(6)
        if what == 0 or len(rows) < 2:
            rows.insert(
                chance.randrange(len(rows) + 1), {"number": "", "title": f"{chance.random()}"}
            )
        elif what == 1:
            del rows[chance.randrange(len(rows))]
        elif what == 2:
            chance.shuffle(rows)
        elif what == 3:
            change["notes"].append({"mark": f"{chance.randrange(9)}", "text": "<p>Note</p>"})
        elif what == 4:
            chance.choice(rows)["links"] = [f"P{chance.randrange(99)}"]
        else:
            chance.choice(rows)["title"] = f"{chance.random()}"

    return edit


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_every_revision_can_be_read_again(seed: int, plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    chance = random.Random(seed)  # noqa: S311 the same edits in every run
    seen = {1: object_of(section)}

    for _ in range(SNAPSHOT_EVERY + 15):
        saved = save(section, random_edit(chance), by=people.author)
        seen[saved.revision] = saved.section_object

    section.refresh_from_db()
    assert {number: section_at(section, number) for number in seen} == seen
    snapshots = section.revisions.exclude(snapshot=None).order_by("number")
    assert list(snapshots.values_list("number", flat=True)) == [1, SNAPSHOT_EVERY + 1]


def test_a_revision_that_never_was_cannot_be_read(plan: Plan) -> None:
    with pytest.raises(SectionRevision.DoesNotExist):
        section_at(section_of(plan, "actions"), 2)


def test_renaming_is_a_revision(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")

    saved = rename_section(section, title="  Projects ", by=people.author, at=NOW)

    section.refresh_from_db()
    assert (section.title, section.revision) == ("Projects", 2)
    assert [change["path"] for change in saved.changed] == [["title"]]


# --- drafts ------------------------------------------------------------------------------------


def test_a_draft_is_kept_for_each_person_until_a_save(plan: Plan, people: SimpleNamespace) -> None:
    section = section_of(plan, "actions")
    typed = {**object_of(section), "title": 5}

    for by in (people.author, people.author, people.planning_officer):
        keep_draft(section, typed, base_revision=1, by=by, at=NOW)
    save(section, set_title(0, "Saved"), by=people.author)

    [draft] = Draft.objects.filter(section=section)
    assert (draft.user, draft.section_object) == (people.planning_officer, typed)
    drop_draft(section, by=people.planning_officer)
    assert not Draft.objects.exists()


# --- many writers ------------------------------------------------------------------------------


class Writer(threading.Thread):
    """Saves one row of its own and one that all share, each save retried after a clash."""

    def __init__(self, number: int, *, section: Section, by: User, saves: int) -> None:
        super().__init__()
        self.number, self.section, self.by, self.saves = number, section, by, saves
        self.accepted = self.clashes = 0
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            for count in range(1, self.saves + 1):
                self.save(count)
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()

    def save(self, count: int) -> None:
        base, change = self.read()
        while True:
            rows = change["content"]["rows"]
            rows[self.number]["title"] = f"writer {self.number} save {count}"
            rows[-1]["title"] = f"all: writer {self.number} save {count}"
            try:
                name = f"{self.number}-{count}"
                save_section(
                    self.section, change, base_revision=base, save_id=name, by=self.by, at=NOW
                )
            except Conflict as conflict:
                self.clashes += 1
                base, change = conflict.revision, conflict.theirs
            else:
                self.accepted += 1
                return

    def read(self) -> tuple[int, dict[str, Any]]:
        section = Section.objects.select_related("parent").get(pk=self.section.pk)
        return section.revision, section_at(section, section.revision)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("writers", "saves"),
    [(8, 10), pytest.param(20, 100, marks=pytest.mark.full)],
)
def test_no_save_of_many_writers_is_lost(
    writers: int, saves: int, shared_database: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    world = make_world()
    by = world.libraries.people.author
    rows = [{"number": str(n), "title": f"Row {n}"} for n in range(writers + 1)]
    value = {"key": "actions", "title": "A", "kind": "actions", "content": {"rows": rows}}
    plan = store(world.libraries.unit, by=by, sections=[value])
    section = plan.sections.get()

    threads = [Writer(n, section=section, by=by, saves=saves) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    section.refresh_from_db()
    accepted = sum(thread.accepted for thread in threads)
    lost = writers * saves - (section.revision - 1)
    with capsys.disabled():
        clashes = sum(thread.clashes for thread in threads)
        counts = f"{lost} lost of {writers * saves} saves, {clashes} clashes, {connection.vendor}"
        sys.stdout.write(f"\n{counts}\n")
    assert [thread.error for thread in threads] == [None] * writers
    assert lost == 0
    assert accepted == section.revisions.count() - 1 == writers * saves
    assert Event.objects.filter(action="save").count() == writers * saves
    assert titles(section)[:-1] == [f"writer {n} save {saves}" for n in range(writers)]
    assert section_at(section, section.revision) == section_object(section)
    assert write_plan_file(read_plan(plan))
