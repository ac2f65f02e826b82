"""The figures of a plan: their list, where each is used, and what the editor is given."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse

from documents import values
from plans import editor
from plans.checks import Level, run_checks
from plans.figures import fitting_styles, make_resolver, prose_style, show_figure
from plans.planfile import read_plan_dict
from plans.quotes import Quote, find_quotes
from plans.registry import Figure
from plans.views import figures
from tests.plans.samples import plan_value, section_value, store

pytestmark = pytest.mark.django_db

GROSS = '<span data-figure="budget.gross" data-style="£m"></span>'
LOST = '<span data-figure="budget.lost" data-style="plain"></span>'


def narrative(body, key="narrative"):
    value = section_value("narrative", key=key)
    value["content"] = {**value["content"], "body": body}
    return value


def words_of(response):
    """Return the text of a page without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", response.content.decode())).split())


def url(plan, name="figures", *args):
    return reverse(f"plans:{name}", args=[plan.pk, *args])


def test_quotes_are_found_with_their_sentence():
    body = f"<p>First words. We spend {GROSS} of “all” we have. More follows.</p>"
    action = section_value("actions", rows=1)
    action["content"]["rows"][0]["deliverables"][0]["text"] = f"<p>{GROSS} spent</p>"
    plan = read_plan_dict(plan_value([narrative(body), section_value("budget"), action]))

    found = find_quotes(plan, make_resolver(plan))

    assert found == {
        "budget.gross": [
            Quote(
                "budget.gross",
                "narrative",
                ("content", "body"),
                "We spend ",
                "£2.4m",
                " of “all” we have.",
            ),
            Quote(
                "budget.gross",
                "actions",
                ("content", "rows", 0, "deliverables", 0, "text"),
                "",
                "£2.4m",
                " spent",
            ),
        ]
    }


def test_a_long_sentence_is_cut_at_words():
    body = f"<p>{'word ' * 60}{GROSS}{' after' * 60}</p>"
    plan = read_plan_dict(plan_value([narrative(body), section_value("budget")]))

    [quote] = find_quotes(plan, make_resolver(plan))["budget.gross"]

    assert quote.before == "… " + "word " * 31
    assert quote.after == " after" * 26 + " …"


def test_the_list_shows_each_figure_and_who_quotes_it(client, unit, people):
    body = f"<p>It is {GROSS}, not {LOST}.</p>"
    plan = store(unit, by=people.author, sections=[narrative(body), section_value("budget")])
    client.force_login(people.author)

    page = client.get(url(plan))

    groups = page.context["groups"]
    assert [str(group.section) for group in groups] == ["Budget"]
    gross = next(line for line in groups[0].lines if line.name == "budget.gross")
    assert (gross.value, [use.title for use in gross.uses]) == ("2,400.0", ["Narrative"])
    edit = url(plan, "section_edit", plan.sections.get(key="narrative").pk)
    assert gross.uses[0].url == f"{edit}?at=content-body#id_content-body"
    assert [line.name for line in page.context["broken"]] == ["budget.lost"]


def test_a_section_that_quotes_often_is_drawn_once(client, unit, people, monkeypatch):
    body = f"<p>It is {GROSS}.</p>" * 30
    plan = store(unit, by=people.author, sections=[narrative(body), section_value("budget")])
    client.force_login(people.author)
    drawn = []

    def section_grid(value, facts):
        drawn.append(value["key"])
        return editor.section_grid(value, facts)

    monkeypatch.setattr(figures, "section_grid", section_grid)

    page = client.get(url(plan))

    assert drawn == ["narrative"]
    line = next(line for line in page.context["groups"][0].lines if line.name == "budget.gross")
    assert len(line.uses) == 30


def test_the_list_is_filtered_by_every_word(client, unit, people):
    plan = store(unit, by=people.author)
    client.force_login(people.author)

    page = client.get(url(plan), {"q": "BUDGET gross north"})

    names = [line.name for group in page.context["groups"] for line in group.lines]
    assert names == ["budget.north.gross"]
    assert "1 of " in words_of(page)
    assert "No figure fits “zebra”" in words_of(client.get(url(plan), {"q": "zebra"}))


def test_the_editor_is_given_figures_in_their_styles(client, unit, people):
    plan = store(unit, by=people.author)
    client.force_login(people.author)

    given = client.get(url(plan), {"format": "json"}).json()

    by_name = {figure["name"]: figure for figure in given["figures"]}
    assert by_name["budget.gross"] == {
        "name": "budget.gross",
        "label": by_name["budget.gross"]["label"],
        "section": "Budget",
        "styles": {"plain": "2,400.0", "£m": "£2.4m", "£000": "£2,400.0k", "£": "£2,400,000"},
        "prose": "£m",
    }
    assert by_name["actions.count"]["prose"] == "plain"
    assert by_name["actions.count"]["styles"]["words"] == "two"
    assert set(by_name["actions.count"]["styles"]) <= set(values.STYLES)
    assert {"key": "budget", "title": "Budget", "number": "5"} in given["sections"]


def test_one_figure_shows_each_sentence(client, unit, people):
    body = f"<p>Before. It is {GROSS} now. After.</p>"
    plan = store(unit, by=people.author, sections=[narrative(body), section_value("budget")])
    client.force_login(people.author)

    page = client.get(url(plan, "figure", "budget.gross"))

    assert "It is £2.4m now." in words_of(page)
    assert "Before." not in words_of(page)
    assert client.get(url(plan, "figure", "budget.nothing")).status_code == 404


def test_a_name_that_is_gone_says_so(client, unit, people):
    plan = store(unit, by=people.author, sections=[narrative(f"<p>{LOST}</p>")])
    client.force_login(people.approver)

    page = client.get(url(plan, "figure", "budget.lost"))

    assert "No table of the plan has this figure any more" in words_of(page)
    [use] = page.context["line"].uses
    assert use.url == plan.sections.get().get_absolute_url()


def test_names_with_slashes_have_a_page(client, unit, people):
    plan = store(unit, by=people.author)
    client.force_login(people.author)

    assert client.get(url(plan, "figure", "staffing.total.2008/09")).status_code == 200


def test_every_name_has_an_address():
    name = "indicators.A 1\nand <2>?#%.t"

    address = reverse("plans:figure", args=[1, name])

    assert resolve(unquote(address)).kwargs == {"pk": "1", "name": name}


def test_pages_ask_as_often_for_many_figures_as_for_few(
    client, unit, people, django_assert_num_queries
):
    client.force_login(people.author)
    quoting = narrative(f"<p>{GROSS}</p>")
    for rows in (1, 3):
        budgets = [section_value("budget", key=f"budget{n}", rows=rows) for n in range(rows)]
        sections = [quoting, section_value("budget"), *budgets]
        plan = store(unit, by=people.author, sections=sections)
        with django_assert_num_queries(15):
            client.get(url(plan))
        with django_assert_num_queries(13):
            client.get(url(plan), {"format": "json"})
        with django_assert_num_queries(14):
            client.get(url(plan, "figure", "budget.gross"))


# --- styles that fit -----------------------------------------------------------------------------

PLAIN, COUNT, MONEY = ("plain",), ("plain", "words"), ("plain", "£m", "£000", "£")


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("68.0%", "", PLAIN),
        ("68.0", "%", PLAIN),
        ("12 days", "", PLAIN),
        ("12", "days", PLAIN),
        ("Level 3", "", PLAIN),
        ("12", "", COUNT),
        ("to be set", "", COUNT),
        ("1,240.5", "£000", MONEY),
        ("1.2", "£m", MONEY),
        ("to be set", "£000", MONEY),
        ("£40", "", MONEY),
    ],
)
def test_styles_fit_the_unit_of_a_figure(cell, unit, expected):
    assert fitting_styles(Figure("a", "A", values.parse(cell), unit)) == expected


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        ("2,400.0", "£000", "£m"),
        ("-1,000.0", "£000", "£m"),
        ("999.9", "£000", "£"),
        ("0.4", "£m", "£"),
        ("to be set", "£000", "£m"),
        ("£40", "", "plain"),
        ("68.0%", "", "plain"),
        ("12", "", "plain"),
        ("12", "days", "plain"),
    ],
)
def test_a_figure_is_offered_in_the_style_that_reads_right_in_a_sentence(cell, unit, expected):
    figure = Figure("a", "A", values.parse(cell), unit)
    assert prose_style(figure, money_unit="£000") == expected


@pytest.mark.parametrize(
    ("cell", "unit", "style", "printed"),
    [
        ("68.0%", "", "£m", "68.0%"),
        ("12", "", "£000", "12"),
        ("12", "", "words", "twelve"),
        ("12.0", "£000", "words", "12.0"),
        ("1.5", "£m", "£000", "£1,500k"),
        ("2,400.0", "£000", "£m", "£2.4m"),
    ],
)
def test_a_figure_prints_plainly_in_a_style_that_does_not_fit(cell, unit, style, printed):
    known = {"t.a": Figure("a", "A", values.parse(cell), unit)}
    assert show_figure(known, "t.a", style, money_unit="£000") == printed


def test_the_editor_is_offered_no_style_that_does_not_fit(client, unit, people):
    plan = store(unit, by=people.author)
    client.force_login(people.author)

    given = client.get(url(plan), {"format": "json"}).json()

    offered = {figure["name"]: tuple(figure["styles"]) for figure in given["figures"]}
    assert offered["budget.gross"] == MONEY
    assert offered["actions.count"] == COUNT


def test_a_style_that_does_not_fit_stops_the_plan():
    def quoting(name, style):
        return f'<p><span data-figure="{name}" data-style="{style}"></span></p>'

    texts = [
        quoting("budget.gross", "£m"),
        quoting("actions.count", "words"),
        quoting("actions.count", "£000"),
        quoting("budget.gross", "words"),
    ]
    sections = [narrative(text, key=f"n{at}") for at, text in enumerate(texts)]
    plan = plan_value([*sections, section_value("budget"), section_value("actions")])

    found = [f for f in run_checks(read_plan_dict(plan)) if f.id == "plans.E003"]

    assert [(f.section, f.level, f.path, f.message) for f in found] == [
        (
            "n2",
            Level.ERROR,
            ("content", "body"),
            "The live figure “actions.count” (2) is not money, so it cannot be printed in pounds; "
            "choose it anew, or give its row or column the unit of money that it counts in.",
        ),
        (
            "n3",
            Level.ERROR,
            ("content", "body"),
            "The live figure “budget.gross” (2,400.0) is not a plain count, so it cannot be "
            "printed in words; choose it anew.",
        ),
    ]
