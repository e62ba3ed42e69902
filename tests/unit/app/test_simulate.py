# SPDX-License-Identifier: Apache-2.0
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.app.lines import ENDLESS, LONGEST
from bartizan.app.simulate import simulate


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
    found = simulate(io.BytesIO(b"\n".join(lines)), name="requests")
    return [json.loads(one) for answers in found for one in answers.text.splitlines()]


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


def test_an_error_says_the_line_of_the_stream_and_blank_lines_count() -> None:
    _, found = simulate_lines([line(), b"", b"  ", b"{"])

    assert found["error"]["at"].startswith("requests:4:")


def test_lines_end_as_other_systems_end_them_too() -> None:
    assert [one["id"] for one in simulate_lines([line(id="a") + b"\r", line(id="b")])] == [
        "a",
        "b",
    ]


def test_many_processes_answer_as_one_does_in_the_same_order(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    lines = [
        line(id=str(number), pad=1) if number % 500 == 3 else line(id=str(number))
        for number in range(4_000)
    ]
    path.write_bytes(b"\n".join(lines))

    with path.open("rb") as one, path.open("rb") as other:
        alone = b"".join(found.text for found in simulate(one, name="r", processes=1))
        blocks = list(simulate(other, name="r", processes=2))
    assert b"".join(found.text for found in blocks) == alone
    assert alone.count(b"\n") == 4_000
    assert not all(found.whole for found in blocks)


def test_whoever_waits_for_an_answer_gets_it_before_asking_again() -> None:
    ours, theirs = os.pipe()
    with open(ours, "rb") as stream, open(theirs, "wb", buffering=0) as asking:  # noqa: PTH123 - of a pipe
        answers = simulate(stream, name="pipe", processes=2)
        # Enough for many processes to be at work, and no more.
        for _ in range(3):
            asking.write(b"\n".join([line(id="many")] * 100) + b"\n")
            assert b"many" in next(answers).text
        asking.write(line(id="last") + b"\n")

        assert b'"last"' in next(answers).text


class Endless(io.RawIOBase):
    """A stream that begins with something and goes on with zeroes for ever, and is counted."""

    def __init__(self, first: bytes) -> None:
        self.first = first
        self.given = 0
        self.zeroes = Path("/dev/zero").open("rb")  # noqa: SIM115 - as long as this

    def close(self) -> None:
        self.zeroes.close()
        super().close()

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        """What can always be read."""
        return self.zeroes.fileno()

    def readinto(self, buffer: Any, /) -> int:  # noqa: ANN401 - any buffer
        assert self.given <= 2 * ENDLESS
        size = len(buffer)
        buffer[:] = self.first[:size].ljust(size, b"\0")
        self.first = self.first[size:]
        self.given += size
        return size


def test_a_line_without_an_end_is_told_once_with_its_place_and_ends_the_stream() -> None:
    answers = list(simulate(io.BufferedReader(Endless(line() + b"\n")), name="zeroes"))

    found = [json.loads(one) for held in answers for one in held.text.splitlines()]
    assert [one.get("verdict") for one in found] == ["allowed", None]
    error = found[1]["error"]
    assert "does not end" in error["message"]
    assert error["at"] == "zeroes:2"
    assert error["hint"]
    assert not answers[-1].whole


def test_what_goes_on_and_on_in_lines_is_answered_for_ever() -> None:
    """Lines are no longer than they may be, all of them together are."""
    lines = [b'"' + b"x" * (LONGEST // 2) + b'"'] * (3 * ENDLESS // LONGEST)

    found = simulate_lines([*lines, line()])

    assert len(found) == len(lines) + 1
    assert found[-1]["verdict"] == "allowed"
