# SPDX-License-Identifier: Apache-2.0
"""The policy of `aws_iam_policy_document`, by what its page says of it."""

import json

import pytest

from bartizan.sources.terraform.provider.document import DocumentError, document, written
from bartizan.sources.terraform.value import Value

Block = dict[str, Value]


def _statement(**more: Value) -> Block:
    return {"actions": ["s3:GetObject"], "resources": ["*"], **more}


def test_one_value_stands_alone_and_several_in_falling_order() -> None:
    found = document({"statement": [_statement(actions=["s3:A", "s3:C", "s3:B"])]})

    assert found == {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": ["s3:C", "s3:B", "s3:A"], "Resource": "*"}],
    }


def test_the_text_is_as_the_provider_writes_it() -> None:
    block = _statement(sid="A", effect="Deny", resources=["arn:aws:s3:::<b>&{aws:username}"])

    assert written(document({"statement": [block], "policy_id": "p"})) == (
        '{\n  "Version": "2012-10-17",\n  "Id": "p",\n  "Statement": [\n    {\n'
        '      "Sid": "A",\n      "Effect": "Deny",\n      "Action": "s3:GetObject",\n'
        '      "Resource": "arn:aws:s3:::\\u003cb\\u003e${aws:username}"\n    }\n  ]\n}'
    )


@pytest.mark.parametrize(
    ("blocks", "principal"),
    [
        ([("AWS", ["*"])], {"AWS": "*"}),
        ([("*", ["*"])], "*"),
        ([("AWS", ["b", "c"]), ("Service", ["x"])], {"AWS": ["c", "b"], "Service": "x"}),
        ([("AWS", ["a"]), ("AWS", ["b"])], {"AWS": ["a", "b"]}),
    ],
)
def test_principals_are_written_by_type(
    blocks: list[tuple[str, list[str]]], principal: object
) -> None:
    held: list[Value] = [{"type": kind, "identifiers": list[Value](who)} for kind, who in blocks]

    found = document({"statement": [_statement(principals=held)]})

    assert json.loads(written(found))["Statement"][0]["Principal"] == principal


def test_conditions_of_one_test_and_key_are_joined_in_their_order() -> None:
    held: list[Value] = [
        {"test": "StringLike", "variable": "s3:prefix", "values": ["b", "a"]},
        {"test": "StringLike", "variable": "aws:a", "values": ["&{aws:userid}"]},
    ]

    found = document({"statement": [_statement(condition=held)]})

    conditions = json.loads(written(found))["Statement"][0]["Condition"]
    assert conditions == {"StringLike": {"aws:a": "${aws:userid}", "s3:prefix": ["b", "a"]}}


def test_blocks_of_one_test_and_key_are_one_condition() -> None:
    held: list[Value] = [
        {"test": "StringLike", "variable": "s3:prefix", "values": ["b", "a"]},
        {"test": "StringLike", "variable": "s3:prefix", "values": ["d", "c"]},
    ]

    found = document({"statement": [_statement(condition=held)]})

    (prefixes,) = json.loads(written(found))["Statement"][0]["Condition"]["StringLike"].values()
    assert sorted(prefixes) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("argument", "value", "member", "wanted"),
    [
        ("actions", ["s3:A"], "Action", "s3:A"),
        ("not_actions", ["s3:A"], "NotAction", "s3:A"),
        ("resources", ["a&{b}"], "Resource", "a${b}"),
        ("not_resources", ["a&{b}"], "NotResource", "a${b}"),
        ("principals", [{"type": "AWS", "identifiers": ["a&{b}"]}], "Principal", {"AWS": "a${b}"}),
        ("not_principals", [{"type": "AWS", "identifiers": ["a"]}], "NotPrincipal", {"AWS": "a"}),
        (
            "condition",
            [{"test": "Bool", "variable": "k", "values": ["a&{b}"]}],
            "Condition",
            {"Bool": {"k": "a${b}"}},
        ),
    ],
)
def test_each_argument_is_written_as_its_own_member_and_nothing_else(
    argument: str, value: Value, member: str, wanted: object
) -> None:
    found = json.loads(written(document({"statement": [{argument: value}]})))

    assert found["Statement"] == [{"Effect": "Allow", member: wanted}]
    # So is what a source says.
    again = document({"source_policy_documents": [json.dumps(found)]})
    assert json.loads(written(again)) == found


def test_statements_without_a_sid_are_all_kept() -> None:
    def policy(*actions: str) -> str:
        return json.dumps({"Statement": [{"Effect": "Allow", "Action": one} for one in actions]})

    found = document(
        {
            "source_policy_documents": [policy("s:1", "s:2"), policy("s:3")],
            "statement": [{"actions": ["s:4"]}, {"actions": ["s:5"]}],
            "override_policy_documents": [policy("s:6"), policy("s:7")],
        }
    )

    statements = json.loads(written(found))["Statement"]
    assert [one["Action"] for one in statements] == [f"s:{number}" for number in range(1, 8)]


def test_a_statement_takes_the_place_of_a_source_with_its_sid_and_is_replaced_by_an_override() -> (
    None
):
    source = json.dumps(
        {
            "Version": "2008-10-17",
            "Statement": [
                {"Sid": "A", "Effect": "Allow", "Action": ["x:1"], "Resource": "*"},
                {"Sid": "B", "Effect": "Allow", "Action": "x:2", "Resource": "*"},
            ],
        }
    )
    override = json.dumps({"Statement": [{"Sid": "C", "Effect": "Deny", "Action": "x:9"}]})
    found = document(
        {
            "source_policy_documents": [source],
            "statement": [_statement(sid="B", actions=["x:3"]), _statement(sid="C")],
            "override_policy_documents": [override],
        }
    )

    whole = json.loads(written(found))
    assert whole["Version"] == "2012-10-17"
    told = [(one["Sid"], one["Effect"], one["Action"]) for one in whole["Statement"]]
    assert told == [("A", "Allow", ["x:1"]), ("B", "Allow", "x:3"), ("C", "Deny", "x:9")]


@pytest.mark.parametrize(
    "arguments",
    [
        {"statement": [_statement(sid="A"), _statement(sid="A")]},
        {"source_policy_documents": ["{"]},
        {"source_policy_documents": ['{"Statement": {}}']},
        {
            "source_policy_documents": [
                '{"Statement": [{"Sid": "A"}]}',
                '{"Statement": [{"Sid": "A"}]}',
            ]
        },
    ],
)
def test_what_the_provider_refuses_is_refused(arguments: Block) -> None:
    with pytest.raises(DocumentError):
        document(arguments)
