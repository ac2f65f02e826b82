"""Rich text of sections cleaned and counted block by block: a long text costs what changed in it.

The same answers as `documents.richtext` gives for the whole. Knows no field and no database.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from documents import richtext

LONG = 2_000  # characters of a text from which on it is looked at in blocks
_REMEMBERED = 250_000  # characters of a whole text that is worth keeping
_WORDS = r"""
    (?: [^<>]++ | <br>
      | <strong>[^<>]*+</strong> | <em>[^<>]*+</em> | <sup>[^<>]*+</sup> | <sub>[^<>]*+</sub>
      | <a[ ]href="[^"<>]*+">[^<>]*+</a>
      | <span[ ]data-figure="[^"<>]*+"[ ]data-style="[^"<>]*+"></span>
    )*+
"""
# Blocks that stand on their own whatever is around them; everything else is read as a whole.
_BLOCK = re.compile(
    rf"""
    <p>{_WORDS}</p> | <h3>{_WORDS}</h3> | <h4>{_WORDS}</h4>
    | <ul>(?:<li>{_WORDS}</li>)++</ul> | <ol>(?:<li>{_WORDS}</li>)++</ol>
    | <blockquote>(?:<p>{_WORDS}</p>)++</blockquote>
    """,
    re.VERBOSE,
)
_LISTS = ("<ul>", "<ol")


def clean(html: str) -> str:
    """Return the canonical form of rich text, as `richtext.clean`.

    :raises richtext.TooDeep: if it is nested too deep.
    """
    if len(html) < LONG:
        return richtext.clean(html)
    return _clean_long(html) if len(html) <= _REMEMBERED else _clean_blocks(html)


def is_clean(text: str) -> bool:
    """Whether `text` is rich text as `clean` writes it, not plain text that looks like markup."""
    try:
        return text.startswith("<") and clean(text) == text
    except richtext.TooDeep:
        return False


def count_words(html: str) -> int:
    """Return how many words a text has, live figures aside."""
    if len(html) < LONG:
        return len(richtext.words(html).split())
    return _count_long(html) if len(html) <= _REMEMBERED else _count_blocks(html)


# One save asks for the same few texts again and again, and the next for nearly the same.
@lru_cache(maxsize=8)
def _clean_long(html: str) -> str:
    return _clean_blocks(html)


@lru_cache(maxsize=8)
def _count_long(html: str) -> int:
    return _count_blocks(html)


def _clean_blocks(html: str) -> str:
    blocks = split_blocks(html)
    if blocks is None:
        return richtext.clean(html)
    cleaned = [text for block in blocks if (text := _clean_block(block))]
    are_lists = [text.startswith(_LISTS) for text in cleaned]
    if any(one and two for one, two in pairwise(are_lists)):
        return richtext.clean(html)  # lists that follow each other may be one
    return "".join(cleaned)


def _count_blocks(html: str) -> int:
    blocks = split_blocks(html)
    if blocks is None:
        return len(richtext.words(html).split())
    return sum(map(_count_block, blocks))


def split_blocks(html: str) -> list[str] | None:
    """Return the blocks that a text is made of; None if it is not wholly made of such."""
    blocks = [match[0] for match in _BLOCK.finditer(html)]
    return blocks if sum(map(len, blocks)) == len(html) else None


@lru_cache(maxsize=8_192)
def _clean_block(block: str) -> str:
    return richtext.clean(block)


@lru_cache(maxsize=8_192)
def _count_block(block: str) -> int:
    return len(richtext.words(block).split())
