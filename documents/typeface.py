"""How wide words are in the house typeface, to lay out what no layout engine lays out for us."""

from __future__ import annotations

# Source Sans 3 Regular, thousandths of an em, from the space to the tilde.
_ADVANCES = (
    "200 289 426 497 497 824 609 249 303 303 418 497 249 311 249 350 497 497 497 497 497 497 497 "
    "497 497 497 249 249 497 497 497 425 847 543 588 571 615 527 494 617 652 263 479 579 486 727 "
    "647 664 566 664 569 534 536 645 515 786 513 476 539 303 350 303 497 500 542 504 553 456 555 "
    "496 292 504 544 246 247 495 255 829 547 542 555 555 347 419 338 544 467 719 446 467 425 303 "
    "241 303 497"
)
_WIDTH = {chr(32 + place): int(width) / 1000 for place, width in enumerate(_ADVANCES.split())}
_UNKNOWN = 0.56

HEAVIER = 1.08  # bold against regular


def measure(text: str) -> float:
    """Return the width of a line of regular text in em."""
    width = _WIDTH
    return sum([width.get(character, _UNKNOWN) for character in text])


def wrap(text: str, width: float, *, breaks: bool = False) -> list[str]:
    """Return the text as lines of at most `width` em.

    A word that is wider is cut with "…", or with `breaks` goes on in the next line.
    """
    lines: list[str] = []
    words = text.split()
    if breaks:
        words = [piece for word in words for piece in _break(word, width)]
    for word in words:
        fitted = shorten(word, width)
        if lines and measure(f"{lines[-1]} {fitted}") <= width:
            lines[-1] = f"{lines[-1]} {fitted}"
        else:
            lines.append(fitted)
    return lines


_MOST_PIECES = 4


def _break(word: str, width: float) -> list[str]:
    """Return a word in pieces that fit, with hyphens; a very long one's rest is left to be cut."""
    pieces: list[str] = []
    while measure(word) > width and len(pieces) < _MOST_PIECES:
        end = len(word)
        while end > 3 and measure(word[:end]) + 0.4 > width:
            end -= max(1, (end - 3) // 20)
        if end >= len(word) - 2 or end <= 3:
            break
        hyphen = "" if word[end - 1] == "-" else "-"
        pieces.append(f"{word[:end]}{hyphen}")
        word = word[end:]
    return [*pieces, word]


def shorten(text: str, width: float) -> str:
    """Return the text, or as much of it as goes with "…" into `width` em."""
    if measure(text) <= width:
        return text
    kept = text
    while kept and measure(kept) + 0.9 > width:
        kept = kept[: -max(1, len(kept) // 20)]
    return f"{kept}…"
