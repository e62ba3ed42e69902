# SPDX-License-Identifier: Apache-2.0
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from bartizan.app.simulate import LONGEST, simulate


def line(**more: object) -> bytes:
    asked = {
        "id": "1",
        "principal": {
            "arn": "arn:aws:iam::111111111111:user/u",
            "type": "user",
            "account": "111111111111",
        },
        "action": "s3:GetObject",
        "resource": {"arn": "arn:aws:s3:::b/k", "account": "111111111111"},
        "context_complete": True,
        "policies": {
            "identity": [
                {
                    "document": {
                        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]
                    }
                }
            ]
        },
    }
    return json.dumps(asked | more).encode()


def simulate_lines(lines: list[bytes]) -> list[Mapping[str, Any]]:
    return list(simulate(io.BytesIO(b"\n".join(lines)), name="requests"))


def test_each_line_is_answered_in_turn_and_blank_ones_are_passed_over() -> None:
    found = simulate_lines([line(id="a"), b"", line(id="b", action="iam:GetUser")])

    assert [(one["id"], one["verdict"]) for one in found] == [("a", "allowed"), ("b", "denied")]


@pytest.mark.parametrize(
    "bad",
    [b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'"' + b"x" * LONGEST + b'"', line(action=3)],
    ids=["cut", "list", "bytes", "deep", "long", "type"],
)
def test_a_line_that_cannot_be_read_does_not_stop_the_others(bad: bytes) -> None:
    first, second = simulate_lines([bad, line()])

    assert "error" in first
    assert second["verdict"] == "allowed"
