import json
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents import blocks, codec, values
from documents.blocks import COVERED, Cell, Column, Cover, Document, Part, Row, Table
from tests.documents.strategies import documents, imprints

COVER = Cover("Example County Council", "Communities", "Libraries", "2008/09")


def one_table(*cells: Cell) -> Document:
    columns = tuple(Column(f"c{number}", "") for number in range(len(cells)))
    table = Table(columns, (Row("r1", cells),))
    return Document("Plan", COVER, (Part("s1", (table,)),))


@settings(max_examples=60, deadline=None)
@given(documents())
def test_a_tree_comes_back_equal(document):
    assert codec.load(codec.dump(document)) == document
    assert codec.from_json(codec.to_json(document)) == document


@settings(max_examples=30, deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_bytes_do_not_depend_on_key_order(document, random):
    shuffled = _shuffled(codec.dump(document), random)

    assert codec.to_json(codec.load(shuffled)) == codec.to_json(document)


def _shuffled(data, random):
    if isinstance(data, list):
        return [_shuffled(each, random) for each in data]
    if isinstance(data, dict):
        names = sorted(data)
        random.shuffle(names)
        return {name: _shuffled(data[name], random) for name in names}
    return data


@settings(max_examples=60, deadline=None)
@given(imprints)
def test_an_imprint_comes_back_equal(imprint):
    assert codec.load_imprint(json.loads(json.dumps(codec.dump_imprint(imprint)))) == imprint


def test_equal_numbers_are_written_alike():
    short, long = (
        one_table(Cell(values.computed(Decimal(number), 2))) for number in ("12.5", "12.500")
    )

    assert short == long
    assert codec.to_json(short) == codec.to_json(long)


@pytest.mark.parametrize("number", ["0", "-0.0", "1E+3", "123456789012345678901234567890.125"])
def test_numbers_are_exact(number):
    document = one_table(Cell(values.computed(Decimal(number), 3)))

    assert codec.from_json(codec.to_json(document)) == document


def test_the_stored_form_is_compact_and_stays_as_it_is():
    document = one_table(
        Cell("Fees", header=True),
        Cell(values.parse("1,440.5")),
        Cell("a", column_span=2),
        COVERED,
        Cell(date(2018, 9, 30)),
    )

    assert codec.dump(document)["document"]["parts"][0]["blocks"][0]["rows"] == [
        {
            "is": "row",
            "key": "r1",
            "cells": [
                {"is": "cell", "content": "Fees", "header": True},
                {
                    "is": "value",
                    "text": "1,440.5",
                    "status": "number",
                    "number": "1440.5",
                    "decimals": 1,
                },
                {"is": "cell", "content": "a", "column_span": 2},
                None,
                {"is": "date", "on": "2018-09-30"},
            ],
        }
    ]


def test_every_node_has_a_tag():
    names = vars(blocks).values()
    nodes = {each for each in names if isinstance(each, type) and is_dataclass(each)}

    assert set(codec._NODES.values()) | {blocks.Covered} == nodes | {values.Value}


def test_a_later_schema_is_refused_by_number():
    data = codec.dump(one_table(Cell("a"))) | {"schema": 2}

    with pytest.raises(codec.UnknownSchema, match="schema 2 is not known; this version reads 1"):
        codec.load(data)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"schema": 1},
        {"schema": 1, "document": None},
        {"schema": 1, "document": {"is": "person", "role": "Director", "name": "A"}},
        {"schema": 1, "document": {"is": "nobody"}},
        {"schema": 1, "document": {"is": ["document"]}},
        {"schema": 1, "document": {"is": "document", "colour": "red"}},
        {"schema": 1, "document": {"is": "document", "title": {"is": "date", "on": "never"}}},
        {"schema": 1, "document": {"is": "value", "text": "", "status": "lost"}},
        {"schema": 1, "document": {"is": "value", "text": "", "status": "nil", "number": "x"}},
        {"schema": 1, "document": {"is": "row", "key": "", "cells": 3}},
    ],
)
def test_what_is_no_tree_is_refused(data):
    with pytest.raises(codec.UnreadableTree):
        codec.load(data)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe"])
def test_what_is_not_json_is_refused(data):
    with pytest.raises(codec.UnreadableTree):
        codec.from_json(data)


def test_a_stored_table_that_is_ragged_is_refused():
    data = codec.dump(one_table(Cell("a"), Cell("b")))
    data["document"]["parts"][0]["blocks"][0]["rows"][0]["cells"].pop()

    with pytest.raises(codec.UnreadableTree, match="row 'r1' has 1 cells for 2 columns"):
        codec.load(data)
