# SPDX-License-Identifier: Apache-2.0
"""YAML, by what Terraform 1.11 was asked; what is not surely read alike is unknown."""

import pytest

from tests.fakes.asked_function import UNKNOWN, said

_TEAMS = """\
---
# who may do what
teams:
  - name: data
    admins: [alice, "bob", 'carol']   # on call
    roles:
    - arn: arn:aws:iam::111111111111:role/a
      session: 3600
    -
      arn: "arn:aws:iam::222222222222:role/*"
      session: 1.5
  - name: it's
    admins: []
    labels: {a: 1, "b c": [x, {k: no}]}
    roles:

policy: |
  {
    "Version": "2012-10-17"
  }

note: |-
  a
  # b

last: a b#c
"""


def test_a_configuration_is_read() -> None:
    assert said("yamldecode", _TEAMS) == {
        "teams": [
            {
                "name": "data",
                "admins": ["alice", "bob", "carol"],
                "roles": [
                    {"arn": "arn:aws:iam::111111111111:role/a", "session": 3600},
                    {"arn": "arn:aws:iam::222222222222:role/*", "session": 1.5},
                ],
            },
            {
                "name": "it's",
                "admins": [],
                "labels": {"a": 1, "b c": ["x", {"k": False}]},
                "roles": None,
            },
        ],
        "policy": '{\n  "Version": "2012-10-17"\n}\n',
        "note": "a\n# b",
        "last": "a b#c",
    }


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("- a\n- - b\n  - c\n", ["a", ["b", "c"]]),
        ("- a: 1\n  b: 2\n- c\n", [{"a": 1, "b": 2}, "c"]),
        (
            "a: yes\nb: off\nc: ~\nd:\ne: null\n",
            {"a": True, "b": False, "c": None, "d": None, "e": None},
        ),
        (
            "a: 010\nb: -5\nc: 1e3\nd: .5\ne: 1:30\nf: 1.2.3\n",
            {"a": 10, "b": -5, "c": 1000, "d": 0.5, "e": "1:30", "f": "1.2.3"},
        ),
        ("1: a\nyes: b\n'c d': e\n", {"1": "a", "true": "b", "c d": "e"}),
        ("a: \"q\\n\\t\\\"\\\\\"\nb: 'it''s'\n", {"a": 'q\n\t"\\', "b": "it's"}),
        ("a: |\n  x\n\n  y\n\n", {"a": "x\n\ny\n"}),
        ("a: |\n  x", {"a": "x"}),
        ("a: -x # c\nb: [~]\n", {"a": "-x", "b": [None]}),
        ("a: []\n  # c\n", {"a": []}),
        ("[]", UNKNOWN),
        ("", UNKNOWN),
        ("hello", UNKNOWN),
        ("a: 1\na: 2\n", UNKNOWN),
        ("a: x\n  y\n", UNKNOWN),
        ("a:\n  b: 1\n   c: 2\n", UNKNOWN),
        ("a: b: c", UNKNOWN),
        ("a: &x b\nc: *x\n", UNKNOWN),
        ("a: !!str 1\n", UNKNOWN),
        ("<<: a\n", UNKNOWN),
        ("null: a\n", UNKNOWN),
        ("a: >\n  x\n", UNKNOWN),
        ("a: |\n\n  x\n", UNKNOWN),
        ("a: |\n  x\n     \n", UNKNOWN),
        ("a: |\n  x\n# c\n", UNKNOWN),
        ("a: |\n", UNKNOWN),
        ("a: 2020-01-01\n", UNKNOWN),
        ("a: 0x1F\n", UNKNOWN),
        ("a: 1_000\n", UNKNOWN),
        ("a: -0\n", UNKNOWN),
        ("a: [1,\n  2]\n", UNKNOWN),
        ("a: [b: 1]\n", UNKNOWN),
        ("a: {b:1}\n", UNKNOWN),
        ("a: {b: 1, b: 2}\n", UNKNOWN),
        ("a: [*]\n", UNKNOWN),
        ("a: '", UNKNOWN),
        ('a: "\\x41"\n', UNKNOWN),
        ("a: 'x' y\n", UNKNOWN),
        ("a: 1\n---\nb: 2\n", UNKNOWN),
        ("a: 1\n...\n", UNKNOWN),
        ("%YAML 1.1\n---\na: 1\n", UNKNOWN),
        ("a:\n- b\n-\n  c: d\n-\n", {"a": ["b", {"c": "d"}, None]}),
        ("a:\n- b\n-\n  c\n", UNKNOWN),
        ("- a\n b: 1\n", UNKNOWN),
        ("a: 1\n- b\n", UNKNOWN),
        ("- a\nb: 1\n", UNKNOWN),
        ("a:\tb\n", UNKNOWN),
        ("a: \U0001fffd\n", UNKNOWN),
        ("- " * 100 + "a", UNKNOWN),
        ("a: " + "[" * 100 + "]" * 100, UNKNOWN),
        ("a: 1\n" + " " * 2_000_000, UNKNOWN),
    ],
)
def test_a_text_is_read_as_terraform_reads_it_or_not_at_all(content: str, wanted: object) -> None:
    assert said("yamldecode", content) == wanted
