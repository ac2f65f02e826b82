"""Saving a section: merged with what others did meanwhile, or refused with all texts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from plans.content import Fault, Faults, Path, identified_rows
from plans.measures import measure_section
from plans.merge import Clash, changes, choose, merge, put_places, undo_changes
from plans.models import Draft, Event, Plan, Section, SectionRevision
from plans.permissions import can_write
from plans.planfile import (
    STRUCTURE,
    SectionData,
    SectionHead,
    apply_head,
    plan_facts,
    read_head,
    read_section_object,
    section_object,
)
from plans.registry import PlanFacts, get_kind
from plans.services.taking import Removed, refuse_unless_open, take_section

SNAPSHOT_EVERY = 50
REVISIONS_LOOKED_AT = 100
SOMEBODY = "somebody else"
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
SAVED_FIELDS = [
    *(name for name in SectionHead.model_fields if name not in STRUCTURE),
    "measure",
    "revision",
    "status",
    "changed_at",
]


class Conflict(Exception):
    """A stale save met changes by others; nothing was saved. All three texts are here."""

    def __init__(
        self, clashes: tuple[Clash, ...], *, base: Any, theirs: Any, mine: Any, revision: int
    ) -> None:
        super().__init__(f"{len(clashes)} places were changed by somebody else")
        self.clashes, self.base, self.theirs, self.mine = clashes, base, theirs, mine
        self.revision = revision


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer to a save. `merged`: others' changes since the base are in it too."""

    revision: int
    section_object: dict[str, Any]
    changed: tuple[Mapping[str, Any], ...]
    merged: bool = False
    repeated: bool = False


# --- saving a section --------------------------------------------------------------------------


@transaction.atomic
def save_section(
    section: Section,
    change: Mapping[str, Any],
    *,
    base_revision: int,
    save_id: str,
    by: User,
    at: datetime,
    ends_draft: bool = True,
    milestone: str = "",
) -> Saved:
    """Store `change`, a whole section object, and note who changed what.

    A change that is based on an older revision is merged where nobody else touched the same
    cells or paragraphs since. A `save_id` seen before, by the same person with the same change,
    is answered as the first time. `ends_draft`: the change holds all that `by` had kept as a draft.
    `milestone`: what the history calls this save, if it is one of a kind.

    :raises Faults: if the content does not fit its kind or plan.
    :raises Conflict: if others changed the same places.
    :raises NotOpen: if the plan is no longer a draft.
    :raises Removed: if the section is no longer in the plan.
    :raises PermissionDenied: if `by` may not write this section.
    """
    save_id = name_save(save_id, change, by=by)
    section = take_section(section)
    repeated = section.revisions.filter(save_id=save_id).first()
    if repeated:
        return _answer_again(section, repeated)
    refuse_unless_writable(section, by=by)
    meeting = _meet(section, change, base_revision=base_revision)
    if meeting.clashes:
        raise meeting.conflict(section.revision)
    result = read_section_object(meeting.merged, meeting.facts)
    patch = tuple(changes(meeting.theirs, result.as_dict()))
    if patch:
        write_section(
            section, result, patch=patch, save_id=save_id, by=by, at=at, milestone=milestone
        )
    if ends_draft:
        drop_draft(section, by=by)
    return Saved(
        revision=section.revision,
        section_object=result.as_dict(),
        changed=patch,
        merged=base_revision != section.revision - bool(patch),
    )


@transaction.atomic
def save_with_choices(
    section: Section,
    change: Mapping[str, Any],
    *,
    base_revision: int,
    seen_revision: int,
    choices: Mapping[str, str],
    by: User,
    at: datetime,
    milestone: str = "",
) -> Saved:
    """Store a change that clashed, with "theirs" or "mine" chosen for each clash by its name.

    The names are the clashes' paths joined by hyphens. `seen_revision`: the one that the person
    chose against; if others saved since, or a choice is missing, the clash is shown again.
    `milestone` as in `save_section`.

    :raises Conflict: if a choice is still to be made.
    :raises Faults: if what results does not fit its kind or plan.
    """
    section = take_section(section)
    refuse_unless_writable(section, by=by)
    meeting = _meet(section, change, base_revision=base_revision)
    names = {"-".join(map(str, clash.path)) for clash in meeting.clashes}
    if seen_revision != section.revision or not names <= choices.keys():
        raise meeting.conflict(section.revision)
    result = meeting.merged
    for clash in meeting.clashes:
        is_mine = choices["-".join(map(str, clash.path))] == "mine"
        result = choose(result, clash.path, clash.mine if is_mine else clash.theirs)
    return save_section(
        section,
        result,
        base_revision=section.revision,
        save_id=uuid4().hex,
        by=by,
        at=at,
        milestone=milestone,
    )


@dataclass(frozen=True, slots=True)
class _Meeting:
    """A change, what it was made from, what stands now, and the two merged."""

    facts: PlanFacts
    base: Any
    theirs: Any
    mine: Any
    merged: Any
    clashes: tuple[Clash, ...]

    def conflict(self, revision: int) -> Conflict:
        return Conflict(
            self.clashes, base=self.base, theirs=self.theirs, mine=self.mine, revision=revision
        )


def _meet(section: Section, change: Mapping[str, Any], *, base_revision: int) -> _Meeting:
    """Return the change merged with what stands now; the section must have been taken.

    :raises Faults: if the change does not fit the section's kind or plan, or has no base.
    """
    facts = plan_facts(read_head(section.plan))
    now = section_object(section)
    base = _object_at(section, base_revision, now)
    taken = _ids_ever_used(base, now)
    mine = read_section_object(_with_structure(change, now), facts, taken=taken).as_dict()
    merged = merge(base, now, mine)
    return _Meeting(facts, base, now, mine, merged.merged, merged.clashes)


def name_save(save_id: str, change: Any, *, by: User) -> str:
    """Return 64 hex digits for one save: a page that is gone back to and changed sends its old
    `save_id` with a new change, which is another save."""
    words = json.dumps([save_id, by.pk, change], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def refuse_unless_writable(section: Section, *, by: User) -> None:
    refuse_unless_open(section.plan)
    if not can_write(by, section):
        raise PermissionDenied
    if section.removed_at:
        raise Removed(str(section))


def _answer_again(section: Section, revision: SectionRevision) -> Saved:
    return Saved(
        revision=revision.number,
        section_object=section_at(section, revision.number),
        changed=tuple(revision.patch),
        repeated=True,
    )


def _with_structure(change: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Return the change with key, kind, parent and part as the plan's structure has them."""
    return {**change, **{name: now[name] for name in STRUCTURE}}


def _ids_ever_used(*objects: Any) -> set[str]:
    return {row["id"] for value in objects for _, row in identified_rows(value)}


def _object_at(section: Section, number: int, now: dict[str, Any]) -> dict[str, Any]:
    if number == section.revision:
        return now
    try:
        return section_at(section, number)
    except SectionRevision.DoesNotExist as error:
        raise Faults([Fault((), "the page is older than this section's history")]) from error


def section_at(section: Section, number: int) -> dict[str, Any]:
    """Return the section object as revision `number` left it.

    :raises SectionRevision.DoesNotExist: if there is no such revision.
    """
    revisions = section.revisions.filter(number__gte=number).order_by("number")
    passed: list[SectionRevision] = []
    for revision in revisions.iterator(chunk_size=50):
        if not passed and revision.number != number:
            break
        passed.append(revision)
        if revision.snapshot is not None:
            value = revision.snapshot
            for later in reversed(passed[1:]):
                value = undo_changes(value, later.patch)
            return value
    if not passed:
        raise SectionRevision.DoesNotExist
    value = section_object(section)
    for later in reversed(passed[1:]):
        value = undo_changes(value, later.patch)
    return value


def find_authors(section: Section, paths: Sequence[Path], *, asked_by: User) -> list[str]:
    """Return who changed each of these places last, in words: a name, "you, on another page".

    Whoever did so longer ago than the last revisions that are looked at is "somebody else".
    """
    names = [SOMEBODY] * len(paths)
    left = set(range(len(paths)))
    latest = section.revisions.select_related("by").defer("snapshot").order_by("-number")
    for revision in latest[:REVISIONS_LOOKED_AT]:
        changed = [tuple(change["path"]) for change in revision.patch]
        for place in [each for each in left if any(_lies_on(p, paths[each]) for p in changed)]:
            is_own = revision.by_id == asked_by.pk
            names[place] = "you, on another page" if is_own else revision.by.name
            left.discard(place)
        if not left:
            break
    return names


def _lies_on(changed: Path, path: Path) -> bool:
    """Whether a changed place is the other one, lies in it or around it."""
    return all(str(one) == str(other) for one, other in zip(changed, path, strict=False))


def write_section(
    section: Section,
    result: SectionData,
    *,
    patch: tuple[Mapping[str, Any], ...],
    save_id: str,
    by: User,
    at: datetime,
    milestone: str = "",
) -> None:
    """Write rows, revision and event; the section must have been taken."""
    section.revision += 1
    section.changed_at = at
    if section.status == Section.Status.NOT_STARTED:
        section.status = Section.Status.IN_PROGRESS
    apply_head(section, result.head)
    section.measure = measure_section(result.as_dict())
    section.save(update_fields=SAVED_FIELDS)
    if any(change["path"][0] == "content" for change in patch):
        get_kind(section.kind).load(section, result.content)
    has_snapshot = bool(milestone) or needs_snapshot(section.revision)
    note_revision(
        section,
        patch=patch,
        snapshot=result.as_dict() if has_snapshot else None,
        milestone=milestone,
        save_id=save_id,
        by=by,
        at=at,
    )
    Plan.objects.filter(pk=section.plan_id).update(changed_at=at)


def needs_snapshot(revision: int) -> bool:
    return revision % SNAPSHOT_EVERY == 1


def note_revision(
    section: Section,
    *,
    patch: Sequence[Mapping[str, Any]],
    snapshot: dict[str, Any] | None,
    save_id: str,
    by: User,
    at: datetime,
    milestone: str = "",
) -> None:
    """Write the revision that the section has just reached, and the event of it."""
    SectionRevision.objects.create(
        section=section,
        number=section.revision,
        patch=list(patch),
        snapshot=snapshot,
        milestone=milestone,
        save_id=save_id,
        by=by,
        at=at,
    )
    detail = {"revision": section.revision, "changes": len(patch), "title": section.title}
    if milestone:
        detail["comment"] = milestone
    Event.objects.create(
        plan_id=section.plan_id, section=section, action="save", detail=detail, by=by, at=at
    )


def keep_draft(
    section: Section, change: Mapping[str, Any], *, base_revision: int, by: User, at: datetime
) -> None:
    """Keep what `by` typed but what cannot be saved yet, in place of what was kept before."""
    typed = storable(dict(change))
    values = {"section_object": typed, "base_revision": base_revision, "at": at}
    Draft.objects.update_or_create(section=section, user=by, defaults=values)


def keep_beside(
    section: Section, change: Mapping[str, Any], *, base_revision: int, by: User, at: datetime
) -> None:
    """Keep what `by` typed on a form that does not show their draft, over what is kept there.

    The older of the two bases counts, so that nothing newer than either is written over unasked.
    """
    draft = Draft.objects.filter(section=section, user=by).first()
    if draft:
        base = section_at(section, base_revision)
        paths = [tuple(each["path"]) for each in changes(base, change)]
        change = put_places(draft.section_object, change, paths)
        base_revision = min(base_revision, draft.base_revision)
    keep_draft(section, change, base_revision=base_revision, by=by, at=at)


def settle_draft(section: Section, paths: Sequence[Path], *, by: User) -> None:
    """Let go of what `by` had kept at these places: it is saved now, or was taken back.

    What is kept of other places stays, as it may stand on another page of the same person; a
    draft in which nothing differs any more is dropped. The save itself must have been written.
    """
    draft = Draft.objects.filter(section=section, user=by).first() if paths else None
    if draft is None:
        return
    now = section_object(section)
    left = put_places(_with_structure(draft.section_object, now), now, paths)
    try:
        base = _with_structure(section_at(section, draft.base_revision), now)
    except SectionRevision.DoesNotExist:
        base = now
    rest = merge(base, now, left)
    if rest.merged == now and not rest.clashes:
        draft.delete()
    elif left != draft.section_object:
        draft.section_object = left
        draft.save(update_fields=["section_object"])


def storable(value: Any) -> Any:
    """Return the value with what PostgreSQL cannot store, NUL and half characters, as the sign of
    a lost one."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, Mapping):
        return {storable(key): storable(item) for key, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list) else value


def drop_draft(section: Section, *, by: User) -> None:
    Draft.objects.filter(section=section, user=by).delete()
