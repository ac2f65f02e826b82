"""The council's RAG rules: the pages on which officers keep them and all may try them."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, OrganisationUnit, User
from performance import services
from performance.models import IndicatorTable, RagRule
from performance.planfile import dump_rule
from performance.services import Taken, TooMany, find_taken
from plans.models import Section
from tests.factories import make_council, make_member
from tests.pages import read_page
from tests.performance.rules import keep_rule

pytestmark = pytest.mark.django_db
LIST = reverse("performance:rule_list")
ADD = reverse("performance:rule_add")
TRY = reverse("performance:rule_try")


@pytest.fixture
def council() -> OrganisationUnit:
    return make_council()


@pytest.fixture
def officer(council: OrganisationUnit) -> User:
    return make_member("Olive Officer", Membership.Role.PLANNING_OFFICER, council)


@pytest.fixture
def at_work(client: Client, officer: User) -> Client:
    client.force_login(officer)
    return client


def typed(**values: Any) -> dict[str, Any]:
    """Return the form of a rule as a browser sends it."""
    fields = {
        "name": "Percentages",
        "units": "%, Points",
        "tolerance": "2.50",
        "tolerance_in": "points",
        "floor": "",
        "band": "5",
    }
    shown = {
        "on_target": ("On target", "circle", "green"),
        "near": ("Nearly", "triangle", "amber"),
        "off_target": ("Off target", "square", "red"),
    }
    for grade, outcome in shown.items():
        fields |= {
            f"{grade}_{part}": value
            for part, value in zip(("word", "shape", "colour"), outcome, strict=True)
        }
    return fields | values


# --- the list ------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    rules: int, at_work: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rules):
        keep_rule(f"rule-{number}", units=[f"u{number}"])
    at_work.get(LIST)
    with django_assert_num_queries(4):  # session, person, roles, rules
        page = at_work.get(LIST)
    assert page.content.count(b"Edit<span") == rules


def test_the_list_says_what_each_rule_judges_and_how_it_shows(at_work: Client) -> None:
    keep_rule("days", units=["days", "weeks"], tolerance="10", tolerance_in="percent")
    keep_rule("rest", units=[], default=True, tolerance="")
    keep_rule("own", units=[])

    text = " ".join(read_page(at_work.get(LIST).content).text.split())

    assert "Measures in days or weeks 10% of the target ● Green, on target" in text
    assert "All that no other rule judges None: the target or a floor" in text
    assert "Only tables that name it 2 points" in text
    assert "No rule judges all other measures" not in text


def test_a_list_without_a_default_says_what_is_not_judged(at_work: Client) -> None:
    assert "no indicator is judged" in read_page(at_work.get(LIST).content).text
    keep_rule()
    assert "No rule judges all other measures" in read_page(at_work.get(LIST).content).text


def test_who_keeps_no_rules_reads_them_and_cannot_change_them(
    client: Client, council: OrganisationUnit
) -> None:
    rule = keep_rule()
    client.force_login(make_member("Art Author", Membership.Role.AUTHOR, council))

    page = read_page(client.get(LIST).content)

    assert "Percent" in page.text
    assert [words for _, words in page.links if "Edit" in words or "Add" in words] == []
    for name in ("rule_edit", "rule_remove"):
        url = reverse(f"performance:{name}", args=[rule.pk])
        assert client.get(url).status_code == 403
        assert client.post(url).status_code == 403
    assert client.get(ADD).status_code == 403


# --- keeping -------------------------------------------------------------------------------


def test_a_rule_is_added_as_typed(at_work: Client, officer: User) -> None:
    answer = at_work.post(ADD, typed())

    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
    rule = RagRule.objects.get()
    assert rule.changed_by == officer
    assert dump_rule(rule) == {
        "key": "percentages",
        "name": "Percentages",
        "units": ["%", "Points"],
        "default": False,
        "tolerance": "2.5",
        "tolerance_in": "points",
        "floor": "",
        "band": "5",
        "on_target": {"word": "On target", "shape": "circle", "colour": "green"},
        "near": {"word": "Nearly", "shape": "triangle", "colour": "amber"},
        "off_target": {"word": "Off target", "shape": "square", "colour": "red"},
    }


def test_a_form_shows_what_is_kept_and_saves_the_same(at_work: Client) -> None:
    rule = keep_rule(floor="49.5", tolerance="0.25")
    before = dump_rule(rule)
    url = reverse("performance:rule_edit", args=[rule.pk])
    sent = read_page(at_work.get(url).content).form_with("tolerance").data
    assert (sent["tolerance"], sent["floor"], sent["band"]) == ("0.25", "49.5", "")

    assert at_work.post(url, sent).status_code == 302

    assert dump_rule(RagRule.objects.get()) == before


def test_a_renamed_rule_keeps_its_key(at_work: Client) -> None:
    rule = keep_rule()
    url = reverse("performance:rule_edit", args=[rule.pk])

    at_work.post(url, typed(name="Shares", tolerance="0"))

    rule.refresh_from_db()
    assert (rule.key, rule.name, rule.tolerance) == ("percent", "Shares", 0)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": "PERCENT"}, "Another rule has this name."),
        ({"name": ""}, "Give the rule a name."),
        ({"units": "days, per cent"}, "“Percent” judges measures in % already."),
        ({"is_default": "on"}, "“Percent” judges all other measures already."),
        ({"tolerance": "-1"}, "Type 0 or more."),
        ({"tolerance": "much"}, "Type a number, such as 2 or 0.5."),
        ({"near_word": "on target"}, "Choose another word: outcomes must differ in each."),
        ({"near_shape": "circle"}, "Choose another shape: outcomes must differ in each."),
        ({"near_colour": "green"}, "Choose another colour: outcomes must differ in each."),
        ({"near_word": ""}, "Say in words that an indicator is near target."),
        ({"near_colour": "puce"}, "Select a valid choice."),
    ],
)
def test_what_leaves_open_what_is_meant_is_refused(
    at_work: Client, change: dict[str, str], complaint: str
) -> None:
    keep_rule(default=True)

    answer = at_work.post(ADD, typed(name="Days", units="days") | change)

    assert answer.status_code == 422
    assert complaint in read_page(answer.content).text
    assert RagRule.objects.count() == 1


def test_two_rules_of_like_names_have_two_keys(at_work: Client) -> None:
    at_work.post(ADD, typed(name="Days!", units="days"))
    at_work.post(ADD, typed(name="Days?", units="weeks"))
    assert sorted(RagRule.objects.values_list("key", flat=True)) == ["days", "days-2"]


def test_a_council_keeps_no_more_rules_than_a_plan_file_carries(at_work: Client) -> None:
    for number in range(20):
        keep_rule(f"rule-{number}", units=[])
    answer = at_work.post(ADD, typed())
    assert answer.status_code == 422
    assert "The council keeps 20 rules already" in read_page(answer.content).text
    with pytest.raises(TooMany):
        keep_rule("one-more", units=[])
    keep_rule("rule-0", units=["days"])
    assert RagRule.objects.count() == 20


def test_what_another_officer_saved_meanwhile_is_refused_with_the_reason() -> None:
    keep_rule("shares", units=["per cent"], default=True)
    with pytest.raises(Taken, match="“Shares” judges measures in % already"):
        keep_rule("other", units=["days", "%"])
    with pytest.raises(Taken, match="is the default already"):
        keep_rule("other", units=[], default=True)
    assert RagRule.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"units": ["days"]}, {"units": [], "default": True}])
def test_of_officers_who_save_at_one_moment_one_has_the_unit_or_the_default(
    change: dict[str, Any], shared_database: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both would find the unit free, were one not kept waiting until the other is done."""
    make_council()
    found_free = threading.Barrier(2)

    def find_and_wait(rule: RagRule, units: Iterable[str]) -> str:
        taken = find_taken(rule, units)
        with suppress(threading.BrokenBarrierError):
            found_free.wait(timeout=1)
        return taken

    def save(number: int) -> bool:
        try:
            keep_rule(f"rule-{number}", **change)
        except Taken:
            return False
        finally:
            connections.close_all()
        return True

    monkeypatch.setattr(services, "find_taken", find_and_wait)
    with ThreadPoolExecutor(2) as pool:
        saved = list(pool.map(save, range(2)))
    assert (sum(saved), RagRule.objects.count()) == (1, 1)


# --- removing ------------------------------------------------------------------------------


def test_removing_asks_once_and_names_the_tables_that_name_it(
    at_work: Client, make_section: Callable[[str], Section]
) -> None:
    rule = keep_rule()
    section = make_section("indicators")
    IndicatorTable.objects.create(section=section, rag_rule="percent")
    url = reverse("performance:rule_remove", args=[rule.pk])

    page = read_page(at_work.get(url).content)
    assert section.get_absolute_url() in [href for href, _ in page.links]
    assert RagRule.objects.exists()

    assert at_work.post(url).headers["Location"] == LIST
    assert not RagRule.objects.exists()
    assert at_work.get(url).status_code == 404


# --- trying --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (
            {"value": "92.4", "target": "94.0"},
            "▲ Amber, near target 92.4% is 1.6 points below the target of 94.0%, within the "
            "tolerance of 2 points.",
        ),
        ({"value": "to be set", "target": "94"}, "Nothing is judged: the value is to be set."),
        ({"value": "80", "target": "94", "floor": "75"}, "▲ Amber, near target 80% is 14 points"),
        ({"value": "<b>", "target": "94"}, "Nothing is judged: the value is “<b>”."),
        ({"rule": "gone"}, "Choose a rule of the list."),
        ({}, "Nothing is judged: the value is empty."),
    ],
)
def test_a_rule_is_tried_without_javascript(
    at_work: Client, sent: dict[str, str], said: str
) -> None:
    keep_rule()

    answer = at_work.get(TRY, {"rule": "percent", "polarity": "higher", **sent})

    assert answer.status_code == 200
    text = " ".join(read_page(answer.content).text.split())
    assert f"What the rule says {said}" in text


def test_a_page_to_try_a_rule_on_stands_ready(at_work: Client) -> None:
    keep_rule()
    assert "Type a value and a target." in read_page(at_work.get(TRY).content).text
    assert at_work.post(TRY).status_code == 405
