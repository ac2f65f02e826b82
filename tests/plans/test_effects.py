"""After a save the log says what it changed elsewhere: once, whoever asks, in the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Thread
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import OrganisationUnit, User
from plans.models import Event, Plan, Reading
from plans.planfile import read_head
from plans.services import findings as findings_service
from plans.services import save_head, save_section
from plans.services.effects import MOST, Effects, Turn, compose
from plans.services.findings import find_in_plan
from plans.services.waivers import waive
from plans.views.happenings import say_effects
from tests.factories import NOW
from tests.plans.samples import make_world, object_of, section_value, store

pytestmark = pytest.mark.django_db
GROSS = '<span data-figure="budget.gross" data-style="£m"></span>'
INTRO = f"<p>We spend {GROSS} on reading. Of {GROSS}, half is for books.</p>"
SUMMARY = [{"label": "Gross budget", "figure": "budget.gross", "style": "£m"}]


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft whose prose and cover quote what the budget comes to; it has been read once."""
    plan = store_plan_of(unit, people.author)
    find_in_plan(plan)
    return plan


def store_plan_of(unit: OrganisationUnit, by: User) -> Plan:
    intro = section_value("narrative", key="intro", title="Introduction")
    intro["content"] = {"body": INTRO}
    sections = [intro, section_value("budget", title="Budget")]
    return store(unit, by=by, sections=sections, summary=SUMMARY)


Save = Callable[..., None]


@pytest.fixture
def save(plan: Plan, people: SimpleNamespace) -> Save:
    """Let the author save a section, changed by a function of its content, some minutes later."""
    return partial(save_content, plan, people.author)


def save_content(
    plan: Plan, by: User, key: str, change: Callable[[dict[str, Any]], Any], *, late: int = 1
) -> None:
    section = plan.sections.select_related("parent").get(key=key)
    value = object_of(section)
    change(value["content"])
    base, at = section.revision, NOW + timedelta(minutes=late)
    save_section(section, value, base_revision=base, save_id=uuid4().hex, by=by, at=at)


def pay(amount: str) -> Callable[[dict[str, Any]], Any]:
    """Return a change of the budget: what the first line's employees cost, in thousands."""

    def change(content: dict[str, Any]) -> None:
        content["units"][0]["lines"][0]["employee"] = amount

    return change


def effects_of(plan: Plan) -> list[Event]:
    return list(plan.events.filter(action="effects").order_by("pk"))


def told(plan: Plan) -> list[tuple[str, str]]:
    """Return by event what the budget came to before and after."""
    return [
        (row["said_before"], row["said_after"])
        for event in effects_of(plan)
        for row in event.detail["figures"]
        if row["name"] == "budget.gross"
    ]


def test_what_a_save_changed_elsewhere_is_told_once(
    plan: Plan, save: Save, people: SimpleNamespace
) -> None:
    save("budget", pay("2,200.0"))

    find_in_plan(plan)
    find_in_plan(plan)

    [event] = effects_of(plan)
    assert (event.by, event.at) == (people.author, NOW + timedelta(minutes=1))
    assert event.section == plan.sections.get(key="budget")
    assert told(plan) == [("£2.4m", "£3.4m")]
    effects = compose([event.detail])
    assert effects.sentence_count == 2
    assert [fact.lead for fact in effects.cover] == ["Gross budget: "]


def test_what_is_not_quoted_in_its_own_section_is_not_told(plan: Plan, save: Save) -> None:
    save("budget", pay("2,200.0"))
    find_in_plan(plan)

    [event] = effects_of(plan)
    assert [row["name"] for row in event.detail["figures"]] == ["budget.gross"]


def test_a_save_that_changes_nothing_elsewhere_is_not_told_of(plan: Plan, save: Save) -> None:
    save("intro", lambda content: content.update(body=INTRO.replace("books", "maps")))

    find_in_plan(plan)

    assert effects_of(plan) == []


def test_findings_that_come_and_go_are_told(plan: Plan, save: Save) -> None:
    save("intro", lambda content: content.update(body=f"{INTRO}<p>TBC</p>"))
    find_in_plan(plan)
    save("intro", lambda content: content.update(body=INTRO), late=2)
    find_in_plan(plan)

    came, went = effects_of(plan)
    assert [row["id"] for row in came.detail["appeared"]] == ["plans.W052"]
    assert [row["id"] for row in went.detail["settled"]] == ["plans.W052"]
    assert not compose([came.detail, went.detail])


def test_a_waiver_that_lapses_is_told_until_its_values_change_back(
    author: Client, plan: Plan, save: Save, people: SimpleNamespace
) -> None:
    save("intro", lambda content: content.update(body=f"{INTRO}<p>TBC</p>"))
    [found] = [f for f in find_in_plan(plan).found if f.finding.id == "plans.W052"]
    reason = "Cabinet names the place in May 2008."
    waive(plan, found.finding.fingerprint, reason=reason, by=people.author, at=NOW)
    save("intro", lambda content: content.update(body=f"{INTRO}<p>To be confirmed.</p>"), late=2)
    find_in_plan(plan)

    came, lapsed = effects_of(plan)
    [turn] = compose([lapsed.detail]).lapsed
    assert (came.detail["lapsed"], turn.message) == ([], found.finding.message)
    assert "1 waiver lapsed" in say_effects(compose([lapsed.detail]))
    page = author.get(reverse("plans:history", args=[plan.pk]), {"what": "effects"})
    assert "Waiver lapsed" in page.content.decode()

    save("intro", lambda content: content.update(body=f"{INTRO}<p>TBC</p>"), late=3)
    find_in_plan(plan)
    back = effects_of(plan)[-1]
    assert compose([lapsed.detail, back.detail]).lapsed == ()


def test_nothing_is_told_without_an_earlier_reading(plan: Plan, save: Save) -> None:
    Reading.objects.all().delete()
    save("budget", pay("2,200.0"))

    find_in_plan(plan)

    assert effects_of(plan) == []


def test_nothing_is_told_of_readings_by_other_code(
    plan: Plan, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("budget", pay("2,200.0"))
    monkeypatch.setattr(findings_service, "code_digest", lambda: "another release")

    find_in_plan(plan)

    assert effects_of(plan) == []
    assert Reading.objects.get(section__key="budget").revision == 2


def test_the_plans_own_facts_start_anew(plan: Plan, save: Save, people: SimpleNamespace) -> None:
    head = read_head(plan).model_dump(by_alias=True)
    changed = {**head, "subtitle": "Another"}
    save_head(plan, changed, base=head, by=people.author, at=NOW)
    plan.refresh_from_db()
    save("budget", pay("2,200.0"))

    find_in_plan(plan)

    assert effects_of(plan) == []


def test_nothing_is_told_of_a_plan_that_is_no_draft(plan: Plan, save: Save) -> None:
    save("budget", pay("2,200.0"))
    plan.state = Plan.State.PUBLISHED

    find_in_plan(plan)

    assert effects_of(plan) == []


def test_who_comes_second_tells_nothing_again(
    plan: Plan, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("budget", pay("2,200.0"))
    draft_event = findings_service.draft_event

    def be_overtaken(*args: Any) -> Event | None:
        monkeypatch.setattr(findings_service, "draft_event", draft_event)
        find_in_plan(plan)
        return draft_event(*args)

    monkeypatch.setattr(findings_service, "draft_event", be_overtaken)
    find_in_plan(plan)

    assert told(plan) == [("£2.4m", "£3.4m")]


def test_who_knows_a_later_save_tells_what_is_left_to_tell(
    plan: Plan, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Reading.objects.get(section__key="budget")
    save("budget", pay("2,200.0"))
    find_in_plan(plan)
    second = Reading.objects.get(section__key="budget")
    first.save()  # what somebody has read who is about to be overtaken
    save("budget", pay("3,200.0"), late=2)
    draft_event = findings_service.draft_event

    def be_overtaken(*args: Any) -> Event | None:
        monkeypatch.setattr(findings_service, "draft_event", draft_event)
        second.save()
        return draft_event(*args)

    monkeypatch.setattr(findings_service, "draft_event", be_overtaken)
    find_in_plan(plan)

    assert told(plan) == [("£2.4m", "£3.4m"), ("£3.4m", "£4.4m")]


def test_a_later_reading_is_not_written_over(
    plan: Plan, save: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    save("budget", pay("2,200.0"))
    draft_event = findings_service.draft_event

    def be_overtaken(*args: Any) -> Event | None:
        monkeypatch.setattr(findings_service, "draft_event", draft_event)
        save("budget", pay("3,200.0"), late=2)
        find_in_plan(plan)
        return draft_event(*args)

    monkeypatch.setattr(findings_service, "draft_event", be_overtaken)
    find_in_plan(plan)

    assert Reading.objects.get(section__key="budget").revision == 3
    assert told(plan) == [("£2.4m", "£4.4m")]


def test_the_detail_of_an_event_is_bounded(plan: Plan, save: Save) -> None:
    save("intro", lambda content: content.update(body=INTRO * 20))
    find_in_plan(plan)

    save("budget", pay("2,200.0"))
    find_in_plan(plan)

    [event] = effects_of(plan)
    assert len(event.detail["mentions"]) == MOST
    assert event.detail["more"] == 41 - MOST


class Reader(Thread):
    """Asks again and again what is found in a plan, until it is told to stop."""

    def __init__(self, plan: Plan, stop: threading.Event) -> None:
        super().__init__()
        self.plan, self.stop = plan, stop
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                find_in_plan(self.plan)
        except Exception as error:
            self.error = error
        finally:
            connections.close_all()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_who_read_at_once_tell_each_change_once(shared_database: dict[str, str]) -> None:
    world = make_world()
    by = world.libraries.people.author
    plan = store_plan_of(world.libraries.unit, by)
    find_in_plan(plan)
    stop = threading.Event()
    readers = [Reader(plan, stop) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(1, 9):
        save_content(plan, by, "budget", pay(f"{1200 + number * 1000}.0"), late=number)
    stop.set()
    for reader in readers:
        reader.join()
    find_in_plan(plan)

    assert [reader.error for reader in readers] == [None] * 3
    steps = told(plan)
    assert (steps[0][0], steps[-1][1]) == ("£2.4m", "£10.4m")
    assert [after for _, after in steps[:-1]] == [before for before, _ in steps[1:]]


# --- the history ---------------------------------------------------------------------------------


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def test_the_history_says_in_one_line_what_several_saves_changed(
    author: Client, plan: Plan, save: Save
) -> None:
    for minute, amount in enumerate(("2,200.0", "2,700.0", "3,200.0"), start=1):
        save("budget", pay(amount), late=minute)
        find_in_plan(plan)

    response = author.get(reverse("plans:history", args=[plan.pk]), {"what": "effects"})

    [line] = response.context["lines"]
    assert line.count == 3
    assert line.effects.words == (
        "Gross expenditure £2.4m → £4.4m; 2 sentences and the cover follow"
    )
    page = response.content.decode()
    assert line.effects.words in page
    sentence = "We spend <del>£2.4m</del> <ins>£4.4m</ins> on reading."
    assert f'href="{plan.sections.get(key="intro").get_absolute_url()}">{sentence}' in page


def test_the_history_says_so_if_all_reads_as_before(author: Client, plan: Plan, save: Save) -> None:
    for minute, amount in enumerate(("2,200.0", "1,200.0"), start=1):
        save("budget", pay(amount), late=minute)
        find_in_plan(plan)

    response = author.get(reverse("plans:history", args=[plan.pk]), {"what": "effects"})

    assert "in the end all reads as before" in response.content.decode()


def test_a_small_change_is_said_as_in_the_table(plan: Plan, save: Save) -> None:
    for minute, amount in enumerate(("1,201.0", "1,202.0"), start=1):
        save("budget", pay(amount), late=minute)
        find_in_plan(plan)

    details = [event.detail for event in effects_of(plan)]
    words = say_effects(compose(details))
    assert words == "Gross expenditure 2,400.0 → 2,402.0 (£000)"


def test_findings_are_counted_in_words() -> None:
    one, two = (Turn(str(n), "plans.W050", "warning", str(n), (), "Empty.") for n in range(2))

    assert say_effects(Effects(settled=(one,), appeared=(two,))) == "1 finding settled, 1 new"
    assert say_effects(Effects(appeared=(one, two))) == "2 new findings"
    assert say_effects(Effects(changed=(one,))) == "1 finding with other values"
