# SPDX-License-Identifier: Apache-2.0
import json

import numpy as np
import pyarrow as pa
import pytest

from bartizan.reason.authz.aws.kernel.alike import NAMING, OPEN, SILENT, Alike

A, B = "111111111111", "222222222222"


def text(principal: object, effect: str = "Allow", element: str = "Principal") -> str:
    statement = {
        "Effect": effect,
        element: principal,
        "Action": "s3:Get*",
        "Resource": "arn:aws:s3:::b/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def said(texts: list[str], action: str = "s3:getobject") -> list[int]:
    types = pa.array(["resource"] * len(texts), pa.string())
    alike = Alike(types, pa.array(texts, pa.string()))
    places = np.arange(len(texts))
    found: list[int] = alike.say(places, np.zeros(len(texts), dtype=int), [action]).tolist()
    return found


@pytest.mark.parametrize(
    ("policy", "to_whom"),
    [
        (text({"AWS": f"arn:aws:iam::{A}:role/r"}), NAMING),
        (text({"AWS": [A, "AROAEXAMPLE"]}), OPEN),
        (text({"AWS": f"AIDA{A}"}), OPEN),
        (text({"AWS": f"arn:aws:iam::{A}:role/r"}, "Deny"), SILENT),
        (text({"Service": "lambda.amazonaws.com"}), SILENT),
        (text({"CanonicalUser": "f" * 64}), OPEN),
        (text("*"), OPEN),
        (text({"AWS": A}, element="NotPrincipal"), OPEN),
        (text({"AWS": A}).replace(A, "\\u0031" * 12), OPEN),
        ("no policy", OPEN),
    ],
)
def test_a_policy_might_allow_whom_it_names(policy: str, to_whom: int) -> None:
    assert said([policy]) == [to_whom]


def test_an_action_that_no_statement_covers_is_allowed_to_nobody() -> None:
    assert said([text("*")], "s3:putobject") == [SILENT]


def test_policies_that_differ_in_accounts_alone_are_read_once() -> None:
    named = [text({"AWS": a}) for a in (A, B)]
    alike = Alike(pa.array(["resource"] * 3), pa.array([*named, text("*")]))

    found = alike.say(np.array([0, 1, 2]), np.zeros(3, dtype=int), ["s3:getobject"])

    assert found.tolist() == [NAMING, NAMING, OPEN]
    assert alike.kinds == 2


def test_of_no_policies_nothing_is_said() -> None:
    assert said([]) == []
