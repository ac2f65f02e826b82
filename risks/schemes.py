"""Scoring risks by a scheme: levels, scores, bands and tolerance, as the plan file describes them.

A scheme is a mapping with `likelihood` and `impact` levels, lowest first, `bands` (by product of
two numbers, or by listed cells such as "B3") and a `tolerance`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from risks.models import RiskScheme

Level = int | str
Scheme = Mapping[str, Any]
Axis = Literal["likelihood", "impact"]
Tone = Literal["", "good", "warn", "bad"]


def council_schemes() -> dict[str, Scheme]:
    """Return the council's schemes by key, each as in the plan file."""
    return {
        scheme.key: {"key": scheme.key, **scheme.definition} for scheme in RiskScheme.objects.all()
    }


def list_levels(scheme: Scheme, axis: Axis) -> list[Level]:
    """Return the levels of an axis, lowest first: numbers by size, letters as they are listed."""
    levels = [entry["level"] for entry in scheme.get(axis) or ()]
    return sorted(levels) if all(isinstance(level, int) for level in levels) else levels


def has_level(scheme: Scheme, axis: Axis, level: Level) -> bool:
    """Say whether the scheme knows the level; one that lists none takes any."""
    levels = list_levels(scheme, axis)
    return not levels or str(level) in map(str, levels)


def name_level(scheme: Scheme, axis: Axis, level: Level) -> str:
    """Return a level with its word: "4 Likely"."""
    words = {str(entry["level"]): entry.get("word") or "" for entry in scheme.get(axis) or ()}
    return f"{level} {words.get(str(level), '')}".strip()


def multiply(likelihood: Level | None, impact: Level | None) -> int | None:
    """Return the score: likelihood times impact; None where either is not a number."""
    if isinstance(likelihood, int) and isinstance(impact, int):
        return likelihood * impact
    return None


def find_band(scheme: Scheme, likelihood: Level | None, impact: Level | None) -> str:
    """Return the word of the band that a score falls in, a listed cell before a product; or ""."""
    if likelihood is None or impact is None:
        return ""
    names = _cell_names(likelihood, impact)
    product = multiply(likelihood, impact)
    bands = scheme.get("bands") or ()
    listed = (band for band in bands if names & set(band.get("cells") or ()))
    ranged = (band for band in bands if product is not None and _holds(band, product))
    band = next(listed, None) or next(ranged, None)
    return band["word"] if band else ""


def _cell_names(likelihood: Level, impact: Level) -> set[str]:
    """Return how a cell may be listed: likelihood first, or, told apart by kind, impact first."""
    names = {f"{likelihood}{impact}"}
    if isinstance(likelihood, int) != isinstance(impact, int):
        names.add(f"{impact}{likelihood}")
    return names


def _holds(band: Mapping[str, Any], product: int) -> bool:
    lowest, highest = band.get("from"), band.get("to")
    if lowest is None and highest is None:
        return False
    return (lowest is None or lowest <= product) and (highest is None or product <= highest)


def rank_bands(scheme: Scheme) -> list[str]:
    """Return the words of the bands that cells fall in, mildest first."""
    places: dict[str, list[int]] = {}
    for height, across, word in _placed_bands(scheme):
        places.setdefault(word, []).append(height + across)
    return sorted(places, key=lambda word: sum(places[word]) / len(places[word]))


def _placed_bands(scheme: Scheme) -> Iterator[tuple[int, int, str]]:
    for height, likelihood in enumerate(list_levels(scheme, "likelihood")):
        for across, impact in enumerate(list_levels(scheme, "impact")):
            if word := find_band(scheme, likelihood, impact):
                yield height, across, word


def tone_bands(scheme: Scheme) -> dict[str, Tone]:
    """Return a tone for each band: good for the mildest, bad for the gravest, warn between."""
    ranked = rank_bands(scheme)
    tones: dict[str, Tone] = dict.fromkeys(ranked, "warn")
    if len(ranked) > 1:
        tones[ranked[0]], tones[ranked[-1]] = "good", "bad"
    return tones
