"""A case of a minus among indicators."""

from tests.checks.cases import PlanValue, case, section


def give_targets(plan: PlanValue) -> None:
    """Give every indicator a number in every column, and rows enough to say what is usual."""
    content = section(plan, "indicators")["content"]
    rows = [{**content["rows"][0], "ref": f"B{n}", "title": f"Share {n}"} for n in range(4)]
    content["rows"] = [{**row, "cells": {"a0607": "12.5", "t0809": "12"}} for row in rows]


@case("performance.W007", passes=give_targets)
def an_indicator_is_below_nothing(plan: PlanValue) -> None:
    section(plan, "indicators")["content"]["rows"][1]["cells"]["a0607"] = "-12.5"
