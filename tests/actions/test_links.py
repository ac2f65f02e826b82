"""Links of actions: what they point to, and what is left over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.links import Link, Reference, read_link


def say(link: Link) -> tuple[list[str], str]:
    """Return the references as "P7" and "P7.32", and the words."""
    shown = [".".join(filter(None, (ref.priority, ref.target))) for ref in link.references]
    return shown, link.words


@pytest.mark.parametrize(
    ("text", "references", "words"),
    [
        # the links of a real plan
        ("CYPP", [], "CYPP"),
        ("CYPP P20 to P24", ["P20", "P21", "P22", "P23", "P24"], "CYPP"),
        ("CYPP P2 6", ["P2.6"], "CYPP"),
        ("CYPP P2 6 Property Strategy", ["P2.6"], "CYPP Property Strategy"),
        ("P5 23", ["P5.23"], ""),
        ("CYPP P7 32 P12 55 P21 101", ["P7.32", "P12.55", "P21.101"], "CYPP"),
        ("P1 2 P2 9 P15 73 P25 115", ["P1.2", "P2.9", "P15.73", "P25.115"], ""),
        ("P23 108, 109, 111", ["P23.108", "P23.109", "P23.111"], ""),
        ("CYPP P 16 79", ["P16.79"], "CYPP"),
        ("Office Strategy", [], "Office Strategy"),
        ("Priority 7", ["Priority 7"], ""),
        # lists and ranges in other hands
        ("P7/P8 & P9", ["P7", "P8", "P9"], ""),
        ("P3 14 and 15; P4", ["P3.14", "P3.15", "P4"], ""),
        ("P20-22", ["P20", "P21", "P22"], ""),
        ("P20 \u2013 P22 5", ["P20", "P21", "P22.5"], ""),
        ("P23 108 to 111", ["P23.108", "P23.109", "P23.110", "P23.111"], ""),
        ("P7 32a, 3.1", ["P7.32a", "P7.3.1"], ""),
        ("P24 to P20", ["P24", "P20"], ""),
        ("P1 to P5000", ["P1", "P5000"], ""),
        # what is no reference
        ("P2 to improve 3 schools", ["P2"], "to improve 3 schools"),
        ("P2 2008/09 plan", ["P2"], "2008/09 plan"),
        ("LAA3, Health and Care", [], "LAA3, Health and Care"),
        ("12 schools, P2", ["P2"], "12 schools"),
        ("P1 2 to", ["P1.2"], "to"),
        ("", [], ""),
    ],
)
def test_link_is_read(text: str, references: list[str], words: str) -> None:
    assert say(read_link(text)) == (references, words)


@pytest.mark.parametrize(
    ("text", "priorities", "references", "words"),
    [
        ("LAA 3 7, LAA4", ["LAA 3"], ["LAA 3.7", "LAA 4"], ""),
        ("CS1 2", ["CS1", "CS2"], ["CS1.2"], ""),
        ("7", ["7", "8"], ["7"], ""),
        ("7", ["P7"], [], "7"),
        ("P9", ["CS1"], ["P9"], ""),
    ],
)
def test_link_is_read_as_the_objectives_are_written(
    text: str, priorities: list[str], references: list[str], words: str
) -> None:
    assert say(read_link(text, priorities=priorities)) == (references, words)


@given(
    st.lists(
        st.tuples(st.integers(1, 99), st.lists(st.integers(1, 999), max_size=4)),
        min_size=1,
        max_size=5,
    )
)
def test_references_written_out_are_read_back(wanted: list[tuple[int, list[int]]]) -> None:
    text = "; ".join(f"P{priority} {', '.join(map(str, targets))}" for priority, targets in wanted)
    expected = [
        Reference(f"P{priority}", str(target))
        for priority, targets in wanted
        for target in (targets or [""])
    ]
    assert read_link(text) == Link(tuple(expected))


@given(st.text(alphabet="P7 ,-to&CYand.;", max_size=40))
def test_any_text_is_read(text: str) -> None:
    assert all(reference.priority for reference in read_link(text).references)
