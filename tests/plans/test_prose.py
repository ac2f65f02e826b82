"""Rich text block by block: the same answers as for the whole, whatever stands side by side."""

import random
import time

import pytest

from documents import richtext
from plans import prose

PIECES = [
    "<p>Plain words &amp; more.</p>",
    "<p>Two  spaces and a break<br>here </p>",
    "<p><strong>Strong</strong> and <em>soft</em>, H<sub>2</sub>O</p>",
    '<p><a href="https://example.org/a?b=1&amp;c=2">A link</a></p>',
    '<p><a href="javascript:alert(1)">No link</a></p>',
    '<p>It costs <span data-figure="budget.gross" data-style="£m"></span> a year.</p>',
    "<h3>A heading</h3>",
    "<h4>Another</h4>",
    "<ul><li>One</li><li>Two</li></ul>",
    "<ol><li>First</li></ol>",
    '<ol start="2"><li>Second</li></ol>',
    "<blockquote><p>Said</p><p>and done</p></blockquote>",
    "<p></p>",
    "<ul><li> </li></ul>",
    "<p>Stray & and &lt; &nbsp;</p>",
    "<p>Two<br><br>paragraphs</p>",
    # what does not stand on its own
    "<p>Unclosed <strong>for ever</p>",
    "<p><a href='x'>odd</a></p>",
    "<blockquote><p>Open",
    "<!-- a comment ",
    "<script>alert(1)</script>",
    "loose words",
    "\n",
    "<ul><li>Nested<ul><li>Inside</li></ul></li></ul>",
    "<p><strong><em>Both</em></strong></p>",
    "</p>",
    "<P>Loud</P>",
    "<p>a\x00b\u202ec</p>",
]
ALONE = PIECES[:16]


def make_text(pieces: list[str], seed: int) -> str:
    chosen = random.Random(seed)  # noqa: S311 the same texts each time
    text = ""
    while len(text) < prose.LONG + 200:
        text += chosen.choice(pieces)
    return text


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("pieces", [ALONE, PIECES, ["<p>Filler words</p>"] * 40 + PIECES])
def test_a_long_text_is_read_as_the_whole_of_it_is(pieces: list[str], seed: int) -> None:
    text = make_text(pieces, seed)

    assert prose.clean(text) == richtext.clean(text)
    assert prose.count_words(text) == len(richtext.words(text).split())
    assert prose.is_clean(text) is richtext.is_clean(text)
    assert prose.clean(prose.clean(text)) == prose.clean(text)


def test_lists_that_follow_each_other_are_one_as_in_the_whole() -> None:
    lists = '<ol><li>First</li></ol><p> </p><ol start="2"><li>Second</li></ol>'
    text = "<p>Words and words.</p>" * 200 + lists

    assert prose.clean(text).endswith("<ol><li>First</li><li>Second</li></ol>")


def test_what_is_not_made_of_blocks_is_not_cut() -> None:
    assert prose.split_blocks("<p>One</p><h3>Two</h3>") == ["<p>One</p>", "<h3>Two</h3>"]
    assert prose.split_blocks("<p>One</p> <p>Two</p>") is None
    assert prose.split_blocks("<p>One</p><!--<p>Two</p>") is None


def test_a_text_too_deep_is_refused_as_in_the_whole() -> None:
    deep = "<p>Words</p>" * 300 + "<blockquote>" * 100 + "<p>x</p>" + "</blockquote>" * 100

    with pytest.raises(richtext.TooDeep):
        prose.clean(deep)
    assert prose.is_clean(deep) is False


def test_a_long_text_costs_what_changed_in_it() -> None:
    paragraphs = [f"<p>Paragraph {n} {'of many words ' * 20}here.</p>" for n in range(900)]
    prose.clean("".join(paragraphs))
    spent = []

    for n in range(5):
        paragraphs[450] = f"<p>Another {n}</p>"
        text = "".join(paragraphs)
        before = time.process_time()
        assert prose.clean(text) == text
        spent.append(time.process_time() - before)

    assert min(spent) < 0.008


@pytest.mark.parametrize("text", ["<p>" + "<strong>" * 20_000, "<p>x" * 20_000, "<ul><li>" * 9_000])
def test_what_never_ends_is_looked_at_quickly(text: str) -> None:
    before = time.process_time()

    assert prose.split_blocks(text) is None

    assert time.process_time() - before < 0.5
