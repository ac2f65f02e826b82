"""Pages about the council's RAG rules: the list, a rule to edit, and one to try on a value."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import can_manage_people, manages_council
from performance.access import get_rule_to_change, require_keeper
from performance.models import RagRule
from performance.planfile import dump_rule
from performance.rag import Outcome, read_rule
from performance.rule_forms import RuleForm, TryForm
from performance.services import Taken, TooMany, remove_rule, save_rule, tables_naming
from plans.access import person
from plans.views.lists import form_status

shows_and_takes = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as the list shows it."""

    rule: RagRule
    judges: str
    tolerance: str
    outcomes: tuple[Outcome, ...]


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    lines = [describe_rule(rule) for rule in RagRule.objects.select_related("changed_by")]
    context = {
        "lines": lines,
        "has_default": any(line.rule.is_default for line in lines),
        "may_change": manages_council(request.user),
        "manages": can_manage_people(request.user),
    }
    return render(request, "performance/rule_list.html", context)


def describe_rule(rule: RagRule) -> Line:
    """Return a rule in words: which measures it judges, what is near, how outcomes look."""
    read = read_rule(dump_rule(rule))
    judges = [f"measures in {get_text_list(rule.units)}"] if rule.units else []
    judges += ["all that no other rule judges"] if rule.is_default else []
    words = "; ".join(judges) or "only tables that name it"
    return Line(
        rule, words[0].upper() + words[1:], tell_tolerance(rule), tuple(read.outcomes.values())
    )


def tell_tolerance(rule: RagRule) -> str:
    """Return how near is near: "2 points", "10% of the target"."""
    if not rule.tolerance:
        return "None: the target or a floor"
    amount = f"{rule.tolerance.normalize():f}"
    in_percent = rule.tolerance_in == RagRule.ToleranceIn.PERCENT
    return f"{amount}% of the target" if in_percent else f"{amount} points"


@shows_and_takes
def rule_add(request: HttpRequest) -> HttpResponse:
    require_keeper(request)
    return _edit(request, RagRule())


@shows_and_takes
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, get_rule_to_change(request, pk))


def _edit(request: HttpRequest, rule: RagRule) -> HttpResponse:
    form = RuleForm(request.POST or None, rule=rule)
    if request.method == "POST" and form.is_valid():
        try:
            save_rule(rule, form.wanted(), by=person(request), at=timezone.now())
        except (Taken, TooMany) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"“{rule}” is saved. It judges from now on.")
            return redirect("performance:rule_list")
    context = {"form": form, "rule": rule}
    return render(request, "performance/rule_form.html", context, status=form_status(form))


@shows_and_takes
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, with the tables that name the rule, then remove it."""
    rule = get_rule_to_change(request, pk)
    if request.method == "POST":
        remove_rule(rule)
        messages.success(request, f"“{rule}” is removed.")
        return redirect("performance:rule_list")
    context = {"line": describe_rule(rule), "tables": tables_naming(rule)}
    return render(request, "performance/rule_remove.html", context)


@require_safe
def rule_try(request: HttpRequest) -> HttpResponse:
    """Show what a rule says of a value; nothing is stored."""
    form = TryForm(request.GET or None)
    judgement = form.judge() if form.is_bound and form.is_valid() else None
    context = {"form": form, "judgement": judgement}
    return render(request, "performance/rule_try.html", context)
