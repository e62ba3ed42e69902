# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.check.layout import (
    Leaf,
    List,
    MalformedError,
    Object,
    Part,
    parse,
)

TEXT = '{"a": ["x", 12, true, null], "b": {"a": -0.5e3}}'


def test_every_part_knows_where_it_stands() -> None:
    root = parse(TEXT)

    assert isinstance(root, Object)
    first, second = root.members
    assert TEXT[first.key.start : first.key.end] == '"a"'
    assert isinstance(first.value, List)
    assert [TEXT[item.start : item.end] for item in first.value.items] == [
        '"x"',
        "12",
        "true",
        "null",
    ]
    assert TEXT[second.value.start : second.value.end] == '{"a": -0.5e3}'


def test_scalars_keep_their_values_and_numbers_their_text() -> None:
    root = parse('["\\u0061", 1.50, true, false, null]')

    assert isinstance(root, List)
    leaves = [item for item in root.items if isinstance(item, Leaf)]
    assert [leaf.value for leaf in leaves] == ["a", "1.50", True, False, None]
    assert [leaf.quoted for leaf in leaves] == [True, False, False, False, False]


def test_of_two_members_of_one_name_both_are_there_and_the_last_is_returned() -> None:
    root = parse('{"a": "1", "a": "2"}')

    assert isinstance(root, Object)
    assert len(root.members) == 2
    last = root.get("a")
    assert last is not None
    assert last.value == Leaf(16, 19, "2", quoted=True)
    assert root.get("b") is None


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", 0, "expected a value"),
        ("{'a': 1}", 1, "expected a name in quotation marks, not `'`"),
        ('{"a" 1}', 5, "expected `:`, not `1`"),
        ('{"a": 1,}', 7, "a comma before `}`"),
        ("[1,]", 2, "a comma before `]`"),
        ("[1 2]", 3, "expected `,` or `]`, not `2`"),
        ('{"a": 1', 7, "expected `,` or `}`"),
        ("[NaN]", 1, "expected a value, not `N`"),
        ("[01]", 2, "expected `,` or `]`, not `1`"),
        ('["a\nb"]', 3, "invalid control character"),
        ('["abc', 1, "unterminated string starting"),
        ('["\\ud800"]', 1, "half of a surrogate pair in a string"),
        ("{} {}", 3, "more text after the document"),
        ("\ufeff{}", 0, "a byte order mark before the document"),
        ("// x", 0, "expected a value, not `/`"),
    ],
)
def test_what_is_no_json_is_refused_in_its_place(text: str, at: int, message: str) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(text)

    assert (caught.value.at, caught.value.message) == (at, message)
    assert caught.value.fix


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_nesting_beyond_any_policy_is_refused_and_not_followed(opening: str) -> None:
    with pytest.raises(MalformedError, match="nested deeper than 40 levels"):
        parse(opening * 10_000)


def test_nesting_is_taken_up_to_the_bound_and_not_beyond() -> None:
    assert parse("[" * 40 + "1" + "]" * 40).end == 81
    with pytest.raises(MalformedError):
        parse("[" * 41 + "]" * 41)


def test_white_space_around_the_document_is_no_part_of_it() -> None:
    root = parse(" \n\t{}\r\n")

    assert Part(root.start, root.end) == Part(3, 5)
