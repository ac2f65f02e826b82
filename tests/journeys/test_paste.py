"""HTML tables as spreadsheets, word processors and web pages put them on the clipboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import WAIT_MILLISECONDS, Complaints, sign_in
from tests.journeys.site import Site
from tests.journeys.wide import find_section

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EXCEL = """<html xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta name=Generator content="Microsoft Excel 15"><style><!--table
	{mso-displayed-decimal-separator:"\\.";}
td {color:black;}--></style></head><body link="#0563C1">
<table border=0 cellpadding=0 cellspacing=0 width=192 style='border-collapse:
 collapse;width:144pt'><!--StartFragment-->
 <col width=64 span=3 style='width:48pt'>
 <tr height=20 style='height:15.0pt'>
  <td height=20 class=xl65 width=64 style='height:15.0pt;width:48pt'>Fostering &amp;
  adoption</td>
  <td class=xl66 align=right x:num="1234.5">1,234.5</td>
  <td>One<br style='mso-data-placement:same-cell'>
    Two</td>
 </tr>
 <tr height=20>
  <td colspan=2 rowspan=2 height=20 style='mso-ignore:colspan'>Both<span
   style='mso-spacerun:yes'>&nbsp; </span></td>
  <td align=right>&pound;12</td>
 </tr>
 <tr height=20>
  <td>&#8211;&nbsp;last</td>
 </tr>
 <!--EndFragment-->
</table></body></html>"""
LIBRE_OFFICE = """<html><head><meta name="generator" content="LibreOffice 7.6"/></head><body>
<table cellspacing="0" border="0"><colgroup span="2" width="86"></colgroup>
<tr><td height="17" align="left"><font face="Liberation Sans">Referrals</font></td>
<td align="right" sdval="1240" sdnum="2057;"><b>1,240</b></td></tr></table></body></html>"""
RUNS = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"

CASES: dict[str, tuple[str, list[list[str | None]] | None]] = {
    "Excel, with line ends, entities and merged cells": (
        EXCEL,
        [["Fostering & adoption", "1,234.5", "One\nTwo"], ["Both", "", "£12"], ["", "", "– last"]],
    ),
    "LibreOffice": (LIBRE_OFFICE, [["Referrals", "1,240"]]),
    "a merged cell further right keeps its room below": (
        "<table><tr><td>a<td rowspan=3>b<td>c<tr><td>d<td>e<tr><td>f<td>g</table>",
        [["a", "b", "c"], ["d", "", "e"], ["f", "", "g"]],
    ),
    "a row of nothing but merged cells stays": (
        "<table><tr><td rowspan=2>a<td rowspan=2>b<tr><tr><td>c<td>d</table>",
        [["a", "b"], ["", ""], ["c", "d"]],
    ),
    "Word's paragraphs are lines": (
        "<table><tbody><tr><td><p class=MsoNormal>One<o:p></o:p></p><p>Two</p></td>"
        "<th>3</th></tr></tbody></table>",
        [["One\nTwo", "3"]],
    ),
    "a table within a cell is left out, and a second table": (
        "<p>Before</p><table><tr><td>a<table><tr><td>x</td></tr></table></td><td>b</td></tr>"
        "</table><table><tr><td>z",
        [["a", "b"]],
    ),
    "scripts, styles and comments are no text": (
        f"<table><tr><td>{RUNS}a<style>td{{}}</style><!-- <td>x --></td>"
        "<td title='a > b'>c</td></tr></table>",
        [["a", "c"]],
    ),
    "no table": ("<p>12</p>", None),
    "nothing": ("", None),
    "an empty table": ("<table></table>", None),
    "rows of different lengths": (
        "<table><tr><td>a<tr><td>b<td>c</table>",
        [["a", ""], ["b", "c"]],
    ),
}
READ = """async (all) => {
  const { parseHtml } = await import("planwright/clipboard");
  return all.map(parseHtml);
}"""
ROUND = """async (block) => {
  const { parseHtml, writeHtml } = await import("planwright/clipboard");
  const workedOut = (row, column) => row === 0 && column === 1;
  return [parseHtml(writeHtml(block)), parseHtml(writeHtml(block, workedOut))[0][1]];
}"""

REFUSED = {
    "<p style='a: b'>x": "a: b",
    "<p/style='a: b'>x": "a: b",
    "<p title='>'style=\"a: b\"onclick='go()'>x": "a: b",
    "<p title=' style=a ' STYLE = 'a: b'>x": "a: b",
    "<p <b style='a: b'>x": "a: b",
    "<img src=x/onerror=go()><svg/onload=go()><p data-style='a: b'>x": "a: b",
    "<p>x<style>p { a: b }": None,
    "<p>x<style/x>p { a: b }</style>": None,
    "<a href='https://example.org/ style=1'>x": None,
}
"""Pasted HTML that the page's own rules would refuse, and the style that is read in it."""
REFUSALS = """async (all) => {
  const { readPasted } = await import("planwright/clipboard");
  const refused = ({localName, attributes}) =>
    [localName, ...[...attributes].map(({name}) => name)].some((name) => /^(style$|on)/.test(name));
  return all.map((html) => {
    const page = readPasted(html);
    const all = [...page.querySelectorAll("*")];
    const style = page.querySelector("[data-style]")?.dataset.style ?? null;
    const link = page.querySelector("a")?.getAttribute("href") ?? "";
    return [all.some(refused), style, page.body.textContent, link];
  });
}"""


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """Return a page of the product that knows its modules."""
    context = browser.new_context()
    context.set_default_timeout(WAIT_MILLISECONDS)
    complaints = Complaints()
    complaints.watch(context)
    page = context.new_page()
    sign_in(page, site, "manager@wealdshire.example")
    plan, _ = find_section(site.output.parent)
    page.goto(f"{site.address}/plans/{plan}/comments/")
    yield page
    context.close()
    assert complaints == []


def test_tables_are_read_as_blocks(page: Page) -> None:
    read = page.evaluate(READ, [html for html, _ in CASES.values()])
    found: dict[str, Any] = dict(zip(CASES, read, strict=True))
    assert found == {name: block for name, (_, block) in CASES.items()}
    assert page.evaluate("window.ran") is None


def test_a_span_of_a_million_columns_does_not_fill_the_memory(page: Page) -> None:
    html = "<table><tr><td colspan=1000000>a</table>"
    assert len(page.evaluate(READ, [html])[0][0]) == 1000


def test_what_is_written_is_read_back_and_what_was_worked_out_left_alone(page: Page) -> None:
    block = [["a b", 'say "so"', "two\nlines"], ["", "<b>&", "£1.2"]]
    assert page.evaluate(ROUND, block) == [block, None]


def test_no_style_and_no_handler_is_left_for_the_pages_rules_to_refuse(page: Page) -> None:
    read = page.evaluate(REFUSALS, list(REFUSED))
    links = ["https://example.org/ style=1" if "<a" in html else "" for html in REFUSED]
    styles = REFUSED.values()
    assert read == [[False, style, "x", link] for style, link in zip(styles, links, strict=True)]


@pytest.mark.parametrize("piece", ["<style ", "<a", "<a '", "<p style='", "<td style="])
def test_what_is_never_closed_is_read_quickly(page: Page, piece: str) -> None:
    timed = """async (html) => {
      const { parseHtml } = await import("planwright/clipboard");
      const before = performance.now();
      parseHtml(html);
      return performance.now() - before;
    }"""
    assert page.evaluate(timed, piece * 60_000) < 1_000
