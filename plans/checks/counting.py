"""Which of the plan's counts a number before a noun may be: "the six risks", "five of them"."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from plans.checks.figure_names import Named, Names, Phrase
from plans.checks.spots import BREAKS, SOME_OF, Spot, is_held

_PARTITIVES = (("of", "the"), ("of", "these"), ("of", "our"), ("of", "its"))
_DEFINITE = frozenset({"the", "these", "our", "its", "all", "plan", "division"})
_BEING = frozenset({"is", "are", "was", "were", "have", "had", "need", "remain", "has"})
_NARROWING = frozenset(
    {
        *("of", "for", "on", "with", "by", "to", "about", "that", "who", "which", "whose", "at"),
        *("per", "from", "under", "where", "without", "having", "in", "within", "among", "over"),
    }
)
_COMPARING = frozenset(
    {"on", "against", "since", "compared", "from", "over", "during", "in", "and", "than", "between"}
)
_WHOLE = frozenset(
    {
        *("year", "division", "plan", "unit", "council", "table", "section", "register", "list"),
        *("follow", "below", "directorate"),
    }
)


def counted_by(names: Names, spot: Spot) -> tuple[list[Named], bool, bool]:
    """Return the counts that a number may be, whether it says "the" or "these", and whether it
    is sure that all are meant."""
    tokens, at = spot.tokens, spot.at
    begins = at + 3 if tokens[at + 1 : at + 3] in _PARTITIVES else at + 1
    phrase = names.counted(tokens, begins)
    is_definite = at > 0 and tokens[at - 1] in _DEFINITE
    if phrase is None:
        pool = _counted_before(names, spot)
        return pool, True, True
    if at > 0 and tokens[at - 1] in SOME_OF:
        return [], False, False
    clause = names.things_in(_clause(tokens, at))
    held = [n for n in names.counts[phrase] if all(is_held(a, clause) for a in n.about)]
    most = max((len(named.about) for named in held), default=0)
    pool = [named for named in held if len(named.about) == most]
    if most == 0 and begins > at + 1:
        return [], False, False
    rest, sorts = tokens[begins + len(phrase) :], [a for n in pool for b in n.about for a in b]
    return pool, is_definite, not _is_narrowed(rest, sorts, is_definite=is_definite)


def _counted_before(names: Names, spot: Spot) -> list[Named]:
    """Return the section's own count of which "five of them", "these six", "of the risks, six"
    speaks."""
    tokens, at = spot.tokens, spot.at
    if spot.place.path[:1] not in (("intro",), ("closing",)):
        return []
    own = {
        phrase: named
        for phrase, found in names.counts.items()
        for named in found
        if named.section == spot.place.section and not named.about and len(phrase) == 1
    }
    if tokens[at + 1 :] == ("of", "them"):
        every = {named.name: named for named in own.values()}
        return list(every.values()) if len(every) == 1 else []
    is_these = at > 0 and tokens[at - 1] == "these" and spot.after in _BEING
    is_of = at > 1 and tokens[at - 1] == "," and "of" in tokens[: at - 1]
    if is_these or (is_of and says_plan(tokens[at:])):
        return [own[(token,)] for token in tokens[:at] if (token,) in own][-1:]
    return []


def says_plan(tokens: Phrase) -> bool:
    """Say whether a sentence speaks of what stands in this plan."""
    pairs = set(pairwise(tokens))
    return not pairs.isdisjoint({("this", "plan"), ("the", "plan"), ("this", "section")})


def _is_narrowed(rest: Phrase, sorts: Sequence[Phrase], *, is_definite: bool) -> bool:
    """Say whether what follows a counted noun tells which of them are meant, other than that they
    are of the sorts counted: "improved"."""
    sort = next((sort for sort in sorts if rest[: len(sort)] == sort), ())
    if sort:
        rest = rest[len(sort) :]
        return bool(rest) and rest[0] not in _COMPARING | BREAKS and rest[0][0] != "@"
    if not rest or rest[0] in BREAKS:
        return False
    if rest[0] in _BEING:
        return not (is_definite or sorts)
    if rest[0] in _NARROWING:
        return _WHOLE.isdisjoint(rest[:3])
    return rest[0].endswith("ed") or rest[0] == "("


def _clause(tokens: Phrase, at: int) -> Phrase:
    """Return the words between the breaks before and after a place."""
    start = max((i + 1 for i in range(at) if tokens[i] in BREAKS), default=0)
    ends = (i for i in range(at, len(tokens)) if tokens[i] in BREAKS)
    return tokens[start : next(ends, len(tokens))]
