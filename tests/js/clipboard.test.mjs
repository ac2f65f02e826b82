// What spreadsheets, word processors and web pages put on the clipboard, and what goes back there.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  parseHtml,
  parseText,
  readChoice,
  readTick,
  repeatInto,
  writeHtml,
  writeText,
} from "planwright/clipboard";

const EXCEL = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
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
  <td colspan=2 rowspan=2 height=20 style='mso-ignore:colspan'>Both<span style='mso-spacerun:yes'>&nbsp; </span></td>
  <td align=right>&pound;12</td>
 </tr>
 <tr height=20>
  <td>&#8211;&nbsp;last</td>
 </tr>
 <!--EndFragment-->
</table></body></html>`;

test("Excel's table keeps its texts, its line ends and the room of merged cells", () => {
  assert.deepEqual(parseHtml(EXCEL), [
    ["Fostering & adoption", "1,234.5", "One\nTwo"],
    ["Both", "", "£12"],
    ["", "", "– last"],
  ]);
});

test("a merged cell further right keeps its room in the rows below", () => {
  const html = "<table><tr><td>a<td rowspan=3>b<td>c<tr><td>d<td>e<tr><td>f<td>g</table>";
  assert.deepEqual(parseHtml(html), [
    ["a", "b", "c"],
    ["d", "", "e"],
    ["f", "", "g"],
  ]);
});

test("Word's paragraphs in a cell become lines", () => {
  const html = "<table><tbody><tr><td><p class=MsoNormal>One<o:p></o:p></p><p>Two</p></td><th>3</th></tr></tbody></table>";
  assert.deepEqual(parseHtml(html), [["One\nTwo", "3"]]);
});

test("a table within a cell is left out, and what follows the table too", () => {
  const html = "<p>Before</p><table><tr><td>a<table><tr><td>x</td></tr></table></td><td>b</td></tr></table><table><tr><td>z";
  assert.deepEqual(parseHtml(html), [["a", "b"]]);
});

test("scripts, styles and comments are no text", () => {
  const html = "<table><tr><td><script>alert(1)</script>a<style>td{}</style><!-- <td>x --></td><td title='a > b'>c</td></tr></table>";
  assert.deepEqual(parseHtml(html), [["a", "c"]]);
});

test("text that is no table is none", () => {
  assert.equal(parseHtml("<p>12</p>"), null);
  assert.equal(parseHtml(""), null);
  assert.equal(parseHtml("<table></table>"), null);
});

test("a span of a million columns does not fill the memory", () => {
  assert.equal(parseHtml("<table><tr><td colspan=1000000>a</table>")[0].length, 1000);
});

test("rows of different lengths are filled up", () => {
  assert.deepEqual(parseHtml("<table><tr><td>a<tr><td>b<td>c</table>"), [
    ["a", ""],
    ["b", "c"],
  ]);
});

test("cells parted by tabs, some in quotes with tabs and line ends", () => {
  const text = 'one\t"two\nlines"\t"say ""so"""\r\n\t"a\tb"\t5" pipe\r\n';
  assert.deepEqual(parseText(text), [
    ["one", "two\nlines", 'say "so"'],
    ["", "a\tb", '5" pipe'],
  ]);
});

test("a quote that never closes is a quote", () => {
  assert.deepEqual(parseText('"open\tb\nc'), [['"open', "b"], ["c"]]);
});

test("one value is a block of one cell, and an empty text too", () => {
  assert.deepEqual(parseText("1,234"), [["1,234"]]);
  assert.deepEqual(parseText(""), [[""]]);
});

test("an empty last row that was copied is kept", () => {
  assert.deepEqual(parseText("a\n\n"), [["a"], [""]]);
});

test("what is written is read back", () => {
  const block = [
    ["a\tb", 'say "so"', "two\nlines"],
    ["", "<b>&", "£1.2"],
  ];
  assert.deepEqual(parseText(writeText(block)), block);
  const withoutTab = [["a b", 'say "so"', "two\nlines"], block[1]];
  assert.deepEqual(parseHtml(writeHtml(withoutTab)), withoutTab);
});

test("a cell that was worked out is one to leave alone", () => {
  const html = writeHtml([["1", "2"]], (row, column) => column === 1);
  assert.deepEqual(parseHtml(html), [["1", null]]);
});

test("300 rows of 12 cells are read in less than half a second", () => {
  const block = Array.from({ length: 300 }, (_, row) => Array.from({ length: 12 }, (__, column) => `${row}.${column}`));
  const before = performance.now();
  assert.deepEqual(parseHtml(writeHtml(block)), block);
  assert.deepEqual(parseText(writeText(block)), block);
  assert.ok(performance.now() - before < 500);
});

test("a block is repeated where it fits a whole number of times", () => {
  assert.deepEqual(repeatInto([["x"]], { rows: 2, columns: 2 }), [
    ["x", "x"],
    ["x", "x"],
  ]);
  assert.deepEqual(repeatInto([["a", "b"]], { rows: 2, columns: 3 }), [["a", "b"]]);
  assert.deepEqual(repeatInto([["a"], ["b"]], { rows: 4, columns: 1 }), [["a"], ["b"], ["a"], ["b"]]);
});

test("boxes are ticked by plain words", () => {
  assert.deepEqual(["Yes", " x ", "1", "TRUE"].map(readTick), [true, true, true, true]);
  assert.deepEqual(["no", "0", "", "FALSE"].map(readTick), [false, false, false, false]);
  assert.equal(readTick("perhaps"), null);
});

test("a choice is found by its value or its label", () => {
  const choices = [
    { value: "", label: "" },
    { value: "up", label: "Higher is better" },
    { value: "down", label: "Lower is better" },
  ];
  assert.equal(readChoice(" lower  IS better", choices), "down");
  assert.equal(readChoice("up", choices), "up");
  assert.equal(readChoice("", choices), "");
  assert.equal(readChoice("sideways", choices), null);
});
