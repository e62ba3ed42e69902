# SPDX-License-Identifier: Apache-2.0
"""Shapes of texts, and how policies look at names."""

import json

import pytest

from bartizan.reason.authz.aws.steps.alike.text import Part, Parts, cut, habits


def _document(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_texts_that_differ_by_names_only_have_one_shape() -> None:
    one, names = cut("arn:aws:iam::111111111111:role/app")
    other, _ = cut("arn:aws:iam::222222222222:role/app")

    assert one == other
    assert names == ("111111111111",)


def test_words_are_no_names() -> None:
    assert cut("AdministratorAccess eu-west-1")[1] == ()


@pytest.mark.parametrize(
    ("resource", "part"),
    [
        ("arn:aws:iam::1:role/r-1*", Part("1", begins=True, ends=False)),
        ("arn:aws:s3:::*logs", Part("logs", begins=False, ends=True)),
        ("arn:aws:s3:::x-?mid*", Part("mid", begins=True, ends=True)),
    ],
)
def test_a_run_beside_a_wildcard_may_stand_for_a_part_of_a_name(resource: str, part: Part) -> None:
    assert part in habits(_document(Effect="Allow", Action="s3:*", Resource=resource)).parts


def test_a_wildcard_between_other_signs_takes_in_whole_names_only() -> None:
    document = _document(Effect="Allow", Action="s3:Get*", Resource="arn:aws:s3:::data-*/x/*")

    assert habits(document).parts == frozenset()


@pytest.mark.parametrize("resource", ["app${aws:username}", "*${aws:username}", "${a:b}x"])
def test_a_variable_beside_letters_or_wildcards_makes_up_names(resource: str) -> None:
    assert habits(_document(Effect="Allow", Action="*", Resource=resource)).glued


def test_a_variable_between_other_signs_makes_up_none() -> None:
    resource = "arn:aws:s3:::data/${aws:username}/*"

    assert not habits(_document(Effect="Allow", Action="*", Resource=resource)).glued


def test_a_name_that_is_compared_as_a_number_is_noticed() -> None:
    condition = {"NumericLessThan": {"s3:max-keys": "111111111111"}}

    assert habits(_document(Effect="Allow", Action="*", Condition=condition)).values


@pytest.mark.parametrize("document", ['{"a": "\\u0031"}', "{", "[" * 100_000])
def test_a_document_that_hides_its_names_is_noticed(document: str) -> None:
    assert habits(document).values


def test_parts_are_found_at_the_begin_at_the_end_and_inside() -> None:
    parts = Parts([
        Part("12", begins=True, ends=False),
        Part("89", begins=False, ends=True),
        Part("55", begins=True, ends=True),
        Part("77", begins=True, ends=True),
    ])  # fmt: skip

    assert parts.of("1200550089") == ("12*", "*89", "*55*")
